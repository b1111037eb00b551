package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// SQL fills an SQL database portably: it makes tables from store.TableInfo and writes rows
// with bound values. It is written apart from the connectors, so that a mistake of theirs in
// quoting or dates is not repeated here.
//
// Its sessions are to be in UTC: instants are bound as text without offset, except for
// PostgreSQL. For the zero dates of MariaDB their sql_mode must lack NO_ZERO_DATE.
type SQL struct {
	DB *sql.DB
	// Engine is postgres, mariadb or sqlite.
	Engine string
}

// Use makes f create and fill tables through s.
func (f *Fixture) Use(s SQL) {
	f.Create, f.Insert, f.Update, f.Clear = s.Create, s.Insert, s.Update, s.Clear
	f.Run = func(statement string) error { return s.exec(statement) }
}

// Create makes the table.
func (s SQL) Create(t store.TableInfo) error {
	var lines []string
	for _, c := range t.Columns {
		native, err := s.native(t.Name, c)
		if err != nil {
			return err
		}
		lines = append(lines, s.Quote(c.Name)+" "+native+constraints(c))
	}
	if len(t.Key) > 0 {
		lines = append(lines, "PRIMARY KEY ("+s.list(t.Key)+")")
	}
	for _, fk := range t.ForeignKeys {
		line := "FOREIGN KEY (" + s.list(fk.Columns) + ") REFERENCES " + s.Quote(fk.Table) + " (" + s.list(fk.To) + ")"
		if fk.OnDelete != "" {
			line += " ON DELETE " + fk.OnDelete
		}
		lines = append(lines, line)
	}
	return s.exec("CREATE TABLE " + s.Quote(t.Name) + " (" + strings.Join(lines, ", ") + ")")
}

// Insert adds the rows in one transaction.
func (s SQL) Insert(table string, rows ...map[string]any) error {
	tx, err := s.DB.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to undo after Commit
	for _, row := range rows {
		cols, vals := s.split(row)
		q := "INSERT INTO " + s.Quote(table) + " (" + s.list(cols) + ") VALUES (" + s.marks(len(cols)) + ")"
		if _, err := tx.Exec(q, vals...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Update sets columns of the row with that key.
func (s SQL) Update(table string, key, set map[string]any) error {
	cols, vals := s.split(set)
	keys, keyVals := s.split(key)
	var assigns, conds []string
	for i, c := range cols {
		assigns = append(assigns, s.Quote(c)+" = "+s.mark(i+1))
	}
	for i, k := range keys {
		conds = append(conds, s.Quote(k)+" = "+s.mark(len(cols)+i+1))
	}
	q := "UPDATE " + s.Quote(table) + " SET " + strings.Join(assigns, ", ") + " WHERE " + strings.Join(conds, " AND ")
	return s.exec(q, append(vals, keyVals...)...)
}

// Clear deletes all rows.
func (s SQL) Clear(table string) error { return s.exec("DELETE FROM " + s.Quote(table)) }

// Quote returns the identifier as the engine quotes it.
func (s SQL) Quote(name string) string {
	q := `"`
	if s.Engine == "mariadb" {
		q = "`"
	}
	return q + strings.ReplaceAll(name, q, q+q) + q
}

func (s SQL) exec(q string, args ...any) error {
	_, err := s.DB.ExecContext(context.Background(), q, args...)
	return err
}

func (s SQL) list(names []string) string {
	var quoted []string
	for _, n := range names {
		quoted = append(quoted, s.Quote(n))
	}
	return strings.Join(quoted, ", ")
}

func (s SQL) mark(n int) string {
	if s.Engine == "postgres" {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

func (s SQL) marks(n int) string {
	var marks []string
	for i := range n {
		marks = append(marks, s.mark(i+1))
	}
	return strings.Join(marks, ", ")
}

// split returns the row's columns by name and its values as the engine's driver takes them.
func (s SQL) split(row map[string]any) ([]string, []any) {
	var cols []string
	for c := range row {
		cols = append(cols, c)
	}
	slices.Sort(cols)
	var vals []any
	for _, c := range cols {
		vals = append(vals, s.bind(row[c]))
	}
	return cols, vals
}

// bind writes days and clock readings as text, which every engine reads alike.
func (s SQL) bind(v any) any {
	switch v := v.(type) {
	case store.Day:
		return v.String()
	case time.Time:
		if s.Engine == "postgres" {
			return v.Format("2006-01-02 15:04:05.999999Z07:00")
		}
		return v.Format("2006-01-02 15:04:05.999999")
	case bool:
		if s.Engine == "sqlite" && v {
			return int64(1)
		} else if s.Engine == "sqlite" {
			return int64(0)
		}
	}
	return v
}

var sqlTypes = map[string]map[store.Type]string{
	"postgres": {
		store.Text: "text", store.Integer: "bigint", store.Number: "double precision", store.Boolean: "boolean",
		store.DateType: "date", store.DateTime: "timestamp", store.Instant: "timestamptz", store.Bytes: "bytea",
	},
	"mariadb": {
		store.Text: "varchar(190)", store.Integer: "bigint", store.Number: "double", store.Boolean: "boolean",
		store.DateType: "date", store.DateTime: "datetime(6)", store.Instant: "timestamp(6) NULL", store.Bytes: "varbinary(190)",
	},
	"sqlite": {
		store.Text: "TEXT", store.Integer: "INTEGER", store.Number: "REAL", store.Boolean: "BOOLEAN",
		store.DateType: "DATE", store.DateTime: "DATETIME", store.Instant: "TIMESTAMP", store.Bytes: "BLOB",
	},
}

// native returns the column's type in the engine, making an enumeration first where the
// engine needs that.
func (s SQL) native(table string, c store.Column) (string, error) {
	var values []string
	for _, v := range c.Enum {
		values = append(values, "'"+strings.ReplaceAll(v, "'", "''")+"'")
	}
	enum := strings.Join(values, ", ")
	switch {
	case c.Native != "":
		return c.Native, nil
	case enum != "" && s.Engine == "mariadb":
		return "ENUM (" + enum + ")", nil
	case enum != "" && s.Engine == "postgres":
		name := s.Quote(table + "_" + c.Name)
		return name, s.exec("CREATE TYPE " + name + " AS ENUM (" + enum + ")")
	}
	native, ok := sqlTypes[s.Engine][c.Type]
	if !ok {
		return "", fmt.Errorf("the fixture knows no %s column in %q", c.Type, s.Engine)
	}
	return native, nil
}

func constraints(c store.Column) string {
	out := ""
	if c.NotNull {
		out += " NOT NULL"
	}
	if c.Unique {
		out += " UNIQUE"
	}
	return out
}
