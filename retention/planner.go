package retention

import (
	"context"
	"fmt"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Planner computes what the promises require on one day, by counting in the stores.
type Planner struct {
	Policy policy.Policy
	Bound  *register.Bound
	// Stores are the open drivers by name; every store of the bound datasets must be there.
	Stores map[string]store.Driver
	Holds  []Hold
	// Digests go into the plan as they are.
	PolicyDigest, BindingDigest, SchemaDigest string
	Today                                     policy.Date
	// Releases are the claims that a request of a person ends, and Only the records it is
	// about, by dataset: the plan is of nothing else. Both are nil for the plan of a day.
	Releases []Release
	Only     map[string][]store.Key
	// Asked reports whether Garant has already put the record in the asking state; nil means
	// none is.
	Asked func(ctx context.Context, dataset string, group policy.Category, key store.Key) (bool, error)
	// Undated leaves out of a verification since when records are overdue, which takes most of
	// its time: Promise.Oldest is zero.
	Undated bool
	// Progress is called before each dataset is counted; nil is silence.
	Progress func(dataset string, n, of int)
}

// Plan counts every dataset once and returns the finished plan. A store that does not answer
// is an error that wraps store.ErrUnreachable: half a plan is no plan.
func (p Planner) Plan(ctx context.Context) (plan.Plan, error) {
	sets, held, err := p.compile()
	if err != nil {
		return plan.Plan{}, err
	}
	out := plan.Plan{AsOf: p.Today, PolicyDigest: p.PolicyDigest, BindingDigest: p.BindingDigest, SchemaDigest: p.SchemaDigest}
	for i, d := range sets {
		if p.Progress != nil {
			p.Progress(d.Bound.Name, i, len(sets))
		}
		steps, err := p.dataset(ctx, d, held[d.Bound.Name])
		if err != nil {
			return plan.Plan{}, fmt.Errorf("plan %s: %w", d.Bound.Name, err)
		}
		out.Steps = append(out.Steps, steps...)
	}
	return plan.Finish(out), nil
}

func (p Planner) compile() ([]Dataset, map[string]store.Pred, error) {
	sets, err := CompileReleased(p.Bound, p.Today, p.Releases)
	if err != nil {
		return nil, nil, err
	}
	held, err := Held(p.Bound, p.Holds)
	return sets, held, err
}

// dataset builds the steps of one dataset from one count.
func (p Planner) dataset(ctx context.Context, d Dataset, held store.Pred) ([]plan.Step, error) {
	drafts := p.narrow(d, p.drafts(d))
	if len(drafts) == 0 {
		return nil, nil
	}
	driver, ok := p.Stores[d.Bound.Store]
	if !ok {
		return nil, fmt.Errorf("store %s is not open: %w", d.Bound.Store, store.ErrUnreachable)
	}
	var q tally
	rows := q.add(store.True())
	for i := range drafts {
		drafts[i].ask(&q, held)
	}
	n, err := driver.Count(ctx, d.Bound.Table, q.preds)
	if err != nil {
		return nil, err
	}
	var steps []plan.Step
	for _, dr := range drafts {
		s := dr.step(n, held)
		s.Rows = n[rows]
		if s.Action == policy.AskAgain {
			if err := p.asking(ctx, driver, &s); err != nil {
				return nil, err
			}
		}
		if s.Due+s.Held+s.Undetermined+s.Asking > 0 {
			steps = append(steps, s)
		}
	}
	return steps, nil
}

// fieldsOnly holds for the rows where the group is due and the row must stay.
func (d Dataset) fieldsOnly(g Group) store.Pred {
	if d.WholeRow.Op == store.OpFalse {
		return g.Due
	}
	var others []store.Pred
	for _, o := range d.Groups {
		if o.Bound.Category != g.Bound.Category {
			others = append(others, store.Or(o.Due, o.Empty))
		}
	}
	return store.And(g.Due, store.Not(store.And(store.And(others...), store.Not(d.Forbidden))))
}

// tally collects the predicates of one count.
type tally struct{ preds []store.Pred }

func (t *tally) add(p store.Pred) int {
	t.preds = append(t.preds, p)
	return len(t.preds) - 1
}

// draft is a step before it is counted.
type draft struct {
	stp          plan.Step
	where        store.Pred
	undetermined store.Pred
	reasons      []reason

	due, held, unknown int
}

// reason counts the rows of a step that a rule once claimed.
type reason struct {
	plan.Reason
	ended store.Pred
	at    int
}

// ask registers what the draft needs counted. Holds are counted apart, so that the reader
// sees what they keep.
func (d *draft) ask(q *tally, held store.Pred) {
	free := store.Simplify(store.And(d.where, store.Not(held)))
	d.due, d.held, d.unknown = q.add(free), q.add(store.And(d.where, held)), q.add(d.undetermined)
	for i := range d.reasons {
		d.reasons[i].at = q.add(store.And(free, d.reasons[i].ended))
	}
}

func (d *draft) step(n []int64, held store.Pred) plan.Step {
	s := d.stp
	s.Work.Where, s.Work.Held = store.Simplify(d.where), held
	s.Due, s.Held, s.Undetermined = n[d.due], n[d.held], n[d.unknown]
	for _, r := range d.reasons {
		if n[r.at] > 0 {
			r.Due = n[r.at]
			s.Because = append(s.Because, r.Reason)
		}
	}
	return s
}

// drafts lists the steps a dataset may need: on whole rows, then by group to archive, blank
// and ask.
func (p Planner) drafts(d Dataset) []draft {
	if len(d.Bound.Table.Key) == 0 {
		return nil
	}
	var out []draft
	whole := d.WholeRow.Op != store.OpFalse
	if whole {
		out = append(out, p.wholeRow(d))
	}
	single := whole && len(d.Groups) == 1
	for _, g := range d.Groups {
		if len(g.Claims) == 0 && g.Due.Op == store.OpFalse {
			continue
		}
		if !single {
			fields := p.draft(d, g, g.Then, d.fieldsOnly(g))
			fields.undetermined = g.Undetermined
			out = append(out, fields)
		}
		if g.ArchiveDue.Op != store.OpFalse {
			out = append(out, p.draft(d, g, policy.ToArchive, g.ArchiveDue))
		}
		if g.AskDue.Op != store.OpFalse {
			out = append(out, p.draft(d, g, policy.AskAgain, g.AskDue))
		}
	}
	return out
}

// draft is a step on one group.
func (p Planner) draft(d Dataset, g Group, a policy.Action, where store.Pred) draft {
	groups := []policy.Category{g.Bound.Category}
	dr := draft{
		where: where,
		stp: plan.Step{
			ID:      plan.StepID(d.Bound.Name, a, groups, false),
			Dataset: d.Bound.Name, Store: d.Bound.Store, Action: a, Groups: groups,
			Work: plan.Work{Table: d.Bound.Table},
		},
	}
	switch a {
	case policy.ToArchive:
		dr.stp.Work.Set, dr.stp.Work.Copy = g.Bound.Blank, g.Bound.Columns
	case policy.Anonymise:
		dr.stp.Work.Set = g.Bound.Anonymise
	case policy.Erase:
		dr.stp.Work.Set = g.Bound.Blank
	}
	for _, s := range g.Claims {
		dr.because(s, s.over(a))
	}
	return dr
}

// over holds where the claim is one of those that make the action due.
func (s Split) over(a policy.Action) store.Pred {
	switch a {
	case policy.ToArchive:
		return s.Archived
	case policy.AskAgain:
		return s.AskDue
	}
	return s.Ended
}

// because adds a rule's reason, joining what several groups say of the same rule.
func (d *draft) because(s Split, ended store.Pred) {
	if ended.Op == store.OpFalse {
		return
	}
	r := s.Claim.Rule
	for i := range d.reasons {
		if d.reasons[i].Rule == r.ID {
			d.reasons[i].ended = store.Or(d.reasons[i].ended, ended)
			return
		}
	}
	d.reasons = append(d.reasons, reason{ended: ended, Reason: plan.Reason{
		Purpose: s.Claim.Purpose.ID, Rule: r.ID, Cutoff: s.Cutoff, Says: said(s.Claim.Purpose, r),
	}})
}

// said is the sentence of the rule, or of its purpose where the rule cites none.
func said(p policy.Purpose, r policy.Rule) policy.Says {
	if r.Says != "" {
		return r.Says
	}
	return p.Says
}

// wholeRow is the step that deletes the rows with nothing left to keep.
func (p Planner) wholeRow(d Dataset) draft {
	var groups []policy.Category
	var unknown []store.Pred
	dr := draft{where: d.WholeRow}
	var blank []store.Assign
	for _, g := range d.Groups {
		groups = append(groups, g.Bound.Category)
		unknown = append(unknown, g.Undetermined)
		blank = append(blank, g.Bound.Blank...)
		for _, s := range g.Claims {
			dr.because(s, store.And(g.Due, s.Ended))
		}
	}
	if len(d.Groups) == 1 {
		dr.undetermined = store.Or(unknown...)
	}
	dr.stp = plan.Step{
		ID:      plan.StepID(d.Bound.Name, policy.Erase, groups, true),
		Dataset: d.Bound.Name, Store: d.Bound.Store, Action: policy.Erase, WholeRow: true, Groups: groups,
		Work: plan.Work{Table: d.Bound.Table, Children: children(p.Bound, d.Bound, nil)},
	}
	if shells(dr.stp.Work.Children) {
		dr.stp.Work.Set = blank
	}
	return dr
}

// children says what the deletion of a row does along its links.
func children(b *register.Bound, ds *register.BoundDataset, seen []string) []plan.Child {
	var out []plan.Child
	seen = append(seen, ds.Name)
	for _, l := range ds.Links {
		c := plan.Child{Dataset: l.Dataset, Link: store.Link{Table: l.Table}}
		for _, p := range l.On {
			c.Link.Columns, c.Link.To = append(c.Link.Columns, p.Child), append(c.Link.To, p.Parent)
		}
		switch {
		case l.Kind == register.PartOf:
			c.Do = plan.DeleteChild
			if child := dataset(b, l.Dataset); child != nil && !has(seen, l.Dataset) {
				c.Children = children(b, child, seen)
			}
		case l.Kind == register.RefersTo && l.Blankable:
			c.Do = plan.BlankLink
		case l.Kind == register.RefersTo:
			c.Do = plan.KeepShell
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

func shells(cs []plan.Child) bool {
	for _, c := range cs {
		if c.Do == plan.KeepShell || shells(c.Children) {
			return true
		}
	}
	return false
}

// asking takes out of what is due to ask the records that are in the asking state already.
func (p Planner) asking(ctx context.Context, driver store.Driver, s *plan.Step) error {
	if p.Asked == nil || s.Due == 0 {
		return nil
	}
	var failed error
	err := driver.Find(ctx, store.Query{Table: s.Work.Table, Columns: s.Work.Table.Key, Where: s.Work.Due()}, func(r store.Row) bool {
		put, err := p.Asked(ctx, s.Dataset, s.Groups[0], store.Key(r))
		if put {
			s.Due, s.Asking = s.Due-1, s.Asking+1
		}
		failed = err
		return err == nil
	})
	if err != nil {
		return err
	}
	return failed
}
