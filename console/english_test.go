package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// frenchSigns are letters that English words do not have; ours are those of the invented
// company's own words, of what is French by its nature, and of the door to the other language.
var (
	frenchSigns = regexp.MustCompile(`[^<>\n]{0,30}[àâçéèêëîïôùûœÀÉ«»][^<>\n]{0,30}`)
	ours        = regexp.MustCompile(`(?s)<(td|article|a|span)[^>]* lang="fr".*?</(td|article|a|span)>|Réseau Exemple|Boutique Exemple`)
)

// TestEnglishScreens shows every screen in English, with nothing French left in it.
func TestEnglishScreens(t *testing.T) {
	t.Parallel()
	c := flowing()
	c.desk, c.people = asks(rights.Erasure).desk, people{holding: holding()}
	c.holds = []retention.Hold{{ID: "hold-1", Matter: "2025-014", Owner: "owner", Dataset: "leads"}}
	c.against, c.decided = nil, nil
	s := serve(t, c, func(o *console.Options) { o.English = true })
	at := s.prepared()
	person := url.Values{"person": {"ada@a.example"}, "reason": {"call"}, "name": {"Camille"}, "jeu": {"leads"}, "cle": {"7"}}
	pages := map[string]string{}
	for _, path := range []string{"/", "/plan", at, at + "/exemples?etape=leads/erase/row", "/echeances", "/fiche", "/fiche?jeu=leads&cle=7", "/demandes", "/demandes?vue=tableau", "/demandes/request-1",
		"/demandes/request-1/lettres/ack", "/accords", "/accords/consent-7", "/personne", "/gels", "/carte", "/traitements", "/droit", "/registre", "/permission", "/bases", "/reglages", "/equipe"} {
		pages[path] = s.page(path)
	}
	s.post("/demandes/request-1/identite", url.Values{"word": {"account"}, "name": {"Camille"}})
	s.post("/demandes/request-1/chercher", person)
	s.post("/demandes/request-1/plan", person)
	pages["planned"] = s.page("/demandes/request-1")
	pages["held"], pages["found"] = body(s.post("/personne", person)), body(s.post("/accords/chercher", person))
	pages["missing"] = body(s.get("/nothing"))
	for path, page := range pages {
		page = ours.ReplaceAllString(page, "")
		page = strings.ReplaceAll(page, "J’accepte", "")
		if found := frenchSigns.FindString(page); found != "" {
			t.Errorf("%s says %q", path, found)
		}
	}
}
