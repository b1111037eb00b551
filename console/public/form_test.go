package public

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// memory keeps what the pages hand over.
type memory struct {
	mu      sync.Mutex
	leads   []collect.Lead
	drafts  []consent.Draft
	pages   map[string]bool
	notices map[string]string
	records []consent.Record
	broken  error
}

func (m *memory) EnterLead(_ context.Context, l collect.Lead, records []consent.Draft, page string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	if m.pages[page] {
		return collect.ErrSpent
	}
	m.pages[page] = true
	m.leads, m.drafts = append(m.leads, l), append(m.drafts, records...)
	return nil
}

func (m *memory) KeepNotice(_ context.Context, text []byte, _ time.Time) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := consent.Digest(text)
	m.notices[d] = string(text)
	return d, nil
}

func (m *memory) RecordsOf(context.Context, []consent.Ref) ([]consent.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records, m.broken
}

func shopPolicy() policy.Policy {
	return policy.Policy{Controller: policy.Controller{Name: "Boutique <Exemple>", Contact: "droits@shop.example"},
		Purposes: []policy.Purpose{{ID: "answer", Title: "Répondre", Basis: []policy.Basis{policy.Precontract}}, {ID: "news", Title: "Lettre", Basis: []policy.Basis{policy.Consent}}}}
}

func shopForms() *collect.FormSet {
	w := func(fr, en string) consent.Text { return consent.Text{FR: fr, EN: en} }
	return &collect.FormSet{Origins: []string{"https://www.shop.example"}, Privacy: "/confidentialite", Forms: []collect.Form{{
		ID: "contact", Title: w("Nous écrire", "Write to us"), Purposes: []policy.PurposeID{"answer"}, Keep: policy.Days(7), Asks: consent.OtherGoods,
		Fields: []collect.Field{
			{Name: "email", Title: w("Adresse", "Address"), Kind: collect.Mail, Most: 100, Autofill: "email", Without: w("sans elle, pas de réponse.", "without it, no answer.")},
			{Name: "phone", Title: w("Téléphone", "Telephone"), Kind: collect.Phone, Most: 30},
			{Name: "about", Title: w("Sujet", "Subject"), Kind: collect.Choose, Most: 20, Choices: []collect.Option{{Name: "order", Title: w("Commande", "Order")}}},
			{Name: "born", Title: w("Depuis", "Since"), Kind: collect.Day, Most: 10},
			{Name: "words", Title: w("Message", "Message"), Kind: collect.Long, Most: 200},
		},
		Boxes: []collect.Box{{Name: "mail", Purpose: "news", Channel: consent.Email}, {Name: "call", Purpose: "news", Channel: consent.Call, Goods: []consent.Goods{consent.OtherGoods}, Lasts: policy.Months(6)}},
	}}}
}

