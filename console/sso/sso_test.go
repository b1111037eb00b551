package sso_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"github.com/garant-rgpd/garant/console/sso"
)

const back = "https://console.example/entrer/retour"

// verifier has the 43 signs that PKCE asks for at least.
var verifier = strings.Repeat("v", 43)

func provider(t *testing.T) *mockoidc.MockOIDC {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// signs signs in at the provider and returns the code it sends back.
func signs(t *testing.T, p *sso.Provider, nonce string) string {
	t.Helper()
	to, err := p.Begin(t.Context(), back, "state", nonce, verifier)
	if err != nil {
		t.Fatal(err)
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	u, err := url.Parse(r.Header.Get("Location"))
	if err != nil || u.Query().Get("state") != "state" {
		t.Fatalf("sent back to %v, %v", u, err)
	}
	return u.Query().Get("code")
}

// TestSignIn knows the same person again, and two apart.
func TestSignIn(t *testing.T) {
	t.Parallel()
	m := provider(t)
	p := sso.New(m.Issuer(), m.ClientID, m.ClientSecret, time.Now)
	var got [][32]byte
	for _, subject := range []string{"1", "1", "2"} {
		m.QueueUser(&mockoidc.MockUser{Subject: subject})
		id, err := p.End(t.Context(), back, signs(t, p, "nonce"), "nonce", verifier)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, id)
	}
	if got[0] != got[1] || got[0] == got[2] {
		t.Errorf("got %x", got)
	}
}

// TestRefused refuses what is for another sign-in, another console, or comes too late.
func TestRefused(t *testing.T) {
	t.Parallel()
	m := provider(t)
	p := sso.New(m.Issuer(), m.ClientID, m.ClientSecret, time.Now)
	late := sso.New(m.Issuer(), m.ClientID, m.ClientSecret, func() time.Time { return time.Now().Add(24 * time.Hour) })
	stranger := sso.New(m.Issuer(), m.ClientID, "another secret", time.Now)
	tests := []struct {
		name               string
		p                  *sso.Provider
		code, nonce, proof string
	}{
		{"another nonce", p, signs(t, p, "nonce"), "other", verifier},
		{"another browser", p, signs(t, p, "nonce"), "nonce", strings.Repeat("w", 43)},
		{"a code made up", p, "code", "nonce", verifier},
		{"a token that has ended", late, signs(t, late, "nonce"), "nonce", verifier},
		{"another client", stranger, signs(t, p, "nonce"), "nonce", verifier},
	}
	for _, c := range tests {
		if _, err := c.p.End(t.Context(), back, c.code, c.nonce, c.proof); !errors.Is(err, sso.ErrUnknown) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestSilentProvider says so, and is asked again later.
func TestSilentProvider(t *testing.T) {
	t.Parallel()
	m := provider(t)
	down := true
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		m.Discovery(w, r)
	}))
	defer gate.Close()
	p := sso.New(gate.URL, m.ClientID, m.ClientSecret, time.Now)
	if _, err := p.Begin(context.Background(), back, "s", "n", verifier); err == nil || errors.Is(err, sso.ErrUnknown) {
		t.Errorf("a provider that is down: %v", err)
	}
	down = false
	// It answers now, under another issuer's name, which is refused too.
	if _, err := p.Begin(context.Background(), back, "s", "n", verifier); err == nil || !strings.Contains(err.Error(), "issuer") {
		t.Errorf("another issuer: %v", err)
	}
}
