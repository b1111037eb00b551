package vault

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// TestSearch opens settled copies only, tells which match by the record's key, notes those, and
// does nothing without a reason.
func TestSearch(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, mixed)
	four(t, v)
	asked := 0
	s := Search{Dataset: "leads", Group: "contact", Reason: "request-1", By: "dpo", At: noon, Match: func(fields map[string]any) any {
		asked++
		if asked > 1 {
			return nil
		}
		return len(fields)
	}}
	m, err := v.Search(t.Context(), s)
	if err != nil || asked != 4 || m.Len() != 1 {
		t.Fatalf("%d copies were compared, %d match, %v", asked, m.Len(), err)
	}
	n := 0
	for i := range int64(6) {
		if m.Of(store.Key{i}) != nil {
			n++
		}
	}
	if rs, err := v.Readings(t.Context()); err != nil || len(rs) != 1 || rs[0].Reason != "request-1" || n != 1 {
		t.Errorf("%d readings, %d records match, %v", len(rs), n, err)
	}
	s.By = " "
	if _, err := v.Search(t.Context(), s); !errors.Is(err, ErrNoReason) {
		t.Errorf("without a reader: %v", err)
	}
}
