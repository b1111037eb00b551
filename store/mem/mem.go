// Package mem is the connector to tables held in memory: the teaching example of the store
// contract, the test double of everyone above it and, through Eval, the oracle that the SQL
// connectors are compared with. It is written for plainness, not for speed.
//
// A reader who wants to know what a connector must do reads, in this order: eval.go (what a
// question means), read.go (Driver), tx.go (Tx), receipts.go (Actor).
package mem

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// ErrConstraint says that a row would break a constraint of its table: a key given twice, a
// NULL where none may be, a reference to nothing.
var ErrConstraint = errors.New("constraint violated")

// busyAfter is how long a writer waits for the one before it, as SQLite's busy_timeout.
const busyAfter = 5 * time.Second

// Store is a set of tables. One transaction writes at a time and the others wait; readers
// see what was committed when they began and wait for nobody. It is safe for concurrent use.
type Store struct {
	// writer holds one token; who has taken it is the only one that may replace state.
	writer chan struct{}
	mu     sync.RWMutex
	state  state // guarded by mu; replaced whole, never changed in place
	closed bool  // guarded by mu
}

// state is one version of everything: tables by name, and receipts in sequence order.
type state struct {
	tables   map[string]table
	receipts []store.Receipt
	seq      int64
}

// table is one version of a table. Its rows are shared between versions and never changed.
type table struct {
	info store.TableInfo
	rows []row
	// taken are the digests of the values of each unique set of columns, by the set's name.
	taken map[string]map[string]bool
}

type row = map[string]any

// New returns an empty store.
func New() *Store {
	s := &Store{writer: make(chan struct{}, 1), state: state{tables: map[string]table{}}}
	s.writer <- struct{}{}
	return s
}

// CreateTable adds an empty table. Foreign keys must name tables that are there.
func (s *Store) CreateTable(info store.TableInfo) error {
	return s.write(func(st *state) error {
		if _, ok := st.tables[info.Name]; ok {
			return fmt.Errorf("create table %s: it is there", info.Name)
		}
		for _, fk := range info.ForeignKeys {
			if _, ok := st.tables[fk.Table]; !ok && fk.Table != info.Name {
				return fmt.Errorf("create table %s: reference to %s: %w", info.Name, fk.Table, store.ErrNoTable)
			}
		}
		t := table{info: describe(info)}
		t.taken = t.uniques()
		st.tables[info.Name] = t
		return nil
	})
}

// DropTable removes a table, whatever refers to it.
func (s *Store) DropTable(name string) error {
	return s.write(func(st *state) error {
		if _, err := st.table(name); err != nil {
			return err
		}
		delete(st.tables, name)
		return nil
	})
}

// Insert adds a row; columns that are not given are NULL.
func (s *Store) Insert(name string, values map[string]any) error {
	return s.InsertAll(name, values)
}

// InsertAll adds the rows, all of them or none.
func (s *Store) InsertAll(name string, rows ...map[string]any) error {
	return s.write(func(st *state) error { return st.insert(name, rows) })
}

// Update sets columns of the rows that have the values of key.
func (s *Store) Update(name string, key, set map[string]any) error {
	return s.write(func(st *state) error {
		return st.change(name, having(key), func(r row) (row, error) {
			r = maps.Clone(r)
			maps.Copy(r, set)
			return r, nil
		})
	})
}

// Delete removes the rows that have the values of key; an empty key removes all.
func (s *Store) Delete(name string, key map[string]any) error {
	return s.write(func(st *state) error { return st.remove(name, having(key)) })
}

// Rows returns copies of the committed rows in the order they came in; nil for a table that
// is not there.
func (s *Store) Rows(name string) []map[string]any {
	var rows []map[string]any
	for _, r := range s.snapshot().tables[name].rows {
		rows = append(rows, maps.Clone(r))
	}
	return rows
}

// Inspect implements store.Driver.
func (s *Store) Inspect(ctx context.Context) (store.Schema, error) {
	st, err := s.open(ctx)
	if err != nil {
		return store.Schema{}, err
	}
	var schema store.Schema
	for _, t := range st.tables {
		info := describe(t.info)
		info.Rows = int64(len(t.rows))
		schema.Tables = append(schema.Tables, info)
	}
	slices.SortFunc(schema.Tables, func(a, b store.TableInfo) int { return cmp.Compare(a.Name, b.Name) })
	return schema, nil
}

// Close implements store.Driver. What was committed stays readable through Rows.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// write runs one statement of the fixture in its own transaction.
func (s *Store) write(change func(*state) error) error {
	if err := s.acquire(context.Background()); err != nil {
		return err
	}
	defer s.release()
	st := s.snapshot().clone()
	if err := change(&st); err != nil {
		return err
	}
	s.replace(st)
	return nil
}

// acquire takes the writer's token, or reports that the store is busy.
func (s *Store) acquire(ctx context.Context) error {
	timer := time.NewTimer(busyAfter)
	defer timer.Stop()
	select {
	case <-s.writer:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", store.ErrBusy, ctx.Err())
	case <-timer.C:
		return fmt.Errorf("another transaction is open: %w", store.ErrBusy)
	}
}

func (s *Store) release() { s.writer <- struct{}{} }

func (s *Store) replace(st state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = st
}

func (s *Store) snapshot() state {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state
}

// open returns the committed state for a question, unless the store is closed.
func (s *Store) open(ctx context.Context) (state, error) {
	if err := ctx.Err(); err != nil {
		return state{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return state{}, fmt.Errorf("closed: %w", store.ErrUnreachable)
	}
	return s.state, nil
}

// clone returns a version whose map may be changed. Row slices are shared: writers append
// behind what a reader sees, or make a new slice.
func (st state) clone() state {
	st.tables = maps.Clone(st.tables)
	st.receipts = slices.Clip(st.receipts)
	return st
}

func (st state) table(name string) (table, error) {
	t, ok := st.tables[name]
	if !ok {
		return table{}, fmt.Errorf("table %s: %w", name, store.ErrNoTable)
	}
	return t, nil
}

// describe returns a copy that shares nothing with info and names each column's type.
func describe(info store.TableInfo) store.TableInfo {
	info.Columns = slices.Clone(info.Columns)
	info.Key = slices.Clone(info.Key)
	info.ForeignKeys = slices.Clone(info.ForeignKeys)
	for i, c := range info.Columns {
		info.Columns[i].NotNull = c.NotNull || slices.Contains(info.Key, c.Name)
		info.Columns[i].Unique = c.Unique || len(info.Key) == 1 && info.Key[0] == c.Name
		if c.Native == "" {
			info.Columns[i].Native = string(c.Type)
		}
	}
	return info
}
