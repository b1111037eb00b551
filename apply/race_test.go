package apply_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

var leadsTable = store.Table{Name: "leads", Key: []string{"id"}}

func isID(ids ...any) store.Pred { return store.In(store.Col{Name: "id"}, ids...) }

// nth calls fn when the point is reached for the nth time.
func nth(point string, n int, fn func()) func(string) {
	return func(p string) {
		if p != point {
			return
		}
		if n--; n == 0 {
			fn()
		}
	}
}

// TestRenewalInFlight: a row that was renewed by a transaction which committed while ours
// waited for its lock satisfies the candidates' question no more.
func TestRenewalInFlight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.hooks.lock = func(tx store.Tx, q store.LockQuery) (bool, []store.Key, error) {
			keys, err := tx.Lock(context.Background(), q)
			if err == nil && q.Table.Name == "leads" {
				_, err = tx.Set(context.Background(), leadsTable, []store.Key{{int64(3)}, {int64(5)}}, []store.Assign{{Column: "status", To: store.Constant, Value: "client"}})
			}
			return true, keys, err
		}
		r := w.run()
		w.check(3, 5)
		if s := step(t, r, eraseLeads); s.Changed != 2 || s.State != apply.Done {
			t.Errorf("got %+v", s)
		}
	})
}

// TestRenewalWithoutChildren: the same where looking again and deleting are one statement.
func TestRenewalWithoutChildren(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	p := w.plan()
	s, _ := p.Step(eraseLeads)
	s.Work.Table, s.Work.Children, s.Dataset, s.ID = store.Table{Name: "files", Key: []string{"id"}}, nil, "files", "files/erase/row"
	s.Work.Where, s.Due = store.Not(store.IsNull(store.Col{Name: "who"})), leadCount
	p.Steps = []plan.Step{s}
	w.hooks.lock = func(tx store.Tx, q store.LockQuery) (bool, []store.Key, error) {
		keys, err := tx.Lock(context.Background(), q)
		if slices.ContainsFunc(keys, func(k store.Key) bool { return k[0] == int64(8) }) {
			_, err = tx.Set(context.Background(), s.Work.Table, []store.Key{{int64(8)}}, []store.Assign{{Column: "who", To: store.Null}})
		}
		return true, keys, err
	}
	r, err := apply.Run(context.Background(), p, w.env(), w.opt)
	w.must(err)
	if rows := w.rows("files", "id"); len(rows) != 1 || rows[0] != "8" || r.Steps[0].Changed != 1 || r.Steps[0].Done != leadCount-1 {
		t.Errorf("left %v, got %+v", rows, r.Steps[0])
	}
}

// TestNewCallKeepsItsLead: a child inserted during the run renews the parent.
func TestNewCallKeepsItsLead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.opt.At = w.inLeads("before lock", 3, func() {
			w.must(w.insert("calls", map[string]any{"id": int64(900), "lead_id": int64(39), "at": day(recent)}))
		})
		w.run()
		if got := w.rows("calls", "id", "lead_id"); !slices.Contains(got, "900 39") || !slices.Contains(got, "78 39") {
			t.Errorf("got %v", got)
		}
	})
}

// TestInsertBesideUnfencedLink: where no foreign key stands behind a link, a row inserted
// beside makes the batch be repeated.
func TestInsertBesideUnfencedLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	looks := 0
	w.hooks.linked = func(l store.Link, _, keys []store.Key) ([]store.Key, error) {
		if l.Table.Name == "notes" {
			if looks++; looks == 2 {
				return append(keys, store.Key{int64(901)}), nil
			}
		}
		return keys, nil
	}
	w.run()
	w.check()
	if !w.said(apply.Retrying, "rows are locked by others") {
		t.Error("the batch was not repeated")
	}
}

// inLeads calls fn when the point is reached for the nth time in the step on the leads.
func (w *world) inLeads(point string, n int, fn func()) func(string) {
	count := nth(point, n, fn)
	return func(p string) {
		if w.step == eraseLeads {
			count(p)
		}
	}
}

