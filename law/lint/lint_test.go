package lint

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

func values(t *testing.T, day string) law.Values {
	t.Helper()
	p, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	return p.On(policy.MustDate(day))
}

// company is a policy the rules have nothing to say about.
func company() policy.Policy {
	return policy.Policy{
		Controller: policy.Controller{Name: "Exemple", Contact: "donnees@exemple.example"},
		People:     []policy.Named[policy.People]{{ID: "who", Title: "Client"}}, Data: []policy.Named[policy.Category]{{ID: "what", Title: "Identité"}},
		Purposes: []policy.Purpose{{ID: "p", Title: "Livraison", Basis: []policy.Basis{policy.Contract}, People: []policy.People{"who"}, Data: []policy.Category{"what"}, Says: "§ 1",
			Rules: []policy.Rule{{ID: "p.1", Keep: policy.Keep{Set: true, Period: policy.Years(3)}, Says: "§ 1"}}}},
	}
}

// with changes the company.
func with(change func(p *policy.Policy, pu *policy.Purpose, r *policy.Rule)) policy.Policy {
	p := company()
	change(&p, &p.Purposes[0], &p.Purposes[0].Rules[0])
	return p
}

// named is a purpose with a title, on a basis, kept so long.
func named(title string, basis policy.Basis, keep policy.Period) policy.Policy {
	return with(func(_ *policy.Policy, pu *policy.Purpose, r *policy.Rule) {
		pu.Title, pu.Basis, r.Keep.Period = title, []policy.Basis{basis}, keep
	})
}

func rights(names ...string) []policy.Right {
	var out []policy.Right
	for _, n := range names {
		out = append(out, policy.Right{Name: n})
	}
	return out
}

func giving(basis policy.Basis, names ...string) policy.Policy {
	return with(func(p *policy.Policy, pu *policy.Purpose, _ *policy.Rule) {
		pu.Basis, p.Rights = []policy.Basis{basis}, rights(names...)
	})
}

func moving(t policy.Transfer) policy.Policy {
	return with(func(p *policy.Policy, _ *policy.Purpose, _ *policy.Rule) { p.Transfers = []policy.Transfer{t} })
}

func baking(keep policy.Period) policy.Policy {
	return with(func(p *policy.Policy, _ *policy.Purpose, _ *policy.Rule) {
		p.Cookies = []policy.Cookie{{ID: "c", Title: "Audience", Keep: keep}}
	})
}

func of(people string, title string, keep policy.Period) policy.Policy {
	p := named(title, policy.LegitimateInterest, keep)
	p.People[0].Title = people
	return p
}

