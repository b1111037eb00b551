package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

const eraseFiles = "files/erase/row"

var filesTable = store.Table{Name: "files", Key: []string{"id"}}

// sweepPlan erases files and blanks contacts; both reasons are in the row.
func (w *world) sweepPlan() plan.Plan {
	p := w.plan()
	files, _ := p.Step(moveFiles)
	contacts, _ := p.Step(blankEmails)
	files.ID, files.Action, files.WholeRow, files.Work.Set, files.Work.Copy = eraseFiles, policy.Erase, true, nil, nil
	return plan.Finish(plan.Plan{AsOf: p.AsOf, Steps: []plan.Step{files, contacts}})
}

func (w *world) runSweep(p plan.Plan) apply.Report {
	w.t.Helper()
	if w.hooks.sweep == nil {
		w.hooks.sweep = sweepAll
	}
	r, err := apply.Run(context.Background(), p, w.env(), w.opt)
	w.must(err)
	return r
}

// checkSweep compares what is left, but for the kept files, and receipts with effects and the
// ledger.
func (w *world) checkSweep(kept ...int64) {
	w.t.Helper()
	var left []string
	for i := int64(1); i <= leadCount; i++ {
		if !dueRest(i) || slices.Contains(kept, i) {
			left = append(left, line(i, fmt.Sprint("w", i)))
		}
	}
	slices.Sort(left)
	if got := w.rows("files", "id", "who"); !slices.Equal(got, left) {
		w.t.Errorf("files: got %v, want %v", got, left)
	}
	if got, want := w.rows("contacts", "no", "email"), want()["contacts"]; !slices.Equal(got, want) {
		w.t.Errorf("contacts: got %v, want %v", got, want)
	}
	proved := w.proved()
	if gone := int64(leadCount - len(left)); proved[eraseFiles] != gone || proved[blankEmails] != count(dueRest) {
		w.t.Errorf("the receipts prove %v, %d files went", proved, gone)
	}
}

// proved sums the receipts by step and makes sure that the ledger has the same ones.
func (w *world) proved() map[string]int64 {
	w.t.Helper()
	rows := map[string]int64{}
	ids := map[string]bool{}
	w.must(w.actor.Receipts(context.Background(), 0, func(r store.Receipt) bool {
		rows[r.Step] += r.Rows
		ids[r.ID] = true
		return true
	}))
	for _, r := range w.memory.entered["crm"] {
		if !ids[r.ID] {
			w.t.Errorf("receipt %s was entered twice or is not in the store", r.ID)
		}
		delete(ids, r.ID)
	}
	if len(ids) > 0 {
		w.t.Errorf("%d receipts were not entered", len(ids))
	}
	return rows
}

// TestSweep: everything is done by the sweep, without a lock, and each receipt commits to the
// records of its stretch.
func TestSweep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var roots []string
		w.hooks.sweep = func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
			var keys []store.Key
			s, err := sweepAll(tx, q, func(k store.Key, row store.Row) { keys = append(keys, k); fn(k, row) })
			if q.Table.Name == "files" && len(keys) > 0 {
				roots = append(roots, ledger.KeyedRoot(ledger.DatasetKey([]byte("key"), "files"), keys))
			}
			return s, err
		}
		w.hooks.lock = func(_ store.Tx, q store.LockQuery) (bool, []store.Key, error) {
			if q.Table.Name == "files" {
				t.Error("a file was locked after the sweep")
			}
			return false, nil, nil
		}
		r := w.runSweep(w.sweepPlan())
		w.checkSweep()
		if !r.Complete() || step(t, r, eraseFiles).Done != count(dueRest) {
			t.Errorf("got %+v", r)
		}
		for _, rc := range w.memory.entered["crm"] {
			if rc.Step == eraseFiles && !slices.Contains(roots, rc.Root) {
				t.Errorf("receipt %s commits to other records", rc.ID)
			}
		}
	})
}

// TestSweepIsForManyRows: few due rows are looked up, and what hangs on others is not swept.
func TestSweepIsForManyRows(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*plan.Step){
		"few rows": func(s *plan.Step) { s.Rows = s.Due * 60 },
		"children": func(s *plan.Step) {
			l := store.Link{Table: store.Table{Name: "notes", Key: []string{"id"}}, Columns: []string{"lead_id"}, To: []string{"id"}}
			s.Work.Children = []plan.Child{{Dataset: "notes", Link: l, Do: plan.BlankLink}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			p := w.sweepPlan()
			for i := range p.Steps {
				if p.Steps[i].ID == eraseFiles {
					change(&p.Steps[i])
				}
			}
			w.hooks.sweep = func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
				if q.Table.Name == "files" {
					t.Error("the files were swept")
				}
				return sweepAll(tx, q, fn)
			}
			w.runSweep(p)
			w.checkSweep()
		})
	}
}

