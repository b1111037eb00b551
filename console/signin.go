package console

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp/totp"

	"github.com/garant-rgpd/garant/api/limit"
	"github.com/garant-rgpd/garant/db"
)

// Accounts keeps who may sign in.
type Accounts interface {
	// Accounts returns the open accounts, those that nobody took up yet included.
	Accounts(ctx context.Context) ([]db.Account, error)
	// Invite opens an account for whoever brings the invitation of that digest; db.ErrTaken
	// when somebody has the name.
	Invite(ctx context.Context, a db.Account, digest [32]byte) error
	// CloseAccount closes one and ends its sessions; db.ErrLastOwner when nobody would be left.
	CloseAccount(ctx context.Context, id int64, at time.Time) error
}

// Enrolment takes up invitations and counts one-time codes.
type Enrolment interface {
	// Invited returns the account that an invitation is for, or db.ErrNotFound.
	Invited(ctx context.Context, digest [32]byte, now time.Time) (db.Account, error)
	// Enrol ends the invitation and gives its account a password; done by many it counts once.
	Enrol(ctx context.Context, digest [32]byte, password string) error
	// UseCode reports whether the code of a step of time may be used; it may once.
	UseCode(ctx context.Context, account, step int64) (bool, error)
}

// People is what the console needs to know who is who.
type People interface {
	Accounts
	Enrolment
	Outsiders
	Keyring
	Sessions
	// Sessions returns those that are open, oldest first.
	Sessions(ctx context.Context, now time.Time) ([]db.Session, error)
}

// gatekeeper checks passwords and codes, not too often: a few tries at once for a name from an
// address, more for a name from anywhere and for an address whatever the name (an office, a
// proxy), then one every so often. Two hashes are made at a time, since each takes 64 MiB.
type gatekeeper struct {
	params *argon2id.Params
	hashes chan struct{}
	dummy  string // a hash for names that are nobody's, so that they take as long
	// compare holds a password against a hash; it is the work that takes its time.
	compare func(password, hash string) (bool, error)

	both, one *limit.Each[string] // tries for a name from an address; for a name, and for an address
}

// How often somebody may try to sign in, and how many tellers of that are kept.
const (
	burst    = 5  // for a name from an address
	wide     = 30 // for a name, and for an address
	every    = 20 * time.Second
	limiters = 10_000
)

func newGatekeeper(p *argon2id.Params) (*gatekeeper, error) {
	if p == nil {
		p = argon2id.DefaultParams
	}
	g := &gatekeeper{params: p, compare: argon2id.ComparePasswordAndHash, hashes: make(chan struct{}, 2),
		both: limit.New[string](every, burst, limiters), one: limit.New[string](every, wide, limiters)}
	var err error
	g.dummy, err = g.hash("nobody has this password")
	return g, err
}

// slow reports whether somebody tried too often; every try counts with each of the three tellers.
func (g *gatekeeper) slow(now time.Time, name, from string) bool {
	slow := !g.both.Of(from+" "+name).AllowN(now, 1)
	for _, who := range []string{"name " + name, "from " + from} {
		slow = !g.one.Of(who).AllowN(now, 1) || slow
	}
	return slow
}

func (g *gatekeeper) hash(password string) (string, error) {
	g.hashes <- struct{}{}
	defer func() { <-g.hashes }()
	return argon2id.CreateHash(password, g.params)
}

// fits compares in the same time whether the name is somebody's or not.
func (g *gatekeeper) fits(password, hash string) bool {
	g.hashes <- struct{}{}
	defer func() { <-g.hashes }()
	known := hash != ""
	if !known {
		hash = g.dummy
	}
	ok, err := g.compare(password, hash)
	return ok && err == nil && known
}

// codeStep is how long a one-time code lasts.
const codeStep = 30

// step finds the step of time that a code belongs to: the one under way or a neighbour of it.
func step(code, secret string, now time.Time) (int64, bool) {
	for _, d := range []int64{0, -1, 1} {
		at := now.Unix()/codeStep + d
		want, err := totp.GenerateCode(secret, time.Unix(at*codeStep, 0))
		if err == nil && len(code) == 6 && want == code {
			return at, true
		}
	}
	return 0, false
}

// signScreen is the form to sign in.
type signScreen struct {
	page
	Name, Next string
	Wrong      string
	// Provider is what the accounts of the company are called; empty without any.
	Provider string
	// Ask is what a device is asked to sign; empty where there can be no keys.
	Ask string
	// Link says that there is no account yet, and that the terminal has the link.
	Link bool
}

func (c *Console) signForm(w http.ResponseWriter, r *http.Request, v visit) error {
	if v.who != nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return c.signAgain(w, r, v, http.StatusOK, "")
}

// provider is what the accounts of the company are called, for pages; empty without any.
func (c *Console) provider() string {
	if c.opt.Provider == nil {
		return ""
	}
	return c.opt.ProviderName
}

func (c *Console) signAgain(w http.ResponseWriter, r *http.Request, v visit, status int, wrong string) error {
	s := signScreen{page: c.page(r, v, "Entrer", "Sign in"), Wrong: wrong, Name: r.PostFormValue("name"), Next: ours(r.FormValue("page")), Provider: c.provider()}
	link, err := c.Link(r.Context())
	s.Link = strings.Count(link, "/") > 1
	if err != nil {
		return err
	}
	if s.Ask, err = c.askKey(w, r); err != nil {
		return err
	}
	s.Script = s.Ask != ""
	return c.show(w, "sign", status, s)
}

// sign lets in who brings a name, its password and its code. What was wrong is not told.
func (c *Console) sign(w http.ResponseWriter, r *http.Request, v visit) error {
	name, password, now := strings.TrimSpace(r.PostFormValue("name")), r.PostFormValue("password"), c.opt.Clock()
	p := c.page(r, v, "", "")
	if c.gate.slow(now, name, c.from(r)) {
		w.Header().Set("Retry-After", fmt.Sprint(int(every.Seconds())))
		return c.signAgain(w, r, v, http.StatusTooManyRequests, p.Say("Trop d’essais. Attendre une minute.", "Too many tries. Wait a minute."))
	}
	a, err := c.named(r.Context(), name)
	if err != nil {
		return err
	}
	ok := c.gate.fits(password, a.Password)
	at, right := step(code(r), a.Secret, now)
	if ok = ok && right; ok {
		if ok, err = c.people.UseCode(r.Context(), a.ID, at); err != nil {
			return err
		}
	}
	if !ok {
		c.opt.Log.Warn("sign-in refused")
		return c.signAgain(w, r, v, http.StatusForbidden, p.Say("Le nom, le mot de passe ou le code n’est pas le bon. Un code ne sert qu’une fois.", "The name, the password or the code is not right. A code serves once."))
	}
	if err := c.door.admit(w, r, a.ID); err != nil {
		return err
	}
	http.Redirect(w, r, ours(r.PostFormValue("page")), http.StatusSeeOther)
	return nil
}

// named finds an account that can sign in; an empty one for a name that is nobody's.
func (c *Console) named(ctx context.Context, name string) (db.Account, error) {
	all, err := c.people.Accounts(ctx)
	for _, a := range all {
		if a.Name == name && a.Enrolled() {
			return a, err
		}
	}
	return db.Account{}, err
}

// code is the one-time code of a form, without the spaces with which telephones show it.
func code(r *http.Request) string { return digits(r.PostFormValue("code"), true) }

// from is the address that a request comes from: behind the proxy that encrypts, the one it tells
// of, so that whoever tries too often outside keeps nobody else out.
func (c *Console) from(r *http.Request) string { return limit.Address(r, c.opt.Secure).String() }
