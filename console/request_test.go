package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// desk is the part of the invented company that has requests: it notes what it is asked to do.
type desk struct {
	cases []console.Request
	moves []console.Move
	ended []int64
	found rights.Found
	say   *console.Refusal // what the next act is refused with

	fields          []console.Field // of record 7
	read, corrected []string
}

func (c *company) Requests(context.Context) ([]console.Request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]console.Request{}, c.desk.cases...), nil
}

func (c *company) Request(_ context.Context, id string) (console.Request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.desk.cases {
		if k.ID == id {
			return k, nil
		}
	}
	return console.Request{}, console.ErrNoRequest
}

func (c *company) Open(_ context.Context, k rights.Case, by string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(k.Person.Identifiers) == 0 {
		return "", &console.Refusal{FR: "Il manque de quoi reconnaître la personne.", EN: "Nothing to know the person by."}
	}
	k.ID, k.State, k.Steps = "request-9", rights.Received, []rights.Step{{What: rights.Opened, By: by, Day: k.Received}}
	c.desk.cases = append(c.desk.cases, console.Request{Case: k, Due: rights.Due{Standing: rights.Running, Left: 30, Limit: policy.MustDate("2026-12-22")}})
	return k.ID, nil
}

// did notes an act, or refuses it.
func (c *company) did(id string, m console.Move, change func(*rights.Case)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if no := c.desk.say; no != nil {
		c.desk.say = nil
		return no
	}
	c.desk.moves = append(c.desk.moves, m)
	for i := range c.desk.cases {
		if c.desk.cases[i].ID == id {
			change(&c.desk.cases[i].Case)
		}
	}
	return nil
}

func (c *company) Move(_ context.Context, id string, m console.Move) error {
	return c.did(id, m, func(k *rights.Case) {
		k.Steps = append(k.Steps, rights.Step{What: m.Act, By: m.By})
		switch m.Act {
		case rights.Identified:
			k.State, k.Verified = rights.Searching, []string{"email"}
		case rights.Answer:
			k.State = rights.Partly
		}
	})
}

func (c *company) Find(_ context.Context, id, by string) (rights.Found, error) {
	err := c.did(id, console.Move{Act: rights.Looked, By: by}, func(k *rights.Case) { k.State = rights.Review })
	return c.desk.found, err
}

func (c *company) Decide(_ context.Context, id string, s console.Said, by string) (rights.Found, error) {
	err := c.did(id, console.Move{Act: rights.Reviewed, Word: s.Dataset + "=" + s.Key, By: by}, func(*rights.Case) { c.desk.found.Candidates = nil })
	return c.desk.found, err
}

func (c *company) PlanRequest(_ context.Context, id string, choice rights.Choice, by string) ([]console.Stay, error) {
	p := plan.Finish(plan.Plan{AsOf: policy.MustDate("2026-11-22"), Steps: []plan.Step{
		{ID: "leads/erase/row", Dataset: "leads", Store: "crm", Action: policy.Erase, WholeRow: true, Due: 1204, Rows: 5000, Needs: []string{"request " + id}},
	}}.ForRequest(id, ""))
	err := c.did(id, console.Move{Act: rights.Planned, By: by, Word: string(choice.Keep["quotes"])}, func(k *rights.Case) {
		k.Erasing = &rights.Erasing{Plan: p.Digest(), Endings: []rights.Ending{{Purpose: "quotes", Title: "Devis", Ends: true, Article: "art. 17(1)(b)"}}}
		c.kept = console.Kept{Plan: p, Digest: p.Digest(), Saved: instant()}
	})
	return []console.Stay{{Dataset: "invoices", Record: "12", Group: "billing", Until: policy.MustDate("2030-12-31")}}, err
}

func (c *company) ApplyRequest(_ context.Context, id string, count int64, by string, _ func(apply.Event)) (bool, error) {
	err := c.did(id, console.Move{Act: rights.Verified, By: by}, func(k *rights.Case) {
		c.desk.ended = append(c.desk.ended, count)
		k.Steps = append(k.Steps, rights.Step{What: rights.Verified, By: by})
	})
	return true, err
}

