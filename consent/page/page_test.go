package page

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// memory keeps records and one notice without a file.
type memory struct {
	mu      sync.Mutex
	key     []byte
	records []consent.Record
	refs    map[consent.Ref][]consent.Record
	broken  error
}

func (m *memory) EnterRecords(_ context.Context, drafts []consent.Draft) ([]consent.Entered, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return nil, m.broken
	}
	var out []consent.Entered
	for _, d := range drafts {
		if i := slices.IndexFunc(m.records, func(r consent.Record) bool { return r.Key != "" && r.Key == d.Record.Key }); i >= 0 {
			out = append(out, consent.Entered{Record: m.records[i]})
			continue
		}
		r, _, refs, err := consent.Seal(m.key, d, int64(len(m.records)+1))
		if err != nil {
			return nil, err
		}
		m.records, out = append(m.records, r), append(out, consent.Entered{Record: r, Fresh: true})
		for _, ref := range refs {
			m.refs[ref] = append(m.refs[ref], r)
		}
	}
	return out, nil
}

func (m *memory) RecordsOf(_ context.Context, refs []consent.Ref) ([]consent.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.refs[refs[0]]), m.broken
}

func (m *memory) RecordsOfEach(context.Context, []consent.Ref) (map[consent.Ref][]consent.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.refs), m.broken
}

func (m *memory) LogAnswers(context.Context, []consent.Logged) error { return nil }

func (m *memory) Notice(_ context.Context, digest string) ([]byte, error) {
	if digest != consent.Digest([]byte(words1)) {
		return nil, errors.New("not kept")
	}
	return []byte(words1), nil
}

const words1 = `Oui, <script>alert("écrivez-moi")</script>`

// rig is a company to which someone agreed by mail and by SMS.
type rig struct {
	*memory
	*httptest.Server
	links Links
	word  string
	clock time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{memory: &memory{key: []byte("key"), refs: map[consent.Ref][]consent.Record{}}, clock: now}
	d := &consent.Desk{Keeper: r.memory, Key: r.key, Policy: policy.Policy{Controller: policy.Controller{Name: "Boutique <Exemple>", Contact: "droits@shop.example"},
		Purposes: []policy.Purpose{{ID: "news", Title: "Lettre d'information"}}}}
	who := consent.Identifier{Kind: consent.ByEmail, Value: "someone@a.example"}
	yes := consent.Record{Kind: consent.Given, At: now.Add(-time.Hour), Entered: now, Notice: consent.Digest([]byte(words1)), Proof: consent.Digest([]byte("form")),
		Scope: consent.Scope{Channels: []consent.Channel{consent.Email, consent.SMS}, Purposes: []policy.PurposeID{"news"}}}
	if _, err := r.EnterRecords(t.Context(), []consent.Draft{{Person: []consent.Identifier{who}, Record: yes}}); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.links, err = NewLinks(r.key); err != nil {
		t.Fatal(err)
	}
	if r.word, err = r.links.Seal(Link{Person: who, Purpose: "news", Channel: consent.Email}); err != nil {
		t.Fatal(err)
	}
	p := &Pages{Desk: d, Links: r.links, Notices: r.memory, Clock: func() time.Time { return r.clock }}
	r.Server = httptest.NewServer(p.Handler())
	t.Cleanup(r.Close)
	return r
}

