package main

import (
	"crypto/rand"
	"crypto/sha256"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/garant-rgpd/garant/db"
)

// staff opens an account of each role in a folder, and returns the secret of a session for each.
func staff(t *testing.T, dir string, roles ...string) map[string]string {
	t.Helper()
	s, err := db.Open(t.Context(), filepath.Join(dir, ".garant"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now, out := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), map[string]string{}
	for _, role := range roles {
		secret := rand.Text()
		digest := sha256.Sum256([]byte(secret))
		if err := s.Invite(t.Context(), db.Account{Name: "Personne " + role, Role: role, Secret: secret, Made: now, InviteEnds: now.Add(time.Hour)}, digest); err != nil {
			t.Fatal(err)
		}
		if err := s.Enrol(t.Context(), digest, "no password fits"); err != nil {
			t.Fatal(err)
		}
		all, err := s.Accounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.OpenSession(t.Context(), db.Session{Secret: digest, Account: all[len(all)-1].ID, Made: now, Ends: now.Add(24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		out[role] = secret
	}
	return out
}

// TestRolesInBrowser looks at what each role sees: where it works, and a page that is not its own.
func TestRolesInBrowser(t *testing.T) {
	t.Parallel()
	var secrets map[string]string
	link := serveExample(t, 20, func(dir string) {
		secrets = staff(t, dir, "dpo", "operator", "auditor", "agent")
		if out, code := called(t, dir, "request", "open", "access", "--email", "absente@a.example", "--received", "2026-11-12"); code != exitDone {
			t.Fatalf("open a request: %d %s", code, out)
		}
	})
	r := &reader{T: t, ctx: chromium(t), base: link[:strings.Index(link, "/entrer")]}
	for _, x := range []struct{ role, path, shows, offers, hides string }{
		{"dpo", "/demandes/request-1", "#main .split", `form[action$="/refuser"]`, `a[href="/equipe"]`},
		{"operator", "/demandes/request-1", "#main .split", `form[action$="/identite"]`, `form[action$="/refuser"]`},
		{"auditor", "/demandes/request-1", "#main .split", ".acts", `#main form`},
		{"agent", "/permission", "form.fields", "select[name=channel]", `a[href="/demandes"]`},
		{"agent", "/demandes/request-1", ".words", "h1", ".split"},
	} {
		if _, err := chromedp.Call(r.ctx, network.SetCookie, network.SetCookieParams{Name: "garant", Value: secrets[x.role], URL: r.base}); err != nil {
			t.Fatal(err)
		}
		r.do("as "+x.role, chromedp.Navigate(r.base+x.path), chromedp.WaitVisible(x.shows))
		for selector, want := range map[string]bool{x.offers: true, x.hides: false} {
			got, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool]("document.querySelector('"+selector+"') !== null"))
			if err != nil || got != want {
				t.Errorf("%s at %s: %s is there: %v, %v", x.role, x.path, selector, got, err)
			}
		}
		r.look("role-" + x.role)
	}
}