// rig serves the pages of a company and is somebody in front of them.
type rig struct {
	*memory
	*testing.T
	handler http.Handler
	clock   time.Time
	log     strings.Builder
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{memory: &memory{pages: map[string]bool{}, notices: map[string]string{}}, T: t, clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	r.serve(Options{})
	return r
}

// serve makes the pages anew, with what o adds.
func (r *rig) serve(o Options) {
	r.Helper()
	o.Clock, o.Zone, o.Key, o.Log = func() time.Time { return r.clock }, time.UTC, []byte("key"), slog.New(slog.NewTextHandler(&r.log, nil))
	if o.Policy.Controller.Name == "" {
		o.Policy = shopPolicy()
	}
	if o.Forms == nil {
		o.Forms = shopForms()
	}
	o.Leads, o.Notices, o.Records = r.memory, r.memory, r.memory
	p, err := New(r.Context(), o)
	if err != nil {
		r.Fatal(err)
	}
	r.handler = p.Handler()
}

// ask sends a request from an address and returns the answer with its body.
func (r *rig) ask(method, path, body string, with ...string) (*http.Response, string) {
	r.Helper()
	req := httptest.NewRequestWithContext(r.Context(), method, path, strings.NewReader(body))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(with); i += 2 {
		if with[i] == "from" {
			req.RemoteAddr = with[i+1]
			continue
		}
		req.Header.Set(with[i], with[i+1])
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, req)
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return res, string(b)
}

var hiddenValue = regexp.MustCompile(`name="(page|v|langue)" value="([^"]*)"`)

// open opens the form and returns what its page sends by itself.
func (r *rig) open(path string) url.Values {
	r.Helper()
	_, html := r.ask("GET", path, "")
	out := url.Values{"site": {""}}
	for _, m := range hiddenValue.FindAllStringSubmatch(html, -1) {
		out.Set(m[1], m[2])
	}
	if len(out) != 4 {
		r.Fatalf("the page sends %v:\n%s", out, html)
	}
	return out
}

const contact = Prefix + "formulaires/contact"

// fill opens the form, fills it in and waits as long as a person does.
func (r *rig) fill(pairs ...string) url.Values {
	r.Helper()
	v := r.open(contact)
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r.clock = r.clock.Add(20 * time.Second)
	return v
}

// TestForm fills a form in: the lead and its consents are kept with what was shown.
func TestForm(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	res, html := r.ask("GET", contact, "")
	for _, want := range []string{`lang="fr"`, "Nous écrire", "Boutique &lt;Exemple&gt;", "« Répondre »", "L. 223-2", "sans elle, pas de réponse", `autocomplete="email"`, "m’appelle au téléphone", "/confidentialite", "pendant 6 mois"} {
		if !strings.Contains(strings.ReplaceAll(html, "\u00a0", " "), want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(html, " checked") || strings.Contains(html, "<script") || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("a box is ticked in advance, a script runs or a cookie is set:\n%s", html)
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Error(csp)
	}
	res, html = r.ask("POST", contact, r.fill("email", " someone@a.example ", "phone", "01 99 00 00 07", "about", "order", "born", "2026-01-31", "words", "Bonjour\r\n<b>vous</b>", "mail", "1", "call", "1").Encode())
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != contact+"/merci?langue=fr" || len(r.leads) != 1 {
		t.Fatalf("%d %s\n%s", res.StatusCode, res.Header.Get("Location"), html)
	}
	l := r.leads[0]
	if l.Values["email"] != "someone@a.example" || l.Values["words"] != "Bonjour\n<b>vous</b>" || l.Until != policy.MustDate("2026-11-29") || len(l.ID) < 22 || l.Objects {
		t.Errorf("%+v", l)
	}
	if len(r.drafts) != 3 || len(r.drafts[0].Person) != 2 || r.drafts[0].Record.Kind != consent.Given || r.drafts[2].Record.Kind != consent.Asked {
		t.Fatalf("%+v", r.drafts)
	}
	call := r.drafts[1].Record
	if call.Until != policy.MustDate("2027-05-22") || !slices.Equal(call.Goods, []consent.Goods{consent.OtherGoods}) || call.Check() != nil || strings.Contains(call.Key, l.ID) {
		t.Errorf("%+v: %v", call, call.Check())
	}
	if shown := r.notices[call.Notice]; !strings.Contains(shown, "m’appelle au téléphone") || !strings.Contains(shown, "L. 223-2") || !strings.Contains(shown, "CNIL") {
		t.Errorf("what is kept as shown is\n%s", shown)
	}
	if _, html := r.ask("GET", contact+"/merci?langue=en", ""); !strings.Contains(html, "has arrived") || !strings.Contains(html, `lang="en"`) {
		t.Error(html)
	}
}

// TestOnce sends one page many times at once and once more: it counts once, and the sender is
// thanked each time.
func TestOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	body := r.fill("email", "someone@a.example").Encode()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if res, _ := r.ask("POST", contact, body, "from", fmt.Sprintf("192.0.2.%d:1", i)); res.StatusCode != http.StatusSeeOther {
				t.Errorf("%d", res.StatusCode)
			}
		})
	}
	all.Wait()
	if len(r.leads) != 1 || len(r.drafts) != 1 {
		t.Errorf("%d leads, %d records", len(r.leads), len(r.drafts))
	}
}

// TestMend shows again what cannot be taken, with what was written and what to mend.
func TestMend(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		pairs      []string
	}{
		{"nothing", "To be filled in", nil},
		{"no address", "cannot be read", []string{"email", "someone"}},
		{"a name with it", "cannot be read", []string{"email", "S <someone@a.example>"}},
		{"two lines", "cannot be read", []string{"email", "someone@a.example", "phone", "call me"}},
		{"a number too short", "cannot be read", []string{"email", "someone@a.example", "phone", "0199"}},
		{"a choice of nobody", "cannot be read", []string{"email", "someone@a.example", "about", "order' or 1=1 --"}},
		{"no day", "cannot be read", []string{"email", "someone@a.example", "born", "2026-02-30"}},
		{"too long", "Too long", []string{"email", "someone@a.example", "words", strings.Repeat("é", 201)}},
		{"a bell", "cannot be read", []string{"email", "someone@a.example", "words", "\a"}},
		{"to be called without a number", "for the agreement you ticked", []string{"email", "someone@a.example", "call", "1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			v := r.fill(c.pairs...)
			v.Set("langue", "en")
			res, html := r.ask("POST", contact, v.Encode())
			if res.StatusCode != http.StatusUnprocessableEntity || len(r.leads) > 0 || !strings.Contains(html, c.want) || !strings.Contains(html, `role="alert"`) || !strings.Contains(html, `aria-invalid="true"`) {
				t.Fatalf("%d\n%s", res.StatusCode, html)
			}
			if len(c.pairs) > 0 && !strings.Contains(html, `value="`+strings.ReplaceAll(strings.ReplaceAll(c.pairs[1], "<", "&lt;"), ">", "&gt;")) {
				t.Errorf("what was written is lost:\n%s", html)
			}
			v.Set("email", "someone@a.example") // mended, the same page is sent
			for _, name := range []string{"phone", "about", "born", "words", "call"} {
				v.Del(name)
			}
			if res, html := r.ask("POST", contact, v.Encode()); res.StatusCode != http.StatusSeeOther {
				t.Errorf("mended: %d\n%s", res.StatusCode, html)
			}
		})
	}
}

