package relational

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Add implements store.Adder: the look and the insertion are one transaction.
func (s *DB) Add(ctx context.Context, table, key string, values map[string]string) (added bool, err error) {
	if values[key] == "" {
		return false, fmt.Errorf("add to %s: the key %s has no value", table, key)
	}
	begun, err := s.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, begun.Rollback()) }()
	t := begun.(*tx)
	in := store.Table{Name: table}
	there, err := t.holds(ctx, in, key, values[key])
	if err != nil || there {
		return false, err
	}
	if err := t.insert(ctx, in, values); err != nil {
		return false, err
	}
	return true, t.Commit(ctx)
}

// holds reports whether a row has a value in a column.
func (t *tx) holds(ctx context.Context, in store.Table, column, value string) (there bool, err error) {
	err = t.do(ctx, describe("look for a row of", in), func(w *Writer) error {
		if _, err := w.selection(in, nil); err != nil {
			return err
		}
		ref, _, err := w.ref(&store.Col{Name: column})
		if err != nil {
			return err
		}
		w.Write(" WHERE ", ref, " = ")
		w.BindPlain(value)
		w.Write(" LIMIT 1")
		return nil
	}, func(w *Writer) error {
		return t.s.rows(ctx, t.conn, w, nil, func(store.Row) bool {
			there = true
			return false
		})
	})
	return there, err
}

func (t *tx) insert(ctx context.Context, in store.Table, values map[string]string) error {
	return t.do(ctx, describe("add to", in), func(w *Writer) error {
		r := w.tables(in.Name)
		w.enter(r)
		names := slices.Sorted(maps.Keys(values))
		for _, n := range names {
			if _, _, err := w.ref(&store.Col{Name: n}); err != nil {
				return err
			}
		}
		w.Write("INSERT INTO ", w.table(r), " (")
		w.Join(", ", len(names), func(i int) { w.Write(w.d.Quote(names[i])) })
		w.Write(") VALUES (")
		w.Join(", ", len(names), func(i int) { w.BindPlain(values[names[i]]) })
		w.Write(")")
		return nil
	}, func(w *Writer) error {
		_, err := t.conn.ExecContext(ctx, w.text.String(), w.args...)
		return err
	})
}
