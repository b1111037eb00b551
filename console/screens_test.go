package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
)

// TestLedger pages through the entries, latest first, and recomputes them on demand.
func TestLedger(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	latest := s.page("/registre")
	s.has(latest, `href="/preuves/119"`, `href="/preuves/70"`, `href="/registre?avant=70"`, "acte", "leads/erase/row")
	if strings.Contains(latest, `href="/preuves/69"`) {
		t.Error("a page has no end")
	}
	s.has(s.page("/registre?avant=70"), `href="/preuves/69"`, `href="/preuves/20"`, `href="/registre?avant=120"`, `href="/registre?avant=20"`)
	s.has(s.page("/registre?avant=20"), `href="/preuves/0"`)
	for _, odd := range []string{"x", "-1", "99999", "%3Cscript%3E"} {
		s.has(s.page("/registre?avant="+odd), `href="/preuves/119"`)
	}
	s.has(s.page("/registre/verifier"), "Registre intact", "120")
	c.mu.Lock()
	c.broken = true
	c.mu.Unlock()
	s.has(s.page("/registre/verifier"), "altéré à l’inscription 12")
}

// TestRecord explains a record without a value, and says what is not there.
func TestRecord(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.has(s.page("/fiche"), `<option value="leads"`)
	page := s.page("/fiche?jeu=leads&cle=7")
	s.has(page, "à effacer", "terminé", `href="/promesses/quotes.end#quotes.end"`, "Litige 2025-014", `href="/gels?cles=7&amp;jeu=leads"`)
	if strings.Contains(page, "Jamais") {
		t.Error("a claim that never was is shown")
	}
	for path, want := range map[string]string{"/fiche?jeu=leads&cle=404": "Aucune fiche", "/fiche?jeu=%3Cscript%3E&cle=%3Cscript%3E": "pas une clé"} {
		r := s.get(path)
		if text := body(r); r.StatusCode != http.StatusNotFound || !strings.Contains(text, want) || strings.Contains(text, "<script") {
			t.Errorf("%s: %s\n%s", path, r.Status, text)
		}
	}
}

// TestHolds places a hold, refuses one that would hold nothing, and lifts it under the name of
// who does.
func TestHolds(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	good := url.Values{"jeu": {"leads"}, "cles": {"7 8"}, "matter": {"2025-014"}, "owner": {"Direction"}, "reason": {"litige"}, "review": {"2026-01-31"}}
	change := func(name, value string) url.Values {
		out := url.Values{}
		for k, v := range good {
			out[k] = v
		}
		out.Set(name, value)
		return out
	}
	for _, f := range []url.Values{change("matter", ""), change("owner", ""), change("cles", " "), change("review", "demain"), change("cles", "x")} {
		if r := s.post("/gels", f); r.StatusCode != http.StatusConflict {
			t.Errorf("%v: %s", f, r.Status)
		}
	}
	if r := s.post("/gels", good); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	s.has(s.page("/gels"), "2025-014", "litige", "passée")
	in := s.as("Dominique", "dpo")
	if r := in.post("/gels/hold-1/lever", nil); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	s.has(s.page("/gels"), "Levés", "Dominique")
	if r := s.post("/gels/hold-1/lever", nil); r.StatusCode != http.StatusConflict {
		t.Errorf("lifted again: %s", r.Status)
	}
}

// TestDueDates draws the years to come and tells them in a table that sums up.
func TestDueDates(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.until("know the years to come", func() bool { return strings.Contains(s.page("/echeances"), "<rect class") })
	page := s.page("/echeances")
	s.has(page, `role="img"`, "Devis", "1\u202f204", `<th scope="col" class="num">2027</th>`)
	if strings.Contains(page, "Lettre") {
		t.Error("a purpose with nothing due has a row")
	}
}

