package relational

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// attempts is how often a transaction is begun before the store counts as down: connections
// of the pool may have died unnoticed with a server that was started again.
const attempts = 4

// rollbackTime bounds how long an end that nobody waits for may take.
const rollbackTime = 10 * time.Second

// tx is a transaction on one connection of the pool. It sends BEGIN and COMMIT itself, so
// that the context of Commit counts and its error is seen as the engine gave it.
type tx struct {
	s      *DB
	conn   *sql.Conn
	failed bool
	swept  bool
}

// Begin implements store.Actor.
func (s *DB) Begin(ctx context.Context) (store.Tx, error) {
	for n := 1; ; n++ {
		conn, err := s.db.Conn(ctx)
		if err == nil {
			if _, err = conn.ExecContext(ctx, s.d.Begin); err == nil {
				return &tx{s: s, conn: conn}, nil
			}
			discard(conn)
		}
		err = s.clean(ctx, "begin", err)
		if n == attempts || ctx.Err() != nil || !errors.Is(err, store.ErrUnreachable) {
			return nil, err
		}
	}
}

// discard closes the connection and keeps it out of the pool.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // that is how database/sql is told
	_ = conn.Close()
}

// Lock implements store.Tx.
func (t *tx) Lock(ctx context.Context, q store.LockQuery) ([]store.Key, error) {
	if err := t.open(ctx, describe("lock rows of", q.Table), q.Table); err != nil {
		return nil, err
	}
	lock := t.s.d.Lock
	if q.SkipLocked {
		lock = t.s.d.SkipLocked
	}
	return t.selectKeysAs(ctx, describe("lock rows of", q.Table), q.Table, func(w *Writer) {
		if t.s.d.Related != "" && readsOthers(q.Where) && w.led(q.Where) {
			w.Write(t.s.d.Related)
		}
	}, func(w *Writer) error {
		if err := w.filter(q.Table, q.Where, q.After, q.Limit); err != nil {
			return err
		}
		w.Write(lock)
		return nil
	})
}

// bars says why nothing is done in a table under each bar.
var bars = map[store.Bar]string{
	store.NoRollback:   "a rollback undoes nothing in it",
	store.KeepsHistory: "the engine keeps what is deleted or changed there",
}

// open refuses a table whose rows may not be acted on. A catalog that cannot be read is met
// again by the statement.
func (t *tx) open(ctx context.Context, what string, in store.Table) error {
	w, err := t.s.write(ctx, func(w *Writer) error { w.tables(in.Name); return nil })
	if err != nil {
		return nil
	}
	if bar := w.tables(in.Name).Info.Bar; bar != "" {
		t.failed = true
		return fmt.Errorf("%s: %s, so nothing is done: %w", what, bars[bar], errors.ErrUnsupported)
	}
	return nil
}

// Recheck implements store.Tx.
func (t *tx) Recheck(ctx context.Context, in store.Table, keys []store.Key, where store.Pred) ([]store.Key, error) {
	var out []store.Key
	err := t.chunks(keys, len(in.Key), func(keys []store.Key) error {
		got, err := t.selectKeys(ctx, describe("recheck", in), in, func(w *Writer) error {
			w.Write(" WHERE ")
			if err := w.named(in.Key, keys, where); err != nil {
				return err
			}
			return w.order(in.Key)
		})
		out = append(out, got...)
		return err
	})
	return out, err
}

// Read implements store.Tx.
func (t *tx) Read(ctx context.Context, in store.Table, keys []store.Key, cols []string) ([]store.Row, error) {
	var out []store.Row
	err := t.chunks(keys, len(in.Key), func(keys []store.Key) error {
		q := store.Query{Table: in, Columns: cols, Where: store.KeyIn(in.Key, keys)}
		var sel []KeyColumn
		return t.do(ctx, describe("read", in), func(w *Writer) (err error) {
			sel, err = w.find(q)
			return err
		}, func(w *Writer) error {
			return t.s.rows(ctx, t.conn, w, sel, func(r store.Row) bool {
				out = append(out, r)
				return true
			})
		})
	})
	return out, err
}

