package retention_test

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// TestManyHolds makes one question of any number of holds: a list of keys and a list for each
// identifier, whatever else is held by a condition.
func TestManyHolds(t *testing.T) {
	t.Parallel()
	b := &register.Bound{Datasets: []register.BoundDataset{{
		Name: "clients", Table: store.Table{Name: "clients", Key: []string{"id"}}, Person: map[string]string{"email": "mail"},
	}}}
	var holds []retention.Hold
	for i := range int64(1000) {
		holds = append(holds, retention.Hold{Dataset: "clients", Keys: []store.Key{{i}}}, retention.Hold{Person: map[string]string{"email": "a@a.example"}},
			retention.Hold{Dataset: "clients", Keys: []store.Key{{-i - 1}}, Lifted: time.Unix(1, 0)})
	}
	held, err := retention.Held(b, holds)
	if err != nil {
		t.Fatal(err)
	}
	p := held["clients"]
	if p.Op != store.OpOr || len(p.Args) != 2 || len(p.Args[0].Keys) != 1000 || len(p.Args[1].Values) != 1000 {
		t.Errorf("2000 holds are %s of %d questions", p.Op, len(p.Args))
	}
	if none, err := retention.Held(b, nil); err != nil || none["clients"].Op != store.OpFalse {
		t.Errorf("no holds are %v, %v", none["clients"].Op, err)
	}
}
