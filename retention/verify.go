package retention

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Outcome is whether a promise is true in the stores now.
type Outcome string

// The outcomes. Kept: nothing is overdue and every record could be told. Broken: some record
// is overdue. Undetermined: nothing is known to be overdue, and some record cannot be told,
// or the text gives no term, or a store did not answer. Unbound: no dataset is bound to it.
// NotCheckable: paper or a third party carries it out, so no machine can look.
const (
	Kept         Outcome = "kept"
	Broken       Outcome = "broken"
	Undetermined Outcome = "undetermined"
	Unbound      Outcome = "unbound"
	NotCheckable Outcome = "not_checkable"
)

// Promise is the truth of one rule.
type Promise struct {
	ID      policy.RuleID    `json:"id"`
	Purpose policy.PurposeID `json:"purpose"`
	Title   string           `json:"title"`
	Says    policy.Says      `json:"says"`
	Verdict Outcome          `json:"verdict"`
	// Overdue counts records that nothing keeps and that this rule once claimed.
	Overdue int64 `json:"overdue"`
	// Oldest is the day since which the oldest of them is overdue; zero when none is.
	Oldest policy.Date `json:"oldest"`
	// Undetermined counts records this rule may claim that cannot be told.
	Undetermined int64 `json:"undetermined"`
	// Held counts records overdue but for a hold.
	Held int64 `json:"held"`
	// Where counts what is overdue or undetermined by dataset.
	Where []Place `json:"where,omitempty"`
}

// Place is a dataset's share of a promise.
type Place struct {
	Dataset      string `json:"dataset"`
	Store        string `json:"store"`
	Overdue      int64  `json:"overdue"`
	Undetermined int64  `json:"undetermined"`
}

