package console_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// TestHome shows the text with a mark on each promise and the truth of the one that wants
// somebody most.
func TestHome(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	home := s.page("/")
	s.has(home, "Notre politique", `<a id="quotes.end" class="s broken" href="/promesses/quotes.end#quotes.end" aria-current="true">`,
		`<a id="letters.end" class="s kept" href="/promesses/letters.end#letters.end">`, "non tenue", "1\u202f204", "Promesses dont la phrase n’a pas été trouvée",
		"1<sup>er</sup>&nbsp;mars&nbsp;2017", "21&nbsp;novembre&nbsp;2023", "Litige 2025-014", "crm.<wbr>leads", "crm.audit_log", `href="/preuves/7"`)
	s.has(s.page("/promesses/letters.end"), `<a id="letters.end" class="s kept" href="/promesses/letters.end#letters.end" aria-current="true">`, "Rien à faire")
	s.has(s.page("/?only=kept"), `<a id="quotes.end" class="s broken muted"`, `<a id="letters.end" class="s kept" href="/promesses/letters.end?only=kept#letters.end" aria-current="true">`)
	if r := s.get("/promesses/nothing"); r.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown promise is %s", r.Status)
	}
}

// TestAhead waits for the years to come, which are drawn and told in a table.
func TestAhead(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(s.page("/"), "<rect") && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	s.has(s.page("/"), `role="img"`, `<th scope="row">2027</th>`, `<th scope="row">en retard aujourd’hui</th>`)
}

// TestEnglish says everything in English but the company's own words.
func TestEnglish(t *testing.T) {
	t.Parallel()
	s := serve(t, kept(), func(o *console.Options) { o.English = true })
	home := s.page("/")
	s.has(home, `<html lang="en">`, "Our word", "broken", "1,204", "1&nbsp;March&nbsp;2017")
	for _, french := range []string{"fiches", "tenue", "Pourquoi", "Preuve", "En retard", "Aucun"} {
		if strings.Contains(home, french) {
			t.Errorf("the English page says %q", french)
		}
	}
	r := s.get("/langue/fr?page=/promesses/letters.end")
	if to := r.Header.Get("Location"); to != "/promesses/letters.end" || r.Cookies()[0].Value != "fr" {
		t.Errorf("the language leads to %q with %v", to, r.Cookies())
	}
}

// TestStates shows what there is when something is missing: a first look under way, files
// with errors, a look that failed, a store that does not answer.
func TestStates(t *testing.T) {
	t.Parallel()
	broken := &company{err: &console.Unready{Problems: []policy.Problem{{File: "policy.yaml", Line: 3, Message: "there is no term", Hint: "write keep"}}}}
	s := serve(t, broken)
	s.has(s.page("/"), "policy.yaml:3", "there is no term", "write keep")

	failed := &company{err: errors.New("mailbox of someone@shop.example")}
	s = serve(t, failed)
	home := s.page("/")
	s.has(home, "Le dernier contrôle a échoué")
	if strings.Contains(home, "someone") {
		t.Error("the page shows what the error says")
	}

	silent := kept()
	silent.look.Truth.Unreachable = []string{"crm"}
	s = serve(t, silent)
	s.has(s.page("/"), "<code>crm</code> ne répond pas", "ne répond pas")
}

// TestNothingIsMarkup puts markup into everything that a store, a text or a file may hold.
func TestNothingIsMarkup(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	c := kept()
	l := &c.look
	l.Policy.Controller.Name, l.Policy.Events[0].Title, l.Holds[0].Matter, l.Holds[0].Owner = evil, evil, evil, evil
	for i := range l.Policy.Purposes {
		l.Policy.Purposes[i].Title = evil
	}
	l.Text.Blocks[0].Sentences[0].Text, l.Text.Blocks[1].Sentences[0].Text, l.Text.Blocks[1].Label = evil, "§ 1. "+evil, evil
	l.Truth.Promises[1].Title, l.Truth.Promises[1].Says, l.Truth.Promises[1].Where[0].Dataset = evil, evil, evil
	l.Truth.Gaps = []retention.Gap{{Kind: "table", Table: evil}, {Kind: "unjustified", Dataset: evil, Group: evil}, {Purpose: evil}}
	l.Truth.Unreachable = []string{evil}
	l.Seats["quotes.end"] = []console.Seat{{Dataset: evil, Store: evil, Table: evil}}
	l.Datasets = []console.Seat{{Dataset: evil, Store: evil, Table: evil}}
	c.holds = []retention.Hold{{ID: "hold-1", Matter: evil, Owner: evil, Reason: evil, Dataset: evil, Condition: evil}, {ID: "hold-2", Person: map[string]string{evil: evil}, Matter: evil, Lifted: instant(), LiftedBy: evil}}
	s := serve(t, c)
	s.account(evil, "dpo")
	for _, path := range []string{"/echeances", "/fiche", "/gels", "/gels?jeu=%3Cscript%3E&cles=%3Cscript%3E", "/equipe", "/", "/promesses/letters.end", "/?only=" + "%22%3E%3Cscript%3E", "/promesses/%22%3E%3Cscript%3E"} {
		page := body(s.get(path))
		if strings.Contains(page, "<script") || strings.Contains(page, "<img") {
			t.Errorf("%s lets markup through:\n%s", path, page)
		}
	}
}

// TestLookAgain takes a new look when asked, once for many.
func TestLookAgain(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	first := c.looks.Load()
	for range 5 {
		if r := s.do(httptest.NewRequest("POST", "/regarder", nil)); r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
	deadline := time.Now().Add(10 * time.Second)
	for strings.Contains(s.page("/?controle"), "http-equiv") && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if n := c.looks.Load() - first; n < 1 || n > 5 {
		t.Errorf("%d looks were taken", n)
	}
}