func (c *company) Letter(_ context.Context, _ string, kind rights.LetterKind) (rights.Letter, error) {
	if kind != rights.AckLetter {
		return rights.Letter{}, &console.Refusal{FR: "Pas cette lettre.", EN: "Not that letter."}
	}
	l := rights.Letter{Kind: kind, Language: rights.InFrench, To: "ada@a.example", Subject: "Votre demande", Body: "<b>Bonjour</b>"}
	if c.desk.cases[0].Speaks() == rights.InEnglish {
		l.Lacks = "letters/en/ack.txt"
	}
	return l, nil
}

func (c *company) Dispatch(_ context.Context, id string, kind rights.LetterKind, by string, mail bool) error {
	word := "handed"
	if mail {
		word = "mail"
	}
	return c.did(id, console.Move{Act: rights.LetterSent, Word: string(kind) + " " + word, By: by}, func(k *rights.Case) { k.Letters = append(k.Letters, rights.Letter{Kind: kind}) })
}

func (c *company) Dossier(_ context.Context, id string, h console.Handing, by string) (console.Package, error) {
	err := c.did(id, console.Move{Act: rights.Answer, Word: strings.Join(h.LeaveOut, " "), By: by}, func(k *rights.Case) { k.State = rights.Answered })
	return console.Package{File: []byte("age-encryption.org/v1"), Phrase: "un-deux-trois"}, err
}

// asks is a company of which somebody asks something.
func asks(right rights.Right) *company {
	c := kept()
	c.desk.cases = []console.Request{{Case: rights.Case{ID: "request-1", Right: right, State: rights.Received, Via: rights.ByMail, Received: policy.MustDate("2026-11-01"),
		Person: rights.Person{Identifiers: map[string]string{"email": "ada@a.example", "phone": "0199001122"}, Name: "Ada Exemple", Said: "Tout ce que vous avez"},
		Steps:  []rights.Step{{What: rights.Opened, Day: policy.MustDate("2026-11-01")}}},
		Due: rights.Due{Standing: rights.Soon, Left: 5, Limit: policy.MustDate("2026-12-01"), Target: policy.MustDate("2026-12-01"), First: policy.MustDate("2026-12-01"), Longest: policy.MustDate("2027-02-01")}}}
	c.desk.found = rights.Found{Records: []rights.Record{{Store: "crm", Dataset: "leads", Table: store.Table{Name: "leads", Key: []string{"id"}}, Key: store.Key{int64(7)}, By: "email"}},
		Candidates: []rights.Candidate{{Record: rights.Record{Store: "crm", Dataset: "leads", Table: store.Table{Name: "leads", Key: []string{"id"}}, Key: store.Key{int64(8)}}, Agrees: []string{"phone"}, Score: 71}},
		Gaps:       []rights.Gap{{Kind: rights.NoAnswer, Where: "mail"}}}
	return c
}

// does posts a form that must be accepted.
func (s *served) does(path string, form url.Values) {
	s.Helper()
	if r := s.post(path, form); r.StatusCode != http.StatusSeeOther {
		s.Fatalf("POST %s: %s\n%s", path, r.Status, body(r))
	}
}

// TestRequests lists what is asked by urgency, and opens a request from the form.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := serve(t, asks(rights.Erasure)).as("Camille", "dpo")
	s.has(s.page("/demandes"), `href="/demandes/request-1"`, "effacement", "bientôt due", "1<sup>er</sup>&nbsp;décembre&nbsp;2026", "5\u00a0jours")
	s.has(s.page("/demandes?vue=tableau"), "Savoir qui demande", `href="/demandes/request-1"`)
	if r := s.post("/demandes", url.Values{"right": {"access"}, "via": {"mail"}}); r.StatusCode != http.StatusConflict || !strings.Contains(body(r), "Il manque de quoi") {
		t.Error("a request without a person is opened")
	}
	if r := s.post("/demandes", url.Values{"right": {"access"}, "email": {"b@b.example"}, "received": {"hier"}}); r.StatusCode != http.StatusConflict || !strings.Contains(body(r), "b@b.example") {
		t.Error("what was written is lost with a bad day")
	}
	r := s.post("/demandes", url.Values{"right": {"access"}, "via": {"call"}, "email": {"b@b.example"}, "received": {"2026-11-20"}})
	if to := r.Header.Get("Location"); to != "/demandes/request-9" {
		t.Errorf("opened, it leads to %q", to)
	}
	if r := s.get("/demandes/request-77"); r.StatusCode != http.StatusNotFound {
		t.Error(r.Status)
	}
}

