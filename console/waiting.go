package console

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// waiting is what wants a decision, and what falls due next.
type waiting struct {
	// Plan is a plan of today that waits for an approval; empty without one. Due is how many
	// acts it has.
	Plan string
	Due  int64
	// Open counts the requests without an answer, Late those past their limit; Next are the
	// most urgent ones.
	Open, Late int64
	Next       []Request
	// Review are the holds whose day of review has passed or comes within a month.
	Review []retention.Hold
}

// Any reports whether something waits.
func (w waiting) Any() bool { return w.Plan != "" || w.Open > 0 || len(w.Review) > 0 }

// desktop remembers what waits: the home page is opened often and need not ask the state each
// time. What somebody does in the console is told at once, what is done beside it soon.
type desktop struct {
	mu      sync.Mutex
	known   waiting   // under mu
	at      time.Time // under mu
	stale   bool      // under mu
	asking  bool      // under mu: somebody asks in the background
	version uint64    // under mu
}

// soon is how long what waits is remembered.
const soon = 20 * time.Second

// touch makes the next question ask the state again.
func (d *desktop) touch() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stale = true
}

// waits returns what waits, and a number that changes with it. Whoever comes when it is known
// too long gets what is known, while one asks the state again.
func (c *Console) waits(ctx context.Context) (waiting, uint64, error) {
	d := &c.desktop
	d.mu.Lock()
	defer d.mu.Unlock()
	now := c.opt.Clock()
	switch {
	case d.stale || d.version == 0:
		w, err := c.gather(ctx, policy.DateOf(now, c.opt.Zone))
		if err != nil {
			return w, d.version, err
		}
		d.keep(w, now)
	case now.Sub(d.at) >= soon && !d.asking:
		d.asking = true
		go c.gatherAgain(context.WithoutCancel(ctx), now)
	}
	return d.known, d.version, nil
}

// keep remembers what waits; only what is new counts as a change. It is called under mu.
func (d *desktop) keep(w waiting, now time.Time) {
	if d.version == 0 || !reflect.DeepEqual(w, d.known) {
		d.known = w
		d.version++
	}
	d.at, d.stale = now, false
}

// gatherAgain asks the state in the background. What it cannot tell is asked for again later.
func (c *Console) gatherAgain(ctx context.Context, now time.Time) {
	w, err := c.gather(ctx, policy.DateOf(now, c.opt.Zone))
	c.note("ask what waits", err)
	d := &c.desktop
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asking = false
	if err == nil && !d.stale {
		d.keep(w, now)
	}
}

// gather asks the state what waits.
func (c *Console) gather(ctx context.Context, today policy.Date) (out waiting, err error) {
	plans, err := c.company.Plans(ctx)
	if err != nil {
		return out, err
	}
	if len(plans) > 0 && plans[0].Finished.IsZero() {
		k, err := c.company.Kept(ctx, plans[0].Digest)
		if err != nil {
			return out, err
		}
		if k.Plan.AsOf == today && k.Plan.Request() == "" && slices.ContainsFunc(k.Plan.Pending(), func(s plan.Step) bool { return !k.approved(s) }) {
			out.Plan, out.Due = k.Digest, k.Plan.Totals.Due
		}
	}
	all, err := c.company.Requests(ctx)
	if err != nil {
		return out, err
	}
	out.requests(all)
	holds, err := c.company.Holds(ctx)
	for _, h := range holds {
		if h.Active() && !h.Review.IsZero() && h.Review.Before(today.Add(policy.Period{Months: 1})) {
			out.Review = append(out.Review, h)
		}
	}
	return out, err
}

// shownNext is how many requests are named on the home page.
const shownNext = 3

func (w *waiting) requests(all []Request) {
	for _, x := range all {
		if x.State.Decided() {
			continue
		}
		if w.Open++; x.Due.Left < 0 {
			w.Late++
		}
		w.Next = append(w.Next, x)
	}
	slices.SortStableFunc(w.Next, func(a, b Request) int { return a.rank() - b.rank() })
	w.Next = w.Next[:min(len(w.Next), shownNext)]
}

// changed tells the home page and the door that somebody did something.
func (c *Console) changed(r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		c.desktop.touch()
		c.door.guests.forget()
	}
}
