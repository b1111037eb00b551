package console_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp/totp"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
)

const secret, password = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "une phrase assez longue"

// account opens an account that was taken up.
func (s *served) account(name, role string) db.Account {
	s.Helper()
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16})
	if err != nil {
		s.Fatal(err)
	}
	digest := sha256.Sum256([]byte(name))
	a := db.Account{Name: name, Role: role, Secret: secret, Made: instant(), InviteEnds: instant().Add(time.Hour)}
	if err := s.state.Invite(s.Context(), a, digest); err != nil {
		s.Fatal(err)
	}
	if err := s.state.Enrol(s.Context(), digest, hash); err != nil {
		s.Fatal(err)
	}
	all, err := s.state.Accounts(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return all[len(all)-1]
}

// as is the same console in a browser where somebody of that role has signed in.
func (s *served) as(name, role string) *served {
	s.Helper()
	s.account(name, role)
	out := *s
	out.cookie = nil
	r := out.post("/entrer", signIn(name, password, codeAt(0)))
	if r.StatusCode != http.StatusSeeOther {
		s.Fatalf("%s cannot sign in: %s", name, r.Status)
	}
	out.cookie = r.Cookies()[0]
	return &out
}

func signIn(name, password, code string) url.Values {
	return url.Values{"name": {name}, "password": {password}, "code": {code}}
}

func codeAt(after time.Duration) string {
	code, err := totp.GenerateCode(secret, instant().Add(after))
	if err != nil {
		return err.Error()
	}
	return code
}

// granted says which role has which right; it repeats the console's on purpose.
func granted() map[string]string {
	return map[string]string{"owner": "inside ask read work decide manage", "dpo": "inside ask read work decide", "operator": "inside ask read work", "auditor": "inside read", "agent": "inside ask"}
}

// TestRoles tries every address as every role: what a role has no right to is forbidden, and
// tells nothing of the company.
func TestRoles(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	routes := s.console.Routes()
	for role, has := range granted() {
		in := s.as("Personne "+role, role)
		for pattern, right := range routes {
			if pattern == "POST /sortir" {
				continue // it would end the session
			}
			method, path := address(pattern)
			r := in.do(httptest.NewRequest(method, path, nil))
			may := right == "" || strings.Contains(has, right)
			if role == "agent" && path == "/" {
				if to := r.Header.Get("Location"); to != "/permission" {
					t.Errorf("an agent is led to %q", to)
				}
				continue
			}
			if (r.StatusCode == http.StatusForbidden) == may && pattern != "POST /entrer" {
				t.Errorf("%s as %s: %s", pattern, role, r.Status)
			}
			if text := body(r); !may && (strings.Contains(text, "quotes.end") || !strings.Contains(text, "Votre rôle")) {
				t.Errorf("%s as %s shows\n%s", pattern, role, text)
			}
		}
	}
	if len(routes) < 20 {
		t.Errorf("only %d addresses were tried", len(routes))
	}
}

// TestOffers shows each role only what it may do.
func TestOffers(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	at := s.prepared()
	for role, has := range granted() {
		if role == "agent" {
			continue // sees no page
		}
		in := s.as("Personne "+role, role)
		home, plan := in.page("/"), in.page(at)
		for right, offered := range map[string]bool{
			"work": strings.Contains(home, `action="/plan"`), "decide": strings.Contains(plan, "/approuver"), "manage": strings.Contains(home, `href="/equipe"`),
		} {
			if offered != strings.Contains(has, right) {
				t.Errorf("%s is offered what asks for %s: %v", role, right, offered)
			}
		}
	}
}

// TestSignsUnderName approves under the name of the account, whatever the form says.
func TestSignsUnderName(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	at := s.prepared()
	in := s.as("Dominique", "dpo")
	if r := in.post(at+"/approuver", signed("1210")); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if page := in.page(at); !strings.Contains(page, "Dominique, 22") || strings.Contains(page, "Camille") {
		t.Error("the approval bears another name")
	}
}

