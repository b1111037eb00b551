package store_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

var days = []any{nil, policy.MustDate("1970-01-01"), policy.MustDate("2020-01-01"), policy.MustDate("2020-01-02"), policy.MustDate("2020-01-03"), policy.MustDate("2020-01-04"), policy.MustDate("9999-12-31")}

func dayCol(r *rapid.T) store.Col {
	c := store.Col{Name: rapid.SampledFrom([]string{"d", "e"}).Draw(r, "col"), As: store.AsDate, Zone: "UTC", Min: policy.MustDate("1980-01-01"), Max: policy.MustDate("2100-01-01")}
	if rapid.Bool().Draw(r, "sentinel") {
		c.Sentinel = policy.MustDate("9999-12-31")
		c.Max = policy.MustDate("9999-12-31").Add(policy.Days(1))
	}
	return c
}

func drawAtom(r *rapid.T, deep int) store.Pred {
	d := policy.MustDate("2020-01-01").Add(policy.Days(rapid.IntRange(0, 3).Draw(r, "day")))
	switch rapid.IntRange(0, 8).Draw(r, "atom") {
	case 0, 1:
		return store.OnOrBefore(dayCol(r), d)
	case 2, 3:
		return store.LaterThan(dayCol(r), d)
	case 4:
		return store.Usable(dayCol(r))
	case 5:
		return store.IsNull(dayCol(r))
	case 6:
		return store.IsSentinel(dayCol(r))
	case 7:
		return store.Compare(store.Col{Name: "n"}, "=", int64(rapid.IntRange(0, 2).Draw(r, "n")))
	}
	if deep == 0 {
		return store.True()
	}
	return store.Exists("other", []store.Pair{{Child: "n", Parent: "n"}}, drawPred(r, 0, 2))
}

func drawPred(r *rapid.T, exists, depth int) store.Pred {
	if depth == 0 {
		return drawAtom(r, exists)
	}
	var args []store.Pred
	for range rapid.IntRange(0, 3).Draw(r, "args") {
		args = append(args, drawPred(r, exists, depth-1))
	}
	switch rapid.IntRange(0, 3).Draw(r, "op") {
	case 0:
		return store.And(args...)
	case 1:
		return store.Or(args...)
	case 2:
		return store.Not(drawPred(r, exists, depth-1))
	}
	return drawAtom(r, exists)
}

func drawRow(r *rapid.T) map[string]any {
	return map[string]any{"d": rapid.SampledFrom(days).Draw(r, "d"), "e": rapid.SampledFrom(days).Draw(r, "e"),
		"n": rapid.SampledFrom([]any{nil, int64(0), int64(1), int64(2)}).Draw(r, "n")}
}

// TestSimplifyMeansTheSame: the simplified predicate holds for the same rows, and is no longer.
func TestSimplifyMeansTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		p := drawPred(r, 1, 4)
		q := store.Simplify(p)
		other := []map[string]any{drawRow(r), drawRow(r)}
		related := func(string) []map[string]any { return other }
		for range 6 {
			row := drawRow(r)
			want, err := mem.Eval(p, row, related)
			if err != nil {
				r.Fatal(err)
			}
			got, err := mem.Eval(q, row, related)
			if err != nil {
				r.Fatal(err)
			}
			if got != want {
				r.Fatalf("%v: got %v, want %v\nof   %s\nfrom %s", row, got, want, text(q), text(p))
			}
		}
	})
}

func text(p store.Pred) string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestSimplify(t *testing.T) {
	t.Parallel()
	c := store.Col{Name: "d", As: store.AsDate}
	d := policy.MustDate("2020-01-01")
	past, runs, usable, null := store.OnOrBefore(c, d), store.LaterThan(c, d), store.Usable(c), store.IsNull(c)
	rel := func(p store.Pred) store.Pred { return store.Exists("o", []store.Pair{{Child: "a", Parent: "b"}}, p) }
	for name, c := range map[string]struct{ in, want store.Pred }{
		"twice":                 {store.And(past, past), past},
		"past is usable":        {store.And(past, store.Or(usable, null)), past},
		"past does not run":     {store.And(past, runs), store.False()},
		"null is not usable":    {store.And(null, store.Not(usable)), null},
		"usable and not past":   {store.And(usable, store.Not(past), runs), store.And(usable, store.Not(past))},
		"absorbed":              {store.Or(past, store.And(past, null)), past},
		"looked up once":        {store.Or(rel(past), rel(null)), rel(store.Or(past, null))},
		"none of either":        {store.And(store.Not(rel(past)), store.Not(rel(null))), store.Not(rel(store.Or(past, null)))},
		"everything or nothing": {store.Or(past, store.Not(past)), store.True()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := store.Simplify(c.in); text(got) != text(c.want) {
				t.Errorf("got %s, want %s", text(got), text(c.want))
			}
		})
	}
}
