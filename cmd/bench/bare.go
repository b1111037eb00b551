package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// bareActor sweeps without evidence: no digests are put in order and hashed to a root, no receipt is
// written and none is entered. Each key is compared with the approved set all the same, as that
// is no evidence but keeps the purge from rows that nobody was shown. It is what a purge with
// evidence is compared with, and is there in no other program.
type bareActor struct {
	timedActor
	env *env // whose set is there once the step begins
}

// Begin implements store.Actor.
func (a bareActor) Begin(ctx context.Context) (store.Tx, error) {
	tx, err := a.timedActor.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &bareTx{timedTx: tx.(timedTx), env: a.env}, nil
}

type bareTx struct {
	timedTx
	env  *env
	rest []store.Key // of the stretch, behind the first
}

// Sweep tells of one key of the stretch.
func (t *bareTx) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	told := false
	return t.timedTx.Sweep(ctx, q, func(k store.Key, row store.Row) {
		if told {
			t.rest = append(t.rest, k)
			return
		}
		told = true
		fn(k, row)
	})
}

// WriteReceipt writes none. It compares the other keys, at the moment at which the run with
// evidence does: while the next stretch is swept.
func (t *bareTx) WriteReceipt(context.Context, store.Receipt) error {
	for _, k := range t.rest {
		if !t.env.Has(k) {
			return errors.New("a record that was never shown")
		}
	}
	return nil
}

// bares times the step without evidence and makes sure that every due row went.
func (b *bench) bares(ctx context.Context, step plan.Step) func(site) (time.Duration, error) {
	return func(s site) (time.Duration, error) {
		var took time.Duration
		err := b.shown(ctx, s, step, func(e *env) error {
			e.bare = true
			var o outcome
			_, err := e.run(ctx, &o, finished(step), apply.Options{}, nil)
			took = o.acted // it counts few rows, so it looks for the others in the end
			return err
		})
		if err != nil || ctx.Err() != nil {
			return took, errors.Join(err, ctx.Err())
		}
		left, err := s.own.Count(ctx, clients, []store.Pred{step.Work.Where})
		if err == nil && left[0] != 0 {
			err = fmt.Errorf("without evidence %d rows are left", left[0])
		}
		return took, err
	}
}
