package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// given are the grants of tokens, and how often they were asked for.
type given struct {
	grants map[string]Grant
	asked  atomic.Int64
	broken error
}

func (g *given) Grant(_ context.Context, digest [32]byte) (Grant, error) {
	g.asked.Add(1)
	if g.broken != nil {
		return Grant{}, g.broken
	}
	for token, grant := range g.grants {
		if sha256.Sum256([]byte(token)) == digest {
			return grant, nil
		}
	}
	return Grant{}, ErrNoGrant
}

// knocks asks a door for a right with a token.
func knocks(g *Gate, right Right, authorization string) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Authorization", authorization)
	g.Guard(right, func(w http.ResponseWriter, _ *http.Request, g Grant) error {
		if !g.covers("news") {
			return errPurpose
		}
		_, err := w.Write([]byte(g.Name))
		return err
	}).ServeHTTP(w, r)
	return w
}

// TestGate lets a token in for its rights and its purposes alone.
func TestGate(t *testing.T) {
	t.Parallel()
	crm, site := "the token of the crm", "the token of the site"
	g := NewGate(OneToken{Token: token, Others: &given{grants: map[string]Grant{
		crm:  {Name: "crm", Rights: []Right{Ask, Report}},
		site: {Name: "site", Rights: []Right{Ask}, Purposes: []policy.PurposeID{"visits"}},
	}}}, false, func() time.Time { return now })
	tests := []struct {
		name          string
		right         Right
		authorization string
		want          int
	}{
		{"its right", Ask, "Bearer " + crm, 200},
		{"another right", Record, "Bearer " + crm, 403},
		{"another purpose", Ask, "Bearer " + site, 403},
		{"the one token", Read, "Bearer " + token, 200},
		{"a token of nobody", Ask, "Bearer " + "the token of nobody", 401},
		{"none", Ask, "", 401},
		{"a short one", Ask, "Bearer x", 401},
		{"a long one", Ask, "Bearer " + strings.Repeat("x", 1000), 401},
		{"another scheme", Ask, "Basic " + crm, 401},
	}
	for _, c := range tests {
		w := knocks(g, c.right, c.authorization)
		if w.Code != c.want {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "token of") {
			t.Errorf("%s: the answer tells the token", c.name)
		}
	}
	if w := knocks(NewGate(OneToken{}, false, func() time.Time { return now }), Ask, "Bearer "+strings.Repeat(" ", 20)); w.Code != 401 {
		t.Errorf("an empty token is one: %d", w.Code)
	}
}

// TestGateForgets looks a token up again after a second, so that one that was ended lets nobody
// in; a memory that fails lets nobody in either, and a clock set back proves nothing.
func TestGateForgets(t *testing.T) {
	t.Parallel()
	at := now
	src := &given{grants: map[string]Grant{token: {Name: "crm", Rights: []Right{Ask}}}}
	g := NewGate(src, false, func() time.Time { return at })
	for range 10 {
		knocks(g, Ask, "Bearer "+token)
	}
	if n := src.asked.Load(); n != 1 {
		t.Errorf("ten requests in a second look it up %d times", n)
	}
	src.grants = nil
	at = now.Add(-time.Hour)
	if w := knocks(g, Ask, "Bearer "+token); w.Code != 401 {
		t.Errorf("ended, after the clock was set back: %d", w.Code)
	}
	at = now.Add(time.Second)
	if w := knocks(g, Ask, "Bearer "+token); w.Code != 401 {
		t.Errorf("ended, a second later: %d", w.Code)
	}
	src.broken, at = errors.New("the disk is gone"), now.Add(2*time.Second)
	if w := knocks(g, Ask, "Bearer "+token); w.Code != 500 || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("a memory that fails: %d %s", w.Code, w.Body)
	}
}