// ask sends a request, follows no redirect, and returns the answer with its body.
func (r *rig) ask(t *testing.T, method, path, body string, with ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(with); i += 2 {
		req.Header.Set(with[i], with[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// TestPage shows what was agreed, when and in which words, takes one thing back, then
// everything; each counts at once.
func TestPage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	res, html := r.ask(t, "GET", "/p/"+r.word, "")
	for _, want := range []string{"Lettre d&#39;information", "par courriel", "par SMS", "22/11/2026 08:00", "&lt;script&gt;", "Boutique &lt;Exemple&gt;", "droits@shop.example", `lang="fr"`, "M’opposer"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(html, "<script") || strings.Contains(html, "someone") || res.Header.Get("Referrer-Policy") != "no-referrer" || res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page is not closed: %v\n%s", res.Header, html)
	}
	if _, english := r.ask(t, "GET", "/p/"+r.word, "", "Accept-Language", "en-GB,fr;q=0.5"); !strings.Contains(english, "What you agreed to") {
		t.Error("it is not told in English")
	}
	res, _ = r.ask(t, "POST", "/p/"+r.word, url.Values{"act": {"withdraw"}, "purpose": {"news"}, "channel": {"email"}}.Encode())
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/p/"+r.word+"?done=1" {
		t.Errorf("%d, %s", res.StatusCode, res.Header.Get("Location"))
	}
	if _, html := r.ask(t, "GET", "/p/"+r.word+"?done=1", ""); strings.Contains(html, "par courriel") || !strings.Contains(html, "par SMS") || !strings.Contains(html, "C’est enregistré") {
		t.Errorf("after the withdrawal:\n%s", html)
	}
	r.ask(t, "POST", "/p/"+r.word, "act=object")
	if _, html := r.ask(t, "GET", "/p/"+r.word, ""); strings.Contains(html, "par SMS") || !strings.Contains(html, "opposé à toute") || strings.Contains(html, "M’opposer") {
		t.Errorf("after the objection:\n%s", html)
	}
	if len(r.records) != 3 || r.records[1].Kind != consent.Ended || r.records[2].Kind != consent.Opposition || r.records[2].Method != "form" {
		t.Errorf("%+v", r.records)
	}
}

// TestOneClick is RFC 8058: a POST unsubscribes without a cookie, what a scanner of mails
// follows changes nothing, and a click repeated counts once until the person agreed again.
func TestOneClick(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		res, _ := r.ask(t, "GET", "/u/"+r.word, "")
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/p/"+r.word || len(r.records) != 1 {
			t.Fatalf("to read it changes something: %d, %d records", res.StatusCode, len(r.records))
		}
	}
	r.ask(t, "HEAD", "/u/"+r.word, "")
	for _, body := range []string{"", "List-Unsubscribe=Two-Click", "{}", "act=object", strings.Repeat("x", maxForm+1)} {
		if res, _ := r.ask(t, "POST", "/u/"+r.word, body); res.StatusCode != http.StatusBadRequest || len(r.records) != 1 {
			t.Errorf("%.20q: %d, %d records", body, res.StatusCode, len(r.records))
		}
	}
	for range 2 {
		if res, body := r.ask(t, "POST", "/u/"+r.word, "List-Unsubscribe=One-Click"); res.StatusCode != http.StatusOK || body != "OK\n" {
			t.Errorf("%d %s", res.StatusCode, body)
		}
	}
	if len(r.records) != 2 || r.records[1].Kind != consent.Ended || !slices.Equal(r.records[1].Channels, []consent.Channel{consent.Email}) {
		t.Fatalf("%+v", r.records)
	}
	r.clock = now.Add(time.Hour)
	r.ask(t, "POST", "/u/"+r.word, "List-Unsubscribe=One-Click")
	if len(r.records) != 3 {
		t.Error("a click of another hour is not entered")
	}
	h := Headers("https://a.example", r.word)
	if h["List-Unsubscribe"] != "<https://a.example/u/"+r.word+">" || h["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" {
		t.Errorf("%v", h)
	}
}

// TestWrongLinks changes every letter of a link: none opens a page, none says why.
func TestWrongLinks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	words := []string{"x", "..", r.word + "A", r.word[1:], strings.Repeat("A", 3000)}
	for i := range r.word {
		b := []byte(r.word)
		if b[i]++; b[i] == 'Z'+1 || b[i] == 'z'+1 || b[i] == '9'+1 {
			b[i] = 'A'
		}
		words = append(words, string(b))
	}
	for _, w := range words {
		if l, err := r.links.Open(w); err == nil {
			t.Errorf("%.12s… opens %+v", w, l)
		}
	}
	other, err := NewLinks([]byte("another key"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(r.word); err == nil {
		t.Error("another company opens it")
	}
	for _, path := range []string{"/p/AAAA", "/u/AAAA"} {
		for _, method := range []string{"GET", "POST"} {
			if res, body := r.ask(t, method, path, "act=object"); res.StatusCode != http.StatusNotFound || strings.Contains(body, "<") {
				t.Errorf("%s %s: %d %s", method, path, res.StatusCode, body)
			}
		}
	}
}

// TestHostile sends what the page never does; what is not understood narrows nothing.
func TestHostile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, body := range []string{"", "act=erase", "act=%zz", "act=withdraw&x=" + strings.Repeat("y", maxForm)} {
		if res, _ := r.ask(t, "POST", "/p/"+r.word, body); res.StatusCode != http.StatusBadRequest || len(r.records) != 1 {
			t.Errorf("%.20q: %d", body, res.StatusCode)
		}
	}
	r.ask(t, "POST", "/p/"+r.word, url.Values{"act": {"withdraw"}, "purpose": {"'; DROP TABLE records"}, "channel": {"<fax>"}}.Encode())
	if len(r.records) != 2 || len(r.records[1].Purposes)+len(r.records[1].Channels) != 0 {
		t.Errorf("%+v", r.records)
	}
	if res, _ := r.ask(t, "PUT", "/p/"+r.word, ""); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", res.StatusCode)
	}
	r.mu.Lock()
	r.broken = errors.New("the disk is gone")
	r.mu.Unlock()
	for _, c := range [][3]string{{"GET", "/p/", ""}, {"POST", "/p/", "act=object"}, {"POST", "/u/", "List-Unsubscribe=One-Click"}} {
		if res, body := r.ask(t, c[0], c[1]+r.word, c[2]); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "disk") {
			t.Errorf("%s %s: %d %s", c[0], c[1], res.StatusCode, body)
		}
	}
}
