package apply_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
	"github.com/google/go-cmp/cmp"
)

// memory is Garant's own memory as the tests have it: what it says was saved survives a
// crash. It is the holds, the ledger, the progress, the sets and the keys in one.
type memory struct {
	mu      sync.Mutex
	epoch   int64
	held    map[string]store.Pred
	entered map[string][]store.Receipt
	cursors map[string]store.Key
	sets    map[string]map[string]bool
	refused map[string]bool
	broken  string // the method that fails
}

var errDisk = errors.New("disk full")

func newMemory() *memory {
	return &memory{held: map[string]store.Pred{}, entered: map[string][]store.Receipt{}, cursors: map[string]store.Key{},
		sets: map[string]map[string]bool{}, refused: map[string]bool{}}
}

func (m *memory) fails(method string) error {
	if m.broken == method {
		return errDisk
	}
	return nil
}

func (m *memory) place(dataset string, p store.Pred) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	m.held[dataset] = store.Or(m.held[dataset], p)
}

func (m *memory) lift(dataset string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	delete(m.held, dataset)
}

func (m *memory) Held(_ context.Context, dataset string) (store.Pred, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held[dataset], m.epoch, m.fails("held")
}

func (m *memory) Commit(_ context.Context, epoch int64, commit func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if epoch != m.epoch {
		return plan.ErrHoldsMoved
	}
	return commit()
}

func (m *memory) Enter(_ context.Context, name string, rs []store.Receipt) error {
	if err := m.fails("enter"); err != nil {
		return err
	}
	m.entered[name] = append(m.entered[name], rs...)
	return nil
}

func (m *memory) LastReceipt(_ context.Context, name string) (int64, error) {
	if n := len(m.entered[name]); n > 0 {
		return m.entered[name][n-1].Seq, nil
	}
	return 0, nil
}

func (m *memory) Cursor(_ context.Context, digest, step string) (store.Key, error) {
	return m.cursors[digest+step], m.fails("cursor")
}

func (m *memory) SaveCursor(_ context.Context, digest, step string, k store.Key) error {
	if err := m.fails("save"); err != nil {
		return err
	}
	m.cursors[digest+step] = slices.Clone(k)
	return nil
}

func (m *memory) DigestKey(context.Context, string, int, time.Time) ([]byte, error) {
	return []byte("key"), m.fails("key")
}

type fakeSet map[string]bool

func (s fakeSet) Has(k store.Key) bool { return s[string(ledger.EncodeKey(k))] }

func (m *memory) Approved(_ context.Context, _, step string) (apply.Set, error) {
	if m.refused[step] {
		return nil, fmt.Errorf("%s: %w", step, plan.ErrNotApproved)
	}
	if s, ok := m.sets[step]; ok {
		return fakeSet(s), nil
	}
	return nil, m.fails("sets")
}

func (m *memory) approve(step string, keys ...store.Key) {
	m.sets[step] = map[string]bool{}
	for _, k := range keys {
		m.sets[step][string(ledger.EncodeKey(k))] = true
	}
}

// vault is an archive.
type vault struct {
	pending map[string]apply.Copies
	kept    map[string]store.Row
	corrupt bool
}

func newVault() *vault {
	return &vault{pending: map[string]apply.Copies{}, kept: map[string]store.Row{}}
}

func (v *vault) Put(_ context.Context, c apply.Copies) error {
	v.pending[c.ID] = c
	return nil
}

func (v *vault) Verify(_ context.Context, c apply.Copies) error {
	if v.corrupt || !cmp.Equal(v.pending[c.ID].Rows, c.Rows) {
		return errors.New("a copy differs")
	}
	return nil
}

func (v *vault) Settle(_ context.Context, _ string, decide func(string, time.Time) (apply.Fate, error)) error {
	for id, c := range v.pending {
		fate, err := decide(id, c.At)
		if err != nil {
			return err
		}
		if fate == apply.Keep {
			for i, k := range c.Keys {
				v.kept[fmt.Sprint([]any(k))] = c.Rows[i]
			}
		}
		if fate != apply.Later {
			delete(v.pending, id)
		}
	}
	return nil
}

// hooks are what a test does inside of a store's transactions.
type hooks struct {
	begin  func() error
	lock   func(tx store.Tx, q store.LockQuery) (handled bool, keys []store.Key, err error)
	linked func(l store.Link, parents, keys []store.Key) ([]store.Key, error)
	commit func(tx store.Tx) error
	// sweep shows that the store sweeps; nil hides it.
	sweep func(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error)
}

// hookedActor is an actor with hooks in its transactions.
type hookedActor struct {
	store.Actor
	h *hooks
}

func (a hookedActor) Begin(ctx context.Context) (store.Tx, error) {
	if a.h.begin != nil {
		if err := a.h.begin(); err != nil {
			return nil, err
		}
	}
	tx, err := a.Actor.Begin(ctx)
	if a.h.sweep != nil {
		return sweepingTx{hookedTx{tx, a.h}}, err
	}
	return hookedTx{tx, a.h}, err
}

type sweepingTx struct{ hookedTx }

func (t sweepingTx) Sweep(_ context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	return t.h.sweep(t.Tx, q, fn)
}

// sweepAll is a hook that does nothing but sweep.
func sweepAll(tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	return tx.(store.Sweeper).Sweep(context.Background(), q, fn)
}

type hookedTx struct {
	store.Tx
	h *hooks
}

func (t hookedTx) Lock(ctx context.Context, q store.LockQuery) ([]store.Key, error) {
	if t.h.lock != nil {
		if handled, keys, err := t.h.lock(t.Tx, q); handled {
			return keys, err
		}
	}
	return t.Tx.Lock(ctx, q)
}

func (t hookedTx) Linked(ctx context.Context, l store.Link, parents []store.Key) ([]store.Key, error) {
	keys, err := t.Tx.Linked(ctx, l, parents)
	if t.h.linked != nil && err == nil {
		return t.h.linked(l, parents, keys)
	}
	return keys, err
}

func (t hookedTx) Commit(ctx context.Context) error {
	if t.h.commit != nil {
		return t.h.commit(t.Tx)
	}
	return t.Tx.Commit(ctx)
}

// wall is a clock that moves a millisecond with each look, and by what is slept.
type wall struct {
	now   time.Time
	slept time.Duration
}

func (w *wall) clock() time.Time {
	w.now = w.now.Add(time.Millisecond)
	return w.now
}

func (w *wall) sleep(_ context.Context, d time.Duration) {
	w.now, w.slept = w.now.Add(d), w.slept+d
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}
