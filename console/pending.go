package console

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
)

// pending is what a browser that is signing in will be asked about when it comes back.
type pending struct {
	ends time.Time
	// next is the page to go to.
	next string
	// state, nonce and verifier are those of a sign-in at the company's provider.
	state, nonce, verifier string
	// invitation is the one that is taken up there; empty for who has an account.
	invitation string
	// device is what a device was asked; nil where none was.
	device *webauthn.SessionData
}

// How long a sign-in may be under way, and how many are.
const (
	pendingLasts = 10 * time.Minute
	pendingMost  = 10_000
)

// lobby keeps the sign-ins under way, each for the one browser that began it, and gives each
// back once. They are not worth keeping when the process ends.
type lobby struct {
	secure bool
	clock  func() time.Time

	mu  sync.Mutex
	who map[string]pending // under mu; by what the browser was given
}

func newLobby(secure bool, clock func() time.Time) *lobby {
	return &lobby{secure: secure, clock: clock, who: map[string]pending{}}
}

func (l *lobby) cookie(value string, age int) *http.Cookie {
	name := "garant-signin"
	if l.secure {
		name = "__Host-garant-signin"
	}
	// Lax, not Strict: the browser comes back from the provider's site.
	return &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: l.secure, SameSite: http.SameSiteLaxMode, MaxAge: age}
}

// wait keeps a sign-in for the browser. When too many wait, those that have ended are forgotten,
// or else any one.
func (l *lobby) wait(w http.ResponseWriter, p pending) {
	now, key := l.clock(), rand.Text()
	p.ends = now.Add(pendingLasts)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.who) >= pendingMost {
		l.clear(now)
	}
	l.who[key] = p
	http.SetCookie(w, l.cookie(key, int(pendingLasts.Seconds())))
}

// clear forgets those that have ended, and if there is none, any one.
func (l *lobby) clear(now time.Time) {
	for k, p := range l.who {
		if !now.Before(p.ends) {
			delete(l.who, k)
		}
	}
	for k := range l.who {
		if len(l.who) < pendingMost {
			return
		}
		delete(l.who, k)
	}
}

// back returns the sign-in that the browser began, once; false where there is none.
func (l *lobby) back(w http.ResponseWriter, r *http.Request) (pending, bool) {
	k, err := r.Cookie(l.cookie("", 0).Name)
	if err != nil {
		return pending{}, false
	}
	http.SetCookie(w, l.cookie("", -1))
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := l.who[k.Value]
	delete(l.who, k.Value)
	return p, ok && l.clock().Before(p.ends)
}
