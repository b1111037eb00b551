package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Run carries out a plan. The context ends it between two batches. What goes wrong in a store
// ends the step and is in the report, and the other steps go on; an error of Run itself
// means that the plan was refused (ErrRefused), that a store was restored (ErrRestored) or
// that Garant's own memory failed, without which nothing may be done. The report is right in
// every case, as far as the run came. Running the same plan again goes on where it ended.
//
// One run at a time may act on a store; the caller sees to that.
func Run(ctx context.Context, p plan.Plan, env Env, opt Options) (Report, error) {
	e := &engine{plan: p, digest: p.Digest(), env: env, opt: opt.filled(), sites: map[string]*site{}}
	e.report = Report{Plan: e.digest, AsOf: p.AsOf}
	for _, s := range p.Steps {
		if e.opt.wants(s) {
			e.report.Steps = append(e.report.Steps, newStepReport(s))
		}
	}
	if err := e.refuse(); err != nil {
		return e.report, err
	}
	// A batch is carried to its end even when the context ends in the middle of it.
	work := context.WithoutCancel(ctx)
	if err := e.open(work); err != nil {
		return e.report, err
	}
	err := e.steps(ctx, work)
	return e.report, err
}

// engine is one run.
type engine struct {
	plan   plan.Plan
	digest string
	env    Env
	opt    Options
	sites  map[string]*site
	report Report
}

// site is a store as this run sees it; err says why it cannot be worked.
type site struct {
	name   string
	driver store.Driver
	actor  store.Actor
	err    error
}

// refuse says why the plan cannot be carried out, before anything is touched.
func (e *engine) refuse() error {
	// The date is already tomorrow in the easternmost zone; the controller's own is checked
	// by the caller, who knows it.
	latest := policy.DateOf(e.env.Clock().Add(14*time.Hour), time.UTC)
	switch {
	case e.plan.Version != plan.Version:
		return fmt.Errorf("%w: it has version %d", ErrRefused, e.plan.Version)
	case e.plan.AsOf.IsZero():
		return fmt.Errorf("%w: it is of no day", ErrRefused)
	case e.plan.AsOf.After(latest):
		return fmt.Errorf("%w: it is of %s, which is to come", ErrRefused, e.plan.AsOf)
	}
	for _, id := range e.opt.Only {
		if _, ok := e.plan.Step(id); !ok {
			return fmt.Errorf("%w: it has no step %s", ErrRefused, id)
		}
	}
	for _, s := range e.plan.Pending() {
		if e.opt.wants(s) && s.Action == policy.ToArchive && e.env.Archive == nil {
			return fmt.Errorf("%w: step %s needs an archive", ErrRefused, s.ID)
		}
	}
	return nil
}

// open opens the stores of the steps and makes good what an earlier run left behind.
func (e *engine) open(ctx context.Context) error {
	for _, s := range e.plan.Pending() {
		if !e.opt.wants(s) || !acts(s) || e.sites[s.Store] != nil {
			continue
		}
		st := &site{name: s.Store}
		e.sites[s.Store] = st
		if err := e.openSite(ctx, st); err != nil {
			return err
		}
		if errors.Is(st.err, store.ErrUnreachable) {
			e.report.Unreachable = append(e.report.Unreachable, s.Store)
		}
	}
	slices.Sort(e.report.Unreachable)
	return nil
}

func (e *engine) openSite(ctx context.Context, st *site) error {
	if st.driver, st.actor, st.err = e.env.Stores.Store(ctx, st.name); st.err != nil {
		return nil
	}
	if st.err = st.actor.Prepare(ctx); st.err != nil {
		return nil
	}
	n, err := recoverSite(ctx, e.env, st)
	e.report.Recovered += n
	var mine stateError
	if errors.As(err, &mine) || errors.Is(err, ErrRestored) {
		return err
	}
	st.err = err
	return nil
}

// steps carries out the steps in the plan's order.
func (e *engine) steps(ctx, work context.Context) error {
	for i := range e.report.Steps {
		rep := &e.report.Steps[i]
		s, _ := e.plan.Step(rep.Step)
		if e.idle(s, rep) {
			continue
		}
		if e.report.Stopped = e.opt.stop(ctx); e.report.Stopped != "" {
			return nil
		}
		e.opt.tell(Event{Kind: StepStarted, Step: s.ID, Due: s.Due})
		err := e.runStep(ctx, work, s, rep)
		e.opt.tell(Event{Kind: StepDone, Step: s.ID, Due: s.Due, Done: rep.acted(), Reason: rep.Why})
		if err != nil || e.report.Stopped != "" {
			return err
		}
	}
	return nil
}

// idle deals with the steps that need no work or cannot have any.
func (e *engine) idle(s plan.Step, rep *StepReport) bool {
	switch {
	case s.Due == 0:
		rep.State = Done
	case !acts(s):
		rep.State, rep.Left = Asking, 0
	case e.sites[s.Store].err != nil:
		rep.fail(e.sites[s.Store].err)
	default:
		return false
	}
	return true
}

// acts reports whether the step touches rows. The question of re-permission is put by
// people; the step lists whom to ask.
func acts(s plan.Step) bool { return s.Action != policy.AskAgain }

// fail writes into the report why a step ended.
func (s *StepReport) fail(err error) {
	s.Err, s.Why = err, err.Error()
	switch {
	case errors.Is(err, store.ErrUnreachable):
		s.State = Unreachable
	case errors.Is(err, plan.ErrNotApproved):
		s.State = NotApproved
	case errors.Is(err, store.ErrBusy):
		s.State = Partly
	default:
		s.State = Failed
	}
	s.Left = s.missing()
}

// stateError is an error of Garant's own memory: the run ends, whatever it is.
type stateError struct{ error }

func (e stateError) Unwrap() error { return e.error }

// state marks an error of Garant's own memory.
func state(verb string, err error) error {
	if err == nil {
		return nil
	}
	return stateError{fmt.Errorf("%s: %w", verb, err)}
}
