package console

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/db"
)

// Sessions keeps who has come in.
type Sessions interface {
	// OpenSession keeps a session under the digest of its secret.
	OpenSession(ctx context.Context, s db.Session) error
	// Session returns the open one of a digest, or db.ErrNotFound: it has ended, was ended, or
	// its account was closed.
	Session(ctx context.Context, secret [32]byte, now time.Time) (db.Session, error)
	// EndSession ends one; one that is not there has ended.
	EndSession(ctx context.Context, secret [32]byte) error
}

// Entrance is whether a link lets in without an account.
type Entrance string

// The entrances. LinkFirst lets the link in once, while nobody can sign in: it is for opening
// the first account. LinkOnce lets it in once whoever else can, for who lost a password, and
// LinkAlways any number of times, for a demonstration.
const (
	LinkFirst  Entrance = "first"
	LinkOnce   Entrance = "once"
	LinkAlways Entrance = "always"
)

// lasts is how long a session lasts: a working day.
const lasts = 12 * time.Hour

// session is somebody who has come in.
type session struct {
	// Name is empty for who came by the link.
	Name    string
	Role    role
	Account int64
	secret  [32]byte
}

// RoleName is the role, for the words of it.
func (s *session) RoleName() string { return string(s.Role) }

// door lets in who brings the link that was printed where the console was started, or signs
// in. What the browser is given is a secret of its own, made anew each time somebody comes
// in; only its digest is kept.
type door struct {
	link   string
	mode   Entrance
	secure bool
	people People
	clock  func() time.Time
	guests guests

	mu   sync.Mutex
	used bool // under mu; the link let somebody in
}

func newDoor(p People, opt Options) *door {
	return &door{link: rand.Text(), mode: opt.Entrance, secure: opt.Secure, people: p, clock: opt.Clock}
}

// Link is the address, without the host, where to come in: with the link's secret where it
// lets in.
func (c *Console) Link(ctx context.Context) (string, error) {
	ok, err := c.door.opens(ctx)
	if !ok || err != nil {
		return "/entrer", err
	}
	return "/entrer/" + c.door.link, nil
}

// opens reports whether the link lets in.
func (d *door) opens(ctx context.Context) (bool, error) {
	d.mu.Lock()
	used := d.used
	d.mu.Unlock()
	switch {
	case d.mode == LinkAlways:
		return true, nil
	case used:
		return false, nil
	case d.mode == LinkOnce:
		return true, nil
	}
	all, err := d.people.Accounts(ctx)
	for _, a := range all {
		if a.Enrolled() {
			return false, err
		}
	}
	return true, err
}

// take uses the link up; it reports whether it was there to be used.
func (d *door) take() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.used && d.mode != LinkAlways {
		return false
	}
	d.used = true
	return true
}

func (d *door) cookie() string {
	if d.secure {
		return "__Host-garant"
	}
	return "garant"
}

// who is behind a request; nil for nobody.
func (d *door) who(r *http.Request) (*session, error) {
	k, err := r.Cookie(d.cookie())
	if err != nil {
		return nil, nil
	}
	secret, now := sha256.Sum256([]byte(k.Value)), d.clock()
	known, round := d.guests.find(secret, now)
	if known != nil {
		return known, nil
	}
	x, err := d.people.Session(r.Context(), secret, now)
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := &session{Name: x.Name, Role: role(x.Role), Account: x.Account, secret: x.Secret}
	if x.Account == 0 {
		out.Role = owner
	}
	d.guests.keep(secret, out, now, round)
	return out, nil
}

// admit opens a session, ends the one that the browser had, and gives it the new secret.
func (d *door) admit(w http.ResponseWriter, r *http.Request, account int64) error {
	if k, err := r.Cookie(d.cookie()); err == nil {
		if err := d.people.EndSession(r.Context(), sha256.Sum256([]byte(k.Value))); err != nil {
			return err
		}
	}
	secret, now := rand.Text(), d.clock()
	browser := r.UserAgent()
	x := db.Session{Secret: sha256.Sum256([]byte(secret)), Account: account, Browser: browser[:min(len(browser), 200)], Made: now, Ends: now.Add(lasts)}
	if err := d.people.OpenSession(r.Context(), x); err != nil {
		return err
	}
	http.SetCookie(w, d.wrap(secret, int(lasts.Seconds())))
	return nil
}

func (d *door) wrap(secret string, age int) *http.Cookie {
	return &http.Cookie{Name: d.cookie(), Value: secret, Path: "/", HttpOnly: true, Secure: d.secure, SameSite: http.SameSiteLaxMode, MaxAge: age}
}

// enter lets in who brings the link.
func (c *Console) enter(w http.ResponseWriter, r *http.Request, _ visit) error {
	right := subtle.ConstantTimeCompare([]byte(r.PathValue("token")), []byte(c.door.link)) == 1
	open, err := c.door.opens(r.Context())
	if err != nil {
		return err
	}
	if !right || !open || !c.door.take() {
		http.Redirect(w, r, "/entrer", http.StatusSeeOther)
		return nil
	}
	if err := c.door.admit(w, r, 0); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// leave ends the session.
func (c *Console) leave(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := c.people.EndSession(r.Context(), v.who.secret); err != nil {
		return err
	}
	http.SetCookie(w, c.door.wrap("", -1))
	http.Redirect(w, r, "/entrer", http.StatusSeeOther)
	return nil
}
