package console_test

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// people is the part of the invented company that knows persons.
type people struct {
	quests  []console.Quest
	said    []console.Saying
	origin  console.Origin
	list    string
	holding console.Holding
	value   any // of the field that Values shows
}

func noPerson() error {
	return &console.Refusal{FR: "Ce n’est pas un identifiant.", EN: "No identifier."}
}

func (c *company) Person(_ context.Context, q console.Quest) (console.Holding, error) {
	if q.Person == "x" {
		return console.Holding{}, noPerson()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.people.quests = append(c.people.quests, q)
	return c.people.holding, nil
}

func (c *company) Values(_ context.Context, q console.Quest, dataset, key string) (rights.Item, error) {
	if key != "7" {
		return rights.Item{}, noPerson()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.people.quests = append(c.people.quests, q)
	return rights.Item{Dataset: dataset, Record: key, Groups: []rights.ItemGroup{{Values: []rights.Value{{Name: "street", Value: cmp.Or[any](c.people.value, "1 rue de l’Exemple")}}}}}, nil
}

func (c *company) Reads(context.Context) ([]db.Read, error) {
	return []db.Read{{ID: "read-1", At: instant(), What: "values", By: "Olive", Reason: "appel de la personne"}}, nil
}

func (c *company) Agreements(_ context.Context, person, _ string) ([]consent.Record, error) {
	if person == "x" {
		return nil, noPerson()
	}
	return []consent.Record{agreed()}, nil
}

func agreed() consent.Record {
	return consent.Record{ID: "consent-7", Kind: consent.Given, At: instant(), Entered: instant(), Scope: consent.Scope{Channels: []consent.Channel{"sms"}, Purposes: []policy.PurposeID{"letters"}}, Missing: []string{"notice"}}
}

func (c *company) Agreement(_ context.Context, id string) (console.Agreement, error) {
	if id != "consent-7" {
		return console.Agreement{}, console.ErrNoRecord
	}
	return console.Agreement{Record: agreed(), Digest: "digest", Entry: 41, Shown: "<b>J’accepte</b>"}, nil
}

func (c *company) Enter(_ context.Context, s console.Saying) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.people.said = append(c.people.said, s)
	return nil
}

func (c *company) Import(_ context.Context, list io.Reader, o console.Origin) (console.Imported, error) {
	b, err := io.ReadAll(list)
	c.people.list, c.people.origin = string(b), o
	return console.Imported{Entered: 3, Quarantined: 2, Refused: []console.RefusedLine{{Line: 4, Why: "the address has no @"}}}, err
}

func (c *company) Leads(context.Context) ([]console.Lead, error) {
	return []console.Lead{{Source: "courtier", People: 1204, Told: 1000, Overdue: 4, Next: policy.MustDate("2026-12-01")}, {People: 2}}, nil
}

// holding is what the invented company holds on somebody.
func holding() console.Holding {
	leads := rights.Record{Store: "crm", Dataset: "leads", Table: store.Table{Name: "leads", Key: []string{"id"}}, Key: store.Key{int64(7)}, By: "email"}
	return console.Holding{Who: consent.Identifier{Kind: "email", Value: "ada@a.example"}, Read: "read-2", Candidates: 1, Gaps: []rights.Gap{{Kind: rights.OnPaper, Where: "letters"}},
		Records: []console.HeldRecord{{Record: leads, Why: retention.Why{Groups: []retention.WhyGroup{{Group: "phone", State: "kept", Until: policy.MustDate("2027-03-01"), Claims: []retention.WhyClaim{
			{Title: "Devis", Rule: "quotes.end", State: retention.Active, From: policy.MustDate("2024-03-01"), Until: policy.MustDate("2027-03-01")}}}}}}},
		Agreements: []consent.Record{agreed()}}
}

// TestPerson shows what is held without a value, shows values on demand, notes who asked and
// why each time, and puts the person into no address.
func TestPerson(t *testing.T) {
	t.Parallel()
	c := kept()
	c.people.holding = holding()
	s := serve(t, c).as("Olive", "operator")
	form := url.Values{"person": {"ada@a.example"}, "reason": {"appel de la personne"}}
	for _, f := range []url.Values{{"person": {"ada@a.example"}}, {"reason": {"r"}}, {"person": {"x"}, "reason": {"r"}}} {
		if r := s.post("/personne", f); r.StatusCode != http.StatusConflict {
			t.Errorf("%v: %s", f, r.Status)
		}
	}
	page := body(s.post("/personne", form))
	s.has(page, "leads", "Devis", "1<sup>er</sup>&nbsp;mars&nbsp;2027", `<rect class="kept"`, "read-2", "consent-7", "sur papier", "fiche pourrait être aussi la sienne", `name="email" value="ada@a.example"`)
	if strings.Contains(page, "rue de l’Exemple") || strings.Contains(page, "?person") {
		t.Errorf("the page shows a value:\n%s", page)
	}
	form.Set("jeu", "leads")
	form.Set("cle", "8")
	if r := s.post("/personne/valeurs", form); r.StatusCode != http.StatusConflict {
		t.Error("another’s record is shown")
	}
	form.Set("cle", "7")
	s.has(body(s.post("/personne/valeurs", form)), "rue de l’Exemple")
	want := console.Quest{Person: "ada@a.example", By: "Olive", Reason: "appel de la personne"}
	if q := c.people.quests; len(q) != 2 || q[0] != want || q[1] != want {
		t.Errorf("noted %+v", q)
	}
	if in := serve(t, kept()); !strings.Contains(in.page("/personne"), "appel de la personne") {
		t.Error("who looked is not shown to the owner")
	}
	if strings.Contains(s.page("/personne"), "read-1") {
		t.Error("an operator sees who looked")
	}
}

// TestAgreements finds what a person agreed to, shows its proof, enters an objection and brings
// a list in.
func TestAgreements(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c).as("Camille", "dpo")
	s.has(s.page("/accords"), "courtier", "1\u202f204", "1<sup>er</sup>&nbsp;décembre&nbsp;2026", "en quarantaine")
	if r := s.post("/accords/chercher", url.Values{"person": {"x"}}); r.StatusCode != http.StatusConflict {
		t.Error(r.Status)
	}
	s.has(body(s.post("/accords/chercher", url.Values{"person": {"ada@a.example"}})), `href="/accords/consent-7"`, "manque", "texte montré", "envoyer un SMS")
	s.has(s.page("/accords/consent-7"), `href="/preuves/41"`, "&lt;b&gt;J’accepte")
	if r := s.get("/accords/consent-8"); r.StatusCode != http.StatusNotFound {
		t.Error(r.Status)
	}
	said := url.Values{"person": {"ada@a.example"}, "kind": {"objection"}, "channel": {"call", "sms"}, "spoken": {"on"}}
	s.has(body(s.post("/accords/dire", said)), "C’est noté")
	said.Set("kind", "consent")
	if r := s.post("/accords/dire", said); r.StatusCode != http.StatusConflict || len(c.people.said) != 1 {
		t.Error("a consent is made up in the console")
	}
	if got := c.people.said[0]; got.Kind != consent.Opposition || len(got.Channels) != 2 || !got.Spoken {
		t.Errorf("entered %+v", got)
	}
	s.has(body(s.bring("email\nada@a.example\n")), "3\u00a0inscrits", "2\u00a0en quarantaine", "the address has no @")
	if c.people.list != "email\nada@a.example\n" || c.people.origin != (console.Origin{Source: "courtier", Bought: true}) {
		t.Errorf("read %q from %+v", c.people.list, c.people.origin)
	}
	if r := s.post("/accords/importer", said); r.StatusCode != http.StatusConflict {
		t.Error("a form without a file is a list")
	}
}

// bring sends a list.
func (s *served) bring(list string) *http.Response {
	s.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	err1 := form.WriteField("source", "courtier")
	err2 := form.WriteField("bought", "on")
	file, err3 := form.CreateFormFile("list", "../../liste.csv")
	if err1 != nil || err2 != nil || err3 != nil {
		s.Fatal(err1, err2, err3)
	}
	if _, err := io.WriteString(file, list); err != nil {
		s.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/accords/importer", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.do(r)
}
