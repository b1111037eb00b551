package rights

import (
	"context"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// Rule says when working copies go. All periods count from the day a case was decided, but
// for Lapse, which counts from the day identity was asked.
type Rule struct {
	// Working is how long what a case says of the person stays.
	Working policy.Period
	// File is how long the case itself stays: evidence that it was answered in time.
	File policy.Period
	// Lapse is how long identity is awaited before the case ends by itself.
	Lapse policy.Period
}

// Swept counts what a sweep did.
type Swept struct {
	Lapsed    int `json:"lapsed"`
	Forgotten int `json:"forgotten"`
	Dropped   int `json:"dropped"`
}

// Dropper is a Memory that can let a case go for good.
type Dropper interface {
	// DropCase deletes the case and everything kept under its name.
	DropCase(ctx context.Context, id string) error
}

// Sweep lets everything go whose time has come. It may be run at any time and as often as
// one likes.
func (d Desk) Sweep(ctx context.Context, drop Dropper, s Signed) (Swept, error) {
	var n Swept
	cases, err := d.Memory.Cases(ctx)
	if err != nil {
		return n, err
	}
	for _, c := range cases {
		if err := d.sweep(ctx, drop, c, s, &n); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (d Desk) sweep(ctx context.Context, drop Dropper, c Case, s Signed, n *Swept) error {
	today, ended := d.day(s), c.Ended()
	over := func(from policy.Date, p policy.Period) bool { return !from.IsZero() && today.After(from.Add(p)) }
	asked, _ := c.Has(Doubted)
	_, restricted := c.Has(Restricted)
	_, lifted := c.Has(Lifted)
	switch {
	case restricted && !lifted: // the use is refused for as long as it lasts
		return nil
	case c.Right == PostMortem && c.State != Closed: // directives are kept until they are carried out
		return nil
	case over(ended, d.Rule.File):
		n.Dropped++
		return drop.DropCase(ctx, c.ID)
	case over(ended, d.Rule.Working) && !c.Forgotten:
		n.Forgotten++
		_, err := d.Memory.ChangeCase(ctx, c.ID, func(c *Case) error { return d.forget(c, s) })
		return err
	case c.State == Identity && over(asked.Day, d.Rule.Lapse):
		n.Lapsed++
		_, err := d.Memory.ChangeCase(ctx, c.ID, func(c *Case) error {
			d.resume(c, s)
			return c.act(d.step(s, Lapsed, "", ""))
		})
		return err
	}
	return nil
}

// forget removes everything personal from the case.
func (d Desk) forget(c *Case, s Signed) error {
	c.Person, c.Language, c.Link, c.Parcel, c.Forgotten = Person{}, "", "", nil, true
	c.Letters = slices.Clone(c.Letters)
	for i := range c.Letters {
		c.Letters[i].To, c.Letters[i].Subject, c.Letters[i].Body = "", "", ""
	}
	for i := range c.Steps {
		c.Steps[i].Why, c.Steps[i].By = "", ""
	}
	c.Steps = append(c.Steps, d.step(Signed{Now: s.Now}, Forgot, "", ""))
	return nil
}
