package vault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// TestSettleAfterCrash closes the archive after each step of a batch, and settles it in the
// next life.
func TestSettleAfterCrash(t *testing.T) {
	t.Parallel()
	c := copies("b", map[int64]store.Row{1: {"a", "b"}})
	for _, s := range []struct {
		name    string
		do      func(t *testing.T, v *Vault) error
		fate    apply.Fate
		settled bool
		batches int
	}{
		{"before put", func(*testing.T, *Vault) error { return nil }, apply.Keep, false, 0},
		{"after put, rolled back", func(t *testing.T, v *Vault) error { return v.Put(t.Context(), c) }, apply.Forget, false, 0},
		{"after put, outcome open", func(t *testing.T, v *Vault) error { return v.Put(t.Context(), c) }, apply.Later, false, 1},
		{"after commit", func(t *testing.T, v *Vault) error { return v.Put(t.Context(), c) }, apply.Keep, true, 1},
		{"after settle", func(t *testing.T, v *Vault) error {
			put(t, v, c)
			settle(t, v, map[string]apply.Fate{"b": apply.Keep})
			return nil
		}, apply.Forget, true, 1},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			v := p.open(t, until(later))
			if err := errors.Join(s.do(t, v), v.Close()); err != nil {
				t.Fatal(err)
			}
			v = p.open(t, nil)
			settle(t, v, map[string]apply.Fate{"b": s.fate})
			has, err := v.Has(t.Context(), "leads", key(1))
			if err != nil || (len(has) == 1) != s.settled || count(t, v, "batches") != s.batches || copiesIn(t, v) != s.batches {
				t.Errorf("got %v, %d batches, %v", has, count(t, v, "batches"), err)
			}
		})
	}
}

// TestSettleError leaves what follows pending, and hands the error on as it is.
func TestSettleError(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	for _, id := range []string{"a", "b", "c"} {
		put(t, v, copies(id, map[int64]store.Row{1: {id, id}}))
	}
	broken := errors.New("broken")
	err := v.Settle(t.Context(), "crm", func(id string, _ time.Time) (apply.Fate, error) {
		if id == "b" {
			return apply.Later, broken
		}
		return apply.Keep, nil
	})
	if err != broken {
		t.Errorf("got %v", err)
	}
	var asked []string
	err = v.Settle(t.Context(), "crm", func(id string, _ time.Time) (apply.Fate, error) {
		asked = append(asked, id)
		return apply.Later, nil
	})
	if err != nil || !slices.Equal(asked, []string{"b", "c"}) {
		t.Errorf("asked about %v, %v", asked, err)
	}
	err = v.Settle(t.Context(), "billing", func(string, time.Time) (apply.Fate, error) {
		t.Error("asked about a batch of another store")
		return apply.Later, nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRenewed archives a record, renews it and archives it again.
func TestRenewed(t *testing.T) {
	t.Parallel()
	placeholder := "3f2a8c1d9b7e6f504132ab98cd76ef10"
	for _, c := range []struct {
		name  string
		fate  apply.Fate
		again store.Row
		want  map[string]any
		until policy.Date
	}{
		{"rolled back", apply.Forget, store.Row{"new@x", "new"}, map[string]any{"email": "old@x", "phone": "old"}, over},
		{"outcome open", apply.Later, store.Row{"new@x", "new"}, map[string]any{"email": "old@x", "phone": "old"}, over},
		{"replaced", apply.Keep, store.Row{"new@x", "new"}, map[string]any{"email": "new@x", "phone": "new"}, later},
		{"one field filled again", apply.Keep, store.Row{"new@x", nil}, map[string]any{"email": "new@x", "phone": "old"}, later},
		{"beside a placeholder", apply.Keep, store.Row{placeholder, "new"}, map[string]any{"email": "old@x", "phone": "new"}, later},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			first := p.open(t, until(over))
			put(t, first, copies("a", map[int64]store.Row{1: {"old@x", "old"}}))
			settle(t, first, map[string]apply.Fate{"a": apply.Keep})
			second := p.open(t, until(later))
			put(t, second, copies("b", map[int64]store.Row{1: c.again}))
			settle(t, second, map[string]apply.Fate{"b": c.fate})
			got, err := contact(t, second, 1)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
			has, err := second.Has(t.Context(), "leads", key(1))
			if diff := cmp.Diff([]Item{{"contact", c.until}}, has); diff != "" || err != nil {
				t.Error(diff, err)
			}
			if n := count(t, second, "batches"); c.fate == apply.Keep && n != 1 {
				t.Errorf("%d batches, want 1: the key of a batch without copies is still there", n)
			}
		})
	}
}

// TestNothingIsLost puts and settles batches in every order, with crashes between, and holds
// the archive to a model of it: what was kept once can be read ever after.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rapid.Check(t, func(r *rapid.T) {
		m := model{r: r, kept: map[int64]variant{}}
		m.v = p.open(t, until(later))
		defer func() { _ = m.v.Close() }()
		m.clear(t)
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			m.put(t)
			if rapid.Bool().Draw(r, "settle") {
				m.settle(t)
			}
		}
		m.check(t)
	})
}

