package db

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

type choiceRow struct {
	bun.BaseModel `bun:"table:choices"`
	ID            string `bun:",pk"`
	At            time.Time
	Body          []byte
	Leaf          int64
}

// EnterChoice implements collect.Keeper.
func (s *State) EnterChoice(ctx context.Context, c collect.Choice) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("enter a choice: %w", err)
	}
	return s.write(ctx, "enter a choice", func(tx bun.Tx) error {
		e := ledger.Entry{Kind: ledger.Chosen, At: c.At, Ref: c.ID, Root: consent.BodyDigest(body)}
		leaf, _, err := s.log.AppendIn(logTx{ctx, tx}, e)
		if err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&choiceRow{ID: c.ID, At: c.At, Body: body, Leaf: leaf}).Exec(ctx)
		return err
	})
}

// Choice returns the choice of a number, the bytes that were digested, and its leaf in the
// ledger.
func (s *State) Choice(ctx context.Context, id string) (c collect.Choice, body []byte, leaf int64, err error) {
	row := choiceRow{ID: id}
	if err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx)); err != nil {
		return c, nil, 0, explain("read a choice", err)
	}
	if err := json.Unmarshal(row.Body, &c); err != nil {
		return c, nil, 0, fmt.Errorf("read a choice: %w", err)
	}
	return c, row.Body, row.Leaf, nil
}

// Choices counts the choices entered since an instant: all of them, those that allow
// something, and those that allow nothing.
func (s *State) Choices(ctx context.Context, since time.Time) (all, agreed, refused int64, err error) {
	err = s.db.NewSelect().Table("choices").ColumnExpr("count(*), coalesce(sum(json_array_length(body, '$.allowed') > 0), 0)").
		Where("at >= ?", since.UTC()).Scan(ctx, &all, &agreed)
	return all, agreed, all - agreed, explain("count choices", err)
}
