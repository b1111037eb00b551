package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/collect/file"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// memory keeps choices for a test; it refuses when fails is set.
type memory struct {
	mu      sync.Mutex
	choices []collect.Choice
	fails   bool
}

func (m *memory) KeepNotice(_ context.Context, text []byte, _ time.Time) (string, error) {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

func (m *memory) EnterChoice(_ context.Context, c collect.Choice) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails {
		return errors.New("the disk is full")
	}
	m.choices = append(m.choices, c)
	return nil
}

// shop is a site with all the services that are ready, under five purposes.
func shop(t *testing.T) collect.Site {
	t.Helper()
	all, problems := file.Services()
	if len(problems) > 0 || len(all) < 20 {
		t.Fatal(len(all), problems)
	}
	p := func(id, fr, en string, kinds ...collect.Kind) collect.Purpose {
		out := collect.Purpose{ID: policy.CookieID(id), Consent: true, Keep: policy.Months(13), Title: consent.Text{FR: fr, EN: en}}
		for _, s := range all {
			if slices.Contains(kinds, s.Kind) {
				out.Services = append(out.Services, s)
			}
		}
		return out
	}
	return collect.Site{Origins: []string{"https://www.shop.example"}, Privacy: "/confidentialite", Purposes: []collect.Purpose{
		{ID: "session", Title: consent.Text{FR: "la session", EN: "the session"}, Names: []string{"PHPSESSID"}},
		p("audience", "la mesure d’audience", "audience measurement", collect.Audience, collect.Tags), p("ads", "la publicité", "advertising", collect.Ads),
		p("chat", "la messagerie", "chat", collect.Chat), p("maps", "les cartes", "maps", collect.Maps), p("video", "les vidéos", "videos", collect.Video, collect.Forms),
	}}
}

