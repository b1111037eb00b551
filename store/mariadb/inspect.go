package mariadb

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

const (
	tablesQuery = `SELECT table_name, COALESCE(table_rows, -1), CASE WHEN table_type = 'SYSTEM VERSIONED' THEN 'keeps_history'
WHEN COALESCE(engine IN (SELECT engine FROM information_schema.engines WHERE transactions = 'YES'), FALSE) THEN '' ELSE 'no_rollback' END
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')`

	// An account sees the triggers of the tables on which it may make some.
	triggersQuery = `SELECT event_object_table, trigger_name, action_statement FROM information_schema.triggers
WHERE event_object_schema = DATABASE() AND event_manipulation IN ('DELETE', 'UPDATE') ORDER BY event_object_table, trigger_name`

	columnsQuery = `SELECT table_name, column_name, data_type, column_type, is_nullable = 'NO', is_generated = 'ALWAYS',
COALESCE(generation_expression, '') FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`

	// One line a column of each unique index; the primary key sorts first.
	keysQuery = `SELECT table_name, index_name, column_name, sub_part IS NOT NULL, nullable = 'YES'
FROM information_schema.statistics WHERE table_schema = DATABASE() AND non_unique = 0
ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index`

	ledQuery = `SELECT DISTINCT table_name, column_name FROM information_schema.statistics
WHERE table_schema = DATABASE() AND seq_in_index = 1 AND sub_part IS NULL AND index_type = 'BTREE'`

	foreignKeysQuery = `SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_name, k.referenced_column_name, r.delete_rule
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_schema = DATABASE()
ORDER BY k.table_name, k.constraint_name, k.ordinal_position`
)

// inspection collects the relations by name.
type inspection struct {
	db     *sql.DB
	byName map[string]*relational.Relation
	// indexes are the unique indexes of each table, in the order in which they may be the key.
	indexes map[string][]*index
	// constraint is the foreign key whose columns are being read.
	constraint string
}

// index is a unique index.
type index struct {
	name    string
	columns []string
	partial bool // of prefixes, or with NULLs: it names no row
}

func inspect(ctx context.Context, db *sql.DB) ([]relational.Relation, error) {
	in := &inspection{db: db, byName: map[string]*relational.Relation{}, indexes: map[string][]*index{}}
	for _, step := range []struct {
		query string
		read  func(*sql.Rows) error
	}{
		{tablesQuery, in.table}, {columnsQuery, in.column}, {keysQuery, in.index}, {ledQuery, in.led}, {foreignKeysQuery, in.foreignKey},
		{triggersQuery, in.trigger},
	} {
		if err := in.each(ctx, step.query, step.read); err != nil {
			return nil, err
		}
	}
	var out []relational.Relation
	for name, r := range in.byName {
		in.keys(r, in.indexes[name])
		out = append(out, *r)
	}
	return out, nil
}

