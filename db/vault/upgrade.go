package vault

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"fmt"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// setAside makes room for the tables of version 2 in an archive of version 1, which had a row
// and a seal for each copy.
const setAside = `DROP INDEX batches_pending; DROP INDEX items_settled; DROP INDEX items_until;
ALTER TABLE items RENAME TO items1; ALTER TABLE batches RENAME TO batches1;`

// batch1 is a batch of version 1.
type batch1 struct {
	seq           int64
	id, store, at string
	settled       bool
	wrapped       []byte
}

// upgrade takes every copy of version 1 over and opens each: one that does not open stops it,
// and the archive is as it was.
func (v *Vault) upgrade(ctx context.Context, tx *sql.Tx) error {
	var batches []batch1
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var b batch1
		err := rows.Scan(&b.seq, &b.id, &b.store, &b.at, &b.settled, &b.wrapped)
		batches = append(batches, b)
		return err
	}, "SELECT seq, id, store, at, settled, wrapped_key FROM batches1 ORDER BY seq")
	if err != nil {
		return err
	}
	for _, b := range batches {
		if err := v.upgradeBatch(ctx, tx, b); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "DROP TABLE items1; DROP TABLE batches1")
	return err
}

func (v *Vault) upgradeBatch(ctx context.Context, tx *sql.Tx, b batch1) error {
	key, err := v.unwrap(b.wrapped)
	if err != nil {
		return err
	}
	w := sheetWriter{key: key}
	if err := copies1(ctx, tx, b.seq, &w); err != nil {
		return err
	}
	if w.flush(); len(w.done) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO batches (seq, id, store, dataset, grp, at, settled, wrapped_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		b.seq, b.id, b.store, w.blank.dataset, w.blank.group, b.at, b.settled, b.wrapped)
	if err != nil {
		return err
	}
	if err := insert(ctx, tx, b.seq, w.done); err != nil || !b.settled {
		return err
	}
	places, err := placesOf(ctx, tx, b.seq)
	if err != nil {
		return err
	}
	return enterPlaces(ctx, tx, places)
}

// copies1 opens the copies of a batch of version 1, which are all of one dataset and group.
func copies1(ctx context.Context, tx *sql.Tx, seq int64, w *sheetWriter) error {
	return query(ctx, tx, func(rows *sql.Rows) error {
		var dataset, group string
		var d, sealed []byte
		var until sql.NullString
		if err := rows.Scan(&dataset, &group, &d, &until, &sealed); err != nil {
			return err
		}
		n, c, err := open1(w.key, dataset, group, d, until.String, sealed)
		if err != nil {
			return err
		}
		w.blank.dataset, w.blank.group = dataset, group
		w.add(n, c)
		return nil
	}, "SELECT dataset, grp, key_digest, until, payload FROM items1 WHERE batch = ? ORDER BY id", seq)
}

// open1 opens a copy of version 1, whose last day is empty where its end is open.
func open1(key cipher.AEAD, dataset, group string, d []byte, until string, sealed []byte) (name, []byte, error) {
	var day policy.Date
	var err error
	if until != "" {
		day, err = policy.ParseDate(until)
	}
	if err != nil || len(d) != 32 {
		return name{}, nil, fmt.Errorf("read the names of copies: %w", ErrDamaged)
	}
	c, err := key.Open(nil, nil, sealed, ledger.EncodeKey(store.Key{dataset, group, d, day}))
	if err != nil {
		return name{}, nil, fmt.Errorf("open a copy: %w", ErrDamaged)
	}
	return name{digest(d), day}, c, nil
}
