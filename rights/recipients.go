package rights

import (
	"context"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// Notice is what a recipient of the data was told of a case (article 19 GDPR).
type Notice struct {
	Recipient policy.RecipientID `json:"recipient"`
	Told      policy.Date        `json:"told"`
	// Confirmed is the day the recipient said that it was done; zero until then.
	Confirmed policy.Date `json:"confirmed,omitzero"`
}

// Receivers returns the recipients of the policy that must be told of a case: those outside
// the company, for rectification, erasure, restriction and what leads to erasure.
func Receivers(p policy.Policy, r Right) []policy.Recipient {
	var out []policy.Recipient
	for _, x := range p.Recipients {
		if (r.erases() || r == Rectification || r == Restriction) && (x.Role == "processor" || x.Role == "controller" || x.Role == "") {
			out = append(out, x)
		}
	}
	return out
}

// Told notes that recipients were told. With the first of them the case is notified.
func (d Desk) Told(ctx context.Context, id string, to []policy.RecipientID, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		c.Notices = slices.Clone(c.Notices)
		for _, r := range to {
			c.Notices = slices.DeleteFunc(c.Notices, func(n Notice) bool { return n.Recipient == r })
			c.Notices = append(c.Notices, Notice{Recipient: r, Told: d.day(s)})
		}
		return c.act(d.step(s, Told, "", ""))
	})
}

// Confirmed notes that a recipient said that it was done.
func (d Desk) Confirmed(ctx context.Context, id string, r policy.RecipientID, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		i := slices.IndexFunc(c.Notices, func(n Notice) bool { return n.Recipient == r })
		if i < 0 {
			return fmt.Errorf("%s: %s was not told: %w", id, r, ErrAct)
		}
		c.Notices = slices.Clone(c.Notices)
		c.Notices[i].Confirmed = d.day(s)
		return c.act(d.step(s, RecipientDone, string(r), ""))
	})
}