// TestSignIn refuses what is not right, each in the same words, and a code that was used.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.account("Camille", "owner")
	s.cookie = nil
	tests := []struct {
		name, who, password, code string
		want                      int
	}{
		{"another password", "Camille", "autre chose encore", codeAt(0), http.StatusForbidden},
		{"another name", "Dominique", password, codeAt(0), http.StatusForbidden},
		{"an old code", "Camille", password, codeAt(-2 * time.Minute), http.StatusForbidden},
		{"the right one, a step late", "Camille", password, codeAt(-30 * time.Second), http.StatusSeeOther},
	}
	var words string
	for _, c := range tests {
		r := s.post("/entrer", signIn(c.who, c.password, c.code))
		text := strings.ReplaceAll(body(r), c.who, "")
		if r.StatusCode != c.want {
			t.Errorf("%s: %s", c.name, r.Status)
		}
		if c.want == http.StatusForbidden && words != "" && text != words {
			t.Errorf("%s is told in other words", c.name)
		}
		if c.want == http.StatusForbidden {
			words = text
		}
	}
	fresh := serve(t, kept())
	fresh.account("Camille", "owner")
	fresh.cookie = nil
	for i, want := range []int{http.StatusSeeOther, http.StatusForbidden} {
		if r := fresh.post("/entrer", signIn("Camille", password, codeAt(0))); r.StatusCode != want {
			t.Errorf("use %d of a code: %s", i+1, r.Status)
		}
	}
}

// TestUnknownTakesAsLong does the work of one hash, under the same settings, for every name that
// is tried: somebody's, nobody's, one that was only invited, one of the company's accounts.
func TestUnknownTakesAsLong(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.account("Camille", "owner")
	s.invited("Dominique", false)
	s.invited("Outside", true)
	s.cookie = nil
	var hashes []string
	s.console.CountHashes(func(hash string) { hashes = append(hashes, hash) })
	words := map[string]bool{}
	for i, name := range []string{"Camille", "Personne", "Dominique", "Outside", ""} {
		r := s.post("/entrer", signIn(name, "another password", codeAt(0)))
		if r.StatusCode != http.StatusForbidden || len(hashes) != i+1 {
			t.Fatalf("%q: %s after %d hashes", name, r.Status, len(hashes)-i)
		}
		words[strings.ReplaceAll(body(r), `value="`+name+`"`, "")] = true
	}
	if len(words) != 1 {
		t.Errorf("%d answers differ", len(words))
	}
	want, _, _, err := argon2id.DecodeHash(hashes[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hashes[1:] {
		if got, _, _, err := argon2id.DecodeHash(h); err != nil || *got != *want {
			t.Errorf("another hash: %+v, %v", got, err)
		}
	}
}

// invited opens an account that has no password: nobody took it up, or its owner comes in by the
// company's provider.
func (s *served) invited(name string, outside bool) {
	s.Helper()
	digest := sha256.Sum256([]byte(name))
	a := db.Account{Name: name, Role: "dpo", Secret: secret, Made: instant(), InviteEnds: instant().Add(time.Hour)}
	if err := s.state.Invite(s.Context(), a, digest); err != nil {
		s.Fatal(err)
	}
	if !outside {
		return
	}
	if err := s.state.EnrolOutside(s.Context(), digest, digest); err != nil {
		s.Fatal(err)
	}
}

// TestFixation gives a new secret to who signs in, and ends the session they came with.
func TestFixation(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	before := s.cookie
	s.account("Camille", "owner")
	r := s.post("/entrer", signIn("Camille", password, codeAt(0)))
	if len(r.Cookies()) != 1 || r.Cookies()[0].Value == before.Value {
		t.Fatal("the secret stays the same")
	}
	if r := s.get("/"); r.Header.Get("Location") != "/entrer" {
		t.Error("the session before lives on")
	}
}

// TestSlow lets nobody guess: after a few tries the right password does not help either, and
// others are not kept out.
func TestSlow(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.account("Camille", "owner")
	s.account("Dominique", "dpo")
	s.cookie = nil
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() { s.post("/entrer", signIn("Camille", "autre chose encore", codeAt(0))) })
	}
	all.Wait()
	r := s.post("/entrer", signIn("Camille", password, codeAt(0)))
	if r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" {
		t.Errorf("the sixth try: %s", r.Status)
	}
	elsewhere := httptest.NewRequest("POST", "/entrer", strings.NewReader(signIn("Dominique", password, codeAt(0)).Encode()))
	elsewhere.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	elsewhere.RemoteAddr = "192.0.2.9:1"
	if r := s.do(elsewhere); r.StatusCode != http.StatusSeeOther {
		t.Errorf("somebody else, from elsewhere: %s", r.Status)
	}
}

