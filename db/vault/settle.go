package vault

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"time"

	"github.com/garant-rgpd/garant/apply"
)

// batch is a pending batch as Settle asks about it.
type batch struct {
	seq int64
	id  string
	at  time.Time
}

// Settle implements apply.Archive. Only when a batch is kept does its copy of a record take
// the place of an earlier one. What was decided is done in one transaction: records have no
// order that the index knows, so that of each batch alone rewrites most of its pages.
func (v *Vault) Settle(ctx context.Context, storeName string, decide func(receiptID string, at time.Time) (apply.Fate, error)) error {
	pending, err := v.unsettled(ctx, storeName)
	if err != nil {
		return err
	}
	var decided []decision
	for _, b := range pending {
		fate, err1 := decide(b.id, b.at)
		if err = err1; err != nil {
			break
		}
		if fate != apply.Later {
			decided = append(decided, decision{b.seq, fate})
		}
	}
	if err1 := v.settle(ctx, decided); err1 != nil {
		return err1
	}
	return err
}

// decision is what becomes of a batch.
type decision struct {
	seq  int64
	fate apply.Fate
}

func (v *Vault) unsettled(ctx context.Context, storeName string) (out []batch, err error) {
	err = v.read(ctx, "list pending batches", func(tx *sql.Tx) error {
		return query(ctx, tx, func(rows *sql.Rows) error {
			var b batch
			var at string
			err := rows.Scan(&b.seq, &b.id, &at)
			if err != nil {
				return err
			}
			b.at, err = timeOf(at)
			out = append(out, b)
			return err
		}, "SELECT seq, id, at FROM batches WHERE store = ? AND settled = 0 ORDER BY seq", storeName)
	})
	return out, err
}

// settle does with the batches as was decided.
func (v *Vault) settle(ctx context.Context, decided []decision) error {
	if len(decided) == 0 {
		return nil
	}
	deleted := false
	err := v.write(ctx, "settle batches", func(tx *sql.Tx) error {
		for _, d := range decided {
			gone, err := v.settleOne(ctx, tx, d)
			if err != nil {
				return err
			}
			deleted = deleted || gone
		}
		return nil
	})
	if deleted && err == nil {
		v.tidy(ctx)
	}
	return err
}

// settleOne reports whether something was deleted.
func (v *Vault) settleOne(ctx context.Context, tx *sql.Tx, d decision) (deleted bool, err error) {
	if d.fate == apply.Keep {
		return v.keep(ctx, tx, d.seq)
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM batches WHERE seq = ? AND settled = 0", d.seq)
	return true, err
}

// keep settles a batch and makes one copy of two where a record had one before.
func (v *Vault) keep(ctx context.Context, tx *sql.Tx, seq int64) (replaced bool, err error) {
	twins, err := v.twins(ctx, tx, seq)
	if err != nil {
		return false, err
	}
	m := merger{Vault: v, tx: tx, opened: map[int64]cipher.AEAD{}}
	for _, t := range twins {
		if err := m.merge(ctx, t); err != nil {
			return false, err
		}
	}
	for _, q := range []string{"UPDATE items SET settled = 1 WHERE batch = ?", "UPDATE batches SET settled = 1 WHERE seq = ?"} {
		if _, err := tx.ExecContext(ctx, q, seq); err != nil {
			return false, err
		}
	}
	if len(twins) == 0 {
		return false, nil
	}
	return true, sweep(ctx, tx)
}

// twin is two copies of one group of one record.
type twin struct{ newer, older item }

// twins finds the settled copies of the batch's records. Batches may be settled in another
// order than they were put; the later put is the newer.
func (v *Vault) twins(ctx context.Context, tx *sql.Tx, seq int64) (out []twin, err error) {
	settled := map[string]item{}
	name := func(i item) string { return i.dataset + "\x00" + i.group + "\x00" + string(i.digest) }
	err = eachItem(ctx, tx, func(i item) error { settled[name(i)] = i; return nil }, `id IN (SELECT o.id FROM items n
		JOIN items o ON o.settled = 1 AND o.dataset = n.dataset AND o.key_digest = n.key_digest AND o.grp = n.grp WHERE n.batch = ?)`, seq)
	if err != nil || len(settled) == 0 {
		return nil, err
	}
	err = eachItem(ctx, tx, func(i item) error {
		switch o, ok := settled[name(i)]; {
		case ok && o.batch < i.batch:
			out = append(out, twin{i, o})
		case ok && o.batch > i.batch:
			out = append(out, twin{o, i})
		}
		return nil
	}, "batch = ?", seq)
	return out, err
}

// merger makes one copy of two.
type merger struct {
	*Vault
	tx     *sql.Tx
	opened map[int64]cipher.AEAD
}

// merge completes the newer copy with what only the older one has, and deletes that. The
// newer one's end stands: it was told from the record as it is.
func (m merger) merge(ctx context.Context, t twin) error {
	newer, err := m.fields(ctx, t.newer)
	if err != nil {
		return err
	}
	older, err := m.fields(ctx, t.older)
	if err != nil {
		return err
	}
	sealed := t.newer.seal(m.opened[t.newer.batch], carry(newer, older))
	if _, err := m.tx.ExecContext(ctx, "DELETE FROM items WHERE id = ?", t.older.id); err != nil {
		return err
	}
	_, err = m.tx.ExecContext(ctx, "UPDATE items SET payload = ? WHERE id = ?", sealed, t.newer.id)
	return err
}

func (m merger) fields(ctx context.Context, i item) ([]field, error) {
	if _, ok := m.opened[i.batch]; !ok {
		key, err := m.keyOf(ctx, m.tx, i.batch)
		if err != nil {
			return nil, err
		}
		m.opened[i.batch] = key
	}
	return i.open(m.opened[i.batch])
}

// keyOf opens the data key of a batch by its number.
func (v *Vault) keyOf(ctx context.Context, tx *sql.Tx, seq int64) (cipher.AEAD, error) {
	var wrapped []byte
	if err := tx.QueryRowContext(ctx, "SELECT wrapped_key FROM batches WHERE seq = ?", seq).Scan(&wrapped); err != nil {
		return nil, err
	}
	return v.unwrap(wrapped)
}

// sweep deletes the keys of settled batches that have nothing left.
func sweep(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM batches WHERE settled = 1 AND NOT EXISTS (SELECT 1 FROM items WHERE batch = seq)")
	return err
}
