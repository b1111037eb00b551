package apply_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
)

// TestWritersBeside: a transaction of the company's software is open on a due lead when the
// run begins, and commits while the run waits for the lead's lock. The second case is the
// write skew: the lead's own row does not change, a call is inserted beside it.
func TestWritersBeside(t *testing.T) {
	t.Parallel()
	statements := map[string]string{
		"renewal": `UPDATE leads SET status = 'client' WHERE id = 3`,
		"call":    `INSERT INTO calls (id, lead_id, at) VALUES (900, 3, '2026-11-01')`,
		"both":    `UPDATE calls SET at = '2026-11-01' WHERE lead_id = 3`,
	}
	for _, engine := range []string{"postgres", "mariadb"} {
		for name, statement := range statements {
			t.Run(engine+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, backings[engine](t))
				w.opt.Only = []string{eraseLeads}
				commit := w.open(statement)
				time.AfterFunc(300*time.Millisecond, commit)
				r, err := apply.Run(context.Background(), w.plan(), w.env(), w.opt)
				w.must(err)
				wantLeads := want(3)["leads"]
				if got := w.rows("leads", "id", "name"); !slices.Equal(got, wantLeads) {
					t.Errorf("got %v, want %v", got, wantLeads)
				}
				if s := r.Steps[0]; s.State != apply.Done || s.Changed != 1 {
					t.Errorf("got %+v", s)
				}
				calls := w.rows("calls", "lead_id")
				if n := len(slices.DeleteFunc(calls, func(s string) bool { return s != "3" })); n < 2 {
					t.Errorf("lead 3 has %d calls", n)
				}
			})
		}
	}
}

// TestWriterBesideFields: the same for a step on fields, which has no children of its own but
// whose reason reads calls.
func TestWriterBesideFields(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"postgres", "mariadb"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, backings[engine](t))
			p := w.plan()
			s, _ := p.Step(eraseLeads)
			s.WholeRow, s.Work.Children = false, nil
			p.Steps = []plan.Step{s}
			time.AfterFunc(300*time.Millisecond, w.open(`UPDATE calls SET at = '2026-11-01' WHERE lead_id = 3`))
			r, err := apply.Run(context.Background(), p, w.env(), w.opt)
			w.must(err)
			if got := w.rows("leads", "id", "name"); !slices.Contains(got, "3 n") || r.Steps[0].Changed != 1 || r.Steps[0].Done != s.Due-1 {
				t.Errorf("got %v, %+v", got, r.Steps[0])
			}
		})
	}
}

// open runs the statement in a transaction and returns the function that commits it.
func (w *world) open(statement string) (commit func()) {
	w.t.Helper()
	tx, err := w.db.Begin()
	w.must(err)
	w.t.Cleanup(func() { _ = tx.Rollback() })
	_, err = tx.Exec(statement)
	w.must(err)
	return func() {
		if err := tx.Commit(); err != nil {
			w.t.Error(err)
		}
	}
}
