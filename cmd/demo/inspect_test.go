package demo

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// inspect reads a SQLite schema as far as binding needs it.
func inspect(t *testing.T, db *sql.DB, names []string) store.Schema {
	t.Helper()
	var s store.Schema
	for _, name := range names {
		s.Tables = append(s.Tables, inspectTable(t, db, name))
	}
	return s
}

func inspectTable(t *testing.T, db *sql.DB, name string) store.TableInfo {
	t.Helper()
	info := store.TableInfo{Name: name, Rows: -1, ForeignKeys: foreignKeys(t, db, name)}
	rows, err := db.QueryContext(t.Context(), `SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid`, name)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c store.Column
		var pk int
		if err := rows.Scan(&c.Name, &c.Native, &c.NotNull, &pk); err != nil {
			t.Fatal(err)
		}
		c.Type = typeOf(c.Native)
		c.Unique = name == "mailing" && c.Name == "email"
		if pk > 0 {
			c.NotNull = true
			info.Key = append(info.Key, c.Name)
		}
		info.Columns = append(info.Columns, c)
	}
	return info
}

func typeOf(native string) store.Type {
	base, _, _ := strings.Cut(native, "(")
	return map[string]store.Type{
		"INTEGER": store.Integer, "VARCHAR": store.Text, "TEXT": store.Text, "DATE": store.DateType,
		"DATETIME": store.DateTime, "BOOLEAN": store.Boolean, "DECIMAL": store.Number,
	}[base]
}

func foreignKeys(t *testing.T, db *sql.DB, name string) []store.ForeignKey {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(?)`, name)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []store.ForeignKey
	for rows.Next() {
		fk := store.ForeignKey{Columns: make([]string, 1), To: make([]string, 1)}
		if err := rows.Scan(&fk.Table, &fk.Columns[0], &fk.To[0], &fk.OnDelete); err != nil {
			t.Fatal(err)
		}
		out = append(out, fk)
	}
	return out
}
