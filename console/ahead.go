package console

import (
	"net/http"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// aheadScreen is what falls due in the coming ten years, by purpose.
type aheadScreen struct {
	page
	Known  bool
	Years  []int
	Rows   []aheadRow
	Totals []int64
	Late   int64
	Stack  stack
	Then   *month
}

// aheadRow is a purpose with what it has due: today, and in each year.
type aheadRow struct {
	Title string
	Href  string
	Late  int64
	Due   []int64
	Sum   int64
	Shade int
}

// stack is the picture of it: a bar for each year, in layers. Only the largest purposes have
// a shade of their own, the others share the last one.
type stack struct {
	Width, Height, Base int
	Bars                []stackBar
}

type stackBar struct {
	Label      string
	N          int64
	X, Mid, Up int
	Layers     []layer
}

type layer struct {
	Title string
	Shade int
	N     int64
	Y, H  int
}

// The measures of the picture, and how many shades there are.
const (
	stackStep, stackWidth = 72, 44
	stackTall, stackBase  = 220, 250
	shades                = 5
)

func (c *Console) ahead(w http.ResponseWriter, r *http.Request, v visit) error {
	s := aheadScreen{page: c.page(r, v, "Échéances", "Due dates")}
	now := c.watch.seen()
	if s.Known = now.look != nil && now.ahead != nil; !s.Known {
		s.Refresh = 3
		return c.show(w, "ahead", http.StatusOK, s)
	}
	s.fill(now)
	s.draw()
	c.travel(&s, now, r.FormValue("dans"))
	return c.show(w, "ahead", http.StatusOK, s)
}

// fill sums by purpose, the largest first.
func (s *aheadScreen) fill(now seen) {
	late := map[policy.RuleID]int64{}
	for _, pr := range now.look.Truth.Promises {
		late[pr.ID] = pr.Overdue
	}
	for _, y := range now.ahead {
		s.Years = append(s.Years, y.Year)
	}
	s.Totals = make([]int64, len(s.Years))
	for _, pu := range now.look.Policy.Purposes {
		row := aheadRow{Title: pu.Title, Due: make([]int64, len(s.Years))}
		for _, rule := range pu.Rules {
			row.Href, row.Late = promiseHref(pu.Rules[0].ID, ""), row.Late+late[rule.ID]
			for i, y := range now.ahead {
				row.Due[i] += y.Due[rule.ID]
				row.Sum += y.Due[rule.ID]
				s.Totals[i] += y.Due[rule.ID]
			}
		}
		if s.Late += row.Late; row.Sum+row.Late > 0 {
			s.Rows = append(s.Rows, row)
		}
	}
	slices.SortStableFunc(s.Rows, func(a, b aheadRow) int { return int(b.Sum - a.Sum) })
	for i := range s.Rows {
		s.Rows[i].Shade = min(i, shades-1)
	}
}

// draw places the layers.
func (s *aheadScreen) draw() {
	most := max(1, slices.Max(append([]int64{1}, s.Totals...)))
	s.Stack = stack{Width: stackStep * len(s.Years), Height: stackBase + 26, Base: stackBase}
	for i := range s.Years {
		b := stackBar{Label: number4(s.Years[i]), N: s.Totals[i], X: i*stackStep + (stackStep-stackWidth)/2, Mid: i*stackStep + stackStep/2}
		var sum int64
		top := stackBase
		for _, row := range s.Rows {
			sum += row.Due[i]
			y := stackBase - int(sum*stackTall/most)
			if y < top {
				b.Layers = append(b.Layers, layer{row.Title, row.Shade, row.Due[i], y, top - y})
				top = y
			}
		}
		b.Up = top - 6
		s.Stack.Bars = append(s.Stack.Bars, b)
	}
}

func number4(year int) string { return policy.Date{Year: year, Month: 1, Day: 1}.String()[:4] }
