package project

import (
	"cmp"
	"context"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Question is a question of re-permission that is due: may this person's data stay for the
// purpose beyond their term?
type Question struct {
	Dataset string
	Purpose policy.Purpose
	// Person has the address to write to; it is empty where Not says why nobody is asked.
	Person consent.Identifier
	// Term is the last day of the term that ends, Last the last day to answer.
	Term, Last policy.Date
	// Language is the one in which the person last agreed or refused; the policy's where none is on
	// file.
	Language string
	Not      NotAsked
}

// NotAsked says why a person is not asked; the data then stay due to ask.
type NotAsked string

// The reasons. Refused is of who objected, withdrew, is dead, or whose data are restricted or
// quarantined; OfSeveral of an address that rows of several people bear.
const (
	NoAddress NotAsked = "no_address"
	Refused   NotAsked = "refused"
	OfSeveral NotAsked = "shared"
)

// Questions lists the questions to put today: of terms that end within a period from now, or
// have ended, and about which nobody was asked yet. The stores must be open.
func (p *Project) Questions(ctx context.Context, today policy.Date, within policy.Period) ([]Question, error) {
	planner, err := p.Planner(ctx, today.Add(within))
	if err != nil {
		return nil, err
	}
	sets, err := retention.Compile(&p.Bound, planner.Today)
	if err != nil {
		return nil, err
	}
	x, err := p.refusals(ctx, planner.Today)
	if err != nil {
		return nil, err
	}
	var out []Question
	for i := range sets {
		ds := sets[i].Bound
		if len(permissions(ds)) == 0 {
			continue
		}
		var due []store.Pred
		for _, g := range sets[i].Groups {
			due = append(due, g.AskDue)
		}
		rows, err := x.scan(ctx, ds, store.Or(due...))
		if err != nil {
			return nil, err
		}
		if err := x.questions(ctx, planner, ds, rows, today, &out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (x *refusals) questions(ctx context.Context, planner retention.Planner, ds *register.BoundDataset, rows []refusedRow, today policy.Date, out *[]Question) error {
	rules := permissions(ds)
	for some := range slices.Chunk(rows, 1000) {
		shared := make([]bool, len(some))
		for i, row := range some {
			shared[i] = slices.ContainsFunc(row.refs, func(r consent.Ref) bool { return x.shared[r] })
		}
		facts, err := x.facts(ctx, some)
		if err != nil {
			return err
		}
		for i, row := range some {
			terms, err := x.terms(ctx, planner, ds, row.key)
			if err != nil {
				return err
			}
			seen := map[policy.PurposeID]bool{}
			for _, t := range terms {
				end, stands := facts[i].Permitted(t.Purpose, t.Until, rules[t.Rule].Keep.Period, planner.Today, x.Config.Zone)
				if seen[t.Purpose] || stands != consent.ToAsk {
					continue
				}
				seen[t.Purpose] = true
				q := Question{Dataset: ds.Name, Language: cmp.Or(row.language, x.Policy.Language), Term: end, Last: today.Add(rules[t.Rule].Ask.Window)}
				if end.After(q.Last) {
					q.Last = end
				}
				if err := x.whom(&q, t.Purpose, row, facts[i], shared[i]); err != nil {
					return err
				}
				*out = append(*out, q)
			}
		}
	}
	return nil
}

// whom says who is to be asked a question, or why nobody is.
func (x *refusals) whom(q *Question, id policy.PurposeID, row refusedRow, f consent.Facts, shared bool) error {
	i := slices.IndexFunc(x.Policy.Purposes, func(p policy.Purpose) bool { return p.ID == id })
	q.Purpose = x.Policy.Purposes[i]
	use, err := x.Uses.Purpose(x.Policy, id)
	if err != nil {
		return err
	}
	_, refused := f.Refused(use, x.Uses.Uses[id].Channels)
	to := slices.IndexFunc(row.who, func(i consent.Identifier) bool { return i.Kind == consent.ByEmail })
	switch {
	case refused, f.Objects(), f.Deceased, f.Restricted, f.Quarantined:
		q.Not = Refused
	case shared:
		q.Not = OfSeveral
	case to < 0:
		q.Not = NoAddress
	default:
		q.Person = row.who[to]
	}
	return nil
}
