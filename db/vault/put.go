package vault

import (
	"bytes"
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

// Put implements apply.Archive. A batch that is put again replaces what was pending under its
// name; copies of the same record that other batches put stay until they are settled.
func (v *Vault) Put(ctx context.Context, b apply.Copies) error {
	ends, err := v.endsOf(ctx, b)
	if err != nil {
		return err
	}
	key, wrapped, err := v.newKey()
	if err != nil {
		return fmt.Errorf("make the key of a batch: %w", err)
	}
	sheets, err := v.sheets(b, ends, key)
	if err != nil {
		return fmt.Errorf("archive a batch: %w", err)
	}
	return v.write(ctx, "archive a batch", func(tx *sql.Tx) error {
		seq, err := begin(ctx, tx, b, wrapped)
		if err != nil {
			return err
		}
		return insert(ctx, tx, seq, sheets)
	})
}

// sheets seals the copies of a batch, in the order of its records.
func (v *Vault) sheets(b apply.Copies, ends []policy.Date, key cipher.AEAD) (out []sheet, err error) {
	if len(b.Rows) != len(b.Keys) {
		return nil, fmt.Errorf("%d rows for %d keys", len(b.Rows), len(b.Keys))
	}
	w := sheetWriter{key: key, blank: sheet{dataset: b.Step.Dataset, group: groupOf(b.Step)}}
	p, digester, seen := newPacker(b.Step), v.digester(b.Step.Dataset), make(map[digest]bool, len(b.Keys))
	for i, k := range b.Keys {
		n := name{digester.Digest(k), ends[i]}
		if seen[n.digest] {
			return nil, errors.New("a record is there twice")
		}
		seen[n.digest] = true
		c, err := p.pack(b.Rows[i])
		if err != nil {
			return nil, err
		}
		w.add(n, c)
	}
	w.flush()
	return w.done, nil
}

// sheetWriter fills sheets one after the other.
type sheetWriter struct {
	key    cipher.AEAD
	blank  sheet
	names  []name
	copies [][]byte
	bytes  int
	done   []sheet
}

func (w *sheetWriter) add(n name, c []byte) {
	if len(w.names) == sheetCopies || w.bytes+len(c) > sheetBytes {
		w.flush()
	}
	w.names, w.copies, w.bytes = append(w.names, n), append(w.copies, c), w.bytes+len(c)
}

func (w *sheetWriter) flush() {
	if len(w.names) == 0 {
		return
	}
	s := w.blank
	s.names = w.names
	s.seal(w.key, w.copies)
	w.done = append(w.done, s)
	w.names, w.copies, w.bytes = nil, w.copies[:0], 0
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
	res, err := tx.ExecContext(ctx, "INSERT INTO batches (id, store, dataset, grp, at, wrapped_key) VALUES (?, ?, ?, ?, ?, ?)",
		b.ID, b.Step.Store, b.Step.Dataset, groupOf(b.Step), textOf(b.At), wrapped)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func insert(ctx context.Context, tx *sql.Tx, batch int64, sheets []sheet) error {
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO sheets (batch, first_end, names, payload) VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, s := range sheets {
		s.batch = batch
		if err := insertSheet(ctx, stmt, s); err != nil {
			return err
		}
	}
	return nil
}

// Verify implements apply.Archive: it opens every copy with the key as it was stored and
// compares it, byte for byte, with what the row says.
func (v *Vault) Verify(ctx context.Context, b apply.Copies) error {
	if len(b.Rows) != len(b.Keys) {
		return fmt.Errorf("verify a batch: %d rows for %d keys", len(b.Rows), len(b.Keys))
	}
	return v.read(ctx, "verify a batch", func(tx *sql.Tx) error {
		seq, key, err := v.pending(ctx, tx, b)
		if err != nil {
			return err
		}
		c := comparison{Copies: b, key: key, pack: newPacker(b.Step), digests: v.digester(b.Step.Dataset)}
		if err := eachSheet(ctx, tx, c.sheet, "s.batch = ?", seq); err != nil {
			return err
		}
		if c.next != len(b.Keys) {
			return fmt.Errorf("%d of %d copies are there: %w", c.next, len(b.Keys), ErrDamaged)
		}
		return nil
	})
}

// comparison compares the sheets of a batch with its rows; next is the row at hand.
type comparison struct {
	apply.Copies
	key     cipher.AEAD
	pack    *packer
	digests *ledger.Digester
	next    int
}

func (c *comparison) sheet(s sheet) error {
	copies, err := s.open(c.key)
	if err != nil {
		return err
	}
	if s.dataset != c.Step.Dataset || s.group != groupOf(c.Step) || c.next+len(copies) > len(c.Keys) {
		return fmt.Errorf("a copy differs from its row: %w", ErrDamaged)
	}
	for i, got := range copies {
		want, err := c.pack.pack(c.Rows[c.next])
		if err != nil {
			return err
		}
		if c.digests.Digest(c.Keys[c.next]) != s.names[i].digest || !bytes.Equal(got, want) {
			return fmt.Errorf("a copy differs from its row: %w", ErrDamaged)
		}
		c.next++
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
