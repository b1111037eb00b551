package rights

import (
	"context"
	"fmt"
	"slices"
)

// Restrict notes that what was found is kept and not used any more, by which holds.
func (d Desk) Restrict(ctx context.Context, id string, holds []string, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		c.Holds = append(slices.Clone(c.Holds), holds...)
		return c.act(d.step(s, Restricted, "", ""))
	})
}

// Lift notes that a restriction ends. The person must have been told before (article 18(3)).
func (d Desk) Lift(ctx context.Context, id string, told bool, s Signed) (Case, error) {
	if !told {
		return Case{}, fmt.Errorf("%s: lift a restriction before the person is told: %w", id, ErrReason)
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if _, ok := c.Has(Restricted); !ok {
			return fmt.Errorf("%s: nothing is restricted: %w", id, ErrAct)
		}
		if _, ok := c.Has(Lifted); ok {
			return fmt.Errorf("%s: it was lifted: %w", id, ErrAct)
		}
		return c.act(d.step(s, Lifted, "", ""))
	})
}

// Execute notes that directives for after death were carried out on the proof of that
// reference, and ends the case.
func (d Desk) Execute(ctx context.Context, id, proof string, s Signed) (Case, error) {
	if proof == "" {
		return Case{}, fmt.Errorf("%s: carry out directives without a proof of death: %w", id, ErrReason)
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.Right != PostMortem {
			return fmt.Errorf("%s: it holds no directives: %w", id, ErrAct)
		}
		return c.act(d.step(s, Executed, "", proof))
	})
}
