package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Errors that refuse a plan before anything is touched.
var (
	// ErrFuture says that the plan is of a day to come.
	ErrFuture = errors.New("the plan is of a day to come")
	// ErrDrift says that the policy, the binding, the schema or the data moved since the plan
	// was made. A *Drifted says what.
	ErrDrift = errors.New("what the plan was made from has moved")
)

// Drifted is the error of a plan that no longer fits; its lines are those of plan.Drift.
type Drifted struct{ Moved []string }

// Error says what moved.
func (d *Drifted) Error() string {
	return fmt.Sprintf("%s: %s", ErrDrift, strings.Join(d.Moved, "; "))
}

// Is makes errors.Is find ErrDrift.
func (d *Drifted) Is(target error) bool { return target == ErrDrift }

// Unapproved is the error of a plan some steps of which lack an approval.
type Unapproved struct{ Steps []plan.Step }

// Error names the steps with their counts.
func (u *Unapproved) Error() string {
	var s []string
	for _, st := range u.Steps {
		s = append(s, fmt.Sprintf("%s on %d records", st.ID, st.Due))
	}
	return fmt.Sprintf("%s: %s", plan.ErrNotApproved, strings.Join(s, ", "))
}

// Is makes errors.Is find plan.ErrNotApproved.
func (u *Unapproved) Is(target error) bool { return target == plan.ErrNotApproved }

// Run is how to carry out a plan.
type Run struct {
	Clock func() time.Time
	Tell  func(apply.Event)
	// At is for crash tests; see apply.Options.
	At func(string)
	// Ratio overrides the pause of the settings where it is not negative.
	Ratio float64
}

// Check refuses a plan that must not be carried out: edited, of a day to come, drifted or
// not approved. It touches nothing.
func (p *Project) Check(ctx context.Context, pl plan.Plan, now time.Time) error {
	if err := p.State.CheckSeal(pl); err != nil {
		return err
	}
	if pl.AsOf.After(p.Today(now)) {
		return fmt.Errorf("%w: it is of %s and today is %s", ErrFuture, pl.AsOf, p.Today(now))
	}
	current, err := p.current(ctx, pl)
	if err != nil {
		return err
	}
	if pl.Occasion != "" { // a plan of some steps only
		current.Steps = slices.DeleteFunc(current.Steps, func(s plan.Step) bool {
			_, ours := pl.Step(s.ID)
			return !ours
		})
	}
	moved := plan.Drift(pl, current)
	for _, s := range pl.Pending() {
		if len(s.Ended) == 0 {
			continue
		}
		if ok, err := p.stands(ctx, s, p.Today(now)); err != nil {
			return err
		} else if !ok {
			moved = append(moved, "agreed "+s.ID)
		}
	}
	if len(moved) > 0 {
		return &Drifted{moved}
	}
	var missing []plan.Step
	for _, s := range pl.Pending() {
		if len(s.Needs) == 0 {
			continue
		}
		err := p.approved(ctx, pl.Digest(), s)
		if errors.Is(err, plan.ErrNotApproved) {
			missing = append(missing, s)
		} else if err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return &Unapproved{missing}
	}
	return nil
}

// current computes the plan again, on the stores as they are.
func (p *Project) current(ctx context.Context, pl plan.Plan) (plan.Plan, error) {
	if pl.Request() == "" {
		return p.Plan(ctx, pl.AsOf, nil)
	}
	if err := p.Genuine(ctx); err != nil {
		return plan.Plan{}, err
	}
	c, err := p.State.Case(ctx, pl.Request())
	if err != nil {
		return plan.Plan{}, err
	}
	return p.erasePlan(ctx, c, pl.AsOf)
}

// Apply carries out a plan as jobs, one for each step, in this process. Run again after a
// crash it goes on where it ended.
func (p *Project) Apply(ctx context.Context, pl plan.Plan, r Run) (apply.Report, error) {
	release, err := p.State.LockRun()
	if err != nil {
		return apply.Report{}, err
	}
	defer release()
	if err := p.Check(ctx, pl, r.Clock()); err != nil {
		return apply.Report{}, err
	}
	digest := pl.Digest()
	if done, err := p.finished(ctx, digest); done || err != nil {
		return p.earlier(ctx, pl, r.Clock(), err)
	}
	run, err := p.State.StartRun(ctx, digest, r.Clock())
	if err != nil {
		return apply.Report{}, err
	}
	rep, err := p.work(ctx, pl, r)
	outcome := "done"
	switch {
	case err != nil:
		outcome = "failed"
	case rep.Stopped != "":
		outcome = "stopped"
	case !rep.Complete():
		outcome = "partly"
	}
	// What was done is noted even when the caller's context has ended.
	after := context.WithoutCancel(ctx)
	err = errors.Join(err, p.State.FinishRun(after, run, outcome, r.Clock()))
	if outcome == "done" && err == nil {
		err = p.State.FinishPlan(after, digest, r.Clock())
	}
	return rep, err
}

// finished reports whether an earlier run carried the whole plan out.
func (p *Project) finished(ctx context.Context, digest string) (bool, error) {
	runs, err := p.State.Runs(ctx)
	done := slices.ContainsFunc(runs, func(r db.Run) bool { return r.Plan == digest && r.Outcome == "done" })
	return done, err
}

