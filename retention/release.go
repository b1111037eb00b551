package retention

import (
	"errors"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Release is what a person's request does to claims: those of the purposes it names on the
// records it names have ended, whatever their terms (articles 17(1), 21 and 7(3) GDPR). It
// never ends a floor. Data that no purpose claims, or that are past every floor and under no
// ceiling, are due with it: nothing holds them against the person's wish.
type Release struct {
	Dataset string
	Keys    []store.Key
	// Every is true for every record of the dataset, whatever Keys are: for a plan that is
	// narrowed to some of them by Planner.Only.
	Every bool
	// Purposes are those whose claims end.
	Purposes []policy.PurposeID
	// Day is the day it was decided.
	Day policy.Date
	// Narrow is true where nothing but those claims ends: who takes one consent back asks for
	// no erasure of what nobody claims.
	Narrow bool
	// Silent is true where only a claim that is due to be asked about ends: the question was
	// put, and the answer was no or none.
	Silent bool
}

// frees reports whether the release ends a claim.
func (r Release) frees(dataset string, cl register.Claim) bool {
	return r.Dataset == dataset && !cl.Rule.Keep.AtLeast && slices.Contains(r.Purposes, cl.Purpose.ID)
}

// names holds for the records that the release is about.
func (r Release) names(ds *register.BoundDataset) store.Pred {
	if r.Every {
		return store.True()
	}
	return store.KeyIn(ds.Table.Key, r.Keys)
}

// freed holds for the records on which a claim was ended by request, or, where silent is
// true, by an answer to a question about its term.
func (c compiler) freed(cl register.Claim, silent bool) store.Pred {
	out := store.False()
	for _, r := range c.releases {
		if r.Silent == silent && r.frees(c.ds.Name, cl) {
			out = store.Or(out, r.names(c.ds))
		}
	}
	return out
}

// asked holds for the records that some request is about.
func (c compiler) asked() store.Pred {
	out := store.False()
	for _, r := range c.releases {
		if r.Dataset == c.ds.Name && !r.Narrow {
			out = store.Or(out, r.names(c.ds))
		}
	}
	return out
}

// release ends the claim on the rows where p holds.
func (s Split) release(p store.Pred) Split {
	if p.Op == store.OpFalse {
		return s
	}
	out, kept := s, store.Not(p)
	out.Ended = store.Or(s.Ended, store.And(p, store.Or(s.Active, s.Waiting, s.AskDue, s.Archived, s.Unknown)))
	for _, to := range []*store.Pred{&out.Active, &out.Waiting, &out.AskDue, &out.Archived, &out.Unknown} {
		*to = store.And(*to, kept)
	}
	return out.simple()
}

// silence ends the claim on the rows where p holds and that are due to be asked about.
func (s Split) silence(p store.Pred) Split {
	if p.Op == store.OpFalse {
		return s
	}
	s.Ended, s.AskDue = store.Or(s.Ended, store.And(p, s.AskDue)), store.And(s.AskDue, store.Not(p))
	return s.simple()
}

// release makes due what nothing holds against the wish of who asks.
func (g Group) release(p store.Pred) Group {
	if p.Op == store.OpFalse {
		return g
	}
	g.Due = store.Simplify(store.Or(g.Due, store.And(p, store.Or(g.Question, g.Unjustified))))
	g.Question = store.Simplify(store.And(g.Question, store.Not(p)))
	g.Unjustified = store.Simplify(store.And(g.Unjustified, store.Not(p)))
	return g
}

// released returns the release that names the record and, where cl is not nil, ends the claim.
func (in Interpreter) released(ds *register.BoundDataset, r Record, cl *register.Claim) (Release, bool) {
	key, _ := values(r.Row, ds.Table.Key)
	for _, x := range in.Releases {
		named := x.Dataset == ds.Name && (x.Every || slices.ContainsFunc(x.Keys, func(k store.Key) bool { return slices.EqualFunc(k, key, equal) }))
		if named && (cl == nil && !x.Narrow || cl != nil && x.frees(ds.Name, *cl)) {
			return x, true
		}
	}
	return Release{}, false
}

// release ends the claim where a request does.
func (in Interpreter) release(ds *register.BoundDataset, cl register.Claim, r Record, v *Verdict) {
	x, ok := in.released(ds, r, &cl)
	ends := []State{Active, Waiting, AskDue, Archived, Unknown}
	if x.Silent {
		ends = []State{AskDue}
	}
	if ok && slices.Contains(ends, v.State) {
		v.State, v.Until, v.Moves = Ended, x.Day, policy.Date{}
	}
}

// Freed holds for the records of a dataset on which the planner's releases make some group due
// that is not due on the day without them.
func (p Planner) Freed(name string) (store.Pred, error) {
	ds, ok := p.Bound.Dataset(name)
	if !ok || len(ds.Table.Key) == 0 {
		return store.False(), nil
	}
	c := newCompiler(p.Bound, &ds, p.Today)
	without, err1 := compileDataset(&ds, c)
	c = newCompiler(p.Bound, &ds, p.Today)
	c.releases = p.Releases
	with, err2 := compileDataset(&ds, c)
	if err := errors.Join(err1, err2); err != nil {
		return store.False(), err
	}
	var any []store.Pred
	for i, g := range with.Groups {
		any = append(any, store.And(g.Due, store.Not(without.Groups[i].Due)))
	}
	return store.Simplify(store.Or(any...)), nil
}

// narrow keeps of a dataset's drafts, in the plan of a request, what erases, on the records it
// is about. A claim that the request ends has no cutoff.
func (p Planner) narrow(d Dataset, drafts []draft) []draft {
	if p.Only == nil {
		return drafts
	}
	only := store.KeyIn(d.Bound.Table.Key, p.Only[d.Bound.Name])
	var out []draft
	for _, dr := range drafts {
		if only.Op == store.OpFalse || dr.stp.Action == policy.ToArchive || dr.stp.Action == policy.AskAgain {
			continue
		}
		if !dr.stp.WholeRow && len(dr.stp.Work.Set) == 0 {
			continue // nothing says what its columns are set to: it stays, and is told so
		}
		dr.where, dr.undetermined = store.And(only, dr.where), store.And(only, dr.undetermined)
		for i, r := range dr.reasons {
			if slices.ContainsFunc(p.Releases, func(x Release) bool { return slices.Contains(x.Purposes, r.Purpose) }) {
				dr.reasons[i].Cutoff = policy.Date{}
			}
		}
		out = append(out, dr)
	}
	return out
}
