package serve

import (
	"context"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Fields implements console.Corrector. That somebody reads is noted before anything is read.
func (c *Company) Fields(ctx context.Context, id string, ref console.Ref, by string) (out []console.Field, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		ds, key, err := named(p, ref)
		if err != nil {
			return err
		}
		if _, err := c.State.LogRead(ctx, db.Read{At: c.Clock(), What: "values", Records: 1, By: by, Reason: id}); err != nil {
			return err
		}
		fields, err := p.FieldsOf(ctx, d, id, ds, key, c.signed(by))
		for _, f := range fields {
			out = append(out, console.Field{Column: f.Column, Was: f.Value, Is: f.Value})
		}
		return err
	})
	return out, err
}

// Correct implements console.Corrector: it does what garant request rectify does.
func (c *Company) Correct(ctx context.Context, id string, ref console.Ref, fields []console.Field, by string) error {
	return c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		ds, key, err := named(p, ref)
		if err != nil {
			return err
		}
		x := project.Rectifying{Dataset: ds, Key: key}
		for _, f := range fields {
			x.Changes = append(x.Changes, project.Change{Column: f.Column, Value: f.Is, Shown: &f.Was})
		}
		_, err = p.RectifyCase(ctx, d, id, x, c.signed(by))
		return err
	})
}

// named finds the dataset and the key that a form names.
func named(p *project.Project, ref console.Ref) (register.BoundDataset, store.Key, error) {
	ds, err := p.Dataset(ref.Dataset)
	if err != nil {
		return ds, nil, noKey(err)
	}
	key, err := project.ReadKey(ds, ref.Key)
	if err != nil {
		return ds, nil, noKey(err)
	}
	return ds, key, nil
}
