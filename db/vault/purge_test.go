package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// mixed ends odd records and leaves even ones: record 4 has no end, 2 ends today.
func mixed(_ context.Context, _ plan.Step, keys []store.Key) ([]policy.Date, error) {
	ends := make([]policy.Date, len(keys))
	for i, k := range keys {
		switch n := k[0].(int64); {
		case n%2 == 1:
			ends[i] = over
		case n == 2:
			ends[i] = today
		}
	}
	return ends, nil
}

func four(t *testing.T, v *Vault) {
	t.Helper()
	put(t, v, copies("odd", map[int64]store.Row{1: {"a", "b"}, 3: {"a", "b"}}))
	put(t, v, copies("even", map[int64]store.Row{2: {"a", "b"}, 4: {"a", "b"}}))
	settle(t, v, map[string]apply.Fate{"odd": apply.Keep, "even": apply.Keep})
	put(t, v, copies("pending", map[int64]store.Row{5: {"a", "b"}}))
}

func none(string) (bool, []store.Key, error) { return false, nil, nil }

func TestPurge(t *testing.T) {
	t.Parallel()
	broken := errors.New("the holds have moved")
	for _, c := range []struct {
		name  string
		purge Purge
		want  error
		gone  int64
		left  int // batches
	}{
		{"no holds", Purge{Held: none}, nil, 2, 2},
		{"a record is held", Purge{Held: func(string) (bool, []store.Key, error) { return false, []store.Key{key(3), key(9)}, nil }}, nil, 1, 3},
		{"all over are held", Purge{Held: func(string) (bool, []store.Key, error) { return false, []store.Key{key(3), key(1)}, nil }}, nil, 0, 3},
		{"all are held", Purge{Held: func(string) (bool, []store.Key, error) { return true, nil, nil }}, nil, 0, 3},
		{"nobody knows", Purge{Held: func(string) (bool, []store.Key, error) { return false, nil, broken }}, broken, 0, 3},
		{"gate is shut", Purge{Held: none, Gate: func(func() error) error { return broken }}, broken, 0, 3},
		{"gate is open", Purge{Held: none, Gate: func(commit func() error) error { return commit() }}, nil, 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newPlace(t).open(t, mixed)
			four(t, v)
			c.purge.Today, c.purge.At = today, noon
			rs, err := v.Purge(t.Context(), c.purge)
			if !errors.Is(err, c.want) || rowsOf(rs) != c.gone {
				t.Errorf("purged %d, %v", rowsOf(rs), err)
			}
			if n := copiesIn(t, v); n != 5-int(c.gone) {
				t.Errorf("%d copies are left", n)
			}
			if n := count(t, v, "batches"); n != c.left {
				t.Errorf("%d keys of batches are left, want %d", n, c.left)
			}
			got, err := v.Expired(t.Context(), today)
			var want []Count
			if c.gone < 2 {
				want = []Count{{"leads", "contact", 2 - c.gone}}
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

func rowsOf(rs []store.Receipt) (n int64) {
	for _, r := range rs {
		n += r.Rows
	}
	return n
}

// TestPurgeMany purges more than one transaction takes, some of it held.
func TestPurgeMany(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(over))
	c := copies("b", nil)
	var held []store.Key
	for n := range int64(2*purgeAtOnce + 10) {
		c.Keys, c.Rows = append(c.Keys, key(n)), append(c.Rows, store.Row{"a", "b"})
		if n < purgeAtOnce { // the whole first transaction
			held = append(held, key(n))
		}
	}
	put(t, v, c)
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	p := Purge{Today: today, At: noon, Held: func(string) (bool, []store.Key, error) { return false, held, nil }}
	rs, err := v.Purge(t.Context(), p)
	if err != nil || len(rs) != 2 || rowsOf(rs) != purgeAtOnce+10 {
		t.Errorf("%d receipts of %d rows, %v", len(rs), rowsOf(rs), err)
	}
	if rs, err := v.Purge(t.Context(), p); err != nil || len(rs) != 0 {
		t.Errorf("purged again: %d receipts, %v", len(rs), err)
	}
}

// TestReceipts enters the receipts of two purges in a ledger, one of them late.
func TestReceipts(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, mixed)
	state, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	four(t, v)
	var all []store.Receipt
	for _, day := range []policy.Date{today, later} {
		rs, err := v.Purge(t.Context(), Purge{Today: day, At: noon, Held: none})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rs...)
	}
	var stored []store.Receipt
	if err := v.Receipts(t.Context(), 0, func(r store.Receipt) bool { stored = append(stored, r); return true }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, stored); diff != "" || len(all) != 2 {
		t.Errorf("%d receipts: %s", len(all), diff)
	}
	root := ledger.KeyedRoot(v.roots, []store.Key{{named(v, 3)}, {named(v, 1)}})
	if all[0].Seq != 1 || all[1].Seq != 2 || all[0].Root != root || all[0].Step != "leads/erase/contact" {
		t.Errorf("got %+v", all)
	}
	for _, rs := range [][]store.Receipt{stored[:1], stored} {
		if err := state.Enter(t.Context(), Store, rs); err != nil {
			t.Fatal(err)
		}
	}
	last, err := state.LastReceipt(t.Context(), Store)
	if c, err2 := state.VerifyLedger(t.Context()); err != nil || err2 != nil || last != 2 || c.Size != 2 {
		t.Errorf("%d receipts in %d leaves, %v, %v", last, c.Size, err, err2)
	}
	if b, err := json.Marshal(stored); err != nil || bytes.Contains(b, []byte("@")) {
		t.Error("a receipt shows a value")
	}
}

// TestShredded looks for a purged copy and its key in the files that are left.
func TestShredded(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, v *Vault) error{
		"purged": func(t *testing.T, v *Vault) error {
			settle(t, v, map[string]apply.Fate{"b": apply.Keep})
			_, err := v.Purge(t.Context(), Purge{Today: today, At: noon, Held: none})
			return err
		},
		"forgotten": func(t *testing.T, v *Vault) error {
			settle(t, v, map[string]apply.Fate{"b": apply.Forget})
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			v := p.open(t, until(over))
			put(t, v, copies("b", map[int64]store.Row{1: {"a", bytes.Repeat([]byte("b"), 100_000)}}))
			var wrapped, payload []byte
			if err := v.db.QueryRowContext(t.Context(), "SELECT wrapped_key, payload FROM batches JOIN sheets ON batch = seq").Scan(&wrapped, &payload); err != nil {
				t.Fatal(err)
			}
			if !shown(t, p, wrapped[50:]) || !shown(t, p, payload[90_000:90_100]) {
				t.Fatal("the test looks in the wrong place")
			}
			if err := end(t, v); err != nil {
				t.Fatal(err)
			}
			if shown(t, p, wrapped[50:]) || shown(t, p, payload[90_000:90_100]) {
				t.Error("what was deleted can still be read")
			}
		})
	}
}

func shown(t *testing.T, p place, needle []byte) bool {
	t.Helper()
	found := false
	for _, file := range []string{p.file, p.file + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(b, needle)
	}
	return found
}
