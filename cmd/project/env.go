package project

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Env returns what a run of the plan needs of the world.
func (p *Project) Env(pl plan.Plan, clock func() time.Time, archive apply.Archive) apply.Env {
	return apply.Env{
		Stores: stores{p}, Holds: holds{p}, Log: p.State, Sets: sets{p, pl, clock}, Progress: p.State, Keys: p.State,
		Archive: archive, Clock: clock, Sleep: sleep,
	}
}

// Store returns the open driver of a store, and whether it is open.
func (p *Project) Store(name string) (store.Driver, bool) {
	d, ok := p.stores[name]
	return d, ok
}

type stores struct{ p *Project }

// Store implements apply.Stores.
func (s stores) Store(_ context.Context, name string) (store.Driver, store.Actor, error) {
	d, ok := s.p.stores[name]
	if !ok {
		return nil, nil, fmt.Errorf("store %s: %w", name, store.ErrUnreachable)
	}
	a, ok := d.(store.Actor)
	if !ok {
		return nil, nil, fmt.Errorf("store %s cannot be acted on: %w", name, errors.ErrUnsupported)
	}
	return d, a, nil
}

type holds struct{ p *Project }

// Held implements apply.Holds.
func (h holds) Held(ctx context.Context, dataset string) (store.Pred, int64, error) {
	hs, epoch, err := h.p.State.Holds(ctx)
	if err != nil {
		return store.Pred{}, 0, err
	}
	held, err := retention.Held(&h.p.Bound, hs)
	return held[dataset], epoch, err
}

// Commit implements apply.Holds.
func (h holds) Commit(ctx context.Context, epoch int64, commit func() error) error {
	return h.p.State.Commit(ctx, epoch, commit)
}

type sets struct {
	p     *Project
	plan  plan.Plan
	clock func() time.Time
}

// Approved implements apply.Sets: the set is the one shown when the plan was kept, and a
// step that needs an approval has one of its dataset and count.
func (s sets) Approved(ctx context.Context, digest, step string) (apply.Set, error) {
	st, ok := s.plan.Step(step)
	if !ok {
		return nil, fmt.Errorf("step %s: %w", step, plan.ErrNotApproved)
	}
	if len(st.Needs) > 0 {
		if err := s.p.approved(ctx, digest, st); err != nil {
			return nil, err
		}
	}
	set, err := s.p.State.Set(ctx, digest, step)
	if err != nil {
		return nil, err
	}
	key, err := s.p.setKey(ctx, st, s.clock())
	return keyed{set, ledger.NewDigester(key)}, err
}

// approved returns an error that wraps plan.ErrNotApproved unless as many persons as the
// settings want approved the step with the count it shows. What is done again after a restore
// was approved when it was done first.
func (p *Project) approved(ctx context.Context, digest string, s plan.Step) error {
	as, err := p.State.Approvals(ctx, digest)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, a := range as {
		if a.Step == s.ID && a.Dataset == s.Dataset && a.Count == s.Due {
			names[a.By] = true
		}
	}
	if people := max(1, p.Config.Approval.People); len(names) < people && !names[replayer] {
		return fmt.Errorf("step %s on %d records, approved by %d of %d: %w", s.ID, s.Due, len(names), people, plan.ErrNotApproved)
	}
	return nil
}

type keyed struct {
	set    db.Set
	digest *ledger.Digester
}

// Has implements apply.Set.
func (k keyed) Has(key store.Key) bool { return k.set.Has(ledger.Short(k.digest.Digest(key))) }

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
