package demo

import (
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// planner looks at a filled company with the example's promises.
func planner(t *testing.T, o Options) (retention.Planner, Facts) {
	t.Helper()
	p, r, c := company(t)
	facts, dir := fillDir(t, o)
	stores := connect(t, dir)
	bound, _ := register.Bind(p, r, schemas(t, stores), options(c))
	return retention.Planner{Policy: p, Bound: &bound, Stores: stores, Today: today}, facts
}

// TestWhatIsPromisedToTheCast explains each noteworthy record: what is due of it, what is
// kept, what cannot be told.
func TestWhatIsPromisedToTheCast(t *testing.T) {
	t.Parallel()
	p, facts := planner(t, Options{People: len(cast), Seed: 1})
	tests := map[Case]map[policy.Category]string{
		KeptForAccounts: {"identity": "kept", "address": "kept", "email": "due", "phone": "due", "followup": "due"},
		UnderWarranty:   {"identity": "kept", "housing": "kept", "phone": "due", "followup": "due"},
		InDispute:       {"identity": "kept", "address": "kept", "phone": "kept", "housing": "kept", "followup": "kept"},
		Gone:            {"identity": "due", "address": "due", "email": "due", "phone": "due", "housing": "due", "followup": "due"},
		NoDate:          {"identity": "undetermined", "phone": "undetermined"},
		BadDate:         {"identity": "undetermined", "phone": "undetermined"},
		FarDate:         {"identity": "undetermined", "phone": "undetermined"},
		NoForm:          {"identity": "kept", "phone": "undetermined"},
		FreeNote:        {"followup": "due", "identity": "due"},
		IdentityLeft:    {"credit": "due"},
		AskedYes:        {"identity": "kept", "email": "kept"},
		AskedNo:         {"identity": "due", "email": "due"},
		AskedSilent:     {"identity": "due", "email": "due"},
		Asking:          {"identity": "kept", "email": "kept"},
	}
	for is, want := range tests {
		r := facts.Cases[is]
		why, err := p.Why(t.Context(), mem.Eval, r.Dataset, store.Key{r.Key})
		if err != nil {
			t.Fatal(is, err)
		}
		for _, g := range why.Groups {
			if w, ok := want[g.Group]; ok && g.State != w {
				t.Errorf("%s: %s is %s, want %s", is, g.Group, g.State, w)
			}
		}
	}
}