func newBanner(t *testing.T, site collect.Site, m *memory) http.Handler {
	t.Helper()
	b, err := New(t.Context(), site, Options{Keeper: m, Clock: func() time.Time { return noon }, Zone: time.UTC, Lasts: policy.Months(6), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return b.Handler()
}

// ask sends a request as a browser on the shop's page would.
func ask(h http.Handler, method, path string, form url.Values, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "https://www.shop.example"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// largest is how much script, style and text may weigh together, packed.
const largest = 8 << 10

// TestBytes weighs what a page loads for a site with one service of each kind, and for one
// with every service there is.
func TestBytes(t *testing.T) {
	t.Parallel()
	all := shop(t)
	usual := shop(t)
	for i := range usual.Purposes {
		usual.Purposes[i].Services = usual.Purposes[i].Services[:min(1, len(usual.Purposes[i].Services))]
	}
	for name, site := range map[string]collect.Site{"one service a purpose": usual, "every service": all} {
		h := newBanner(t, site, &memory{})
		for _, language := range []string{"fr", "en"} {
			packed := body(t, ask(h, "GET", "/temoins/"+language+".js", nil, "Accept-Encoding", "gzip"))
			plain := body(t, ask(h, "GET", "/temoins/"+language+".js", nil))
			t.Logf("%s, %s: script, style and text are %d bytes gzip, %d plain", name, language, len(packed), len(plain))
			if len(packed) > largest {
				t.Errorf("%s, %s: %d bytes are more than %d", name, language, len(packed), largest)
			}
			if strings.Contains(plain, "{{") || strings.Contains(plain, "ZgotmplZ") {
				t.Errorf("%s, %s: the script holds an unfilled template", name, language)
			}
		}
	}
}

// version reads the version off the page's form.
func version(t *testing.T, h http.Handler) string {
	t.Helper()
	page := body(t, ask(h, "GET", "/temoins/", nil))
	_, v, ok := strings.Cut(page, `name="v" value="`)
	v, _, _ = strings.Cut(v, `"`)
	if !ok || v == "" {
		t.Fatal(page)
	}
	return v
}

func choiceOf(t *testing.T, r *http.Response) *http.Cookie {
	t.Helper()
	for _, k := range r.Cookies() {
		if k.Name == collect.CookieName {
			return k
		}
	}
	return nil
}

// TestChoose sends every answer as the plain form does.
func TestChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		form url.Values
		want string // allowed
	}{
		{"refuse", url.Values{"choix": {"refuser"}}, ""},
		{"refuse with ticks", url.Values{"choix": {"refuser"}, "p": {"audience"}}, ""},
		{"accept", url.Values{"choix": {"accepter"}}, "audience-ads-chat-maps-video"},
		{"choose", url.Values{"choix": {"choisir"}, "p": {"video", "audience"}}, "audience-video"},
		{"choose nothing", url.Values{"choix": {"choisir"}}, ""},
		{"choose what is not asked", url.Values{"choix": {"choisir"}, "p": {"session", "nothing", "<script>"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := &memory{}
			h := newBanner(t, shop(t), m)
			c.form.Set("v", version(t, h))
			r := ask(h, "POST", "/temoins/", c.form)
			k := choiceOf(t, r)
			if r.StatusCode != http.StatusSeeOther || k == nil || len(m.choices) != 1 {
				t.Fatal(r.Status, k, m.choices)
			}
			if got := strings.Split(k.Value, ".")[1]; got != c.want {
				t.Errorf("allowed %q, want %q", got, c.want)
			}
			end := time.Date(2027, 5, 25, 0, 0, 0, 0, time.UTC)
			if !k.Secure || k.HttpOnly || k.Path != "/" || k.SameSite != http.SameSiteLaxMode || !noon.Add(time.Duration(k.MaxAge)*time.Second).Equal(end) {
				t.Errorf("the cookie is %v", k)
			}
			p := m.choices[0]
			if p.Banner == "" || p.Question == "" || !p.At.Equal(noon) || len(p.Allowed)+len(p.Refused) != 5 || p.Language != "fr" {
				t.Errorf("the proof is %+v", p)
			}
			if again := ask(h, "GET", "/temoins/bandeau", nil, "Cookie", k.Name+"="+k.Value); body(t, again) != "" {
				t.Error("who has chosen is asked again")
			}
		})
	}
}

// TestDoor tries what must not be taken for a consent.
func TestDoor(t *testing.T) {
	t.Parallel()
	m := &memory{}
	h := newBanner(t, shop(t), m)
	v := version(t, h)
	accept := url.Values{"choix": {"accepter"}, "v": {v}}
	for _, c := range []struct {
		name    string
		form    url.Values
		headers []string
		want    int
	}{
		{"no answer", url.Values{"v": {v}}, nil, 400},
		{"another site's form", accept, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another origin", accept, []string{"Origin", "https://evil.example"}, 403},
		{"another question", url.Values{"choix": {"accepter"}, "v": {"000000000000"}}, nil, 303},
		{"another question, by script", url.Values{"choix": {"accepter"}}, []string{"Accept", "application/json"}, 409},
		{"a long body", url.Values{"choix": {"accepter"}, "v": {strings.Repeat("x", 20000)}}, nil, 400},
	} {
		r := ask(h, "POST", "/temoins/", c.form, c.headers...)
		if r.StatusCode != c.want || choiceOf(t, r) != nil || len(m.choices) > 0 {
			t.Errorf("%s: %s, %v, %v", c.name, r.Status, choiceOf(t, r), m.choices)
		}
	}
	r := httptest.NewRequest("GET", "https://evil.example/temoins/", nil)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("another name: %d", w.Code)
	}
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		r := ask(h, "POST", "/temoins/", url.Values{"choix": {"refuser"}, "retour": {to}})
		if where := r.Header.Get("Location"); strings.Contains(where, "evil") || strings.Contains(where, "alert") {
			t.Errorf("it leads to %s", where)
		}
	}
	if page := body(t, ask(h, "GET", `/temoins/?langue=<script>&retour=/"><script>alert(1)</script>`, nil)); strings.Contains(page, "<script") {
		t.Error("a query is written into the page")
	}
}

// TestMemoryFails: a refusal is followed all the same, an agreement does not count.
func TestMemoryFails(t *testing.T) {
	t.Parallel()
	h := newBanner(t, shop(t), &memory{fails: true})
	if r := ask(h, "POST", "/temoins/", url.Values{"choix": {"refuser"}}); choiceOf(t, r) == nil {
		t.Error("the refusal is lost", r.Status)
	}
	if r := ask(h, "POST", "/temoins/", url.Values{"choix": {"accepter"}, "v": {version(t, h)}}); choiceOf(t, r) != nil || r.StatusCode != 503 {
		t.Error("the agreement counts", r.Status)
	}
}

// TestFlood: what comes in faster than a site's visitors choose is not all kept.
func TestFlood(t *testing.T) {
	t.Parallel()
	m := &memory{}
	h := newBanner(t, shop(t), m)
	for range 3 * burst {
		if r := ask(h, "POST", "/temoins/", url.Values{"choix": {"refuser"}}); choiceOf(t, r) == nil {
			t.Fatal("a refusal is not followed", r.Status)
		}
	}
	if len(m.choices) != burst {
		t.Errorf("%d choices were kept, not %d", len(m.choices), burst)
	}
}

// TestSignal: Global Privacy Control refuses for who has not chosen and over an older
// agreement, and gives way to an agreement made under it.
func TestSignal(t *testing.T) {
	t.Parallel()
	h := newBanner(t, shop(t), &memory{})
	const gpc = "Sec-GPC"
	accept := url.Values{"choix": {"accepter"}, "v": {version(t, h)}}
	without := choiceOf(t, ask(h, "POST", "/temoins/", accept))
	under := choiceOf(t, ask(h, "POST", "/temoins/", accept, gpc, "1"))
	if asked := body(t, ask(h, "GET", "/temoins/bandeau", nil)); !strings.Contains(asked, "Tout refuser") {
		t.Error("nobody is asked")
	}
	if asked := body(t, ask(h, "GET", "/temoins/bandeau", nil, gpc, "1")); asked != "" {
		t.Error("who refuses by signal is asked")
	}
	for _, c := range []struct {
		name, cookie, signal string
		want                 bool
	}{
		{"nothing chosen", "", "", false}, {"signal alone", "", "1", false}, {"agreed", without.Value, "", true},
		{"agreed, then signal", without.Value, "1", false}, {"agreed under the signal", under.Value, "1", true}, {"signal gone", under.Value, "", true},
		{"forged", "x.audience.1.AAAAAAAAAAAAAAAAAAAAAAAAAA", "", false},
	} {
		rule := ask(h, "GET", "/temoins/regle", nil, "Cookie", collect.CookieName+"="+c.cookie, gpc, c.signal).Header.Get("Content-Security-Policy")
		if got := strings.Contains(rule, "www.youtube.com"); got != c.want {
			t.Errorf("%s: third parties may act: %t\n%s", c.name, got, rule)
		}
	}
}

// TestWithdraw has the browser forget what a refused purpose had set.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	h := newBanner(t, shop(t), &memory{})
	r := ask(h, "POST", "/temoins/", url.Values{"choix": {"choisir"}, "p": {"ads"}, "v": {version(t, h)}}, "Cookie", "_ga=1; _ga_ABC=2; _fbp=3; PHPSESSID=4; other=5")
	gone := map[string]bool{}
	for _, k := range r.Cookies() {
		if k.MaxAge < 0 {
			gone[k.Name] = true
		}
	}
	if len(gone) != 2 || !gone["_ga"] || !gone["_ga_ABC"] {
		t.Errorf("gone: %v", gone)
	}
}

// TestSameWeight: refusing and accepting are two buttons of one kind, refusing first, and no
// box is ticked in advance.
func TestSameWeight(t *testing.T) {
	t.Parallel()
	h := newBanner(t, shop(t), &memory{})
	page := body(t, ask(h, "GET", "/temoins/", nil))
	const both = `<div class="both"><button name="choix" value="refuser">Tout refuser</button><button name="choix" value="accepter">Tout accepter</button></div>`
	if !strings.Contains(page, both) || strings.Contains(page, " checked") {
		t.Error(page)
	}
	if strings.Index(page, both) > strings.Index(page, "<details") {
		t.Error("refusing is not at the first level")
	}
}