// TestHostileForm sends what no browser sends for this form.
func TestHostileForm(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	good := r.fill("email", "someone@a.example")
	with := func(name string, values ...string) string {
		v := url.Values{}
		for k, x := range good {
			v[k] = x
		}
		v[name] = values
		return v.Encode()
	}
	for name, body := range map[string]string{
		"a field of nobody": with("income", "100000"), "a field twice": with("email", "a@a.example", "b@a.example"), "no letters": with("words", "\xff\xfe"),
		"a zero": with("words", "a\x00b"), "a box with a value": with("mail", "yes"), "no form": "%zz", "too much": "words=" + strings.Repeat("x", largest),
	} {
		if res, html := r.ask("POST", contact, body); res.StatusCode != http.StatusBadRequest || len(r.leads) > 0 || strings.Contains(html, "someone") {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	for _, payload := range []string{`"><script>alert(1)</script>`, `' OR 1=1; DROP TABLE leads; --`, `{{.Token}}`, `javascript:alert(1)`, "\u202eevil", strings.Repeat("A", 150)} {
		for _, field := range []string{"email", "phone", "about", "born", "words"} {
			_, html := r.ask("POST", contact, with(field, payload), "from", "198.51.100.1:1")
			if strings.Contains(html, "<script") || strings.Contains(html, `href="javascript`) {
				t.Errorf("%s comes back alive", field)
			}
			r.clock = r.clock.Add(10 * time.Second)
		}
	}
	for _, path := range []string{contact + "/../contact", Prefix + "formulaires/nothing", Prefix + "formulaires/", Prefix, Prefix + "style/x/style.css", contact + "/x"} {
		if res, _ := r.ask("GET", path, ""); res.StatusCode == http.StatusOK || res.StatusCode >= 500 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res, _ := r.ask("PUT", contact, ""); res.StatusCode < 400 {
		t.Errorf("PUT: %d", res.StatusCode)
	}
}

// TestPagesAndTime sends pages too soon, too late, forged, of another form's version, with the
// hidden field filled in: each is shown again, nothing is entered.
func TestPagesAndTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*rig, url.Values)
		status int
		want   string
	}{
		{"at once", func(r *rig, _ url.Values) { r.clock = r.clock.Add(-19 * time.Second) }, 422, "très rapide"},
		{"tomorrow", func(r *rig, _ url.Values) { r.clock = r.clock.Add(life) }, 422, "trop longtemps"},
		{"a clock that went back", func(r *rig, _ url.Values) { r.clock = r.clock.Add(-time.Hour) }, 422, "trop longtemps"},
		{"no page", func(_ *rig, v url.Values) { v.Del("page") }, 422, "trop longtemps"},
		{"forged", func(_ *rig, v url.Values) { p := []byte(v.Get("page")); p[20] ^= 1; v.Set("page", string(p)) }, 422, "trop longtemps"},
		{"older version", func(_ *rig, v url.Values) { v.Set("v", "0"); v.Del("page") }, 409, "a changé"},
		{"a robot", func(_ *rig, v url.Values) { v.Set("site", "http://spam.example") }, 422, "case cachée"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			v := r.fill("email", "someone@a.example", "mail", "1")
			c.change(r, v)
			res, html := r.ask("POST", contact, v.Encode())
			if res.StatusCode != c.status || !strings.Contains(html, c.want) || len(r.leads) > 0 || !strings.Contains(html, "someone@a.example") {
				t.Errorf("%d\n%s", res.StatusCode, html)
			}
			if ticked := strings.Contains(html, " checked"); ticked == (c.status == 409) {
				t.Errorf("a box is ticked: %v", ticked)
			}
		})
	}
	r := newRig(t)
	other := *shopForms()
	v := r.fill("email", "someone@a.example")
	other.Forms[0].Keep = policy.Days(3)
	r.serve(Options{Forms: &other})
	if res, _ := r.ask("POST", contact, v.Encode()); res.StatusCode != http.StatusConflict {
		t.Errorf("a page of yesterday's form: %d", res.StatusCode)
	}
}

