package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// runner carries out one step.
type runner struct {
	*engine
	site *site
	step plan.Step
	rep  *StepReport
	set  Set
	cur  cursor
	// key is the key of record digests, made for the dataset in the year keyYear.
	key     []byte
	keyYear int
	// due holds for rows to act on and held for those that a hold keeps, as of the epoch.
	due, held store.Pred
	epoch     int64
	size      int
	// around is true while locked rows are gone around although the pass waits for them.
	around bool
	// next gives the stretch that is swept ahead; nil when none is.
	next chan *stretch
	// gaps says that a sweep left rows to the passes after it, or may have.
	gaps bool
	// tries counts how often the batch at hand was tried.
	tries   int
	proved  bool
	entered time.Time
	// untidy says that sweeps were committed since the store was last asked to tidy up.
	untidy bool
}

// runStep carries out one step. Errors of the store end in its report.
func (e *engine) runStep(ctx, work context.Context, s plan.Step, rep *StepReport) error {
	r := &runner{engine: e, site: e.sites[s.Store], step: s, rep: rep, size: e.opt.First, entered: e.env.Clock()}
	err := r.prepare(work)
	if err == nil && !r.cur.finished {
		err = r.passes(ctx, work)
	}
	return r.finish(work, err)
}

// prepare reads what the step needs and goes on where an earlier run ended.
func (r *runner) prepare(ctx context.Context) (err error) {
	if err := sane(r.step); err != nil {
		return err
	}
	if r.set, err = r.env.Sets.Approved(ctx, r.digest, r.step.ID); err != nil {
		if errors.Is(err, plan.ErrNotApproved) {
			return err
		}
		return state("read the approval of "+r.step.ID, err)
	}
	if r.set == nil && len(r.step.Needs) > 0 {
		return fmt.Errorf("%s: %w", r.step.ID, plan.ErrNotApproved)
	}
	if err := r.readHolds(ctx); err != nil {
		return err
	}
	return r.resume(ctx)
}

func (r *runner) resume(ctx context.Context) (err error) {
	saved, err := r.env.Progress.Cursor(ctx, r.digest, r.step.ID)
	if err == nil {
		r.cur, err = unpack(saved)
	}
	if err != nil {
		return state("read the progress of "+r.step.ID, err)
	}
	if r.cur.pass == 0 {
		if r.cur.pass = 1; r.sweeps() {
			r.cur.pass = sweeping
		}
		if r.cur.since, err = r.env.Log.LastReceipt(ctx, r.site.name); err != nil {
			return state("read the ledger", err)
		}
	} else if r.rep.Earlier, err = r.site.acted(ctx, r.digest, r.step.ID, r.cur.since); err != nil {
		return err
	} else {
		r.gaps = true // what the run before passed over is not known
	}
	r.rep.Changed = r.cur.dropped
	if err := r.skipUsed(ctx); err != nil {
		return err
	}
	return r.save(ctx)
}

// skipUsed moves the batch number behind those of receipts that are in the store, and one
// further: a crash leaves a cursor that does not know of the last commit, and a commit may
// still be on its way.
func (r *runner) skipUsed(ctx context.Context) error {
	for {
		used, err := r.site.actor.HasReceipt(ctx, r.receiptID())
		if err != nil {
			return err
		}
		r.cur.batch++
		if !used {
			return nil
		}
	}
}

// passes walks the table twice, after a sweep where that is possible: around the rows that
// others have locked, then waiting for them. The second walk is not needed once everything
// planned is accounted for.
func (r *runner) passes(ctx, work context.Context) error {
	if r.cur.pass == sweeping {
		if err := r.sweep(ctx, work); err != nil {
			return err
		}
		if r.complete() {
			r.cur.pass = 3
		}
	}
	for ; r.cur.pass <= 2; r.cur.pass, r.cur.after = r.cur.pass+1, nil {
		if r.cur.pass == 2 {
			if r.accounted() {
				break
			}
			r.rep.Outside, r.rep.Named = 0, 0 // met again
		}
		if err := r.walk(ctx, work); err != nil {
			return err
		}
	}
	r.cur.finished = true
	return nil
}

