package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/console"
)

// post sends a form.
func (s *served) post(path string, form url.Values) *http.Response {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

// until waits for a page to be as it must become.
func (s *served) until(what string, ok func() bool) {
	s.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("%s: it did not happen", what)
		}
	}
}

// prepared makes a plan and returns its address.
func (s *served) prepared() string {
	s.Helper()
	if to := s.post("/plan", nil).Header.Get("Location"); to != "/plan?prepare" {
		s.Fatalf("making a plan leads to %q", to)
	}
	var to string
	s.until("make the plan", func() bool { to = s.get("/plan?prepare").Header.Get("Location"); return to != "" })
	return to
}

func signed(confirm string) url.Values {
	return url.Values{"name": {"Camille"}, "reason": {"vu"}, "confirm": {confirm}}
}

// TestPlan makes a plan, shows why and how many, takes the approval of who copies the count,
// carries it out and shows what the ledger tells of it.
func TestPlan(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	s.has(s.page("/plan"), "Aucun encore")
	at := s.prepared()
	s.has(s.page(at), "1\u202f210", `href="/promesses/quotes.end#quotes.end"`, "§ 1", "Devis", "25 %", "première exécution de", "Approuver")
	if r := s.post(at+"/appliquer", nil); r.StatusCode != http.StatusConflict || c.acts != 0 {
		t.Errorf("a plan that nobody approved: %s, carried out %d times", r.Status, c.acts)
	}
	if r := s.post(at+"/approuver", signed("1 210")); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status, body(r))
	}
	s.has(s.page(at), "Camille", "vu", "Appliquer")
	if r := s.post(at+"/appliquer", nil); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status, body(r))
	}
	s.until("carry it out", func() bool { return strings.Contains(s.page(at), "fiches traitées") })
	s.has(s.page(at), "1\u202f209", `href="/preuves/11"`, `href="/preuves/12"`, `href="/preuves/13"`, "/registre.txt")
	s.has(s.page("/plan"), "appliqué le")
	s.has(s.page("/registre.txt"), "the ledger")
	s.until("look again", func() bool { return c.looks.Load() > 1 })
}

// TestConsent refuses an approval that lacks a name or a reason or does not copy what is
// shown, and keeps what was written.
func TestConsent(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	at := s.prepared()
	tests := []struct {
		name, path string
		form       url.Values
		want       int
	}{
		{"nothing", "", nil, http.StatusConflict},
		{"no name", "", url.Values{"reason": {"vu"}, "confirm": {"1210"}}, http.StatusConflict},
		{"no reason", "", url.Values{"name": {"Camille"}, "confirm": {"1210"}}, http.StatusConflict},
		{"another count", "", signed("1209"), http.StatusConflict},
		{"the count of a dataset", "", signed("6"), http.StatusConflict},
		{"a dataset by its count", "?jeu=mailing", signed("6"), http.StatusConflict},
		{"a dataset by another's name", "?jeu=mailing", signed("leads"), http.StatusConflict},
		{"a dataset that is not there", "?jeu=nobody", signed("nobody"), http.StatusNotFound},
		{"a name without end", "", url.Values{"name": {strings.Repeat("x", 2000)}, "reason": {"vu"}, "confirm": {"1210"}}, http.StatusConflict},
		{"a dataset by its name", "?jeu=mailing", signed("mailing"), http.StatusSeeOther},
		{"the same again", "?jeu=mailing", signed("mailing"), http.StatusConflict},
		{"the rest by its count", "", signed("1,204"), http.StatusSeeOther},
	}
	for _, c := range tests { // in this order: each stands on the one before
		if r := s.post(at+"/approuver"+c.path, c.form); r.StatusCode != c.want {
			t.Errorf("%s: %s, want %d", c.name, r.Status, c.want)
		} else if text := body(r); c.form.Get("confirm") == "1209" && !strings.Contains(text, `value="Camille"`) {
			t.Errorf("%s: what was written is lost", c.name)
		}
	}
}

// TestTwoWindows lets many windows approve and apply the same plan at once: it acts once.
func TestTwoWindows(t *testing.T) {
	t.Parallel()
	c := kept()
	c.gate = make(chan struct{})
	s := serve(t, c)
	at := s.prepared()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { s.post(at+"/approuver", signed("1210")) })
	}
	all.Wait()
	for range 8 {
		all.Go(func() {
			if r := s.post(at+"/appliquer", nil); r.StatusCode != http.StatusSeeOther {
				t.Error(r.Status)
			}
		})
	}
	all.Wait()
	s.has(s.page(at), "602", "http-equiv=\"refresh\"")
	if r := s.post("/plan", nil); r.StatusCode != http.StatusSeeOther {
		t.Error(r.Status)
	}
	close(c.gate)
	s.until("carry it out", func() bool { return strings.Contains(s.page(at), "fiches traitées") })
	s.post(at+"/appliquer", nil)
	if c.mu.Lock(); c.acts != 1 {
		t.Errorf("carried out %d times", c.acts)
	}
	c.mu.Unlock()
}

// TestRefused shows why an act was not done, in safe words.
func TestRefused(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	at := s.prepared()
	c.mu.Lock()
	c.refuse = &console.Refusal{FR: "Une autre exécution est en cours.", EN: "Another run."}
	c.mu.Unlock()
	s.has(body(s.post(at+"/approuver", signed("1210"))), "Une autre exécution est en cours.")
	s.post("/plan", nil)
	s.until("say why no plan was made", func() bool { return strings.Contains(s.page("/plan"), "Une autre exécution est en cours.") })
	for _, path := range []string{"/plan/0000", "/plan/%22%3E%3Cscript%3E", at + "?jeu=%3Cscript%3E"} {
		if r := s.get(path); r.StatusCode != http.StatusNotFound || strings.Contains(body(r), "<script") {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

// TestLargeForm refuses more than a form has.
func TestLargeForm(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	at := s.prepared()
	if r := s.post(at+"/approuver", url.Values{"name": {strings.Repeat("x", 1<<20)}}); r.StatusCode == http.StatusSeeOther {
		t.Error(r.Status)
	}
}

// TestSamples names records of a step by their keys, to explain or to hold.
func TestSamples(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	at := s.prepared()
	s.has(s.page(at), `href="`+at+`/exemples?etape=leads%2Ferase%2Frow"`)
	s.has(s.page(at+"/exemples?etape=leads/erase/row"), `href="/fiche?cle=7&amp;jeu=leads"`, `href="/gels?cles=7&amp;jeu=leads"`)
	if r := s.get(at + "/exemples?etape=nothing"); r.StatusCode != http.StatusNotFound {
		t.Error(r.Status)
	}
}

// TestTwoPersons wants the approval of two names where the settings do.
func TestTwoPersons(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	at := s.prepared()
	c.mu.Lock()
	c.kept.People = 2
	c.mu.Unlock()
	first, second := s.as("Camille", "dpo"), s.as("Dominique", "owner")
	s.has(s.page(at), "personnes différentes")
	first.does(at+"/approuver", signed("1210"))
	first.has(first.page(at), "1/2")
	if r := first.post(at+"/approuver", signed("1210")); r.StatusCode != http.StatusConflict || !strings.Contains(body(r), "une autre personne") {
		t.Errorf("the same person approves twice: %s", r.Status)
	}
	if r := first.post(at+"/appliquer", nil); r.StatusCode != http.StatusConflict || c.acts != 0 {
		t.Error("it is carried out with one approval")
	}
	second.does(at+"/approuver", signed("1210"))
	second.does(at+"/appliquer", nil)
	second.until("carry it out", func() bool { return strings.Contains(second.page(at), "fiches traitées") })
}
