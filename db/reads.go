package db

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
)

// Read is that somebody looked at what is held on a person. Who was looked at is not in it.
type Read struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// What was shown: records, by reference, or values.
	What    string `json:"what"`
	Records int64  `json:"records"`
	// By is who looked and Reason why, in their words; they stay in the state.
	By     string `json:"by"`
	Reason string `json:"reason"`
}

type readRow struct {
	bun.BaseModel `bun:"table:reads"`
	ID            int64 `bun:",pk,autoincrement"`
	At            time.Time
	What          string
	Records       int64
	By            string
	Reason        string
}

// LogRead keeps that somebody looked and enters it in the ledger, which is told neither who
// looked nor why. It returns the name of the reading.
func (s *State) LogRead(ctx context.Context, r Read) (string, error) {
	row := readRow{At: r.At, What: r.What, Records: r.Records, By: r.By, Reason: r.Reason}
	err := s.write(ctx, "note a reading", func(tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		return s.enter(ctx, tx, ledger.Entry{Kind: ledger.PersonRead, At: r.At, Ref: readID(row.ID), Outcome: r.What, Rows: r.Records})
	})
	return readID(row.ID), err
}

func readID(n int64) string { return "read-" + strconv.FormatInt(n, 10) }

// Reads returns the latest readings, latest first.
func (s *State) Reads(ctx context.Context, limit int64) ([]Read, error) {
	var rows []readRow
	if err := s.db.NewSelect().Model(&rows).Order("id DESC").Limit(limit).Scan(ctx); err != nil {
		return nil, explain("read the readings", err)
	}
	out := make([]Read, len(rows))
	for i, r := range rows {
		out[i] = Read{readID(r.ID), r.At.UTC(), r.What, r.Records, r.By, r.Reason}
	}
	return out, nil
}
