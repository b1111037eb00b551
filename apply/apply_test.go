package apply_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// each runs a test on every store there is for it.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for name, open := range backings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, open(t)))
		})
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.run()
		w.check()
		if !r.Complete() || r.Recovered != 0 {
			t.Errorf("got %+v", r)
		}
		shells := count(func(i int64) bool { return dueLead(i) && shell(i) })
		want := apply.StepReport{Step: eraseLeads, Dataset: "leads", Store: "crm", Action: policy.Erase, State: apply.Done,
			Due: count(dueLead), Done: count(dueLead) - shells, Shells: shells, Linked: 3 * count(dueLead)}
		if diff := cmp.Diff(want, step(t, r, eraseLeads), cmpopts.IgnoreFields(apply.StepReport{}, "Batches")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRunTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.run()
		r := w.run()
		w.check()
		s := step(t, r, blankEmails)
		if !r.Complete() || r.Rows() != 0 || s.Earlier != count(dueRest) {
			t.Errorf("got %+v", s)
		}
	})
}

func TestRunReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.run()
	r := w.memory.entered["crm"][0]
	if r.Plan != w.plan().Digest() || r.Root == "" || r.AsOf != w.plan().AsOf || r.At.IsZero() || r.Action == "" || r.Dataset == "" {
		t.Errorf("got %+v", r)
	}
}

func TestRunOneStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.opt.Only = []string{moveFiles}
	r := w.run()
	if len(r.Steps) != 1 || r.Rows() != count(dueRest) {
		t.Errorf("got %+v", r)
	}
	w.opt.Only = []string{"leads/erase/shoes"}
	if _, err := apply.Run(context.Background(), w.plan(), w.env(), w.opt); !errors.Is(err, apply.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*plan.Plan, *apply.Env){
		"other version": func(p *plan.Plan, _ *apply.Env) { p.Version++ },
		"no day":        func(p *plan.Plan, _ *apply.Env) { p.AsOf = policy.Date{} },
		"future":        func(p *plan.Plan, _ *apply.Env) { p.AsOf = policy.MustDate("2026-11-24") },
		"no archive":    func(_ *plan.Plan, e *apply.Env) { e.Archive = nil },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			before, p, e := w.state(), w.plan(), w.env()
			change(&p, &e)
			if _, err := apply.Run(context.Background(), p, e, w.opt); !errors.Is(err, apply.ErrRefused) {
				t.Errorf("got %v", err)
			}
			if diff := cmp.Diff(before, w.state()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRunFailsOneStepOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*plan.Step)
		want   apply.State
	}{
		"no key":         {func(s *plan.Step) { s.Work.Table.Key = nil }, apply.Failed},
		"no table":       {func(s *plan.Step) { s.Work.Table.Name = "gone" }, apply.Failed},
		"no column":      {func(s *plan.Step) { s.Work.Set = []store.Assign{{Column: "gone", To: store.Null}} }, apply.Failed},
		"no effect":      {func(s *plan.Step) { s.Work.Set = nil }, apply.Failed},
		"other store":    {func(s *plan.Step) { s.Store = "billing" }, apply.Unreachable},
		"needs approval": {func(s *plan.Step) { s.Needs = []string{"share 90"} }, apply.NotApproved},
		"only asks":      {func(s *plan.Step) { s.Action = policy.AskAgain }, apply.Asking},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			w.down["billing"] = store.ErrUnreachable
			p := w.plan()
			for i := range p.Steps {
				if p.Steps[i].ID == blankEmails {
					tt.change(&p.Steps[i])
				}
			}
			r, err := apply.Run(context.Background(), p, w.env(), w.opt)
			w.must(err)
			s := step(t, r, blankEmails)
			if s.State != tt.want || s.Done != 0 || step(t, r, eraseLeads).State != apply.Done || step(t, r, moveFiles).State != apply.Done {
				t.Errorf("got %+v", r)
			}
			if got := r.Complete(); got != (tt.want == apply.Asking) {
				t.Errorf("complete is %v", got)
			}
		})
	}
}

func TestRunStopsWithItsMemory(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"held", "enter", "cursor", "save", "key", "sets"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, memory1())
			w.memory.broken = method
			if _, err := apply.Run(context.Background(), w.plan(), w.env(), w.opt); !errors.Is(err, errDisk) {
				t.Fatalf("got %v", err)
			}
			w.memory.broken = ""
			w.run()
			w.check()
		})
	}
}

func TestStopFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.opt.StopFile = filepath.Join(t.TempDir(), "stop")
		batches := 0
		w.opt.At = func(point string) {
			if point == "after commit" {
				if batches++; batches == 2 {
					touch(t, w.opt.StopFile)
				}
			}
		}
		r := w.run()
		if r.Stopped != "stop file" || r.Complete() || batches != 2 {
			t.Errorf("got %q after %d batches", r.Stopped, batches)
		}
		first := r.Steps[0]
		if first.State != apply.Partly || first.Left != first.Due-first.Done || r.Steps[2].State != apply.Waiting {
			t.Errorf("got %+v", r.Steps)
		}
		w.opt.StopFile = ""
		w.run()
		w.check()
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	ctx, cancel := context.WithCancel(context.Background())
	w.opt.At = func(point string) {
		if point == "after lock" {
			cancel()
		}
	}
	r, err := apply.Run(ctx, w.plan(), w.env(), w.opt)
	w.must(err)
	// The batch at hand is carried to its end: cancelling never leaves one open.
	if r.Stopped != "cancelled" || r.Rows() == 0 || r.Steps[0].State != apply.Partly || len(w.memory.entered["crm"]) != 1 {
		t.Errorf("got %+v", r)
	}
	w.opt.At = nil
	w.run()
	w.check()
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	asked := 0
	w.opt.Probe = func(_ context.Context, name string) string {
		if asked++; asked < 4 {
			return "replica of " + name + " is 3 s behind"
		}
		return ""
	}
	w.opt.Ratio = 2
	w.run()
	w.check()
	if w.wall.slept < 3*time.Second || !w.said(apply.Throttled, "replica of crm is 3 s behind") {
		t.Errorf("slept %v", w.wall.slept)
	}
}

func TestSettleSeldom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.opt.Settle = time.Hour
	entered := 0
	w.opt.At = func(point string) {
		if point == "after enter" {
			entered++
		}
	}
	w.run()
	w.check()
	if entered != 3 {
		t.Errorf("entered %d times, want once a step", entered)
	}
}

func TestRestoredStoreIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory1())
	w.memory.entered["crm"] = []store.Receipt{{Seq: 9, ID: "x"}}
	before := w.state()
	if _, err := apply.Run(context.Background(), w.plan(), w.env(), w.opt); !errors.Is(err, apply.ErrRestored) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(before, w.state()); diff != "" {
		t.Error(diff)
	}
}
