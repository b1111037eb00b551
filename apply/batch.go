package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// batch is what became of one batch.
type batch struct {
	// limit is how many rows could be locked, locked how many were, last the last of them.
	limit, locked int
	last          store.Key
	// end says that the pass is through.
	end bool
	// keys are the rows acted on: done ones and shells. linked counts rows of other tables.
	keys                 []store.Key
	done, shells, linked int64
	// The others were dropped, except that repeats are done and due all the same.
	changed, outside, named int64
	repeats                 bool
}

// rows counts the rows acted on.
func (b batch) rows() int64 { return b.done + b.shells }

// mostMoves is how often the holds may move under one batch before something is wrong.
const mostMoves = 1000

var (
	// errNewChild says that a row which names a row of the batch was inserted meanwhile.
	errNewChild = fmt.Errorf("a row was inserted beside: %w", store.ErrBusy)
	// errNotCommitted says that a commit without an answer did not take place.
	errNotCommitted = fmt.Errorf("the commit did not take place: %w", store.ErrBusy)
)

// persist carries out the next batch and repeats it where that is right.
func (r *runner) persist(ctx, work context.Context) (batch, error) {
	for r.tries = 1; ; r.tries++ {
		b, err := r.attempt(work)
		if errors.Is(err, store.ErrUnknownCommit) {
			err = r.resolve(ctx, work, b)
		}
		if left, ended := r.inTheWay(b, err); ended == nil {
			if err != nil { // what was copied of it goes back
				return left, r.settleCopies(work, r.receiptID())
			}
			return left, nil
		}
		if err := r.again(ctx, work, b, err); err != nil {
			return b, err
		}
	}
}

// attempt carries out a batch in one transaction. What it returns counts only without error.
func (r *runner) attempt(ctx context.Context) (b batch, err error) {
	if r.cur.pass == sweeping {
		return r.sweepOnce(ctx)
	}
	b.limit = r.room()
	r.opt.at("before lock")
	tx, err := r.site.actor.Begin(ctx)
	if err != nil {
		return b, fmt.Errorf("begin on %s: %w", r.site.name, err)
	}
	// After a commit this does nothing. A panic of a caller's function must not leave the
	// rows locked either.
	defer func() { _ = tx.Rollback() }()
	keys, err := r.lock(ctx, tx, &b)
	if err != nil || len(keys) == 0 {
		return b, err
	}
	a := act{runner: r, tx: tx, batch: &b}
	if err := a.carryOut(ctx, keys); err != nil || b.rows() == 0 {
		return b, err
	}
	if err := r.writeReceipt(ctx, tx, b); err != nil {
		return b, err
	}
	return b, r.commit(ctx, tx)
}

// lock locks the candidates and returns those of them that are in the approved set.
func (r *runner) lock(ctx context.Context, tx store.Tx, b *batch) ([]store.Key, error) {
	q := store.LockQuery{Table: r.step.Work.Table, Where: r.due, After: r.cur.after, Limit: b.limit, SkipLocked: r.cur.pass == 1 || r.around}
	keys, err := tx.Lock(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", r.step.Dataset, err)
	}
	r.opt.at("after lock")
	if b.locked = len(keys); b.locked == 0 {
		return nil, nil
	}
	b.last = keys[b.locked-1]
	if r.set == nil {
		return keys, nil
	}
	var in []store.Key
	for _, k := range keys {
		if r.set.Has(k) {
			in = append(in, k)
		}
	}
	b.outside = int64(b.locked - len(in))
	return in, nil
}

// writeReceipt writes the proof into the transaction of the effect.
func (r *runner) writeReceipt(ctx context.Context, tx store.Tx, b batch) error {
	at := r.env.Clock().UTC()
	key, err := r.digestKey(ctx, at)
	if err != nil {
		return err
	}
	groups := make([]string, len(r.step.Groups))
	for i, g := range r.step.Groups {
		groups[i] = string(g)
	}
	r.opt.at("before receipt")
	err = tx.WriteReceipt(ctx, store.Receipt{
		ID: r.receiptID(), Plan: r.digest, Step: r.step.ID, Action: string(r.step.Action), Dataset: r.step.Dataset, Groups: groups,
		Rows: b.rows(), Linked: b.linked, Root: ledger.KeyedRoot(key, b.keys), AsOf: r.plan.AsOf, At: at,
	})
	if err != nil {
		return fmt.Errorf("write the receipt of %s: %w", r.step.ID, err)
	}
	r.opt.at("after receipt")
	return nil
}

