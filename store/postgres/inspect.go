package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// The queries read the catalogs and not information_schema, which hides what the account
// may not touch: a table nobody may read must still be seen to be there.
const (
	// Parts of a partitioned table are reached through it.
	tablesQuery = `SELECT c.oid::bigint, n.nspname, c.relname, c.reltuples::bigint, n.nspname = COALESCE(current_schema(), 'public')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'`

	columnsQuery = `SELECT a.attrelid::bigint, a.attname, format_type(COALESCE(NULLIF(t.typbasetype, 0), t.oid), CASE WHEN t.typbasetype = 0 THEN a.atttypmod ELSE t.typtypmod END),
a.attnotnull OR t.typnotnull, EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND NOT i.indisprimary
AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND i.indpred IS NULL),
(SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = COALESCE(NULLIF(t.typbasetype, 0), t.oid))::text, a.attgenerated <> '',
(SELECT json_agg(DISTINCT s.attname) FROM pg_depend d JOIN pg_attribute s ON s.attrelid = d.refobjid AND s.attnum = d.refobjsubid
LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
WHERE a.attgenerated <> '' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid NOT IN (0, a.attnum)
AND (d.classid, d.objid, d.objsubid) IN (('pg_class'::regclass, a.attrelid, a.attnum), ('pg_attrdef'::regclass, f.oid, 0)))::text
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
ORDER BY a.attrelid, a.attnum`

	// The primary key first, then the unique indexes that may stand for one, short ones first.
	keysQuery = `SELECT i.indrelid::bigint, json_agg(a.attname ORDER BY k.n)::text
FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND k.n <= i.indnkeyatts
GROUP BY i.indrelid, i.indexrelid, i.indisprimary, i.indnkeyatts HAVING i.indisprimary OR bool_and(a.attnotnull)
ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid`

	// Bits 8 and 16 of a trigger's type stand for DELETE and UPDATE. What other languages than
	// PostgreSQL's own do is not read: they may copy.
	triggersQuery = `SELECT t.tgrelid::bigint, t.tgname, CASE WHEN l.lanname = 'plpgsql' THEN p.prosrc ELSE 'execute' END
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 24 <> 0 ORDER BY t.tgrelid, t.tgname`

	foreignKeysQuery = `SELECT c.conrelid::bigint, c.confrelid::bigint, c.confdeltype::text,
json_agg(a.attname ORDER BY k.n)::text, json_agg(b.attname ORDER BY k.n)::text
FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY k(col, ref, n)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.col
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.ref
WHERE c.contype = 'f' AND c.conparentid = 0
GROUP BY c.oid, c.conrelid, c.confrelid, c.confdeltype, c.conname ORDER BY c.conrelid, c.conname`
)

// inspection collects the relations by their object identifier.
type inspection struct {
	db   *sql.DB
	byID map[int64]*relational.Relation
}

func inspect(ctx context.Context, db *sql.DB) ([]relational.Relation, error) {
	in := inspection{db, map[int64]*relational.Relation{}}
	for _, step := range []struct {
		query string
		read  func(*sql.Rows) error
	}{
		{tablesQuery, in.table}, {columnsQuery, in.column}, {keysQuery, in.key}, {foreignKeysQuery, in.foreignKey},
		{triggersQuery, in.trigger},
	} {
		if err := in.each(ctx, step.query, step.read); err != nil {
			return nil, err
		}
	}
	var out []relational.Relation
	for _, r := range in.byID {
		out = append(out, *r)
	}
	return out, nil
}

func (in inspection) each(ctx context.Context, query string, read func(*sql.Rows) error) (err error) {
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

func (in inspection) table(rows *sql.Rows) error {
	var id, estimate int64
	var isDefault bool
	r := &relational.Relation{}
	if err := rows.Scan(&id, &r.Schema, &r.Name, &estimate, &isDefault); err != nil {
		return err
	}
	r.Info = store.TableInfo{Name: r.Name, Rows: max(estimate, -1)}
	if !isDefault {
		r.Info.Name = r.Schema + "." + r.Name
	}
	in.byID[id] = r
	return nil
}

func (in inspection) column(rows *sql.Rows) error {
	var id int64
	var c store.Column
	var enum, from sql.NullString
	if err := rows.Scan(&id, &c.Name, &c.Native, &c.NotNull, &c.Unique, &enum, &c.Computed, &from); err != nil {
		return err
	}
	c.Type = columnType(c.Native)
	if enum.Valid {
		c.Type = store.Text
		if err := json.Unmarshal([]byte(enum.String), &c.Enum); err != nil {
			return err
		}
	}
	if from.Valid {
		if err := json.Unmarshal([]byte(from.String), &c.From); err != nil {
			return err
		}
	}
	if r := in.byID[id]; r != nil {
		r.Info.Columns = append(r.Info.Columns, c)
	}
	return nil
}

func (in inspection) trigger(rows *sql.Rows) error {
	var id int64
	var name, body string
	if err := rows.Scan(&id, &name, &body); err != nil {
		return err
	}
	if r := in.byID[id]; r != nil && relational.Copies(body) {
		r.Info.Copiers = append(r.Info.Copiers, name)
	}
	return nil
}

func (in inspection) key(rows *sql.Rows) error {
	var id int64
	var columns string
	if err := rows.Scan(&id, &columns); err != nil {
		return err
	}
	if r := in.byID[id]; r != nil && r.Info.Key == nil {
		return json.Unmarshal([]byte(columns), &r.Info.Key)
	}
	return nil
}

var onDelete = map[string]string{"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}

func (in inspection) foreignKey(rows *sql.Rows) error {
	var child, parent int64
	var action, columns, to string
	if err := rows.Scan(&child, &parent, &action, &columns, &to); err != nil {
		return err
	}
	r, p := in.byID[child], in.byID[parent]
	if r == nil || p == nil {
		return nil
	}
	fk := store.ForeignKey{Table: p.Info.Name, OnDelete: onDelete[action]}
	if err := errors.Join(json.Unmarshal([]byte(columns), &fk.Columns), json.Unmarshal([]byte(to), &fk.To)); err != nil {
		return err
	}
	r.Info.ForeignKeys = append(r.Info.ForeignKeys, fk)
	return nil
}

// columnType returns the contract's type of a type as format_type writes it.
func columnType(native string) store.Type {
	base, _, _ := strings.Cut(native, "(")
	switch base {
	case "text", "character varying", "character", "citext":
		return store.Text
	case "smallint", "integer", "bigint":
		return store.Integer
	case "real", "double precision", "numeric":
		return store.Number
	case "boolean":
		return store.Boolean
	case "date":
		return store.DateType
	case "bytea":
		return store.Bytes
	case "timestamp without time zone":
		return store.DateTime
	case "timestamp with time zone":
		return store.Instant
	}
	switch { // with a precision: timestamp(3) without time zone
	case strings.HasPrefix(native, "timestamp(") && strings.HasSuffix(native, "without time zone"):
		return store.DateTime
	case strings.HasPrefix(native, "timestamp("):
		return store.Instant
	}
	if strings.HasSuffix(native, "[]") {
		return store.Other
	}
	return store.Other
}