func TestHoldPlacedDuringTheRun(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		dataset string
		ids     []any
	}{
		"on the lead":     {"leads", []any{int64(1), int64(2), int64(25), int64(39)}},
		"on its call":     {"calls", []any{int64(2), int64(5), int64(51), int64(78)}},
		"on what names":   {"notes", []any{int64(1), int64(2), int64(25), int64(39)}},
		"on no due lead":  {"leads", []any{int64(4)}},
		"on unrelated":    {"contacts", nil},
		"on kept invoice": {"invoices", []any{int64(5)}},
	}
	for name, tt := range tests {
		for _, point := range []string{"before lock", "after lock", "before receipt", "before commit"} {
			t.Run(name+" "+point, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, memory1())
				w.opt.At = w.inLeads(point, 1, func() { w.memory.place(tt.dataset, isID(tt.ids...)) })
				if tt.dataset == "contacts" {
					w.opt.At = w.inLeads(point, 1, func() { w.memory.place("contacts", store.False()) })
				}
				r := w.run()
				kept := []int64{1, 2, 25, 39}
				if len(tt.ids) < 4 {
					kept = nil
				}
				w.check(kept...)
				if s := step(t, r, eraseLeads); s.Held != int64(len(kept)) || s.State != apply.Done {
					t.Errorf("got %+v", s)
				}
			})
		}
	}
}

// TestHoldStopsWithinOneBatch: what was committed before the hold is gone; nothing of the
// matter goes after it.
func TestHoldStopsWithinOneBatch(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 4; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			var held []string
			w.opt.At = w.inLeads("before commit", n, func() {
				held = w.rows("leads", "id", "name") // as others see it
				w.memory.place("leads", store.True())
			})
			r := w.run()
			if got := w.rows("leads", "id", "name"); !slices.Equal(got, held) {
				t.Errorf("held %v, left %v", held, got)
			}
			if s := step(t, r, eraseLeads); s.Done+s.Shells+s.Held != s.Due {
				t.Errorf("got %+v", s)
			}
			w.memory.lift("leads")
		})
	}
}

func TestApprovedSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.memory.approve(eraseLeads, store.Key{int64(1)}, store.Key{int64(5)}, store.Key{int64(4)}, store.Key{int64(777)})
	r := w.run()
	var kept []int64
	for i := int64(1); i <= leadCount; i++ {
		if i != 1 && i != 5 {
			kept = append(kept, i)
		}
	}
	wantLeads := want(kept...)["leads"]
	if got := w.rows("leads", "id", "name"); !slices.Equal(got, wantLeads) {
		t.Errorf("got %v, want %v", got, wantLeads)
	}
	if s := step(t, r, eraseLeads); s.Done != 1 || s.Shells != 1 || s.Outside != count(dueLead)-2 {
		t.Errorf("got %+v", s)
	}
}

// TestNeverMoreThanTheCount: without a set, the count that was shown is the limit.
func TestNeverMoreThanTheCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	p := w.plan()
	for i := range p.Steps {
		p.Steps[i].Due = 10
	}
	r, err := apply.Run(context.Background(), p, w.env(), w.opt)
	w.must(err)
	for _, s := range r.Steps {
		if s.Done+s.Shells != 10 || s.State != apply.Done {
			t.Errorf("got %+v", s)
		}
	}
	r, err = apply.Run(context.Background(), p, w.env(), w.opt)
	w.must(err)
	if r.Rows() != 0 {
		t.Errorf("the second run acted on %d more", r.Rows())
	}
}

func TestApprovalIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.memory.refused[eraseLeads] = true
	r := w.run()
	s := step(t, r, eraseLeads)
	if s.State != apply.NotApproved || s.Left != s.Due || len(w.rows("leads", "id")) != leadCount || r.Complete() {
		t.Errorf("got %+v", s)
	}
	w.memory.refused = nil
	w.run()
	w.check()
}

// TestBusyOnce: locks that go away cost time only.
func TestBusyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	tries, smallest := 0, 100
	w.hooks.lock = func(_ store.Tx, q store.LockQuery) (bool, []store.Key, error) {
		smallest = min(smallest, q.Limit)
		tries++
		return tries%5 != 0, nil, fmt.Errorf("deadlock: %w", store.ErrBusy)
	}
	w.run()
	w.check()
	if smallest > 2 || w.wall.slept == 0 {
		t.Errorf("the batch was not made smaller than %d", smallest)
	}
}

// lockOut makes rows look locked by others.
func (w *world) lockOut(ids ...int64) {
	locked := func(k store.Key) bool { return slices.Contains(ids, k[len(k)-1].(int64)) }
	w.hooks.lock = func(tx store.Tx, q store.LockQuery) (bool, []store.Key, error) {
		keys, err := tx.Lock(context.Background(), store.LockQuery{Table: q.Table, Where: q.Where, After: q.After})
		if q.SkipLocked {
			keys = slices.DeleteFunc(keys, locked)
		}
		keys = keys[:min(len(keys), q.Limit)]
		if slices.ContainsFunc(keys, locked) {
			return true, nil, store.ErrBusy
		}
		return true, keys, err
	}
}

