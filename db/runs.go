package db

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Run is one execution of a plan.
type Run struct {
	ID       string    `json:"id"`
	Plan     string    `json:"plan"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	// Outcome is one word; empty while the run is under way, and for one that died.
	Outcome string `json:"outcome,omitempty"`
}

type runRow struct {
	bun.BaseModel `bun:"table:runs"`
	ID            int64 `bun:",pk,autoincrement"`
	Plan          string
	Started       time.Time
	Finished      bun.NullTime
	Outcome       string
}

func (r runRow) run() Run {
	out := Run{ID: "run-" + strconv.FormatInt(r.ID, 10), Plan: r.Plan, Started: r.Started.UTC(), Outcome: r.Outcome}
	if !r.Finished.IsZero() {
		out.Finished = r.Finished.UTC()
	}
	return out
}

// StartRun notes that the plan begins to be carried out.
func (s *State) StartRun(ctx context.Context, digest string, at time.Time) (Run, error) {
	row := runRow{Plan: digest, Started: at}
	err := s.write(ctx, "start the run", func(tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return row.run(), err
}

// FinishRun notes how the run ended, in one word such as done, partly or stopped, and
// enters it in the ledger.
func (s *State) FinishRun(ctx context.Context, r Run, outcome string, at time.Time) error {
	return s.write(ctx, "finish the run", func(tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*runRow)(nil)).Set("finished = ?, outcome = ?", at, outcome).
			Where("'run-' || id = ?", r.ID).Exec(ctx)
		if err != nil {
			return err
		}
		return s.enter(ctx, tx, ledger.Entry{Kind: ledger.Run, At: at, Ref: r.ID, Plan: r.Plan, Outcome: outcome})
	})
}

// Runs returns all runs, latest first.
func (s *State) Runs(ctx context.Context) ([]Run, error) {
	var rows []runRow
	if err := s.db.NewSelect().Model(&rows).Order("id DESC").Scan(ctx); err != nil {
		return nil, explain("read the runs", err)
	}
	var out []Run
	for _, r := range rows {
		out = append(out, r.run())
	}
	return out, nil
}

// FinishPlan notes that nothing of the plan is left to do and drops its approved sets and
// its cursors: no working copy outlives its use.
func (s *State) FinishPlan(ctx context.Context, digest string, at time.Time) error {
	err := s.write(ctx, "finish the plan", func(tx bun.Tx) error {
		_, err1 := tx.NewUpdate().Model((*planRow)(nil)).Set("finished = ?", at).Where("digest = ?", digest).Exec(ctx)
		_, err2 := tx.NewDelete().Model((*setRow)(nil)).Where("plan = ?", digest).Exec(ctx)
		_, err3 := tx.NewDelete().Model((*progressRow)(nil)).Where("plan = ?", digest).Exec(ctx)
		return errors.Join(err1, err2, err3)
	})
	if err == nil {
		s.tidy(ctx)
	}
	return err
}

type progressRow struct {
	bun.BaseModel `bun:"table:progress"`
	Plan          string `bun:",pk"`
	Step          string `bun:",pk"`
	Cursor        []byte
}

// SaveCursor notes the last key a step has dealt with, so that it can be resumed behind it.
func (s *State) SaveCursor(ctx context.Context, digest, step string, k store.Key) error {
	row := progressRow{Plan: digest, Step: step, Cursor: ledger.EncodeKey(k)}
	_, err := s.db.NewInsert().Model(&row).On("CONFLICT (plan, step) DO UPDATE").Exec(ctx)
	return explain("save the progress", err)
}

// Cursor returns the last key a step has dealt with; nil before the first.
func (s *State) Cursor(ctx context.Context, digest, step string) (store.Key, error) {
	row := progressRow{Plan: digest, Step: step}
	err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, explain("read the progress", err)
	}
	k, err := ledger.DecodeKey(row.Cursor)
	return k, explain("read the progress", err)
}

type ruleRow struct {
	bun.BaseModel `bun:"table:rules_ran"`
	Rule          policy.RuleID `bun:",pk"`
	At            time.Time
}

// RuleRan reports whether a step of the rule was ever carried out; the first time needs an
// approval.
func (s *State) RuleRan(ctx context.Context, rule policy.RuleID) (bool, error) {
	ok, err := s.db.NewSelect().Model(&ruleRow{Rule: rule}).WherePK().Exists(ctx)
	return ok, explain("look a rule up", err)
}

// MarkRan notes that steps of the rules were carried out.
func (s *State) MarkRan(ctx context.Context, at time.Time, rules ...policy.RuleID) error {
	return s.write(ctx, "note the rules that ran", func(tx bun.Tx) error {
		for _, rule := range rules {
			if _, err := tx.NewInsert().Model(&ruleRow{Rule: rule, At: at}).On("CONFLICT (rule) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
