package db

import (
	"errors"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

// TestSweepUse deletes what proves nothing any more and nothing else: the refusal of the same
// person stays, the numbers are not given again, and the ledger verifies.
func TestSweepUse(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	ended := agreed(1)
	ended.Record.Until = policy.MustDate("2027-11-22")
	if _, err := s.EnterRecords(t.Context(), []consent.Draft{ended, refusal(1), agreed(2), {Person: who(3), Record: consent.Record{Kind: consent.Asked, At: noon, Entered: noon}}}); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		a := consent.Logged{At: noon.Add(time.Duration(i) * time.Hour), Person: "x", Channel: consent.Call, Rule: consent.SectorBan}
		if err := s.LogAnswers(t.Context(), []consent.Logged{a, a}); err != nil {
			t.Fatal(err)
		}
		s.sealers.Wait()
	}
	lapse := consent.Lapse{After: policy.Years(3), Today: policy.MustDate("2030-11-22"), Zone: time.UTC}
	if got, err := s.SweepUse(t.Context(), lapse, noon, true); err != nil || got.Records != 0 || got.Answers != 6 {
		t.Fatalf("a day early: %+v, %v", got, err)
	}
	lapse.Today = policy.MustDate("2030-11-23")
	before := len(entries(t, s))
	if got, err := s.SweepUse(t.Context(), lapse, noon, false); err != nil || got.Records != 1 || got.Answers != 0 || len(entries(t, s)) != before || len(onFile(t, s, who(1)[0])) != 2 {
		t.Fatalf("only asked: %+v, %v", got, err)
	}
	if got, err := s.SweepUse(t.Context(), lapse, noon, true); err != nil || got.Records != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if rs := onFile(t, s, who(1)[1]); len(rs) != 1 || rs[0].Kind != consent.Opposition {
		t.Errorf("of the person is left %+v", rs)
	}
	if len(onFile(t, s, who(2)[0])) != 1 || len(onFile(t, s, who(3)[0])) != 1 {
		t.Error("a consent without a period, or the last record, is gone")
	}
	if _, _, _, err := s.Record(t.Context(), "consent-1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("consent-1: %v", err)
	}
	next, err := s.EnterRecords(t.Context(), []consent.Draft{agreed(5)})
	if err != nil || next[0].ID != "consent-5" {
		t.Errorf("the next is %v, %v", next, err)
	}
	es := entries(t, s)
	if e := es[before]; e.Kind != ledger.Swept || e.Ref != "records" || e.Rows != 1 {
		t.Errorf("the ledger says %+v", e)
	}
	if got, err := s.SweepUse(t.Context(), lapse, noon, true); err != nil || got.Records != 1 { // the request is no longer the last
		t.Errorf("again: %+v, %v", got, err)
	}
	if _, err := s.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}