// TestSweepIsLeft: where a sweep cannot be done or somebody is in its way, the passes that
// lock do what it left.
func TestSweepIsLeft(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(n int, q store.SweepQuery) (store.Swept, error){
		"unsupported": func(int, store.SweepQuery) (store.Swept, error) { return store.Swept{}, errors.ErrUnsupported },
		"unsupported in the middle": func(n int, _ store.SweepQuery) (s store.Swept, err error) {
			if n == 3 {
				err = errors.ErrUnsupported
			}
			return s, err
		},
		"busy now and then": func(n int, _ store.SweepQuery) (s store.Swept, err error) {
			if n%3 == 2 {
				err = store.ErrBusy
			}
			return s, err
		},
		"one row is locked for ever": func(_ int, q store.SweepQuery) (s store.Swept, err error) {
			if len(q.After) == 1 && q.After[0].(int64) > 10 && q.After[0].(int64) < 20 {
				s.Next, err = store.Key{q.After[0].(int64) + 7}, store.ErrBusy
			}
			return s, err
		},
		"the last stretch is locked": func(_ int, q store.SweepQuery) (s store.Swept, err error) {
			if len(q.After) == 1 && q.After[0].(int64) > 30 {
				s.Done, err = true, store.ErrBusy
			}
			return s, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			n := 0
			w.hooks.sweep = func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
				n++
				if s, err := answer(n, q); err != nil {
					return s, err
				}
				return sweepAll(tx, q, fn)
			}
			if r := w.runSweep(w.sweepPlan()); !r.Complete() {
				t.Errorf("got %+v", r)
			}
			w.checkSweep()
		})
	}
}

// TestSweepEnds: a store that is always busy ends the step as it would without a sweep.
func TestSweepEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.hooks.begin = func() error { return store.ErrBusy }
	r := w.runSweep(w.sweepPlan())
	for _, s := range r.Steps {
		if s.State != apply.Partly || s.Done != 0 || s.Left != s.Due {
			t.Errorf("got %+v", s)
		}
	}
	w.hooks.begin = nil
	w.runSweep(w.sweepPlan())
	w.checkSweep()
}

// TestSweepAfterACrash: as TestCrashAnywhere.
func TestSweepAfterACrash(t *testing.T) {
	t.Parallel()
	stride := map[string]int{"mem": 1, "sqlite": 3, "postgres": 3, "mariadb": 3}
	for name, open := range backings {
		for _, point := range []string{"before lock", "before effect", "after effect", "after receipt", "before commit", "after commit", "after enter", "after cursor"} {
			t.Run(name+" "+point, func(t *testing.T) {
				t.Parallel()
				for n := 1; ; n += stride[name] {
					w := newWorld(t, open(t))
					w.hooks.sweep = sweepAll
					if !w.dieIn(w.sweepPlan(), point, n) {
						return
					}
					if r := w.runSweep(w.sweepPlan()); !r.Complete() {
						t.Errorf("hit %d: got %+v", n, r)
					}
					if w.checkSweep(); t.Failed() {
						t.Fatalf("crashed at hit %d", n)
					}
				}
			})
		}
	}
}

// TestSweepWithoutAnAnswer: a commit whose answer is lost is found out.
func TestSweepWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(store.Tx) error{
		"it happened":     func(tx store.Tx) error { return tx.Commit(context.Background()) },
		"it did not":      store.Tx.Rollback,
		"nobody knows it": func(tx store.Tx) error { return errors.Join(tx.Rollback(), store.ErrUnreachable) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			n := 0
			w.hooks.commit = func(tx store.Tx) error {
				if n++; n%3 != 2 {
					return tx.Commit(context.Background())
				}
				return errors.Join(store.ErrUnknownCommit, end(tx))
			}
			r := w.runSweep(w.sweepPlan())
			w.checkSweep()
			if !r.Complete() || r.Rows() != 2*count(dueRest) {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// TestHoldDuringASweep: a hold keeps what is not yet committed, also in the stretch ahead.
func TestHoldDuringASweep(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"before lock", "before effect", "after effect", "before receipt", "before commit", "after commit"} {
		for _, name := range []string{"mem", "mariadb"} { // whose stretches are of seven rows
			t.Run(name+" "+point, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, backings[name](t))
				w.opt.At = nth(point, 2, func() { w.memory.place("files", isID(int64(19), int64(37))) })
				s := step(t, w.runSweep(only(w.sweepPlan(), eraseFiles)), eraseFiles)
				if left := w.rows("files", "id"); !slices.Contains(left, "19") || !slices.Contains(left, "37") || s.Held != 2 || s.Done != count(dueRest)-2 {
					t.Errorf("left %v, got %+v", left, s)
				}
			})
		}
	}
}

