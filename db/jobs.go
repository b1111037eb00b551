package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// Jobs are the steps to carry out, kept by River in the state. A job holds a plan's digest
// and a step's ID, nothing else; what a step is and how far it came is in the state.
type Jobs struct{ s *State }

// Jobs returns the jobs of the state.
func (s *State) Jobs() Jobs { return Jobs{s} }

// stepArgs is a job: one step of one plan.
type stepArgs struct {
	Plan string `json:"plan"`
	Step string `json:"step"`
}

// Kind names the job for River.
func (stepArgs) Kind() string { return stepKind }

const stepKind = "apply_step"

// attempts is how often a step is tried: the engine has its own patience with busy stores,
// so what still fails here mostly needs a person.
const attempts = 3

// unfinished are the states in which a job is still to be worked. A job in one of them
// cannot be enqueued twice; one that is done or given up can.
func unfinished() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}
}

// Enqueue adds the steps of a plan, all or none. A step that is already waiting is not
// added again.
func (j Jobs) Enqueue(ctx context.Context, plan string, steps ...string) error {
	c, err := j.client(nil, 0)
	if err != nil || len(steps) == 0 {
		return err
	}
	opts := &river.InsertOpts{MaxAttempts: attempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished()}}
	var params []river.InsertManyParams
	for _, step := range steps {
		params = append(params, river.InsertManyParams{Args: stepArgs{plan, step}, InsertOpts: opts})
	}
	_, err = c.InsertMany(ctx, params)
	return explain("enqueue steps", err)
}

// Handler carries out one step of a plan. It is called again after an error, unless that is
// marked with Final, so it must find out by itself what was done already.
type Handler func(ctx context.Context, plan, step string) error

// Final marks an error that trying again will not mend.
func Final(err error) error { return river.JobCancel(err) }

// Drain works in this process until no step waits, with so many steps at a time, and
// returns the errors of those that were given up. Only one process may drain at a time:
// the caller holds LockRun, and so a job that is marked as running was left by a process
// that died, and is taken up at once. When ctx ends the handlers' contexts do, and
// unfinished steps stay for the next time.
func (j Jobs) Drain(ctx context.Context, workers int, handle Handler) error {
	if err := j.takeOver(ctx); err != nil {
		return err
	}
	w := &stepWorker{handle: handle, failed: map[int64]error{}}
	c, err := j.client(w, max(workers, 1))
	if err != nil {
		return err
	}
	if err := c.Start(context.WithoutCancel(ctx)); err != nil {
		return explain("start the workers", err)
	}
	err = j.await(ctx, c, w)
	stop := c.Stop
	if ctx.Err() != nil {
		stop = c.StopAndCancel
	}
	rest := context.WithoutCancel(ctx)
	err = errors.Join(err, explain("stop the workers", stop(rest)), sweep(rest, c))
	if ctx.Err() != nil {
		return err // what the handlers say now is that they were stopped
	}
	return errors.Join(err, w.errors())
}

// client returns a River client on the state; w is nil for one that only enqueues.
func (j Jobs) client(w *stepWorker, workers int) (*river.Client[*sql.Tx], error) {
	cfg := &river.Config{Logger: quiet()}
	if w != nil {
		cfg = &river.Config{
			Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
			Workers: river.NewWorkers(),
			// A step may take hours and only its own end ends it; River's clock never does.
			JobTimeout: -1, RescueStuckJobsAfter: 100 * 365 * 24 * time.Hour,
			FetchCooldown: 10 * time.Millisecond, FetchPollInterval: 100 * time.Millisecond,
			// One process works and sweeps up behind itself: there is nothing to lead.
			LeaderElectionDisabled: true, RetryPolicy: soon{}, Logger: quiet(),
		}
		river.AddWorker(cfg.Workers, w)
	}
	c, err := river.NewClient(riversqlite.New(j.s.jobs), cfg)
	return c, explain("open the jobs", err)
}

