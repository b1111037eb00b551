package retention_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// record is one retention promise of the five published policies, as facts: what it counts
// from, how long, and on which days a record is due.
type record struct {
	ID    string          `json:"id"`
	Event string          `json:"event"`
	Or    string          `json:"or"`
	Keep  string          `json:"keep"`
	Round policy.Rounding `json:"round"`
	Then  policy.Action   `json:"then"`
	Paper bool            `json:"paper"`
	// Kind is term, until (an event ends it), form (the record brings its term), floor, by (a
	// third party), operator (no figure given), hold, silence (a question unanswered), or
	// clause: a general sentence that gives no term to any record.
	Kind  string `json:"kind"`
	Cases []struct {
		On     string `json:"on"`
		Today  string `json:"today"`
		Due    bool   `json:"due"`
		Months int64  `json:"months"`
	} `json:"cases"`
}

// TestRecords runs every case of the 83 promises through the interpreter and each engine.
func TestRecords(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/records.json")
	if err != nil {
		t.Fatal(err)
	}
	var records []record
	if err := json.Unmarshal(b, &records); err != nil {
		t.Fatal(err)
	}
	if len(records) != 83 {
		t.Fatalf("got %d promises, want 83", len(records))
	}
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			for _, info := range tables {
				if err := f.Create(info); err != nil {
					t.Fatal(err)
				}
			}
			runRecords(t, f.Store, f.Insert, records)
		})
	}
}

func runRecords(t *testing.T, s store.Driver, insert func(string, ...map[string]any) error, records []record) {
	t.Helper()
	var w world
	type test struct {
		record
		n int // which case, and the person's number
		p int
	}
	var tests []test
	for _, r := range records {
		if r.Kind != "clause" && len(r.Cases) == 0 {
			t.Errorf("%s has no case", r.ID)
		}
		for n := range r.Cases {
			w.add(r, n)
			tests = append(tests, test{r, n, len(w.people) - 1})
		}
	}
	for table, rows := range map[string][]map[string]any{"people": w.people, "forms": w.forms, "questions": w.questions} {
		if err := insert(table, rows...); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range tests {
		c := x.Cases[x.n]
		bound := x.bound(c.On)
		today := policy.MustDate(c.Today)
		row := w.people[x.p]
		in := retention.Interpreter{Bound: bound, Today: today, Holds: mem.Eval}
		vs, err := in.Groups(&bound.Datasets[0], retention.Record{Row: row, Related: w.related()})
		if err != nil {
			t.Fatal(err)
		}
		if got := settled(vs[0].State); got != c.Due {
			t.Errorf("%s from %q on %s: the interpreter says %s, want due %v", x.ID, c.On, c.Today, vs[0].State, c.Due)
		}
		sets, err := retention.Compile(bound, today)
		if err != nil {
			t.Fatal(err)
		}
		g := sets[0].Groups[0]
		key := store.Compare(store.Col{Name: "id"}, "=", row["id"])
		n, err := s.Count(context.Background(), peopleRef, []store.Pred{store.And(key, store.Or(g.Due, g.AskDue)), store.And(key, store.Not(store.Or(g.Due, g.AskDue)))})
		if err != nil {
			t.Fatal(err)
		}
		if n[0]+n[1] != 1 || (n[0] == 1) != c.Due {
			t.Errorf("%s from %q on %s: the store counts %d due and %d not, want due %v", x.ID, c.On, c.Today, n[0], n[1], c.Due)
		}
	}
}

// settled reports whether something must be done: the end action, or the question.
func settled(s retention.GroupState) bool {
	return s == retention.GroupDue || s == retention.GroupAskDue
}

// add adds the person of a case.
func (w *world) add(r record, n int) {
	c, id := r.Cases[n], int64(len(w.people))
	row := map[string]any{"id": id, "tag": "x", "seen": nil, "noted": nil, "moved": nil, "status": nil, "form_id": nil, "phone": "06 39 98 00 00"}
	if c.On != "" {
		row["seen"] = policy.MustDate(c.On)
	}
	if r.Or != "" { // the other event came a year before, so the later of the two is the case's
		row["noted"] = policy.MustDate(c.On).Add(policy.Months(-12)).String()
	}
	if c.Months > 0 {
		row["form_id"] = id
		w.forms = append(w.forms, map[string]any{"form": id, "term": c.Months, "since": nil})
	}
	if r.Kind == "silence" {
		row["seen"] = policy.MustDate("2020-01-15")
		w.questions = append(w.questions, map[string]any{"q": id, "pid": id, "ptag": "x", "sent": policy.MustDate(c.On), "answered": nil, "answer": nil})
	}
	w.people = append(w.people, row)
}

// bound binds the promise to the person's columns.
func (r record) bound(on string) *register.Bound {
	own := func(name string, as store.DayForm, never bool) register.BoundSource {
		c := date(name)
		c.As = as
		return register.BoundSource{Where: register.Always(), Col: c, Never: never}
	}
	rule := policy.Rule{ID: policy.RuleID(r.ID), After: []policy.Event{"main"}, Then: r.Then, Round: r.Round, Paper: r.Paper && r.Kind != "term"}
	events := map[policy.Event][]register.BoundSource{"main": {own("seen", store.AsDate, r.Kind == "until")}}
	if r.Or != "" {
		rule.After = append(rule.After, "other")
		events["other"] = []register.BoundSource{own("noted", store.AsTextDate, false)}
	}
	if p, err := policy.ParsePeriod(r.Keep); err == nil {
		rule.Keep = policy.Keep{Set: true, Period: p, AtLeast: r.Kind == "floor"}
	}
	var asks *register.BoundAsks
	switch r.Kind {
	case "until":
		rule.Until, rule.After, rule.Keep = rule.After, nil, policy.Keep{}
	case "form":
		rule.Keep = policy.Keep{Read: "form", OneOf: []policy.Period{policy.Months(6), policy.Months(12)}}
	case "by":
		rule.By = "the lender"
	case "operator":
		rule.Keep = policy.Keep{Operator: true}
	case "silence":
		rule.Keep, rule.Then = policy.Keep{Set: true, Period: policy.Years(3)}, policy.AskAgain
		asks = &register.BoundAsks{Table: ref("questions", "q"), On: toPerson, Sent: date("sent"), Answered: date("answered"), Yes: register.Always()}
	case "hold":
		rule.Keep = policy.Keep{Operator: true}
	}
	if rule.Then == policy.AskAgain || rule.Then == "ask" {
		rule.Then, rule.Ask = policy.AskAgain, &policy.Ask{Window: policy.Months(1), Then: policy.Erase}
	}
	ds := register.BoundDataset{Name: "people", Store: "s", Info: tables[1], Table: peopleRef, Events: events, Asks: asks,
		Terms: map[string]register.BoundTerm{"form": {Table: ref("forms", "form"), On: toForm, Column: "term"}}}
	ds.Groups = []register.BoundGroup{{Category: "phone", Columns: []string{"phone"}, Then: policy.Erase, Empty: store.IsNull(store.Col{Name: "phone"}),
		Claims: []register.Claim{{Rule: rule, Who: register.Always(), When: register.Always(), While: register.Always()}}}}
	b := &register.Bound{Datasets: []register.BoundDataset{ds}, Options: register.Options{Zone: "Europe/Paris", From: first, To: beyond}}
	if on != "" && r.Round.Accounting() { // the case's day is the closing of its accounting year
		d := policy.MustDate(on)
		b.Closings = map[string][]policy.Date{"": {d.Add(policy.Months(-12)), d, d.Add(policy.Months(12))}}
	}
	return b
}
