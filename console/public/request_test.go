package public

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// asks is a desk that notes what it is asked.
type asks struct {
	opened []rights.Case
	err    error
	cases  map[string]rights.Case
	linked []string // whose answers a link was asked for
}

func (a *asks) FetchLink(_ context.Context, id string) error {
	a.linked = append(a.linked, id)
	return a.err
}

func (a *asks) Fetch(_ context.Context, link string) (string, []byte, error) {
	return "request-" + link, []byte("age-encryption.org/v1"), a.err
}

func (a *asks) Open(_ context.Context, c rights.Case) error {
	a.opened = append(a.opened, c)
	return a.err
}

func (a *asks) Confirm(_ context.Context, link string) (rights.Case, error) {
	if a.err != nil {
		return rights.Case{}, a.err
	}
	return rights.Case{ID: "request-" + link}, nil
}

func (a *asks) Progress(_ context.Context, id string) (rights.Case, rights.Due, error) {
	c, ok := a.cases[id]
	if !ok {
		return c, rights.Due{}, errors.New("there is no such request")
	}
	return c, rights.Due{Limit: policy.MustDate("2026-12-22")}, nil
}

// desk serves the pages with a desk.
func desk(t *testing.T, mails bool) (*rig, *asks) {
	t.Helper()
	r, a := newRig(t), &asks{cases: map[string]rights.Case{}}
	r.serve(Options{Asks: a, Mails: mails, Keeps: policy.Years(5)})
	return r, a
}

const ask = Prefix + "droits"

