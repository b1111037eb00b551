package console

import (
	"context"
	"sync"
)

// work is what takes long: making a plan, carrying one out.
type work string

const (
	planning work = "plan"
	applying work = "apply"
)

// progress is how far the work came that was asked for last.
type progress struct {
	Work work // empty before the first
	// Digest names the plan, known from the start when it is carried out and at the end when
	// it is made.
	Digest string
	Busy   bool
	// Done of Total: datasets counted, or records acted on. What is at work is named by What.
	Done, Total int64
	What        string
	Err         error
}

// Percent is how much of it is done.
func (p progress) Percent() int64 {
	if p.Total == 0 {
		return 0
	}
	return min(100, 100*p.Done/p.Total)
}

// bench does one piece of work at a time, beside the pages: whoever asked may leave and come
// back, and two windows that ask for the same find the same at work.
type bench struct {
	todo chan func(context.Context)

	mu  sync.Mutex
	now progress // under mu
}

func newBench() *bench { return &bench{todo: make(chan func(context.Context), 1)} }

func (b *bench) progress() progress {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// start puts the work on the bench unless something is at work already; it reports whether
// the work is there, be it by this call or by one before.
func (b *bench) start(p progress, do func(ctx context.Context, tell func(func(*progress))) error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now.Busy {
		return b.now.Work == p.Work && (p.Work == planning || b.now.Digest == p.Digest)
	}
	p.Busy = true
	b.now = p
	b.todo <- func(ctx context.Context) { // there is room: nothing else is busy
		err := do(ctx, b.set)
		b.set(func(p *progress) { p.Busy, p.Err = false, err })
	}
	return true
}

func (b *bench) set(change func(*progress)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.now)
}

// run works until the context ends.
func (b *bench) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case do := <-b.todo:
			do(ctx)
		}
	}
}