// only leaves one step in the plan.
func only(p plan.Plan, id string) plan.Plan {
	p.Steps = slices.DeleteFunc(p.Steps, func(s plan.Step) bool { return s.ID != id })
	return p
}

// TestSweepAhead: the next stretch is swept while the one before is proved, unless somebody
// may want the store to be left alone; two are never committed out of order.
func TestSweepAhead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"postgres", "mariadb"} {
		for what, change := range map[string]func(*apply.Options){
			"":         func(*apply.Options) {},
			"paced":    func(o *apply.Options) { o.Ratio = 0.1 },
			"throttle": func(o *apply.Options) { o.Probe = func(context.Context, string) string { return "" } },
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, backings[name](t))
				if name == "postgres" {
					w.spread()
				}
				change(&w.opt)
				var open, most atomic.Int64
				w.hooks.sweep = func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
					most.Store(max(most.Load(), open.Add(1)))
					time.Sleep(2 * time.Millisecond)
					return sweepAll(tx, q, fn)
				}
				w.hooks.commit = func(tx store.Tx) error {
					time.Sleep(5 * time.Millisecond) // in which the next one begins
					defer open.Add(-1)
					return tx.Commit(context.Background())
				}
				s := step(t, w.runSweep(only(w.sweepPlan(), eraseFiles)), eraseFiles)
				if s.Done != count(dueRest) || s.Batches < 3 {
					t.Errorf("got %+v", s)
				}
				if got := most.Load() > 1; got != (what == "") {
					t.Errorf("%d stretches were open at once", most.Load())
				}
			})
		}
	}
}

// spread puts the files on many pages.
func (w *world) spread() {
	w.t.Helper()
	for _, q := range []string{"UPDATE files SET who = who || repeat(' ', 1900 - length(who))", "VACUUM FULL ANALYZE files"} {
		_, err := w.db.Exec(q)
		w.must(err)
	}
}

// TestRenewalDuringASweep: a row that is no longer due when its stretch comes stays.
func TestRenewalDuringASweep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := 0
		w.hooks.sweep = func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
			if n++; q.Table.Name == "files" && n == 1 {
				_, err := tx.Set(context.Background(), filesTable, []store.Key{{int64(6)}}, []store.Assign{{Column: "seen", To: store.Null}})
				w.must(err)
			}
			return sweepAll(tx, q, fn)
		}
		r := w.runSweep(only(w.sweepPlan(), eraseFiles))
		if s := step(t, r, eraseFiles); s.Changed != 1 || s.Done != count(dueRest)-1 || !slices.Contains(w.rows("files", "id"), "6") {
			t.Errorf("got %+v", s)
		}
	})
}

// TestSweepOfAnApprovedSet: what was not shown stays, and everything else goes.
func TestSweepOfAnApprovedSet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var shown []store.Key
		for i := int64(1); i <= leadCount; i++ {
			if dueRest(i) && i != 6 && i != 39 {
				shown = append(shown, store.Key{i})
			}
		}
		w.memory.approve(eraseFiles, shown...)
		p := w.sweepPlan()
		for i := range p.Steps {
			if p.Steps[i].ID == eraseFiles {
				p.Steps[i].Due = int64(len(shown))
			}
		}
		r := w.runSweep(p)
		w.checkSweep(6, 39)
		if s := step(t, r, eraseFiles); s.State != apply.Done || s.Outside != 2 {
			t.Errorf("got %+v", s)
		}
	})
}

// TestSweepNeverMoreThanTheCount: without a set, the count that was shown is the limit.
func TestSweepNeverMoreThanTheCount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.sweepPlan()
		for i := range p.Steps {
			p.Steps[i].Due = 10
		}
		for _, s := range w.runSweep(p).Steps {
			if s.Done != 10 || s.State != apply.Done {
				t.Errorf("got %+v", s)
			}
		}
		if n := leadCount - len(w.rows("files", "id")); n != 10 {
			t.Errorf("%d files went", n)
		}
	})
}

// TestSweepOfRowsThatStayDue: each row is acted on once, although the question holds again.
func TestSweepOfRowsThatStayDue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.sweepPlan()
		for i := range p.Steps {
			p.Steps[i].WholeRow = false
			p.Steps[i].Work.Set = []store.Assign{{Column: "email", To: store.Constant, Value: "gone"}}
			if p.Steps[i].ID == eraseFiles {
				p.Steps[i].Work.Set[0].Column = "who"
			}
		}
		for _, s := range w.runSweep(p).Steps {
			if s.Done != s.Due || !s.Repeats {
				t.Errorf("got %+v", s)
			}
		}
		if left := w.rows("files", "who"); len(left) != leadCount || int64(len(left)-len(slices.Compact(left)))+1 != count(dueRest) {
			t.Errorf("got %v", left)
		}
	})
}