// TestRequestSteps takes an erasure from its arrival to its answer, and shows of the person
// nothing but the ends of what they gave.
func TestRequestSteps(t *testing.T) {
	t.Parallel()
	c := asks(rights.Erasure)
	s := serve(t, c).as("Camille", "dpo")
	at := "/demandes/request-1"
	page := s.page(at)
	s.has(page, "a•••@a.example", "•• •• •• 22", "Savoir qui demande", "art. 12(3)")
	for _, personal := range []string{"ada@a.example", "0199001122", "Ada Exemple", "Tout ce que vous avez"} {
		if strings.Contains(page, personal) {
			t.Errorf("the page shows %q", personal)
		}
	}
	if r := s.post(at+"/identite", url.Values{"word": {"document"}}); r.StatusCode != http.StatusConflict || !strings.Contains(body(r), "copie du document") {
		t.Error("a document that is not destroyed is accepted")
	}
	s.does(at+"/identite", url.Values{"word": {"customer_number"}})
	s.does(at+"/chercher", nil)
	s.has(s.page(at), `href="/fiche?cle=7&amp;jeu=leads"`, "C’est elle", "71 %", "la base ne répond pas")
	s.does(at+"/candidat", url.Values{"jeu": {"leads"}, "cle": {"8"}, "theirs": {"no"}})
	s.does(at+"/plan", url.Values{"purpose.quotes": {"legal_claims"}})
	s.has(s.page(at), "art. 17(1)(b)", "1\u202f204", "invoices 12", "31&nbsp;décembre&nbsp;2030")
	if r := s.post(at+"/appliquer", url.Values{"confirm": {"1203"}}); r.StatusCode != http.StatusConflict || len(c.desk.ended) != 0 {
		t.Error("another count is carried out")
	}
	s.does(at+"/appliquer", url.Values{"confirm": {"1 204"}})
	s.until("carry it out", func() bool { return strings.Contains(s.page(at), "vu dans les bases") })
	s.does(at+"/repondre", nil)
	s.has(s.page(at), "répondue en partie", "Clore")
	for _, m := range c.desk.moves {
		if m.By != "Camille" {
			t.Errorf("%s is signed %q", m.Act, m.By)
		}
	}
	if got := c.desk.moves[3]; got.Word != "legal_claims" {
		t.Errorf("planned with %+v", got)
	}
	if len(c.desk.ended) != 1 || c.desk.ended[0] != 1204 {
		t.Errorf("ended %v", c.desk.ended)
	}
}

// TestRequestRefused shows why an act was not done, and wants a name of who came by the link.
func TestRequestRefused(t *testing.T) {
	t.Parallel()
	c := asks(rights.Access)
	s := serve(t, c)
	if r := s.post("/demandes/request-1/prolonger", url.Values{"why": {"complexe"}}); r.StatusCode != http.StatusConflict || len(c.desk.moves) != 0 {
		t.Error("an act without a name is done")
	}
	c.desk.say = &console.Refusal{FR: "Le mois est passé.", EN: "The month is over."}
	if r := s.post("/demandes/request-1/prolonger", url.Values{"why": {"complexe"}, "name": {"Camille"}}); r.StatusCode != http.StatusConflict || !strings.Contains(body(r), "Le mois est passé.") {
		t.Error("a refusal is not shown")
	}
	s.does("/demandes/request-1/refuser", url.Values{"why": {"sans suite"}, "word": {"excessive"}, "name": {"Camille"}})
	if m := c.desk.moves[0]; m != (console.Move{Act: rights.Refuse, Word: "excessive", Why: "sans suite", By: "Camille"}) {
		t.Errorf("refused as %+v", m)
	}
}

