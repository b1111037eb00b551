package apply

import (
	"context"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// readHolds reads the holds on the dataset and on everything that would go with it.
func (r *runner) readHolds(ctx context.Context) error {
	held, epoch, err := r.heldHere(ctx, r.step.Dataset, r.step.Work.Children)
	if err != nil {
		return state("read the holds", err)
	}
	r.epoch = epoch
	r.held = store.And(r.step.Work.Where, held)
	r.due = store.And(r.step.Work.Where, store.Not(held))
	return nil
}

// heldHere also covers rows that would be deleted or blanked with a row: a hold on one of
// them keeps the row it belongs to. The epoch is the one read first, so that a hold placed
// between two reads is noticed when committing.
func (r *runner) heldHere(ctx context.Context, dataset string, children []plan.Child) (store.Pred, int64, error) {
	held, epoch := store.False(), int64(-1)
	if dataset != "" {
		var err error
		if held, epoch, err = r.env.Holds.Held(ctx, dataset); err != nil {
			return held, epoch, err
		}
	}
	for _, c := range children {
		if c.Do == plan.KeepShell {
			continue
		}
		h, first, err := r.heldHere(ctx, c.Dataset, c.Children)
		if err != nil {
			return held, epoch, err
		}
		if epoch < 0 {
			epoch = first
		}
		held = store.Or(held, linked(c.Link, h))
	}
	return held, epoch, nil
}

// linked holds for rows that a row of the link's table which satisfies p names.
func linked(l store.Link, p store.Pred) store.Pred {
	if p.Op == store.OpFalse {
		return p
	}
	var on []store.Pair
	for i, c := range l.Columns {
		on = append(on, store.Pair{Child: c, Parent: l.To[i]})
	}
	return store.Exists(l.Table.Name, on, p)
}
