package vault

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// TestRelease lets copies go before their end: those that are asked for and not held, with a
// receipt that names the plan.
func TestRelease(t *testing.T) {
	t.Parallel()
	broken := errors.New("the holds have moved")
	for _, c := range []struct {
		name  string
		purge Purge
		keys  []store.Key
		want  error
		gone  int64
	}{
		{"two of them, one not there", Purge{Held: none}, []store.Key{key(2), key(4), key(9)}, nil, 2},
		{"one is held", Purge{Held: func(string) (bool, []store.Key, error) { return false, []store.Key{key(2)}, nil }}, []store.Key{key(2), key(4)}, nil, 1},
		{"all are held", Purge{Held: func(string) (bool, []store.Key, error) { return true, nil, nil }}, []store.Key{key(2)}, nil, 0},
		{"nobody knows", Purge{Held: func(string) (bool, []store.Key, error) { return false, nil, broken }}, []store.Key{key(2)}, broken, 0},
		{"gate is shut", Purge{Held: none, Gate: func(func() error) error { return broken }}, []store.Key{key(2)}, broken, 0},
		{"a pending one", Purge{Held: none}, []store.Key{key(5)}, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := newPlace(t).open(t, mixed)
			four(t, v)
			c.purge.Today, c.purge.At = today, noon
			r, err := v.Release(t.Context(), Release{Purge: c.purge, Dataset: "leads", Group: "contact", Keys: c.keys, Plan: "p", Step: "s"})
			if !errors.Is(err, c.want) || r.Rows != c.gone || c.gone > 0 && (r.Plan != "p" || r.Step != "s" || r.Seq == 0 || r.Root == "") {
				t.Errorf("%+v, %v", r, err)
			}
			if n := copiesIn(t, v); n != 5-int(c.gone) {
				t.Errorf("%d copies are left", n)
			}
		})
	}
}
