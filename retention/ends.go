package retention

import (
	"context"
	"fmt"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Ends returns, for each of the records in the order of keys, the last day on which a copy of
// the group may stay in the archive: the latest end of its claims that are archived. The
// zero date is an open end. Where no claim is archived (any more), all of them count. A
// record that is not there is ErrNoRecord.
func (p Planner) Ends(ctx context.Context, eval Evaluator, name string, group policy.Category, keys []store.Key) ([]policy.Date, error) {
	ds := dataset(p.Bound, name)
	if ds == nil {
		return nil, fmt.Errorf("no dataset is called %q", name)
	}
	claims, err := claimsOf(ds, group)
	if err != nil {
		return nil, err
	}
	driver, ok := p.Stores[ds.Store]
	if !ok {
		return nil, fmt.Errorf("store %s: %w", ds.Store, store.ErrUnreachable)
	}
	recs, err := loadAll(ctx, driver, ds, keys)
	if err != nil {
		return nil, err
	}
	in := Interpreter{Bound: p.Bound, Today: p.Today, Holds: eval}
	byKey := make(map[string]policy.Date, len(recs))
	for _, r := range recs {
		if byKey[r.key], err = in.archiveEnd(ds, claims, r.rec); err != nil {
			return nil, err
		}
	}
	return inOrder(byKey, keys)
}

func claimsOf(ds *register.BoundDataset, group policy.Category) ([]register.Claim, error) {
	for _, g := range ds.Groups {
		if g.Category == group {
			return g.Claims, nil
		}
	}
	return nil, fmt.Errorf("dataset %s has no group %q", ds.Name, group)
}

// archiveEnd is the latest end of the archived claims, or of all that are or were on the
// record when none of them is.
func (in Interpreter) archiveEnd(ds *register.BoundDataset, claims []register.Claim, r Record) (policy.Date, error) {
	var all, archived []Verdict
	for _, cl := range claims {
		v, err := in.Claim(ds, cl, r)
		if err != nil {
			return policy.Date{}, err
		}
		all = append(all, v)
		if v.State == Archived {
			archived = append(archived, v)
		}
	}
	if len(archived) > 0 {
		return longest(archived), nil
	}
	return longest(all), nil
}

func inOrder(byKey map[string]policy.Date, keys []store.Key) ([]policy.Date, error) {
	out := make([]policy.Date, len(keys))
	for i, k := range keys {
		end, ok := byKey[string(ledger.EncodeKey(k))]
		if !ok {
			return nil, ErrNoRecord
		}
		out[i] = end
	}
	return out, nil
}
