package vault

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
)

// spot is an entry of the index: a sheet with a settled copy of a record, which is known by
// the short form of its digest.
type spot struct{ short, sheet int64 }

// atOnce is how many places one statement is about; fewer statements cost less than more.
const atOnce = 256

// placesOf returns where the copies of a batch are, in the order of the index.
func placesOf(ctx context.Context, tx *sql.Tx, seq int64) (out []spot, err error) {
	err = query(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var packed sql.RawBytes
		if err := rows.Scan(&id, &packed); err != nil {
			return err
		}
		names, err := unpackNames(packed)
		for _, n := range names {
			out = append(out, spot{short(n.digest), id})
		}
		return err
	}, "SELECT id, names FROM sheets WHERE batch = ?", seq)
	slices.SortFunc(out, func(a, b spot) int { return cmp.Or(cmp.Compare(a.short, b.short), cmp.Compare(a.sheet, b.sheet)) })
	return out, err
}

// meeting returns the places that the index has already under the same short digests.
func meeting(ctx context.Context, tx *sql.Tx, ps []spot) (out []spot, err error) {
	err = parts(ctx, tx, ps, func(n int) string {
		return "SELECT short, sheet FROM places WHERE short IN (" + list("?", n) + ")"
	}, func(s *sql.Stmt, part []spot) error {
		args := make([]any, len(part))
		for i, p := range part {
			args[i] = p.short
		}
		rows, err := s.QueryContext(ctx, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var p spot
			err := rows.Scan(&p.short, &p.sheet)
			out = append(out, p)
			return err
		})
	})
	return out, err
}

// enterPlaces writes places into the index; their order makes it cheap.
func enterPlaces(ctx context.Context, tx *sql.Tx, ps []spot) error {
	return parts(ctx, tx, ps, func(n int) string {
		return "INSERT INTO places (short, sheet) VALUES " + list("(?, ?)", n)
	}, func(s *sql.Stmt, part []spot) error {
		args := make([]any, 0, 2*len(part))
		for _, p := range part {
			args = append(args, p.short, p.sheet)
		}
		_, err := s.ExecContext(ctx, args...)
		return err
	})
}

// parts calls do with a statement about as many places as there are in the part. Statements as
// long as these take longer to read than to carry out, so those of whole parts are read once.
func parts(ctx context.Context, tx *sql.Tx, ps []spot, write func(n int) string, do func(*sql.Stmt, []spot) error) error {
	for _, size := range []int{atOnce, len(ps) % atOnce} {
		if size == 0 || len(ps) < size {
			continue
		}
		s, err := tx.PrepareContext(ctx, write(size))
		if err != nil {
			return err
		}
		for len(ps) >= size && err == nil {
			err = do(s, ps[:size])
			ps = ps[size:]
		}
		if err := errors.Join(err, s.Close()); err != nil {
			return err
		}
	}
	return nil
}

func leavePlace(ctx context.Context, tx *sql.Tx, p spot) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM places WHERE short = ? AND sheet = ?", p.short, p.sheet)
	return err
}

func list(one string, n int) string { return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ") }
