package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// testAdd adds rows that come from outside, each once, whatever is in them. A store that takes
// none has no such capability.
func testAdd(t *testing.T, open Open) {
	f := setup(t, open)
	s, ok := f.Store.(store.Adder)
	if !ok {
		return
	}
	info := store.TableInfo{Name: "leads", Key: []string{"id"}, Columns: []store.Column{
		{Name: "id", Type: store.Integer, NotNull: true}, {Name: "lead", Type: store.Text}, {Name: "name", Type: store.Text},
		{Name: "rooms", Type: store.Integer}, {Name: "came", Type: store.DateType}}}
	f.ok(f.Create(info))
	const hostile = `O'Neill"; DROP TABLE leads; -- $1 ? \ é`
	values := map[string]string{"id": "7", "lead": "L-1", "name": hostile, "rooms": "4", "came": "2026-11-22"}
	for i, want := range []bool{true, false, false} {
		if added, err := s.Add(t.Context(), "leads", "lead", values); err != nil || added != want {
			t.Fatalf("the %d. time: %v, %v", i+1, added, err)
		}
	}
	var rows []store.Row
	q := store.Query{Table: store.Table{Name: "leads", Key: []string{"id"}}, Columns: []string{"id", "name", "rooms"}, Where: store.True()}
	f.ok(f.Store.Find(t.Context(), q, func(r store.Row) bool { rows = append(rows, r); return true }))
	if len(rows) != 1 || rows[0][0] != int64(7) || rows[0][1] != hostile || rows[0][2] != int64(4) {
		t.Errorf("the table holds %v", rows)
	}
	testAddNot(t, s)
}

// testAddNot adds what cannot be added: nothing is, and no error shows a value.
func testAddNot(t *testing.T, s store.Adder) {
	t.Helper()
	const secret = "somebody-unmistakable"
	for name, values := range map[string]map[string]string{
		"no key":          {"id": "8", "name": secret},
		"no such column":  {"id": "8", "lead": "L-2", "nickname": secret},
		"a key that is":   {"id": "7", "lead": "L-3", "name": secret},
		"no number in it": {"id": secret, "lead": "L-4", "name": secret},
	} {
		added, err := s.Add(context.Background(), "leads", "lead", values)
		if err == nil || added || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v, %v", name, added, err)
		}
	}
}