// complete reports whether everything planned was acted on and nothing else was met.
func (r *runner) complete() bool { return !r.gaps && r.rep.acted() >= r.step.Due }

func (r *runner) accounted() bool {
	return r.rep.Repeats || r.rep.acted()+r.rep.Changed >= r.step.Due
}

// walk carries out batches until the pass is through the table.
func (r *runner) walk(ctx, work context.Context) error {
	for r.room() > 0 {
		if err := r.pause(ctx); err != nil {
			return err
		}
		start := r.env.Clock()
		b, err := r.persist(ctx, work)
		if err != nil {
			return err
		}
		if b.locked == 0 {
			return nil
		}
		took := max(0, r.env.Clock().Sub(start))
		if err := r.account(work, b, took); err != nil {
			return err
		}
		if b.end {
			return nil
		}
		if r.opt.Ratio > 0 {
			r.env.Sleep(ctx, time.Duration(float64(took)*r.opt.Ratio))
		}
	}
	return nil
}

// room is how many records the next batch may lock: never more in all than the plan says
// where no set of records was kept.
func (r *runner) room() int {
	if r.set != nil {
		return r.size
	}
	return int(min(int64(r.size), max(0, r.step.Due-r.rep.acted())))
}

// account takes the batch into the report and moves the cursor behind it.
func (r *runner) account(ctx context.Context, b batch, took time.Duration) error {
	r.rep.Done += b.done
	r.rep.Shells += b.shells
	r.rep.Linked += b.linked
	r.rep.Changed += b.changed
	r.rep.Outside += b.outside
	r.rep.Named += b.named
	r.rep.Repeats = r.rep.Repeats || b.repeats
	r.cur.after, r.cur.dropped = b.last, r.rep.Changed
	if b.rows() > 0 {
		r.rep.Batches++
		r.cur.batch++
	}
	if b.locked == b.limit || took > r.opt.Target {
		r.size = adapt(r.size, r.opt.Most, took, r.opt.Target)
	}
	r.around = false
	r.opt.tell(Event{Kind: BatchDone, Step: r.step.ID, Due: r.step.Due, Done: r.rep.acted(), Rows: b.rows(), Took: took, Size: r.size})
	return r.settle(ctx, false)
}

// settle enters receipts, keeps the copies whose batch was committed and saves the cursor, at
// the pace the options ask for.
func (r *runner) settle(ctx context.Context, now bool) error {
	clock := r.env.Clock()
	if since := clock.Sub(r.entered); !now && since >= 0 && since < r.opt.Settle {
		return nil
	}
	r.entered = clock
	r.opt.at("before enter")
	if _, err := r.site.enter(ctx, r.env.Log); err != nil {
		return err
	}
	r.opt.at("after enter")
	if r.untidy {
		r.site.tidy(ctx)
		r.untidy = false
	}
	if err := r.keepCopies(ctx); err != nil {
		return err
	}
	r.opt.at("before cursor")
	err := r.save(ctx)
	r.opt.at("after cursor")
	return err
}

// keepCopies keeps the copies of the batches that were committed.
func (r *runner) keepCopies(ctx context.Context) error {
	if r.step.Action != policy.ToArchive {
		return nil
	}
	return r.site.settle(ctx, r.env.Archive, r.site.committed(ctx))
}

// settleCopies decides about the copies of the batch at hand.
func (r *runner) settleCopies(ctx context.Context, id string) error {
	if r.step.Action != policy.ToArchive {
		return nil
	}
	return r.site.settle(ctx, r.env.Archive, r.site.of(ctx, id))
}

func (r *runner) save(ctx context.Context) error {
	return state("save the progress of "+r.step.ID, r.env.Progress.SaveCursor(ctx, r.digest, r.step.ID, r.cur.pack()))
}

