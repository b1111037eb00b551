package vault

import (
	"bytes"
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/policy"
)

// Put implements apply.Archive. A batch that is put again replaces what was pending under its
// name; copies of the same record that other batches put stay until they are settled.
func (v *Vault) Put(ctx context.Context, b apply.Copies) error {
	items, fields, err := v.copied(b)
	if err != nil {
		return fmt.Errorf("archive a batch: %w", err)
	}
	ends, err := v.endsOf(ctx, b)
	if err != nil {
		return err
	}
	key, wrapped, err := v.newKey()
	if err != nil {
		return fmt.Errorf("make the key of a batch: %w", err)
	}
	for i := range items {
		items[i].until = ends[i]
		items[i].sealed = items[i].seal(key, fields[i])
	}
	return v.write(ctx, "archive a batch", func(tx *sql.Tx) error {
		seq, err := begin(ctx, tx, b, wrapped)
		if err != nil {
			return err
		}
		return insert(ctx, tx, seq, b.Step.Store, items)
	})
}

func (v *Vault) endsOf(ctx context.Context, b apply.Copies) ([]policy.Date, error) {
	if v.ends == nil {
		return nil, errors.New("archive a batch: the archive was opened for reading")
	}
	ends, err := v.ends(ctx, b.Step, b.Keys)
	if err != nil {
		return nil, fmt.Errorf("tell the ends of archived copies: %w", err)
	}
	if len(ends) != len(b.Keys) {
		return nil, fmt.Errorf("tell the ends of archived copies: %d ends of %d records", len(ends), len(b.Keys))
	}
	return ends, nil
}

// begin enters the batch in place of a pending one of its name.
func begin(ctx context.Context, tx *sql.Tx, b apply.Copies, wrapped []byte) (int64, error) {
	var settled bool
	err := tx.QueryRowContext(ctx, "SELECT settled FROM batches WHERE store = ? AND id = ?", b.Step.Store, b.ID).Scan(&settled)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return 0, err
	case settled:
		return 0, ErrSettled
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM batches WHERE store = ? AND id = ?", b.Step.Store, b.ID); err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO batches (id, store, at, wrapped_key) VALUES (?, ?, ?, ?)", b.ID, b.Step.Store, textOf(b.At), wrapped)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func insert(ctx context.Context, tx *sql.Tx, batch int64, storeName string, items []item) error {
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO items (batch, dataset, store, grp, key_digest, until, payload) VALUES (?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, i := range items {
		if _, err := stmt.ExecContext(ctx, batch, i.dataset, storeName, i.group, i.digest, untilOf(i.until), i.sealed); err != nil {
			return err
		}
	}
	return nil
}

// Verify implements apply.Archive: it opens every copy with the key as it was stored and
// compares it, byte for byte, with what the row says.
func (v *Vault) Verify(ctx context.Context, b apply.Copies) error {
	items, fields, err := v.copied(b)
	if err != nil {
		return fmt.Errorf("verify a batch: %w", err)
	}
	want := make(map[string][]byte, len(items))
	for i := range items {
		want[string(items[i].digest)] = pack(fields[i])
	}
	return v.read(ctx, "verify a batch", func(tx *sql.Tx) error {
		seq, key, err := v.pending(ctx, tx, b)
		if err != nil {
			return err
		}
		n := 0
		err = eachItem(ctx, tx, func(i item) error {
			n++
			return equal(i, key, item{dataset: b.Step.Dataset, group: groupOf(b.Step)}, want[string(i.digest)])
		}, "batch = ?", seq)
		if err == nil && n != len(items) {
			err = fmt.Errorf("%d of %d copies are there: %w", n, len(items), ErrDamaged)
		}
		return err
	})
}

// equal opens a copy and compares it.
func equal(i item, key cipher.AEAD, like item, want []byte) error {
	fields, err := i.open(key)
	if err != nil {
		return err
	}
	if i.dataset != like.dataset || i.group != like.group || want == nil || !bytes.Equal(pack(fields), want) {
		return fmt.Errorf("a copy differs from its row: %w", ErrDamaged)
	}
	return nil
}

// pending returns the batch's number and its key.
func (v *Vault) pending(ctx context.Context, tx *sql.Tx, b apply.Copies) (seq int64, key cipher.AEAD, err error) {
	var wrapped []byte
	err = tx.QueryRowContext(ctx, "SELECT seq, wrapped_key FROM batches WHERE store = ? AND id = ? AND settled = 0", b.Step.Store, b.ID).Scan(&seq, &wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, fmt.Errorf("the batch: %w", ErrNotFound)
	}
	if err != nil {
		return 0, nil, err
	}
	key, err = v.unwrap(wrapped)
	return seq, key, err
}

// eachItem calls fn for the items that the condition holds for.
func eachItem(ctx context.Context, tx *sql.Tx, fn func(item) error, where string, args ...any) error {
	scan := func(rows *sql.Rows) error {
		var i item
		var until sql.NullString
		err := rows.Scan(&i.id, &i.batch, &i.dataset, &i.group, &i.digest, &until, &i.sealed)
		if err != nil {
			return err
		}
		if i.until, err = dayOf(until); err != nil {
			return err
		}
		return fn(i)
	}
	return query(ctx, tx, scan, "SELECT id, batch, dataset, grp, key_digest, until, payload FROM items WHERE "+where, args...)
}
