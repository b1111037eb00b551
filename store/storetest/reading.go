package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/store"
)

// testInspect checks the schema: types, composite keys, foreign keys, constraints, a table
// without a key, and that Garant's own table is left out.
func testInspect(t *testing.T, open Open) {
	r := setup(t, open)
	tables := inspected()
	for _, info := range tables {
		r.create(info)
	}
	r.insert("b_people", numberedKeys(3)...)
	got, err := r.Store.Inspect(t.Context())
	r.ok(err)
	if len(got.Tables) != len(tables) {
		t.Fatalf("got %d tables, want %d", len(got.Tables), len(tables))
	}
	for i, want := range tables {
		compareTables(t, got.Tables[i], want)
	}
}

func numberedKeys(n int) []row {
	var rows []row
	for i := range n {
		rows = append(rows, row{"region": "x", "id": int64(i), "email": fmt.Sprint(i), "name": "n"})
	}
	return rows
}

// inspected returns tables by name, each after those it refers to.
func inspected() []store.TableInfo {
	needed := store.Column{Name: "name", Type: store.Text, NotNull: true}
	unique := store.Column{Name: "email", Type: store.Text, Unique: true}
	to := func(onDelete string, cols ...string) store.ForeignKey {
		return store.ForeignKey{Columns: cols, Table: "b_people", To: []string{"region", "id"}, OnDelete: onDelete}
	}
	ref := []store.Column{column("id", store.Integer), column("person_region", store.Text), column("person_id", store.Integer)}
	return []store.TableInfo{
		{Name: "a_log", Columns: []store.Column{column("line", store.Text), column("size", store.Integer)}},
		{Name: "b_people", Key: []string{"region", "id"}, Columns: []store.Column{column("id", store.Integer), column("region", store.Text), unique, needed}},
		{Name: "c_calls", Key: []string{"id"}, Columns: ref, ForeignKeys: []store.ForeignKey{to("CASCADE", "person_region", "person_id")}},
		{Name: "d_notes", Key: []string{"id"}, Columns: ref, ForeignKeys: []store.ForeignKey{to("SET NULL", "person_region", "person_id")}},
		{Name: "e_orders", Key: []string{"id"}, Columns: ref, ForeignKeys: []store.ForeignKey{to("", "person_region", "person_id")}},
		{Name: "f_types", Key: []string{"id"}, Columns: []store.Column{column("id", store.Integer), column("text", store.Text), column("number", store.Number), column("bytes", store.Bytes), column("flag", store.Boolean)}},
	}
}

func compareTables(t *testing.T, got, want store.TableInfo) {
	t.Helper()
	if got.Name != want.Name {
		t.Errorf("got table %s, want %s", got.Name, want.Name)
	}
	if !slices.Equal(got.Key, want.Key) {
		t.Errorf("%s: got key %v, want %v", want.Name, got.Key, want.Key)
	}
	if got.Rows < -1 {
		t.Errorf("%s: estimate of %d rows", want.Name, got.Rows)
	}
	if len(got.Columns) != len(want.Columns) {
		t.Fatalf("%s: got %d columns, want %d", want.Name, len(got.Columns), len(want.Columns))
	}
	for i, c := range got.Columns {
		compareColumns(t, want, c, want.Columns[i])
	}
	if diff := cmp.Diff(plainKeys(want.ForeignKeys), plainKeys(got.ForeignKeys)); diff != "" {
		t.Errorf("%s: foreign keys (-want +got):\n%s", want.Name, diff)
	}
}

