package console

import (
	"fmt"

	"github.com/garant-rgpd/garant/retention"
)

// chart is what is late today, then what falls due in each of the coming years, as bars. Its
// figures are also a table, for readers and for readers of screens.
type chart struct {
	Bars          []bar
	Width, Height int
	Base          int
	// Any is false when nothing is due in all these years.
	Any bool
}

// bar is one column of it.
type bar struct {
	Label, Long         string
	N                   int64
	Late                bool
	X, Y, W, H, Mid, Up int
}

// The measures of a chart, in its own units.
const (
	barStep, barWidth  = 36, 26
	chartTall, barTall = 116, 72
	chartBase          = 92
)

// chart draws the years of one promise; nil while they are not known.
func (b book) chart(pr retention.Promise) *chart {
	if len(b.ahead) == 0 {
		return nil
	}
	out := &chart{Height: chartTall, Base: chartBase}
	late := b.page.Say("en retard aujourd’hui", "late today")
	if b.look.Today != b.page.Today {
		late = b.page.Say("en retard au dernier contrôle", "late at the last check")
	}
	out.Bars = append(out.Bars, bar{Label: b.page.Say("dû", "due"), Long: late, N: pr.Overdue, Late: true})
	for _, y := range b.ahead {
		out.Bars = append(out.Bars, bar{Label: fmt.Sprintf("’%02d", y.Year%100), Long: fmt.Sprint(y.Year), N: y.Due[pr.ID]})
	}
	out.Width = barStep * len(out.Bars)
	var most int64 = 1
	for _, x := range out.Bars {
		most = max(most, x.N)
		out.Any = out.Any || x.N > 0
	}
	for i := range out.Bars {
		x := &out.Bars[i]
		x.W, x.H = barWidth, int(x.N*barTall/most)
		if x.N > 0 {
			x.H = max(x.H, 2)
		}
		x.X, x.Y = i*barStep+(barStep-barWidth)/2, chartBase-x.H
		x.Mid, x.Up = i*barStep+barStep/2, x.Y-4
	}
	return out
}
