package vault

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// The bounds of a sheet: so many copies, or so many bytes of them. Reading one copy opens its
// sheet, and deleting one writes the sheet again, so it stays small.
const (
	sheetCopies = 64
	sheetBytes  = 64 << 10
)

// digest is the keyed digest of a record's key.
type digest = [32]byte

// name is what a copy is known by: its record and the last day it may stay, zero for an open end.
type name struct {
	digest digest
	until  policy.Date
}

// nameSize is the bytes of a name: the digest and a day as the number 20261122.
const nameSize = 32 + 4

// sheet is some copies of one batch, sealed together.
type sheet struct {
	id, batch      int64
	dataset, group string
	names          []name
	sealed         []byte
}

// tied is what a payload is tied to: it opens under no other records, group or ends.
func (s sheet) tied() []byte {
	return ledger.EncodeKey(store.Key{s.dataset, s.group, packNames(s.names)})
}

// seal seals the copies, which are in the order of the names.
func (s *sheet) seal(key cipher.AEAD, copies [][]byte) {
	var b []byte
	for _, c := range copies {
		b = append(binary.AppendUvarint(b, uint64(len(c))), c...)
	}
	s.sealed = key.Seal(nil, nil, b, s.tied())
}

// open returns the copies in the order of the names.
func (s sheet) open(key cipher.AEAD) ([][]byte, error) {
	b, err := key.Open(nil, nil, s.sealed, s.tied())
	if err != nil {
		return nil, fmt.Errorf("open a copy: %w", ErrDamaged)
	}
	out := make([][]byte, 0, len(s.names))
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, fmt.Errorf("open a copy: %w", ErrDamaged)
		}
		out = append(out, b[size:size+int(n)])
		b = b[size+int(n):]
	}
	if len(out) != len(s.names) {
		return nil, fmt.Errorf("open a copy: %w", ErrDamaged)
	}
	return out, nil
}

// firstEnd is the earliest end; the zero date where all are open.
func (s sheet) firstEnd() (first policy.Date) {
	for _, n := range s.names {
		if first.IsZero() || !n.until.IsZero() && n.until.Before(first) {
			first = n.until
		}
	}
	return first
}

// find returns the place of a record in the sheet, -1 where it is not there.
func (s sheet) find(d digest) int {
	return slices.IndexFunc(s.names, func(n name) bool { return n.digest == d })
}

func packNames(names []name) []byte {
	b := make([]byte, 0, nameSize*len(names))
	for _, n := range names {
		b = append(b, n.digest[:]...)
		b = binary.BigEndian.AppendUint32(b, uint32(n.until.Year*10_000+int(n.until.Month)*100+n.until.Day))
	}
	return b
}

func unpackNames(b []byte) ([]name, error) {
	if len(b) == 0 || len(b)%nameSize != 0 {
		return nil, fmt.Errorf("read the names of copies: %w", ErrDamaged)
	}
	out := make([]name, 0, len(b)/nameSize)
	for ; len(b) > 0; b = b[nameSize:] {
		day := int(binary.BigEndian.Uint32(b[32:]))
		out = append(out, name{digest(b), policy.Date{Year: day / 10_000, Month: time.Month(day / 100 % 100), Day: day % 100}})
	}
	return out, nil
}

// short is how a record is found in the index of places.
func short(d digest) int64 { return int64(ledger.Short(d)) }

// eachSheet calls fn for the sheets that the condition holds for, in the order of their ids. fn
// must not ask the archive.
func eachSheet(ctx context.Context, tx *sql.Tx, fn func(sheet) error, where string, args ...any) error {
	scan := func(rows *sql.Rows) error {
		var s sheet
		var first sql.NullString
		var names []byte
		err := rows.Scan(&s.id, &s.batch, &s.dataset, &s.group, &first, &names, &s.sealed)
		if err != nil {
			return err
		}
		if s.names, err = unpackNames(names); err != nil {
			return err
		}
		if first != untilOf(s.firstEnd()) {
			return fmt.Errorf("read the end of copies: %w", ErrDamaged)
		}
		return fn(s)
	}
	return query(ctx, tx, scan, "SELECT s.id, s.batch, b.dataset, b.grp, s.first_end, s.names, s.payload FROM sheets s JOIN batches b ON b.seq = s.batch WHERE "+where+" ORDER BY s.id", args...)
}

// insertSheet writes a new sheet.
func insertSheet(ctx context.Context, stmt *sql.Stmt, s sheet) error {
	_, err := stmt.ExecContext(ctx, s.batch, untilOf(s.firstEnd()), packNames(s.names), s.sealed)
	return err
}

// rewrite writes a sheet in place of what it was, or deletes one that has nothing left.
func rewrite(ctx context.Context, tx *sql.Tx, s sheet) error {
	if len(s.names) == 0 {
		_, err := tx.ExecContext(ctx, "DELETE FROM sheets WHERE id = ?", s.id)
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE sheets SET first_end = ?, names = ?, payload = ? WHERE id = ?", untilOf(s.firstEnd()), packNames(s.names), s.sealed, s.id)
	return err
}

// opened is a sheet with its copies in clear, to be changed and written again.
type opened struct {
	sheet
	copies [][]byte
}

// remove takes the copy at i out of the sheet.
func (o *opened) remove(i int) {
	o.names, o.copies = slices.Delete(o.names, i, i+1), slices.Delete(o.copies, i, i+1)
}

// desk holds the sheets that one transaction changes.
type desk struct {
	*Vault
	tx   *sql.Tx
	keys map[int64]cipher.AEAD
	open map[int64]*opened
}

func (v *Vault) newDesk(tx *sql.Tx) desk {
	return desk{v, tx, map[int64]cipher.AEAD{}, map[int64]*opened{}}
}

// take opens a sheet, once.
func (d desk) take(ctx context.Context, s sheet) (*opened, error) {
	if o := d.open[s.id]; o != nil {
		return o, nil
	}
	if d.keys[s.batch] == nil {
		key, err := d.keyOf(ctx, d.tx, s.batch)
		if err != nil {
			return nil, err
		}
		d.keys[s.batch] = key
	}
	copies, err := s.open(d.keys[s.batch])
	if err != nil {
		return nil, err
	}
	d.open[s.id] = &opened{s, copies}
	return d.open[s.id], nil
}

// put writes every sheet that was taken.
func (d desk) put(ctx context.Context) error {
	for _, o := range d.open {
		o.seal(d.keys[o.batch], o.copies)
		if err := rewrite(ctx, d.tx, o.sheet); err != nil {
			return err
		}
	}
	return nil
}
