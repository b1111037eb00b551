package apply

import (
	"context"
	"errors"
	"fmt"

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
// more than one statement, and so do copies of rows that stay, which show what they were no more.
func (r *runner) sweeps() bool {
	s := r.step
	return s.Due*bulk >= s.Rows && (s.Action != policy.ToArchive || s.WholeRow) && len(s.Work.Children) == 0
}

// sweep carries out the stretches until the table is through or something is in the way.
func (r *runner) sweep(ctx, work context.Context) error {
	defer r.drop()
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

// stretch is what a statement did to a stretch, in a transaction that is open.
type stretch struct {
	size  int
	tx    store.Tx // nil where there is none
	keys  []store.Key
	rows  []store.Row // what is to be copied of them
	swept store.Swept
	err   error
}

// begin sweeps a stretch. It touches nothing of the runner's, so that it can run beside it.
func (st *stretch) begin(ctx context.Context, s *site, q store.SweepQuery) {
	if st.tx, st.err = s.actor.Begin(ctx); st.err != nil {
		st.tx, st.err = nil, fmt.Errorf("begin on %s: %w", s.name, st.err)
		return
	}
	sweeper, ok := st.tx.(store.Sweeper)
	if !ok {
		st.err = errLeave
		return
	}
	st.swept, st.err = sweeper.Sweep(ctx, q, func(k store.Key, row store.Row) {
		if st.keys = append(st.keys, k); len(q.Columns) > 0 {
			st.rows = append(st.rows, row)
		}
	})
}

func (st *stretch) rollback() {
	if st.tx != nil {
		_ = st.tx.Rollback() // after a commit it does nothing
	}
}

func (r *runner) query(after store.Key) store.SweepQuery {
	q := store.SweepQuery{Table: r.step.Work.Table, Where: r.due, After: after, Limit: r.size}
	if !r.step.WholeRow {
		q.Set = r.step.Work.Set
	}
	if r.step.Action == policy.ToArchive {
		q.Columns = r.step.Work.Copy
	}
	return q
}

// ahead begins the stretch behind one, while what that one did is hashed and proved. Where
// somebody may want the store to be left alone between two stretches, nothing is ahead.
func (r *runner) ahead(ctx context.Context, s store.Swept) {
	if !s.Beside || s.Done || r.opt.Ratio > 0 || r.opt.Probe != nil {
		return
	}
	next, site, q := make(chan *stretch, 1), r.site, r.query(s.Next)
	r.next = next
	go func() {
		st := &stretch{size: q.Limit}
		st.begin(ctx, site, q)
		next <- st
	}()
}

// take returns the stretch at hand: the one that is ahead, or a new one.
func (r *runner) take(ctx context.Context) *stretch {
	if next := r.next; next != nil {
		r.next = nil
		return <-next
	}
	st := &stretch{size: r.size}
	st.begin(ctx, r.site, r.query(r.cur.after))
	return st
}

// drop undoes what is ahead.
func (r *runner) drop() {
	if r.next != nil {
		(<-r.next).rollback()
		r.next = nil
	}
}

// sweepOnce carries out one stretch in a transaction. If anything goes wrong, what is ahead
// is undone too: it may have been asked with other holds, or follow what is to be repeated.
func (r *runner) sweepOnce(ctx context.Context) (b batch, err error) {
	defer func() {
		if err != nil {
			r.drop()
		}
	}()
	r.opt.at("before lock")
	r.opt.at("before effect")
	st := r.take(ctx)
	defer st.rollback() // as in attempt
	if st.err == nil {
		r.ahead(ctx, st.swept)
	}
	if err := r.judge(st, &b); err != nil {
		return b, err
	}
	r.opt.at("after effect")
	if b.done == 0 {
		return b, nil
	}
	// The rows are gone for nobody before the commit.
	if err := r.archive(ctx, st.keys, st.rows); err != nil {
		return b, err
	}
	if err := r.writeReceipt(ctx, st.tx, b); err != nil {
		return b, err
	}
	r.untidy = true // also where the answer is lost
	return b, r.commit(ctx, st.tx)
}

// tidy empties what the engine keeps of rows that were swept.
func (st *site) tidy(ctx context.Context) {
	if t, ok := st.actor.(store.Tidier); ok {
		t.Tidy(ctx)
	}
}

// judge refuses what was done to the stretch where a look before would have.
func (r *runner) judge(st *stretch, b *batch) error {
	b.keys, b.limit, b.end, b.done = st.keys, st.size, st.swept.Done, int64(len(st.keys))
	if st.swept.Next != nil || st.swept.Done {
		b.locked, b.last = st.size, st.swept.Next
	}
	switch {
	case errors.Is(st.err, errors.ErrUnsupported):
		return errLeave
	case st.err != nil:
		return fmt.Errorf("sweep %s: %w", r.step.Dataset, st.err)
	case r.set == nil && b.done > r.step.Due-r.rep.acted():
		return errLeave // it would be more than the plan says
	case st.swept.Again > 0:
		return errLeave // they would be met again
	}
	for _, k := range st.keys {
		if r.set != nil && !r.set.Has(k) {
			return errPassOver
		}
	}
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
