package db

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

// Edition is a version of the policy as it was published. What it said is the notice of its
// digest.
type Edition struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	Digest string    `json:"digest"`
	Leaf   int64     `json:"leaf"`
}

type editionRow struct {
	bun.BaseModel `bun:"table:editions"`
	Number        int64 `bun:",pk"`
	At            time.Time
	Digest        string
	Leaf          int64
}

// Publish keeps a document as the next edition, with its leaf of the ledger; one that says what
// the latest says is not published again. It returns the edition and whether it is new.
func (s *State) Publish(ctx context.Context, document []byte, at time.Time) (e Edition, fresh bool, err error) {
	digest := consent.Digest(document)
	err = s.write(ctx, "publish the policy", func(tx bun.Tx) error {
		var last editionRow
		err := missing(tx.NewSelect().Model(&last).OrderExpr("number DESC").Limit(1).Scan(ctx))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if last.Digest == digest {
			e = Edition{last.Number, last.At, last.Digest, last.Leaf}
			return nil
		}
		fresh = true
		row := editionRow{Number: last.Number + 1, At: at.UTC(), Digest: digest}
		row.Leaf, _, err = s.log.AppendIn(logTx{ctx, tx}, ledger.Entry{Kind: ledger.Published, At: at, Ref: strconv.FormatInt(row.Number, 10), Root: consent.BodyDigest(document)})
		if err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&noticeRow{Digest: digest, Body: document, Kept: at}).On("CONFLICT (digest) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		e = Edition{row.Number, row.At, row.Digest, row.Leaf}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return e, fresh, err
}

// Editions returns what was published, the latest first.
func (s *State) Editions(ctx context.Context) ([]Edition, error) {
	var rows []editionRow
	err := s.db.NewSelect().Model(&rows).OrderExpr("number DESC").Scan(ctx)
	out := make([]Edition, len(rows))
	for i, r := range rows {
		out[i] = Edition{r.Number, r.At, r.Digest, r.Leaf}
	}
	return out, explain("read what was published", err)
}