// commit commits while no hold can be placed.
func (r *runner) commit(ctx context.Context, tx store.Tx) error {
	r.opt.at("before commit")
	committed := false
	err := r.env.Holds.Commit(ctx, r.epoch, func() error {
		err := tx.Commit(ctx)
		committed = err == nil
		return err
	})
	if err != nil {
		if committed { // the gate broke behind it
			err = errors.Join(store.ErrUnknownCommit, err)
		}
		return fmt.Errorf("commit %s: %w", r.step.ID, err)
	}
	r.opt.at("after commit")
	return nil
}

// resolve finds out whether a batch whose commit was not answered took place; it returns nil
// when it did.
func (r *runner) resolve(ctx, work context.Context, b batch) error {
	for try := 1; ; try++ {
		committed, err := r.wasCommitted(work, b)
		switch {
		case err == nil && committed:
			return nil
		case err == nil:
			return errNotCommitted
		case try >= r.opt.Tries:
			return errors.Join(store.ErrUnknownCommit, err)
		}
		r.retrying("the outcome of a commit is unknown")
		r.env.Sleep(ctx, wait(try, 10*backoff))
	}
}

// wasCommitted locks the batch's rows first: that waits for the transaction in doubt, which
// may still be at it on the server. Only then does the absence of its receipt mean anything.
func (r *runner) wasCommitted(ctx context.Context, b batch) (bool, error) {
	tx, err := r.site.actor.Begin(ctx)
	if err != nil {
		return false, fmt.Errorf("begin on %s: %w", r.site.name, err)
	}
	defer func() { _ = tx.Rollback() }()
	t := r.step.Work.Table
	if _, err := tx.Lock(ctx, store.LockQuery{Table: t, Where: store.KeyIn(t.Key, b.keys), Limit: len(b.keys)}); err != nil {
		return false, fmt.Errorf("lock %s: %w", r.step.Dataset, err)
	}
	if err := tx.Rollback(); err != nil {
		return false, fmt.Errorf("roll back on %s: %w", r.site.name, err)
	}
	return r.site.actor.HasReceipt(ctx, r.receiptID())
}

// again decides whether to repeat a batch that failed, and waits before it; it returns the
// error that ends the step where repeating is wrong or was tried enough.
func (r *runner) again(ctx, work context.Context, b batch, err error) error {
	if errors.Is(err, store.ErrUnknownCommit) {
		return err // the next run finds out
	}
	if err := r.settleCopies(work, r.receiptID()); err != nil {
		return err
	}
	if errors.Is(err, errNotCommitted) {
		r.cur.batch++ // its name is not used twice
	}
	if why := r.opt.stop(ctx); why != "" {
		return stopped{why}
	}
	switch {
	case errors.Is(err, plan.ErrHoldsMoved) && r.tries < mostMoves:
		r.retrying("a hold was placed or lifted")
		return r.readHolds(work)
	case errors.Is(err, store.ErrUnreachable) && r.tries < r.opt.Tries:
		r.retrying("the store does not answer")
		r.env.Sleep(ctx, wait(r.tries, 10*backoff))
		return nil
	case !errors.Is(err, store.ErrBusy):
		return err
	}
	return r.busy(ctx, b, err)
}

// busy makes the batch smaller until the row that others hold is alone in it, then goes
// around it: the lock may be on the row or on one that names it.
func (r *runner) busy(ctx context.Context, b batch, err error) error {
	switch {
	case r.tries < r.opt.Tries || r.size > 1:
	case !r.around:
		r.around, r.tries = true, 0
	case b.locked == 1:
		r.cur.after, r.tries = b.last, 0
	default:
		return err
	}
	r.retrying("rows are locked by others")
	r.env.Sleep(ctx, wait(min(r.tries, 5), backoff))
	if r.tries > 1 {
		r.size = max(1, r.size/4)
	}
	return nil
}

func (r *runner) retrying(why string) {
	r.opt.tell(Event{Kind: Retrying, Step: r.step.ID, Due: r.step.Due, Done: r.rep.acted(), Size: r.size, Reason: why})
}

// wait doubles with each try.
func wait(try int, first time.Duration) time.Duration { return first << min(max(try-1, 0), 10) }