// variant is what a record's copy should be, and the number of the batch it is from.
type variant struct {
	batch  int
	fields map[string]any
}

type model struct {
	r       *rapid.T
	v       *Vault
	n       int
	pending []apply.Copies
	kept    map[int64]variant
}

func (m *model) clear(t *testing.T) {
	for _, table := range []string{"places", "sheets", "batches", "readings"} {
		if _, err := m.v.db.ExecContext(t.Context(), "DELETE FROM "+table); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *model) put(t *testing.T) {
	m.n++
	rows := map[int64]store.Row{}
	for range rapid.IntRange(1, 3).Draw(m.r, "records") {
		some := func(what string) any {
			return rapid.SampledFrom([]any{nil, fmt.Sprintf("%s@%d", what, m.n)}).Draw(m.r, what)
		}
		rows[rapid.Int64Range(0, 3).Draw(m.r, "record")] = store.Row{some("email"), some("phone")}
	}
	c := copies(fmt.Sprintf("batch-%d", m.n), rows)
	put(t, m.v, c)
	m.pending = append(m.pending, c)
}

func (m *model) settle(t *testing.T) {
	fates := map[string]apply.Fate{}
	var left []apply.Copies
	for _, c := range m.pending {
		f := rapid.SampledFrom([]apply.Fate{apply.Later, apply.Keep, apply.Keep, apply.Forget}).Draw(m.r, "fate")
		fates[c.ID] = f
		switch f {
		case apply.Later:
			left = append(left, c)
		case apply.Keep:
			m.keep(c)
		}
	}
	m.pending = left
	settle(t, m.v, fates)
}

func (m *model) keep(c apply.Copies) {
	var n int
	_, _ = fmt.Sscanf(c.ID, "batch-%d", &n)
	for i, k := range c.Keys {
		id := k[0].(int64)
		newer, older := variant{n, map[string]any{"email": c.Rows[i][0], "phone": c.Rows[i][1]}}, m.kept[id]
		if older.batch > newer.batch {
			newer, older = older, newer
		}
		all := maps.Clone(newer.fields)
		for col, x := range older.fields {
			if all[col] == nil {
				all[col] = x
			}
		}
		m.kept[id] = variant{newer.batch, all}
	}
}

func (m *model) check(t *testing.T) {
	for id := range int64(4) {
		got, err := contact(t, m.v, id)
		want, kept := m.kept[id]
		if kept == errors.Is(err, ErrNotFound) || !cmp.Equal(want.fields, got) {
			m.r.Fatalf("record %d: got %v, %v; want %v", id, got, err, want.fields)
		}
	}
}