// Erase implements store.Tx.
func (t *tx) Erase(ctx context.Context, in store.Table, keys []store.Key) (int64, error) {
	return t.change(ctx, describe("erase from", in), in, keys, func(w *Writer, r Relation) error {
		w.Write("DELETE FROM ", w.table(r))
		return nil
	})
}

// Set implements store.Tx.
func (t *tx) Set(ctx context.Context, in store.Table, keys []store.Key, set []store.Assign) (int64, error) {
	if len(set) == 0 {
		there, err := t.Recheck(ctx, in, keys, store.True())
		return int64(len(there)), err
	}
	return t.change(ctx, describe("set in", in), in, keys, func(w *Writer, r Relation) error {
		return w.update(r, "", set)
	})
}

// change runs a statement on the rows named by keys and returns how many there were.
func (t *tx) change(ctx context.Context, what string, in store.Table, keys []store.Key, verb func(*Writer, Relation) error) (int64, error) {
	var total int64
	err := t.chunks(keys, len(in.Key), func(keys []store.Key) error {
		return t.do(ctx, what, func(w *Writer) error {
			r := w.tables(in.Name)
			w.enter(r)
			if err := verb(w, r); err != nil {
				return err
			}
			w.Write(" WHERE ")
			return w.named(in.Key, keys, store.True())
		}, func(w *Writer) error {
			result, err := t.conn.ExecContext(ctx, w.text.String(), w.args...)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			total += n
			return err
		})
	})
	return total, err
}

// EraseIf implements store.Tx.
func (t *tx) EraseIf(ctx context.Context, in store.Table, keys []store.Key, where store.Pred) ([]store.Key, error) {
	if t.s.d.EraseIf == nil {
		gone, err := t.Recheck(ctx, in, keys, where)
		if err == nil {
			_, err = t.Erase(ctx, in, gone)
		}
		return gone, err
	}
	var out []store.Key
	err := t.chunks(keys, len(in.Key), func(keys []store.Key) error {
		var cols []KeyColumn
		return t.do(ctx, describe("erase from", in), func(w *Writer) (err error) {
			cols, err = w.eraseIf(in, keys, where)
			return err
		}, func(w *Writer) error {
			gone, err := t.s.collect(ctx, t.conn, w, cols)
			out = append(out, gone...)
			return err
		})
	})
	return out, err
}

func (w *Writer) eraseIf(in store.Table, keys []store.Key, where store.Pred) ([]KeyColumn, error) {
	r := w.tables(in.Name)
	w.enter(r)
	cols, err := w.keyColumns(in.Key)
	if err != nil {
		return nil, err
	}
	var names, order []string
	for _, c := range cols {
		name := w.d.Quote(c.Name)
		names = append(names, name)
		order = append(order, w.ordered(KeyColumn{name, c.Column}))
	}
	list := Erasure{w.table(r), strings.Join(names, ", "), strings.Join(order, ", ")}
	return cols, w.d.EraseIf(w, list, func() error { return w.named(in.Key, keys, where) })
}

// Linked implements store.Tx.
func (t *tx) Linked(ctx context.Context, l store.Link, parents []store.Key) ([]store.Key, error) {
	if err := t.open(ctx, describe("lock linked rows of", l.Table), l.Table); err != nil {
		return nil, err
	}
	var out []store.Key
	err := t.chunks(parents, len(l.Columns), func(parents []store.Key) error {
		got, err := t.selectKeys(ctx, describe("lock linked rows of", l.Table), l.Table, func(w *Writer) error {
			cols, err := w.keyColumns(l.Columns)
			if err != nil {
				return err
			}
			w.Write(" WHERE ")
			if err := w.keys(cols, parents, false); err != nil {
				return err
			}
			if err := w.order(l.Table.Key); err != nil {
				return err
			}
			w.Write(t.s.d.Lock)
			return nil
		})
		out = append(out, got...)
		return err
	})
	return out, err
}

