package relational

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/store"
)

// Blocks is how an engine computes the blocking keys of store.BlockKey, and what it knows of
// indexes.
type Blocks struct {
	// Text writes a column of text or of whole numbers as text that compares by code point.
	Text func(ref string, c store.Column) string
	// Odd writes that a text has a sign outside printable ASCII, NotDigits that it has another
	// than a digit, Tail its last n characters.
	Odd, NotDigits func(x string) string
	Tail           func(x string, n int) string
	// Stray writes that a column of whole numbers holds something else, in a form that an index on
	// the column serves; nil where an engine keeps its types.
	Stray func(ref string) string
	// Opaque, unless empty, goes before a placeholder so that a value bound to it does not make the
	// engine plan the statement anew. Statements with keys are kept prepared then.
	Opaque string
	// Derived says that the engine has no indexes on expressions, so that the key is a column of
	// its own, computed by the engine. The fields of plans are empty then.
	Derived bool
	// BeforePlan makes the planner use an index however few rows there are, Plan begins the
	// statement that shows a plan, and Searches is in a plan that finds its rows by an index.
	BeforePlan, Plan, Searches string
	// Columns is a query for the first column of each index of a table.
	Columns func(r Relation) (query string, args []any)
	// Create writes the statement that makes an index; key is the expression of a blocking
	// key, or empty where the columns themselves are indexed.
	Create func(name, table, columns, key string) string
}

// DerivedPrefix begins the names of the columns that hold blocking keys, in an engine without
// indexes on expressions. They are Garant's own and in no schema that Inspect returns.
const DerivedPrefix = "garant_"

// DerivedColumn names the column that holds the blocking key of another.
func DerivedColumn(b store.Blocking, column string) string {
	return short(DerivedPrefix + string(b) + "_" + column)
}

// short keeps a name within what engines allow, and different from others cut at one place.
func short(name string) string {
	const most = 60
	if len(name) <= most {
		return name
	}
	return fmt.Sprintf("%s_%08x", name[:most-9], crc32.ChecksumIEEE([]byte(name)))
}

func (w *Writer) inBlock(p store.Pred) error {
	ref, info, err := w.ref(p.Col)
	if err != nil {
		return err
	}
	if !store.Blockable(info) {
		w.Write("(1=0)")
		return nil
	}
	key := w.d.Blocks.key(ref, info, p.Blocking)
	if s := w.scopes[len(w.scopes)-1]; !p.Col.Outer && slices.Contains(s.relation.Derived, DerivedColumn(p.Blocking, p.Col.Name)) {
		key = s.qualifier + "." + w.d.Quote(DerivedColumn(p.Blocking, p.Col.Name))
	}
	w.blocked = true
	w.Write("(", key, " IN (")
	w.Join(", ", len(p.Values), func(i int) {
		w.Write(w.d.Blocks.Opaque)
		w.operand(p.Values[i], exactText)
	})
	w.Write("))")
	return nil
}

func (w *Writer) stray(p store.Pred) error {
	ref, info, err := w.ref(p.Col)
	if err != nil {
		return err
	}
	if w.d.Blocks.Stray == nil || info.Type != store.Integer {
		w.Write("(1=0)")
		return nil
	}
	w.Write("(", w.d.Blocks.Stray(ref), ")")
	return nil
}

// key writes the blocking key of a column, as an index on the expression has it: with no
// bound value.
func (b Blocks) key(ref string, c store.Column, how store.Blocking) string {
	x := b.Text(ref, c)
	odd := "length(" + x + ") > 200 OR " + b.Odd(x)
	switch how {
	case store.BlockEmail:
		odd += " OR " + b.Tail("rtrim("+x+")", 1) + " = '.'"
		x = "trim(" + x + ")"
	case store.BlockPhone:
		x = without(x, " .-()/+")
		odd += " OR " + b.NotDigits(x)
		x = b.Tail(x, 6)
	default:
		x = without(x, " ")
	}
	return "CASE WHEN " + odd + " THEN '" + store.Unblocked + "' ELSE lower(" + x + ") END"
}

