package serve

import (
	"context"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/retention"
)

// noKey refuses a dataset or a key that is none; the error does not repeat them.
func noKey(err error) error {
	return &console.Refusal{FR: "Ce n’est pas une clé de ce jeu de données.", EN: "This is no key of that dataset.", Cause: err}
}

// Why implements console.Explainer.
func (c *Company) Why(ctx context.Context, dataset, key string) (out retention.Why, err error) {
	err = c.with(ctx, func(p *project.Project) error {
		ds, err := p.Dataset(dataset)
		if err != nil {
			return noKey(err)
		}
		k, err := project.ReadKey(ds, key)
		if err != nil {
			return noKey(err)
		}
		out, err = p.Why(ctx, p.Today(c.Clock()), ds.Name, k)
		return err
	})
	return out, refusal(err)
}

// Holds implements console.Holder.
func (c *Company) Holds(ctx context.Context) ([]retention.Hold, error) {
	return c.State.HoldHistory(ctx)
}

// Hold implements console.Holder.
func (c *Company) Hold(ctx context.Context, h retention.Hold, keys []string) error {
	return refusal(c.with(ctx, func(p *project.Project) error {
		ds, err := p.Dataset(h.Dataset)
		if err != nil {
			return noKey(err)
		}
		h.Dataset = ds.Name
		for _, text := range keys {
			k, err := project.ReadKey(ds, text)
			if err != nil {
				return noKey(err)
			}
			h.Keys = append(h.Keys, k)
		}
		if _, err := retention.Held(&p.Bound, []retention.Hold{h}); err != nil {
			return fmt.Errorf("place the hold: %w", err)
		}
		_, err = p.State.PlaceHold(ctx, h)
		return err
	}))
}

// Lift implements console.Holder.
func (c *Company) Lift(ctx context.Context, id, by string) error {
	err := c.State.LiftHold(ctx, id, by, c.Clock())
	if errors.Is(err, db.ErrNotFound) {
		return &console.Refusal{FR: "Ce gel n’est pas en vigueur.", EN: "This hold is not in force.", Cause: err}
	}
	return err
}

// Size implements console.Reader.
func (c *Company) Size(ctx context.Context) (int64, error) {
	signed, err := c.State.Ledger().Checkpoint(ctx)
	if err != nil {
		return 0, err
	}
	cp, err := ledger.OpenCheckpoint(signed, c.State.PublicKey())
	return cp.Size, err
}

// Entries implements console.Reader.
func (c *Company) Entries(ctx context.Context, from, to int64) (out []console.Entry, err error) {
	err = c.State.Ledger().Show(ctx, from, to, func(i int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		out = append(out, console.Entry{N: i, Entry: e})
		return err
	})
	return out, err
}

// Verify implements console.Reader.
func (c *Company) Verify(ctx context.Context) (int64, error) {
	cp, err := c.State.VerifyLedger(ctx)
	return cp.Size, err
}
