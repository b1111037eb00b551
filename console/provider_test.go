package console_test

import (
	"crypto/sha256"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/console/sso"
	"github.com/garant-rgpd/garant/db"
)

// office is a console whose company has an OpenID provider of its own.
type office struct {
	*served
	idp  *mockoidc.MockOIDC
	base string
}

func openOffice(t *testing.T) *office {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	here := server.Listener.Addr().String()
	p := sso.New(m.Issuer(), m.ClientID, m.ClientSecret, time.Now)
	s := serve(t, kept(), func(o *console.Options) {
		o.Provider, o.ProviderName, o.Hosts = p, "Annuaire Exemple", append(o.Hosts, here)
	})
	server.Config.Handler = s.handler
	server.Start()
	return &office{s, m, server.URL}
}

// browser follows redirects to the provider and back, and keeps cookies.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// visit opens a page as somebody that the provider knows by that subject.
func (o *office) visit(b *http.Client, subject, path string) *http.Response {
	o.Helper()
	o.idp.QueueUser(&mockoidc.MockUser{Subject: subject})
	r, err := b.Get(o.base + path)
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() { _ = r.Body.Close() })
	return r
}

func (o *office) invite(name, role, token string) {
	o.Helper()
	a := db.Account{Name: name, Role: role, Secret: secret, Made: instant(), InviteEnds: instant().Add(time.Hour)}
	if err := o.state.Invite(o.Context(), a, sha256.Sum256([]byte(token))); err != nil {
		o.Fatal(err)
	}
}

// TestProvider lets in by the company's own accounts who was invited, as what they are, and
// nobody else.
func TestProvider(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.has(o.page("/equipe"), "Équipe")
	if r := o.visit(browser(t), "stranger", "/entrer/compte"); r.StatusCode != http.StatusForbidden || !strings.Contains(body(r), "pas d’accès ici") {
		t.Errorf("who was not invited: %s", r.Status)
	}
	o.invite("Dominique", "auditor", "JETON")
	b := browser(t)
	if r := o.visit(b, "dominique", "/invitation/JETON"); !strings.Contains(body(r), "Annuaire Exemple") {
		t.Error("the way in is not offered")
	}
	if r := o.visit(b, "dominique", "/invitation/JETON/compte"); r.StatusCode != http.StatusOK || !strings.Contains(body(r), "Dominique") {
		t.Errorf("taken up: %s", r.Status)
	}
	if r := o.visit(b, "dominique", "/equipe"); r.StatusCode != http.StatusForbidden {
		t.Errorf("an auditor at the team: %s", r.Status)
	}
	if r := o.visit(browser(t), "dominique", "/entrer/compte?page=/registre"); r.Request.URL.Path != "/registre" || r.StatusCode != http.StatusOK {
		t.Errorf("the second time it leads to %s: %s", r.Request.URL, r.Status)
	}
	if r := o.visit(browser(t), "dominique", "/entrer/compte?page=https://elsewhere.example/"); r.Request.URL.Path != "/" {
		t.Errorf("it leads to %s", r.Request.URL)
	}
	o.invite("Alex", "dpo", "AUTRE")
	if r := o.visit(browser(t), "dominique", "/invitation/AUTRE/compte"); r.StatusCode != http.StatusConflict {
		t.Errorf("an identity for two: %s", r.Status)
	}
	if r := o.visit(browser(t), "alex", "/invitation/JETON/compte"); r.StatusCode != http.StatusNotFound {
		t.Errorf("an invitation for two: %s", r.Status)
	}
	// No password lets in an account that has none.
	if r := o.post("/entrer", signIn("Dominique", "", codeAt(0))); r.StatusCode != http.StatusForbidden {
		t.Errorf("without a password: %s", r.Status)
	}
}

// TestProviderOnlyWhereItBegan refuses an answer that another browser asked for, one whose
// state is made up, and one that comes twice.
func TestProviderOnlyWhereItBegan(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.invite("Dominique", "auditor", "JETON")
	first := browser(t)
	o.visit(first, "dominique", "/invitation/JETON/compte")

	theirs := browser(t)
	theirs.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/entrer/retour") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	r := o.visit(theirs, "dominique", "/entrer/compte")
	back, err := url.Parse(r.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if r := o.visit(browser(t), "dominique", back.RequestURI()); r.StatusCode != http.StatusBadRequest {
		t.Errorf("in another browser: %s", r.Status)
	}
	forged := back.Query()
	forged.Set("state", "made-up")
	mine := browser(t)
	mine.CheckRedirect = theirs.CheckRedirect
	o.visit(mine, "dominique", "/entrer/compte")
	if r := o.visit(mine, "dominique", "/entrer/retour?"+forged.Encode()); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a state made up: %s", r.Status)
	}
	theirs.CheckRedirect = nil
	if r := o.visit(theirs, "dominique", back.RequestURI()); r.StatusCode != http.StatusOK {
		t.Errorf("where it began: %s", r.Status)
	}
	if r := o.visit(theirs, "dominique", back.RequestURI()); r.StatusCode != http.StatusBadRequest {
		t.Errorf("twice: %s", r.Status)
	}
}

// TestProviderDown leaves the other ways in.
func TestProviderDown(t *testing.T) {
	t.Parallel()
	p := sso.New("http://127.0.0.1:1", "client", "", time.Now)
	s := serve(t, kept(), func(o *console.Options) { o.Provider, o.ProviderName = p, "Annuaire" })
	s.cookie = nil
	r := s.get("/entrer/compte")
	if text := body(r); r.StatusCode != http.StatusBadGateway || !strings.Contains(text, "ne répond pas") || !strings.Contains(text, `name="password"`) {
		t.Errorf("%s\n%s", r.Status, text)
	}
	if r := serve(t, kept()).get("/entrer/compte"); r.StatusCode != http.StatusNotFound {
		t.Errorf("without a provider: %s", r.Status)
	}
}
