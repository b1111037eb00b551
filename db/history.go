package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

type seenRow struct {
	bun.BaseModel `bun:"table:first_seen"`
	Dataset       string          `bun:",pk"`
	Group         policy.Category `bun:"grp,pk"`
	Day           string
}

// FirstSeen returns the day on which records of the group were first seen without any
// purpose that claims them; the first time, that is today. The grace period counts from it.
func (s *State) FirstSeen(ctx context.Context, dataset string, group policy.Category, today policy.Date) (policy.Date, error) {
	row := seenRow{Dataset: dataset, Group: group, Day: today.String()}
	err := s.write(ctx, "note an unjustified group", func(tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (dataset, grp) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		return tx.NewSelect().Model(&row).WherePK().Scan(ctx)
	})
	if err != nil {
		return policy.Date{}, err
	}
	return policy.ParseDate(row.Day)
}

// ForgetSeen drops the day of FirstSeen, for a group that no record is unjustified in any
// more.
func (s *State) ForgetSeen(ctx context.Context, dataset string, group policy.Category) error {
	_, err := s.db.NewDelete().Model(&seenRow{Dataset: dataset, Group: group}).WherePK().Exec(ctx)
	return explain("forget an unjustified group", err)
}

// Verdict is what was found of a promise on a day.
type Verdict struct {
	AsOf policy.Date `json:"as_of"`
	ledger.Verdict
}

type verdictRow struct {
	bun.BaseModel `bun:"table:verdicts"`
	AsOf          string `bun:",pk"`
	Promise       string `bun:",pk"`
	Verdict       string
	Overdue       int64
	Undetermined  int64
}

// SaveCheck keeps what a look at the stores found of every promise on a day, in place of
// what an earlier look on the same day found, and enters it in the ledger.
func (s *State) SaveCheck(ctx context.Context, asOf policy.Date, verdicts []ledger.Verdict, at time.Time) error {
	return s.write(ctx, "save the verdicts", func(tx bun.Tx) error {
		for _, v := range verdicts {
			row := verdictRow{AsOf: asOf.String(), Promise: v.Promise, Verdict: v.Verdict, Overdue: v.Overdue, Undetermined: v.Undetermined}
			if _, err := tx.NewInsert().Model(&row).On("CONFLICT (promise, as_of) DO UPDATE").Exec(ctx); err != nil {
				return err
			}
		}
		return s.enter(ctx, tx, ledger.Entry{Kind: ledger.Check, At: at, AsOf: asOf, Verdicts: verdicts})
	})
}

// Verdicts returns what was found of a promise over time, latest first.
func (s *State) Verdicts(ctx context.Context, promise string) ([]Verdict, error) {
	var rows []verdictRow
	if err := s.db.NewSelect().Model(&rows).Where("promise = ?", promise).Order("as_of DESC").Scan(ctx); err != nil {
		return nil, explain("read the verdicts", err)
	}
	return verdicts(rows)
}

// LastVerdicts returns what the last look at the stores found, by promise; nothing before it.
func (s *State) LastVerdicts(ctx context.Context) ([]Verdict, error) {
	var rows []verdictRow
	err := s.db.NewSelect().Model(&rows).Where("as_of = (SELECT max(as_of) FROM verdicts)").Order("promise").Scan(ctx)
	if err != nil {
		return nil, explain("read the verdicts", err)
	}
	return verdicts(rows)
}

func verdicts(rows []verdictRow) ([]Verdict, error) {
	var out []Verdict
	for _, r := range rows {
		day, err := policy.ParseDate(r.AsOf)
		if err != nil {
			return nil, explain("read the verdicts", ErrDamaged)
		}
		out = append(out, Verdict{day, ledger.Verdict{Promise: r.Promise, Verdict: r.Verdict, Overdue: r.Overdue, Undetermined: r.Undetermined}})
	}
	return out, nil
}

// Tally is how many promises had a verdict on a day.
type Tally struct {
	AsOf    policy.Date
	Verdict string
	N       int64
}

// Tallies counts the verdicts of each day since one, in the order of the days.
func (s *State) Tallies(ctx context.Context, since policy.Date) ([]Tally, error) {
	var rows []struct {
		AsOf, Verdict string
		N             int64
	}
	err := s.db.NewSelect().Model((*verdictRow)(nil)).Column("as_of", "verdict").ColumnExpr("count(*) AS n").
		Where("as_of >= ?", since.String()).Group("as_of", "verdict").Order("as_of", "verdict").Scan(ctx, &rows)
	if err != nil {
		return nil, explain("count the verdicts", err)
	}
	out := make([]Tally, len(rows))
	for i, r := range rows {
		day, err := policy.ParseDate(r.AsOf)
		if err != nil {
			return nil, explain("count the verdicts", ErrDamaged)
		}
		out[i] = Tally{day, r.Verdict, r.N}
	}
	return out, nil
}
