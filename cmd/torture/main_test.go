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

// effortOf gives a part its cases in the short and the long version, and its share of the
// whole time. The variable overrides the count.
func effortOf(short, long int, share float64, variable string) effort {
	e := effort{cases: short}
	if m := minutes(); m > 0 {
		e = effort{cases: long, until: time.Now().Add(time.Duration(share * m * float64(time.Minute)))}
	}
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil && n > 0 {
		e.cases = n
	}
	return e
}

// more reports whether another case is due after n.
func (e effort) more(n int) bool {
	return n < e.cases && (e.until.IsZero() || time.Now().Before(e.until))
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
	out := []string{"", fmt.Sprintf("%-5s %-66s %8s %7s  %s", "", "promise", "cases", "losses", "the usual way lost")}
	for _, r := range rows {
		line := fmt.Sprintf("%-5s %-66s %8d %7d", r.promise, r.what, r.cases, r.losses)
		if r.peerSeen {
			line = fmt.Sprintf("%-5s %-66s %8d %7s  %d", r.promise, r.what, r.peerOf, "", r.peerLost)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n") + "\n"
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
