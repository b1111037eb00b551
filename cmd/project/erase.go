package project

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// Staying is a group of a record that an erasure leaves, with what holds it.
type Staying struct {
	Dataset string          `json:"dataset"`
	Record  string          `json:"record"`
	Group   policy.Category `json:"group"`
	// State is a retention.GroupState, held or archived; Until is the last day.
	State string               `json:"state"`
	Until policy.Date          `json:"until,omitzero"`
	For   []retention.WhyClaim `json:"for"`
}

// Shared is the state of a record that belongs to others too: it stays as it is, until a human
// has taken the person off it.
const Shared = "shared"

// erasing is the planner of what a case ends.
func (p *Project) erasing(ctx context.Context, c rights.Case, asOf policy.Date) (retention.Planner, error) {
	if c.Erasing == nil {
		return retention.Planner{}, fmt.Errorf("%s: %w", c.ID, rights.ErrUnplanned)
	}
	planner, err := p.Planner(ctx, asOf)
	if err != nil {
		return planner, err
	}
	planner.Releases, planner.Only, err = c.Erasing.Releases()
	return planner, err
}

// erasePlan computes what a case takes away, and nothing else. Each of its steps needs an
// approval: it is always a human who lets the data of a person go before their time.
func (p *Project) erasePlan(ctx context.Context, c rights.Case, asOf policy.Date) (plan.Plan, error) {
	planner, err := p.erasing(ctx, c, asOf)
	if err != nil {
		return plan.Plan{}, err
	}
	pl, err := planner.Plan(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	copies, err := p.copySteps(ctx, c, asOf)
	pl.Steps = append(pl.Steps, copies...)
	for i := range pl.Steps {
		if pl.Steps[i].Due > 0 {
			pl.Steps[i].Needs = []string{"request " + c.ID}
		}
	}
	return plan.Finish(pl.ForRequest(c.ID, "")), err
}

// PlanErasing computes and keeps the plan of a case and says what stays. The case's Erasing is
// what to plan; the copies in the archive that go with it are added to it.
func (p *Project) PlanErasing(ctx context.Context, c rights.Case, s rights.Signed) (plan.Plan, []Staying, error) {
	if err := p.Genuine(ctx); err != nil {
		return plan.Plan{}, nil, err
	}
	copies, err := p.copiesEnded(ctx, c, c.Erasing.AsOf)
	if err != nil {
		return plan.Plan{}, nil, err
	}
	c.Erasing.Copies = copies
	pl, err := p.erasePlan(ctx, c, c.Erasing.AsOf)
	if err != nil {
		return pl, nil, err
	}
	if pl, err = p.Keep(ctx, pl, s.Now); err != nil {
		return pl, nil, err
	}
	stays, err := p.Stays(ctx, c, p.Today(s.Now))
	return pl, stays, err
}

// Stays looks at each record of a case and lists the groups that its request leaves, with
// the purposes that hold them. A record that is gone is passed over.
func (p *Project) Stays(ctx context.Context, c rights.Case, today policy.Date) ([]Staying, error) {
	planner, err := p.erasing(ctx, c, today)
	if err != nil {
		return nil, err
	}
	v, err := p.OpenArchive(ctx, today)
	if err != nil {
		return nil, err
	}
	out := []Staying{}
	for _, r := range c.Erasing.Shared {
		out = append(out, Staying{Dataset: r.Dataset, Record: r.Name(), State: Shared, For: []retention.WhyClaim{}})
	}
	for _, r := range planner.Releases {
		for _, k := range r.Keys {
			w, err := planner.Why(ctx, mem.Eval, r.Dataset, k)
			if errors.Is(err, retention.ErrNoRecord) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if v != nil {
				if err := archived(ctx, v, r.Dataset, k, &w); err != nil {
					return nil, err
				}
			}
			out = append(out, staying(r.Dataset, k, withoutCopies(c, r.Dataset, k, w))...)
		}
	}
	return out, nil
}

// archived says of groups that are empty in the store that they are in the archive: they stay
// there until their end.
func archived(ctx context.Context, v *vault.Vault, dataset string, k store.Key, w *retention.Why) error {
	items, err := v.Has(ctx, dataset, k)
	for _, it := range items {
		for i, g := range w.Groups {
			if string(g.Group) == it.Group && g.State == string(retention.GroupEmpty) {
				w.Groups[i].State, w.Groups[i].Until = string(retention.Archived), it.Until
			}
		}
	}
	return err
}

// withoutCopies leaves out the archived groups that go with the case; a hold keeps them.
func withoutCopies(c rights.Case, dataset string, k store.Key, w retention.Why) retention.Why {
	goes := func(g retention.WhyGroup) bool {
		ref := rights.CopyRef{RecordRef: rights.RefOf(dataset, k), Group: g.Group}
		return g.State == string(retention.Archived) && slices.Contains(c.Erasing.Copies, ref)
	}
	if len(w.Holds) == 0 {
		w.Groups = slices.DeleteFunc(slices.Clone(w.Groups), goes)
	}
	return w
}

func staying(dataset string, k store.Key, w retention.Why) []Staying {
	var out []Staying
	for _, g := range w.Groups {
		if g.State == string(retention.GroupEmpty) || g.State == string(retention.GroupDue) {
			continue
		}
		s := Staying{Dataset: dataset, Record: rights.RecordName(k), Group: g.Group, State: g.State, Until: g.Until, For: []retention.WhyClaim{}}
		for _, cl := range g.Claims {
			if cl.State != retention.Absent && cl.State != retention.Ended {
				s.For = append(s.For, cl)
			}
		}
		out = append(out, s)
	}
	return out
}

// Erase approves the kept plan of a case in the name of by, carries it out, and looks whether
// anything of it is left to do: only then it is seen. Run again after a crash it goes on where
// it ended.
func (p *Project) Erase(ctx context.Context, c rights.Case, by string, r Run) (rep apply.Report, seen bool, err error) {
	if c.Erasing == nil {
		return rep, false, fmt.Errorf("%s: %w", c.ID, rights.ErrUnplanned)
	}
	pl, err := p.State.LoadPlan(ctx, c.Erasing.Plan)
	if err != nil {
		return rep, false, err
	}
	rep, err = p.carryOut(ctx, pl, by, r)
	if err != nil || !rep.Complete() {
		return rep, false, err
	}
	left, err := p.erasePlan(ctx, c, p.Today(r.Clock()))
	if err != nil || left.Totals.Due > 0 {
		return rep, false, err
	}
	more, err := p.appeared(ctx, c)
	return rep, err == nil && !more, err
}

// appeared reports whether a fresh search finds records of the person that the plan did not
// know: what a trigger copied while the others went, or what came since.
func (p *Project) appeared(ctx context.Context, c rights.Case) (bool, error) {
	want, err := c.Wanted()
	if errors.Is(err, rights.ErrIdentity) {
		return false, nil // the case has forgotten whom it was about
	}
	if err != nil {
		return false, err
	}
	found, err := p.Seeker().Find(ctx, want)
	return slices.ContainsFunc(found.Erases(), func(r rights.RecordRef) bool { return !slices.Contains(c.Erasing.Records, r) }), err
}

// carryOut keeps, approves and applies a plan made for a request.
func (p *Project) carryOut(ctx context.Context, pl plan.Plan, by string, r Run) (apply.Report, error) {
	now := r.Clock()
	if pl.Seal == "" {
		kept, err := p.Keep(ctx, pl, now)
		if err != nil {
			return apply.Report{}, err
		}
		pl = kept
	}
	for _, s := range pl.Pending() {
		err := p.approved(ctx, pl.Digest(), s)
		if errors.Is(err, plan.ErrNotApproved) && by == replayer {
			err = p.note(ctx, pl, s, Consent{By: by, At: now}) // it was approved when the person asked
		} else if errors.Is(err, plan.ErrNotApproved) {
			err = p.Approve(ctx, pl, s, Consent{By: by, Reason: pl.Request(), At: now})
		}
		if err != nil {
			return apply.Report{}, err
		}
	}
	if len(pl.Pending()) == 0 {
		return apply.Report{Plan: pl.Digest(), AsOf: pl.AsOf}, nil
	}
	return p.Apply(ctx, pl, r)
}