// selectKeys selects the table's keys under what rest writes.
func (t *tx) selectKeys(ctx context.Context, what string, in store.Table, rest func(*Writer) error) ([]store.Key, error) {
	return t.selectKeysAs(ctx, what, in, func(*Writer) {}, rest)
}

// selectKeysAs is selectKeys with something written before the query.
func (t *tx) selectKeysAs(ctx context.Context, what string, in store.Table, before func(*Writer), rest func(*Writer) error) ([]store.Key, error) {
	var cols []KeyColumn
	var keys []store.Key
	err := t.do(ctx, what, func(w *Writer) (err error) {
		if len(in.Key) == 0 {
			return fmt.Errorf("the table has no key")
		}
		before(w)
		if cols, err = w.selection(in, in.Key); err != nil {
			return err
		}
		return rest(w)
	}, func(w *Writer) (err error) {
		keys, err = t.s.collect(ctx, t.conn, w, cols)
		return err
	})
	return keys, err
}

// named writes that the row is one of the keys' and satisfies where. Keys were read from
// the table, so its own equality names each row once.
func (w *Writer) named(key []string, keys []store.Key, where store.Pred) error {
	cols, err := w.keyColumns(key)
	if err != nil {
		return err
	}
	if err := w.keys(cols, keys, false); err != nil {
		return err
	}
	if where.Op == store.OpTrue {
		return nil
	}
	w.Write(" AND ")
	return w.Pred(where)
}

// do builds a statement and runs it; any error ends the transaction's usefulness.
func (t *tx) do(ctx context.Context, what string, build, run func(*Writer) error) error {
	if err := t.usable(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	w, err := t.s.write(ctx, build)
	if err == nil {
		err = run(w)
	}
	if err != nil {
		t.failed = true
	}
	return t.s.clean(ctx, what, err)
}

func (t *tx) usable() error {
	switch {
	case t.conn == nil:
		return errOver
	case t.failed:
		return errFailed
	}
	return nil
}

// chunks calls fn with as many keys as one statement takes; not at all when there are none.
func (t *tx) chunks(keys []store.Key, width int, fn func([]store.Key) error) error {
	size := len(keys)
	if most := t.s.d.MaxKeyValues; most > 0 && width > 0 {
		size = max(1, most/width)
	}
	if len(keys) == 0 {
		return t.usable()
	}
	for len(keys) > 0 {
		n := min(size, len(keys))
		if err := fn(keys[:n]); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// Commit implements store.Tx.
func (t *tx) Commit(ctx context.Context) error {
	if err := t.usable(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit: %w", err) // nothing was sent; Rollback undoes the rest
	}
	_, err := t.conn.ExecContext(ctx, "COMMIT")
	switch {
	case err == nil:
		return t.committed(ctx)
	case t.s.d.Certain(err):
		t.failed = true
		return t.s.clean(ctx, "commit", err)
	}
	discard(t.conn)
	t.conn = nil
	return fmt.Errorf("commit: %w: %w", store.ErrUnknownCommit, t.s.cause(ctx, err))
}

func (t *tx) committed(ctx context.Context) error {
	if t.s.d.Tidy != nil && !t.swept {
		t.s.d.Tidy(ctx, t.conn)
	}
	_ = t.conn.Close() // back to the pool; the commit stands whatever this says
	t.conn = nil
	return nil
}

// Rollback implements store.Tx.
func (t *tx) Rollback() error {
	if t.conn == nil {
		return nil
	}
	conn := t.conn
	t.conn = nil
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
	defer cancel()
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		discard(conn) // the engine rolls back when the connection is gone
		return nil
	}
	_ = conn.Close()
	return nil
}
