package vault

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// Search says what copies of a group are compared with, by whom and why.
type Search struct {
	Dataset, Group string
	// Match says, of the fields of a copy by column, what of it is sought; nil for nothing. The
	// fields go nowhere else.
	Match      func(fields map[string]any) any
	Reason, By string
	At         time.Time
}

// Matches are the copies that a search found.
type Matches struct {
	vault   *Vault
	dataset string
	found   map[digest]any
}

// Len is how many there are.
func (m Matches) Len() int { return len(m.found) }

// Of returns what Match said of the copy of a record; nil for one that was not found.
func (m Matches) Of(k store.Key) any { return m.found[m.vault.digester(m.dataset).Digest(k)] }

// Search opens the settled copies of a group one after the other. Each that matches is noted as
// a reading before the matches are handed out; like Read it refuses to without reason and reader.
func (v *Vault) Search(ctx context.Context, s Search) (Matches, error) {
	m := Matches{v, s.Dataset, map[digest]any{}}
	if strings.TrimSpace(s.Reason) == "" || strings.TrimSpace(s.By) == "" {
		return m, ErrNoReason
	}
	err := v.read(ctx, "search the archive", func(tx *sql.Tx) error {
		batches, err := batchesOf(ctx, tx, s.Dataset, s.Group)
		for _, b := range batches {
			if err == nil {
				err = v.searchBatch(ctx, tx, b, s, m)
			}
		}
		return err
	})
	if err != nil || len(m.found) == 0 {
		return m, err
	}
	return m, v.write(ctx, "note the readings of a search", func(tx *sql.Tx) error {
		for d := range m.found {
			if err := v.note(ctx, tx, sheet{dataset: s.Dataset, group: s.Group}, d, store.Key{s.By, s.Reason}, textOf(s.At)); err != nil {
				return err
			}
		}
		return nil
	})
}

func batchesOf(ctx context.Context, tx *sql.Tx, dataset, group string) (out []int64, err error) {
	err = query(ctx, tx, func(rows *sql.Rows) error {
		var seq int64
		err := rows.Scan(&seq)
		out = append(out, seq)
		return err
	}, "SELECT seq FROM batches WHERE settled = 1 AND dataset = ? AND grp = ? ORDER BY seq", dataset, group)
	return out, err
}

func (v *Vault) searchBatch(ctx context.Context, tx *sql.Tx, batch int64, s Search, m Matches) error {
	key, err := v.keyOf(ctx, tx, batch)
	if err != nil {
		return err
	}
	return eachSheet(ctx, tx, func(sh sheet) error {
		copies, err := sh.open(key)
		if err != nil {
			return err
		}
		for i, c := range copies {
			fields, err := fieldsOf(c)
			if err != nil {
				return err
			}
			if what := s.Match(fields); what != nil {
				m.found[sh.names[i].digest] = what
			}
		}
		return nil
	}, "s.batch = ?", batch)
}

// fieldsOf returns the fields of a copy by column.
func fieldsOf(c []byte) (map[string]any, error) {
	fields, err := unpack(c)
	out := make(map[string]any, len(fields))
	for _, f := range fields {
		out[f.column] = f.value
	}
	return out, err
}
