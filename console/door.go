package console

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"sync"
)

// session is somebody who has come in.
type session struct{ Name string }

// door lets in who brings the link that was printed where the console was started: whoever
// reads that terminal could run every verb anyway. What the browser is given instead is a
// secret of its own, so that the link is in no cookie, and the digest of it is all that is
// kept.
type door struct {
	link   string
	secure bool

	mu     sync.Mutex
	inside map[[32]byte]session // under mu
}

func newDoor(secure bool) *door {
	return &door{link: rand.Text(), secure: secure, inside: map[[32]byte]session{}}
}

// Link is the address, without the host, that lets its bearer in.
func (c *Console) Link() string { return "/entrer/" + c.door.link }

func (d *door) cookie() string {
	if d.secure {
		return "__Host-garant"
	}
	return "garant"
}

// who is behind a request; nil for nobody.
func (d *door) who(r *http.Request) *session {
	k, err := r.Cookie(d.cookie())
	if err != nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.inside[sha256.Sum256([]byte(k.Value))]
	if !ok {
		return nil
	}
	return &s
}

// admit makes a session and returns its cookie.
func (d *door) admit(s session) *http.Cookie {
	secret := rand.Text()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside[sha256.Sum256([]byte(secret))] = s
	return d.wrap(secret, 0)
}

func (d *door) wrap(secret string, age int) *http.Cookie {
	return &http.Cookie{Name: d.cookie(), Value: secret, Path: "/", HttpOnly: true, Secure: d.secure, SameSite: http.SameSiteLaxMode, MaxAge: age}
}

func (c *Console) enter(w http.ResponseWriter, r *http.Request, _ visit) error {
	if subtle.ConstantTimeCompare([]byte(r.PathValue("token")), []byte(c.door.link)) != 1 {
		http.Redirect(w, r, "/entrer", http.StatusSeeOther)
		return nil
	}
	http.SetCookie(w, c.door.admit(session{Name: "terminal"}))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// leave ends the session.
func (c *Console) leave(w http.ResponseWriter, r *http.Request, _ visit) error {
	if k, err := r.Cookie(c.door.cookie()); err == nil {
		c.door.mu.Lock()
		delete(c.door.inside, sha256.Sum256([]byte(k.Value)))
		c.door.mu.Unlock()
	}
	http.SetCookie(w, c.door.wrap("", -1))
	http.Redirect(w, r, "/entrer", http.StatusSeeOther)
	return nil
}

// closedScreen tells who is outside how to come in.
type closedScreen struct{ page }

func (c *Console) closedDoor(w http.ResponseWriter, r *http.Request, v visit) error {
	s := closedScreen{c.page(r, v, "Entrer", "Sign in")}
	return c.show(w, "closed", http.StatusUnauthorized, s)
}
