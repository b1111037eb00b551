package torture

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/internal/testserver"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVar); dir != "" {
		os.Exit(child(dir))
	}
	code := testserver.Main(m)
	if minutes() > 0 {
		fmt.Print(results.String())
		fmt.Printf("\n%.1f minutes, of %g at most\n", time.Since(began).Minutes(), minutes())
	}
	os.Exit(code)
}

// minutes is how long the long version may take in all; 0 is the short version.
func minutes() float64 {
	n, _ := strconv.ParseFloat(os.Getenv("GARANT_TORTURE_MINUTES"), 64)
	return n
}

// effort is how much a part tries: so many cases, or fewer where its share of the time is
// over. A case that was begun is finished.
type effort struct {
	cases int
	until time.Time
}

// began is when the suite began: its minutes count from then, whoever waited for whom.
var began = time.Now()

// effortOf gives a part its cases in the short and the long version, and its share of the
// whole time, which ends when the whole does. The variable overrides the count.
func effortOf(short, long int, share float64, variable string) effort {
	e := effort{cases: short}
	if m := minutes(); m > 0 {
		e = effort{cases: long, until: earlier(time.Now().Add(part(share*m)), began.Add(part(m)))}
	}
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil && n > 0 {
		e.cases = n
	}
	return e
}

func part(minutes float64) time.Duration { return time.Duration(minutes * float64(time.Minute)) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// more reports whether another case is due after n.
func (e effort) more(n int) bool {
	return n < e.cases && (e.until.IsZero() || time.Now().Before(e.until))
}

// among divides the cases among so many lanes; together they are not fewer.
func (e effort) among(lanes int) effort {
	return effort{(e.cases + lanes - 1) / lanes, e.until}
}

// heavy is held by the parts that keep every core busy in the long version: two at once
// would only wait for each other.
var heavy sync.Mutex

// alone waits for the other heavy parts and keeps them away until the test's subtests are
// over. The short version needs no such care.
func alone(t *testing.T) {
	t.Helper()
	if minutes() > 0 {
		heavy.Lock()
		t.Cleanup(heavy.Unlock)
	}
}

// results collects what the table shows; tests run side by side.
var results = table{rows: map[string]*row{}}

type table struct {
	mu   sync.Mutex
	rows map[string]*row
}

// row is a line of the table.
type row struct {
	promise, what     string
	cases, losses     int
	asked             int // of a part whose time may end before its cases
	peer              string
	peerOf, peerLost  int
	peerSeen, noCases bool
}

func (t *table) at(promise, what string) *row {
	key := promise + "\x00" + what
	if t.rows[key] == nil {
		t.rows[key] = &row{promise: promise, what: what}
	}
	return t.rows[key]
}

// add notes cases and losses of Garant under a promise.
func (t *table) add(promise, what string, cases, losses int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.at(promise, what)
	r.cases += cases
	r.losses += losses
}

// ask notes how many cases a part is to try, before it begins: what its time ends before, or
// an error, is then seen to be missing.
func (t *table) ask(promise, what string, cases int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(promise, what).asked += cases
}

// compare notes what a peer lost in the same scene.
func (t *table) compare(promise, what, peer string, of, lost int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.at(promise, what+": "+peer)
	r.peer, r.peerSeen, r.noCases = peer, true, true
	r.peerOf += of
	r.peerLost += lost
}

// String renders the table.
func (t *table) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var rows []*row
	for _, r := range t.rows {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b *row) int { return strings.Compare(a.order(), b.order()) })
	const line = "%-5s %-70s %8s %8s %7s  %s"
	out := []string{"", fmt.Sprintf(line, "", "promise", "cases", "asked", "losses", "the usual way lost")}
	for _, r := range rows {
		out = append(out, strings.TrimRight(fmt.Sprintf(line, r.columns()...), " "))
	}
	return strings.Join(out, "\n") + "\n"
}

// columns are those of the row's line.
func (r *row) columns() []any {
	if r.peerSeen {
		return []any{r.promise, r.what, fmt.Sprint(r.peerOf), "", "", fmt.Sprint(r.peerLost)}
	}
	return []any{r.promise, r.what, fmt.Sprint(r.cases), fmt.Sprint(max(r.asked, r.cases)), fmt.Sprint(r.losses), ""}
}

func (r *row) order() string { return fmt.Sprintf("%4s %v %s", r.promise, r.noCases, r.what) }

// skip leaves a test out at home; on the machine that judges, what is missing is a failure.
func skip(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
