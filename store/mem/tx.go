package mem

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// errOver says that a transaction is used after its end.
var errOver = errors.New("the transaction is over")

// tx works on a version of its own, which Commit puts in the place of the committed one. The
// writer's token is held from Begin on, so nothing else was committed in between.
type tx struct {
	store *Store
	state state
	over  bool
}

// Begin implements store.Actor. It waits for the transaction before it.
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if _, err := s.open(ctx); err != nil {
		return nil, err
	}
	if err := s.acquire(ctx); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	return &tx{store: s, state: s.snapshot().clone()}, nil
}

// Lock implements store.Tx. The whole store is locked, so no row is locked by others.
func (t *tx) Lock(ctx context.Context, q store.LockQuery) ([]store.Key, error) {
	return t.find(ctx, store.Query{Table: q.Table, Where: q.Where, After: q.After, Limit: q.Limit})
}

// Recheck implements store.Tx.
func (t *tx) Recheck(ctx context.Context, in store.Table, keys []store.Key, where store.Pred) ([]store.Key, error) {
	return t.find(ctx, store.Query{Table: in, Where: store.And(store.KeyIn(in.Key, keys), where)})
}

// Read implements store.Tx.
func (t *tx) Read(ctx context.Context, in store.Table, keys []store.Key, cols []string) ([]store.Row, error) {
	var out []store.Row
	rows, err := t.rows(ctx, store.Query{Table: in, Columns: cols, Where: store.KeyIn(in.Key, keys)})
	for _, r := range rows {
		out = append(out, pick(r, cols))
	}
	return out, err
}

// Erase implements store.Tx.
func (t *tx) Erase(ctx context.Context, in store.Table, keys []store.Key) (int64, error) {
	gone, err := t.EraseIf(ctx, in, keys, store.True())
	return int64(len(gone)), err
}

// EraseIf implements store.Tx.
func (t *tx) EraseIf(ctx context.Context, in store.Table, keys []store.Key, where store.Pred) ([]store.Key, error) {
	keys, err := t.Recheck(ctx, in, keys, where)
	if err != nil {
		return nil, err
	}
	if err := t.state.remove(in.Name, named(in.Key, keys)); err != nil {
		return nil, fmt.Errorf("erase from %s: %w", in.Name, err)
	}
	return keys, nil
}

// Set implements store.Tx.
func (t *tx) Set(ctx context.Context, in store.Table, keys []store.Key, set []store.Assign) (int64, error) {
	var cols []string
	for _, a := range set {
		cols = append(cols, a.Column)
	}
	rows, err := t.rows(ctx, store.Query{Table: in, Columns: cols, Where: store.KeyIn(in.Key, keys)})
	if err != nil {
		return 0, err
	}
	types := t.state.tables[in.Name].types()
	err = t.state.change(in.Name, named(in.Key, keys), func(r row) (row, error) {
		r = maps.Clone(r)
		for _, a := range set {
			v, err := assigned(a, r[a.Column], types[a.Column])
			if err != nil {
				return nil, err
			}
			r[a.Column] = v
		}
		return r, nil
	})
	if err != nil {
		return 0, fmt.Errorf("set in %s: %w", in.Name, err)
	}
	return int64(len(rows)), nil
}

// Linked implements store.Tx.
func (t *tx) Linked(ctx context.Context, l store.Link, parents []store.Key) ([]store.Key, error) {
	return t.find(ctx, store.Query{Table: l.Table, Columns: l.Columns, Where: store.KeyIn(l.Columns, parents)})
}

// Commit implements store.Tx.
func (t *tx) Commit(ctx context.Context) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	t.store.replace(t.state)
	return t.end()
}

// Rollback implements store.Tx.
func (t *tx) Rollback() error {
	if t.over {
		return nil
	}
	return t.end()
}

func (t *tx) end() error {
	t.over = true
	t.store.release()
	return nil
}

// usable reports why the transaction can do nothing more.
func (t *tx) usable(ctx context.Context) error {
	if t.over {
		return errOver
	}
	_, err := t.store.open(ctx)
	return err
}

func (t *tx) rows(ctx context.Context, q store.Query) ([]row, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	return t.state.find(ctx, q)
}

func (t *tx) find(ctx context.Context, q store.Query) ([]store.Key, error) {
	rows, err := t.rows(ctx, q)
	var keys []store.Key
	for _, r := range rows {
		keys = append(keys, store.Key(pick(r, q.Table.Key)))
	}
	return keys, err
}

// named matches the rows that the keys name.
func named(cols []string, keys []store.Key) func(row) bool {
	set := map[string]bool{}
	for _, k := range keys {
		r := row{}
		for i, c := range cols {
			r[c] = widen(k[i])
		}
		if d, ok := digest(r, cols); ok {
			set[d] = true
		}
	}
	return func(r row) bool { d, ok := digest(r, cols); return ok && set[d] }
}

func (t table) types() map[string]store.Type {
	types := map[string]store.Type{}
	for _, c := range t.info.Columns {
		types[c.Name] = c.Type
	}
	return types
}

// assigned returns what a column of the type is set to; a NULL is coarse enough already.
func assigned(a store.Assign, old any, typ store.Type) (any, error) {
	switch a.To {
	case store.Null:
		return nil, nil
	case store.Constant:
		return constant(a.Value, typ), nil
	case store.Unique:
		return unique(typ), nil
	case store.Prefix:
		if s, ok := old.(string); ok {
			n, _ := number(widen(a.Value))
			return prefix(s, int(n)), nil
		}
		return nil, nil
	case store.YearOnly:
		return yearOf(old), nil
	}
	return nil, fmt.Errorf("unknown assignment %q", a.To)
}

// constant returns a whole number as one where the column holds whole numbers only: in a
// plan that was saved, every number is a float64.
func constant(v any, typ store.Type) any {
	if f, ok := v.(float64); ok && typ == store.Integer {
		return int64(f)
	}
	return v
}

// unique returns a random value: nothing of the old one is in it.
func unique(typ store.Type) any {
	if typ == store.Integer {
		var b [8]byte
		_, _ = rand.Read(b[:]) // it never fails
		return int64(binary.BigEndian.Uint64(b[:]) >> 1)
	}
	return rand.Text()
}

// prefix returns the first n characters, counted as a reader does and not in bytes.
func prefix(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(max(n, 0), len(runes))])
}

// yearOf returns 1 January of the value's year, in the value's own form.
func yearOf(v any) any {
	switch v := v.(type) {
	case store.Day:
		return store.Day{Year: v.Year, Month: time.January, Day: 1}
	case time.Time:
		return time.Date(v.UTC().Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	case string:
		if d, ok := textDate(v[:min(len(v), len(time.DateOnly))]); ok {
			return fmt.Sprintf("%04d-01-01", d.Year) + yearTail(v)
		}
	}
	return nil
}

// yearTail returns midnight for a text time stamp and nothing for a text date.
func yearTail(s string) string {
	if len(s) > len(time.DateOnly) {
		return s[10:11] + "00:00:00"
	}
	return ""
}

var _ interface {
	store.Driver
	store.Actor
} = (*Store)(nil)