// request opens the page and fills it in.
func (r *rig) request(pairs ...string) string {
	r.Helper()
	_, html := r.ask("GET", ask, "")
	v := url.Values{"site": {""}}
	for _, m := range hiddenValue.FindAllStringSubmatch(html, -1) {
		v.Set(m[1], m[2])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r.clock = r.clock.Add(time.Minute)
	return v.Encode()
}

// TestRequest asks each right; what arrives at the desk is what was asked.
func TestRequest(t *testing.T) {
	t.Parallel()
	r, a := desk(t, true)
	if _, html := r.ask("GET", ask, ""); !strings.Contains(html, "5 ans au plus") || strings.Count(html, " checked") != 1 || !strings.Contains(html, `value="self" checked`) || strings.Contains(html, "<script") {
		t.Error(html)
	}
	for i, w := range wishes() {
		res, _ := r.ask("POST", ask, r.request("right", w.Name, "email", "someone@a.example", "name", "Camille", "said", "client 7"), "from", fmt.Sprintf("192.0.2.%d:1", i))
		if res.StatusCode != http.StatusSeeOther || len(a.opened) != i+1 {
			t.Fatalf("%s: %d", w.Name, res.StatusCode)
		}
		c := a.opened[i]
		if c.Right != w.right || c.Marketing != (w.Name == "prospecting") || c.Via != rights.ByForm || c.Person.Identifiers["email"] != "someone@a.example" || len(c.Person.Identifiers) != 1 || c.Person.Said != "client 7" {
			t.Errorf("%+v", c)
		}
	}
	for lang, want := range map[string]rights.Language{"fr": rights.InFrench, "en": rights.InEnglish} {
		r.ask("POST", ask, r.request("right", "access", "email", "someone@a.example", "langue", lang), "from", "192.0.2.200:1")
		if got := a.opened[len(a.opened)-1].Language; got != want {
			t.Errorf("asked in %s, the case has %q", lang, got)
		}
	}
	if _, html := r.ask("GET", ask+"/recue?langue=en", ""); !strings.Contains(html, "We have just written") {
		t.Error(html)
	}
	quiet, _ := desk(t, false)
	if _, html := quiet.ask("GET", ask+"/recue?langue=en", ""); strings.Contains(html, "written") || !strings.Contains(html, "within a month") {
		t.Error(html)
	}
	none := newRig(t)
	if res, _ := none.ask("GET", ask, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("without a desk: %d", res.StatusCode)
	}
}

// TestRequestMend shows again what cannot be taken; hostile words come back dead.
func TestRequestMend(t *testing.T) {
	t.Parallel()
	for name, pairs := range map[string][]string{
		"nothing": nil, "no right": {"email", "someone@a.example"}, "a right of nobody": {"right", "everything", "email", "someone@a.example"},
		"no address": {"right", "access", "email", "someone"}, "two addresses": {"right", "access", "email", "a@a.example, b@a.example"},
		"a header": {"right", "access", "email", "a@a.example\r\nBcc: b@a.example"}, "a script": {"right", "access", "email", `"<script>alert(1)</script>"@a.example`},
		"too much": {"right", "access", "email", "a@a.example", "said", strings.Repeat("é", longestSaid+1)},
		"no text":  {"right", "access", "email", "a@a.example", "said", "\xff"}, "a long name": {"right", "access", "email", "a@a.example", "name", strings.Repeat("n", longestName+1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, a := desk(t, true)
			res, html := r.ask("POST", ask, r.request(pairs...))
			if res.StatusCode != http.StatusUnprocessableEntity || len(a.opened) > 0 || strings.Contains(html, "<script") || !strings.Contains(html, `role="alert"`) {
				t.Errorf("%d\n%s", res.StatusCode, html)
			}
		})
	}
	r, a := desk(t, true)
	for range 3 * oneBurst {
		r.ask("POST", ask, r.request("right", "access", "email", "someone@a.example"), "from", "192.0.2.1:1")
		r.clock = r.clock.Add(-time.Minute)
	}
	if len(a.opened) != oneBurst {
		t.Errorf("%d of a flood go through", len(a.opened))
	}
	r, a = desk(t, true)
	a.err = errors.New("someone@a.example is on the disk that is gone")
	if res, html := r.ask("POST", ask, r.request("right", "access", "email", "someone@a.example")); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(html, "disk") {
		t.Errorf("%d %s", res.StatusCode, html)
	}
}

// TestConfirm follows the link of a letter: to read it changes nothing, one that is of no more
// use says what to do.
func TestConfirm(t *testing.T) {
	t.Parallel()
	r, a := desk(t, true)
	if res, html := r.ask("GET", ask+"/lien/7", ""); res.StatusCode != http.StatusOK || !strings.Contains(html, `method="post"`) {
		t.Error(html)
	}
	res, _ := r.ask("POST", ask+"/lien/7", "")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), ask+"/suivi/request-7.") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, err := range []error{rights.ErrLink, rights.ErrLinkExpired, rights.ErrLinkUsed, rights.ErrAct} {
		a.err = err
		if res, html := r.ask("POST", ask+"/lien/7", ""); res.StatusCode != http.StatusGone || !strings.Contains(html, "Refaites votre demande") {
			t.Errorf("%v: %d", err, res.StatusCode)
		}
	}
	a.err = rights.ErrGuardian
	if res, _ := r.ask("POST", ask+"/lien/7", ""); res.StatusCode != http.StatusConflict {
		t.Errorf("%d", res.StatusCode)
	}
	a.err = rights.ErrLink
	slow := 0
	for range 2 * oneBurst {
		if res, _ := r.ask("POST", ask+"/lien/x", ""); res.StatusCode == http.StatusTooManyRequests {
			slow++
		}
	}
	if slow == 0 {
		t.Error("links may be tried without end")
	}
}

