package console

import (
	"context"
	"maps"
	"reflect"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// seen is the last that is known of the stores.
type seen struct {
	look  *Look // nil before the first look has ended
	ahead []Year
	// fallen is what has fallen due on days that somebody asked for; it is never changed, only
	// replaced.
	fallen map[policy.Date][]Fallen
	// lost is the last day to come that could not be counted.
	lost policy.Date
	// looking is true while a look is under way; failed is why the last one failed.
	looking bool
	failed  error
	// version is another one after each change.
	version uint64
}

// watch looks at the stores in the background, so that no page ever waits for them.
type watch struct {
	looker Looker
	every  time.Duration
	tell   func(error)
	again  chan struct{}
	days   chan policy.Date

	mu  sync.Mutex
	now seen // under mu
}

func newWatch(l Looker, every time.Duration, tell func(error)) *watch {
	return &watch{looker: l, every: every, tell: tell, again: make(chan struct{}, 1), days: make(chan policy.Date, 1), now: seen{looking: true}}
}

func (w *watch) seen() seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// ask wants a new look as soon as the one under way has ended; asked twice it looks once.
func (w *watch) ask() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.looking = true
	w.now.version++
	select {
	case w.again <- struct{}{}:
	default:
	}
}

// remember shows the last look of an earlier process until the first one of this process has
// ended: on a large base that takes minutes.
func (w *watch) remember(ctx context.Context) {
	l, years, err := w.looker.Last(ctx)
	if err != nil {
		w.tell(err) // the look that follows is not in need of it
	}
	if err == nil && l != nil {
		w.set(func(s *seen) { s.look, s.ahead = l, years })
	}
}

// run looks until the context ends: at once, when asked, and every so often.
func (w *watch) run(ctx context.Context) {
	w.remember(ctx)
	for ctx.Err() == nil {
		w.look(ctx)
		timer := time.NewTimer(w.every)
		for idle := true; idle; {
			idle = false
			select {
			case <-ctx.Done():
			case <-timer.C:
			case <-w.again:
			case day := <-w.days:
				w.foresee(ctx, day)
				idle = true
			}
		}
		timer.Stop()
	}
}

// on tells what has fallen due on a day, where it is known. What is not will be, a little later:
// one day is looked at when nothing else is.
func (w *watch) on(day policy.Date) ([]Fallen, bool) {
	now := w.seen()
	for _, y := range now.ahead {
		if day == (policy.Date{Year: y.Year + 1, Month: time.January, Day: 1}) {
			return y.Fallen, true
		}
	}
	known, ok := now.fallen[day]
	if !ok {
		select {
		case w.days <- day:
		default: // another is to be looked at first; the page asks again
		}
	}
	return known, ok
}

// foresee looks at a day to come, unless it is known meanwhile.
func (w *watch) foresee(ctx context.Context, day policy.Date) {
	if _, ok := w.seen().fallen[day]; ok {
		return
	}
	all, err := w.looker.On(ctx, day)
	if err != nil && ctx.Err() == nil {
		w.tell(err)
		w.set(func(s *seen) { s.lost = day })
	}
	if err != nil {
		return
	}
	w.set(func(s *seen) {
		s.fallen = maps.Clone(s.fallen)
		if s.fallen == nil {
			s.fallen = map[policy.Date][]Fallen{}
		}
		s.fallen[day] = all
	})
}

// look takes one look, then one ahead. A look that fails leaves the last one standing, with
// its time, beside why it failed.
func (w *watch) look(ctx context.Context) {
	w.set(func(s *seen) { s.looking = true })
	l, err := w.looker.Look(ctx)
	if err != nil {
		w.fail(ctx, err)
		return
	}
	before := w.seen()
	known := before.look != nil && same(*before.look, l)
	w.set(func(s *seen) {
		if s.look, s.failed, s.looking = &l, nil, len(w.again) > 0; !known {
			s.fallen = nil
		}
	})
	if len(w.again) > 0 || before.ahead != nil && known {
		return // a newer look matters more than the years to come, and those may be known
	}
	years, err := w.looker.Ahead(ctx)
	if err != nil {
		w.fail(ctx, err)
		return
	}
	w.set(func(s *seen) { s.ahead = years })
}

// same reports whether two looks found the same of the same promises on the same day.
func same(a, b Look) bool {
	return a.Today == b.Today && reflect.DeepEqual(a.Truth, b.Truth) && reflect.DeepEqual(a.Policy, b.Policy)
}

func (w *watch) fail(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the process ends
	}
	w.tell(err)
	w.set(func(s *seen) { s.failed, s.looking = err, len(w.again) > 0 })
}

func (w *watch) set(change func(*seen)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.now)
	w.now.version++
}
