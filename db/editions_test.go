package db

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/ledger"
)

// TestEditions publishes what changed and nothing else, proves each edition, and keeps all.
func TestEditions(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, t.TempDir()), t.Context()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for i, c := range []struct {
		text   string
		number int64
		fresh  bool
	}{{"one", 1, true}, {"one", 1, false}, {"two", 2, true}, {"one", 3, true}} {
		e, fresh, err := s.Publish(ctx, []byte(c.text), at.Add(time.Duration(i)*time.Hour))
		if err != nil || e.Number != c.number || fresh != c.fresh {
			t.Fatalf("%d: %+v, %v, %v", i, e, fresh, err)
		}
	}
	all, err := s.Editions(ctx)
	if err != nil || len(all) != 3 || all[0].Number != 3 || !all[2].At.Equal(at) {
		t.Fatalf("%+v, %v", all, err)
	}
	if b, err := s.Notice(ctx, all[1].Digest); err != nil || string(b) != "two" {
		t.Errorf("%s, %v", b, err)
	}
	if e := entries(t, s)[all[1].Leaf]; e.Kind != ledger.Published || e.Ref != "2" {
		t.Errorf("%+v", e)
	}
	if _, err := s.db.ExecContext(ctx, "UPDATE editions SET digest = 'x'"); err == nil {
		t.Error("an edition can be changed")
	}
}
