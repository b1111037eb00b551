package storetest

import (
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// question is a predicate with the keys of the rows it must hold for.
type question struct {
	where store.Pred
	ids   string
}

// testLogic pins what the atoms and connectives mean, NULL above all.
func testLogic(t *testing.T, open Open) {
	r := setup(t, open)
	people := r.create(people("people"))
	r.insert("people",
		row{"id": int64(1), "name": "Ada", "n": int64(1), "x": 1.5, "ok": true},
		row{"id": int64(2), "name": "ada", "n": int64(2), "x": -2.5, "ok": false},
		row{"id": int64(3), "name": "Ada ", "n": int64(3), "x": 0.0, "ok": true},
		row{"id": int64(4)},
		row{"id": int64(5), "name": "Éve", "n": int64(-1), "x": 1e10, "ok": false, "status": "Éve"},
		row{"id": int64(6), "name": "Eve", "n": int64(10), "x": 1.5, "status": "eve"},
		row{"id": int64(7), "name": "", "n": int64(1) << 53, "ok": true, "status": "Eve"},
	)
	for _, q := range append(atoms(), connectives()...) {
		r.want(people, q.where, q.ids)
	}
	counts, err := r.Store.Count(t.Context(), people, nil)
	if err != nil || len(counts) != 0 {
		t.Errorf("count without questions: got %v, %v", counts, err)
	}
}

func atoms() []question {
	name, status, n, x, ok := col("name"), col("status"), col("n"), col("x"), col("ok")
	return []question{
		{store.IsNull(name), "4"},
		{store.IsNull(ok), "4 6"},
		{store.Compare(name, "=", "Ada"), "1"},
		{store.Compare(name, "=", "Ada "), "3"},
		{store.Compare(name, "=", "Eve"), "6"},
		{store.Compare(name, "=", "Éve"), "5"},
		{store.Compare(name, "=", ""), "7"},
		{store.Compare(name, "=", "nobody"), ""},
		{store.In(name, "ada", "Eve", "nobody"), "2 6"},
		{store.In(name, "ADA"), ""},
		{store.Pred{Op: store.OpIn, Col: &name}, ""},
		{store.Compare(n, "<", int64(1)), "5"},
		{store.Compare(n, "<=", int64(1)), "1 5"},
		{store.Compare(n, ">", int64(2)), "3 6 7"},
		{store.Compare(n, ">=", int64(10)), "6 7"},
		{store.Compare(n, "=", int64(1)<<53+1), ""},
		{store.In(n, int64(1), int64(-1)), "1 5"},
		{store.Compare(x, "=", 1.5), "1 6"},
		{store.Compare(x, "<", 0.0), "2"},
		{store.Compare(x, ">=", 1.5), "1 5 6"},
		{store.Compare(ok, "=", true), "1 3 7"},
		{store.Compare(ok, "=", false), "2 5"},
		{store.CompareCols(name, "=", status), "5"},
		{store.KeyIn([]string{"id"}, keys(int64(7), int64(2), int64(99))), "2 7"},
		{store.Pred{Op: store.OpKeyIn, KeyCols: []string{"id"}}, ""},
	}
}

func connectives() []question {
	one, small := store.Compare(col("name"), "=", "Ada"), store.Compare(col("n"), "<=", int64(2))
	null := store.IsNull(col("name"))
	join := func(op store.Op, args ...store.Pred) store.Pred { return store.Pred{Op: op, Args: args} }
	return []question{
		{store.True(), "1 2 3 4 5 6 7"},
		{store.False(), ""},
		{not(store.False()), "1 2 3 4 5 6 7"},
		{join(store.OpAnd), "1 2 3 4 5 6 7"},
		{join(store.OpOr), ""},
		{join(store.OpAnd, one), "1"},
		{not(one), "2 3 4 5 6 7"},
		{not(not(one)), "1"},
		{not(small), "3 4 6 7"},
		{store.And(small, not(one)), "2 5"},
		{not(store.And(small, one)), "2 3 4 5 6 7"},
		{not(store.Or(small, one)), "3 4 6 7"},
		{store.Or(null, one), "1 4"},
		{join(store.OpAnd, store.Or(small, null), not(join(store.OpAnd, one, small)), store.True()), "2 4 5"},
		{join(store.OpOr, store.False(), join(store.OpAnd, null, store.False()), one), "1"},
	}
}

// testExists pins related rows: none, several, joined by NULL, read beside the outer row,
// nested, and the table related to itself.
func testExists(t *testing.T, open Open) {
	r := setup(t, open)
	people := r.create(people("people"))
	r.create(store.TableInfo{Name: "calls", Key: []string{"id"}, Columns: []store.Column{
		column("id", store.Integer), column("person", store.Integer), column("kind", store.Text), column("n", store.Integer),
	}})
	r.insert("people", append(numbered(4), row{"id": int64(5), "n": int64(1)})...)
	r.insert("calls",
		row{"id": int64(1), "person": int64(1), "kind": "visit", "n": int64(0)},
		row{"id": int64(2), "person": int64(1), "kind": "phone", "n": int64(7)},
		row{"id": int64(3), "person": int64(2)},
		row{"id": int64(4), "kind": "visit", "n": int64(0)},
		row{"id": int64(5), "person": int64(99), "kind": "visit"},
		row{"id": int64(6), "person": int64(3), "kind": "phone", "n": int64(2)},
		row{"id": int64(7), "person": int64(5), "kind": "O'Neil", "n": int64(1)},
	)
	for _, q := range existsQuestions() {
		r.want(people, q.where, q.ids)
	}
}

func existsQuestions() []question {
	mine := []store.Pair{{Child: "person", Parent: "id"}}
	visit := store.Compare(col("kind"), "=", "visit")
	outer := store.Col{Name: "n", Outer: true}
	twin := store.Exists("people", []store.Pair{{Child: "n", Parent: "n"}}, store.Not(store.CompareCols(col("id"), "=", store.Col{Name: "id", Outer: true})))
	back := store.Exists("people", []store.Pair{{Child: "id", Parent: "person"}}, store.CompareCols(col("n"), "<", store.Col{Name: "n", Outer: true}))
	return []question{
		{store.Exists("calls", mine, store.True()), "1 2 3 5"},
		{store.Exists("calls", mine, store.False()), ""},
		{store.Exists("calls", mine, visit), "1"},
		{store.Exists("calls", mine, store.Not(visit)), "1 2 3 5"},
		{store.Not(store.Exists("calls", mine, visit)), "2 3 4 5"},
		{store.Exists("calls", mine, store.IsNull(col("kind"))), "2"},
		{store.Exists("calls", mine, store.CompareCols(col("n"), "=", outer)), "1 3 5"},
		{store.Exists("calls", mine, store.CompareCols(outer, "<", col("n"))), "1"},
		{store.Exists("calls", mine, store.IsNull(store.Col{Name: "name", Outer: true})), "5"},
		{store.Exists("calls", append([]store.Pair{{Child: "n", Parent: "n"}}, mine...), store.True()), "1 3 5"},
		{store.Exists("calls", nil, visit), "1 2 3 4 5"},
		{twin, "1 2 4 5"},
		{store.Exists("calls", mine, back), "1"},
		{store.And(store.Exists("calls", mine, visit), store.Not(store.Exists("calls", mine, store.IsNull(col("n"))))), "1"},
		{store.Or(store.Not(store.Exists("calls", mine, store.True())), store.Compare(col("n"), "=", int64(2))), "3 4"},
	}
}

// testHostile puts names and values that end strings, comments and placeholders.
func testHostile(t *testing.T, open Open) {
	r := setup(t, open)
	names := []string{"id", "select", `a"b`, "a`b", "a'b", `a\b`, "a b", "a?b", "$1", "a%sb", ":x", "@y", "a;--", "é", "a[0]", "Z Z"}
	info := store.TableInfo{Name: "x'\"`; DROP TABLE t; -- \\ ? $1 é", Key: []string{"id", "select"}}
	for _, n := range names {
		info.Columns = append(info.Columns, column(n, store.Text))
	}
	table := r.create(info)
	values := hostileValues()
	for i, v := range values {
		row := row{"id": strings.Repeat("k", i+1), "select": "'"}
		for _, n := range names[2:] {
			row[n] = v
		}
		r.insert(info.Name, row)
	}
	for i, v := range values {
		for _, n := range names[2:] {
			r.want(table, store.Compare(col(n), "=", v), strings.Repeat("k", i+1)+",'")
		}
	}
	hostileActs(r, table, values)
}

// hostileActs acts on the first row by every verb, under the hostile names.
func hostileActs(r *rig, table store.Table, values []string) {
	r.Helper()
	key := []store.Key{{"k", "'"}}
	var set []store.Assign
	for _, c := range r.tables[table.Name].Columns[2:] {
		set = append(set, store.Assign{Column: c.Name, To: store.Constant, Value: values[1]})
	}
	link := store.Link{Table: table, Columns: []string{"a\"b"}, To: []string{"a`b"}}
	r.act(func(tx store.Tx) {
		n, err := tx.Set(r.Context(), table, key, set)
		if err != nil || n != 1 {
			r.Errorf("set: got %d, %v", n, err)
		}
		linked, err := tx.Linked(r.Context(), link, keys(values[1]))
		if err != nil || len(linked) != 2 {
			r.Errorf("linked: got %d, %v", len(linked), err)
		}
		gone, err := tx.EraseIf(r.Context(), table, key, store.Compare(col("a?b"), "=", values[1]))
		if err != nil || len(gone) != 1 {
			r.Errorf("erase: got %d, %v", len(gone), err)
		}
	})
	r.want(table, store.Compare(col("a?b"), "=", values[1]), "kk,'")
}

func hostileValues() []string {
	return []string{
		"plain", "'", `"`, "`", `\`, `\'`, `''`, "%", "_", "a\nb", "a\tb", "$1", "?", ":x", "NULL", "' OR 1=1 --", "{}", "E'\\x'",
		"é", "e\u0301", "E", "e", "ß", "ss", "SS", "ﬁ", "fi", "İ", "i", "ı", "🙂", "🙃", "日本", "\u200b", " ", "  ", "ÿ", "\u2126", "\u03a9",
		strings.Repeat("x", 180),
	}
}
