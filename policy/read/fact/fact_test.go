package fact_test

import (
	"encoding/json"
	"testing"

	"github.com/garant-rgpd/garant/policy/read/fact"
)

func TestNormKeepsOrder(t *testing.T) {
	t.Parallel()
	n := fact.New("duration", "P3Y", "trigger", fact.LastContact, 7, "lost", "alt_trigger", nil)
	n.Set("duration", "P5Y")
	n.Set("fields", []string{"a", "b"})
	got, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"duration":"P5Y","trigger":"last_contact","alt_trigger":null,"fields":["a","b"]}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNormEmpty(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(fact.Fact{Kind: fact.Purpose})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kind":"purpose","quote":"","start":0,"end":0,"norm":{},"confidence":0,"section":""}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := (fact.Norm{}); n.Get("x") != nil || n.Text("x") != "" || len(n.Keys()) != 0 {
		t.Error("an empty norm holds something")
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	facts := []fact.Fact{{Start: 5, End: 9}, {Start: 1, End: 4}, {Start: 1, End: 2}}
	fact.Sort(facts)
	if facts[0].End != 2 || facts[1].End != 4 || facts[2].Start != 5 {
		t.Errorf("got %v", facts)
	}
}
