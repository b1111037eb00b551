package db

import (
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/ledger"
)

// TestReads keeps who looked and why in the state, and tells the ledger that somebody did.
func TestReads(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for _, what := range []string{"records", "values"} {
		if _, err := s.LogRead(t.Context(), Read{At: noon, What: what, Records: 3, By: "Camille", Reason: "appel de la personne"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.LogRead(t.Context(), Read{At: noon, What: "Ada Martin", By: "Camille", Reason: "r"}); err == nil {
		t.Error("free text goes into the ledger")
	}
	got, err := s.Reads(t.Context(), 9)
	if err != nil || len(got) != 2 || got[0].ID != "read-2" || got[0].What != "values" || got[1].Reason != "appel de la personne" || !got[1].At.Equal(noon) {
		t.Errorf("got %+v, %v", got, err)
	}
	err = s.Ledger().Show(t.Context(), 0, -1, func(_ int64, leaf []byte) error {
		if e, err := ledger.Parse(leaf); err != nil || e.Kind != ledger.PersonRead || e.Rows != 3 || strings.Contains(string(leaf), "Camille") || strings.Contains(string(leaf), "appel") {
			t.Errorf("%s %v", leaf, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
