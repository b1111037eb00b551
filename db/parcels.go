package db

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/rights"
)

type parcelRow struct {
	bun.BaseModel `bun:"table:parcels"`
	Request       int64 `bun:",pk"`
	Body          []byte
}

// KeepParcel keeps the sealed answer of a case, in place of an earlier one. It goes when the case
// has no parcel any more.
func (s *State) KeepParcel(ctx context.Context, id string, file []byte) error {
	n, err := requestNumber(id)
	if err != nil {
		return err
	}
	return s.write(ctx, "keep an answer", func(tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&parcelRow{Request: n, Body: file}).On("CONFLICT (request) DO UPDATE").Exec(ctx)
		return err
	})
}

// Parcel returns the sealed answer of a case that waits to be fetched, or ErrNotFound.
func (s *State) Parcel(ctx context.Context, id string) ([]byte, error) {
	n, err := requestNumber(id)
	if err != nil {
		return nil, err
	}
	row := parcelRow{Request: n}
	err = missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx))
	return row.Body, explain("read an answer", err)
}

// parcelGone drops the sealed answer of a case that has no parcel.
func parcelGone(ctx context.Context, tx bun.Tx, c rights.Case) error {
	if c.Parcel != nil {
		return nil
	}
	n, err := requestNumber(c.ID)
	if err == nil {
		_, err = tx.NewDelete().Model(&parcelRow{Request: n}).WherePK().Exec(ctx)
	}
	return err
}
