package rights

import (
	"context"
	"fmt"
	"slices"
)

// ErrIdentity says that nothing is looked up before identity is settled.
var ErrIdentity = fmt.Errorf("identity is not settled: nothing is looked up")

// Wanted returns whom a case asks to look for; an error before identity is settled and the right
// known.
func (c Case) Wanted() (Wanted, error) {
	if len(c.Verified) == 0 {
		return Wanted{}, fmt.Errorf("%s: %w", c.ID, ErrIdentity)
	}
	if c.Guess != "" {
		return Wanted{}, fmt.Errorf("%s: %w", c.ID, ErrGuess)
	}
	return Wanted{Identifiers: c.Person.Identifiers, Verified: c.Verified, Name: c.Person.Name, Decided: c.Person.Decided}, nil
}

// Look looks for the person of a case and notes that it was done, or done in part: then the
// case is incomplete until a later look finds every place open. A case that was answered is
// looked up all the same, and not moved.
func (d Desk) Look(ctx context.Context, id string, s Seeker, sg Signed) (Case, Found, error) {
	c, err := d.Memory.ChangeCase(ctx, id, func(*Case) error { return nil })
	if err != nil {
		return c, Found{}, err
	}
	w, err := c.Wanted()
	if err != nil {
		return c, Found{}, err
	}
	f, err := s.Find(ctx, w)
	if err != nil || c.State.Decided() {
		return c, f, err
	}
	what := Looked
	if !f.Complete() {
		what = LookedPartly
	}
	c, err = d.Note(ctx, id, what, "", sg)
	return c, f, err
}

// Decide notes what a human said of candidates. What was said before of the same record is
// replaced.
func (d Desk) Decide(ctx context.Context, id string, said []Decision, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		for _, n := range said {
			same := func(o Decision) bool { return o.Dataset == n.Dataset && o.Key == n.Key }
			c.Person.Decided = append(slices.DeleteFunc(slices.Clone(c.Person.Decided), same), n)
		}
		return c.act(d.step(s, Reviewed, "", ""))
	})
}
