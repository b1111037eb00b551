package console_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// evil is what must never reach a page as it is.
const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

// poison writes evil into every text of a value, but for the names that addresses are made of
// and the words that are of a list.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && !keepsName(v.Type().Field(i).Name) {
				poison(f)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.String:
		v.SetString(evil)
	}
}

// keepsName lists the members that the pages look things up by.
func keepsName(member string) bool {
	switch member {
	case "ID", "State", "Kind", "Standing", "Verdict", "Outcome", "Action", "Right", "What", "Rule", "Dataset", "Keep", "Says", "Plan", "Data", "Purpose", "Digest", "Step":
		return true
	}
	return false
}

// haunted is a company all of whose texts are markup.
func haunted() *company {
	c := flowing()
	c.desk = asks(rights.Erasure).desk
	k := &c.desk.cases[0].Case
	k.Steps = append(k.Steps, rights.Step{What: evil, Word: evil, Why: evil, By: evil, Digest: evil})
	k.Letters = []rights.Letter{{Kind: evil, To: evil, Subject: evil, Body: evil}}
	k.Notices = []rights.Notice{{Recipient: "mailer"}}
	k.State, k.Verified = rights.Review, []string{"email"}
	k.Erasing = &rights.Erasing{Endings: []rights.Ending{{Purpose: evil, Title: evil, Article: evil, Ground: evil}}}
	k.Owner, k.RepeatOf, k.Via = evil, evil, evil
	k.Person = rights.Person{Identifiers: map[string]string{"email": evil + "@" + evil, evil: evil}, Name: evil, Said: evil}
	c.desk.found.Gaps = append(c.desk.found.Gaps, rights.Gap{Kind: evil, Where: evil})
	c.desk.found.Candidates[0].Agrees, c.desk.found.Candidates[0].Differs = []string{evil}, []string{evil}
	c.desk.found.Candidates[0].Key = store.Key{evil}
	c.desk.found.Records[0].Key, c.desk.found.Records[0].Store = store.Key{evil}, evil
	c.people.holding = holding()
	for i := range c.people.holding.Records {
		poison(reflect.ValueOf(&c.people.holding.Records[i].Why).Elem())
		c.people.holding.Records[i].Key = store.Key{evil}
	}
	c.people.holding.Gaps = []rights.Gap{{Kind: evil, Where: evil}}
	c.people.holding.Who.Value, c.people.holding.Read = evil, evil
	poison(reflect.ValueOf(&c.look.Policy.Purposes).Elem())
	poison(reflect.ValueOf(&c.look.Policy.Recipients).Elem())
	c.look.Policy.Transfers = []policy.Transfer{{To: evil, Says: evil}}
	c.look.Flows = append(c.look.Flows, console.Flow{Purpose: evil, Data: evil, With: evil}, console.Flow{Purpose: evil, Data: evil, Seat: console.Seat{Dataset: evil, Store: evil, Table: evil}})
	c.look.Truth.Gaps = []retention.Gap{{Kind: "table", Table: evil}, {Kind: "unjustified", Dataset: evil, Group: evil}, {Purpose: evil}}
	c.holds = []retention.Hold{{ID: "hold-1", Matter: evil, Owner: evil, Reason: evil, Dataset: evil, Review: policy.MustDate("2026-11-01")}}
	c.against = []console.Fault{{Message: console.Words{FR: evil, EN: evil}, Remedy: console.Words{FR: evil, EN: evil}, Article: evil, Says: evil}}
	c.people.value = evil
	c.desk.fields = []console.Field{{Column: evil, Was: evil, Is: evil}}
	c.stores = []console.StoreTest{{Name: evil, Engine: evil, Grants: []string{evil}, Restored: true}, {Name: evil, Denied: true}, {Name: evil, Silent: true}}
	c.setup = console.Setup{Stores: []console.StoreSetup{{Name: evil, Engine: evil}, {Name: evil, Backup: &console.StoreBackup{State: evil, Noted: true}}}, Server: evil, From: evil, Key: evil, Keys: []console.RecordKey{{Store: evil, State: evil}}}
	c.decided = consent.Choices{{Point: consent.Heating, Mode: evil, By: evil, On: policy.MustDate("2026-01-02"), Why: evil}}
	return c
}

