package project_test

import (
	"context"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// now is the instant of the tests: what they plan is of its day.
var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// company fills the example company and opens it.
func company(t *testing.T, people int) *project.Project {
	t.Helper()
	dir := t.TempDir()
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	_, err := demo.Fill(t.Context(), demo.Options{People: people, Seed: 1, Today: policy.MustDate("2026-11-22"), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return reopen(t, dir)
}

func reopen(t *testing.T, dir string) *project.Project {
	t.Helper()
	p, err := project.Read(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err, p.Problems)
	}
	if err := p.OpenState(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// kept makes today's plan, keeps it, and approves every step that needs it.
func kept(t *testing.T, p *project.Project) plan.Plan {
	t.Helper()
	pl, err := p.Plan(t.Context(), p.Today(now), nil)
	if err != nil {
		t.Fatal(err)
	}
	if pl, err = p.Keep(t.Context(), pl, now); err != nil {
		t.Fatal(err)
	}
	for _, s := range pl.Pending() {
		if _, err := p.State.Approve(t.Context(), db.Approval{Plan: pl.Digest(), Step: s.ID, Dataset: s.Dataset, Count: s.Due, By: "dpo", At: now}); err != nil {
			t.Fatal(err)
		}
	}
	return pl
}

// TestTheWholeWay plans, applies and verifies the example company: after it nothing is
// overdue, nothing is due, and every receipt is a leaf of a sound ledger.
func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	p := company(t, 400)
	ctx := t.Context()
	before := verify(t, p)
	if n := count(before, retention.Broken); n < 10 {
		t.Errorf("%d promises are broken before, want many", n)
	}
	pl := kept(t, p)
	rep, err := p.Apply(ctx, pl, project.Run{Clock: clock, Ratio: 0})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range rep.Steps {
		// Changed ones went with their owner, in a step before.
		if s.State != "done" && s.State != "asking" || s.Done+s.Shells+s.Held+s.Named+s.Changed != s.Due && s.Action != policy.AskAgain {
			t.Errorf("%+v", s)
		}
	}
	again, err := p.Plan(ctx, p.Today(now), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range again.Pending() {
		t.Errorf("step %s still has %d due", s.ID, s.Due)
	}
	for _, pr := range verify(t, p).Promises {
		if pr.Verdict == retention.Broken {
			t.Errorf("promise %s is broken: %d overdue", pr.ID, pr.Overdue)
		}
	}
	if _, err := p.State.VerifyLedger(ctx); err != nil {
		t.Error(err)
	}
}

// TestApplyAgain: whoever lost the answer of a run that was finished asks again and is told
// what was done; nothing more is touched.
func TestApplyAgain(t *testing.T) {
	t.Parallel()
	p := company(t, 60)
	pl := kept(t, p)
	first, err := p.Apply(t.Context(), pl, project.Run{Clock: clock, Ratio: 0})
	if err != nil {
		t.Fatal(err)
	}
	again, err := reopen(t, p.Dir).Apply(t.Context(), pl, project.Run{Clock: clock, Ratio: 0})
	if err != nil || !again.Complete() || again.Rows() != 0 {
		t.Fatalf("%v: %+v", err, again)
	}
	for i, s := range again.Steps {
		if f := first.Steps[i]; s.Earlier != f.Done+f.Shells {
			t.Errorf("%s: %d were acted on, then it says %d", s.Step, f.Done+f.Shells, s.Earlier)
		}
	}
}

func verify(t *testing.T, p *project.Project) retention.Verification {
	t.Helper()
	planner, err := p.Planner(context.Background(), p.Today(now))
	if err != nil {
		t.Fatal(err)
	}
	v, err := planner.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func count(v retention.Verification, o retention.Outcome) int {
	n := 0
	for _, p := range v.Promises {
		if p.Verdict == o {
			n++
		}
	}
	return n
}
