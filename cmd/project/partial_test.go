package project_test

import (
	"testing"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// TestPartialRestore is the drill of P11 where somebody restores the company's tables and keeps
// the table of receipts: no receipt is missing, so normal work goes on. What came back is
// overdue at once: verify says so, the next plan has it, and carrying that out is enough.
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
			if n := count(verify(t, p), retention.Broken); n == 0 {
				t.Fatal("what came back is not noticed")
			}
			pl = kept(t, p)
			if len(pl.Pending()) == 0 {
				t.Fatal("the plan does not have what came back")
			}
			again, err := p.Apply(t.Context(), pl, run)
			if err != nil || !again.Complete() || again.Rows() == 0 || again.Rows() > first.Rows() {
				t.Errorf("acted on %d rows, first on %d: %v", again.Rows(), first.Rows(), err)
			}
			if n := count(verify(t, p), retention.Broken); n != 0 {
				t.Errorf("%d promises are broken still", n)
			}
			if _, err := p.State.VerifyLedger(t.Context()); err != nil {
				t.Error(err)
			}
		})
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
