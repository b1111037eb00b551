package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// sweeping is the pass before the first: stretch by stretch through the whole table, each
// found, looked at and acted on in one statement. It is there to be fast and never has the
// last word: what it leaves is taken by the passes that lock first.
const sweeping = -1

// bulk is the share of a table, one in so many, from which on going through all of it costs
// no more than looking the due rows up.
const bulk = 50

// The sweep's own ends. A stretch is passed over where somebody holds a row of it for long
// or a due row of it was never shown; all of it is left where it cannot be done at all.
var (
	errPassOver = errors.New("the stretch is passed over")
	errLeave    = errors.New("the sweep is left")
)

// sweeps reports whether the step may be done with a sweep. Rows that others hang on need
// more than one statement, and so do copies.
func (r *runner) sweeps() bool {
	s := r.step
	return s.Due*bulk >= s.Rows && s.Action != policy.ToArchive && len(s.Work.Children) == 0
}

// sweep carries out the stretches until the table is through or something is in the way.
func (r *runner) sweep(ctx, work context.Context) error {
	if !r.sweeps() {
		r.gaps = true
	} else if err := r.walk(ctx, work); errors.Is(err, errLeave) {
		r.gaps = true
	} else if err != nil {
		return err
	}
	r.cur.pass, r.cur.after, r.size = 1, nil, r.opt.First
	return nil
}

// sweepOnce carries out one stretch in a transaction.
func (r *runner) sweepOnce(ctx context.Context) (b batch, err error) {
	b.limit = r.size
	r.opt.at("before lock")
	tx, err := r.site.actor.Begin(ctx)
	if err != nil {
		return b, fmt.Errorf("begin on %s: %w", r.site.name, err)
	}
	defer func() { _ = tx.Rollback() }() // as in attempt
	s, ok := tx.(store.Sweeper)
	if !ok {
		return b, errLeave
	}
	at := r.env.Clock().UTC()
	key, err := r.digestKey(ctx, at)
	if err != nil {
		return b, err
	}
	records := ledger.NewRecords(key) // made while the rows come in
	if err := r.actOnStretch(ctx, s, &b, records); err != nil || b.done == 0 {
		return b, err
	}
	if err := r.writeReceipt(ctx, tx, b, records.Root(), at); err != nil {
		return b, err
	}
	return b, r.commit(ctx, tx)
}

// actOnStretch lets the store act on what is due in the stretch, and refuses what it did where
// a look before would have.
func (r *runner) actOnStretch(ctx context.Context, s store.Sweeper, b *batch, records *ledger.Records) error {
	q := store.SweepQuery{Table: r.step.Work.Table, Where: r.due, After: r.cur.after, Limit: r.size}
	if !r.step.WholeRow {
		q.Set = r.step.Work.Set
	}
	shown := true
	r.opt.at("before effect")
	swept, err := s.Sweep(ctx, q, func(k store.Key) {
		b.keys = append(b.keys, k)
		records.Add(k)
		shown = shown && (r.set == nil || r.set.Has(k))
	})
	if swept.Next != nil || swept.Done {
		b.locked, b.last = r.size, swept.Next
	}
	b.end, b.done = swept.Done, int64(len(b.keys))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return errLeave
	case err != nil:
		return fmt.Errorf("sweep %s: %w", r.step.Dataset, err)
	case !shown:
		return errPassOver
	case swept.Again > 0, r.set == nil && b.done > r.step.Due-r.rep.acted():
		return errLeave // they would be met again; or it would be more than the plan says
	}
	r.opt.at("after effect")
	return nil
}

// inTheWay decides whether an error ends no more than the stretch or the sweep, and which. A
// row that stays locked is not waited for twice: somebody may be waiting for us.
func (r *runner) inTheWay(b batch, err error) (batch, error) {
	busy := r.tries >= 2 && b.locked > 0 && errors.Is(err, store.ErrBusy) && !errors.Is(err, errNotCommitted)
	if r.cur.pass != sweeping || !busy && !errors.Is(err, errPassOver) {
		return b, err
	}
	r.gaps = true
	return batch{limit: b.limit, locked: b.locked, last: b.last, end: b.end}, nil
}
