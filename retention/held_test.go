package retention_test

import (
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// TestManyHolds makes one question of any number of holds: a list of keys and a list for each
// identifier, whatever else is held by a condition.
func TestManyHolds(t *testing.T) {
	t.Parallel()
	b := &register.Bound{Datasets: []register.BoundDataset{{
		Name: "clients", Table: store.Table{Name: "clients", Key: []string{"id"}}, Person: map[string][]string{"email": {"mail"}},
		Info: store.TableInfo{Name: "clients", Columns: []store.Column{{Name: "mail", Type: store.Text}}},
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
	if p.Op != store.OpOr || len(p.Args) != 2 || len(p.Args[0].Keys) != 1000 || len(p.Args[1].Values) != 1001 {
		t.Errorf("2000 holds are %s of %d questions", p.Op, len(p.Args))
	}
	if none, err := retention.Held(b, nil); err != nil || none["clients"].Op != store.OpFalse {
		t.Errorf("no holds are %v, %v", none["clients"].Op, err)
	}
}

// TestHoldOnAPerson checks which rows a hold on a person stops: a spelling that differs is no
// reason to erase, nor is a value that nobody can read.
func TestHoldOnAPerson(t *testing.T) {
	t.Parallel()
	info := store.TableInfo{Name: "clients", Key: []string{"id"}, Columns: []store.Column{{Name: "id", Type: store.Integer, NotNull: true},
		{Name: "mail", Type: store.Text}, {Name: "tel", Type: store.Text}, {Name: "other", Type: store.Text}, {Name: "gsm", Type: store.Integer}, {Name: "ref", Type: store.Bytes}}}
	b := &register.Bound{Datasets: []register.BoundDataset{{Name: "clients", Table: ref("clients", "id"), Info: info,
		Person: map[string][]string{"email": {"mail"}, "phone": {"tel", "other"}, "mobile": {"gsm"}, "ref": {"ref"}}}}}
	s := mem.New()
	if err := s.CreateTable(info); err != nil {
		t.Fatal(err)
	}
	for i, r := range []map[string]any{
		{"mail": "p1@boite.example"}, {"mail": " P1@Boite.Example "}, {"mail": "p2@boite.example"}, {"mail": nil}, {"mail": "p1@boîte.example"},
		{"tel": "06 39 98 00 01"}, {"tel": "+33639980001"}, {"tel": "06.39.98.00.02"}, {"tel": ""},
		{"gsm": int64(639980001)}, {"gsm": int64(639980002)}, {"ref": []byte("x")}, {"tel": "06 39 98 00 03", "other": "06 39 98 00 01"},
	} {
		r["id"] = int64(i + 1)
		if err := s.InsertAll("clients", r); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		hold retention.Hold
		want []int64
	}{
		{retention.Hold{Person: map[string]string{"email": "p1@boite.example"}}, []int64{1, 2, 5}},
		{retention.Hold{Person: map[string]string{"email": "P1@BOITE.example"}}, []int64{1, 2, 5}},
		{retention.Hold{Person: map[string]string{"phone": "0639980001"}}, []int64{6, 7, 13}},
		{retention.Hold{Person: map[string]string{"mobile": "639 980 001"}}, []int64{10}},
		{retention.Hold{Person: map[string]string{"email": "p2@boite.example"}, Dataset: "clients", Keys: []store.Key{{int64(4)}}}, []int64{3, 4, 5}},
		{retention.Hold{Person: map[string]string{"email": "p2@boite.example"}, Dataset: "clients", Condition: "gsm != null"}, []int64{3, 5, 10, 11}},
	} {
		b.Datasets[0].Scope = register.Scope{Columns: info.Columns}
		held, err := retention.Held(b, []retention.Hold{c.hold})
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		err = s.Find(t.Context(), store.Query{Table: ref("clients", "id"), Columns: []string{"id"}, Where: held["clients"]}, func(r store.Row) bool {
			got = append(got, r[0].(int64))
			return true
		})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v keeps %v, want %v (%v)", c.hold.Person, got, c.want, err)
		}
	}
}
