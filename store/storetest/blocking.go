package storetest

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// spellings are written as people and programs write identifiers, and worse.
func spellings() []string {
	return []string{
		"ada@a.example", "Ada@A.Example", " ada@a.example ", "ada@a.example.", "ada@a.example. ", "\tada@a.example", "ada@a.example\n",
		"ada@à.example", "ADA@XN--0CA.EXAMPLE", "éve@a.example", "Ａda@a.example", "ada @a.example", "", " ", "?", "x", "o'x@a.example", `a\b@a.example`,
		"+33 6 39 98 12 34", "06.39.98.12.34", "0639981234", "(0)6-39/98 12 34", "06 39 98 12 34 (bureau)", "tél 0639981234", "12", "981234", "..", "٠١٢٣٤٥",
		"C-42", "c 4 2", " C42", "C42 ", "İ", "ﬁ", "%", "_", "[a]", "*", "~", "\x7f", "A\u00a0B", strings.Repeat("a", 200), strings.Repeat("a", 201),
		strings.Repeat("é", 199), strings.Repeat("long ", 4000),
	}
}

// testBlocking checks that every engine computes the blocking keys of store.BlockKey; that the
// index it advises is one, changes no answer, keeps no row from being written and is in no
// schema.
func testBlocking(t *testing.T, open Open) {
	r := setup(t, open)
	info := store.TableInfo{Name: "contacts", Key: []string{"id"}, Columns: []store.Column{
		{Name: "id", Type: store.Integer, NotNull: true}, {Name: "at", Type: store.Text}, {Name: "line", Type: store.Integer}, {Name: "x", Type: store.Number}}}
	table := r.create(info)
	r.insert("contacts", row{"id": int64(1)})
	for i, s := range spellings() {
		r.insert("contacts", row{"id": int64(i + 2), "at": s, "line": int64(i)*7919 - 3, "x": 1.5})
	}
	r.blocks(table)
	r.want(table, store.InBlock(col("x"), store.BlockID, "1.5", store.Unblocked), "")
	for _, column := range []string{"id", "at", "line", "x"} {
		if _, ok := r.Store.(store.Indexer); ok { // the memory knows no types
			r.want(table, store.Stray(col(column)), "")
		}
	}
	indexer, ok := r.Store.(store.Indexer)
	if !ok {
		return
	}
	before, err := r.Store.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []store.Lookup{
		{Table: table, Columns: []string{"at"}, Blocking: store.BlockEmail}, {Table: table, Columns: []string{"at"}, Blocking: store.BlockPhone},
		{Table: table, Columns: []string{"at"}, Blocking: store.BlockID}, {Table: table, Columns: []string{"line"}, Blocking: store.BlockPhone},
		{Table: table, Columns: []string{"line"}},
	} {
		r.advised(indexer, l)
	}
	after, err := r.Store.Inspect(t.Context())
	if err != nil || !reflect.DeepEqual(before.Tables[0].Columns, after.Tables[0].Columns) {
		t.Errorf("the indexes changed the schema: %v", err)
	}
	if yes, err := indexer.Indexed(t.Context(), store.Lookup{Table: table, Columns: []string{"id"}}); !yes || err != nil {
		t.Errorf("the primary key is no index: %v", err)
	}
	for i, s := range spellings() {
		r.insert("contacts", row{"id": int64(1000 + i), "at": s, "line": int64(i), "x": 1.5})
	}
	r.blocks(table)
}

// advised makes the index that the connector advises and checks that it is one.
func (r *rig) advised(indexer store.Indexer, l store.Lookup) {
	r.Helper()
	if yes, err := indexer.Indexed(r.Context(), l); yes || err != nil {
		r.Errorf("%v %s: indexed before there is an index, or %v", l.Columns, l.Blocking, err)
	}
	statement, err := indexer.CreateIndex(r.Context(), l)
	if err == nil {
		err = r.Run(statement)
	}
	if err != nil {
		r.Fatalf("%v: %s", err, statement)
	}
	if _, err := r.Store.Inspect(r.Context()); err != nil {
		r.Fatal(err)
	}
	if yes, err := indexer.Indexed(r.Context(), l); !yes || err != nil {
		r.Errorf("%s: no index, %v", statement, err)
	}
}

// blocks asks for each key that there is, and compares with what Go computes.
func (r *rig) blocks(table store.Table) {
	r.Helper()
	for _, b := range []store.Blocking{store.BlockEmail, store.BlockPhone, store.BlockID} {
		for _, column := range []string{"at", "line"} {
			rows := r.all(table, column)
			want := map[string][]string{}
			for _, v := range rows {
				if v[1] != nil {
					k := store.BlockKey(b, textOf(v[1]))
					want[k] = append(want[k], fmt.Sprint(v[0]))
				}
			}
			for k, ids := range want {
				r.want(table, store.InBlock(col(column), b, k), strings.Join(ids, " "))
			}
			r.want(table, store.InBlock(col(column), b, "nobody", "no one"), "")
		}
	}
}

// all reads the key and one column of every row.
func (r *rig) all(table store.Table, column string) (rows []store.Row) {
	r.Helper()
	q := store.Query{Table: table, Columns: []string{"id", column}, Where: store.True()}
	if err := r.Store.Find(r.Context(), q, func(v store.Row) bool { rows = append(rows, v); return true }); err != nil {
		r.Fatal(err)
	}
	return rows
}

func textOf(v any) string {
	if n, ok := v.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	return v.(string)
}