// TestFlood lets one address send so many pages, and others send theirs meanwhile.
func TestFlood(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.serve(Options{Secure: true})
	body := r.fill("email", "someone@a.example").Encode()
	refused := 0
	for i := range 40 {
		res, _ := r.ask("POST", contact, body, "from", "127.0.0.1:9", "X-Forwarded-For", fmt.Sprintf("10.0.0.%d, 2001:db8::%x", i, i+1))
		if res.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 40-oneBurst {
		t.Errorf("%d were refused", refused)
	}
	if res, _ := r.ask("POST", contact, r.fill("email", "b@a.example").Encode(), "from", "127.0.0.1:9", "X-Forwarded-For", "192.0.2.7"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("somebody else: %d", res.StatusCode)
	}
	for i := range 2 * allBurst {
		r.ask("POST", contact, body, "from", "127.0.0.1:9", "X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", i/250, i%250))
	}
	if res, _ := r.ask("POST", contact, body, "from", "203.0.113.9:1"); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("all together: %d", res.StatusCode)
	}
	if strings.Contains(r.log.String(), "198.51") {
		t.Error("addresses are in the log")
	}
}

// TestObjected flags who had objected, and answers as it answers anybody.
func TestObjected(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.records = []consent.Record{{ID: "objection-1", Kind: consent.Opposition, At: r.clock.Add(-time.Hour), Entered: r.clock.Add(-time.Hour)}}
	res, body := r.ask("POST", contact, r.fill("email", "someone@a.example", "mail", "1").Encode())
	r.records = nil
	res2, body2 := r.ask("POST", contact, r.fill("email", "other@a.example", "mail", "1").Encode())
	if len(r.leads) != 2 || !r.leads[0].Objects || r.leads[1].Objects {
		t.Fatalf("%+v", r.leads)
	}
	if res.StatusCode != res2.StatusCode || body != body2 || res.Header.Get("Location") != res2.Header.Get("Location") {
		t.Error("the answer tells that the person is known")
	}
}

// TestFrame lets the sites of forms.yaml alone frame a form, in which it stays.
func TestFrame(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	res, html := r.ask("GET", contact+"?cadre=1", "")
	if !strings.HasSuffix(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'self' https://www.shop.example") || strings.Contains(html, "<header") || !strings.Contains(html, `action="`+contact+`?cadre=1"`) {
		t.Errorf("%v\n%s", res.Header, html)
	}
	v := r.fill("email", "someone@a.example", "cadre", "1")
	if res, _ := r.ask("POST", contact+"?cadre=1", v.Encode()); res.Header.Get("Location") != contact+"/merci?cadre=1&langue=fr" {
		t.Error(res.Header)
	}
	_, html = r.ask("GET", contact+"/fragment", "", "Accept-Language", "en")
	if !strings.HasPrefix(html, "<form") || !strings.HasSuffix(strings.TrimSpace(html), "</form>") || strings.Contains(html, "stylesheet") || !strings.Contains(html, "nothing is ticked in advance") {
		t.Error(html)
	}
}

// TestBroken says that nothing was kept where it was not, without saying why.
func TestBroken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.broken = errors.New("the disk is gone")
	res, html := r.ask("POST", contact, r.fill("email", "someone@a.example").Encode())
	if res.StatusCode != http.StatusServiceUnavailable || strings.Contains(html, "disk") || strings.Contains(r.log.String(), "someone") {
		t.Errorf("%d %s %s", res.StatusCode, html, r.log.String())
	}
}

// TestLawOfTheDay closes a form on the day from which the law forbids it, also to who has it open.
func TestLawOfTheDay(t *testing.T) {
	t.Parallel()
	pack, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	r, forms := newRig(t), shopForms()
	forms.Forms[0].Boxes[1].Goods = []consent.Goods{consent.HomeAdaptation}
	r.clock = time.Date(2026, 8, 10, 22, 0, 0, 0, time.UTC)
	r.serve(Options{Forms: forms, Law: pack})
	v := r.fill("email", "someone@a.example", "phone", "0199000007", "call", "1")
	if res, _ := r.ask("GET", contact, ""); res.StatusCode != http.StatusOK {
		t.Errorf("the evening before: %d", res.StatusCode)
	}
	r.clock = r.clock.Add(3 * time.Hour)
	for _, method := range []string{"GET", "POST"} {
		if res, html := r.ask(method, contact, v.Encode()); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(html, "fermé") || len(r.leads) > 0 {
			t.Errorf("%s on the day: %d", method, res.StatusCode)
		}
	}
}
