package mem_test

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// TestEval checks what only the pure function can be asked: rows of any origin, without a
// schema to check a question against.
func TestEval(t *testing.T) {
	t.Parallel()
	row := map[string]any{"id": 1, "n": int32(3), "name": nil}
	calls := func(string) []map[string]any { return []map[string]any{{"lead": int64(1)}, {"lead": 2}} }
	mine := store.Exists("calls", []store.Pair{{Child: "lead", Parent: "id"}}, store.True())
	for name, c := range map[string]struct {
		p    store.Pred
		want bool
		err  error
	}{
		"numbers of Go's kinds": {store.Compare(store.Col{Name: "n"}, "=", 3), true, nil},
		"key of Go's kind":      {store.KeyIn([]string{"id"}, []store.Key{{1}}), true, nil},
		"related":               {mine, true, nil},
		"not null":              {store.Not(store.IsNull(store.Col{Name: "name"})), false, nil},
		"unknown column":        {store.IsNull(store.Col{Name: "gone"}), false, store.ErrNoColumn},
		"unknown behind an or":  {store.Or(store.IsNull(store.Col{Name: "name"}), store.IsNull(store.Col{Name: "gone"})), false, store.ErrNoColumn},
		"no outer row":          {store.IsNull(store.Col{Name: "id", Outer: true}), false, store.ErrNoColumn},
	} {
		got, err := mem.Eval(c.p, row, calls)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: got %t, %v; want %t, %v", name, got, err, c.want, c.err)
		}
	}
	if _, err := mem.Eval(mine, row, nil); !errors.Is(err, store.ErrNoTable) {
		t.Errorf("related without tables: got %v", err)
	}
	for _, p := range []store.Pred{
		{Op: "nonsense", Col: &store.Col{Name: "n"}}, store.Compare(store.Col{Name: "n"}, "!=", 3), store.Usable(store.Col{Name: "n"}),
		store.Usable(store.Col{Name: "n", As: store.AsUnix, Zone: "Mars/Olympus"}), {Op: store.OpIsNull},
	} {
		if _, err := mem.Eval(p, row, nil); err == nil {
			t.Errorf("%v: got no error", p)
		}
	}
}

// TestConstraints checks that a refused change leaves nothing behind.
func TestConstraints(t *testing.T) {
	t.Parallel()
	s := mem.New()
	must(s.CreateTable(store.TableInfo{Name: "p", Key: []string{"id"}, Columns: []store.Column{
		{Name: "id", Type: store.Integer}, {Name: "email", Type: store.Text, Unique: true}, {Name: "name", Type: store.Text, NotNull: true},
	}}))
	must(s.CreateTable(store.TableInfo{Name: "c", Columns: []store.Column{{Name: "p", Type: store.Integer}},
		ForeignKeys: []store.ForeignKey{{Columns: []string{"p"}, Table: "p", To: []string{"id"}}}}))
	must(s.Insert("p", map[string]any{"id": 1, "email": "a", "name": "x"}))
	must(s.Insert("c", map[string]any{"p": 1}))
	for name, err := range map[string]error{
		"key twice":         s.InsertAll("p", map[string]any{"id": 2, "name": "x"}, map[string]any{"id": 1, "name": "x"}),
		"unique twice":      s.Insert("p", map[string]any{"id": 2, "email": "a", "name": "x"}),
		"null":              s.Insert("p", map[string]any{"id": 2}),
		"null by update":    s.Update("p", map[string]any{"id": 1}, map[string]any{"name": nil}),
		"no parent":         s.Insert("c", map[string]any{"p": 2}),
		"parent still used": s.Delete("p", map[string]any{"id": 1}),
		"key still used":    s.Update("p", map[string]any{"id": 1}, map[string]any{"id": 5}),
	} {
		if !errors.Is(err, mem.ErrConstraint) {
			t.Errorf("%s: got %v, want ErrConstraint", name, err)
		}
	}
	if p, c := len(s.Rows("p")), len(s.Rows("c")); p != 1 || c != 1 {
		t.Errorf("got %d and %d rows, want 1 and 1", p, c)
	}
	must(s.InsertAll("p", map[string]any{"id": 2, "email": "b", "name": "x"}, map[string]any{"id": 3, "name": "x"}))
}