// TestPermission answers an agent, who is led there and sees nothing else; the person is in no
// address.
func TestPermission(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	in := s.as("Agent", "agent")
	in.has(in.page("/permission"), `<option value="email"`, "Devis")
	form := url.Values{"channel": {"call"}, "purpose": {"quotes"}, "person": {"0199000001"}}
	in.has(body(in.post("/permission", form)), "non", "Aucun accord.", "L. 34-5", "0199000001")
	form.Set("channel", "email")
	in.has(body(in.post("/permission", form)), "<strong>oui</strong>")
	form.Set("person", "x")
	if r := in.post("/permission", form); r.StatusCode != http.StatusConflict {
		t.Error(r.Status)
	}
}

// TestProcessing lists every purpose with its basis, its periods and its places.
func TestProcessing(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.has(s.page("/traitements"), "Boutique Exemple", "Devis", "le contrat", "3\u00a0ans", "dernier contact", "crm.leads", "Sans phrase")
}

// TestStores tells which store answers, what its account needs, and that a replay is due.
func TestStores(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.has(s.page("/bases"), "crm", "31", "répond", "mail", "ne répond pas", "garant replay shop", "GRANT SELECT, UPDATE, DELETE ON &#34;orders&#34; TO &#34;garant&#34;;", "ne peut pas lire ses reçus")
	wrong := serve(t, &company{err: &console.Unready{Problems: []policy.Problem{{File: "policy.yaml", Message: "there is no term"}}}})
	if r := wrong.get("/bases"); r.StatusCode != http.StatusConflict {
		t.Errorf("with errors in the files: %s", r.Status)
	}
}

// TestSettings shows how the installation is set up, to the owner with what they may change and
// to the DPO without.
func TestSettings(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	page := s.page("/reglages")
	s.has(page, `<code>garant-1</code>`, "13a4001a", "22&nbsp;novembre&nbsp;2026, 09:00", "mail.a.example:465", `action="/reglages/courriel"`, `href="/equipe"`, "42", "garant ledger key", "garant token end",
		"18&nbsp;octobre&nbsp;2026", "35\u00a0jours", "en retard", "aucune connue", "garant backups note mail", "personne ne l’a dit", "sous backups",
		"peut être détruite", "garant keys destroy --yes", "5&nbsp;février&nbsp;2027", "détruite le", "inconnu")
	dpo := s.as("Dominique", "dpo")
	if strings.Contains(dpo.page("/reglages"), "<form method=\"post\" action=\"/reglages") {
		t.Error("a DPO is offered to change something")
	}
	if r := dpo.post("/reglages/courriel", url.Values{"address": {"a@b.example"}}); r.StatusCode != http.StatusForbidden {
		t.Errorf("a DPO changes something: %s", r.Status)
	}
	for _, bad := range []string{"", "x", "a@b.example\r\nBcc: c@d.example", strings.Repeat("a", 300) + "@b.example"} {
		if r := s.post("/reglages/courriel", url.Values{"address": {bad}}); r.StatusCode != http.StatusConflict {
			t.Errorf("%q: %s", bad, r.Status)
		}
	}
	if r := s.post("/reglages/courriel", url.Values{"address": {"camille@a.example"}}); r.Header.Get("Location") != "/reglages?envoye#courrier" || len(c.mailed) != 1 || c.mailed[0] != "camille@a.example Essai du courrier de Garant" {
		t.Errorf("%s %v", r.Status, c.mailed)
	}
	c.mu.Lock()
	c.refuse = &console.Refusal{FR: "Le serveur de courrier n’a pas pris la lettre.", EN: "No."}
	c.mu.Unlock()
	for want := range 6 {
		r := s.post("/reglages/courriel", url.Values{"address": {"camille@a.example"}})
		if text := body(r); want == 0 && !strings.Contains(text, "n’a pas pris la lettre") || strings.Contains(text, "camille") {
			t.Errorf("%s\n%s", r.Status, text)
		}
		if want == 5 && r.StatusCode != http.StatusTooManyRequests {
			t.Errorf("a sixth letter at once: %s", r.Status)
		}
	}
}