// TestProgress shows where a request stands and nothing that it says; another's word, or one
// that was changed, leads nowhere.
func TestProgress(t *testing.T) {
	t.Parallel()
	r, a := desk(t, true)
	a.cases["request-7"] = rights.Case{ID: "request-7", Right: rights.Objection, Marketing: true, State: rights.Review, Person: rights.Person{Name: "Camille", Said: "secret"},
		Steps: []rights.Step{{What: rights.Opened, Day: policy.MustDate("2026-11-22"), By: "marie"}, {What: rights.Looked, Day: policy.MustDate("2026-11-23"), Why: "secret"}, {What: rights.Identified, Day: policy.MustDate("2026-11-24")}}}
	a.cases["request-8"] = rights.Case{ID: "request-8", Right: rights.Access, State: rights.Refused}
	res, _ := r.ask("POST", ask+"/lien/7", "")
	at, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	_, html := r.ask("GET", at, "")
	for _, want := range []string{"request-7", "Ne plus recevoir de publicité", "En cours.", "22 décembre 2026", "Identité établie", "24 novembre 2026"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page has no %s:\n%s", want, html)
		}
	}
	if strings.Contains(html, "Camille") || strings.Contains(html, "secret") || strings.Contains(html, "marie") || strings.Contains(html, "23 novembre") {
		t.Errorf("the page tells too much:\n%s", html)
	}
	if _, html := r.ask("GET", at+"?langue=en", ""); !strings.Contains(html, "22 December 2026") {
		t.Error(html)
	}
	for _, word := range []string{"request-7", "request-7.", strings.Replace(at[len(ask+"/suivi/"):], "request-7", "request-8", 1), "x", at[len(ask+"/suivi/"):] + "A", regexp.MustCompile(`.$`).ReplaceAllString(at[len(ask+"/suivi/"):], "_")} {
		if res, html := r.ask("GET", ask+"/suivi/"+word, ""); res.StatusCode != http.StatusNotFound || strings.Contains(html, "Refusée") {
			t.Errorf("%s: %d", word, res.StatusCode)
		}
	}
}

// TestFetch has the link written from the page of a request whose answer waits, and fetches it by
// a click: to read the link's page changes nothing.
func TestFetch(t *testing.T) {
	t.Parallel()
	r, a := desk(t, true)
	a.cases["request-7"] = rights.Case{ID: "request-7", Right: rights.Access, State: rights.Answered}
	res, _ := r.ask("POST", ask+"/lien/7", "")
	at, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	if _, html := r.ask("GET", at, ""); strings.Contains(html, "<form") {
		t.Errorf("nothing waits:\n%s", html)
	}
	a.cases["request-7"] = rights.Case{ID: "request-7", Right: rights.Access, State: rights.Answered, Parcel: &rights.Parcel{Left: 1}}
	if _, html := r.ask("GET", at, ""); !strings.Contains(html, "Votre réponse vous attend") || !strings.Contains(html, `method="post"`) {
		t.Error(html)
	}
	if res, _ := r.ask("POST", strings.Replace(at, "request-7", "request-8", 1), ""); res.StatusCode != http.StatusNotFound || len(a.linked) != 0 {
		t.Errorf("another's: %d", res.StatusCode)
	}
	if res, html := r.ask("POST", at, ""); res.StatusCode != http.StatusOK || len(a.linked) != 1 || strings.Contains(html, "@") {
		t.Errorf("%d %v", res.StatusCode, a.linked)
	}
	if res, html := r.ask("GET", ask+"/reponse/7", ""); res.StatusCode != http.StatusOK || !strings.Contains(html, `method="post"`) || strings.Contains(html, "age-encryption.org/v1") {
		t.Error(html)
	}
	res, file := r.ask("POST", ask+"/reponse/7", "")
	if res.StatusCode != http.StatusOK || file != "age-encryption.org/v1" || res.Header.Get("Content-Disposition") != `attachment; filename="request-7.zip.age"` || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, a.err = range []error{rights.ErrLink, rights.ErrLinkExpired, rights.ErrLinkUsed} {
		if res, html := r.ask("POST", ask+"/reponse/7", ""); res.StatusCode != http.StatusGone || strings.Contains(html, "age-enc") {
			t.Errorf("%v: %d", a.err, res.StatusCode)
		}
	}
	slow := 0
	for range 2 * oneBurst {
		if res, _ := r.ask("POST", ask+"/reponse/x", ""); res.StatusCode == http.StatusTooManyRequests {
			slow++
		}
	}
	if slow == 0 {
		t.Error("links may be tried without end")
	}
}

