package db

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

func dispute() retention.Hold {
	return retention.Hold{
		Matter: "Needle-matter", Owner: "Needle-owner", Reason: "Needle-reason", Dataset: "leads",
		Keys:      []store.Key{{int64(7), "needle-key"}, {policy.MustDate("2020-02-29"), noon}},
		Condition: "name == 'needle-condition'", Person: map[string]string{"email": "needle@home.example"},
		Review: policy.MustDate("2027-05-01"), Placed: noon,
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	want, err := s.PlaceHold(t.Context(), dispute())
	if err != nil || want.ID != "hold-1" {
		t.Fatalf("got %s, %v; want hold-1", want.ID, err)
	}
	got, before, err := s.Holds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]retention.Hold{want}, got); diff != "" {
		t.Error(diff)
	}
	if err := s.LiftHold(t.Context(), want.ID, "somebody", noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	got, after, err := s.Holds(t.Context())
	if err != nil || len(got) != 0 || after == before {
		t.Errorf("after lifting: %d holds, epoch %d then %d, %v", len(got), before, after, err)
	}
	all, err := s.HoldHistory(t.Context())
	if err != nil || len(all) != 1 || all[0].Active() || all[0].LiftedBy != "somebody" {
		t.Errorf("got %d holds on file, %v", len(all), err)
	}
	if err := s.LiftHold(t.Context(), want.ID, "somebody", noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("lifted twice: %v", err)
	}
}

func TestPlaceHoldRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	named := dispute()
	named.ID = "needle"
	for name, h := range map[string]retention.Hold{"a chosen name": named, "a hold on nothing": {Matter: "x", Placed: noon}} {
		if _, err := s.PlaceHold(t.Context(), h); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// TestLedgerHasNoNeedle checks that nothing personal of a hold, an approval or a cursor
// reaches the ledger, and that what was dropped is not left on the disk.
func TestLedgerHasNoNeedle(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	h, err1 := s.PlaceHold(t.Context(), dispute())
	err2 := s.LiftHold(t.Context(), h.ID, "Needle-lifter", noon)
	_, err3 := s.Approve(t.Context(), Approval{Plan: "p", Step: "s", Dataset: "leads", Count: 7, By: "Needle-approver", At: noon})
	err4 := s.SaveCursor(t.Context(), "p", "s", store.Key{"needle-cursor"})
	err5 := s.FinishPlan(t.Context(), "p", noon)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Ledger().Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if text := strings.ToLower(b.String()); strings.Contains(text, "needle") || strings.Count(text, "\n") != 5+1+3 {
		t.Error("the ledger tells too much or too little:\n" + text)
	}
	for _, name := range []string{"state.db", "state.db-wal"} {
		raw, err := os.ReadFile(s.path(name))
		if err != nil || bytes.Contains(raw, []byte("needle-cursor")) {
			t.Errorf("%s still holds a dropped cursor (%v)", name, err)
		}
	}
}

func TestCommit(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	_, epoch, err := s.Holds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ran := errors.New("ran")
	if err := s.Commit(t.Context(), epoch, func() error { return ran }); !errors.Is(err, ran) {
		t.Errorf("got %v, want the error of the act", err)
	}
	if _, err := s.PlaceHold(t.Context(), dispute()); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), epoch, func() error { return ran }); !errors.Is(err, plan.ErrHoldsMoved) {
		t.Errorf("got %v, want ErrHoldsMoved", err)
	}
}

// TestHoldStopsCommits is promise P7 at the gate: while several workers commit without a
// pause, a hold is placed within a second, and once it is acknowledged no commit that did
// not see it happens any more.
func TestHoldStopsCommits(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var placed atomic.Bool
	var late, done atomic.Int64
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for epoch := int64(0); ; {
				err := s.Commit(context.Background(), epoch, func() error {
					time.Sleep(3 * time.Millisecond)
					if placed.Load() {
						late.Add(1)
					}
					done.Add(1)
					return nil
				})
				if err != nil {
					return
				}
			}
		})
	}
	for done.Load() < 20 {
		time.Sleep(time.Millisecond)
	}
	begin := time.Now()
	if _, err := s.PlaceHold(t.Context(), dispute()); err != nil {
		t.Fatal(err)
	}
	placed.Store(true)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("placing the hold took %v", took)
	}
	workers.Wait()
	if late.Load() > 0 {
		t.Errorf("%d of %d commits came after the hold", late.Load(), done.Load())
	}
}

// TestHoldStopsAnotherProcess is the same across processes: the other one notes when it
// last acted.
func TestHoldStopsAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, file := open(t, dir), filepath.Join(t.TempDir(), "act")
	cmd, out := start(t, "commit:"+file, dir)
	for {
		if _, err := os.Stat(file); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if _, err := s.PlaceHold(t.Context(), dispute()); err != nil {
		t.Fatal(err)
	}
	acknowledged := time.Now().UnixNano()
	if said, err := out.ReadString('\n'); err != nil || said != "held\n" {
		t.Fatalf("got %q, %v", said, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if last, err := strconv.ParseInt(string(b), 10, 64); err != nil || last > acknowledged {
		t.Errorf("an act %d ns after the hold was acknowledged (%v)", last-acknowledged, err)
	}
}

func TestPlaceHoldGivesUp(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	err := s.Commit(t.Context(), 0, func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := s.PlaceHold(ctx, dispute()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want DeadlineExceeded", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PlaceHold(t.Context(), dispute()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if es := entries(t, s); len(es) != 1 || es[0].Kind != ledger.HoldPlaced || es[0].Ref != "hold-1" {
		t.Errorf("got %+v", es)
	}
}

func BenchmarkCommit(b *testing.B) {
	s := open(b, b.TempDir())
	for b.Loop() {
		if err := s.Commit(b.Context(), 0, func() error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
