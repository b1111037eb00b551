package lint

import (
	"os"
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

func values(t *testing.T) law.Values {
	t.Helper()
	p, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	return p.On(policy.MustDate("2026-11-22"))
}

// company is a policy the rules have nothing to say about, of people and data so titled.
func company(people, data string, keep policy.Period) policy.Policy {
	return policy.Policy{
		Controller: policy.Controller{Name: "Exemple", Contact: "donnees@exemple.example"},
		People:     []policy.Named[policy.People]{{ID: "who", Title: people}}, Data: []policy.Named[policy.Category]{{ID: "what", Title: data}},
		Purposes: []policy.Purpose{{ID: "p", Basis: []policy.Basis{policy.Consent}, People: []policy.People{"who"}, Data: []policy.Category{"what"},
			Rules: []policy.Rule{{ID: "p.1", Keep: policy.Keep{Set: true, Period: keep}, Says: "§ 1"}}}},
	}
}

// TestRules gives each rule a policy that breaks it and one that just does not.
func TestRules(t *testing.T) {
	t.Parallel()
	good := company("Client", "Identité", policy.Years(3))
	with := func(change func(p *policy.Policy)) policy.Policy {
		p := company("Client", "Identité", policy.Years(3))
		change(&p)
		return p
	}
	basis := func(b ...policy.Basis) policy.Policy {
		return with(func(p *policy.Policy) { p.Purposes[0].Basis = b })
	}
	for _, c := range []struct {
		rule       string
		fail, pass policy.Policy
	}{
		{"L01", with(func(p *policy.Policy) { p.Controller.Contact = "" }), good},
		{"L04", basis(policy.Unstated), basis(policy.LegitimateInterest)},
		{"L05", basis(policy.Consent, policy.LegitimateInterest), basis(policy.Contract, policy.Precontract)},
		{"L14", with(func(p *policy.Policy) { p.Purposes[0].Rules = nil }), good},
		{"L15", with(func(p *policy.Policy) { p.Purposes[0].Rules[0].Keep = policy.Keep{Set: true, Operator: true} }), good},
		{"L17", company("Prospect", "Identité", policy.Period{Months: 36, Days: 1}), company("Prospect", "Identité", policy.Years(3))},
		{"L18", company("Candidat", "Identité", policy.Years(5)), company("Candidat", "Identité", policy.Years(2))},
		{"L20", company("Client", "Enregistrement d'appel", policy.Months(7)), company("Client", "Enregistrement d'appel", policy.Months(6))},
		{"L21", company("Visiteur", "Vidéosurveillance", policy.Months(3)), company("Visiteur", "Vidéosurveillance", policy.Days(30))},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			found := Judge(c.fail, values(t))
			if len(found) != 1 || found[0].Rule != c.rule || found[0].Article == "" || found[0].Path == "" || found[0].Certainty == "" {
				t.Errorf("got %+v", found)
			}
			if found := Judge(c.pass, values(t)); len(found) > 0 {
				t.Errorf("false alarm: %+v", found)
			}
		})
	}
}

// TestExamples finds nothing in the policies of the two examples.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"energy-renovation", "music-shop"} {
		src, err := os.ReadFile("../../examples/" + name + "/policy.yaml")
		if err != nil {
			t.Fatal(err)
		}
		p, problems := file.Load("policy.yaml", src)
		if file.Failed(problems) || slices.ContainsFunc(Judge(p, values(t)), func(Finding) bool { return true }) {
			t.Errorf("%s: %+v", name, Judge(p, values(t)))
		}
	}
}