// TestRequestGuessed: of a request that an e-mail opened nothing is looked up before somebody said
// which right it is, or that it is none.
func TestRequestGuessed(t *testing.T) {
	t.Parallel()
	c := asks(rights.Erasure)
	k := &c.desk.cases[0].Case
	k.Guess, k.State, k.Verified = rights.ByWords, rights.Searching, []string{"email"}
	s := serve(t, c).as("Camille", "dpo")
	at := "/demandes/request-1"
	page := s.page(at)
	s.has(page, "Dire quel droit est demandé", `<option value="erasure" selected>`, "Ce n’est pas une demande")
	if strings.Contains(page, at+"/chercher") {
		t.Error("a person may be looked up on a guess")
	}
	s.does(at+"/droit", url.Values{"word": {"access"}})
	s.does(at+"/sans-objet", url.Values{"why": {"une publicité"}})
	if got := c.desk.moves; got[0] != (console.Move{Act: rights.Confirm, Word: "access", By: "Camille"}) || got[1] != (console.Move{Act: rights.NoRequest, Why: "une publicité", By: "Camille"}) {
		t.Errorf("%+v", got)
	}
	k.Guess = ""
	if page = s.page(at); strings.Contains(page, "Dire quel droit") || !strings.Contains(page, at+"/chercher") {
		t.Error("a right that is known is asked for")
	}
}

// TestLetter shows a letter before it goes, as text, then sends it.
func TestLetter(t *testing.T) {
	t.Parallel()
	c := asks(rights.Access)
	s := serve(t, c).as("Olive", "operator")
	s.has(s.page("/demandes/request-1"), `href="/demandes/request-1/lettres/ack"`)
	s.has(s.page("/demandes/request-1/lettres/ack"), "Votre demande", "&lt;b&gt;Bonjour")
	if r := s.get("/demandes/request-1/lettres/refusal"); r.StatusCode != http.StatusConflict {
		t.Error(r.Status)
	}
	s.does("/demandes/request-1/lettres/ack", url.Values{"way": {"mail"}})
	if m := c.desk.moves[0]; m.Word != "ack mail" || m.By != "Olive" {
		t.Errorf("sent as %+v", m)
	}
}

// TestLetterLanguage shows in which language a letter is, and why not in the person's, and has them
// written to in another one.
func TestLetterLanguage(t *testing.T) {
	t.Parallel()
	c := asks(rights.Access)
	s := serve(t, c).as("Olive", "operator")
	page := s.page("/demandes/request-1/lettres/ack")
	s.has(page, `lang="fr"><p class="promise">Votre demande`, "désormais à cette personne en anglais")
	if strings.Contains(page, "letters/en") {
		t.Error("a French letter to who asked in French lacks something")
	}
	s.does("/demandes/request-1/langue", url.Values{"word": {"en"}})
	if m := c.desk.moves[0]; m.Act != rights.LanguageSet || m.Word != "en" || m.By != "Olive" {
		t.Errorf("done as %+v", m)
	}
	c.desk.cases[0].Language = rights.InEnglish
	s.has(s.page("/demandes/request-1/lettres/ack"), "letters/en/ack.txt", "à moitié traduite", "désormais à cette personne en français")
	s.has(s.page("/demandes/request-1"), "Écrire les motifs en anglais")
}

// TestDossier answers with a sealed file that is fetched once, and with its passphrase.
func TestDossier(t *testing.T) {
	t.Parallel()
	c := asks(rights.Access)
	c.desk.cases[0].State, c.desk.cases[0].Verified = rights.Review, []string{"email"}
	s := serve(t, c).as("Camille", "dpo")
	r := s.post("/demandes/request-1/dossier", url.Values{"leave_out": {"leads.note calls.note"}})
	page := body(r)
	s.has(page, "un-deux-trois", "Télécharger")
	_, rest, _ := strings.Cut(page, `href="/demandes/request-1/dossier/`)
	token, _, _ := strings.Cut(rest, `"`)
	for _, path := range []string{"/demandes/request-2/dossier/" + token, "/demandes/request-1/dossier/x"} {
		if r := s.get(path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	r = s.post("/demandes/request-1/dossier", nil)
	_, rest, _ = strings.Cut(body(r), `href="/demandes/request-1/dossier/`)
	token, _, _ = strings.Cut(rest, `"`)
	if got := body(s.get("/demandes/request-1/dossier/" + token)); got != "age-encryption.org/v1" {
		t.Errorf("the file is %q", got)
	}
	if r := s.get("/demandes/request-1/dossier/" + token); r.StatusCode != http.StatusNotFound {
		t.Error("the file is handed over twice")
	}
	if w := c.desk.moves[0].Word; w != "leads.note calls.note" {
		t.Errorf("left out %q", w)
	}
}
