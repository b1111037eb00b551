package retention

import (
	"context"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// oldest returns the first day on which one of the overdue records of a claim was overdue.
// It asks "how many of them had ended by that day?" for a row of earlier days at a time, so
// no record is read: a term that had run out by an earlier today has an earlier cutoff.
// The answer is that of the claim's own term; conditions are taken as they are now.
func (p Planner) oldest(ctx context.Context, driver store.Driver, d Dataset, w view) (policy.Date, error) {
	lo, hi := p.Bound.Options.From, p.Today
	for {
		days := between(lo, hi, 16)
		if len(days) == 0 {
			return hi, nil
		}
		var q tally
		for _, day := range days {
			ended, err := endedBy(p.Bound, d.Bound, w.split.Claim, day)
			if err != nil {
				return policy.Date{}, err
			}
			q.add(store.And(w.overduePred, ended))
		}
		n, err := driver.Count(ctx, d.Bound.Table, q.preds)
		if err != nil {
			return policy.Date{}, err
		}
		lo, hi = narrow(lo, hi, days, n)
	}
}

// endedBy holds for the rows whose claim had left the active phase before the day.
func endedBy(b *register.Bound, ds *register.BoundDataset, cl register.Claim, day policy.Date) (store.Pred, error) {
	s, err := newCompiler(b, ds, day).split(cl)
	return store.Or(s.Ended, s.Archived), err
}

// between returns at most n days inside (lo, hi), evenly spread, ascending.
func between(lo, hi policy.Date, n int) []policy.Date {
	span := int(hi.Start(nil).Sub(lo.Start(nil)).Hours() / 24)
	var out []policy.Date
	for i := 1; i <= n; i++ {
		d := lo.Add(policy.Days(span * i / (n + 1)))
		if d.After(lo) && d.Before(hi) && (len(out) == 0 || d.After(out[len(out)-1])) {
			out = append(out, d)
		}
	}
	if len(out) == 0 && span > 1 {
		out = append(out, lo.Add(policy.Days(1)))
	}
	return out
}

// narrow keeps the stretch between the last day with none and the first day with some.
func narrow(lo, hi policy.Date, days []policy.Date, n []int64) (policy.Date, policy.Date) {
	for i, d := range days {
		if n[i] > 0 {
			return lo, d
		}
		lo = d
	}
	return lo, hi
}
