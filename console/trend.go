package console

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// trend is how many promises had each verdict, month by month, as stacked bars with a table.
type trend struct {
	Months        []trendMonth
	Width, Height int
}

// trendMonth is the last day of a month that was looked at.
type trendMonth struct {
	Day   policy.Date
	X     int
	Parts []trendPart
}

type trendPart struct {
	Outcome retention.Outcome
	N       int64
	Y, H    int
}

// The measures of the picture.
const (
	trendStep, trendTall = 44, 72
)

// trend draws the months; nil before there are two of them to compare.
func (b book) trend() *trend {
	out := &trend{}
	for _, t := range b.look.Trend {
		out.add(t)
	}
	if len(out.Months) < 2 {
		return nil
	}
	for i := range out.Months {
		out.Months[i].X = i * trendStep
		out.Months[i].stack()
	}
	out.Width, out.Height = len(out.Months)*trendStep, trendTall+22
	return out
}

// add counts a verdict; a later day of the same month takes the place of an earlier one.
func (t *trend) add(x Tally) {
	n := len(t.Months)
	if n == 0 || t.Months[n-1].Day.Year != x.Day.Year || t.Months[n-1].Day.Month != x.Day.Month {
		t.Months = append(t.Months, trendMonth{Day: x.Day})
		n++
	}
	m := &t.Months[n-1]
	if m.Day != x.Day {
		m.Day, m.Parts = x.Day, nil
	}
	m.Parts = append(m.Parts, trendPart{Outcome: x.Verdict, N: x.N})
}

// Count is how many promises had a verdict.
func (m trendMonth) Count(o retention.Outcome) int64 {
	for _, p := range m.Parts {
		if p.Outcome == o {
			return p.N
		}
	}
	return 0
}

// stack puts the parts of a month on each other, the kept ones at the foot.
func (m *trendMonth) stack() {
	var all int64
	for _, p := range m.Parts {
		all += p.N
	}
	var parts []trendPart
	foot := trendTall
	for _, o := range []retention.Outcome{retention.Kept, retention.NotCheckable, retention.Unbound, retention.Undetermined, retention.Broken} {
		n := m.Count(o)
		h := int(n * trendTall / max(1, all))
		if n == 0 {
			continue
		}
		foot -= h
		parts = append(parts, trendPart{o, n, foot, h})
	}
	m.Parts = parts
}

// Label is the month in figures, for the picture.
func (m trendMonth) Label() string { return fmt.Sprintf("%02d.%02d", m.Day.Month, m.Day.Year%100) }

// Mid is where the label stands.
func (m trendMonth) Mid() int { return m.X + 17 }
