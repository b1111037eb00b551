package console

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"

	"github.com/garant-rgpd/garant/db"
)

// Provider signs people in with the accounts that their company has already (OpenID Connect).
type Provider interface {
	// Begin returns the address that the browser is sent to; it comes back to the address back
	// with a code and the state.
	Begin(ctx context.Context, back, state, nonce, verifier string) (string, error)
	// End exchanges the code for the digest of who signed in; an error where the provider does
	// not vouch for exactly this sign-in.
	End(ctx context.Context, back, code, nonce, verifier string) ([32]byte, error)
}

// Outsiders keeps which identity at the company's provider has which account.
type Outsiders interface {
	// EnrolOutside ends an invitation in favour of an identity; db.ErrNotFound when it has
	// ended, db.ErrTaken when the identity has an account.
	EnrolOutside(ctx context.Context, digest, identity [32]byte) error
	// Outside returns the account of an identity, or db.ErrNotFound.
	Outside(ctx context.Context, identity [32]byte) (db.Account, error)
}

// backAddress is where the provider sends a browser back to.
func (c *Console) backAddress(r *http.Request) string {
	if c.opt.Secure {
		return "https://" + r.Host + "/entrer/retour"
	}
	return "http://" + r.Host + "/entrer/retour"
}

// outside sends the browser to the company's provider.
func (c *Console) outside(w http.ResponseWriter, r *http.Request, v visit) error {
	if c.opt.Provider == nil {
		return missing{}
	}
	p := pending{next: ours(r.FormValue("page")), state: rand.Text(), nonce: rand.Text(), verifier: rand.Text() + rand.Text(), invitation: r.PathValue("token")}
	if p.invitation != "" {
		if _, err := c.invited(r.Context(), p.invitation); err != nil {
			return err
		}
	}
	to, err := c.opt.Provider.Begin(r.Context(), c.backAddress(r), p.state, p.nonce, p.verifier)
	if err != nil {
		c.opt.Log.Error("sign-in at the provider", "error", err)
		s := c.page(r, v, "", "")
		return c.signAgain(w, r, v, http.StatusBadGateway, s.Say("Le service de comptes de l’entreprise ne répond pas. Recommencer dans un moment.", "The company’s account service does not answer. Try again in a moment."))
	}
	c.lobby.wait(w, p)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// returned lets in who comes back from the company's provider with a sign-in that this browser
// began, to the account of that identity.
func (c *Console) returned(w http.ResponseWriter, r *http.Request, v visit) error {
	s := c.page(r, v, "", "")
	if c.opt.Provider == nil {
		return missing{}
	}
	p, ok := c.lobby.back(w, r)
	if !ok || subtle.ConstantTimeCompare([]byte(p.state), []byte(r.FormValue("state"))) != 1 {
		return c.signAgain(w, r, v, http.StatusBadRequest, s.Say("Cette entrée n’a pas été commencée ici, ou l’a été il y a trop longtemps. Recommencer.", "This sign-in was not begun here, or too long ago. Try again."))
	}
	who, err := c.opt.Provider.End(r.Context(), c.backAddress(r), r.FormValue("code"), p.nonce, p.verifier)
	if err != nil {
		c.opt.Log.Warn("sign-in refused", "error", err)
		return c.signAgain(w, r, v, http.StatusForbidden, s.Say("Le service de comptes de l’entreprise n’a pas confirmé cette entrée. Recommencer.", "The company’s account service did not confirm this sign-in. Try again."))
	}
	a, err := c.accountOf(r.Context(), who, p.invitation)
	switch {
	case errors.Is(err, db.ErrTaken):
		return c.signAgain(w, r, v, http.StatusConflict, s.Say("Ce compte d’entreprise sert déjà à entrer sous un autre nom.", "This company account lets somebody in under another name already."))
	case errors.Is(err, db.ErrNotFound):
		c.opt.Log.Warn("sign-in refused")
		return c.signAgain(w, r, v, http.StatusForbidden, s.Say("Ce compte d’entreprise n’a pas d’accès ici. Demander une invitation à un responsable.", "This company account has no access here. Ask an owner for an invitation."))
	case err != nil:
		return err
	}
	if err := c.door.admit(w, r, a.ID); err != nil {
		return err
	}
	http.Redirect(w, r, p.next, http.StatusSeeOther)
	return nil
}

// accountOf finds the account of an identity, after its invitation was taken up if there is one.
func (c *Console) accountOf(ctx context.Context, who [32]byte, invitation string) (db.Account, error) {
	if invitation != "" {
		if err := c.people.EnrolOutside(ctx, sha256.Sum256([]byte(invitation)), who); err != nil {
			return db.Account{}, err
		}
	}
	return c.people.Outside(ctx, who)
}
