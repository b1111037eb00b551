package relational

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/garant-rgpd/garant/store"
)

// receiptsTable is Garant's own table in the store.
const receiptsTable = "garant_receipts"

// DB implements store.Driver and store.Actor for an engine.
type DB struct {
	db   *sql.DB
	d    Dialect
	once sync.Once

	mu      sync.Mutex
	catalog map[string]Relation  // by the contract's name of the table; guarded by mu
	blocked map[string]*sql.Stmt // statements with blocking keys, by their text; guarded by mu
}

// New returns the store behind db, which it closes.
func New(db *sql.DB, d Dialect) *DB { return &DB{db: db, d: d} }

// Ping checks that the store answers.
func (s *DB) Ping(ctx context.Context) error {
	return s.clean(ctx, "open", s.db.PingContext(ctx))
}

// Tidy implements store.Tidier.
func (s *DB) Tidy(ctx context.Context) {
	if s.d.Tidy != nil {
		s.d.Tidy(ctx, s.db)
	}
}

// Close implements store.Driver.
func (s *DB) Close() error {
	var err error
	s.once.Do(func() {
		s.Tidy(context.Background())
		err = s.clean(context.Background(), "close", s.db.Close())
	})
	return err
}

// Inspect implements store.Driver.
func (s *DB) Inspect(ctx context.Context) (store.Schema, error) {
	relations, err := s.refresh(ctx)
	var schema store.Schema
	for _, r := range relations {
		schema.Tables = append(schema.Tables, r.Info)
	}
	return schema, err
}

