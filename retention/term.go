package retention

import (
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// longYear is the longest accounting year taken as one: a first exercise may last up to 24
// months; a longer distance between closings is a hole in the table.
var longYear = policy.Months(24)

// usualYear is how far before the first closing a day still belongs to its year.
var usualYear = policy.Months(12)

// term says when a claim ends, counted from the day of its event.
type term struct {
	round    policy.Rounding
	closings []policy.Date
	// add are added one after the other: the active phase, then an archive "more".
	add []policy.Period
	// atLeast is a second way to count: the later of the two ends counts.
	atLeast []policy.Period
}

// fate is what a day leads to.
type fate int

const (
	ends    fate = iota // on the day returned
	open                // in an accounting year that is not closed yet
	unclear             // in a hole of the table of closings
)

// end returns the last day on which data with an event on d may be kept.
func (t term) end(d policy.Date) (policy.Date, fate) {
	r, f := t.rounded(d)
	if f != ends {
		return policy.Date{}, f
	}
	return t.counted(r), ends
}

// counted adds the periods to a rounded day.
func (t term) counted(r policy.Date) policy.Date {
	e := after(r, t.add)
	if len(t.atLeast) > 0 {
		e = later(e, after(r, t.atLeast))
	}
	return e
}

func after(d policy.Date, ps []policy.Period) policy.Date {
	for _, p := range ps {
		d = d.Add(p)
	}
	return d
}

func later(a, b policy.Date) policy.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func (t term) rounded(d policy.Date) (policy.Date, fate) {
	switch t.round {
	case policy.EndOfYear:
		return d.EndOfYear(), ends
	case policy.EndOfAccountingYear:
		return closing(t.closings, d)
	case policy.EndOfClosingYear:
		c, f := closing(t.closings, d)
		if f == ends {
			c = c.EndOfYear()
		}
		return c, f
	}
	return d, ends
}

// closing returns the closing of the accounting year that d lies in.
func closing(closings []policy.Date, d policy.Date) (policy.Date, fate) {
	i, found := slices.BinarySearchFunc(closings, d, policy.Date.Compare)
	switch {
	case len(closings) == 0:
		return policy.Date{}, unclear
	case found:
		return d, ends
	case i == len(closings):
		return policy.Date{}, open
	}
	for _, h := range holes(closings) {
		if h.has(d) {
			return policy.Date{}, unclear
		}
	}
	return closings[i], ends
}

// span is a run of days: after and through.
type span struct{ after, through policy.Date }

func (s span) has(d policy.Date) bool { return d.After(s.after) && !d.After(s.through) }

// holes returns the days whose accounting year the table of closings does not tell.
func holes(closings []policy.Date) []span {
	if len(closings) == 0 {
		return nil
	}
	hs := []span{{policy.Date{}, back(closings[0], usualYear)}}
	for i := 1; i < len(closings); i++ {
		if closings[i].After(closings[i-1].Add(longYear)) {
			hs = append(hs, span{closings[i-1], closings[i]})
		}
	}
	return hs
}

// back returns d moved back by whole months, clamped to the month's last day.
func back(d policy.Date, p policy.Period) policy.Date {
	return d.Add(policy.Period{Months: -p.Months})
}

// cutoff returns the last event day whose term has run out before today: every usable day
// up to it has ended, every later one has not. The search starts at from, the first
// plausible day; where even that has not ended, the day before it is returned.
func (t term) cutoff(from, today policy.Date) policy.Date {
	if t.round.Accounting() {
		return t.closingCutoff(from, today)
	}
	n := policy.Days(1)
	n.Days = -1
	lo, hi := from.Add(n), today
	for lo.Before(hi) {
		mid := middle(lo, hi)
		if e, _ := t.end(mid); e.Before(today) {
			lo = mid
		} else {
			hi = mid.Add(n)
		}
	}
	return lo
}

func (t term) closingCutoff(from, today policy.Date) policy.Date {
	c := from.Add(policy.Period{Days: -1})
	for _, d := range t.closings {
		// A closing lies in the year it ends, also where the year before it is a hole.
		r := d
		if t.round == policy.EndOfClosingYear {
			r = d.EndOfYear()
		}
		if t.counted(r).Before(today) {
			c = later(c, d)
		}
	}
	return c
}

// middle returns the day halfway between lo and hi, rounded towards hi.
func middle(lo, hi policy.Date) policy.Date {
	a, b := lo.Start(nil), hi.Start(nil)
	days := int(b.Sub(a).Hours()/24+1) / 2
	return lo.Add(policy.Days(days))
}