func compareColumns(t *testing.T, table store.TableInfo, got, want store.Column) {
	t.Helper()
	key := slices.Contains(table.Key, want.Name)
	switch {
	case got.Name != want.Name, got.Type != want.Type:
		t.Errorf("%s: got column %s of %s, want %s of %s", table.Name, got.Name, got.Type, want.Name, want.Type)
	case got.Native == "":
		t.Errorf("%s.%s: no native type", table.Name, want.Name)
	case !key && (got.NotNull != want.NotNull || got.Unique != want.Unique):
		t.Errorf("%s.%s: got not null %t, unique %t", table.Name, want.Name, got.NotNull, got.Unique)
	case key && !got.NotNull:
		t.Errorf("%s.%s: a key column is not null", table.Name, want.Name)
	}
}

// plainKeys writes the absence of an action in one way: it is the same as NO ACTION, and as
// RESTRICT where an engine knows no difference.
func plainKeys(keys []store.ForeignKey) []string {
	var out []string
	for _, k := range keys {
		action := k.OnDelete
		if action == "NO ACTION" || action == "RESTRICT" {
			action = ""
		}
		out = append(out, fmt.Sprintf("%v -> %s %v %s", k.Columns, k.Table, k.To, action))
	}
	return out
}

// testFind checks order, limit and paging over a composite key, and stopping early.
func testFind(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(store.TableInfo{Name: "grid", Key: []string{"region", "n", "part"}, Columns: []store.Column{
		column("part", store.Integer), column("n", store.Integer), column("region", store.Text), column("v", store.Integer),
	}})
	var rows []row
	var want []string
	for _, region := range []string{"a", "b", "c"} {
		for n := range int64(4) {
			for part := range int64(3) {
				rows = append(rows, row{"region": region, "n": n - 1, "part": part * 10, "v": n % 2})
				want = append(want, show(region, n-1, part*10))
			}
		}
	}
	for i := range rows { // from the last to the first, so that the engine has to order them
		r.insert("grid", rows[len(rows)-1-i])
	}
	for _, size := range []int{0, 1, 2, 5, 7, 36, 100} {
		got := pages(r, store.Query{Table: table, Columns: table.Key, Where: store.True(), Limit: size})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", size, diff)
		}
	}
	findSome(r, table, want)
}

// pages walks the query page by page.
func pages(r *rig, q store.Query) []string {
	r.Helper()
	var all []string
	for {
		n := 0
		err := r.Store.Find(r.Context(), q, func(row store.Row) bool {
			all = append(all, show(row...))
			q.After = store.Key(slices.Clone(row))
			n++
			return true
		})
		r.ok(err)
		if q.Limit == 0 || n < q.Limit || len(all) > 1000 {
			return all
		}
	}
}

