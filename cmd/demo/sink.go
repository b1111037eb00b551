package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// record is a row by column; a column left out is NULL.
type record map[string]any

// sink writes the rows of one store over one connection.
type sink struct {
	name    string
	conn    *sql.Conn
	engine  Engine
	tables  []string
	columns map[string][]string
}

// bulk is how many rows go in one statement on a server, where a round trip costs most.
const bulk = 250

// readColumns asks the store itself for the columns of its tables.
func (s *sink) readColumns(ctx context.Context, tables []string) error {
	s.tables, s.columns = tables, map[string][]string{}
	for _, t := range tables {
		rows, err := s.conn.QueryContext(ctx, "SELECT * FROM "+t+" WHERE 1 = 0")
		if err != nil {
			return err
		}
		s.columns[t], err = rows.Columns()
		if err := errors.Join(err, rows.Close(), rows.Err()); err != nil {
			return err
		}
	}
	return nil
}

// write puts the rows of the store's tables into it, in one transaction.
func (s *sink) write(ctx context.Context, rows map[string][]record) error {
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("fill the store %s: %w", s.name, err)
	}
	for _, t := range s.tables {
		if err := s.insert(ctx, tx, t, rows[t]); err != nil {
			_ = tx.Rollback() // the first error tells more
			return fmt.Errorf("fill %s.%s: %w", s.name, t, err)
		}
	}
	return tx.Commit()
}

// insert writes rows in as many at a time as the engine likes: one by one on SQLite.
func (s *sink) insert(ctx context.Context, tx *sql.Tx, table string, rows []record) error {
	size := bulk
	if s.engine == SQLite {
		size = 1
	}
	for len(rows) > 0 {
		n := size
		if len(rows) < size {
			n = 1
		}
		rest, err := s.insertBy(ctx, tx, table, rows, n)
		if err != nil {
			return err
		}
		rows = rest
	}
	return nil
}

// insertBy prepares one statement of n rows, runs it while there are as many, and returns
// the rows left over.
func (s *sink) insertBy(ctx context.Context, tx *sql.Tx, table string, rows []record, n int) ([]record, error) {
	stmt, err := tx.PrepareContext(ctx, s.statement(table, n))
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	for ; len(rows) >= n; rows = rows[n:] {
		if _, err := stmt.ExecContext(ctx, s.values(table, rows[:n])...); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// statement is an INSERT of n rows with a placeholder for every value.
func (s *sink) statement(table string, n int) string {
	cols := s.columns[table]
	tuples, mark := make([]string, n), 0
	for i := range tuples {
		marks := make([]string, len(cols))
		for j := range marks {
			mark++
			marks[j] = s.engine.mark(mark)
		}
		tuples[i] = "(" + strings.Join(marks, ", ") + ")"
	}
	return "INSERT INTO " + table + " (" + strings.Join(cols, ", ") + ") VALUES " + strings.Join(tuples, ", ")
}

// values lists the values of the rows in the order of the statement; days go as text, which
// every engine reads.
func (s *sink) values(table string, rows []record) []any {
	cols := s.columns[table]
	out := make([]any, 0, len(rows)*len(cols))
	for _, r := range rows {
		for _, c := range cols {
			switch v := r[c].(type) {
			case policy.Date:
				out = append(out, v.String())
			default:
				out = append(out, v)
			}
		}
	}
	return out
}

func (s *sink) close() { _ = s.conn.Close() } // returns it to its pool

func closeAll(sinks []*sink) {
	for _, s := range sinks {
		s.close()
	}
}
