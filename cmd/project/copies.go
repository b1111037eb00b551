package project

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// copiesEnded lists the copies in the archive on which a case ends every claim, so that they go
// before their own end. It is decided while the records are there, and kept in the case: once a
// record is gone nothing says any more what holds its copies.
func (p *Project) copiesEnded(ctx context.Context, c rights.Case, today policy.Date) ([]rights.CopyRef, error) {
	v, err := p.OpenArchive(ctx, today)
	if v == nil || err != nil {
		return nil, err
	}
	planner, err := p.erasing(ctx, c, today)
	if err != nil {
		return nil, err
	}
	var out []rights.CopyRef
	for _, r := range planner.Releases {
		for _, k := range r.Keys {
			groups, err := endedCopies(ctx, planner, v, r.Dataset, k)
			if err != nil {
				return nil, err
			}
			for _, g := range groups {
				out = append(out, rights.CopyRef{RecordRef: rights.RefOf(r.Dataset, k), Group: g})
			}
		}
	}
	return out, nil
}

// endedCopies returns the archived groups of a record that no claim holds any more.
func endedCopies(ctx context.Context, planner retention.Planner, v *vault.Vault, dataset string, k store.Key) (out []policy.Category, err error) {
	items, err := v.Has(ctx, dataset, k)
	if len(items) == 0 || err != nil {
		return nil, err
	}
	planner.Holds = nil // a hold stops the deed, and is counted there
	w, err := planner.Why(ctx, mem.Eval, dataset, k)
	if errors.Is(err, retention.ErrNoRecord) {
		return nil, nil
	}
	for _, g := range w.Groups {
		there := slices.ContainsFunc(items, func(i vault.Item) bool { return i.Group == string(g.Group) })
		if there && !slices.ContainsFunc(g.Claims, stillHolds) {
			out = append(out, g.Group)
		}
	}
	return out, err
}

// stillHolds reports whether a claim holds what it is on, or may.
func stillHolds(c retention.WhyClaim) bool {
	return !slices.Contains([]retention.State{retention.Absent, retention.Ended, retention.Settled}, c.State)
}

// copySteps are the steps that take the copies of a case out of the archive, those that are
// there still.
func (p *Project) copySteps(ctx context.Context, c rights.Case, today policy.Date) ([]plan.Step, error) {
	if c.Erasing == nil || len(c.Erasing.Copies) == 0 {
		return nil, nil
	}
	v, err := p.OpenArchive(ctx, today)
	if v == nil || err != nil {
		return nil, err
	}
	var out []plan.Step
	for _, ref := range c.Erasing.Copies {
		there, held, err := p.copyThere(ctx, v, ref)
		if err != nil {
			return nil, err
		}
		if there == 0 {
			continue
		}
		s := archiveStep(ref.Dataset, ref.Group)
		i := slices.IndexFunc(out, func(o plan.Step) bool { return o.ID == s.ID })
		if i < 0 {
			s.Because = p.endedBecause(c, s)
			i, out = len(out), append(out, s)
		}
		out[i].Rows++
		out[i].Held += held
		out[i].Due += there - held
	}
	return out, nil
}

// copyThere counts a copy, and whether a hold stops it.
func (p *Project) copyThere(ctx context.Context, v *vault.Vault, ref rights.CopyRef) (there, held int64, err error) {
	k, err := ref.Decode()
	if err != nil {
		return 0, 0, err
	}
	items, err := v.Has(ctx, ref.Dataset, k)
	if err != nil || !slices.ContainsFunc(items, func(i vault.Item) bool { return i.Group == string(ref.Group) }) {
		return 0, 0, err
	}
	all, keys, err := p.heldKeys(ctx, ref.Dataset)
	if all || slices.ContainsFunc(keys, func(h store.Key) bool { return rights.RefOf(ref.Dataset, h) == ref.RecordRef }) {
		held = 1
	}
	return 1, held, err
}

// endedBecause names the rules that archived the group and that the request ends.
func (p *Project) endedBecause(c rights.Case, s plan.Step) []plan.Reason {
	ends := func(r plan.Reason) bool {
		return slices.ContainsFunc(c.Erasing.Endings, func(e rights.Ending) bool { return e.Purpose == r.Purpose && e.Ends })
	}
	return slices.DeleteFunc(p.archivedBecause(s), func(r plan.Reason) bool { return !ends(r) })
}

// releaseCopies carries out a step on the copies of a case and enters its receipt.
func (p *Project) releaseCopies(ctx context.Context, pl plan.Plan, s plan.Step, now time.Time) (apply.StepReport, error) {
	rep := apply.StepReport{Step: s.ID, Dataset: s.Dataset, Store: s.Store, Action: s.Action, State: apply.Done, Due: s.Due}
	c, err := p.State.Case(ctx, pl.Request())
	if err != nil {
		return rep, err
	}
	var keys []store.Key
	for _, ref := range c.Erasing.Copies {
		if archiveStep(ref.Dataset, ref.Group).ID != s.ID {
			continue
		}
		k, err := ref.Decode()
		if err != nil {
			return rep, err
		}
		keys = append(keys, k)
	}
	v, err := p.OpenArchive(ctx, pl.AsOf)
	if err != nil {
		return rep, err
	}
	gate, err := p.archiveGate(ctx, pl.AsOf, now)
	if err != nil {
		return rep, err
	}
	r, err := v.Release(ctx, vault.Release{Purge: gate, Dataset: s.Dataset, Group: string(s.Groups[0]), Keys: keys, Plan: pl.Digest(), Step: s.ID})
	if rep.Done = r.Rows; r.Rows > 0 {
		rep.Batches = 1
	}
	if err != nil {
		return rep, err
	}
	return rep, p.enterArchive(ctx, v)
}
