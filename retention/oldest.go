package retention

import (
	"context"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// hunt looks for the first day on which one of the overdue records of a claim was overdue:
// it lies after lo and not after hi.
type hunt struct {
	view   view
	lo, hi policy.Date
	days   []policy.Date
	at     int // place of the first day's count
}

// oldest returns, for each view, the first day on which one of its overdue records was
// overdue. It asks "how many of them had ended by that day?" for a few earlier days of every
// view at a time, so no record is read: by an earlier today, a term has an earlier cutoff.
// The answer is that of the claim's own term; where only a condition ended it, nobody knows
// since when, and the day is zero.
func (p Planner) oldest(ctx context.Context, driver store.Driver, d Dataset, vs []view) ([]policy.Date, error) {
	hunts := make([]hunt, len(vs))
	for i, v := range vs {
		hunts[i] = hunt{view: v, lo: p.Bound.Options.From, hi: p.Today}
	}
	for {
		var q tally
		for i := range hunts {
			if err := p.aim(&hunts[i], d, &q); err != nil {
				return nil, err
			}
		}
		if len(q.preds) == 0 {
			return found(hunts, p.Today), nil
		}
		n, err := driver.Count(ctx, d.Bound.Table, q.preds)
		if err != nil {
			return nil, err
		}
		for i := range hunts {
			h := &hunts[i]
			h.lo, h.hi = narrow(h.lo, h.hi, h.days, n[h.at:])
		}
	}
}

// aim adds the days a hunt asks about next.
func (p Planner) aim(h *hunt, d Dataset, q *tally) error {
	h.days, h.at = between(h.lo, h.hi, 4), len(q.preds)
	for _, day := range h.days {
		ended, err := endedBy(p.Bound, d.Bound, h.view.split.Claim, day)
		if err != nil {
			return err
		}
		q.add(store.And(h.view.overduePred, ended))
	}
	return nil
}

func found(hunts []hunt, today policy.Date) []policy.Date {
	out := make([]policy.Date, len(hunts))
	for i, h := range hunts {
		if h.hi != today || h.view.split.Claim.Rule.While == "" {
			out[i] = h.hi
		}
	}
	return out
}

// endedBy holds for the rows whose claim had left the active phase before the day.
func endedBy(b *register.Bound, ds *register.BoundDataset, cl register.Claim, day policy.Date) (store.Pred, error) {
	s, err := newCompiler(b, ds, day).bare(cl)
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
