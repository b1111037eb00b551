package retention

import (
	"context"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// ErrNoRecord says that no record has the key.
var ErrNoRecord = errors.New("no such record")

// Why is the answer to "why is this record still here?".
type Why struct {
	// Record names it as DATASET KEY, as the reader wrote it.
	Record string     `json:"record"`
	Groups []WhyGroup `json:"groups"`
	Holds  []WhyHold  `json:"holds"`
}

// WhyGroup explains one field group.
type WhyGroup struct {
	Group  policy.Category `json:"group"`
	Fields []string        `json:"fields"`
	// State is a GroupState, or "held", or "archived" for what was moved to the archive.
	State  string      `json:"state"`
	Until  policy.Date `json:"until"`
	Claims []WhyClaim  `json:"claims"`
}

// WhyClaim explains one claim on it.
type WhyClaim struct {
	Purpose policy.PurposeID `json:"purpose"`
	Title   string           `json:"title"`
	Rule    policy.RuleID    `json:"rule"`
	Basis   []policy.Basis   `json:"basis"`
	From    policy.Date      `json:"from"`
	Until   policy.Date      `json:"until"`
	Says    policy.Says      `json:"says"`
	State   State            `json:"state"`
}

// WhyHold names a hold on the record.
type WhyHold struct {
	ID     string      `json:"id"`
	Matter string      `json:"matter"`
	Owner  string      `json:"owner"`
	Review policy.Date `json:"review,omitzero"`
}

// Evaluator answers a predicate for a row in memory, with the rows of other tables at hand; the
// connector in memory has one.
type Evaluator func(p store.Pred, row map[string]any, related func(table string) []map[string]any) (bool, error)

// Why explains one record of a dataset: each group, its claims, their sentences and ends.
func (p Planner) Why(ctx context.Context, eval Evaluator, name string, key store.Key) (Why, error) {
	ds := dataset(p.Bound, name)
	if ds == nil {
		return Why{}, fmt.Errorf("no dataset is called %q", name)
	}
	driver, ok := p.Stores[ds.Store]
	if !ok {
		return Why{}, fmt.Errorf("store %s: %w", ds.Store, store.ErrUnreachable)
	}
	rec, err := Load(ctx, driver, ds, key)
	if err != nil {
		return Why{}, err
	}
	gs, err := Interpreter{Bound: p.Bound, Today: p.Today, Holds: eval, Releases: p.Releases}.Groups(ds, rec)
	if err != nil {
		return Why{}, err
	}
	w := Why{Groups: []WhyGroup{}, Holds: []WhyHold{}}
	if err := p.whyHolds(ctx, driver, ds, key, &w); err != nil {
		return Why{}, err
	}
	for _, g := range gs {
		w.Groups = append(w.Groups, explain(g, len(w.Holds) > 0))
	}
	return w, nil
}

func explain(g GroupVerdict, held bool) WhyGroup {
	out := WhyGroup{Group: g.Group.Category, Fields: g.Group.Columns, State: string(g.State), Until: g.Until, Claims: []WhyClaim{}}
	if held && g.State != GroupEmpty {
		out.State, out.Until = "held", policy.Date{}
	}
	for _, c := range g.Claims {
		out.Claims = append(out.Claims, WhyClaim{
			Purpose: c.Claim.Purpose.ID, Title: c.Claim.Purpose.Title, Rule: c.Claim.Rule.ID, Basis: c.Claim.Purpose.Basis,
			From: c.From, Until: c.Until, Says: said(c.Claim.Purpose, c.Claim.Rule), State: c.State,
		})
	}
	return out
}

// whyHolds asks the store, hold by hold, which cover the record.
func (p Planner) whyHolds(ctx context.Context, driver store.Driver, ds *register.BoundDataset, key store.Key, w *Why) error {
	for _, h := range p.Holds {
		held, err := Held(p.Bound, []Hold{h})
		if err != nil {
			return err
		}
		q := store.Query{Table: ds.Table, Columns: ds.Table.Key, Where: store.And(store.KeyIn(ds.Table.Key, []store.Key{key}), held[ds.Name]), Limit: 1}
		err = driver.Find(ctx, q, func(store.Row) bool {
			w.Holds = append(w.Holds, WhyHold{h.ID, h.Matter, h.Owner, h.Review})
			return false
		})
		if err != nil {
			return err
		}
	}
	return nil
}