// refresh reads the schema anew and returns it ordered by name.
func (s *DB) refresh(ctx context.Context) ([]Relation, error) {
	relations, err := s.d.Inspect(ctx, s.db)
	if err != nil {
		return nil, s.clean(ctx, "inspect", err)
	}
	relations = slices.DeleteFunc(relations, func(r Relation) bool { return r.Name == receiptsTable })
	slices.SortFunc(relations, func(a, b Relation) int { return strings.Compare(a.Info.Name, b.Info.Name) })
	catalog := map[string]Relation{}
	for _, r := range relations {
		catalog[r.Info.Name] = r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catalog = catalog
	return relations, nil
}

// write builds a statement. The catalog is read when a table or a column is first missed;
// what is missing after that is left to the engine to refuse, as the account may not be
// allowed to see it.
func (s *DB) write(ctx context.Context, build func(w *Writer) error) (*Writer, error) {
	for fresh := false; ; fresh = true {
		w, unknown := s.writer()
		err := build(w)
		if most := s.d.MaxValues; err == nil && len(w.args) > most {
			err = fmt.Errorf("%d values in one statement, more than %d: %w", len(w.args), most, errors.ErrUnsupported)
		}
		var missing missingError
		stale := *unknown || errors.As(err, &missing)
		if !stale || fresh {
			if err != nil {
				err = safeError{err}
			}
			return w, err
		}
		if _, err := s.refresh(ctx); err != nil {
			return nil, err
		}
	}
}

// writer returns a writer on the catalog as it is, and a flag that it raises when it is
// asked for a table that is not there.
func (s *DB) writer() (*Writer, *bool) {
	s.mu.Lock()
	catalog := s.catalog // replaced as a whole, never changed
	s.mu.Unlock()
	unknown := new(bool)
	return &Writer{d: &s.d, tables: func(name string) Relation {
		r, ok := catalog[name]
		if !ok {
			*unknown = true
			return Relation{Name: name, Info: store.TableInfo{Name: name}}
		}
		return r
	}}, unknown
}

// Find implements store.Driver. The rows stream from one statement and so show one state of
// the table; fn must not act on the store.
func (s *DB) Find(ctx context.Context, q store.Query, fn func(store.Row) bool) error {
	var cols []KeyColumn
	w, err := s.write(ctx, func(w *Writer) (err error) {
		cols, err = w.find(q)
		return err
	})
	if err == nil {
		err = s.rows(ctx, s.db, w, cols, fn)
	}
	return s.clean(ctx, "find in "+q.Table.Name, err)
}

func (w *Writer) find(q store.Query) ([]KeyColumn, error) {
	cols, err := w.selection(q.Table, q.Columns)
	if err != nil {
		return nil, err
	}
	return cols, w.filter(q.Table, q.Where, q.After, q.Limit)
}

// selection writes SELECT and FROM.
func (w *Writer) selection(t store.Table, columns []string) ([]KeyColumn, error) {
	r := w.tables(t.Name)
	w.enter(r)
	if len(columns) == 0 {
		w.Write("SELECT 1 FROM ", w.table(r))
		return nil, nil
	}
	cols, err := w.keyColumns(columns)
	if err != nil {
		return nil, err
	}
	w.Write("SELECT ")
	w.selects(cols)
	w.Write(" FROM ", w.table(r))
	return cols, nil
}

// filter writes the condition, the order and the limit.
func (w *Writer) filter(t store.Table, where store.Pred, after store.Key, limit int) error {
	w.Write(" WHERE ")
	if after != nil {
		key, err := w.keyColumns(t.Key)
		if err != nil {
			return err
		}
		if err := w.after(key, after); err != nil {
			return err
		}
		w.Write(" AND ")
		w.floor = floor{key[0], after[0]}
	}
	if err := w.Pred(where); err != nil {
		return err
	}
	if len(t.Key) > 0 {
		if err := w.order(t.Key); err != nil {
			return err
		}
	}
	if limit > 0 {
		w.Write(" LIMIT ")
		w.Bind(int64(limit))
	}
	return nil
}

func (w *Writer) order(key []string) error {
	cols, err := w.keyColumns(key)
	if err != nil {
		return err
	}
	w.Write(" ORDER BY ")
	w.Join(", ", len(cols), func(i int) { w.Write(w.ordered(cols[i])) })
	return nil
}

// queryer is a pool or one connection of it.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rows runs a query and calls fn for each row, in the contract's kinds of values.
func (s *DB) rows(ctx context.Context, in queryer, w *Writer, cols []KeyColumn, fn func(store.Row) bool) (err error) {
	if conn, one := in.(*sql.Conn); one && s.d.Rows != nil && len(cols) > 0 {
		if ok, err := s.d.Rows(ctx, conn, w.text.String(), w.args, cols, fn); ok {
			return err
		}
	}
	rows, err := s.query(ctx, in, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	width := max(len(cols), 1)
	dest := make([]any, width)
	for rows.Next() {
		row := make(store.Row, width) // fn may keep it
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, c := range cols {
			row[i] = s.value(c.Column, row[i])
		}
		if !fn(row[:len(cols)]) {
			return nil
		}
	}
	return rows.Err()
}

// query puts a statement. One with blocking keys is kept prepared where parsing its expressions
// costs more than finding its rows.
func (s *DB) query(ctx context.Context, in queryer, w *Writer) (*sql.Rows, error) {
	if in == queryer(s.db) && w.blocked && s.d.Blocks.Opaque != "" {
		kept, err := s.prepared(ctx, w.text.String())
		if err != nil {
			return nil, err
		}
		if kept != nil {
			return kept.QueryContext(ctx, w.args...)
		}
	}
	return in.QueryContext(ctx, w.text.String(), w.args...)
}

// mostPrepared bounds the statements that are kept: there is one for each column by which people
// are found, and few companies have more.
const mostPrepared = 200

// prepared returns the statement of a text, which is kept until the store is closed; nil where
// enough are kept.
func (s *DB) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.blocked[text]; kept != nil || len(s.blocked) >= mostPrepared {
		return kept, nil
	}
	kept, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if s.blocked == nil {
		s.blocked = map[string]*sql.Stmt{}
	}
	s.blocked[text] = kept
	return kept, nil
}

func (s *DB) value(c store.Column, v any) any {
	if v == nil {
		return nil
	}
	return s.d.Value(c, v)
}

// collect returns the keys that a query selects.
func (s *DB) collect(ctx context.Context, in queryer, w *Writer, cols []KeyColumn) ([]store.Key, error) {
	var keys []store.Key
	err := s.rows(ctx, in, w, cols, func(r store.Row) bool {
		keys = append(keys, store.Key(r))
		return true
	})
	return keys, err
}

// describe names a statement's table for an error.
func describe(verb string, t store.Table) string { return fmt.Sprintf("%s %s", verb, t.Name) }
