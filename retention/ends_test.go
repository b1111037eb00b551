package retention_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// counting counts the questions that are put.
type counting struct {
	store.Driver
	asked []string
}

func (c *counting) Find(ctx context.Context, q store.Query, fn func(store.Row) bool) error {
	c.asked = append(c.asked, q.Table.Name)
	return c.Driver.Find(ctx, q, fn)
}

// TestEndsAgree holds the ends that are read for a whole batch to those of the interpreter,
// record by record, on generated policies and records.
func TestEndsAgree(t *testing.T) {
	t.Parallel()
	f := openMem(t)
	for _, info := range tables {
		if err := f.Create(info); err != nil {
			t.Fatal(err)
		}
	}
	open, closed := 0, 0
	for b := range 4 {
		w := rapid.Custom(func(r *rapid.T) world { return drawWorld(r, 60) }).Example(b)
		w.fill(t, f)
		for p := range 25 {
			bound := rapid.Custom(drawBound).Example(b*1000 + p)
			planner := retention.Planner{Bound: bound, Today: policy.MustDate(todays[p%len(todays)])}
			for i, end := range endsOf(t, planner, f.Store, w) {
				if want := endOf(t, planner, w, w.people[i]); end != want {
					t.Fatalf("got the end %q, want %q for\n%v\nunder\n%s", end, want, w.people[i], describe(bound))
				}
				if end.IsZero() {
					open++
				} else {
					closed++
				}
			}
		}
	}
	if open == 0 || closed == 0 {
		t.Errorf("%d open ends and %d days: one of them is not tried", open, closed)
	}
}

func endsOf(t *testing.T, p retention.Planner, s store.Driver, w world) []policy.Date {
	t.Helper()
	var keys []store.Key
	for _, row := range w.people {
		keys = append(keys, store.Key{row["id"], row["tag"]})
	}
	c := &counting{Driver: s}
	p.Stores = map[string]store.Driver{"s": c}
	ends, err := p.Ends(t.Context(), mem.Eval, "people", "phone", keys)
	if err != nil || len(ends) != len(keys) {
		t.Fatalf("got %d ends, %v", len(ends), err)
	}
	slices.Sort(c.asked)
	if len(slices.Compact(c.asked)) != len(c.asked) {
		t.Fatalf("asked %v", c.asked)
	}
	return ends
}

// endOf says it once more, from the verdicts.
func endOf(t *testing.T, p retention.Planner, w world, row map[string]any) (end policy.Date) {
	t.Helper()
	in := retention.Interpreter{Bound: p.Bound, Today: p.Today, Holds: mem.Eval}
	gs, err := in.Groups(&p.Bound.Datasets[0], retention.Record{Row: row, Related: w.related()})
	if err != nil {
		t.Fatal(err)
	}
	archived := slices.ContainsFunc(gs[0].Claims, func(v retention.Verdict) bool { return v.State == retention.Archived })
	for _, v := range gs[0].Claims {
		over := v.State == retention.Ended || v.State == retention.Settled
		switch {
		case v.State == retention.Absent, archived && v.State != retention.Archived:
		case v.Until.IsZero() && !over:
			return policy.Date{}
		case v.Until.After(end):
			end = v.Until
		}
	}
	return end
}

func TestEndsRefuses(t *testing.T) {
	t.Parallel()
	f := openMem(t)
	for _, info := range tables {
		if err := f.Create(info); err != nil {
			t.Fatal(err)
		}
	}
	p := retention.Planner{Bound: rapid.Custom(drawBound).Example(1), Stores: map[string]store.Driver{"s": f.Store}}
	key := []store.Key{{int64(1), "a"}}
	if _, err := p.Ends(t.Context(), mem.Eval, "people", "phone", key); !errors.Is(err, retention.ErrNoRecord) {
		t.Errorf("record not there: %v", err)
	}
	if _, err := p.Ends(t.Context(), mem.Eval, "nobody", "phone", key); err == nil {
		t.Error("no such dataset")
	}
	if _, err := p.Ends(t.Context(), mem.Eval, "people", "shoes", key); err == nil {
		t.Error("no such group")
	}
	p.Stores = nil
	if _, err := p.Ends(t.Context(), mem.Eval, "people", "phone", key); !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("store not open: %v", err)
	}
}