// TestNothingHeldIsMarkup puts markup into all that a store, a file, a person or a colleague may
// have written, and into every address and form.
func TestNothingHeldIsMarkup(t *testing.T) {
	t.Parallel()
	s := serve(t, haunted()).as(evil, "owner")
	q, shown := url.QueryEscape(evil), 0
	for _, path := range []string{
		"/", "/carte", "/carte?suivre=" + q, "/droit", "/demandes", "/demandes?toutes", "/demandes?vue=tableau", "/demandes?droit=" + q, "/demandes/request-1", "/demandes/" + q,
		"/demandes/request-1/lettres/ack", "/demandes/request-1/lettres/" + q, "/accords", "/accords/consent-7", "/accords/" + q, "/personne", "/plan/" + q + "/exemples?etape=" + q, "/traitements", "/gels", "/echeances", "/echeances?dans=2", "/bases", "/reglages", "/reglages?envoye=" + q,
	} {
		page := body(s.get(path))
		if clean(t, path, page); strings.Contains(page, "&lt;script&gt;") {
			shown++
		}
	}
	if shown < 12 {
		t.Errorf("only %d pages show what was poisoned, so little was tested", shown)
	}
	all := url.Values{}
	for _, name := range []string{"right", "via", "received", "email", "phone", "number", "person", "said", "agent", "parent", "name", "word", "why", "confirm", "jeu", "cle", "reason", "kind", "channel", "purpose", "leave_out", "way", "address", "is." + evil, "was.x", "is.x"} {
		all.Set(name, evil)
	}
	all.Set("was.x", "") // the field x changes
	for _, path := range []string{
		"/reglages/courriel", "/demandes/request-1/fiche", "/demandes/request-1/corriger",
		"/demandes", "/demandes/request-1/chercher", "/demandes/request-1/candidat", "/demandes/request-1/plan", "/demandes/request-1/refuser", "/demandes/request-1/lettres/ack", "/demandes/request-1/dossier",
		"/personne", "/personne/valeurs", "/accords/chercher", "/accords/dire", "/gels", "/permission", "/equipe", "/entrer",
	} {
		clean(t, "POST "+path, body(s.post(path, all)))
		clean(t, "after POST "+path, body(s.get("/demandes/request-1")))
	}
	clean(t, "a list", body(s.bring(evil)))
	known := url.Values{"jeu": {"leads"}, "cle": {"7"}, "person": {evil}, "reason": {evil}, "was.x": {""}, "is.x": {evil}}
	for path, want := range map[string]string{"/personne/valeurs": "<td>&#34;&gt;&lt;script&gt;", "/demandes/request-1/fiche": "&lt;script&gt;alert(1)&lt;/script&gt;", "/demandes/request-1/corriger": "<b>&#34;&gt;&lt;script&gt;"} {
		page := body(s.post(path, known))
		clean(t, "POST "+path, page)
		s.has(page, want)
	}
}

func clean(t *testing.T, where, page string) {
	t.Helper()
	for _, markup := range []string{"<script>", "<img src=x", "onerror=alert(1)>"} {
		if strings.Contains(page, markup) {
			i := strings.Index(page, markup)
			t.Errorf("%s lets markup through: …%s…", where, page[max(0, i-80):min(len(page), i+80)])
			return
		}
	}
}

// TestEveryForm refuses what another site sends to any address that changes something.
func TestEveryForm(t *testing.T) {
	t.Parallel()
	s := serve(t, asks(rights.Erasure))
	tried := 0
	for pattern := range s.console.Routes() {
		method, path := address(pattern)
		if method == "GET" {
			continue
		}
		tried++
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set(header[0], header[1])
			if got := s.do(r); got.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %s: %s is %s", pattern, header[0], header[1], got.Status)
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d addresses were tried", tried)
	}
}

// TestLeadsNowhereElse follows no address that somebody made up, after signing in or out.
func TestLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\tevil.example", "javascript:alert(1)", "/\r\nSet-Cookie: a=b"} {
		s := serve(t, kept())
		s.account("Camille", "owner")
		s.cookie = nil
		form := signIn("Camille", password, codeAt(0))
		form.Set("page", to)
		r := s.post("/entrer", form)
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != "/" {
			t.Errorf("%q leads to %q (%s)", to, got, r.Status)
		}
	}
}

// TestOutOfTheFolder serves nothing that lies beside what is served.
func TestOutOfTheFolder(t *testing.T) {
	t.Parallel()
	s := serve(t, asks(rights.Erasure))
	for _, path := range []string{
		"/assets/x/..%2f..%2fconsole.go", "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd/style.css", "/demandes/..%2f..%2fetc%2fpasswd", "/demandes/request-1/lettres/..%2f..%2fgarant.yaml",
		"/demandes/request-1/dossier/..%2f..%2fgarant.yaml", "/accords/..%2fstate.db", "/preuves/..%2f..%2fstate.db", "/plan/..%2f..%2fgarant.yaml", "/invitation/..%2fkey",
	} {
		r := s.get(path)
		if text := body(r); r.StatusCode == http.StatusOK || strings.Contains(text, "root:") || strings.Contains(text, "package console") {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

// TestLogs tells the log neither secrets nor whom somebody looked for, whatever is asked and
// whatever goes wrong.
func TestLogs(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := asks(rights.Erasure)
	c.people.holding = holding()
	s := serve(t, c, func(o *console.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	link, err := s.console.Link(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	invited := body(s.post("/equipe", url.Values{"name": {"Dominique"}, "role": {"dpo"}}))
	_, rest, _ := strings.Cut(invited, "/invitation/")
	token, _, _ := strings.Cut(rest, `"`)
	secrets := []string{s.cookie.Value, token, password, "needle@a.example", secret}
	if _, word, ok := strings.Cut(link, "/entrer/"); ok {
		secrets = append(secrets, word)
	}
	form := url.Values{"person": {"needle@a.example"}, "reason": {"needle@a.example"}, "email": {"needle@a.example"}, "right": {"access"}, "name": {"Camille"}, "password": {password}, "code": {"000000"}, "purpose": {"needle@a.example"}}
	for pattern := range s.console.Routes() {
		method, path := address(pattern)
		if pattern == "POST /sortir" {
			continue
		}
		r := httptest.NewRequest(method, strings.Replace(path, "/invitation/x", "/invitation/"+token, 1), strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		_, _ = io.Copy(io.Discard, s.do(r).Body)
	}
	s.post("/entrer", form)
	for _, word := range secrets {
		if word == "" || strings.Contains(log.String(), word) {
			t.Errorf("the log holds %q", word)
		}
	}
	if log.Len() == 0 {
		t.Error("nothing was logged, so nothing was tested")
	}
}
