package mem

import (
	"context"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Count implements store.Driver.
func (s *Store) Count(ctx context.Context, t store.Table, preds []store.Pred) ([]int64, error) {
	st, err := s.open(ctx)
	if err != nil || len(preds) == 0 {
		return nil, err
	}
	from, err := st.table(t.Name)
	if err != nil {
		return nil, err
	}
	if err := st.check(from, preds...); err != nil {
		return nil, fmt.Errorf("count %s: %w", t.Name, err)
	}
	e := st.evaluator()
	counts := make([]int64, len(preds))
	for _, r := range from.rows {
		for i, p := range preds {
			ok, err := e.eval(p, scope{row: r})
			if err != nil {
				return nil, fmt.Errorf("count %s: %w", t.Name, err)
			}
			if ok {
				counts[i]++
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// Find implements store.Driver.
func (s *Store) Find(ctx context.Context, q store.Query, fn func(store.Row) bool) error {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	rows, err := st.find(ctx, q)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !fn(pick(r, q.Columns)) {
			return nil
		}
	}
	return nil
}

// find returns the rows of the query in key order.
func (st state) find(ctx context.Context, q store.Query) ([]row, error) {
	t, err := st.table(q.Table.Name)
	if err != nil {
		return nil, err
	}
	if err := t.has(append(slices.Clone(q.Columns), q.Table.Key...)); err != nil {
		return nil, err
	}
	if q.After != nil && len(q.After) != len(q.Table.Key) {
		return nil, fmt.Errorf("find in %s: a key of %d columns cannot start behind %v", q.Table.Name, len(q.Table.Key), q.After)
	}
	rows, err := st.matching(ctx, t, q.Where)
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", q.Table.Name, err)
	}
	key := func(r row) store.Key { return store.Key(pick(r, q.Table.Key)) }
	slices.SortStableFunc(rows, func(a, b row) int { return compareKeys(key(a), key(b)) })
	if q.After != nil {
		rows = slices.DeleteFunc(rows, func(r row) bool { return compareKeys(key(r), q.After) <= 0 })
	}
	if q.Limit > 0 && len(rows) > q.Limit {
		rows = rows[:q.Limit]
	}
	return rows, nil
}

// matching returns the rows that satisfy where, in a slice of its own.
func (st state) matching(ctx context.Context, t table, where store.Pred) ([]row, error) {
	if err := st.check(t, where); err != nil {
		return nil, err
	}
	e := st.evaluator()
	var rows []row
	for _, r := range t.rows {
		ok, err := e.eval(where, scope{row: r})
		if err != nil {
			return nil, err
		}
		if ok {
			rows = append(rows, r)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// evaluator returns an evaluator whose index lives as long as one scan of this version.
func (st state) evaluator() evaluator {
	return evaluator{index: map[string]map[string][]row{}, related: func(name string) ([]map[string]any, error) {
		t, err := st.table(name)
		return t.rows, err
	}}
}

// has reports an error for a column that the table lacks.
func (t table) has(cols []string) error {
	for _, name := range cols {
		if !slices.ContainsFunc(t.info.Columns, func(c store.Column) bool { return c.Name == name }) {
			return fmt.Errorf("column %s.%s: %w", t.info.Name, name, store.ErrNoColumn)
		}
	}
	return nil
}

func pick(r row, cols []string) store.Row {
	out := make(store.Row, len(cols))
	for i, c := range cols {
		out[i] = r[c]
	}
	return out
}

// compareKeys orders keys column by column.
func compareKeys(a, b store.Key) int {
	for i := range a {
		if n, _ := compare(a[i], widen(b[i])); n != 0 {
			return n
		}
	}
	return 0
}