// TestActing asks for somebody else: whoever acts is written to, the person is whom it is about,
// and what the law lets nobody ask, or what does not say enough, is shown again.
func TestActing(t *testing.T) {
	t.Parallel()
	base := []string{"email", "marie@a.example", "name", "Marie Exemple", "whose", "Camille Exemple", "their", "camille@b.example", "power", "mandat du 1er octobre 2026, accès, un an"}
	for name, x := range map[string]struct {
		pairs []string
		want  rights.Person // its words alone; the zero Person is shown again
	}{
		"an agent":                {[]string{"right", "access", "for", "agent"}, rights.Person{Agent: "Marie Exemple"}},
		"one who may receive":     {[]string{"right", "access", "for", "agent", "receives", "on"}, rights.Person{Agent: "Marie Exemple", Receives: true}},
		"a mother":                {[]string{"right", "erasure", "for", "child", "born", "2015-03-01"}, rights.Person{Guardian: "Marie Exemple", Born: policy.MustDate("2015-03-01")}},
		"a daughter of the dead":  {[]string{"right", "access", "for", "dead", "died", "2026-10-01"}, rights.Person{Heir: "Marie Exemple", Died: policy.MustDate("2026-10-01")}},
		"by directives":           {[]string{"right", "portability", "for", "dead", "died", "2026-10-01", "directives", "on"}, rights.Person{Heir: "Marie Exemple", Died: policy.MustDate("2026-10-01"), Directives: true}},
		"an heir's whim":          {[]string{"right", "portability", "for", "dead", "died", "2026-10-01"}, rights.Person{}},
		"a child of twenty":       {[]string{"right", "access", "for", "child", "born", "2006-03-01"}, rights.Person{}},
		"a child without a day":   {[]string{"right", "access", "for", "child"}, rights.Person{}},
		"a death to come":         {[]string{"right", "access", "for", "dead", "died", "2027-01-01"}, rights.Person{}},
		"an agent without power":  {[]string{"right", "access", "for", "agent", "power", " "}, rights.Person{}},
		"an agent without a name": {[]string{"right", "access", "for", "agent", "name", ""}, rights.Person{}},
		"of nobody":               {[]string{"right", "access", "for", "agent", "their", ""}, rights.Person{}},
		"too much":                {[]string{"right", "access", "for", "agent", "power", strings.Repeat("é", longestSaid+1)}, rights.Person{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, a := desk(t, true)
			res, html := r.ask("POST", ask, r.request(append(append([]string{}, base...), x.pairs...)...))
			if x.want.Asker() == "" {
				if res.StatusCode != http.StatusUnprocessableEntity || len(a.opened) != 0 || !strings.Contains(html, `href="#for-self"`) {
					t.Errorf("%d, %d opened\n%s", res.StatusCode, len(a.opened), html)
				}
				return
			}
			if res.StatusCode != http.StatusSeeOther || len(a.opened) != 1 {
				t.Fatalf("%d\n%s", res.StatusCode, html)
			}
			x.want.Name, x.want.Contact, x.want.Power = "Camille Exemple", "marie@a.example", "mandat du 1er octobre 2026, accès, un an"
			x.want.Identifiers = map[string]string{"email": "camille@b.example"}
			if diff := cmp.Diff(x.want, a.opened[0].Person); diff != "" {
				t.Error(diff)
			}
		})
	}
	for s, want := range map[string]string{"a@b.example": "email", "01 99 00 00 07": "phone", "C-42": "id"} {
		if got := named(s); len(got) != 1 || got[want] != s {
			t.Errorf("%s is %v", s, got)
		}
	}
}
