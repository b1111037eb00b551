package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// mostHolds is how many holds are placed: each undoes the stretch at hand, so that a run in
// which they never ended would not end either.
const mostHolds = 30

// holds places holds on clients while they are purged, measures how long that takes, and
// looks whether every client that was there when its hold had been placed is there in the end.
func (e engine) holds(ctx context.Context) error {
	b, name := e.bench, e.name
	s, err := e.from.fresh(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	step := b.erase(false)
	dir, err := os.MkdirTemp(b.dir, "state-")
	if err != nil {
		return err
	}
	env, err := open(ctx, dir, s, step)
	if err == nil {
		err = env.show(ctx, finished(step))
	}
	if err != nil {
		return err
	}
	defer func() { _ = env.State.Close() }()
	done := make(chan error, 1)
	go func() { _, err := env.run(ctx, &outcome{}, finished(step), apply.Options{}, nil); done <- err }()
	var took []time.Duration
	var kept []int64
	for end := false; !end; {
		next := time.After(time.Duration(20+rand.IntN(60)) * time.Millisecond)
		if len(took) >= mostHolds {
			next = nil
		}
		select {
		case err = <-done:
			end = true
		case <-next:
			id := int64(1+rand.IntN(b.rows/7)) * 7
			d, there, err := env.hold(ctx, id)
			if err != nil {
				return err
			}
			if took = append(took, d); there {
				kept = append(kept, id)
			}
		}
	}
	lost := int64(len(kept))
	for _, id := range kept {
		lost -= there(ctx, s, id)
	}
	worst := percentile(took, 99)
	b.enter(name+" a hold takes effect within 1 s", worst <= time.Second && lost == 0, fmt.Sprintf("%d ms at most in %d holds; %d of %d held clients lost", worst.Milliseconds(), len(took), lost, len(kept)), "—")
	return err
}

// hold places a hold on a client and reports whether the client was there afterwards.
func (e *env) hold(ctx context.Context, id int64) (took time.Duration, found bool, err error) {
	start := time.Now()
	_, err = e.PlaceHold(ctx, retention.Hold{Matter: "benchmark", Owner: "benchmark", Reason: "benchmark", Dataset: "clients",
		Keys: []store.Key{{id}}, Review: policy.MustDate("2027-11-22"), Placed: start})
	took = time.Since(start)
	return took, there(ctx, e.site, id) == 1, err
}

func there(ctx context.Context, s site, id int64) (n int64) {
	_ = s.raw.QueryRowContext(ctx, fmt.Sprintf("SELECT COUNT(*) FROM clients WHERE id = %d", id)).Scan(&n)
	return n
}

// restarts stops a purge in the middle and measures how long it takes from opening the state
// again to the next rows that are gone.
func (e engine) restarts(ctx context.Context) error {
	b, name, from := e.bench, e.name, e.from
	var took []time.Duration
	for range b.runs {
		d, err := b.restart(ctx, from)
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	b.enter(name+" restart to useful work ≤ 5 s", median(took) <= 5*time.Second, spread(took), "—")
	return nil
}

func (b *bench) restart(ctx context.Context, from bed) (took time.Duration, err error) {
	s, err := from.fresh(ctx)
	if err != nil {
		return 0, err
	}
	defer s.close()
	dir, err := os.MkdirTemp(b.dir, "state-")
	if err != nil {
		return 0, err
	}
	p := finished(b.erase(false))
	e, err := open(ctx, dir, s, p.Steps[0])
	if err == nil {
		err = e.show(ctx, p)
	}
	if err != nil {
		return 0, err
	}
	func() {
		defer func() { _ = recover() }() // the failpoint below
		batches := 0
		_, _ = e.run(ctx, &outcome{}, p, apply.Options{Tell: func(v apply.Event) {
			if batches++; v.Kind == apply.BatchDone && batches > 10 {
				panic("crash")
			}
		}}, nil)
	}()
	if err := e.State.Close(); err != nil {
		return 0, err
	}
	start := time.Now()
	if e, err = open(ctx, dir, s, p.Steps[0]); err != nil {
		return 0, err
	}
	defer func() { _ = e.State.Close() }()
	_, err = e.run(ctx, &outcome{}, p, apply.Options{Tell: func(v apply.Event) {
		if took == 0 && v.Kind == apply.BatchDone && v.Rows > 0 {
			took = time.Since(start)
		}
	}}, nil)
	return took, err
}
