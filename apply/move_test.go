package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// movePlan moves whole files to the archive.
func (w *world) movePlan() plan.Plan {
	p := w.plan()
	files, _ := p.Step(moveFiles)
	files.WholeRow, files.Work.Set = true, nil
	return plan.Finish(plan.Plan{AsOf: p.AsOf, Steps: []plan.Step{files}})
}

// checkMoved compares what is left, the copies, the receipts and the ledger. Whatever is
// pending is settled as a run of another day would.
func (w *world) checkMoved(what string) {
	w.t.Helper()
	var left []string
	for i := int64(1); i <= leadCount; i++ {
		if !dueRest(i) {
			left = append(left, line(i, fmt.Sprint("w", i)))
		}
	}
	slices.Sort(left)
	if got := w.rows("files", "id", "who"); !slices.Equal(got, left) {
		w.t.Errorf("%s: files: got %v, want %v", what, got, left)
	}
	if proved := w.proved(); proved[moveFiles] != count(dueRest) {
		w.t.Errorf("%s: the receipts prove %v", what, proved)
	}
	w.wall.now = w.wall.now.Add(time.Hour)
	_, err := apply.Recover(context.Background(), w.env(), "crm")
	w.must(err)
	if len(w.vault.pending) > 0 {
		w.t.Errorf("%s: %d batches of copies are pending for ever", what, len(w.vault.pending))
	}
	w.checkVault()
}

// TestSweepMoves: rows that go to the archive are swept with their copies, without a lock,
// where the engine lets others read beside.
func TestSweepMoves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		swept := 0
		w.hooks.sweep = func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
			return sweepAll(tx, q, func(k store.Key, row store.Row) { swept++; fn(k, row) })
		}
		if r := w.runSweep(w.movePlan()); !r.Complete() {
			t.Errorf("got %+v", r)
		}
		if swept != 0 && swept != int(count(dueRest)) {
			t.Errorf("%d rows were swept", swept)
		}
		w.checkMoved("sweep")
	})
}

// TestSweepMovesAfterACrash: as TestCrashAnywhere.
func TestSweepMovesAfterACrash(t *testing.T) {
	t.Parallel()
	stride := map[string]int{"mem": 1, "sqlite": 6, "postgres": 6, "mariadb": 6}
	for name, open := range backings {
		for _, point := range points() {
			t.Run(name+" "+point, func(t *testing.T) {
				t.Parallel()
				for n := 1; ; n += stride[name] {
					w := newWorld(t, open(t))
					w.hooks.sweep = sweepAll
					if !w.dieIn(w.movePlan(), point, n) {
						return
					}
					if r := w.runSweep(w.movePlan()); !r.Complete() {
						t.Errorf("hit %d: got %+v", n, r)
					}
					if w.checkMoved(fmt.Sprint("hit ", n)); t.Failed() {
						return
					}
				}
			})
		}
	}
}

// TestSweepMovesNothingThatDiffers: a copy that is not what the row was keeps the row.
func TestSweepMovesNothingThatDiffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	before := w.rows("files", "id", "who")
	w.vault.corrupt = true
	if s := step(t, w.runSweep(w.movePlan()), moveFiles); s.State != apply.Failed || s.Done != 0 {
		t.Errorf("got %+v", s)
	}
	if !slices.Equal(before, w.rows("files", "id", "who")) {
		t.Error("rows went without a copy")
	}
	w.vault.corrupt = false
	w.runSweep(w.movePlan())
	w.checkMoved("again")
}

// TestSweepForgetsCopies: the copies of a stretch that is passed over, as it stays locked, go.
func TestSweepForgetsCopies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	n := 0
	w.hooks.commit = func(tx store.Tx) error {
		if n++; n >= 2 && n <= 4 {
			return errors.Join(store.ErrBusy, tx.Rollback())
		}
		if n == 5 && len(w.vault.pending) > 1 {
			t.Errorf("%d batches of copies are pending", len(w.vault.pending))
		}
		return tx.Commit(context.Background())
	}
	if r := w.runSweep(w.movePlan()); !r.Complete() {
		t.Errorf("got %+v", r)
	}
	w.checkMoved("busy")
}