// finish writes the report of the step and returns the error that ends the run, if any.
func (r *runner) finish(ctx context.Context, err error) error {
	var stop stopped
	var mine stateError
	switch {
	case errors.As(err, &mine):
		r.rep.fail(err)
		return err
	case errors.As(err, &stop):
		r.report.Stopped = stop.reason
		r.rep.State, r.rep.Why, r.rep.Left = Partly, stop.reason, r.rep.missing()
		return r.settle(ctx, true)
	case err != nil:
		r.rep.fail(err)
		if r.cur.pass == 0 || errors.Is(err, store.ErrUnreachable) {
			r.lost(err)
			return nil
		}
		return fatal(r.settle(ctx, true))
	}
	if err := errors.Join(r.look(ctx), r.settle(ctx, true)); err != nil {
		r.rep.fail(err)
		return fatal(err)
	}
	return nil
}

// lost makes the other steps on a store that does not answer unreachable at once.
func (r *runner) lost(err error) {
	if !errors.Is(err, store.ErrUnreachable) || r.site.err != nil {
		return
	}
	r.site.err = err
	r.report.Unreachable = append(r.report.Unreachable, r.site.name)
}

// look counts what is still due or held, where the figures leave something unexplained.
func (r *runner) look(ctx context.Context) error {
	rep := r.rep
	rep.State, rep.Left = Done, 0
	if rep.Repeats || rep.acted() >= rep.Due {
		return nil
	}
	n, err := r.site.driver.Count(ctx, r.step.Work.Table, []store.Pred{r.held, r.due})
	if err != nil {
		return fmt.Errorf("count %s: %w", r.step.Dataset, err)
	}
	rep.Held = min(max(0, n[0]-r.step.Held), rep.missing()) // those of the plan's day are in no count of it
	rep.Locked = min(max(0, n[1]-rep.Outside-rep.Named), rep.missing())
	rep.Changed = max(rep.Changed, rep.missing())
	if rep.Locked+rep.Named > 0 {
		rep.State, rep.Why, rep.Left = Partly, "locked", rep.Locked+rep.Named
		r.cur.finished, r.cur.pass = false, 1
	}
	if rep.Named > 0 {
		rep.Why = "named by kept rows"
	}
	return nil
}

// digestKey returns the dataset's key of the year.
func (r *runner) digestKey(ctx context.Context, at time.Time) ([]byte, error) {
	if r.key != nil && r.keyYear == at.Year() {
		return r.key, nil
	}
	key, err := r.env.Keys.DigestKey(ctx, r.site.name, at.Year(), at)
	if err != nil {
		return nil, state("read the key of "+r.site.name, err)
	}
	r.key, r.keyYear = ledger.DatasetKey(key, r.step.Dataset), at.Year()
	return r.key, nil
}

// receiptID names the batch: the plan's digest, the step's place in it and the batch's number.
func (r *runner) receiptID() string {
	place := 0
	for i, s := range r.plan.Steps {
		if s.ID == r.step.ID {
			place = i + 1
		}
	}
	return fmt.Sprintf("%s/%d/%d", r.digest, place, r.cur.batch)
}

// stopped ends a run in good order.
type stopped struct{ reason string }

func (s stopped) Error() string { return "stopped: " + s.reason }

// pause waits while the store should be left alone, and says when the run must end.
func (r *runner) pause(ctx context.Context) error {
	for {
		if why := r.opt.stop(ctx); why != "" {
			return stopped{why}
		}
		if r.opt.Probe == nil {
			return nil
		}
		why := strings.TrimSpace(r.opt.Probe(ctx, r.site.name))
		if why == "" {
			return nil
		}
		r.opt.tell(Event{Kind: Throttled, Step: r.step.ID, Due: r.step.Due, Done: r.rep.acted(), Reason: why})
		r.env.Sleep(ctx, r.opt.Pause)
	}
}

// fatal keeps errors of Garant's own memory; the others are in a report already.
func fatal(err error) error {
	var mine stateError
	if errors.As(err, &mine) {
		return err
	}
	return nil
}
