package project

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	registerfile "github.com/garant-rgpd/garant/register/file"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Planner returns the planner for a day, with the holds in force.
func (p *Project) Planner(ctx context.Context, today policy.Date) (retention.Planner, error) {
	holds, _, err := p.State.Holds(ctx)
	if err != nil {
		return retention.Planner{}, err
	}
	return retention.Planner{
		Policy: p.Policy, Bound: &p.Bound, Stores: p.stores, Holds: holds, Today: today, Asked: p.asked,
		PolicyDigest: policyfile.Digest(p.Policy), BindingDigest: registerfile.Digest(p.Register),
		SchemaDigest: register.SchemaDigest(p.Schemas, p.Bound),
	}, nil
}

// Plan computes what the promises require on the day, with what must be approved. It refuses
// a store that was restored, or tables of it, with an error that wraps apply.ErrRestored.
func (p *Project) Plan(ctx context.Context, today policy.Date, progress func(string, int, int)) (plan.Plan, error) {
	if err := p.Genuine(ctx); err != nil {
		return plan.Plan{}, err
	}
	pl, err := p.plan(ctx, today, progress)
	if err == nil {
		err = p.cameBack(ctx, pl, "")
	}
	return pl, err
}

// plan is Plan also of a store that was restored.
func (p *Project) plan(ctx context.Context, today policy.Date, progress func(string, int, int)) (plan.Plan, error) {
	if err := p.Answered(); err != nil {
		return plan.Plan{}, err
	}
	planner, err := p.Planner(ctx, today)
	if err != nil {
		return plan.Plan{}, err
	}
	planner.Progress = progress
	x, err := p.refusals(ctx, today)
	if err != nil {
		return plan.Plan{}, err
	}
	people, err := x.look(ctx, planner)
	if err != nil {
		return plan.Plan{}, err
	}
	planner.Asked = people.asked(p.asked)
	out, err := planner.Plan(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	refused, err := x.refused(ctx, planner, people)
	if err != nil {
		return plan.Plan{}, err
	}
	over, err := p.expired(ctx, today)
	if err != nil {
		return plan.Plan{}, err
	}
	out.Steps = append(append(out.Steps, refused...), over...)
	return p.guard(ctx, plan.Finish(out))
}

// guard notes which steps need an approval by name and count.
func (p *Project) guard(ctx context.Context, pl plan.Plan) (plan.Plan, error) {
	var failed error
	ran := func(id policy.RuleID) bool {
		ok, err := p.State.RuleRan(ctx, id)
		if err != nil {
			failed = err
		}
		return ok
	}
	for i := range pl.Steps {
		pl.Steps[i].Needs = plan.Needs(pl.Steps[i], p.Config.Share, ran)
		if p.Config.Approval.Required && pl.Steps[i].Due > 0 && pl.Steps[i].Action != policy.AskAgain {
			pl.Steps[i].Needs = append(pl.Steps[i].Needs, "required")
		}
	}
	return pl, failed
}

// Keep seals the plan and keeps it in the state with the set of records each step was shown
// with: an approval authorises no other.
func (p *Project) Keep(ctx context.Context, pl plan.Plan, now time.Time) (plan.Plan, error) {
	pl, err := p.State.SavePlan(ctx, pl, now)
	if err != nil {
		return plan.Plan{}, err
	}
	for _, s := range pl.Pending() {
		if s.Store == vault.Store {
			continue // what is over in the archive is told by its own end, which no one moves
		}
		members, err := p.members(ctx, s, now)
		if err == nil {
			err = p.State.SaveSet(ctx, pl.Digest(), s.ID, members)
		}
		if err != nil {
			return plan.Plan{}, fmt.Errorf("keep the records of step %s: %w", s.ID, err)
		}
	}
	return pl, nil
}

// members returns the short keyed digests of the step's due records, ascending.
func (p *Project) members(ctx context.Context, s plan.Step, now time.Time) ([]uint64, error) {
	driver, ok := p.stores[s.Store]
	if !ok {
		return nil, fmt.Errorf("store %s: %w", s.Store, store.ErrUnreachable)
	}
	key, err := p.setKey(ctx, s, now)
	if err != nil {
		return nil, err
	}
	var out []uint64
	q := store.Query{Table: s.Work.Table, Columns: s.Work.Table.Key, Where: s.Work.Due()}
	err = driver.Find(ctx, q, func(r store.Row) bool {
		out = append(out, ledger.Short(ledger.Digest(key, store.Key(r))))
		return true
	})
	slices.Sort(out)
	return out, err
}

// Samples returns the keys of some records that a step of a kept plan was shown with, a few at
// most. There are none once the plan was carried out.
func (p *Project) Samples(ctx context.Context, digest string, s plan.Step, most int) ([]store.Key, error) {
	driver, ok := p.stores[s.Store]
	if !ok {
		return nil, fmt.Errorf("store %s: %w", s.Store, store.ErrUnreachable)
	}
	set, err := p.State.Set(ctx, digest, s.ID)
	if err != nil {
		return nil, err
	}
	key, err := p.setKey(ctx, s, time.Time{})
	if err != nil {
		return nil, err
	}
	var out []store.Key
	q := store.Query{Table: s.Work.Table, Columns: s.Work.Table.Key, Where: s.Work.Where}
	err = driver.Find(ctx, q, func(r store.Row) bool {
		if set.Has(ledger.Short(ledger.Digest(key, store.Key(r)))) { // a held record is none of them
			out = append(out, store.Key(slices.Clone(r)))
		}
		return len(out) < most
	})
	return out, err
}

// setKey is the key of a step's approved set: that of its store, made the dataset's own.
func (p *Project) setKey(ctx context.Context, s plan.Step, at time.Time) ([]byte, error) {
	key, err := p.State.DigestKey(ctx, s.Store, setYear, at)
	return ledger.DatasetKey(key, s.Dataset), err
}

// setYear names the key under which approved sets are digested: they outlive no plan, so one
// key, which is no year's, serves them all and is never the key of a receipt.
const setYear = 0

// askingPlan names the sets of records that are in the asking state: to whom the question of
// re-permission is to be put, or was.
const askingPlan = "asking"

// asked reports whether the record is in the asking state.
func (p *Project) asked(ctx context.Context, dataset string, g policy.Category, key store.Key) (bool, error) {
	set, k, err := p.askingSet(ctx, dataset, g)
	if err != nil || set == nil {
		return false, err
	}
	return set.Has(ledger.Short(ledger.Digest(k, key))), nil
}
