package db

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/store"
)

func TestEnterOnce(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	p, err := s.SavePlan(t.Context(), samplePlan(), noon)
	if err != nil {
		t.Fatal(err)
	}
	r := receipt(3)
	r.Plan, r.Step = p.Digest(), p.Steps[0].ID
	for _, batch := range [][]store.Receipt{{receipt(1), receipt(2)}, {receipt(2), r, r}, {receipt(1)}, {}} {
		if err := s.Enter(t.Context(), "crm", batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Enter(t.Context(), "billing", []store.Receipt{receipt(1)}); err != nil {
		t.Fatal(err)
	}
	es := entries(t, s)
	if len(es) != 5 {
		t.Fatalf("%d leaves, want 1 plan and 4 acts", len(es))
	}
	if e := es[3]; len(e.Grounds) != 1 || e.Grounds[0].Rule != "quotes.1" || e.PolicyDigest != "a1" || e.Seq != 3 {
		t.Errorf("got %+v, want the grounds of the plan", e)
	}
	if seq, err := s.LastReceipt(t.Context(), "crm"); err != nil || seq != 3 {
		t.Errorf("cursor at %d, %v; want 3", seq, err)
	}
	if at, err := s.LeafOf(t.Context(), "crm", "p/1/2"); err != nil || at != 2 {
		t.Errorf("leaf at %d, %v; want 2", at, err)
	}
	if _, err := s.LeafOf(t.Context(), "crm", "p/1/9"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestRewind(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if err := s.Enter(t.Context(), "crm", []store.Receipt{receipt(9)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Rewind(t.Context(), "crm", 4, noon); err != nil {
		t.Fatal(err)
	}
	if seq, err := s.LastReceipt(t.Context(), "crm"); err != nil || seq != 4 {
		t.Errorf("cursor at %d, %v; want 4", seq, err)
	}
	if es := entries(t, s); es[1].Kind != ledger.Restored {
		t.Errorf("got %+v, want restored", es[1])
	}
}

// TestEnterKilled kills processes that enter receipts at random instants. Afterwards the
// ledger verifies and every receipt up to the cursor has exactly one leaf.
func TestEnterKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 6 {
		cmd, out := start(t, "enter", dir)
		if _, err := out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	s := open(t, dir)
	c, err := s.VerifyLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, err := s.LastReceipt(t.Context(), "crm")
	if err != nil || last < 2 || c.Size != last {
		t.Fatalf("%d leaves, cursor at %d, %v", c.Size, last, err)
	}
	for i, e := range entries(t, s) {
		if e.Seq != int64(i+1) {
			t.Fatalf("leaf %d is of receipt %d", i, e.Seq)
		}
	}
}

func TestTwoProcessesEnter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, _ := start(t, "append:crm", dir)
	b, _ := start(t, "append:billing", dir)
	if err := errors.Join(a.Wait(), b.Wait()); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if c, err := s.VerifyLedger(t.Context()); err != nil || c.Size != 80 {
		t.Fatalf("%d leaves, %v; want 80", c.Size, err)
	}
	seq := map[string]int64{}
	for _, e := range entries(t, s) {
		if seq[e.Store]++; e.Seq != seq[e.Store] {
			t.Errorf("receipt %d of %s out of order", e.Seq, e.Store)
		}
	}
}

func TestVerifyLedgerFindsChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sql string
		at        int64
	}{
		{"entry", "UPDATE leaves SET data = replace(data, '500', '501') WHERE idx = 4", 4},
		{"hash", "UPDATE leaves SET hashes = substr(hashes, 1, 32) || zeroblob(32) WHERE idx = 5", 5},
		{"hash cut short", "UPDATE leaves SET hashes = substr(hashes, 1, 63) WHERE idx = 5", 5},
		{"entry gone", "DELETE FROM leaves WHERE idx = 2", 2},
		{"entry added", "INSERT INTO leaves SELECT 9, data, hashes FROM leaves WHERE idx = 0", 9},
		{"size", "UPDATE ledger_head SET size = 8", 8},
		{"checkpoint", "UPDATE ledger_head SET checkpoint = zeroblob(200)", -1},
		{"everything gone", "DELETE FROM leaves", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, t.TempDir())
			var rs []store.Receipt
			for i := range int64(9) {
				rs = append(rs, receipt(i+1))
			}
			if err := s.Enter(t.Context(), "crm", rs); err != nil {
				t.Fatal(err)
			}
			if _, err := s.db.ExecContext(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			var b *ledger.Broken
			if _, err := s.VerifyLedger(t.Context()); !errors.As(err, &b) || b.At != c.at {
				t.Errorf("got %v, want broken at %d", err, c.at)
			}
		})
	}
}

func TestExportVerifies(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for i := range int64(20) {
		if err := s.Enter(t.Context(), "crm", []store.Receipt{receipt(i)}); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := s.Ledger().Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if c, err := ledger.Verify(&b, s.PublicKey()); err != nil || c.Size != 20 {
		t.Errorf("%d leaves, %v; want 20", c.Size, err)
	}
	p, err := s.Ledger().Prove(t.Context(), 13)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Check(s.PublicKey()); err != nil {
		t.Error(err)
	}
	if slices.Equal(p.Checkpoint, nil) {
		t.Error("no checkpoint")
	}
}

func BenchmarkEnter(b *testing.B) {
	s := open(b, b.TempDir())
	for i := range b.N {
		if err := s.Enter(b.Context(), "crm", []store.Receipt{receipt(int64(i))}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyLedger(b *testing.B) {
	s := open(b, b.TempDir())
	rs := make([]store.Receipt, 1000)
	for i := range 100 {
		for j := range rs {
			rs[j] = receipt(int64(1000*i + j))
			rs[j].ID = fmt.Sprint(i, j)
		}
		if err := s.Enter(b.Context(), "crm", rs); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := s.VerifyLedger(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
