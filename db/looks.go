package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Look is the last look at the stores, to be shown until a new one has ended. It counts, and
// holds nothing of anybody.
type Look struct {
	// Model names the files it was made under: under others it tells nothing.
	Model string
	At    time.Time
	// Body is what was found, in the form of who keeps it.
	Body []byte
}

type lookRow struct {
	bun.BaseModel `bun:"table:looks"`
	Part          string `bun:",pk"`
	Model         string
	At            time.Time
	Body          []byte
}

// KeepLook keeps a part of a look in the place of the one before.
func (s *State) KeepLook(ctx context.Context, part string, l Look) error {
	row := lookRow{Part: part, Model: l.Model, At: l.At, Body: l.Body}
	return s.write(ctx, "keep a look", func(tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (part) DO UPDATE").Exec(ctx)
		return err
	})
}

// KeptLook returns the part of the last look, or ErrNotFound.
func (s *State) KeptLook(ctx context.Context, part string) (Look, error) {
	row := lookRow{Part: part}
	if err := s.db.NewSelect().Model(&row).WherePK().Scan(ctx); err != nil {
		return Look{}, explain("read the last look", missing(err))
	}
	return Look{row.Model, row.At.UTC(), row.Body}, nil
}
