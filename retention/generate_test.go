package retention_test

import (
	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// drawBound draws a policy of one to three claims on the phone of a person, bound to the
// generated world.
func drawBound(r *rapid.T) *register.Bound {
	ds := register.BoundDataset{
		Name: "people", Store: "s", Info: tables[1], Table: peopleRef,
		Events: map[policy.Event][]register.BoundSource{}, Terms: map[string]register.BoundTerm{},
		People: map[policy.People]register.Condition{"client": {}, "prospect": {}},
	}
	for _, e := range []policy.Event{"e1", "e2", "e3"} {
		for range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(r, "sources") {
			ds.Events[e] = append(ds.Events[e], drawSource(r))
		}
	}
	ds.Terms["form"] = register.BoundTerm{Table: ref("forms", "form"), On: toForm, Column: "term"}
	if rapid.Bool().Draw(r, "asks") {
		ds.Asks = &register.BoundAsks{Table: ref("questions", "q"), On: toPerson, Sent: date("sent"), Answered: date("answered"), Yes: cond(r, "answer == 'yes'", 3)}
	}
	g := register.BoundGroup{Category: "phone", Columns: []string{"phone"}, Then: policy.Erase, Empty: store.IsNull(store.Col{Name: "phone"})}
	for range rapid.SampledFrom([]int{1, 1, 2, 2, 3}).Draw(r, "claims") {
		g.Claims = append(g.Claims, drawClaim(r))
	}
	ds.Groups = []register.BoundGroup{g}
	return &register.Bound{Datasets: []register.BoundDataset{ds}, Options: register.Options{Zone: "Europe/Paris", From: first, To: beyond}, Closings: drawClosings(r)}
}

func ref(table, key string) store.Table { return store.Table{Name: table, Key: []string{key}} }

func date(name string) store.Col {
	return store.Col{Name: name, As: store.AsDate, Zone: "Europe/Paris", Min: first, Max: beyond}
}

func drawSource(r *rapid.T) register.BoundSource {
	s := register.BoundSource{Where: register.Always(), Never: rapid.Bool().Draw(r, "never")}
	switch rapid.IntRange(0, 8).Draw(r, "source") {
	case 0, 1:
		s.Col = date("seen")
		if rapid.Bool().Draw(r, "sentinel") {
			s.Col.Sentinel = never
		}
	case 2:
		s.Col = date("noted")
		s.Col.As = rapid.SampledFrom([]store.DayForm{store.AsTextDate, store.AsTextDate, store.AsDMY, store.AsYMD}).Draw(r, "form")
		s.Col.Zero = rapid.Bool().Draw(r, "zero")
	case 3:
		s.Col = date("moved")
		s.Col.As, s.Col.From = store.AsDateTime, "UTC"
	case 4, 5:
		s.Aggregate, s.Table, s.On, s.Col = "max", ref("calls", "call"), toPerson, date("at")
	case 6:
		s.Aggregate, s.Table, s.On, s.Col = "min", ref("calls", "call"), toPerson, date("at")
	case 7:
		s.Table, s.On, s.Col = ref("forms", "form"), toForm, date("since")
	case 8:
		return register.BoundSource{Unrecorded: true, Where: register.Always()}
	}
	if s.Aggregate != "" && rapid.Bool().Draw(r, "where") {
		s.Where = cond(r, "kind == 'in'", 2)
	}
	return s
}

// cond compiles a condition against the columns of a table of the world.
func cond(r *rapid.T, src string, table int) register.Condition {
	c, err := register.CompileCondition(src, tables[table].Columns, nil)
	if err != nil {
		r.Fatal(err)
	}
	return c
}

func drawClaim(r *rapid.T) register.Claim {
	rule := policy.Rule{ID: "r", Then: policy.Erase}
	p := func() policy.Period {
		p, err := policy.ParsePeriod(rapid.SampledFrom(periods).Draw(r, "keep"))
		if err != nil {
			r.Fatal(err)
		}
		return p
	}
	events := [][]policy.Event{{"e1"}, {"e1", "e2"}, {"e2", "e3"}, {"e1", "e2", "e3"}}
	ev := rapid.SampledFrom(events).Draw(r, "events")
	rule.Earliest = rapid.IntRange(0, 3).Draw(r, "earliest") == 0
	rule.Round = rapid.SampledFrom([]policy.Rounding{"", "", "", policy.EndOfYear, policy.EndOfAccountingYear, policy.EndOfClosingYear}).Draw(r, "round")
	if rapid.IntRange(0, 3).Draw(r, "fallback") == 0 {
		rule.Fallback = "e3"
	}
	rule.After, rule.Keep = ev, policy.Keep{Set: true, Period: p()}
	switch rapid.IntRange(0, 9).Draw(r, "shape") {
	case 0:
		rule.Keep.AtLeast = true
	case 1:
		rule.After, rule.Keep, rule.Until = nil, policy.Keep{}, ev
	case 2, 3:
		rule.Archive = &policy.Archive{Period: p(), More: rapid.Bool().Draw(r, "more")}
	case 4:
		rule.Keep = policy.Keep{Read: "form", OneOf: []policy.Period{policy.Months(6), policy.Months(12), policy.Years(3)}}
	case 5, 6:
		rule.Then, rule.Ask = policy.AskAgain, &policy.Ask{Window: policy.Months(1), Then: policy.Erase}
		rule.Earliest, rule.Round, rule.Fallback = false, "", ""
	case 7:
		rule.After, rule.Keep = nil, policy.Keep{}
	}
	cl := register.Claim{Rule: rule, People: []policy.People{"client"}, Who: register.Always(), When: register.Always(), While: register.Always()}
	if rapid.Bool().Draw(r, "applies") {
		cl.Who = cond(r, rapid.SampledFrom([]string{"status == 'client'", "status != 'client'", "status == null"}).Draw(r, "when"), 1)
	}
	if rapid.IntRange(0, 3).Draw(r, "conditional") == 0 || len(rule.After)+len(rule.Until) == 0 {
		cl.While = cond(r, rapid.SampledFrom([]string{"status == 'client'", "form_id < 2"}).Draw(r, "while"), 1)
	}
	return cl
}

// drawClosings draws accounting years: none, calendar ones, short and long ones, a hole.
func drawClosings(r *rapid.T) map[string][]policy.Date {
	lists := [][]string{
		nil,
		{"2013-12-31", "2014-12-31", "2015-12-31", "2016-12-31", "2017-12-31", "2018-12-31", "2019-12-31", "2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31", "2025-12-31"},
		{"2012-06-30", "2013-06-30", "2014-03-31", "2015-12-31", "2016-12-31", "2019-12-31", "2020-12-31", "2022-03-31", "2023-03-31", "2024-02-29", "2025-03-31"},
	}
	var ds []policy.Date
	for _, s := range rapid.SampledFrom(lists).Draw(r, "closings") {
		ds = append(ds, policy.MustDate(s))
	}
	return map[string][]policy.Date{"": ds}
}
