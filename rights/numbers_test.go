package rights_test

import (
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// TestTwoNumbers: a record with two numbers is the person's by either, and neither speaks
// against the other.
func TestTwoNumbers(t *testing.T) {
	t.Parallel()
	info := table("clients", "line", "mobile", "name")
	s := mem.New()
	if err := s.CreateTable(info); err != nil {
		t.Fatal(err)
	}
	if err := s.InsertAll("clients", map[string]any{"id": 1, "line": "01 99 00 00 01", "mobile": "06 39 98 00 01", "name": "Ada Un"},
		map[string]any{"id": 2, "line": "01 99 00 00 02", "name": "Basile Deux"}, map[string]any{"id": 3, "mobile": "+33639980003", "name": "Chloé Trois"}); err != nil {
		t.Fatal(err)
	}
	ds := dataset(info, map[string][]string{"phone": {"line", "mobile"}, "name": {"name"}}, "line", "mobile", "name")
	seeker := rights.Seeker{Bound: &register.Bound{Datasets: []register.BoundDataset{ds}}, Stores: map[string]store.Driver{"crm": s}}
	for number, want := range map[string][]int64{"0199000001": {1}, "06.39.98.00.01": {1}, "01 99 00 00 02": {2}, "06 39 98 00 03": {3}, "06 39 98 00 04": nil} {
		f, err := seeker.Find(t.Context(), rights.Wanted{Identifiers: map[string]string{"phone": number}, Verified: []string{"phone"}})
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, r := range f.Records {
			got = append(got, r.Key[0].(int64))
		}
		for _, c := range f.Candidates {
			got = append(got, c.Key[0].(int64))
			if len(c.Differs) > 0 {
				t.Errorf("the other number of %v speaks against it", c.Key)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %s: found %v, want %v", number, got, want)
		}
	}
	if n := len(rights.Lookups(seeker.Bound)["crm"]); n != 2 {
		t.Errorf("%d questions want an index, want 2", n)
	}
}
