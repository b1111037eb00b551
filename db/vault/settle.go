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
	res, err := tx.ExecContext(ctx, "UPDATE batches SET settled = 1 WHERE seq = ? AND settled = 0", seq)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 { // another process was faster
		return false, err
	}
	mine, err := placesOf(ctx, tx, seq)
	if err != nil {
		return false, err
	}
	met, err := meeting(ctx, tx, mine)
	if err != nil {
		return false, err
	}
	if err := enterPlaces(ctx, tx, mine); err != nil || len(met) == 0 {
		return false, err
	}
	if err := v.merge(ctx, tx, seq, met); err != nil {
		return false, err
	}
	return true, sweep(ctx, tx)
}

// merge makes one copy of two of the batch's records that have another at one of the places.
func (v *Vault) merge(ctx context.Context, tx *sql.Tx, seq int64, met []spot) error {
	m := merger{v.newDesk(tx)}
	for _, p := range met {
		t, err := twinAt(ctx, tx, seq, p)
		if err != nil {
			return err
		}
		if t == nil {
			continue // two records that begin alike, or another group of the record
		}
		if err := m.merge(ctx, *t); err != nil {
			return err
		}
	}
	return m.put(ctx)
}

// twin is two copies of one group of one record, each by its sheet.
type twin struct {
	digest       digest
	newer, older sheet
}

// twinAt finds the copy of the batch that is the same as one at a place of another. Batches may
// be settled in another order than they were put; the later put is the newer.
func twinAt(ctx context.Context, tx *sql.Tx, seq int64, p spot) (t *twin, err error) {
	var mine, other []sheet
	err = eachSheet(ctx, tx, func(s sheet) error {
		if s.batch == seq {
			mine = append(mine, s)
		} else if s.id == p.sheet {
			other = append(other, s)
		}
		return nil
	}, "s.id IN (SELECT sheet FROM places WHERE short = ?)", p.short)
	if err != nil {
		return nil, err
	}
	for _, s := range mine {
		for _, n := range s.names {
			for _, o := range other {
				if short(n.digest) == p.short && o.dataset == s.dataset && o.group == s.group && o.find(n.digest) >= 0 {
					t = &twin{n.digest, s, o}
				}
			}
		}
	}
	if t != nil && t.older.batch > t.newer.batch {
		t.newer, t.older = t.older, t.newer
	}
	return t, nil
}

// merger makes one copy of two.
type merger struct{ desk }

// merge completes the newer copy with what only the older one has, and deletes that. The
// newer one's end stands: it was told from the record as it is.
func (m merger) merge(ctx context.Context, t twin) error {
	newer, err := m.take(ctx, t.newer)
	if err != nil {
		return err
	}
	older, err := m.take(ctx, t.older)
	if err != nil {
		return err
	}
	n, o := newer.find(t.digest), older.find(t.digest)
	was, err := unpack(older.copies[o])
	if err != nil {
		return err
	}
	is, err := unpack(newer.copies[n])
	if err != nil {
		return err
	}
	newer.copies[n] = pack(carry(is, was))
	older.remove(o)
	return leavePlace(ctx, m.tx, spot{short(t.digest), older.id})
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
	_, err := tx.ExecContext(ctx, "DELETE FROM batches WHERE settled = 1 AND NOT EXISTS (SELECT 1 FROM sheets WHERE batch = seq)")
	return err
}