// TestLoadBytes joins by a key of bytes, which Go does not compare by itself.
func TestLoadBytes(t *testing.T) {
	t.Parallel()
	s := mem.New()
	id := []byte{0, 255}
	people := store.TableInfo{Name: "people", Key: []string{"id"}, Columns: []store.Column{{Name: "id", Type: store.Bytes, NotNull: true}}}
	calls := store.TableInfo{Name: "calls", Key: []string{"n"}, Columns: []store.Column{
		{Name: "n", Type: store.Integer, NotNull: true}, {Name: "pid", Type: store.Bytes}, {Name: "at", Type: store.DateType}}}
	day := policy.MustDate("2026-11-22")
	err := errors.Join(s.CreateTable(people), s.CreateTable(calls), s.InsertAll("people", map[string]any{"id": id}),
		s.InsertAll("calls", map[string]any{"n": int64(1), "pid": id, "at": day}, map[string]any{"n": int64(2), "pid": []byte{1}, "at": never}))
	if err != nil {
		t.Fatal(err)
	}
	src := register.BoundSource{Aggregate: "max", Table: ref("calls", "n"), On: []store.Pair{{Child: "pid", Parent: "id"}}, Where: register.Always(), Col: date("at")}
	rule := policy.Rule{ID: "r", After: []policy.Event{"called"}, Keep: policy.Keep{Set: true, Period: policy.Years(1)}, Archive: &policy.Archive{Period: policy.Years(9), More: true}}
	claim := register.Claim{Rule: rule, Who: register.Always(), When: register.Always(), While: register.Always()}
	ds := register.BoundDataset{Name: "people", Store: "s", Info: people, Table: ref("people", "id"),
		Events: map[policy.Event][]register.BoundSource{"called": {src}},
		Groups: []register.BoundGroup{{Category: "phone", Claims: []register.Claim{claim}}}}
	p := retention.Planner{Bound: &register.Bound{Datasets: []register.BoundDataset{ds}}, Today: policy.MustDate("2030-01-01"), Stores: map[string]store.Driver{"s": s}}
	ends, err := p.Ends(t.Context(), mem.Eval, "people", "phone", []store.Key{{id}})
	if err != nil || len(ends) != 1 || ends[0] != policy.MustDate("2036-11-22") {
		t.Errorf("got %v, %v", ends, err)
	}
}

func TestHeldKeys(t *testing.T) {
	t.Parallel()
	leads := register.BoundDataset{Name: "leads", Table: ref("leads", "id"), Person: map[string][]string{"email": {"email"}},
		Info:  store.TableInfo{Name: "leads", Columns: []store.Column{{Name: "id", Type: store.Integer}, {Name: "status", Type: store.Text}}},
		Links: []register.BoundLink{{Kind: register.PartOf, Table: ref("notes", "id"), On: []store.Pair{{Child: "lead", Parent: "id"}}, Dataset: "notes"}}}
	notes := register.BoundDataset{Name: "notes", Table: ref("notes", "id")}
	bills := register.BoundDataset{Name: "bills", Table: ref("bills", "id")}
	b := &register.Bound{Datasets: []register.BoundDataset{leads, notes, bills}}
	one, two := store.Key{int64(1)}, store.Key{int64(2)}
	byKey := retention.Hold{Dataset: "leads", Keys: []store.Key{one}}
	for _, c := range []struct {
		name, dataset string
		holds         []retention.Hold
		all           bool
		keys          int
	}{
		{"no hold", "leads", nil, false, 0},
		{"keys of two holds", "leads", []retention.Hold{byKey, {Dataset: "leads", Keys: []store.Key{two}}}, false, 2},
		{"other dataset", "bills", []retention.Hold{byKey}, false, 0},
		{"parts of a held record", "notes", []retention.Hold{byKey}, true, 0},
		{"owner of a held part", "leads", []retention.Hold{{Dataset: "notes", Keys: []store.Key{one}}}, true, 0},
		{"person", "leads", []retention.Hold{{Person: map[string]string{"email": "x"}}}, true, 0},
		{"dataset that is gone", "gone", nil, true, 0},
	} {
		all, keys, err := retention.HeldKeys(b, c.holds, c.dataset)
		if err != nil || all != c.all || len(keys) != c.keys {
			t.Errorf("%s: got %v, %d keys, %v", c.name, all, len(keys), err)
		}
	}
}
