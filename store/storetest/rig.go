package storetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// row is a row as it was inserted, with every column of its table.
type row = map[string]any

// rig is a fixture in use: it fails the test on every error that is not expected, and
// remembers what was inserted, for the oracle.
type rig struct {
	testing.TB
	Fixture
	tables map[string]store.TableInfo
	rows   map[string][]row
}

// setup opens a prepared store.
func setup(t *testing.T, open Open) *rig {
	t.Helper()
	r := &rig{TB: t, Fixture: open(t), tables: map[string]store.TableInfo{}, rows: map[string][]row{}}
	t.Cleanup(func() { _ = r.Store.Close() }) // the chapter on errors looks at Close
	r.ok(r.Store.Prepare(t.Context()))
	return r
}

// ok stops the test on an error.
func (r *rig) ok(err error) {
	r.Helper()
	if err != nil {
		r.Fatalf("unexpected error: %v", err)
	}
}

// second returns another handle on the same data, or the only one.
func (r *rig) second() Store {
	r.Helper()
	if r.Second == nil {
		return r.Store
	}
	s, err := r.Second()
	r.ok(err)
	r.Cleanup(func() { _ = s.Close() }) // nothing hangs on it
	return s
}

// has reports whether the engine can hold the form of days.
func (r *rig) has(f store.DayForm) bool { return slices.Contains(r.DayForms, f) }

// create makes a table with the primary key "id" unless info names another.
func (r *rig) create(info store.TableInfo) store.Table {
	r.Helper()
	r.ok(r.Create(info))
	r.tables[info.Name] = info
	return store.Table{Name: info.Name, Key: info.Key}
}

// insert adds rows and remembers them.
func (r *rig) insert(table string, rows ...row) {
	r.Helper()
	if err := r.Insert(table, rows...); err != nil {
		r.Fatalf("the fixture cannot insert into %s: %v", table, err)
	}
	for _, given := range rows {
		full := row{}
		for _, c := range r.tables[table].Columns {
			full[c.Name] = nil
		}
		maps.Copy(full, given)
		r.rows[table] = append(r.rows[table], full)
	}
}

// clear empties the table.
func (r *rig) clear(table string) {
	r.Helper()
	r.ok(r.Clear(table))
	r.rows[table] = nil
}

// ids returns the values of the single key column of the rows that satisfy where, as text.
func (r *rig) ids(t store.Table, where store.Pred) string {
	r.Helper()
	var ids []string
	q := store.Query{Table: t, Columns: t.Key, Where: where}
	err := r.Store.Find(r.Context(), q, func(row store.Row) bool {
		ids = append(ids, show(row...))
		return true
	})
	if err != nil {
		r.Fatalf("find where %s: %v", text(where), err)
	}
	return strings.Join(ids, " ")
}

// want fails unless exactly the rows with those keys satisfy where, by Find and by Count,
// and all others satisfy its negation.
func (r *rig) want(t store.Table, where store.Pred, ids string) {
	r.Helper()
	if got := r.ids(t, where); got != ids {
		r.Errorf("where %s: got rows [%s], want [%s]", text(where), got, ids)
	}
	counts, err := r.Store.Count(r.Context(), t, []store.Pred{where, not(where), store.True()})
	if err != nil {
		r.Errorf("count where %s: %v", text(where), err)
		return
	}
	n := int64(len(strings.Fields(ids)))
	if counts[0] != n || counts[1] != counts[2]-n {
		r.Errorf("where %s: counted %d, its negation %d of %d; want %d", text(where), counts[0], counts[1], counts[2], n)
	}
}

// agree fails unless the store counts what the oracle counts, for each predicate and its
// negation, all asked in one call. It returns false when something differs.
func (r *rig) agree(t store.Table, preds []store.Pred) bool {
	r.Helper()
	var all []store.Pred
	for _, p := range preds {
		all = append(all, p, not(p))
	}
	got, err := r.Store.Count(r.Context(), t, all)
	if err != nil {
		r.Errorf("count: %v", err)
		return false
	}
	if len(got) != len(all) {
		r.Errorf("count: %d answers to %d questions", len(got), len(all))
		return false
	}
	good := true
	for i, p := range all {
		if want := r.oracle(t, p); got[i] != want {
			good = false
			r.Errorf("where %s: counted %d, want %d of the rows\n%s", text(p), got[i], want, r.dump())
		}
	}
	return good
}

// oracle counts the remembered rows that satisfy p.
func (r *rig) oracle(t store.Table, p store.Pred) int64 {
	r.Helper()
	n := int64(0)
	for _, row := range r.rows[t.Name] {
		ok, err := mem.Eval(p, row, func(name string) []map[string]any { return r.rows[name] })
		r.ok(err)
		if ok {
			n++
		}
	}
	return n
}

// dump shows the remembered rows without their NULLs.
func (r *rig) dump() string {
	var b strings.Builder
	for _, table := range slices.Sorted(maps.Keys(r.rows)) {
		for _, row := range r.rows[table] {
			b.WriteString(table)
			for _, c := range slices.Sorted(maps.Keys(row)) {
				if row[c] != nil {
					fmt.Fprintf(&b, " %s=%T(%v)", c, row[c], row[c])
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// begin opens a transaction that is rolled back when the test ends.
func (r *rig) begin(s Store) store.Tx {
	r.Helper()
	tx, err := s.Begin(r.Context())
	r.ok(err)
	r.Cleanup(func() { _ = tx.Rollback() }) // after Commit it does nothing
	return tx
}

// act runs do in a committed transaction.
func (r *rig) act(do func(tx store.Tx)) {
	r.Helper()
	tx := r.begin(r.Store)
	do(tx)
	r.ok(tx.Commit(r.Context()))
}

// keys makes keys of one column.
func keys(values ...any) []store.Key {
	var out []store.Key
	for _, v := range values {
		out = append(out, store.Key{v})
	}
	return out
}

// shown writes keys in their order.
func shown(keys []store.Key) string {
	var out []string
	for _, k := range keys {
		out = append(out, show(k...))
	}
	return strings.Join(out, " ")
}

// show writes values so that equal ones look equal on every engine: booleans as 0 and 1,
// days as text, instants in UTC.
func show(values ...any) string {
	var out []string
	for _, v := range values {
		switch w := v.(type) {
		case nil:
			v = "NULL"
		case bool:
			v = 0
			if w {
				v = 1
			}
		case time.Time:
			v = w.UTC().Format("2006-01-02T15:04:05.999999")
		case []byte:
			v = fmt.Sprintf("%x", w)
		}
		out = append(out, fmt.Sprint(v))
	}
	return strings.Join(out, ",")
}

// not negates without folding, so that the connector sees the negation.
func not(p store.Pred) store.Pred { return store.Pred{Op: store.OpNot, Args: []store.Pred{p}} }

func text(p store.Pred) string {
	b, err := json.Marshal(p)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func col(name string) store.Col { return store.Col{Name: name} }

func column(name string, t store.Type) store.Column { return store.Column{Name: name, Type: t} }

// people is a small table that many chapters use.
func people(name string) store.TableInfo {
	return store.TableInfo{Name: name, Key: []string{"id"}, Columns: []store.Column{
		column("id", store.Integer), column("name", store.Text), column("status", store.Text),
		column("n", store.Integer), column("x", store.Number), column("ok", store.Boolean),
	}}
}

// numbered returns n people with status due.
func numbered(n int) []row {
	var rows []row
	for i := range n {
		rows = append(rows, row{"id": int64(i + 1), "name": fmt.Sprintf("name %d", i+1), "status": "due", "n": int64(i % 3)})
	}
	return rows
}
