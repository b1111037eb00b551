package relational

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Sweep implements store.Sweeper.
func (t *tx) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	what := describe("sweep", q.Table)
	if err := t.usable(); err != nil {
		return store.Swept{}, fmt.Errorf("%s: %w", what, err)
	}
	if !t.s.d.Sweep.takes(q) {
		return store.Swept{}, fmt.Errorf("%s: %w", what, errors.ErrUnsupported)
	}
	if err := t.open(ctx, what, q.Table); err != nil {
		return store.Swept{}, err
	}
	t.swept = true
	part, bound, err := t.stretch(ctx, q)
	if err != nil {
		return store.Swept{}, err
	}
	part.Beside = !t.s.d.Sweep.Serial
	if err := t.waitLittle(ctx, what); err != nil {
		return part.Swept, err
	}
	var cols []KeyColumn
	err = t.do(ctx, what, func(w *Writer) (err error) {
		cols, err = w.sweep(q, part.Cond, bound)
		return err
	}, func(w *Writer) error {
		return t.s.rows(ctx, t.conn, w, cols, func(r store.Row) bool {
			n := len(q.Table.Key)
			if len(q.Set) > 0 {
				part.Again += r[n].(int64)
			}
			fn(store.Key(r[:n:n]), r[n:])
			return true
		})
	})
	return part.Swept, err
}

// waitLittle makes the statements of the transaction wait only a moment, where that takes a
// statement of its own.
func (t *tx) waitLittle(ctx context.Context, what string) error {
	how := t.s.d.Sweep
	if !how.Alone {
		return nil
	}
	_, err := t.conn.ExecContext(ctx, how.Wait)
	t.failed = err != nil
	return t.s.clean(ctx, what, err)
}

// takes reports whether the engine can answer the question in one statement.
func (s *Sweeping) takes(q store.SweepQuery) bool {
	if s == nil || len(q.Table.Key) == 0 || len(q.Set) > 0 && !s.Sets || !s.Serial && readsOthers(q.Where) {
		return false
	}
	// Whoever copies the rows may ask the store about them first, which an engine with one
	// writer may answer no longer.
	if len(q.Columns) > 0 && (len(q.Set) > 0 || s.Serial) {
		return false
	}
	return !slices.ContainsFunc(q.Set, func(a store.Assign) bool { return slices.Contains(q.Table.Key, a.Column) })
}

func readsOthers(p store.Pred) bool {
	return p.Op == store.OpExists || slices.ContainsFunc(p.Args, readsOthers)
}

// led reports whether an index begins with a column by which each related row is found.
func (w *Writer) led(p store.Pred) bool {
	if p.Op == store.OpExists {
		led := w.tables(p.Table).Led
		if !slices.ContainsFunc(p.On, func(on store.Pair) bool { return slices.Contains(led, on.Child) }) {
			return false
		}
		return p.Where == nil || w.led(*p.Where)
	}
	return !slices.ContainsFunc(p.Args, func(p store.Pred) bool { return !w.led(p) })
}

// stretch chooses what to look at: by pages where the engine does, else up to the bound, the
// key that lies q.Limit rows behind q.After.
func (t *tx) stretch(ctx context.Context, q store.SweepQuery) (part Stretch, bound store.Key, err error) {
	if choose := t.s.d.Sweep.Stretch; choose != nil {
		w, _ := t.s.writer()
		part, err = choose(ctx, t.conn, w.table(w.tables(q.Table.Name)), q)
		if errors.Is(err, errors.ErrUnsupported) {
			return part, nil, fmt.Errorf("%s: %w", describe("sweep", q.Table), errors.ErrUnsupported)
		}
		t.failed = err != nil
		return part, nil, t.s.clean(ctx, describe("sweep", q.Table), err)
	}
	keys, err := t.selectKeys(ctx, describe("sweep", q.Table), q.Table, func(w *Writer) error {
		if err := w.filter(q.Table, store.True(), q.After, 1); err != nil {
			return err
		}
		w.Write(" OFFSET ")
		w.Bind(int64(max(q.Limit, 1) - 1))
		return nil
	})
	if err != nil || len(keys) == 0 {
		return Stretch{Swept: store.Swept{Next: q.After, Done: true}}, nil, err
	}
	return Stretch{Swept: store.Swept{Next: keys[0]}}, keys[0], nil
}

// sweep writes the statement. Where columns are set it also asks whether the row as it is
// then satisfies the question again.
func (w *Writer) sweep(q store.SweepQuery, cond string, bound store.Key) ([]KeyColumn, error) {
	r := w.tables(q.Table.Name)
	w.enter(r)
	w.scans = w.d.Sweep.Hint != ""
	cols, err := w.keyColumns(q.Table.Key)
	if err != nil {
		return nil, err
	}
	if !w.d.Sweep.Alone {
		w.Write(w.d.Sweep.Wait)
	}
	if err := w.verb(r, q.Set); err != nil {
		return nil, err
	}
	w.Write(" WHERE ")
	if cond != "" {
		w.Write(cond, " AND ")
	} else if err := w.inside(cols, q.After, bound); err != nil {
		return nil, err
	}
	if err := w.Pred(q.Where); err != nil {
		return nil, err
	}
	w.Write(" RETURNING ")
	if len(q.Columns) > 0 {
		more, err := w.keyColumns(q.Columns)
		if err != nil {
			return nil, err
		}
		cols = append(cols, more...)
	}
	w.selects(cols)
	if len(q.Set) == 0 {
		return cols, nil
	}
	w.Write(", CASE WHEN ")
	if err := w.Pred(q.Where); err != nil {
		return nil, err
	}
	w.Write(" THEN 1 ELSE 0 END")
	return append(cols, KeyColumn{Column: store.Column{Type: store.Integer, Native: "integer"}}), nil
}

// verb writes what is done to the rows.
func (w *Writer) verb(r Relation, set []store.Assign) error {
	if len(set) == 0 {
		w.Write("DELETE FROM ", w.table(r), w.d.Sweep.Hint)
		return nil
	}
	return w.update(r, w.d.Sweep.Hint, set)
}

// update writes an assignment of columns; the hint follows the table.
func (w *Writer) update(r Relation, hint string, set []store.Assign) error {
	w.Write("UPDATE ", w.table(r), hint, " SET ")
	for i, a := range set {
		if i > 0 {
			w.Write(", ")
		}
		if err := w.assign(a); err != nil {
			return err
		}
	}
	return nil
}

// inside writes that a row comes behind one key and not behind the other, where there are any.
func (w *Writer) inside(cols []KeyColumn, after, bound store.Key) error {
	if len(after) > 0 {
		if err := w.after(cols, after); err != nil {
			return err
		}
		w.Write(" AND ")
	}
	if len(bound) == 0 {
		return nil
	}
	w.Write(w.ordered(cols[0]), " <= ")
	w.bindKey(cols[0], bound[0])
	w.Write(" AND ")
	if len(cols) > 1 {
		w.Write("NOT ")
		w.behind(cols, bound)
		w.Write(" AND ")
	}
	return nil
}
