package console

import (
	"slices"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// month is what has fallen due on the first day of a month to come, by purpose and store.
type month struct {
	// In is how many months away it is, 0 for today.
	In     int
	Day    policy.Date
	Stores []string
	Rows   []monthRow
	Totals []int64
	All    int64
	// Known is false while it is being counted, Failed true where that went wrong.
	Known, Failed bool
	// Stops are the first days of the years, with how far they are.
	Stops []stop
}

type monthRow struct {
	Title, Href string
	N           []int64 // by store
	Sum         int64
	W           int // of its bar
}

type stop struct{ In, Year int }

// farthest is how many months one can go.
const farthest = 120

// Before and After are the months beside it; what leads nowhere is the month itself.
func (m *month) Before() int { return max(0, m.In-1) }

// After is the next month.
func (m *month) After() int { return min(farthest, m.In+1) }

// travel goes to the month that the address says, as far as there are days to go to.
func (c *Console) travel(s *aheadScreen, now seen, in string) {
	n, err := strconv.Atoi(in)
	if err != nil || n < 0 || n > farthest {
		n = 0
	}
	m := &month{In: n, Day: s.Today}
	first := policy.Date{Year: s.Today.Year, Month: s.Today.Month, Day: 1}
	if n > 0 {
		m.Day = first.Add(policy.Period{Months: n})
	}
	for i := 1; i <= farthest; i++ {
		if d := first.Add(policy.Period{Months: i}); d.Month == time.January {
			m.Stops = append(m.Stops, stop{i, d.Year})
		}
	}
	s.Then = m
	var all []Fallen
	if all, m.Known = late(now.look), true; n > 0 {
		all, m.Known = c.watch.on(m.Day)
	}
	if m.Failed = !m.Known && now.lost == m.Day; !m.Known && !m.Failed {
		s.Refresh = 2
	}
	m.fill(now.look.Policy, all)
}

// late is what the look found overdue.
func late(l *Look) []Fallen {
	var out []Fallen
	for _, pr := range l.Truth.Promises {
		for _, w := range pr.Where {
			if w.Overdue > 0 {
				out = append(out, Fallen{pr.ID, w.Store, w.Overdue})
			}
		}
	}
	return out
}

// barWide is how wide the longest bar is.
const barWide = 160

// fill sums by purpose and store, the largest purpose first.
func (m *month) fill(p policy.Policy, all []Fallen) {
	for _, f := range all {
		if !slices.Contains(m.Stores, f.Store) {
			m.Stores = append(m.Stores, f.Store)
		}
	}
	slices.Sort(m.Stores)
	m.Totals = make([]int64, len(m.Stores))
	for _, pu := range p.Purposes {
		row := monthRow{Title: pu.Title, N: make([]int64, len(m.Stores))}
		for _, f := range all {
			if !slices.ContainsFunc(pu.Rules, func(r policy.Rule) bool { return r.ID == f.Rule }) {
				continue
			}
			i := slices.Index(m.Stores, f.Store)
			row.Href = promiseHref(f.Rule, "")
			row.N[i], row.Sum = row.N[i]+f.N, row.Sum+f.N
			m.Totals[i], m.All = m.Totals[i]+f.N, m.All+f.N
		}
		if row.Sum > 0 {
			m.Rows = append(m.Rows, row)
		}
	}
	slices.SortStableFunc(m.Rows, func(a, b monthRow) int { return int(b.Sum - a.Sum) })
	for i := range m.Rows {
		m.Rows[i].W = max(1, int(m.Rows[i].Sum*barWide/m.Rows[0].Sum))
	}
}
