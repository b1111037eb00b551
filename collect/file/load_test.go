package file

import (
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

func shop() policy.Policy {
	return policy.Policy{Cookies: []policy.Cookie{{ID: "session", Title: "Session"}, {ID: "audience", Title: "Audience", Consent: true, Keep: policy.Months(13)}, {ID: "video", Title: "Vidéos", Consent: true}}}
}

const whole = `sites: [https://www.shop.example]
privacy: /confidentialite
cookies:
  session: {names: [PHPSESSID]}
  audience:
    title: {fr: Mesure d'audience, en: Audience measurement}
    about: {fr: Compter les visites.}
    services: [google_analytics, counter]
services:
  counter: {kind: audience, title: Compteur, company: Compteur, country: France, hosts: ["*.counter.example"], names: ["_cnt*"]}
`

// TestServices: those that are ready are whole, and many enough of each kind.
func TestServices(t *testing.T) {
	t.Parallel()
	all, problems := Services()
	if len(problems) > 0 || len(all) < 20 {
		t.Fatalf("%d services, %v", len(all), problems)
	}
	for _, kind := range collect.Kinds() {
		if !slices.ContainsFunc(all, func(s collect.Service) bool { return s.Kind == kind }) {
			t.Errorf("no service is of kind %s", kind)
		}
	}
	for _, s := range all {
		if s.Title == "" || s.Company == "" || s.Country == "" || len(s.Hosts) == 0 || !strings.HasPrefix(s.Privacy, "https://") {
			t.Errorf("%s is not whole: %+v", s.ID, s)
		}
	}
}

// TestLoad reads a whole file.
func TestLoad(t *testing.T) {
	t.Parallel()
	s, problems := Load("cookies.yaml", []byte(whole), shop())
	if len(problems) > 0 || len(s.Purposes) != 3 {
		t.Fatal(problems, s)
	}
	a := s.Purposes[1]
	if a.Title.EN != "Audience measurement" || a.About.EN != "Compter les visites." || a.Keep != policy.Months(13) || !a.Consent || len(a.Services) != 2 || a.Services[1].Company != "Compteur" {
		t.Errorf("audience is %+v", a)
	}
	if v := s.Purposes[2]; v.Title.FR != "Vidéos" || v.Title.EN != "Vidéos" || len(v.Services) > 0 {
		t.Errorf("video is %+v", v)
	}
}

// TestProblems writes one thing wrong at a time.
func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, now, code string }{
		{"no sites", "sites: [https://www.shop.example]\n", "", "missing-key"},
		{"unencrypted", "https://www.shop.example", "http://www.shop.example", "bad-site"},
		{"a path", "https://www.shop.example", "https://www.shop.example/fr", "bad-site"},
		{"a script", "/confidentialite", "javascript:alert(1)", "bad-address"},
		{"another host's page", "/confidentialite", "//evil.example", "bad-address"},
		{"undeclared", "  session:", "  sesion:", "unknown-cookie"},
		{"no service", "google_analytics", "google_analitics", "unknown-service"},
		{"a kind", "kind: audience", "kind: spying", "unknown-kind"},
		{"a host", "*.counter.example", "https://counter.example", "bad-host"},
		{"a policy in a host", "*.counter.example", "x.example; script-src *", "bad-host"},
		{"everything", `"_cnt*"`, `"*"`, "bad-pattern"},
		{"a class", `"_cnt*"`, `"_cnt[0-9]"`, "bad-pattern"},
		{"half a service", "company: Compteur, ", "", "missing-key"},
		{"a key", "privacy:", "privat:", "unknown-key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := Load("cookies.yaml", []byte(strings.Replace(whole, c.old, c.now, 1)), shop())
			if !file.Failed(problems) || !slices.ContainsFunc(problems, func(p policy.Problem) bool { return p.Code == c.code }) {
				t.Errorf("found %v, not %s", problems, c.code)
			}
		})
	}
}
