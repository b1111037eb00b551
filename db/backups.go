package db

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

type backupRow struct {
	bun.BaseModel `bun:"table:backups"`
	Store         string `bun:",pk"`
	Made          time.Time
	Noted         time.Time
}

// NoteBackup keeps when the last backup of a store was made, as it was told or seen at the
// instant noted, in place of what was kept before.
func (s *State) NoteBackup(ctx context.Context, storeName string, made, noted time.Time) error {
	row := backupRow{Store: storeName, Made: made.UTC(), Noted: noted.UTC()}
	return s.write(ctx, "note a backup", func(tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (store) DO UPDATE").Exec(ctx)
		return err
	})
}

// LastBackup returns when the last backup of a store was made, as far as it was noted; the zero
// instant where nobody did.
func (s *State) LastBackup(ctx context.Context, storeName string) (time.Time, error) {
	row := backupRow{Store: storeName}
	err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx))
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	return row.Made.UTC(), explain("read when a backup was made", err)
}