// takeOver makes the jobs of a dead process available. River has no call for it: JobRetry
// leaves running jobs alone and its rescuer waits for a time to pass, but here the lock of
// the run proves at once that nobody works on them. The attempt that died does not count.
func (j Jobs) takeOver(ctx context.Context) error {
	_, err := j.s.jobs.ExecContext(ctx, `UPDATE river_job SET state = 'available', attempt = max(attempt - 1, 0)
		WHERE kind = ? AND state IN ('running', 'retryable')`, stepKind)
	return explain("take over the jobs of a dead run", err)
}

// await returns when no job waits or runs, or ctx ended. Jobs that wait while nobody works
// are looked into: River says nothing when it cannot write to a full disk.
func (j Jobs) await(ctx context.Context, c *river.Client[*sql.Tx], w *stepWorker) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for idle := 1; ; idle++ {
		left, err := c.JobList(ctx, river.NewJobListParams().Kinds(stepKind).States(unfinished()...).First(1))
		if err != nil {
			return explain("look at the jobs", err)
		}
		if len(left.Jobs) == 0 {
			return nil
		}
		if w.working.Load() > 0 {
			idle = 0
		}
		if idle%50 == 49 {
			if err := j.writable(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// writable says why the jobs cannot be changed, by changing nothing about them.
func (j Jobs) writable(ctx context.Context) error {
	_, err := j.s.jobs.ExecContext(ctx, `UPDATE river_job SET state = state WHERE kind = ?`, stepKind)
	return explain("note what became of the jobs", err)
}

// Waiting returns the steps of a plan that are still to be worked.
func (j Jobs) Waiting(ctx context.Context, plan string) ([]string, error) {
	c, err := j.client(nil, 0)
	if err != nil {
		return nil, err
	}
	left, err := c.JobList(ctx, river.NewJobListParams().Kinds(stepKind).States(unfinished()...).First(10000))
	if err != nil {
		return nil, explain("look at the jobs", err)
	}
	var steps []string
	for _, job := range left.Jobs {
		var a stepArgs
		if json.Unmarshal(job.EncodedArgs, &a) == nil && a.Plan == plan {
			steps = append(steps, a.Step)
		}
	}
	return steps, nil
}

// sweep deletes the jobs that are over: evidence is the ledger's, not theirs.
func sweep(ctx context.Context, c *river.Client[*sql.Tx]) error {
	over := []rivertype.JobState{rivertype.JobStateCompleted, rivertype.JobStateCancelled, rivertype.JobStateDiscarded}
	_, err := c.JobDeleteMany(ctx, river.NewJobDeleteManyParams().Kinds(stepKind).States(over...).First(10000))
	return explain("sweep up the jobs", err)
}

// stepWorker hands jobs to the handler and remembers the error of each one's last attempt.
type stepWorker struct {
	river.WorkerDefaults[stepArgs]
	handle  Handler
	working atomic.Int64 // how many jobs are at work
	mu      sync.Mutex
	failed  map[int64]error // guarded by mu
}

// Work carries out one job.
func (w *stepWorker) Work(ctx context.Context, job *river.Job[stepArgs]) error {
	w.working.Add(1)
	defer w.working.Add(-1)
	err := w.handle(ctx, job.Args.Plan, job.Args.Step)
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.failed, job.ID)
	if err != nil {
		w.failed[job.ID] = fmt.Errorf("step %s: %w", job.Args.Step, err)
	}
	return err
}

func (w *stepWorker) errors() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(w.failed)) {
		errs = append(errs, w.failed[id])
	}
	return errors.Join(errs...)
}

// soon tries a failed step again after as many seconds as it was tried times.
type soon struct{}

// NextRetry counts from the last attempt's start.
func (soon) NextRetry(job *rivertype.JobRow) time.Time {
	return job.AttemptedAt.Add(time.Duration(job.Attempt) * time.Second)
}

// quiet returns a logger that says nothing: River's messages are for River's operators.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
