package storetest

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver under the fixture

	"github.com/garant-rgpd/garant/store"
)

// TestSQL fills an SQLite database with what the suite inserts and counts it by hand.
func TestSQL(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "fixture.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the folder goes with it
	fill(t, SQL{DB: db, Engine: "sqlite"}, []store.DayForm{store.AsTextDate, store.AsTextTime, store.AsUnix, store.AsUnixMilli})
}

// fill makes the suite's tables and inserts hostile values and every kind of day.
func fill(t *testing.T, s SQL, forms []store.DayForm) {
	t.Helper()
	r := &rig{TB: t, tables: map[string]store.TableInfo{}, rows: map[string][]row{}}
	r.Use(s)
	for _, info := range inspected() {
		r.create(info)
	}
	hostile := r.create(store.TableInfo{Name: "x'\"`\\ ? $1 é", Key: []string{`i"d`}, Columns: []store.Column{
		column(`i"d`, store.Integer), column("a`b?", store.Text), {Name: "e", Type: store.Text, Enum: []string{"it's", "b"}},
	}})
	for i, v := range hostileValues() {
		r.insert(hostile.Name, row{`i"d`: int64(i), "a`b?": v, "e": "it's"})
	}
	for _, f := range forms {
		for _, typ := range kinds(f) {
			c := dayCol("at", f, "Europe/Paris", "UTC")
			info := store.TableInfo{Name: string(f) + string(typ), Key: []string{"id"}, Columns: []store.Column{column("id", store.Integer), column("at", typ)}}
			r.create(info)
			for i, v := range append(goodDays(r, c, typ), badDays(r, f, typ)...) {
				r.insert(info.Name, row{"id": int64(i), "at": v})
			}
		}
	}
	r.ok(r.Update(hostile.Name, row{`i"d`: int64(0)}, row{"a`b?": "renewed"}))
	var n int
	q := "SELECT count(*) FROM " + s.Quote(hostile.Name) + " WHERE " + s.Quote("a`b?") + " <> 'renewed'"
	r.ok(s.DB.QueryRow(q).Scan(&n))
	if n != len(hostileValues())-1 {
		t.Errorf("got %d hostile values, want %d", n, len(hostileValues())-1)
	}
	r.clear(hostile.Name)
}
