package mem

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Sweep implements store.Sweeper. Nobody else writes, so any question may be asked.
func (t *tx) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	if len(q.Set) > 0 && len(q.Columns) > 0 || slices.ContainsFunc(q.Set, func(a store.Assign) bool { return slices.Contains(q.Table.Key, a.Column) }) {
		return store.Swept{}, fmt.Errorf("sweep %s: %w", q.Table.Name, errors.ErrUnsupported)
	}
	stretch, err := t.find(ctx, store.Query{Table: q.Table, Where: store.True(), After: q.After, Limit: max(1, q.Limit)})
	if err != nil || len(stretch) == 0 {
		return store.Swept{Next: q.After, Done: true}, err
	}
	swept := store.Swept{Next: stretch[len(stretch)-1], Done: len(stretch) < q.Limit}
	acted, rows, err := t.sweep(ctx, q, stretch)
	if err != nil {
		return swept, err
	}
	for i, k := range acted {
		fn(k, rows[i])
	}
	still, err := t.Recheck(ctx, q.Table, acted, q.Where)
	swept.Again = int64(len(still))
	return swept, err
}

// sweep acts on those of the keys whose rows satisfy the question, and returns them with the
// rows as they were.
func (t *tx) sweep(ctx context.Context, q store.SweepQuery, keys []store.Key) ([]store.Key, []store.Row, error) {
	keys, err := t.Recheck(ctx, q.Table, keys, q.Where)
	if err != nil {
		return nil, nil, err
	}
	rows := make([]store.Row, len(keys))
	if len(q.Columns) > 0 {
		if rows, err = t.Read(ctx, q.Table, keys, q.Columns); err != nil {
			return nil, nil, err
		}
	}
	if len(q.Set) > 0 {
		_, err = t.Set(ctx, q.Table, keys, q.Set)
	} else {
		_, err = t.Erase(ctx, q.Table, keys)
	}
	return keys, rows, err
}
