package apply_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
)

// crash is what the failpoints throw.
type crash struct{}

// runUntil runs the plan and crashes when the point is reached for the nth time; it reports
// whether it was.
func (w *world) runUntil(point string, n int) (crashed bool) {
	return w.dieIn(w.plan(), point, n)
}

// dieIn is runUntil for any plan.
func (w *world) dieIn(p plan.Plan, point string, n int) (crashed bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(crash); !ok {
				panic(r)
			}
			crashed = true
		}
	}()
	opt := w.opt
	opt.At = nth(point, n, func() { panic(crash{}) })
	_, err := apply.Run(context.Background(), p, w.env(), opt)
	w.must(err)
	return false
}

func points() []string { return append(apply.Points(), "before copy", "after copy") }

// TestCrashAnywhere: after a crash before or after any effect and one more run, everything
// is as if there had been no crash, and receipts = effects = leaves.
func TestCrashAnywhere(t *testing.T) {
	t.Parallel()
	stride := map[string]int{"mem": 1, "sqlite": 3, "postgres": 6, "mariadb": 6} // hits apart: databases are slow to make
	for name, open := range backings {
		for _, point := range points() {
			t.Run(name+" "+point, func(t *testing.T) {
				t.Parallel()
				for n := 1; ; n += stride[name] {
					w := newWorld(t, open(t))
					if !w.runUntil(point, n) {
						if n == 1 {
							t.Fatal("the point was never reached")
						}
						return
					}
					w.resume(fmt.Sprint("hit ", n))
					if t.Failed() {
						t.Fatalf("crashed at hit %d", n)
					}
				}
			})
		}
	}
}

// resume runs the plan to its end and checks everything, the copies of the crash included.
func (w *world) resume(what string) {
	w.t.Helper()
	r := w.run()
	if !r.Complete() {
		w.t.Errorf("%s: got %+v", what, r)
	}
	w.check()
	w.wall.now = w.wall.now.Add(time.Hour)
	_, err := apply.Recover(context.Background(), w.env(), "crm")
	w.must(err)
	if len(w.vault.pending) > 0 {
		w.t.Errorf("%s: %d batches of copies are pending for ever", what, len(w.vault.pending))
	}
	w.checkVault()
}

// TestCrashFarFromTheCursor: the cursor is saved seldom, so the crash leaves one that is
// several commits behind.
func TestCrashFarFromTheCursor(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 12; n++ {
		w := newWorld(t, memory1())
		w.opt.Settle = time.Hour
		if !w.runUntil("after commit", n) {
			t.Fatal("no crash")
		}
		w.resume(fmt.Sprint("hit ", n))
	}
}

// TestCopiesWaitForALateCommit: right after a crash a commit may still be on its way through
// the server, so copies without a receipt are not forgotten at once.
func TestCopiesWaitForALateCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.opt.Only = []string{moveFiles}
	if !w.runUntil("before commit", 1) {
		t.Fatal("no crash")
	}
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{time.Second, 1}, {time.Minute, 1}, {time.Hour, 0}} {
		w.wall.now = w.wall.now.Add(tt.after)
		_, err := apply.Recover(context.Background(), w.env(), "crm")
		w.must(err)
		if got := len(w.vault.pending); got != tt.want {
			t.Errorf("%v later: %d batches are pending, want %d", tt.after, got, tt.want)
		}
	}
}

// TestCrashAgainAndAgain: every run crashes at the same kind of point, a little later each
// time; in the end all is done.
func TestCrashAgainAndAgain(t *testing.T) {
	t.Parallel()
	for _, point := range points() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			for n := 1; w.runUntil(point, 1+n/4); n++ {
				if n > 500 {
					t.Fatal("it never ends")
				}
			}
			w.check()
		})
	}
}
