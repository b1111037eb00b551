package vault

import (
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/store"
)

func TestRead(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	put(t, v, copies("b", map[int64]store.Row{1: {"a", "b"}}))
	read := func(n int64, reason, by string) error {
		_, err := v.Read(t.Context(), "leads", "contact", key(n), reason, by, noon.Add(time.Hour))
		return err
	}
	if err := read(1, "dispute", "dpo"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a pending copy was read: %v", err)
	}
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	for _, err := range []error{read(1, " ", "dpo"), read(1, "dispute", "")} {
		if !errors.Is(err, ErrNoReason) {
			t.Errorf("got %v", err)
		}
	}
	if err := read(2, "dispute", "dpo"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if err := errors.Join(read(1, "dispute", "dpo"), read(1, "inspection", "cnil")); err != nil {
		t.Fatal(err)
	}
	digest := hex.EncodeToString(named(v, 1))
	want := []Reading{
		{1, noon.Add(time.Hour), "dpo", "dispute", "leads", "contact", digest},
		{2, noon.Add(time.Hour), "cnil", "inspection", "leads", "contact", digest},
	}
	got, err := v.Readings(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got[1].Ref() != "reading-2" {
		t.Errorf("got %s", got[1].Ref())
	}
}

// TestReadIsNoted hands nothing out when the log cannot be written.
func TestReadIsNoted(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	put(t, v, copies("b", map[int64]store.Row{1: {"a", "b"}}))
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	if _, err := v.db.ExecContext(t.Context(), "CREATE TRIGGER full BEFORE INSERT ON readings BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	if got, err := contact(t, v, 1); err == nil || got != nil {
		t.Errorf("%d values were handed out, %v", len(got), err)
	}
}

func TestReadingsAltered(t *testing.T) {
	t.Parallel()
	for _, q := range []string{
		"DELETE FROM readings WHERE id = 1",
		"UPDATE readings SET at = '2020-01-01T00:00:00Z' WHERE id = 2",
		"UPDATE readings SET key_digest = x'00' WHERE id = 2",
		"UPDATE readings SET entry = (SELECT entry FROM readings WHERE id = 1) WHERE id = 2",
	} {
		v := newPlace(t).open(t, until(later))
		put(t, v, copies("b", map[int64]store.Row{1: {"a", "b"}, 2: {"c", "d"}}))
		settle(t, v, map[string]apply.Fate{"b": apply.Keep})
		for n := range int64(2) {
			if _, err := contact(t, v, n+1); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := v.db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Readings(t.Context()); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestReadAltered(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	put(t, v, copies("b", map[int64]store.Row{1: {"a", "b"}}))
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	if _, err := v.db.ExecContext(t.Context(), moveEnds); err != nil {
		t.Fatal(err)
	}
	if got, err := contact(t, v, 1); !errors.Is(err, ErrDamaged) || got != nil {
		t.Errorf("got %d values, %v", len(got), err)
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	put(t, v, copies("b", map[int64]store.Row{1: {"a", "b"}}))
	files := copies("c", map[int64]store.Row{1: {"a", "b"}})
	files.Step.Groups[0] = "billing"
	put(t, v, files)
	settle(t, v, map[string]apply.Fate{"b": apply.Keep, "c": apply.Keep})
	got, err := v.Has(t.Context(), "leads", key(1))
	if diff := cmp.Diff([]Item{{"billing", later}, {"contact", later}}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for dataset, k := range map[string]store.Key{"people": key(1), "leads": {"1"}} {
		if got, err := v.Has(t.Context(), dataset, k); len(got) > 0 || err != nil {
			t.Errorf("%s: got %v, %v", dataset, got, err)
		}
	}
	if n := count(t, v, "readings"); n != 0 {
		t.Errorf("%d readings were noted", n)
	}
}