// cases give each rule a policy that breaks it and one that just does not.
func cases() map[string][2]policy.Policy {
	all := []string{"access", "rectification", "erasure", "restriction", "portability", "post_mortem"}
	return map[string][2]policy.Policy{
		"L01": {with(func(p *policy.Policy, _ *policy.Purpose, _ *policy.Rule) { p.Controller.Contact = "" }), company()},
		"L04": {named("Livraison", policy.Unstated, policy.Years(3)), company()},
		"L05": {with(func(_ *policy.Policy, pu *policy.Purpose, _ *policy.Rule) {
			pu.Basis = []policy.Basis{policy.Consent, policy.LegitimateInterest}
		}),
			with(func(_ *policy.Policy, pu *policy.Purpose, _ *policy.Rule) {
				pu.Basis = []policy.Basis{policy.Contract, policy.Precontract}
			})},
		"L06": {named("Améliorer nos services", policy.Contract, policy.Years(3)), named("Corriger les pannes du site", policy.Contract, policy.Years(3))},
		"L08": {giving(policy.Consent, all...), giving(policy.Consent, append(all, "withdraw_consent")...)},
		"L13": {named("Prospection", policy.Contract, policy.Years(3)), named("Prospection", policy.Consent, policy.Years(3))},
		"L14": {with(func(_ *policy.Policy, pu *policy.Purpose, _ *policy.Rule) { pu.Rules = nil }), company()},
		"L15": {with(func(_ *policy.Policy, _ *policy.Purpose, r *policy.Rule) { r.Keep = policy.Keep{Operator: true} }), company()},
		"L17": {of("Prospect", "Prospection", policy.Period{Months: 36, Days: 1}), of("Prospect", "Prospection", policy.Years(3))},
		"L18": {of("Candidat", "Vivier", policy.Years(5)), of("Candidat", "Vivier", policy.Years(2))},
		"L19": {of("Chauffeur", "Géolocalisation des véhicules", policy.Months(3)), of("Chauffeur", "Géolocalisation des véhicules", policy.Months(2))},
		"L20": {of("Client", "Enregistrement des appels", policy.Months(7)), of("Client", "Enregistrement des appels", policy.Months(6))},
		"L21": {of("Visiteur", "Vidéosurveillance", policy.Months(3)), of("Visiteur", "Vidéosurveillance", policy.Days(30))},
		"L23": {of("Client", "Journaux de connexion", policy.Years(5)), of("Client", "Journaux de connexion", policy.Years(1))},
		"L24": {named("Comptabilité", policy.LegalObligation, policy.Years(3)), named("Comptabilité", policy.LegalObligation, policy.Years(10))},
		"L29": {named("Newsletter par courriel", policy.LegitimateInterest, policy.Years(3)), named("Newsletter par courriel", policy.Consent, policy.Years(3))},
		"L32": {named("Démarchage par téléphone", policy.LegitimateInterest, policy.Years(3)), named("Démarchage par téléphone", policy.Consent, policy.Years(3))},
		"L44": {giving(policy.Contract, "access", "rectification", "erasure", "restriction", "post_mortem"), giving(policy.Contract, all...)},
		"L49": {giving(policy.Contract, all[:5]...), giving(policy.Contract, all...)},
		"L57": {moving(policy.Transfer{ID: "t", To: "US"}), moving(policy.Transfer{ID: "t", To: "US", Safeguards: []string{"dpf"}})},
		"L59": {baking(policy.Years(2)), baking(policy.Months(13))},
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for rule, c := range cases() {
		found := Judge(c[0], values(t, "2026-11-22"))
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == rule }) {
			t.Errorf("%s is not found: %v", rule, found)
		}
		for _, f := range found {
			if f.Article == "" || f.Path == "" || f.Message.FR == "" || f.Message.EN == "" || f.Remedy.FR == "" || f.Remedy.EN == "" || f.Certainty == "" || f.Severity == "" {
				t.Errorf("%s is told in half: %+v", f.Rule, f)
			}
		}
		if found := Judge(c[1], values(t, "2026-11-22")); slices.ContainsFunc(found, func(f Finding) bool { return f.Rule == rule }) {
			t.Errorf("%s is found where nothing is wrong: %v", rule, found)
		}
	}
}

// TestDay asks the law of two days: calls without consent were no error of this kind before.
func TestDay(t *testing.T) {
	t.Parallel()
	p := named("Démarchage par téléphone", policy.LegitimateInterest, policy.Years(3))
	for day, want := range map[string]bool{"2026-08-10": false, "2026-08-11": true} {
		found := slices.ContainsFunc(Judge(p, values(t, day)), func(f Finding) bool { return f.Rule == "L32" })
		if found != want {
			t.Errorf("on %s: %v", day, found)
		}
	}
}

func TestShield(t *testing.T) {
	t.Parallel()
	found := Judge(moving(policy.Transfer{ID: "t", Safeguards: []string{"dpf"}, Says: "sous couvert du Privacy Shield"}), values(t, "2026-11-22"))
	if len(found) != 1 || found[0].Rule != "L57" {
		t.Errorf("got %v", found)
	}
}

// TestDocs holds docs/lint.md to the rules that exist, each in its table of what is judged.
func TestDocs(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../docs/lint.md")
	if err != nil {
		t.Fatal(err)
	}
	judged, waiting, ok := strings.Cut(string(b), "## Not judged yet")
	if !ok {
		t.Fatal("docs/lint.md does not say what is not judged")
	}
	rows := regexp.MustCompile(`(?m)^\| (L\d\d)`)
	for _, m := range rows.FindAllStringSubmatch(judged, -1) {
		_, model := cases()[m[1]]
		if _, text := texts[m[1]]; !model && !text {
			t.Errorf("docs/lint.md lists %s, which no test breaks", m[1])
		}
	}
	rules := slices.Collect(maps.Keys(cases()))
	for _, rule := range slices.AppendSeq(rules, maps.Keys(texts)) {
		if !strings.Contains(judged, "| "+rule+" ") || strings.Contains(waiting, "| "+rule+" ") {
			t.Errorf("docs/lint.md does not list %s as judged", rule)
		}
	}
}

// TestExamples holds that no example of the repository is faulted.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"energy-renovation", "music-shop"} {
		src, err := os.ReadFile("../../examples/" + name + "/policy.yaml")
		if err != nil {
			t.Fatal(err)
		}
		p, problems := file.Load(name, src)
		if file.Failed(problems) {
			t.Fatal(problems)
		}
		for _, f := range Judge(p, values(t, "2026-11-22")) {
			t.Errorf("%s: %s %s: %s", name, f.Rule, f.Path, f.Message.EN)
		}
	}
}