// Gap is something no promise covers, or a promise nothing serves.
type Gap struct {
	Kind    string `json:"kind"` // unjustified, question, unbound, table
	Table   string `json:"table,omitempty"`
	Dataset string `json:"dataset,omitempty"`
	Group   string `json:"group,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	Rows    int64  `json:"rows,omitempty"`
}

// Verification is the answer to "is each promise true now?".
type Verification struct {
	AsOf        policy.Date `json:"as_of"`
	Promises    []Promise   `json:"promises"`
	Gaps        []Gap       `json:"gaps"`
	Unreachable []string    `json:"unreachable"`
}

// Green reports whether every bound promise is kept, with no gap and every store answering.
func (v Verification) Green() bool {
	for _, p := range v.Promises {
		if p.Verdict != Kept && p.Verdict != NotCheckable {
			return false
		}
	}
	return len(v.Gaps)+len(v.Unreachable) == 0
}

// Verify looks at the stores afresh; that a job ran proves nothing. A store that does not
// answer is listed and makes its promises undetermined.
func (p Planner) Verify(ctx context.Context) (Verification, error) {
	sets, held, err := p.compile()
	if err != nil {
		return Verification{}, err
	}
	v := Verification{AsOf: p.Today, Promises: promises(p.Policy), Gaps: []Gap{}, Unreachable: []string{}}
	for i, d := range sets {
		if p.Progress != nil {
			p.Progress(d.Bound.Name, i, len(sets))
		}
		err := p.look(ctx, d, held[d.Bound.Name], &v)
		switch {
		case errors.Is(err, store.ErrUnreachable):
			v.lost(d)
		case err != nil:
			return Verification{}, fmt.Errorf("verify %s: %w", d.Bound.Name, err)
		}
	}
	v.settle(p.Policy)
	return v, nil
}

// promises lists every rule of the policy, not looked at yet.
func promises(p policy.Policy) []Promise {
	var out []Promise
	for _, pu := range p.Purposes {
		for _, r := range pu.Rules {
			out = append(out, Promise{ID: r.ID, Purpose: pu.ID, Title: pu.Title, Says: said(pu, r), Verdict: Unbound})
		}
	}
	return out
}

// view is what a rule says of a dataset's records, over all groups it claims: a record counts
// once, however many of its groups are overdue.
type view struct {
	split              Split
	overdue, held, unk int
	overduePred        store.Pred
	unknownPred        store.Pred
}

func (p Planner) look(ctx context.Context, d Dataset, held store.Pred, v *Verification) error {
	var q tally
	views, gaps := views(d, held, &q)
	if len(q.preds) == 0 {
		return nil
	}
	driver, ok := p.Stores[d.Bound.Store]
	if !ok {
		return fmt.Errorf("store %s: %w", d.Bound.Store, store.ErrUnreachable)
	}
	n, err := driver.Count(ctx, d.Bound.Table, q.preds)
	if err != nil {
		return err
	}
	var broken []view
	for _, w := range views {
		v.judge(d, w, n)
		if n[w.overdue] > 0 && !p.Undated {
			broken = append(broken, w)
		}
	}
	since, err := p.oldest(ctx, driver, d, broken)
	if err != nil {
		return err
	}
	for i, w := range broken {
		if pr := v.promise(w.split.Claim.Rule.ID); pr.Oldest.IsZero() || since[i].Before(pr.Oldest) && !since[i].IsZero() {
			pr.Oldest = since[i]
		}
	}
	for _, g := range gaps {
		if g.Rows = n[g.Rows]; g.Rows > 0 {
			v.Gaps = append(v.Gaps, g)
		}
	}
	return nil
}

// views registers what must be counted of a dataset. A Gap's Rows is the place of its count
// until it is counted.
func views(d Dataset, held store.Pred, q *tally) (ws []view, gaps []Gap) {
	for _, g := range d.Groups {
		for _, s := range g.Claims {
			if checkable(s.Claim.Rule) {
				ws = seen(ws, g, s)
			}
		}
		for kind, p := range map[string]store.Pred{"unjustified": g.Unjustified, "question": g.Question} {
			if p.Op != store.OpFalse {
				gaps = append(gaps, Gap{Kind: kind, Dataset: d.Bound.Name, Group: string(g.Bound.Category), Rows: int64(q.add(p))})
			}
		}
	}
	for i := range ws {
		w := &ws[i]
		mine := w.overduePred
		w.overduePred = store.Simplify(store.And(mine, store.Not(held)))
		w.overdue, w.held = q.add(w.overduePred), q.add(store.And(mine, held))
		w.unk = q.add(w.unknownPred)
	}
	slices.SortFunc(gaps, func(a, b Gap) int { return int(a.Rows - b.Rows) })
	return ws, gaps
}

// seen adds what a claim on a group says to the view of its rule.
func seen(ws []view, g Group, s Split) []view {
	i := slices.IndexFunc(ws, func(w view) bool { return w.split.Claim.Rule.ID == s.Claim.Rule.ID })
	if i < 0 {
		i, ws = len(ws), append(ws, view{split: s})
	}
	over := store.Or(store.And(g.Due, s.Ended), store.And(g.ArchiveDue, s.Archived))
	ws[i].overduePred = store.Or(ws[i].overduePred, over)
	ws[i].unknownPred = store.Or(ws[i].unknownPred, store.And(g.Undetermined, s.Unknown))
	return ws
}

func checkable(r policy.Rule) bool { return r.By == "" && !r.Paper && !r.Keep.Operator }

// judge adds a claim's counts to its promise.
func (v *Verification) judge(d Dataset, w view, n []int64) {
	pr := v.promise(w.split.Claim.Rule.ID)
	if pr.Verdict == Unbound {
		pr.Verdict = Kept
	}
	pr.Overdue, pr.Held = pr.Overdue+n[w.overdue], pr.Held+n[w.held]
	pr.Undetermined += n[w.unk]
	pr.place(d.Bound, n[w.overdue], n[w.unk])
}

func (pr *Promise) place(ds *register.BoundDataset, overdue, undetermined int64) {
	if overdue+undetermined == 0 {
		return
	}
	for i := range pr.Where {
		if pr.Where[i].Dataset == ds.Name {
			pr.Where[i].Overdue += overdue
			pr.Where[i].Undetermined += undetermined
			return
		}
	}
	pr.Where = append(pr.Where, Place{ds.Name, ds.Store, overdue, undetermined})
}

func (v *Verification) promise(id policy.RuleID) *Promise {
	i := slices.IndexFunc(v.Promises, func(p Promise) bool { return p.ID == id })
	return &v.Promises[i]
}

// lost marks the promises of a dataset whose store did not answer.
func (v *Verification) lost(d Dataset) {
	if !slices.Contains(v.Unreachable, d.Bound.Store) {
		v.Unreachable = append(v.Unreachable, d.Bound.Store)
	}
	for _, g := range d.Groups {
		for _, s := range g.Claims {
			if pr := v.promise(s.Claim.Rule.ID); pr.Verdict != Broken {
				pr.Verdict = Undetermined
			}
		}
	}
}

// settle turns counts into outcomes and lists the promises nothing serves.
func (v *Verification) settle(p policy.Policy) {
	rules := map[policy.RuleID]policy.Rule{}
	for _, pu := range p.Purposes {
		for _, r := range pu.Rules {
			rules[r.ID] = r
		}
	}
	for i := range v.Promises {
		pr := &v.Promises[i]
		r := rules[pr.ID]
		switch {
		case r.By != "" || r.Paper:
			pr.Verdict = NotCheckable
		case r.Keep.Operator:
			pr.Verdict = Undetermined
		case pr.Overdue > 0:
			pr.Verdict = Broken
		case pr.Undetermined > 0:
			pr.Verdict = Undetermined
		case pr.Verdict == Unbound:
			v.Gaps = append(v.Gaps, Gap{Kind: "unbound", Purpose: string(pr.Purpose)})
		}
	}
	v.Gaps = slices.CompactFunc(v.Gaps, func(a, b Gap) bool { return a == b })
}