// TestLockedThroughout: rows that others never let go are said to be left, the others are
// done, and the next run takes them.
func TestLockedThroughout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.lockOut(1, 10, 39)
	r := w.run()
	for _, s := range r.Steps {
		if s.State != apply.Partly || s.Locked != 3 || s.Left != 3 || s.Why != "locked" {
			t.Errorf("got %+v", s)
		}
	}
	w.hooks.lock = nil
	if r := w.run(); !r.Complete() {
		t.Errorf("got %+v", r)
	}
	w.check()
}

// TestLockedChildThroughout: a lock on a row that names a lead keeps that lead only.
func TestLockedChildThroughout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.hooks.linked = func(l store.Link, parents, keys []store.Key) ([]store.Key, error) {
		if l.Table.Name == "calls" && slices.ContainsFunc(parents, func(k store.Key) bool { return k[0] == int64(25) }) {
			return nil, store.ErrBusy
		}
		return keys, nil
	}
	r := w.run()
	if s := step(t, r, eraseLeads); s.State != apply.Partly || s.Locked != 1 || s.Done+s.Shells != s.Due-1 {
		t.Errorf("got %+v", s)
	}
	w.hooks.linked = nil
	w.run()
	w.check()
}

func TestUnknownCommit(t *testing.T) {
	t.Parallel()
	for name, happened := range map[string]bool{"happened": true, "did not happen": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			n := 0
			w.hooks.commit = func(tx store.Tx) error {
				if n++; n%2 == 0 {
					return tx.Commit(context.Background())
				}
				if happened {
					w.must(tx.Commit(context.Background()))
				} else {
					w.must(tx.Rollback())
				}
				return fmt.Errorf("connection lost: %w", store.ErrUnknownCommit)
			}
			if r := w.run(); !r.Complete() {
				t.Errorf("got %+v", r)
			}
			w.check()
		})
	}
}

// TestUnknownCommitAndThenNothing: the store is gone after a commit that was not answered;
// the copies in the archive wait until it is back.
func TestUnknownCommitAndThenNothing(t *testing.T) {
	t.Parallel()
	for name, happened := range map[string]bool{"happened": true, "did not happen": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			w.opt.Only = []string{moveFiles}
			w.hooks.commit = func(tx store.Tx) error {
				if happened {
					w.must(tx.Commit(context.Background()))
				} else {
					w.must(tx.Rollback())
				}
				w.hooks.begin = func() error { return store.ErrUnreachable }
				return store.ErrUnknownCommit
			}
			r := w.run()
			if s := r.Steps[0]; s.State != apply.Unreachable || s.Done != 0 || len(w.vault.pending) != 1 || !slices.Equal(r.Unreachable, []string{"crm"}) {
				t.Errorf("got %+v, %d pending", s, len(w.vault.pending))
			}
			*w.hooks = hooks{}
			w.opt.Only = nil
			w.run()
			w.check()
		})
	}
}

func TestUnreachableForAWhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	n := 0
	w.hooks.begin = func() error {
		if n++; n%3 != 0 {
			return store.ErrUnreachable
		}
		return nil
	}
	if r := w.run(); !r.Complete() {
		t.Errorf("got %+v", r)
	}
	w.check()
}

func TestArchiveCopiesDiffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.vault.corrupt = true
	before := w.rows("files", "id", "who")
	r := w.run()
	if s := step(t, r, moveFiles); s.State != apply.Failed || s.Done != 0 {
		t.Errorf("got %+v", s)
	}
	if !slices.Equal(before, w.rows("files", "id", "who")) || len(w.vault.pending)+len(w.vault.kept) > 0 {
		t.Error("rows went or copies stayed")
	}
	w.vault.corrupt = false
	w.run()
	w.check()
}

// TestStillDueAfterwards: a plan whose effect does not end its own reason is carried out
// once and said to repeat.
func TestStillDueAfterwards(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	p := w.plan()
	for i := range p.Steps {
		if p.Steps[i].ID == blankEmails {
			p.Steps[i].Work.Set = []store.Assign{{Column: "email", To: store.Constant, Value: "x"}}
		}
	}
	r, err := apply.Run(context.Background(), p, w.env(), w.opt)
	w.must(err)
	if s := step(t, r, blankEmails); !s.Repeats || s.Done != s.Due {
		t.Errorf("got %+v", s)
	}
}
