package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
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

// TestStores tells which store answers.
func TestStores(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.has(s.page("/bases"), "crm", "31", "répond", "mail", "ne répond pas")
}
