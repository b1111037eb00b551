package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"github.com/garant-rgpd/garant/cmd/demo"
)

// signInCompany lays the example's files with a provider in garant.yaml.
func signInCompany(t *testing.T, issuer, client string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "company")
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "garant.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("\nsign_in: {issuer: \"" + issuer + "\", client: " + client + ", secret_env: SIGN_IN_SECRET, name: Annuaire Exemple}\n"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestServeProvider invites somebody, who takes the account up with one of the company's own.
func TestServeProvider(t *testing.T) {
	t.Parallel()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Shutdown() })
	dir := signInCompany(t, m.Issuer(), m.ClientID)
	var out, errs heard
	env := map[string]string{}
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(k string) string { return env[k] }, clock: time.Now}
	args := []string{"-C", dir, "serve", "--listen", "127.0.0.1:0", "--json"}
	if code := w.run(t.Context(), args[:len(args)-1]); code != exitError || !strings.Contains(errs.String(), "SIGN_IN_SECRET") {
		t.Fatalf("without its secret: %d\n%s", code, errs.String())
	}
	env["SIGN_IN_SECRET"] = m.ClientSecret
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() { ended <- w.run(ctx, args) }()
	defer func() { interrupt(); <-ended }()
	soon(t, "print the link", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(told.URL)
	if err != nil {
		t.Fatal(err)
	}
	base.Path = ""
	owner := signingIn(t)
	fetch(t, owner, told.URL)
	_, page := send(t, owner, base.JoinPath("equipe").String(), url.Values{"name": {"Camille Exemple"}, "role": {"owner"}})
	invitation := regexp.MustCompile(`href="(/invitation/[A-Z0-9]+)"`).FindStringSubmatch(page)
	if invitation == nil {
		t.Fatal("no invitation is shown")
	}
	camille := signingIn(t)
	m.QueueUser(&mockoidc.MockUser{Subject: "camille"})
	r, page := fetch(t, camille, base.JoinPath(invitation[1], "compte").String())
	if r.StatusCode != http.StatusOK || !strings.Contains(page, "Camille Exemple") {
		t.Errorf("%s %s\n%s", r.Request.URL, r.Status, page)
	}
	m.QueueUser(&mockoidc.MockUser{Subject: "camille"})
	if r, page := fetch(t, signingIn(t), base.JoinPath("entrer", "compte").String()); r.StatusCode != http.StatusOK || !strings.Contains(page, "Camille Exemple") {
		t.Errorf("the second time: %s", r.Status)
	}
	if strings.Contains(errs.String(), m.ClientSecret) || strings.Contains(errs.String(), "camille") {
		t.Error("the log tells the secret or the person")
	}
}

// signingIn is a browser that keeps its cookies.
func signingIn(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func fetch(t *testing.T, c *http.Client, address string) (*http.Response, string) {
	t.Helper()
	r, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	return r, whole(t, r)
}

func send(t *testing.T, c *http.Client, address string, form url.Values) (*http.Response, string) {
	t.Helper()
	r, err := c.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	return r, whole(t, r)
}

func whole(t *testing.T, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
