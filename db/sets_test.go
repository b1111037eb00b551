package db

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSetHas compares looking a digest up with looking at all of them, for sets that are
// spread evenly and sets that are not.
func TestSetHas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		digest := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 300), rapid.Uint64Range(1<<64-300, 1<<64-1))
		s := Set(rapid.SliceOfN(digest, 0, 400).Draw(r, "set"))
		slices.Sort(s)
		s = slices.Compact(s)
		for _, short := range append(rapid.SliceOfN(digest, 1, 20).Draw(r, "asked"), s...) {
			if got, want := s.Has(short), slices.Contains(s, short); got != want {
				r.Fatalf("%d in a set of %d: got %v", short, len(s), got)
			}
		}
	})
}
