package musicshop_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// now is the instant of the runs: 1 January 2029.
var now = time.Date(2029, 1, 1, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// opened reads the company's folder and connects to the shop.
func (s *shop) opened(t *testing.T) *project.Project {
	t.Helper()
	p, err := project.Read(s.dir, func(name string) string { return s.env[name] })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err, p.Problems)
	}
	if err := p.OpenState(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCheck: every column of the personal tables is accounted for, every table is bound,
// linked or ignored, and what remains to be said is what the database does not record.
func TestCheck(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, s *shop) {
		p := s.opened(t)
		if err := p.Answered(); err != nil {
			t.Fatal(err)
		}
		for _, pr := range p.Problems {
			if pr.Code != "may-stay-for-ever" && pr.Code != "unrecorded-event" {
				t.Error(pr)
			}
		}
		want := map[string]int{"customers": 11, "invoices": 6, "staff": 13}
		if got := personal(p); !maps.Equal(got, want) {
			t.Errorf("personal columns: %v, want %v", got, want)
		}
	})
}

// personal counts the columns in field groups, by dataset.
func personal(p *project.Project) map[string]int {
	out := map[string]int{}
	for _, d := range p.Bound.Datasets {
		for _, g := range d.Groups {
			out[d.Name] += len(g.Columns)
		}
	}
	return out
}

// TestPlan compares what is due on three days with queries written by hand for each engine.
func TestPlan(t *testing.T) {
	t.Parallel()
	known := map[string]map[string]int64{
		"2028-07-01": {"customers/erase/email": 22, "customers/erase/phone": 48},
		"2029-01-01": {"customers/erase/email": 52, "customers/erase/phone": 51},
		"2032-01-01": {"customers/erase/email": 59, "customers/erase/phone": 58, "customers/erase/address": 59, "invoices/erase/row": 83},
	}
	everywhere(t, func(t *testing.T, s *shop) {
		p := s.opened(t)
		for day, want := range known {
			pl := s.plan(t, p, day)
			if got := due(pl); !maps.Equal(got, want) {
				t.Errorf("%s: %v are due, want %v", day, got, want)
			}
			if got := s.byHand(t, day); !maps.Equal(got, want) {
				t.Errorf("%s: by hand %v are due, want %v", day, got, want)
			}
			undecided(t, pl)
		}
	})
}

// undecided checks that nothing is due of the staff, of whom nobody knows who has left.
func undecided(t *testing.T, pl plan.Plan) {
	t.Helper()
	groups := 0
	for _, s := range pl.Steps {
		if s.Dataset == "staff" && !s.WholeRow {
			groups++
			if s.Undetermined != 8 || s.Due != 0 {
				t.Errorf("%s: %d due, %d undetermined", s.ID, s.Due, s.Undetermined)
			}
		}
	}
	if groups != 5 {
		t.Errorf("%d groups of the staff are undetermined, want all 5", groups)
	}
}

func (s *shop) plan(t *testing.T, p *project.Project, day string) plan.Plan {
	t.Helper()
	pl, err := p.Plan(t.Context(), policy.MustDate(day), nil)
	if err != nil {
		t.Fatal(err)
	}
	return pl
}

// due counts what is due by step.
func due(pl plan.Plan) map[string]int64 {
	out := map[string]int64{}
	for _, s := range pl.Pending() {
		out[s.ID] = s.Due
	}
	return out
}

// byHand asks the queries of testdata, each under the name of its step.
func (s *shop) byHand(t *testing.T, day string) map[string]int64 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", s.engine+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, part := range strings.Split(string(b), "-- ")[1:] {
		step, query, _ := strings.Cut(part, "\n")
		if n := s.count(t, strings.ReplaceAll(query, ":today", "'"+day+"'")); n > 0 {
			out[step] = n
		}
	}
	return out
}

func (s *shop) count(t *testing.T, query string) (n int64) {
	t.Helper()
	if err := s.db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	return n
}

// catalogue are the tables that no promise is about, and the lines of the invoices, none of
// which is due.
var catalogue = []string{"Album", "Artist", "Genre", "InvoiceLine", "MediaType", "Playlist", "PlaylistTrack", "Track"}

// TestApply carries the plan out: what was due is gone and nothing else moved, nothing is
// due again, and every promise is kept or, of the staff, undetermined.
func TestApply(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, s *shop) {
		p := s.opened(t)
		tables := append([]string{"Invoice", "Employee"}, catalogue...)
		before := s.digests(t, tables)
		if n := s.apply(t, p); n != 52+51 {
			t.Errorf("%d groups were erased, want %d", n, 52+51)
		}
		if after := s.digests(t, tables); !maps.Equal(after, before) {
			t.Errorf("other tables changed: %v, were %v", after, before)
		}
		left := s.plan(t, p, "2029-01-01")
		if again := s.byHand(t, "2029-01-01"); len(due(left))+len(again) > 0 {
			t.Errorf("%v are still due, by hand %v", due(left), again)
		}
		if n := s.count(t, "SELECT count(*) FROM "+s.name("Customer")+" WHERE "+s.name("Email")+" <> '–' AND "+s.name("Company")+" IS NOT NULL"); n != 7 {
			t.Errorf("%d companies can be written to, want 7", n)
		}
		s.promises(t, p)
	})
}

// apply approves everything in the plan of the day and carries it out.
func (s *shop) apply(t *testing.T, p *project.Project) int64 {
	t.Helper()
	pl, err := p.Keep(t.Context(), s.plan(t, p, "2029-01-01"), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range pl.Pending() {
		_, err := p.State.Approve(t.Context(), db.Approval{Plan: pl.Digest(), Step: st.ID, Dataset: st.Dataset, Count: st.Due, By: "owner", At: now})
		if err != nil {
			t.Fatal(err)
		}
	}
	rep, err := p.Apply(t.Context(), pl, project.Run{Clock: clock, Ratio: 0})
	if err != nil || !rep.Complete() {
		t.Fatalf("%v: %+v", err, rep)
	}
	if _, err := p.State.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
	return rep.Rows()
}

// promises checks that none is broken and none unbound.
func (s *shop) promises(t *testing.T, p *project.Project) {
	t.Helper()
	v, err := p.Verify(t.Context(), policy.MustDate("2029-01-01"))
	if err != nil || len(v.Gaps)+len(v.Unreachable) > 0 {
		t.Fatalf("%v: gaps %v, unreachable %v", err, v.Gaps, v.Unreachable)
	}
	for _, pr := range v.Promises {
		want := retention.Kept
		if pr.Purpose == "staff_file" || pr.Purpose == "directory" {
			want = retention.Undetermined
		}
		if pr.Verdict != want {
			t.Errorf("promise %s is %s, want %s", pr.ID, pr.Verdict, want)
		}
	}
}

func (s *shop) digests(t *testing.T, tables []string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range tables {
		out[table] = s.digest(t, "SELECT * FROM "+s.name(table)+" ORDER BY 1, 2")
	}
	return out
}

// digest is that of every value of every row.
func (s *shop) digest(t *testing.T, query string) string {
	t.Helper()
	rows, err := s.db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		to[i] = &values[i]
	}
	sum, n := sha256.New(), 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%#v\n", values)
	}
	if err := rows.Err(); err != nil || n == 0 {
		t.Fatalf("%d rows: %v: %s", n, err, query)
	}
	return fmt.Sprintf("%d %s", n, hex.EncodeToString(sum.Sum(nil)))
}
