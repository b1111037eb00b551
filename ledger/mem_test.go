package ledger

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// memory is a Storage for tests.
type memory struct {
	mu         sync.RWMutex // guards the fields below
	leaves     []Leaf
	checkpoint []byte
}

func (m *memory) View(_ context.Context, fn func(View) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fn(memoryTx{m})
}

func (m *memory) Update(_ context.Context, fn func(Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fn(memoryTx{m})
}

type memoryTx struct{ m *memory }

func (t memoryTx) Head() (int64, []byte, error) { return int64(len(t.m.leaves)), t.m.checkpoint, nil }

func (t memoryTx) Leaves(from, to int64, fn func(int64, Leaf) error) error {
	for i := from; i < to; i++ {
		if err := fn(i, t.m.leaves[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t memoryTx) Hashes(at []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range at {
		level, n := tlog.SplitStoredHashIndex(i)
		out = append(out, t.m.leaves[(n+1)<<level-1].Hashes[level])
	}
	return out, nil
}

func (t memoryTx) Put(leaves []Leaf, checkpoint []byte) error {
	t.m.leaves, t.m.checkpoint = append(t.m.leaves, leaves...), checkpoint
	return nil
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func act(i int) Entry {
	r := store.Receipt{
		Seq: int64(i), ID: fmt.Sprintf("plan/1/%d", i), Plan: "0a", Step: "leads/erase/contact",
		Action: "erase", Dataset: "leads", Groups: []string{"contact"}, Rows: 500,
		Root: KeyedRoot([]byte("k"), []store.Key{{int64(i)}}), AsOf: policy.MustDate("2026-11-22"), At: noon,
	}
	return ActOf("crm", r, Why{Grounds: []Ground{{"quotes.1", policy.MustDate("2023-11-21")}}, PolicyDigest: "0b"})
}

// filled returns a log with n acts, entered in batches of growing size, its storage and its
// public key.
func filled(t testing.TB, n int) (*Log, *memory, string) {
	t.Helper()
	private, public, err := NewKey("garant.example/test")
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{}
	l, err := New(m, private)
	if err != nil {
		t.Fatal(err)
	}
	var entries []Entry
	for i := range n {
		entries = append(entries, act(i))
	}
	for size, rest := 1, entries; len(rest) > 0; size++ {
		k := min(size, len(rest))
		if _, _, err := l.Append(t.Context(), rest[:k]...); err != nil {
			t.Fatal(err)
		}
		rest = rest[k:]
	}
	return l, m, public
}

func (m *memory) data() [][]byte {
	var d [][]byte
	for _, l := range m.leaves {
		d = append(d, slices.Clone(l.Data))
	}
	return d
}