// earlier reports on a plan that was carried out before. Whoever lost the answer to that, in
// a crash, asks again, and must not be told that its approved sets are missing.
func (p *Project) earlier(ctx context.Context, pl plan.Plan, now time.Time, err error) (apply.Report, error) {
	rep := apply.Report{Plan: pl.Digest(), AsOf: pl.AsOf}
	if err != nil {
		return rep, err
	}
	for _, s := range pl.Pending() {
		st := apply.StepReport{Step: s.ID, Dataset: s.Dataset, Store: s.Store, Action: s.Action, State: apply.Done, Due: s.Due}
		if s.Action == policy.AskAgain {
			st.State = apply.Asking
		}
		if st.Earlier, err = p.acted(ctx, rep.Plan, s); err != nil {
			return rep, err
		}
		rep.Steps = append(rep.Steps, st)
	}
	// The crash may have come before the working copies were dropped.
	return rep, p.State.FinishPlan(ctx, rep.Plan, now)
}

// acted sums the receipts of a step.
func (p *Project) acted(ctx context.Context, digest string, s plan.Step) (rows int64, err error) {
	if s.Store == vault.Store {
		return 0, nil // its receipts name no plan
	}
	_, actor, err := stores{p}.Store(ctx, s.Store)
	if err != nil {
		return 0, err
	}
	err = actor.Receipts(ctx, 0, func(r store.Receipt) bool {
		if r.Plan == digest && r.Step == s.ID {
			rows += r.Rows
		}
		return true
	})
	return rows, err
}

// work drains the plan's jobs and joins the reports of the steps.
func (p *Project) work(ctx context.Context, pl plan.Plan, r Run) (apply.Report, error) {
	out := apply.Report{Plan: pl.Digest(), AsOf: pl.AsOf}
	if err := p.PutAsking(ctx, pl, r.Clock()); err != nil {
		return out, err
	}
	archive, err := p.archive(ctx, pl.AsOf)
	if err != nil {
		return out, err
	}
	env, opt := p.Env(pl, r.Clock, archive), p.options(r)
	jobs := p.State.Jobs()
	for _, s := range pl.Pending() {
		if out.Stopped != "" {
			break
		}
		if err := jobs.Enqueue(ctx, out.Plan, s.ID); err != nil {
			return out, err
		}
		err := jobs.Drain(ctx, 1, func(ctx context.Context, digest, step string) error {
			if digest != out.Plan {
				return db.Final(fmt.Errorf("step %s is of another plan, left unfinished; apply that plan again", step))
			}
			return p.step(ctx, pl, step, env, opt, &out)
		})
		if err != nil && !stepFailed(out) {
			return out, err
		}
	}
	return out, nil
}

// archive opens the archive as the engine sees it: nil where none is needed.
func (p *Project) archive(ctx context.Context, today policy.Date) (apply.Archive, error) {
	v, err := p.OpenArchive(ctx, today)
	if v == nil || err != nil {
		return nil, err
	}
	return v, p.enterArchive(ctx, v)
}

func (p *Project) options(r Run) apply.Options {
	t, stop := p.Config.Throttle, ""
	if t.StopFile != "" {
		stop = p.in(t.StopFile)
	}
	opt := apply.Options{Ratio: t.Pause, Target: t.Batch, StopFile: stop, Tell: r.Tell, At: r.At, Settle: time.Second}
	if r.Ratio >= 0 {
		opt.Ratio = r.Ratio
	}
	return opt
}

// step carries out one step; what goes wrong in the store is in the report and is not tried
// again by the jobs, because the engine has already done so.
func (p *Project) step(ctx context.Context, pl plan.Plan, step string, env apply.Env, opt apply.Options, out *apply.Report) error {
	if s, _ := pl.Step(step); s.Store == vault.Store {
		rep, err := p.inArchive(ctx, pl, s, env.Clock())
		out.Steps = append(out.Steps, rep)
		if err != nil {
			return db.Final(err)
		}
		return p.mark(ctx, pl, step, env.Clock())
	}
	opt.Only = []string{step}
	rep, err := apply.Run(ctx, pl, env, opt)
	out.Recovered += rep.Recovered
	out.Stopped = rep.Stopped
	out.Steps = append(out.Steps, rep.Steps...)
	out.Unreachable = append(out.Unreachable, rep.Unreachable...)
	if err != nil {
		return db.Final(err)
	}
	for _, done := range rep.Steps {
		if done.State != apply.Done {
			continue
		}
		s, _ := pl.Step(step)
		if err := p.leaveTrace(ctx, out.Plan, s, done, env.Clock()); err != nil {
			return db.Final(err)
		}
		return p.mark(ctx, pl, step, env.Clock())
	}
	return nil
}

// inArchive carries out a step on the archive: what is over there by its own end, or what a
// request ends.
func (p *Project) inArchive(ctx context.Context, pl plan.Plan, s plan.Step, now time.Time) (apply.StepReport, error) {
	if pl.Request() != "" {
		return p.releaseCopies(ctx, pl, s, now)
	}
	return p.purge(ctx, s, pl.AsOf, now)
}

// mark notes that the rules of a step have run, so that the guard asks for them once only. A
// rule that a person ended early has not run.
func (p *Project) mark(ctx context.Context, pl plan.Plan, step string, now time.Time) error {
	if pl.Request() != "" {
		return nil
	}
	s, _ := pl.Step(step)
	if len(s.Ended) > 0 {
		return nil
	}
	var rules []policy.RuleID
	for _, r := range s.Because {
		rules = append(rules, r.Rule)
	}
	return p.State.MarkRan(ctx, now, rules...)
}

func stepFailed(r apply.Report) bool {
	for _, s := range r.Steps {
		if s.Err != nil {
			return true
		}
	}
	return false
}
