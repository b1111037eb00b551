package console_test

import (
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
)

// TestDoor tries every address from outside: only those for anybody are open, and nothing of
// the company is shown.
func TestDoor(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	used := s.cookie
	s.cookie = nil
	for pattern, right := range s.console.Routes() {
		method, path := address(pattern)
		r := s.do(httptest.NewRequest(method, path, nil))
		if to := r.Header.Get("Location"); strings.HasPrefix(to, "/entrer") == (right == "") && path != "/entrer/x" {
			t.Errorf("%s leads to %q", pattern, to)
		}
		if strings.Contains(body(r), "Boutique") {
			t.Errorf("%s shows the company", pattern)
		}
	}
	s.cookie = &http.Cookie{Name: used.Name, Value: "AAAAAAAAAAAAAAAAAAAAAAAAAA"}
	if r := s.get("/"); r.Header.Get("Location") != "/entrer" {
		t.Error("a made-up session is one")
	}
	s.cookie = nil
	if to := s.get("/plan?x=1").Header.Get("Location"); to != "/entrer?page=%2Fplan%3Fx%3D1" {
		t.Errorf("the page that was asked for is lost: %s", to)
	}
}

// address fills the holes of a pattern.
func address(pattern string) (method, path string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "GET", "/nothing"
	}
	path = strings.ReplaceAll(path, "{$}", "")
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + "x" + after
	}
	return method, path
}

// TestLeave ends the session on the server: the cookie alone lets nobody in again.
func TestLeave(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	if r := s.do(httptest.NewRequest("POST", "/sortir", nil)); r.Header.Get("Location") != "/entrer" {
		t.Error(r.Header)
	}
	if r := s.get("/"); r.Header.Get("Location") != "/entrer" {
		t.Error("the session lives on")
	}
}

// TestCookie keeps the session's secret from scripts, from other sites and, where the
// console is reached by https, from plain connections.
func TestCookie(t *testing.T) {
	t.Parallel()
	k := serve(t, kept()).cookie
	if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Secure || k.Path != "/" {
		t.Errorf("the cookie is %+v", k)
	}
	k = serve(t, kept(), func(o *console.Options) { o.Secure = true }).cookie
	if !k.Secure || k.Name != "__Host-garant" {
		t.Errorf("the cookie is %+v", k)
	}
}

// TestForgery refuses what another site or another name sends.
func TestForgery(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	tests := []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"our own form", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }, http.StatusSeeOther},
		{"another site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		{"another site of an old browser", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		{"another name for this machine", func(r *http.Request) { r.Host = "evil.example" }, http.StatusMisdirectedRequest},
		{"another port", func(r *http.Request) { r.Host = "127.0.0.1:80" }, http.StatusMisdirectedRequest},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/regarder", nil)
			r.Host = host
			c.change(r)
			if got := s.do(r).StatusCode; got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// TestHeaders checks that nothing is loaded from elsewhere, kept or framed.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	r := s.get("/")
	for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if !strings.Contains(r.Header.Get(name), want) {
			t.Errorf("%s: %s", name, r.Header.Get(name))
		}
	}
	if page := body(r); strings.Contains(page, "style=") || strings.Contains(page, "<script") || strings.Contains(page, "http://") || strings.Contains(page, "https://") {
		t.Error("the page has inline style, a script or a foreign address")
	}
}

// TestAssets serves what the page names, to be kept for good, and nothing beside it.
func TestAssets(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	_, rest, _ := strings.Cut(s.page("/"), `<link rel="stylesheet" href="`)
	css, _, _ := strings.Cut(rest, `"`)
	style := s.get(css)
	if !strings.Contains(style.Header.Get("Cache-Control"), "immutable") {
		t.Error(style.Header)
	}
	text := body(style)
	for _, part := range strings.Split(text, "url(")[1:] {
		font, _, _ := strings.Cut(part, ")")
		if r := s.get(font); r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "font/woff2" {
			t.Errorf("%s: %s", font, r.Status)
		}
	}
	for _, path := range []string{"/assets/000000000000/style.css", "/assets/x/home.html", "/assets/../console.go", "/assets/x/..%2fdoc.go"} {
		if r := s.get(path); r.StatusCode == http.StatusOK {
			t.Errorf("%s is served", path)
		}
	}
}

// TestProof sends the proof of an entry as a file, and the key it is verified with.
func TestProof(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	r := s.get("/preuves/7")
	if b, err := io.ReadAll(r.Body); err != nil || string(b) != "c2sp.org/tlog-proof@v1\n" || !strings.Contains(r.Header.Get("Content-Disposition"), "garant-7.tlog-proof") {
		t.Errorf("%q %v %v", b, r.Header, err)
	}
	s.has(s.page("/cle.txt"), "garant+key")
	for _, path := range []string{"/preuves/8", "/preuves/-1", "/preuves/x", "/preuves/99999999999999999999"} {
		if r := s.get(path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

// TestLanguageStays leads back to a page of ours, whatever the address says.
func TestLanguageStays(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	for _, page := range []string{"https://evil.example/", "//evil.example", "/%5Cevil.example", "/%09/evil.example", "javascript:alert(1)"} {
		if to := s.get("/langue/en?page=" + page).Header.Get("Location"); to != "/" {
			t.Errorf("%s leads to %s", page, to)
		}
	}
}

// TestCompressed sends the home page and the style compressed to who takes them so.
func TestCompressed(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	plain := s.page("/")
	for accept, want := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "GZIP": true, "identity": false} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		got := s.do(r)
		if is := got.Header.Get("Content-Encoding") == "gzip"; is != want || got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: compressed %v", accept, is)
			continue
		}
		text := body(got)
		if want {
			z, err := gzip.NewReader(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		if text != plain {
			t.Errorf("%q: another page", accept)
		}
	}
}

// TestOneNameEach serves one page to all who have a role, each with their own name in it.
func TestOneNameEach(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	names := []string{"Camille", "Domini<b>que", strings.Repeat("é", 100)}
	for range 2 {
		for _, name := range names {
			in := *s
			if all, err := s.state.Accounts(t.Context()); err != nil {
				t.Fatal(err)
			} else if !slices.ContainsFunc(all, func(a db.Account) bool { return a.Name == name }) {
				s.account(name, "dpo")
			}
			in.cookie = s.session(name)
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept-Encoding", "gzip")
			z, err := gzip.NewReader(in.do(r).Body)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			for _, other := range names {
				if n := strings.Count(string(b), `<a href="/compte">`+template.HTMLEscapeString(other)+"</a>"); (n == 1) != (other == name) {
					t.Errorf("%q finds %q %d times", name, other, n)
				}
			}
			if in.page("/") != string(b) {
				t.Error("the page that is not compressed is another one")
			}
		}
	}
}

// session opens a session of an account and returns its cookie.
func (s *served) session(name string) *http.Cookie {
	s.Helper()
	all, err := s.state.Accounts(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	i := slices.IndexFunc(all, func(a db.Account) bool { return a.Name == name })
	secret := rand.Text()
	if err := s.state.OpenSession(s.Context(), db.Session{Secret: sha256.Sum256([]byte(secret)), Account: all[i].ID, Made: instant(), Ends: instant().Add(time.Hour)}); err != nil {
		s.Fatal(err)
	}
	return &http.Cookie{Name: "garant", Value: secret}
}
