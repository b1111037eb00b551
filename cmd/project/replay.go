package project

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Genuine returns an error that wraps apply.ErrRestored when a store lacks its last receipt
// that was entered: it came back from a backup, with rows that were erased since. Nothing
// but a replay may be done then.
func (p *Project) Genuine(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(p.stores)) {
		last, seq, err := p.receipts(ctx, name)
		if err != nil {
			return err
		}
		if seq < last {
			return fmt.Errorf("store %s has %d receipts of %d: %w", name, seq, last, apply.ErrRestored)
		}
	}
	return nil
}

// Restored reports whether a store that answers lacks its last receipt that was entered: it
// came back from a backup, and a replay is due.
func (p *Project) Restored(ctx context.Context, name string) (bool, error) {
	last, seq, err := p.receipts(ctx, name)
	return seq < last, err
}

// receipts returns the sequence of the last receipt entered of a store, and that of the last
// one the store has up to it.
func (p *Project) receipts(ctx context.Context, name string) (last, seq int64, err error) {
	last, err = p.State.LastReceipt(ctx, name)
	if err != nil || last == 0 {
		return last, last, err
	}
	a, ok := p.stores[name].(store.Actor)
	if !ok {
		return last, last, nil
	}
	// The last one is there as a rule; only where it is not, the others are looked through.
	for _, after := range []int64{last - 1, 0} {
		err = a.Receipts(ctx, after, func(r store.Receipt) bool {
			seq = max(seq, r.Seq)
			return seq < last
		})
		if err != nil || seq >= last {
			break
		}
	}
	return last, min(seq, last), err
}

// Replay does again, on a store that was restored from a backup, what the promises required:
// the rows that came back are due again by their own dates, holds included. It needs no new
// approval where the rule had one and ran; a rule that never ran is left for an ordinary
// plan. What it does is entered in the ledger as a replay.
func (p *Project) Replay(ctx context.Context, name string, r Run) (plan.Plan, apply.Report, error) {
	if _, ok := p.stores[name]; !ok {
		return plan.Plan{}, apply.Report{}, fmt.Errorf("store %s: %w", name, store.ErrUnreachable)
	}
	now := r.Clock()
	last, seq, err := p.receipts(ctx, name)
	if err == nil && seq < last {
		err = p.State.Rewind(ctx, name, seq, now)
	}
	if err != nil {
		return plan.Plan{}, apply.Report{}, err
	}
	pl, err := p.replayPlan(ctx, name, now)
	if err != nil {
		return pl, apply.Report{}, err
	}
	rep := apply.Report{Plan: pl.Digest(), AsOf: pl.AsOf}
	if len(pl.Pending()) > 0 {
		if rep, err = p.Apply(ctx, pl, r); err != nil {
			return pl, rep, err
		}
	}
	err = p.replayRequests(ctx, name, r, &rep)
	if err == nil {
		err = p.ShowRestrictions(ctx, now)
	}
	return pl, rep, err
}

// replayRequests does again on a restored store what people asked and was done: they need not
// ask twice. Its steps are added to the report.
func (p *Project) replayRequests(ctx context.Context, name string, r Run, rep *apply.Report) error {
	cases, err := p.State.Cases(ctx)
	if err != nil {
		return err
	}
	for _, c := range cases {
		if c.Erasing == nil || c.Erasing.Done.IsZero() {
			continue
		}
		now := r.Clock()
		pl, err := p.erasePlan(ctx, c, p.Today(now))
		if err != nil {
			return err
		}
		pl.Steps = slices.DeleteFunc(pl.Steps, func(s plan.Step) bool { return s.Store != name || s.Due == 0 })
		if len(pl.Steps) == 0 {
			continue
		}
		pl = plan.Finish(pl.ForRequest(c.ID, "replay "+name+" "+now.UTC().Format(time.RFC3339Nano)))
		more, err := p.carryOut(ctx, pl, replayer, r)
		rep.Steps = append(rep.Steps, more.Steps...)
		if err != nil {
			return err
		}
	}
	return nil
}

// replayPlan is today's plan of one store, kept and approved as far as its rules ran before.
func (p *Project) replayPlan(ctx context.Context, name string, now time.Time) (plan.Plan, error) {
	pl, err := p.plan(ctx, p.Today(now), nil)
	if err != nil {
		return pl, err
	}
	if err := p.forgive(ctx, p.cameBack(ctx, pl, name), now); err != nil {
		return pl, err
	}
	var steps []plan.Step
	for _, s := range pl.Steps {
		ran, err := p.allRan(ctx, s)
		if err != nil {
			return pl, err
		}
		if s.Store == name && s.Due > 0 && s.Action != policy.AskAgain && ran {
			steps = append(steps, s)
		}
	}
	pl.Steps, pl.Occasion = steps, "replay "+name+" "+now.UTC().Format(time.RFC3339Nano)
	if pl, err = p.Keep(ctx, plan.Finish(pl), now); err != nil {
		return pl, err
	}
	for _, s := range pl.Pending() {
		// The rule was approved when it first ran; doing it again is part of that.
		if err := p.note(ctx, pl, s, Consent{By: replayer, At: now}); err != nil {
			return pl, err
		}
	}
	return pl, nil
}

// allRan reports whether every rule of the step was carried out before.
func (p *Project) allRan(ctx context.Context, s plan.Step) (bool, error) {
	var errs error
	all := true
	for _, id := range s.Rules() {
		ran, err := p.State.RuleRan(ctx, id)
		errs, all = errors.Join(errs, err), all && ran
	}
	return all, errs
}