func (in *inspection) each(ctx context.Context, query string, read func(*sql.Rows) error) (err error) {
	rows, err := in.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (in *inspection) table(rows *sql.Rows) error {
	r := &relational.Relation{}
	if err := rows.Scan(&r.Name, &r.Info.Rows, &r.Info.Bar); err != nil {
		return err
	}
	r.Info.Name = r.Name
	in.byName[r.Name] = r
	return nil
}

func (in *inspection) column(rows *sql.Rows) error {
	var table, base, expression string
	var c store.Column
	if err := rows.Scan(&table, &c.Name, &base, &c.Native, &c.NotNull, &c.Computed, &expression); err != nil {
		return err
	}
	if r := in.byName[table]; r != nil && c.Computed && strings.HasPrefix(c.Name, relational.DerivedPrefix) {
		r.Derived = append(r.Derived, c.Name)
		return nil
	}
	c.Type, c.From = columnType(base, c.Native), columnsIn(expression)
	if base == "enum" {
		c.Enum = enumValues(c.Native)
	}
	if r := in.byName[table]; r != nil {
		r.Info.Columns = append(r.Info.Columns, c)
	}
	return nil
}

func (in *inspection) trigger(rows *sql.Rows) error {
	var table, name, body string
	if err := rows.Scan(&table, &name, &body); err != nil {
		return err
	}
	if r := in.byName[table]; r != nil && relational.Copies(body) {
		r.Info.Copiers = append(r.Info.Copiers, name)
	}
	return nil
}

func (in *inspection) index(rows *sql.Rows) error {
	var table, name, column string
	var prefix, nullable bool
	if err := rows.Scan(&table, &name, &column, &prefix, &nullable); err != nil {
		return err
	}
	list := in.indexes[table]
	if len(list) == 0 || list[len(list)-1].name != name {
		list = append(list, &index{name: name})
		in.indexes[table] = list
	}
	i := list[len(list)-1]
	i.columns = append(i.columns, column)
	i.partial = i.partial || prefix || nullable
	return nil
}

func (in *inspection) led(rows *sql.Rows) error {
	var table, column string
	if err := rows.Scan(&table, &column); err != nil {
		return err
	}
	if r := in.byName[table]; r != nil {
		r.Led = append(r.Led, column)
	}
	return nil
}

// keys chooses the table's key and marks columns that are unique alone.
func (in *inspection) keys(r *relational.Relation, indexes []*index) {
	for _, i := range indexes {
		if i.name != "PRIMARY" && len(i.columns) == 1 {
			at := slices.IndexFunc(r.Info.Columns, func(c store.Column) bool { return c.Name == i.columns[0] })
			if at >= 0 {
				r.Info.Columns[at].Unique = true
			}
		}
		better := r.Info.Key == nil || indexes[0].name != "PRIMARY" && len(i.columns) < len(r.Info.Key)
		if !i.partial && better {
			r.Info.Key = i.columns
		}
	}
}

func (in *inspection) foreignKey(rows *sql.Rows) error {
	var table, name, column, to string
	var fk store.ForeignKey
	if err := rows.Scan(&table, &name, &column, &fk.Table, &to, &fk.OnDelete); err != nil {
		return err
	}
	r := in.byName[table]
	if r == nil {
		return nil
	}
	if id := table + "\x00" + name; in.constraint != id {
		in.constraint = id
		r.Info.ForeignKeys = append(r.Info.ForeignKeys, fk)
	}
	last := &r.Info.ForeignKeys[len(r.Info.ForeignKeys)-1]
	last.Columns, last.To = append(last.Columns, column), append(last.To, to)
	return nil
}

var columnTypes = map[string]store.Type{
	"char": store.Text, "varchar": store.Text, "tinytext": store.Text, "text": store.Text, "mediumtext": store.Text,
	"longtext": store.Text, "enum": store.Text,
	"tinyint": store.Integer, "smallint": store.Integer, "mediumint": store.Integer, "int": store.Integer, "bigint": store.Integer,
	"float": store.Number, "double": store.Number, "decimal": store.Number,
	"date": store.DateType, "datetime": store.DateTime, "timestamp": store.Instant,
	"binary": store.Bytes, "varbinary": store.Bytes, "tinyblob": store.Bytes, "blob": store.Bytes, "mediumblob": store.Bytes, "longblob": store.Bytes,
}

// columnType returns the contract's type. MariaDB has no boolean of its own: tinyint(1) is
// what it makes of BOOLEAN.
func columnType(base, native string) store.Type {
	if native == "tinyint(1)" || native == "bit(1)" {
		return store.Boolean
	}
	if t, ok := columnTypes[base]; ok {
		return t
	}
	return store.Other
}

var quoted = regexp.MustCompile("`(?:[^`]|``)+`")

// columnsIn returns the columns of an expression, which MariaDB keeps in quotes.
func columnsIn(expression string) []string {
	var out []string
	for _, name := range quoted.FindAllString(expression, -1) {
		if name = strings.ReplaceAll(name[1:len(name)-1], "``", "`"); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// enumValues reads the values in enum('a','it”s').
func enumValues(native string) []string {
	list := strings.TrimSuffix(strings.TrimPrefix(native, "enum('"), "')")
	var out []string
	for _, v := range strings.Split(list, "','") {
		out = append(out, strings.ReplaceAll(v, "''", "'"))
	}
	return out
}
