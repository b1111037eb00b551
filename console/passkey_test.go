package console_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	v "github.com/descope/virtualwebauthn"

	"github.com/garant-rgpd/garant/console"
)

// named is a console that is called by a name, and what devices know it as.
func named(t *testing.T) (*served, v.RelyingParty) {
	t.Helper()
	s := serve(t, kept(), func(o *console.Options) { o.Hosts = append(o.Hosts, "localhost:8484") })
	return s, v.RelyingParty{ID: "localhost", Name: "Garant", Origin: "http://localhost:8484"}
}

// asks opens a page of the console by its name; it returns what a device is asked there, and
// the cookie that ties the answer to this browser.
func (s *served) asks(path string) (ask string, cookie *http.Cookie) {
	s.Helper()
	r := s.do(request("GET", path, nil))
	_, rest, ok := strings.Cut(body(r), `data-ask="`)
	if !ok || len(r.Cookies()) != 1 || !strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'self'") {
		s.Fatalf("%s asks no device: %s, %d cookies", path, r.Status, len(r.Cookies()))
	}
	ask, _, _ = strings.Cut(rest, `"`)
	return html.UnescapeString(ask), r.Cookies()[0]
}

// request is one made under the console's name.
func request(method, path string, form url.Values) *http.Request {
	r, _ := http.NewRequest(method, "http://localhost:8484"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = "192.0.2.1:1"
	return r
}

// answers sends a device's answer with the cookie of the browser that was asked.
func (s *served) answers(path, answer string, cookie *http.Cookie) *http.Response {
	r := request("POST", path, url.Values{"name": {"téléphone"}, "answer": {answer}})
	if cookie != nil {
		r.AddCookie(cookie)
	}
	return s.do(r)
}

// added is somebody with a key on a device.
func added(s *served, rp v.RelyingParty, role string, handle byte) (in *served, device v.Authenticator, key v.Credential) {
	s.Helper()
	in = s.as("Personne "+role, role)
	key = v.NewCredential(v.KeyTypeEC2)
	device = v.NewAuthenticatorWithOptions(v.AuthenticatorOptions{UserHandle: []byte{0, 0, 0, 0, 0, 0, 0, handle}})
	text, cookie := in.asks("/compte")
	ask, err := v.ParseAttestationOptions(text)
	if err != nil {
		s.Fatal(err)
	}
	if r := in.answers("/compte/cles", v.CreateAttestationResponse(rp, device, key, *ask), cookie); r.StatusCode != http.StatusSeeOther {
		s.Fatalf("the key is refused: %s\n%s", r.Status, body(r))
	}
	return in, device, key
}

// asked is a sign-in that a browser began.
func asked(s *served) (v.AssertionOptions, *http.Cookie) {
	s.Helper()
	text, cookie := s.asks("/entrer")
	ask, err := v.ParseAssertionOptions(text)
	if err != nil {
		s.Fatal(err)
	}
	return *ask, cookie
}

// TestPasskey lets in by a key of the device, as whom it was made by, and by nothing that only
// looks like it.
func TestPasskey(t *testing.T) {
	t.Parallel()
	s, rp := named(t)
	in, device, key := added(s, rp, "auditor", 1)
	in.has(in.page("/compte"), "téléphone", "jamais")
	s.cookie = nil
	signs := func(rp v.RelyingParty, d v.Authenticator, k v.Credential) *http.Response {
		ask, cookie := asked(s)
		return s.answers("/entrer/cle", v.CreateAssertionResponse(rp, d, k, ask), cookie)
	}
	key.Counter = 1
	r := signs(rp, device, key)
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("the key does not let in: %s\n%s", r.Status, body(r))
	}
	entered := *s
	for _, c := range r.Cookies() {
		if c.Name == "garant" {
			entered.cookie = c
		}
	}
	entered.has(entered.page("/"), "Personne auditor")
	in.has(in.page("/compte"), "téléphone")

	stranger, elsewhere, unverified := v.NewCredential(v.KeyTypeEC2), rp, device
	elsewhere.Origin = "http://localhost:9999"
	unverified.Options.UserNotVerified = true
	other := v.NewAuthenticatorWithOptions(v.AuthenticatorOptions{UserHandle: []byte{0, 0, 0, 0, 0, 0, 0, 9}})
	key.Counter = 2
	copied := key
	copied.Counter = 1
	tests := map[string]*http.Response{
		"a key that nobody added":       signs(rp, device, stranger),
		"another account's number":      signs(rp, other, key),
		"a page elsewhere":              signs(elsewhere, device, key),
		"nobody proved to be the owner": signs(rp, unverified, key),
		"a copy of the key":             signs(rp, device, copied),
	}
	for name, r := range tests {
		if r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", name, r.Status)
		}
	}
	for _, answer := range []string{"", "{}", "<script>"} {
		_, cookie := asked(s)
		if r := s.answers("/entrer/cle", answer, cookie); r.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %s", answer, r.Status)
		}
	}
}

// TestPasskeyOnce counts an answer once, only in the browser that was asked, and no longer than
// the key is there.
func TestPasskeyOnce(t *testing.T) {
	t.Parallel()
	s, rp := named(t)
	in, device, key := added(s, rp, "auditor", 1)
	s.cookie = nil
	ask, cookie := asked(s)
	answer := v.CreateAssertionResponse(rp, device, key, ask)
	if r := s.answers("/entrer/cle", answer, nil); r.StatusCode != http.StatusBadRequest {
		t.Errorf("in a browser that was not asked: %s", r.Status)
	}
	_, another := asked(s)
	if r := s.answers("/entrer/cle", answer, another); r.StatusCode != http.StatusForbidden {
		t.Errorf("for another question: %s", r.Status)
	}
	if r := s.answers("/entrer/cle", answer, cookie); r.StatusCode != http.StatusSeeOther {
		t.Errorf("where it was asked: %s", r.Status)
	}
	if r := s.answers("/entrer/cle", answer, cookie); r.StatusCode != http.StatusBadRequest {
		t.Errorf("twice: %s", r.Status)
	}
	all, err := s.state.Passkeys(t.Context(), 1)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if r := s.as("Autre", "dpo").post("/compte/cles/"+hexOf(all[0].ID)+"/retirer", nil); r.StatusCode != http.StatusSeeOther {
		t.Error(r.Status)
	}
	in.has(in.page("/compte"), "téléphone")
	in.post("/compte/cles/"+hexOf(all[0].ID)+"/retirer", nil)
	s.cookie = nil
	ask, cookie = asked(s)
	if r := s.answers("/entrer/cle", v.CreateAssertionResponse(rp, device, key, ask), cookie); r.StatusCode != http.StatusForbidden {
		t.Errorf("a key that was removed: %s", r.Status)
	}
}

// TestPasskeyNeedsAName offers no key where the console is an address in numbers, and no script
// runs there.
func TestPasskeyNeedsAName(t *testing.T) {
	t.Parallel()
	s, _ := named(t)
	in := s.as("Personne", "auditor")
	in.has(in.page("/compte"), "http://localhost:8484")
	r := in.get("/compte")
	if text := body(r); strings.Contains(text, "<script") || strings.Contains(text, "data-ask") || strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src") {
		t.Error("a key is asked for under an address in numbers")
	}
	s.has(s.page("/compte"), "lien du terminal")
}
