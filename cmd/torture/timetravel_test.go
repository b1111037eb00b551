package torture

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/retention"
	"github.com/google/go-cmp/cmp"
)

// TestP03TimeTravel lets a company live day by day (two years in the short version, fifteen
// in the long one) over leap days and the change of its accounting year, with late and
// corrected events. Each evening the promises are carried out, and everything that is there
// must be what the prose says: nothing erased before its day, nothing alive after it. Now
// and then nobody runs anything for some days: then the age of the oldest overdue record is
// told.
func TestP03TimeTravel(t *testing.T) {
	t.Parallel()
	// Where each evening asks a server, the short version has the days around the end of a leap
	// February and the change of the accounting year only.
	for engine, short := range map[string]int{onSQLite: 2 * 365, onPostgres: 60, onMariaDB: 60} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			start := civil{2015, 7, 1}
			if minutes() > 0 {
				start = civil{2011, 1, 1}
			} else if engine != onSQLite {
				start = civil{2016, 1, 20}
			}
			travelThrough(t, engine, start, effortOf(short, 15*365, 0.8, "GARANT_DAYS"))
		})
	}
}

// travelThrough lives the days on one engine.
func travelThrough(t *testing.T, engine string, start civil, days effort) {
	what := "days of a company's life, each compared: " + engine
	results.ask("P3", what, days.cases)
	w := newTravel(t, engine, start)
	n, runs := 0, 0
	for ; days.more(n); n++ {
		w.life.today = w.life.today.next()
		w.life.live(60)
		if err := w.life.write(w.db); err != nil {
			t.Fatal(err)
		}
		if n%200 > 190 {
			continue // nobody runs anything
		}
		if n%200 == 190 || n%200 == 0 {
			w.asleep(t)
		}
		acted, err := w.evening()
		if err != nil {
			t.Fatalf("%s: %v", w.life.today, err)
		}
		if acted {
			runs++
		}
		w.compare(t, acted && runs%20 == 0)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d days, %d of them with something to erase", n, runs)
	results.add("P3", what, n, 0)
}

// travel is the company with its life.
type travel struct {
	life *life
	db   *sql.DB
	p    *project.Project
}

func newTravel(t *testing.T, engine string, start civil) *travel {
	t.Helper()
	dir := scratch(t)
	address := freshDatabase(t, engine)
	db, err := handle(engine, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := inOne(db, companyTables()...); err != nil {
		t.Fatal(err)
	}
	if err := writeCompany(dir, engine, ".garant"); err != nil {
		t.Fatal(err)
	}
	p, err := openCompany(dir, address)
	if p != nil {
		t.Cleanup(func() { _ = p.Close() })
	}
	if err != nil {
		t.Fatal(err)
	}
	return &travel{life: newLife(1, start), db: db, p: p}
}

// at is the evening of the day.
func (w *travel) at() time.Time {
	d := w.life.today
	return time.Date(d.y, time.Month(d.m), d.d, 18, 0, 0, 0, time.UTC)
}

// evening carries out what the day requires, in both worlds.
func (w *travel) evening() (acted bool, err error) {
	w.life.erase()
	pl, err := approveAll(w.p, w.at())
	if err != nil || len(pl.Pending()) == 0 {
		return false, err
	}
	rep, err := w.p.Apply(ctx(), pl, project.Run{Clock: w.at, Ratio: 0})
	if err == nil && !rep.Complete() {
		err = fmt.Errorf("%w: %v", errIncomplete, whys(rep))
	}
	return true, err
}

// compare looks at every table, and at the archive now and then, which is slow.
func (w *travel) compare(t *testing.T, archive bool) {
	t.Helper()
	last := 0
	if archive {
		last = w.life.next
	}
	got, err := dump(w.db, w.p, last)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.life.want(archive), got); diff != "" {
		t.Errorf("on %s (- must be there, + must not): %s", w.life.today, diff)
	}
}

// asleep checks that the age of the oldest overdue record is known before the run.
func (w *travel) asleep(t *testing.T) {
	t.Helper()
	copied := w.life.clone()
	want := copied.erase()
	pl, err := w.p.Planner(ctx(), w.p.Today(w.at()))
	if err != nil {
		t.Fatal(err)
	}
	v, err := pl.Verify(ctx())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(v.Promises, func(p retention.Promise) bool { return p.Purpose == "relationship" })
	if got := v.Promises[i].Oldest.String(); got != want.or() {
		t.Errorf("on %s the oldest overdue record is of %q, want %q", w.life.today, got, want.or())
	}
}
