package sqlite

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

// The table-valued pragmas take the table's name as a bound value. Views, virtual tables and
// their shadows are not tables of this kind.
const (
	tablesQuery = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`

	columnsQuery = `SELECT t.name, c.name, c.type, c.` + "`notnull`" + `, c.pk, c.hidden IN (2, 3) FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
WHERE t.schema = 'main' AND t.type = 'table' AND c.hidden <> 1 ORDER BY t.name, c.cid`

	// Unique indexes over whole columns, one line a column, short ones first.
	indexesQuery = `SELECT t.name, i.name, k.name FROM pragma_table_list t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) k
WHERE t.schema = 'main' AND t.type = 'table' AND i.` + "`unique`" + ` AND NOT i.partial AND i.origin <> 'pk' AND k.name IS NOT NULL
ORDER BY t.name, (SELECT COUNT(*) FROM pragma_index_info(i.name)), i.name, k.seqno`

	// SQLite keeps a trigger as it was written.
	triggersQuery = `SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY tbl_name, name`

	// SQLite lists foreign keys from the last to the first.
	foreignKeysQuery = `SELECT t.name, f.id, f.` + "`table`, f.`from`, f.`to`" + `, f.on_delete FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, f.id DESC, f.seq`
)

// inspection collects the relations by name.
type inspection struct {
	db      *sql.DB
	byName  map[string]*relational.Relation
	primary map[string]map[string]int // by table and column: the place in the primary key
	indexes map[string][]index
	foreign struct {
		table string
		id    int
	}
}

// index is a unique index.
type index struct {
	name    string
	columns []string
}

func inspect(ctx context.Context, db *sql.DB) ([]relational.Relation, error) {
	in := &inspection{db: db, byName: map[string]*relational.Relation{}, primary: map[string]map[string]int{}, indexes: map[string][]index{}}
	for _, step := range []struct {
		query string
		read  func(*sql.Rows) error
	}{
		{tablesQuery, in.table}, {columnsQuery, in.column}, {indexesQuery, in.index}, {foreignKeysQuery, in.foreignKey},
		{triggersQuery, in.trigger},
	} {
		if err := in.each(ctx, step.query, step.read); err != nil {
			return nil, err
		}
	}
	var out []relational.Relation
	for _, r := range in.byName {
		in.key(r)
		out = append(out, *r)
	}
	for i := range out {
		in.resolve(out[i].Info.ForeignKeys)
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
	r := &relational.Relation{Info: store.TableInfo{Rows: -1}} // SQLite has no estimate of its own
	if err := rows.Scan(&r.Name); err != nil {
		return err
	}
	r.Info.Name = r.Name
	in.byName[r.Name], in.primary[r.Name] = r, map[string]int{}
	return nil
}

func (in *inspection) column(rows *sql.Rows) error {
	var table string
	var c store.Column
	var place int
	if err := rows.Scan(&table, &c.Name, &c.Native, &c.NotNull, &place, &c.Computed); err != nil {
		return err
	}
	r := in.byName[table]
	if r == nil {
		return nil
	}
	c.Type = columnType(c.Native)
	if place > 0 {
		c.NotNull = true
		in.primary[table][c.Name] = place
	}
	r.Info.Columns = append(r.Info.Columns, c)
	return nil
}

// triggered finds what a trigger answers to and what it does, in the statement that made it.
var triggered = regexp.MustCompile(`(?is)\s(delete|insert|update)(?:\s+of\s.+?)?\s+on\s.*?\sbegin\s(.*)`)

func (in *inspection) trigger(rows *sql.Rows) error {
	var table, name, statement string
	if err := rows.Scan(&table, &name, &statement); err != nil {
		return err
	}
	m := triggered.FindStringSubmatch(statement)
	if r := in.byName[table]; r != nil && m != nil && !strings.EqualFold(m[1], "insert") && relational.Copies(m[2]) {
		r.Info.Copiers = append(r.Info.Copiers, name)
	}
	return nil
}

func (in *inspection) index(rows *sql.Rows) error {
	var table, name, column string
	if err := rows.Scan(&table, &name, &column); err != nil {
		return err
	}
	list := in.indexes[table]
	if len(list) == 0 || list[len(list)-1].name != name {
		list = append(list, index{name: name})
	}
	last := &list[len(list)-1]
	last.columns = append(last.columns, column)
	in.indexes[table] = list
	return nil
}

// key chooses the table's key and marks columns that are unique alone.
func (in *inspection) key(r *relational.Relation) {
	places := in.primary[r.Name]
	for name := range places {
		r.Info.Key = append(r.Info.Key, name)
	}
	slices.SortFunc(r.Info.Key, func(a, b string) int { return places[a] - places[b] })
	for _, i := range in.indexes[r.Name] {
		if r.Info.Key == nil && in.notNull(r, i.columns) {
			r.Info.Key = i.columns
		}
		for at, c := range r.Info.Columns {
			if len(i.columns) == 1 && c.Name == i.columns[0] {
				r.Info.Columns[at].Unique = true
			}
		}
	}
}

func (in *inspection) notNull(r *relational.Relation, columns []string) bool {
	for _, c := range r.Info.Columns {
		if slices.Contains(columns, c.Name) && !c.NotNull {
			return false
		}
	}
	return true
}

func (in *inspection) foreignKey(rows *sql.Rows) error {
	var table, from string
	var id int
	var to sql.NullString
	var fk store.ForeignKey
	if err := rows.Scan(&table, &id, &fk.Table, &from, &to, &fk.OnDelete); err != nil {
		return err
	}
	r := in.byName[table]
	if r == nil {
		return nil
	}
	if len(r.Info.ForeignKeys) == 0 || in.foreign.table != table || in.foreign.id != id {
		in.foreign.table, in.foreign.id = table, id
		r.Info.ForeignKeys = append(r.Info.ForeignKeys, fk)
	}
	last := &r.Info.ForeignKeys[len(r.Info.ForeignKeys)-1]
	last.Columns = append(last.Columns, from)
	if to.Valid {
		last.To = append(last.To, to.String)
	}
	return nil
}

// resolve fills in what SQLite leaves unsaid: names in any case, and no columns for the
// parent's primary key.
func (in *inspection) resolve(fks []store.ForeignKey) {
	for i, fk := range fks {
		for name, r := range in.byName {
			if strings.EqualFold(name, fk.Table) {
				fks[i].Table = name
				if fk.To == nil {
					fks[i].To = slices.Clone(r.Info.Key)
				}
			}
		}
	}
}

// columnType follows the rules of https://www.sqlite.org/datatype3.html for what a declared
// type means, with the dates and booleans that people declare.
func columnType(declared string) store.Type {
	d := strings.ToUpper(declared)
	base, _, _ := strings.Cut(d, "(")
	base = strings.TrimSpace(base)
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(d, p) })
	}
	switch {
	case base == "DATE":
		return store.DateType
	case base == "DATETIME":
		return store.DateTime
	case strings.HasPrefix(base, "TIMESTAMP"):
		return store.Instant
	case has("BOOL"):
		return store.Boolean
	case has("INT"):
		return store.Integer
	case has("CHAR", "CLOB", "TEXT"):
		return store.Text
	case has("BLOB"):
		return store.Bytes
	case has("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"):
		return store.Number
	}
	return store.Other
}
