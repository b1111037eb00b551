package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// env is what a run needs: the state is the real one, as are its holds.
type env struct {
	site
	*db.State
	set    db.Set
	dir    string // of the state
	digest *ledger.Digester
	out    *outcome
	bare   bool // without evidence
}

func (e *env) Store(context.Context, string) (store.Driver, store.Actor, error) {
	timed := timedActor{e.own, e.out}
	if e.bare {
		return e.own, bareActor{timed, e}, nil
	}
	return e.own, timed, nil
}

// timedActor notes how long each transaction was that was committed.
type timedActor struct {
	store.Actor
	out *outcome
}

// Tidy implements store.Tidier where the store does.
func (a timedActor) Tidy(ctx context.Context) {
	if t, ok := a.Actor.(store.Tidier); ok {
		t.Tidy(ctx)
	}
}

func (a timedActor) Begin(ctx context.Context) (store.Tx, error) {
	start := time.Now()
	tx, err := a.Actor.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return timedTx{tx, a.out, start}, nil
}

type timedTx struct {
	store.Tx
	out   *outcome
	start time.Time
}

// Sweep implements store.Sweeper, as every store of the benchmarks does.
func (t timedTx) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	return t.Tx.(store.Sweeper).Sweep(ctx, q, fn)
}

func (t timedTx) Commit(ctx context.Context) error {
	err := t.Tx.Commit(ctx)
	t.out.txs = append(t.out.txs, time.Since(t.start))
	return err
}

// Held returns the predicate of the holds, which name clients by their keys.
func (e *env) Held(ctx context.Context, _ string) (store.Pred, int64, error) {
	hs, epoch, err := e.Holds(ctx)
	var held []store.Key
	for _, h := range hs {
		held = append(held, h.Keys...)
	}
	return store.KeyIn(clients.Key, held), epoch, err
}

// Approved returns the set from the state, as a run of the command does.
func (e *env) Approved(ctx context.Context, digest, step string) (_ apply.Set, err error) {
	e.set, err = e.Set(ctx, digest, step)
	return e, err
}

// Has implements apply.Set.
func (e *env) Has(k store.Key) bool { return e.set.Has(ledger.Short(e.digest.Digest(k))) }

// show keeps the set of records that the step is shown with.
func (e *env) show(ctx context.Context, p plan.Plan) error {
	var members []uint64
	s := p.Steps[0]
	err := e.own.Find(ctx, store.Query{Table: s.Work.Table, Columns: s.Work.Table.Key, Where: s.Work.Where}, func(r store.Row) bool {
		members = append(members, ledger.Short(e.digest.Digest(store.Key(r))))
		return true
	})
	if err != nil {
		return err
	}
	slices.Sort(members)
	return e.SaveSet(ctx, p.Digest(), s.ID, members)
}

// outcome is what one purge took.
type outcome struct {
	took time.Duration
	// acted is when the last batch that acted on rows was done.
	acted time.Duration
	// evidence is what receipts and ledger took of it, txs how long each transaction was.
	evidence time.Duration
	phases   map[string]time.Duration
	txs      []time.Duration
	state    int64 // bytes of the state
}

// purge carries out one step with a state of its own and makes sure that it acted on every
// due row.
func (b *bench) purge(ctx context.Context, s site, step plan.Step, archive apply.Archive, ratio float64) (o outcome, err error) {
	err = b.shown(ctx, s, step, func(e *env) error {
		r, err := e.run(ctx, &o, finished(step), apply.Options{Ratio: ratio}, archive)
		if err == nil && ctx.Err() == nil && r.Rows() != step.Due {
			err = fmt.Errorf("acted on %d of %d rows: %s", r.Rows(), step.Due, r.Steps[0].Why)
		}
		o.state = size(e.dir)
		return err
	})
	return o, err
}

// shown calls do with a state of its own, in which the step's records are kept as shown.
func (b *bench) shown(ctx context.Context, s site, step plan.Step, do func(*env) error) error {
	dir, err := os.MkdirTemp(b.dir, "state-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	e, err := open(ctx, dir, s, step)
	if err != nil {
		return err
	}
	defer func() { _ = e.State.Close() }()
	if err := e.show(ctx, finished(step)); err != nil {
		return err
	}
	return do(e)
}

// open opens the state in the folder.
func open(ctx context.Context, dir string, s site, step plan.Step) (*env, error) {
	state, err := db.Open(ctx, dir)
	key := ledger.DatasetKey([]byte("0123456789abcdef0123456789abcdef"), step.Dataset)
	return &env{site: s, State: state, dir: dir, digest: ledger.NewDigester(key)}, err
}

// run times a run of the plan.
func (e *env) run(ctx context.Context, o *outcome, p plan.Plan, opt apply.Options, archive apply.Archive) (apply.Report, error) {
	began := map[string]time.Time{}
	e.out = o
	opt.Settle, opt.At = time.Second, func(point string) { o.at(began, point) }
	start := time.Now()
	if opt.Tell == nil {
		opt.Tell = func(v apply.Event) {
			if v.Kind == apply.BatchDone && v.Rows > 0 {
				o.acted = time.Since(start)
			}
		}
	}
	r, err := apply.Run(ctx, p, apply.Env{Stores: e, Holds: e, Log: e.State, Sets: e, Progress: e.State, Keys: e.State, Archive: archive, Clock: time.Now, Sleep: sleep}, opt)
	o.took = time.Since(start)
	return r, err
}

// at takes the time between the engine's points.
func (o *outcome) at(began map[string]time.Time, point string) {
	now := time.Now()
	switch point {
	case "after receipt":
		o.evidence += now.Sub(began["before receipt"])
	case "after enter":
		o.evidence += now.Sub(began["before enter"])
	}
	if name, ended := strings.CutPrefix(point, "after "); ended {
		if o.phases == nil {
			o.phases = map[string]time.Duration{}
		}
		o.phases[name] += now.Sub(began["before "+name])
	}
	began[point] = now
}

func finished(s plan.Step) plan.Plan {
	return plan.Finish(plan.Plan{AsOf: policy.MustDate("2026-11-22"), Steps: []plan.Step{s}})
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// size adds up the files below a directory.
func size(dir string) (n int64) {
	_ = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}
