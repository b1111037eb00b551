package project

import (
	"context"
	"encoding/hex"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// permissions lists the rules of a dataset that end in a question which Garant itself puts:
// those of a dataset that binds no table of questions.
func permissions(ds *register.BoundDataset) map[policy.RuleID]policy.Rule {
	out := map[policy.RuleID]policy.Rule{}
	for _, g := range ds.Groups {
		for _, c := range g.Claims {
			if ds.Asks == nil && c.Rule.Then == policy.AskAgain {
				out[c.Rule.ID] = c.Rule
			}
		}
	}
	return out
}

// asked follows the questions that were put about a record: it returns the purposes whose
// question ended their claim, and notes the groups about which nothing is to be asked.
func (x *refusals) asked(ctx context.Context, planner retention.Planner, ds *register.BoundDataset, row refusedRow, f consent.Facts, put map[string]map[string]bool) ([]policy.PurposeID, error) {
	rules := permissions(ds)
	if len(f.Permissions) == 0 || len(rules) == 0 {
		return nil, nil
	}
	terms, err := x.terms(ctx, planner, ds, row.key)
	if err != nil {
		return nil, err
	}
	var over []policy.PurposeID
	for _, t := range terms {
		_, stands := f.Permitted(t.Purpose, t.Until, rules[t.Rule].Keep.Period, x.on, x.Config.Zone)
		switch {
		case stands == consent.Over && !slices.Contains(over, t.Purpose):
			over = append(over, t.Purpose)
		case stands == consent.Waiting, stands == consent.Running:
			place := ds.Name + "/" + string(t.group)
			if put[place] == nil {
				put[place] = map[string]bool{}
			}
			put[place][keyName(row.key)] = true
		}
	}
	slices.Sort(over)
	return over, nil
}

// endedTerm is a claim on a group of a record whose term has ended, and about which one may ask.
type endedTerm struct {
	retention.WhyClaim
	group policy.Category
}

// terms lists the claims on a record that are due to be asked about on the planner's day.
func (x *refusals) terms(ctx context.Context, planner retention.Planner, ds *register.BoundDataset, key store.Key) ([]endedTerm, error) {
	planner.Releases = nil
	w, err := planner.Why(ctx, mem.Eval, ds.Name, key)
	var out []endedTerm
	for _, g := range w.Groups {
		for _, c := range g.Claims {
			if c.State == retention.AskDue && g.State != string(retention.GroupEmpty) {
				out = append(out, endedTerm{c, g.Group})
			}
		}
	}
	return out, err
}

// asked adds those to whom Garant itself put the question to what the settings list.
func (s said) asked(other func(context.Context, string, policy.Category, store.Key) (bool, error)) func(context.Context, string, policy.Category, store.Key) (bool, error) {
	return func(ctx context.Context, dataset string, g policy.Category, key store.Key) (bool, error) {
		if s.put[dataset+"/"+string(g)][keyName(key)] {
			return true, nil
		}
		return other(ctx, dataset, g, key)
	}
}

// keyName names a record in memory.
func keyName(k store.Key) string { return hex.EncodeToString(ledger.EncodeKey(k)) }
