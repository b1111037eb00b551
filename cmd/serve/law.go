package serve

import (
	"context"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/law"
)

// Law implements console.Jurist.
func (c *Company) Law(context.Context) (console.Law, error) {
	p, err := c.onState()
	if err != nil {
		return console.Law{}, err
	}
	pack, err := law.French()
	if err != nil {
		return console.Law{}, err
	}
	out := console.Law{Pack: pack, Day: p.Today(c.Clock()), Choices: p.Uses.Choices}
	found, err := p.Law(out.Day)
	for _, f := range found {
		out.Against = append(out.Against, console.Fault{Message: console.Words(f.Message), Remedy: console.Words(f.Remedy), Article: f.Article, Certainty: f.Certainty, Says: f.Says})
	}
	return out, err
}