// TestSlowBehindProxy slows whom the proxy tells of, and keeps nobody else out who comes through
// it.
func TestSlowBehindProxy(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.account("Camille", "owner")
	s.cookie = nil
	try := func(name, secret, from string) int {
		r := httptest.NewRequest("POST", "/entrer", strings.NewReader(signIn(name, secret, codeAt(0)).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", from)
		r.RemoteAddr = "127.0.0.1:1"
		return s.do(r).StatusCode
	}
	slowed := 0
	for i := range 40 {
		if try(fmt.Sprintf("somebody %d", i), "autre chose encore", "192.0.2.9") == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("forty tries of one address are not slowed")
	}
	if code := try("Camille", password, "198.51.100.7"); code != http.StatusSeeOther {
		t.Errorf("somebody else, through the same proxy: %d", code)
	}
}

// TestTeam invites somebody, who takes the account up once; closing it ends their session.
func TestTeam(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	s.account("Camille", "owner")
	page := body(s.post("/equipe", url.Values{"name": {"Dominique"}, "role": {"auditor"}}))
	_, rest, _ := strings.Cut(page, `<a href="/invitation/`)
	token, _, _ := strings.Cut(rest, `"`)
	guest := *s
	guest.cookie = nil
	s.has(guest.page("/invitation/"+token), "Dominique", "auditeur", "code.png")
	if r := guest.get("/invitation/" + token + "/code.png"); r.Header.Get("Content-Type") != "image/png" {
		t.Error(r.Status)
	}
	a, err := s.state.Invited(t.Context(), sha256.Sum256([]byte(token)), instant())
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(a.Secret, instant())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []url.Values{{"password": {"court"}, "code": {code}}, {"password": {password}, "code": {"000000"}}} {
		if r := guest.post("/invitation/"+token, f); r.StatusCode != http.StatusConflict {
			t.Errorf("%v: %s", f, r.Status)
		}
	}
	r := guest.post("/invitation/"+token, url.Values{"password": {password}, "code": {code}})
	if r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	guest.cookie = r.Cookies()[0]
	guest.page("/")
	if r := guest.get("/invitation/" + token); r.StatusCode != http.StatusNotFound {
		t.Errorf("taken up again: %s", r.Status)
	}
	if r := s.post("/equipe", url.Values{"name": {"Dominique"}, "role": {"dpo"}}); r.StatusCode != http.StatusConflict {
		t.Errorf("a name that is taken: %s", r.Status)
	}
	if r := s.post("/equipe", url.Values{"name": {"X"}, "role": {"king"}}); r.StatusCode != http.StatusConflict {
		t.Errorf("a role that is none: %s", r.Status)
	}
	s.has(s.page("/equipe"), "Dominique", "Camille")
	s.post("/equipe/2/fermer", nil)
	if r := guest.get("/"); r.Header.Get("Location") != "/entrer" {
		t.Error("a closed account is still in")
	}
	if r := s.post("/equipe/1/fermer", nil); r.StatusCode != http.StatusConflict {
		t.Errorf("the last owner: %s", r.Status)
	}
}

// TestEndSession makes somebody leave at once.
func TestEndSession(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	in := s.as("Dominique", "dpo")
	_, rest, _ := strings.Cut(s.page("/equipe"), `aria-label="Fermer`)
	parts := strings.Split(rest, "/equipe/sessions/")
	for _, p := range parts[1:] {
		digest, _, _ := strings.Cut(p, "/")
		sum := sha256.Sum256([]byte(in.cookie.Value))
		if digest == hexOf(sum[:]) {
			s.post("/equipe/sessions/"+digest+"/fermer", nil)
		}
	}
	if r := in.get("/"); r.Header.Get("Location") != "/entrer" {
		t.Error("the session lives on")
	}
	if r := s.get("/"); r.StatusCode != http.StatusOK {
		t.Error("another session was ended")
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

// TestLink lets in once, while nobody can sign in, unless it is to let in again.
func TestLink(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mode                       console.Entrance
		again, withAccount, reused bool
	}{
		{console.LinkFirst, false, false, false}, {console.LinkOnce, false, true, false}, {console.LinkAlways, true, true, true},
	}
	for _, c := range tests {
		t.Run(string(c.mode), func(t *testing.T) {
			t.Parallel()
			s := serve(t, kept(), func(o *console.Options) { o.Entrance = c.mode })
			link, err := s.console.Link(t.Context())
			if err != nil || (strings.Count(link, "/") == 2) != c.again {
				t.Errorf("after it was used the link is %s, %v", link, err)
			}
			fresh, err := console.New(kept(), s.state, console.Options{Clock: instant, Zone: time.UTC, Entrance: c.mode})
			if err != nil {
				t.Fatal(err)
			}
			s.account("Camille", "owner")
			if link, err = fresh.Link(t.Context()); err != nil || (strings.Count(link, "/") == 2) != c.withAccount {
				t.Errorf("with an account the link is %s, %v", link, err)
			}
		})
	}
}