func findSome(r *rig, table store.Table, all []string) {
	r.Helper()
	odd := store.Compare(col("v"), "=", int64(1))
	one := store.KeyIn([]string{"region", "n", "part"}, []store.Key{{"b", int64(0), int64(10)}, {"c", int64(2), int64(20)}, {"d", int64(0), int64(0)}})
	for name, c := range map[string]struct {
		q    store.Query
		want []string
	}{
		"behind a key that is not there": {store.Query{Where: store.True(), After: store.Key{"b", int64(2), int64(15)}, Limit: 2}, all[23:25]},
		"behind the last":                {store.Query{Where: store.True(), After: store.Key{"c", int64(2), int64(20)}}, nil},
		"before the first":               {store.Query{Where: store.True(), After: store.Key{"", int64(0), int64(0)}, Limit: 1}, all[:1]},
		"where and after":                {store.Query{Where: odd, After: store.Key{"a", int64(0), int64(0)}, Limit: 3}, []string{"a,0,10", "a,0,20", "a,2,0"}},
		"no row":                         {store.Query{Where: store.False()}, nil},
		"composite keys":                 {store.Query{Where: one}, []string{"b,0,10", "c,2,20"}},
	} {
		c.q.Table, c.q.Columns = table, table.Key
		var got []string
		r.ok(r.Store.Find(r.Context(), c.q, func(row store.Row) bool { got = append(got, show(row...)); return true }))
		if diff := cmp.Diff(c.want, got); diff != "" {
			r.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	calls := 0
	r.ok(r.Store.Find(r.Context(), store.Query{Table: table, Columns: []string{"v", "v"}, Where: store.True()}, func(row store.Row) bool {
		calls++
		return calls < 3 && len(row) == 2
	}))
	if calls != 3 {
		r.Errorf("stopping at the third row: %d calls", calls)
	}
	r.want(store.Table{Name: table.Name, Key: []string{"region", "n", "part"}}, one, "b,0,10 c,2,20")
}

// testValues checks that values come back as they are and in the contract's kinds, from Find
// and from Read alike.
func testValues(t *testing.T, open Open) {
	r := setup(t, open)
	info := store.TableInfo{Name: "v", Key: []string{"id"}, Columns: []store.Column{
		column("id", store.Integer), column("text", store.Text), column("int", store.Integer), column("number", store.Number), column("flag", store.Boolean), column("bytes", store.Bytes),
	}}
	want := [][]any{
		{int64(1), "é🙂'\\", int64(1)<<62 + 1, 0.1, true, []byte{0, 255, 39, 92}},
		{int64(2), "", int64(-1), -1e-9, false, []byte{}},
		{int64(3), nil, nil, nil, nil, nil},
	}
	cols := []string{"id", "text", "int", "number", "flag", "bytes"}
	if r.has(store.AsDate) {
		info.Columns, cols = append(info.Columns, column("date", store.DateType)), append(cols, "date")
		want[0], want[1], want[2] = append(want[0], day("2024-02-29")), append(want[1], day("1000-01-01")), append(want[2], nil)
	}
	if r.has(store.AsDateTime) {
		info.Columns, cols = append(info.Columns, column("time", store.DateTime)), append(cols, "time")
		at := time.Date(2024, 3, 31, 2, 30, 0, 123456000, time.UTC)
		want[0], want[1], want[2] = append(want[0], at), append(want[1], at.Add(-20*365*24*time.Hour)), append(want[2], nil)
	}
	table := r.create(info)
	for _, values := range want {
		given := row{}
		for i, c := range cols {
			given[c] = values[i]
		}
		r.insert("v", given)
	}
	compareRows(r, "find", found(r, table, cols), want)
	r.act(func(tx store.Tx) {
		got, err := tx.Read(t.Context(), table, keys(int64(3), int64(1), int64(2), int64(9)), cols)
		r.ok(err)
		compareRows(r, "read", got, want)
	})
}

func found(r *rig, table store.Table, cols []string) []store.Row {
	var rows []store.Row
	err := r.Store.Find(r.Context(), store.Query{Table: table, Columns: cols, Where: store.True()}, func(row store.Row) bool {
		rows = append(rows, slices.Clone(row))
		return true
	})
	r.ok(err)
	return rows
}

func compareRows(r *rig, verb string, got []store.Row, want [][]any) {
	r.Helper()
	if len(got) != len(want) {
		r.Fatalf("%s: got %d rows, want %d", verb, len(got), len(want))
	}
	for i := range want {
		for j, w := range want[i] {
			if !sameValue(got[i][j], w) {
				r.Errorf("%s: row %d, column %d: got %T %v, want %T %v", verb, i, j, got[i][j], got[i][j], w, w)
			}
		}
	}
}

// sameValue compares kind and value. A boolean may be 0 or 1 where the engine has none, and
// days and clock readings text where it has no type for them.
func sameValue(got, want any) bool {
	switch w := want.(type) {
	case bool:
		return show(got) == show(want)
	case []byte:
		g, ok := got.([]byte)
		return ok && bytes.Equal(g, w)
	case time.Time:
		if g, ok := got.(time.Time); ok {
			return g.Equal(w)
		}
		s, ok := got.(string)
		return ok && strings.Replace(s, "T", " ", 1) == w.Format("2006-01-02 15:04:05.999999")
	case store.Day:
		return got == want || got == w.String()
	}
	return got == want
}
