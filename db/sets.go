package db

import (
	"context"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"github.com/uptrace/bun"
)

// Set is the records a step was shown with: short keyed digests, ascending.
type Set []uint64

// Has reports whether the record of that short digest is in the set. Digests are spread evenly,
// so it begins where the digest should be and doubles its steps until it has passed it.
func (s Set) Has(short uint64) bool {
	if len(s) == 0 {
		return false
	}
	at, _ := bits.Mul64(short, uint64(len(s)))
	from, to := int(at), int(at)
	for step := 64; from > 0 && s[from] > short; step *= 2 {
		from = max(0, from-step)
	}
	for step := 64; to < len(s) && s[to] < short; step *= 2 {
		to = min(len(s), to+step)
	}
	_, ok := slices.BinarySearch(s[from:min(to+1, len(s))], short)
	return ok
}

type setRow struct {
	bun.BaseModel `bun:"table:sets"`
	Plan          string `bun:",pk"`
	Step          string `bun:",pk"`
	Chunk         int    `bun:",pk"`
	Members       []byte
}

// chunkSize keeps a row of a set below 80 kB, whatever the set's size.
const chunkSize = 8192

// SaveSet keeps the approved set of a step in place of the one before. The members are
// ascending; equal ones count once.
func (s *State) SaveSet(ctx context.Context, digest, step string, members []uint64) error {
	if !slices.IsSorted(members) {
		return errors.New("save the approved set: it is not sorted")
	}
	members = slices.Compact(slices.Clone(members))
	return s.write(ctx, "save the approved set", func(tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*setRow)(nil)).Where("plan = ? AND step = ?", digest, step).Exec(ctx); err != nil {
			return err
		}
		i := 0
		for part := range slices.Chunk(members, chunkSize) {
			row := setRow{Plan: digest, Step: step, Chunk: i, Members: packSet(part)}
			if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
				return err
			}
			i++
		}
		if i == 0 { // so that the empty set differs from none
			_, err := tx.NewInsert().Model(&setRow{Plan: digest, Step: step, Members: []byte{}}).Exec(ctx)
			return err
		}
		return nil
	})
}

// Set returns the approved set of a step, or ErrNotFound when none was saved or the plan is
// finished.
func (s *State) Set(ctx context.Context, digest, step string) (Set, error) {
	var rows []setRow
	err := s.db.NewSelect().Model(&rows).Where("plan = ? AND step = ?", digest, step).Order("chunk").Scan(ctx)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	out := Set{}
	for _, r := range rows {
		if out, err = unpackSet(out, r.Members); err != nil {
			break
		}
	}
	if err != nil {
		return nil, explain("read the approved set", err)
	}
	return out, nil
}

// packSet writes the differences between neighbours, which need about log2(2^64/n)/7 bytes.
func packSet(members []uint64) []byte {
	b := make([]byte, 0, 8*len(members))
	var last uint64
	for _, m := range members {
		b = binary.AppendUvarint(b, m-last)
		last = m
	}
	return b
}

func unpackSet(into Set, b []byte) (Set, error) {
	var last uint64
	for len(b) > 0 {
		d, size := binary.Uvarint(b)
		if size <= 0 {
			return nil, ErrDamaged
		}
		last += d
		into, b = append(into, last), b[size:]
	}
	return into, nil
}
