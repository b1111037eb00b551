package torture

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// memory is Garant's own memory in a map, so that ten thousand schedules take minutes; the
// real one is under the crash suite. Holds are on clients, by reference.
type memory struct {
	mu      sync.Mutex
	epoch   int64
	refs    map[string]bool
	entered []store.Receipt
	cursors map[string]store.Key
	set     map[string]bool
}

func newMemory() *memory { return &memory{refs: map[string]bool{}, cursors: map[string]store.Key{}} }

func (m *memory) place(ref string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	m.refs[ref] = true
}

func (m *memory) lift(ref string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	delete(m.refs, ref)
}

// Held implements apply.Holds.
func (m *memory) Held(_ context.Context, dataset string) (store.Pred, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var vs []any
	for ref := range m.refs {
		vs = append(vs, ref)
	}
	if dataset != "clients" || len(vs) == 0 {
		return store.False(), m.epoch, nil
	}
	return store.In(store.Col{Name: "ref"}, vs...), m.epoch, nil
}

// Commit implements apply.Holds.
func (m *memory) Commit(_ context.Context, epoch int64, commit func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if epoch != m.epoch {
		return plan.ErrHoldsMoved
	}
	return commit()
}

// Enter implements apply.Log.
func (m *memory) Enter(_ context.Context, _ string, rs []store.Receipt) error {
	m.entered = append(m.entered, rs...)
	return nil
}

// LastReceipt implements apply.Log.
func (m *memory) LastReceipt(context.Context, string) (int64, error) {
	if n := len(m.entered); n > 0 {
		return m.entered[n-1].Seq, nil
	}
	return 0, nil
}

// Cursor implements apply.Progress.
func (m *memory) Cursor(_ context.Context, digest, step string) (store.Key, error) {
	return m.cursors[digest+step], nil
}

// SaveCursor implements apply.Progress.
func (m *memory) SaveCursor(_ context.Context, digest, step string, k store.Key) error {
	m.cursors[digest+step] = slices.Clone(k)
	return nil
}

// DigestKey implements apply.Keys.
func (m *memory) DigestKey(context.Context, string, int, time.Time) ([]byte, error) {
	return []byte("key"), nil
}

// Has implements apply.Set.
func (m *memory) Has(k store.Key) bool { return m.set[string(ledger.EncodeKey(k))] }

// Approved implements apply.Sets.
func (m *memory) Approved(context.Context, string, string) (apply.Set, error) {
	if m.set == nil {
		return nil, nil
	}
	return m, nil
}

func (m *memory) approve(keys []store.Key) {
	m.set = map[string]bool{}
	for _, k := range keys {
		m.set[string(ledger.EncodeKey(k))] = true
	}
}
