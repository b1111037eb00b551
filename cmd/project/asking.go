package project

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// askingSet returns the records of a group that are in the asking state, and the key they
// are digested with; nil when none ever was.
func (p *Project) askingSet(ctx context.Context, dataset string, g policy.Category) (db.Set, []byte, error) {
	set, err := p.State.Set(ctx, askingPlan, dataset+"/"+string(g))
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	ds, ok := p.Bound.Dataset(dataset)
	if !ok {
		return nil, nil, nil
	}
	k, err := p.setKey(ctx, plan.Step{Store: ds.Store, Dataset: dataset}, time.Time{})
	return set, k, err
}

// PutAsking puts the due records of the plan's asking steps in the asking state. They are
// listed until an answer, or silence through the window, shows in the stores.
func (p *Project) PutAsking(ctx context.Context, pl plan.Plan, now time.Time) error {
	for _, s := range pl.Steps {
		if s.Action != policy.AskAgain || s.Due == 0 {
			continue
		}
		members, err := p.members(ctx, s, now)
		if err != nil {
			return err
		}
		if err := p.State.SaveSet(ctx, askingPlan, s.Dataset+"/"+string(s.Groups[0]), slices.Compact(members)); err != nil {
			return err
		}
	}
	return nil
}
