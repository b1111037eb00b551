package project_test

import (
	"errors"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// TestPartialRestore is the drill of P11 where somebody restores the company's tables and keeps
// the table of receipts, so that no receipt is missing. It is noticed by what is due again
// though it was erased; ordinary work is refused, and a replay erases it again.
func TestPartialRestore(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			p, b := e.make(t)
			run := project.Run{Clock: clock, Ratio: 0}
			pl := kept(t, p)
			prepare(t, p, "crm")
			b.dump(t)
			first, err := p.Apply(t.Context(), pl, run)
			if err != nil {
				t.Fatal(err)
			}
			proved := receiptsOf(t, p)
			b.restore(t)
			writeBack(t, p, proved)
			var back *project.CameBack
			if _, err := p.Plan(t.Context(), p.Today(now), nil); !errors.Is(err, apply.ErrRestored) || !errors.As(err, &back) || back.Store != "crm" || len(back.Datasets) == 0 {
				t.Fatalf("a plan of a store with restored tables: got %v", err)
			}
			if _, err := p.Apply(t.Context(), pl, run); !errors.Is(err, apply.ErrRestored) {
				t.Errorf("the plan of before: got %v", err)
			}
			_, again, err := p.Replay(t.Context(), "crm", run)
			if err != nil || !again.Complete() || again.Rows() == 0 || again.Rows() > first.Rows() {
				t.Errorf("replayed %d rows, first were %d: %v", again.Rows(), first.Rows(), err)
			}
			if n := count(verify(t, p), retention.Broken); n != 0 {
				t.Errorf("%d promises are broken still", n)
			}
			if left := kept(t, p).Pending(); len(left) != 0 {
				t.Errorf("after the replay %d steps are pending", len(left))
			}
			if _, err := p.State.VerifyLedger(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRestoredTwice restores the same tables a second time, after the replay.
func TestRestoredTwice(t *testing.T) {
	t.Parallel()
	p, b := engines()[0].make(t)
	run := project.Run{Clock: clock, Ratio: 0}
	pl := kept(t, p)
	prepare(t, p, "crm")
	b.dump(t)
	if _, err := p.Apply(t.Context(), pl, run); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		// A replay is named after its instant: at the same one it would be the one before.
		run.Clock = func() time.Time { return now.Add(time.Duration(n+1) * time.Minute) }
		proved := receiptsOf(t, p)
		b.restore(t)
		writeBack(t, p, proved)
		if _, err := p.Plan(t.Context(), p.Today(now), nil); !errors.Is(err, apply.ErrRestored) {
			t.Fatalf("got %v", err)
		}
		if _, rep, err := p.Replay(t.Context(), "crm", run); err != nil || rep.Rows() == 0 {
			t.Fatalf("replayed %d rows: %v", rep.Rows(), err)
		}
	}
}

func receiptsOf(t *testing.T, p *project.Project) (rs []store.Receipt) {
	t.Helper()
	d, _ := p.Store("crm")
	if err := d.(store.Actor).Receipts(t.Context(), 0, func(r store.Receipt) bool { rs = append(rs, r); return true }); err != nil {
		t.Fatal(err)
	}
	return rs
}

// writeBack writes the receipts that the restored store lacks, as if their table had been kept.
func writeBack(t *testing.T, p *project.Project, rs []store.Receipt) {
	t.Helper()
	d, _ := p.Store("crm")
	tx, err := d.(store.Actor).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, r := range rs[len(receiptsOf(t, p)):] {
		if err := tx.WriteReceipt(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}
