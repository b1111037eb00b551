package plan_test

import (
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/google/go-cmp/cmp"
)

// sample is a finished plan with every kind of step.
func sample() plan.Plan {
	leads := store.Table{Name: "leads", Key: []string{"id"}}
	seen := store.Col{Name: "last_contact", As: store.AsDate, Zone: "Europe/Paris"}
	where := store.And(store.OnOrBefore(seen, policy.MustDate("2023-11-21")), store.Not(store.In(store.Col{Name: "id"}, int64(7), "é<")))
	calls := plan.Child{Dataset: "calls", Link: store.Link{Table: store.Table{Name: "calls", Key: []string{"id"}}, Columns: []string{"lead_id"}, To: []string{"id"}}, Do: plan.DeleteChild}
	because := []plan.Reason{
		{Purpose: "quotes", Rule: "quotes.2", Cutoff: policy.MustDate("2023-11-21"), Says: "§ 4", Due: 2},
		{Purpose: "quotes", Rule: "quotes.1", Says: "§ 4, Devis", Due: 8},
	}
	step := func(a policy.Action, whole bool, due int64, groups ...policy.Category) plan.Step {
		return plan.Step{ID: plan.StepID("leads", a, groups, whole), Dataset: "leads", Store: "crm", Action: a, WholeRow: whole,
			Groups: groups, Due: due, Held: 1, Rows: 100, Because: slices.Clone(because), Work: plan.Work{Table: leads, Where: where}}
	}
	erase := step(policy.Erase, true, 10)
	erase.Work.Children = []plan.Child{calls}
	blank := step(policy.Erase, false, 5, "contact", "identity")
	blank.Work.Set = []store.Assign{{Column: "phone", To: store.Null}, {Column: "postcode", To: store.Prefix, Value: 2}}
	return plan.Finish(plan.Plan{AsOf: policy.MustDate("2026-11-22"), PolicyDigest: "p", BindingDigest: "b", SchemaDigest: "s",
		Steps: []plan.Step{step(policy.AskAgain, false, 3, "contact"), erase, blank, step(policy.Anonymise, false, 0, "housing"), step(policy.ToArchive, false, 1, "identity")}})
}

func TestFinish(t *testing.T) {
	t.Parallel()
	p := sample()
	var ids []string
	for _, s := range p.Steps {
		ids = append(ids, s.ID)
	}
	want := []string{"leads/archive/identity", "leads/anonymise/housing", "leads/erase/contact+identity", "leads/erase/row", "leads/ask/contact"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	if want := (plan.Totals{Due: 19, Held: 5}); p.Totals != want {
		t.Errorf("got totals %+v, want %+v", p.Totals, want)
	}
	if got := p.Steps[0].Because[0].Rule; got != "quotes.1" {
		t.Errorf("reasons are not sorted: first is %s", got)
	}
	if len(p.Pending()) != 4 || !slices.Equal(p.Stores(), []string{"crm"}) {
		t.Errorf("got %d pending in %v", len(p.Pending()), p.Stores())
	}
	if got := p.Steps[0].Rules(); !slices.Equal(got, []policy.RuleID{"quotes.1", "quotes.2"}) {
		t.Errorf("got rules %v", got)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	p := sample()
	sealed := p
	sealed.Seal = "x"
	if p.Digest() != sealed.Digest() {
		t.Error("the seal is part of the digest")
	}
	empty := plan.Plan{Steps: []plan.Step{{ID: "a", Groups: []policy.Category{}}}}
	if empty.Digest() != (plan.Plan{Steps: []plan.Step{{ID: "a"}}}).Digest() {
		t.Error("nil and empty lists have different digests")
	}
	other := sample()
	other.Steps[0].Due++
	if other.Digest() == p.Digest() {
		t.Error("the counts are not part of the digest")
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	tests := []struct{ due, rows, want int64 }{{0, 0, 0}, {0, 10, 0}, {1, 0, 100}, {1, 1000, 1}, {20, 100, 20}, {201, 1000, 21}, {999, 1000, 100}, {1000, 1000, 100}}
	for _, tt := range tests {
		if got := (plan.Step{Due: tt.due, Rows: tt.rows}).Percent(); got != int(tt.want) {
			t.Errorf("%d of %d: got %d, want %d", tt.due, tt.rows, got, tt.want)
		}
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	ran := func(r policy.RuleID) bool { return r != "quotes.2" }
	all := func(policy.RuleID) bool { return true }
	step := func(due int64, a policy.Action) plan.Step {
		return plan.Step{Action: a, Due: due, Rows: 100, Because: []plan.Reason{{Rule: "quotes.1"}, {Rule: "quotes.2"}, {Rule: "quotes.2"}}}
	}
	tests := map[string]struct {
		step plan.Step
		ran  func(policy.RuleID) bool
		want []string
	}{
		"small, known":  {step(20, policy.Erase), all, nil},
		"small, new":    {step(20, policy.Erase), ran, []string{"first quotes.2"}},
		"large, known":  {step(21, policy.Erase), all, []string{"share 21"}},
		"large, new":    {step(100, policy.Anonymise), ran, []string{"share 100", "first quotes.2"}},
		"nothing due":   {step(0, policy.Erase), ran, nil},
		"only asks":     {step(100, policy.AskAgain), ran, nil},
		"archive, new":  {step(1, policy.ToArchive), ran, []string{"first quotes.2"}},
		"rows vanished": {plan.Step{Action: policy.Erase, Due: 1}, all, []string{"share 100"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, plan.Needs(tt.step, 20, tt.ran)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*plan.Plan)
		want   []string
	}{
		"nothing":      {func(*plan.Plan) {}, nil},
		"day":          {func(p *plan.Plan) { p.AsOf = policy.MustDate("2026-11-23") }, []string{"as_of"}},
		"policy":       {func(p *plan.Plan) { p.PolicyDigest = "x" }, []string{"policy"}},
		"binding":      {func(p *plan.Plan) { p.BindingDigest = "x" }, []string{"binding"}},
		"schema":       {func(p *plan.Plan) { p.SchemaDigest = "x" }, []string{"schema"}},
		"less to do":   {func(p *plan.Plan) { p.Steps[2].Due = 1 }, nil},
		"step gone":    {func(p *plan.Plan) { p.Steps = p.Steps[1:] }, nil},
		"new hold":     {func(p *plan.Plan) { p.Steps[2].Work.Where = store.False() }, nil},
		"more to do":   {func(p *plan.Plan) { p.Steps[2].Due = 6 }, []string{"grew leads/erase/contact+identity 5 6"}},
		"awake":        {func(p *plan.Plan) { p.Steps[1].Due = 1 }, []string{"grew leads/anonymise/housing 0 1"}},
		"new step":     {func(p *plan.Plan) { p.Steps[2].ID = "leads/erase/phone" }, []string{"new leads/erase/phone"}},
		"other column": {func(p *plan.Plan) { p.Steps[2].Work.Set[0].Column = "email" }, []string{"changed leads/erase/contact+identity"}},
		"other child":  {func(p *plan.Plan) { p.Steps[3].Work.Children[0].Do = plan.BlankLink }, []string{"changed leads/erase/row"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := sample()
			tt.change(&now)
			if diff := cmp.Diff(tt.want, plan.Drift(sample(), now)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
