package db

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

func TestSavePlan(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	want, err := s.SavePlan(t.Context(), samplePlan(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavePlan(t.Context(), samplePlan(), noon); err != nil {
		t.Fatal(err)
	}
	got, err := s.LoadPlan(t.Context(), want.Digest())
	if err != nil || got.Digest() != want.Digest() {
		t.Fatalf("another plan comes back: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if es := entries(t, s); len(es) != 1 || es[0].Kind != ledger.Planned || es[0].Due != 7 {
		t.Errorf("got %+v, want one plan", es)
	}
	if _, err := s.LoadPlan(t.Context(), "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	s, other := open(t, t.TempDir()), open(t, t.TempDir())
	sealed := s.Seal(samplePlan())
	edited := sealed
	edited.Steps = slices.Clone(sealed.Steps)
	edited.Steps[0].Due++
	for name, c := range map[string]struct {
		plan plan.Plan
		want error
	}{
		"as sealed": {sealed, nil}, "edited": {edited, ErrSeal}, "never sealed": {samplePlan(), ErrSeal},
		"sealed elsewhere": {other.Seal(samplePlan()), ErrSeal},
	} {
		if err := s.CheckSeal(c.plan); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestApprovals(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	want, err := s.Approve(t.Context(), Approval{Plan: "p", Step: "leads/erase", Dataset: "leads", Count: 7, By: "somebody", At: noon})
	if err != nil || want.ID != "approval-1" {
		t.Fatalf("got %s, %v", want.ID, err)
	}
	got, err := s.Approvals(t.Context(), "p")
	if err != nil || !cmp.Equal(got, []Approval{want}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := s.Approvals(t.Context(), "another"); err != nil || got != nil {
		t.Errorf("got %+v, %v; want none", got, err)
	}
	if e := entries(t, s)[0]; e.Kind != ledger.Approved || e.Rows != 7 || e.Ref != want.ID {
		t.Errorf("got %+v", e)
	}
}

// TestApproveOnce lets windows approve the same at once: one approval, one entry.
func TestApproveOnce(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var all sync.WaitGroup
	got := make([]Approval, 8)
	errs := make([]error, 8)
	for i := range got {
		all.Go(func() {
			got[i], errs[i] = s.Approve(t.Context(), Approval{Plan: "p", Step: "leads/erase", Dataset: "leads", Count: 7, By: "dpo", At: noon, Reason: "seen"})
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, a := range got {
		if a != got[0] {
			t.Errorf("got %+v and %+v", got[0], a)
		}
	}
	if kept, err := s.Approvals(t.Context(), "p"); err != nil || len(kept) != 1 || kept[0].Reason != "seen" {
		t.Errorf("got %+v, %v", kept, err)
	}
	if n := len(entries(t, s)); n != 1 {
		t.Errorf("%d entries tell of one approval", n)
	}
	for _, other := range []Approval{{By: "owner", Count: 7}, {By: "dpo", Count: 8}} {
		other.Plan, other.Step, other.Dataset, other.At = "p", "leads/erase", "leads", noon
		if a, err := s.Approve(t.Context(), other); err != nil || a.ID == got[0].ID {
			t.Errorf("another approval is taken for the first: %+v, %v", a, err)
		}
	}
}

// TestPlans lists the plans, latest first, with when they were finished.
func TestPlans(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var digests []string
	for _, day := range []string{"2026-11-20", "2026-11-21", "2026-11-22"} {
		p, err := s.SavePlan(t.Context(), plan.Finish(plan.Plan{AsOf: policy.MustDate(day)}), noon)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, p.Digest())
	}
	if err := s.FinishPlan(t.Context(), digests[1], noon); err != nil {
		t.Fatal(err)
	}
	got, err := s.Plans(t.Context(), 2)
	want := []SavedPlan{{Digest: digests[2], Saved: noon}, {Digest: digests[1], Saved: noon, Finished: noon}}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestSets(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	random := make([]uint64, 3*chunkSize+5)
	for i := range random {
		random[i] = rand.Uint64()
	}
	slices.Sort(random)
	for name, c := range map[string]struct{ members, want []uint64 }{
		"empty":  {nil, []uint64{}},
		"edges":  {[]uint64{0, 1, 1<<64 - 1}, []uint64{0, 1, 1<<64 - 1}},
		"equal":  {[]uint64{5, 5, 6}, []uint64{5, 6}},
		"random": {random, random},
	} {
		if err := s.SaveSet(t.Context(), "p", name, c.members); err != nil {
			t.Fatal(err)
		}
		got, err := s.Set(t.Context(), "p", name)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %d members come back, %v", name, len(got), err)
		}
		if len(got) > 0 && (!got.Has(got[len(got)-1]) || got.Has(3)) {
			t.Errorf("%s: wrong members", name)
		}
	}
	if s.SaveSet(t.Context(), "p", "unsorted", []uint64{2, 1}) == nil {
		t.Error("an unsorted set is accepted")
	}
	if err := s.FinishPlan(t.Context(), "p", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Set(t.Context(), "p", "random"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after the plan is finished: %v, want ErrNotFound", err)
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	r, err := s.StartRun(t.Context(), "p", noon)
	if err != nil || r.ID != "run-1" {
		t.Fatalf("got %+v, %v", r, err)
	}
	if err := s.FinishRun(t.Context(), r, "partly", noon); err != nil {
		t.Fatal(err)
	}
	r.Finished, r.Outcome = noon, "partly"
	if got, err := s.Runs(t.Context()); err != nil || !cmp.Equal(got, []Run{r}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if e := entries(t, s)[0]; e.Kind != ledger.Run || e.Outcome != "partly" || e.Ref != "run-1" {
		t.Errorf("got %+v", e)
	}
	if err := s.FinishRun(t.Context(), r, "stopped by Needle", noon); !errors.Is(err, ledger.ErrFreeText) {
		t.Errorf("got %v, want ErrFreeText", err)
	}
}

func TestCursor(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if k, err := s.Cursor(t.Context(), "p", "s"); k != nil || err != nil {
		t.Errorf("got %v, %v before the first", k, err)
	}
	want := store.Key{int64(1) << 60, "x", today, noon, []byte{0}}
	for _, k := range []store.Key{{int64(1)}, want} {
		if err := s.SaveCursor(t.Context(), "p", "s", k); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Cursor(t.Context(), "p", "s"); err != nil || !cmp.Equal([]any(got), []any(want)) {
		t.Errorf("another cursor comes back (%v)", err)
	}
}

func TestRulesAndFirstSeen(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	before, err1 := s.RuleRan(t.Context(), "quotes.1")
	err2 := s.MarkRan(t.Context(), noon, "quotes.1", "quotes.2", "quotes.1")
	after, err3 := s.RuleRan(t.Context(), "quotes.1")
	if err := errors.Join(err1, err2, err3); err != nil || before || !after {
		t.Errorf("ran %v then %v, %v", before, after, err)
	}
	later := today.Add(policy.Days(9))
	first, err1 := s.FirstSeen(t.Context(), "leads", "contact", today)
	again, err2 := s.FirstSeen(t.Context(), "leads", "contact", later)
	err3 = s.ForgetSeen(t.Context(), "leads", "contact")
	anew, err4 := s.FirstSeen(t.Context(), "leads", "contact", later)
	if err := errors.Join(err1, err2, err3, err4); err != nil || first != today || again != today || anew != later {
		t.Errorf("seen %v, %v, %v; %v", first, again, anew, err)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	day := today.Add(policy.Days(1))
	kept := ledger.Verdict{Promise: "quotes.1", Verdict: "kept"}
	late := ledger.Verdict{Promise: "quotes.1", Verdict: "broken", Overdue: 3}
	err1 := s.SaveCheck(t.Context(), today, []ledger.Verdict{late}, noon)
	err2 := s.SaveCheck(t.Context(), day, []ledger.Verdict{late}, noon)
	err3 := s.SaveCheck(t.Context(), day, []ledger.Verdict{kept}, noon)
	got, err4 := s.Verdicts(t.Context(), "quotes.1")
	want := []Verdict{{day, kept}, {today, late}}
	tallies, err := s.Tallies(t.Context(), today)
	if err != nil || !cmp.Equal(tallies, []Tally{{today, "broken", 1}, {day, "kept", 1}}) {
		t.Errorf("tallies %+v, %v", tallies, err)
	}
	if later, err := s.Tallies(t.Context(), day); err != nil || len(later) != 1 {
		t.Errorf("tallies since %+v, %v", later, err)
	}
	if err := errors.Join(err1, err2, err3, err4); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}
