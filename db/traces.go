package db

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"
)

// Trace is a sample of the records that a step of a plan took away: what shows that they came
// back.
type Trace struct {
	Plan, Step, Dataset string
	// Whole says that whole rows went, not fields of them.
	Whole bool
	At    time.Time
	// Members are short keyed digests, ascending; SaveTrace keeps the first TraceSize of them.
	Members Set
}

// TraceSize is how many records of a step are kept in mind. They are chosen by their digests,
// so they are spread over the table: of a table that came back in part, say a tenth of it, 64
// records miss every one in one case of 800.
const TraceSize = 64

type traceRow struct {
	bun.BaseModel `bun:"table:traces"`
	Plan          string `bun:",pk"`
	Step          string `bun:",pk"`
	Dataset       string
	Whole         bool
	At            time.Time
	Members       []byte
}

// SaveTrace keeps the trace of a step in place of the one before, and drops those of before the
// instant since, which no backup can make needed.
func (s *State) SaveTrace(ctx context.Context, t Trace, since time.Time) error {
	t.Members = slices.Clone(t.Members[:min(len(t.Members), TraceSize)])
	row := traceRow{Plan: t.Plan, Step: t.Step, Dataset: t.Dataset, Whole: t.Whole, At: t.At.UTC(), Members: packSet(t.Members)}
	return s.write(ctx, "keep the trace of a step", func(tx bun.Tx) error {
		_, err1 := tx.NewInsert().Model(&row).On("CONFLICT (plan, step) DO UPDATE").Exec(ctx)
		_, err2 := tx.NewDelete().Model((*traceRow)(nil)).Where("at < ?", since.UTC()).Exec(ctx)
		return errors.Join(err1, err2)
	})
}

// Traces returns the traces of a dataset, in no particular order.
func (s *State) Traces(ctx context.Context, dataset string) ([]Trace, error) {
	var rows []traceRow
	if err := s.db.NewSelect().Model(&rows).Where("dataset = ?", dataset).Scan(ctx); err != nil {
		return nil, explain("read the traces", err)
	}
	var out []Trace
	for _, r := range rows {
		members, err := unpackSet(Set{}, r.Members)
		if err != nil {
			return nil, explain("read the traces", err)
		}
		out = append(out, Trace{r.Plan, r.Step, r.Dataset, r.Whole, r.At.UTC(), members})
	}
	return out, nil
}

// DropTrace forgets the trace of a step: what it says went came back, and that is known.
func (s *State) DropTrace(ctx context.Context, t Trace) error {
	_, err := s.db.NewDelete().Model(&traceRow{Plan: t.Plan, Step: t.Step}).WherePK().Exec(ctx)
	return explain("drop the trace of a step", err)
}