func without(x, signs string) string {
	for _, r := range signs {
		x = "replace(" + x + ", '" + string(r) + "', '')"
	}
	return x
}

// Indexed implements store.Indexer.
func (s *DB) Indexed(ctx context.Context, l store.Lookup) (bool, error) {
	r, err := s.relation(ctx, l.Table.Name)
	if err != nil {
		return false, err
	}
	columns := l.Columns
	if l.Blocking != "" {
		if !s.d.Blocks.Derived {
			return s.served(ctx, l)
		}
		columns = []string{DerivedColumn(l.Blocking, l.Columns[0])}
	}
	query, args := s.d.Blocks.Columns(r)
	first, err := lines(ctx, s.db, query, args)
	if err != nil {
		return false, s.clean(ctx, "read the indexes of "+l.Table.Name, err)
	}
	return slices.ContainsFunc(first, func(c string) bool { return slices.Contains(columns, c) }), nil
}

// served asks the engine's own planner.
func (s *DB) served(ctx context.Context, l store.Lookup) (bool, error) {
	where := store.InBlock(store.Col{Name: l.Columns[0]}, l.Blocking, "x", store.Unblocked)
	w, err := s.write(ctx, func(w *Writer) error {
		if _, err := w.selection(l.Table, nil); err != nil {
			return err
		}
		w.Write(" WHERE ")
		return w.Pred(where)
	})
	var plan []string
	if err == nil {
		plan, err = s.plan(ctx, w)
	}
	searches := func(line string) bool { return strings.Contains(line, s.d.Blocks.Searches) }
	return slices.ContainsFunc(plan, searches), s.clean(ctx, "read the indexes of "+l.Table.Name, err)
}

// plan returns the lines of the plan of a statement.
func (s *DB) plan(ctx context.Context, w *Writer) (plan []string, err error) {
	query := s.d.Blocks.Plan + w.text.String()
	if s.d.Blocks.BeforePlan == "" {
		return lines(ctx, s.db, query, w.args)
	}
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	if _, err := tx.ExecContext(ctx, s.d.Blocks.BeforePlan); err != nil {
		return nil, err
	}
	return lines(ctx, tx, query, w.args)
}

// lines returns the rows of a query as text.
func lines(ctx context.Context, in queryer, query string, args []any) (out []string, err error) {
	rows, err := in.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		texts, dest := make([]string, len(columns)), make([]any, len(columns))
		for i := range texts {
			dest[i] = &texts[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		out = append(out, strings.Join(texts, " "))
	}
	return out, rows.Err()
}

// CreateIndex implements store.Indexer.
func (s *DB) CreateIndex(ctx context.Context, l store.Lookup) (string, error) {
	r, err := s.relation(ctx, l.Table.Name)
	if err != nil {
		return "", err
	}
	w, _ := s.writer()
	var quoted []string
	for _, c := range l.Columns {
		quoted = append(quoted, s.d.Quote(c))
	}
	name, columns := DerivedPrefix+r.Name+"_"+strings.Join(l.Columns, "_"), strings.Join(quoted, ", ")
	if l.Blocking == "" {
		return s.d.Blocks.Create(s.d.Quote(short(name)), w.table(r), columns, ""), nil
	}
	c, _ := r.column(l.Columns[0])
	name = short(name + "_" + string(l.Blocking))
	if s.d.Blocks.Derived {
		name = DerivedColumn(l.Blocking, l.Columns[0])
	}
	return s.d.Blocks.Create(s.d.Quote(name), w.table(r), columns, s.d.Blocks.key(columns, c, l.Blocking)), nil
}

// relation returns the table as the catalog has it, which is read anew where it lacks it.
func (s *DB) relation(ctx context.Context, table string) (Relation, error) {
	for range 2 {
		s.mu.Lock()
		r, ok := s.catalog[table]
		s.mu.Unlock()
		if ok {
			return r, nil
		}
		if _, err := s.refresh(ctx); err != nil {
			return Relation{}, err
		}
	}
	return Relation{}, fmt.Errorf("table %s: %w", table, store.ErrNoTable)
}
