package console

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/garant-rgpd/garant/db"
)

// Keyring keeps the keys of people's devices.
type Keyring interface {
	// Passkeys returns those of an account, oldest first.
	Passkeys(ctx context.Context, account int64) ([]db.Passkey, error)
	// AddPasskey keeps one; db.ErrTaken where it is known.
	AddPasskey(ctx context.Context, k db.Passkey) error
	// UsePasskey notes that one let its owner in, and what to check it with the next time.
	UsePasskey(ctx context.Context, id, credential []byte, at time.Time) error
	// RemovePasskey removes one of an account.
	RemovePasskey(ctx context.Context, account int64, id []byte) error
}

// relyingParty is the console as devices know it: by its name, which cannot be an address of
// numbers (Web Authentication, section 5.1.3). It is nil where the console has no name.
func relyingParty(opt Options) (*webauthn.WebAuthn, error) {
	for _, h := range opt.Hosts {
		name, _, err := net.SplitHostPort(h)
		if err != nil {
			name = h
		}
		if net.ParseIP(name) != nil {
			continue
		}
		scheme := "http://"
		if opt.Secure {
			scheme = "https://"
		}
		return webauthn.New(&webauthn.Config{RPID: name, RPDisplayName: "Garant", RPOrigins: []string{scheme + h},
			AuthenticatorSelection: protocol.AuthenticatorSelection{
				ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
				UserVerification: protocol.VerificationRequired, // the device asks for a finger or a code: two factors in one
			}})
	}
	return nil, nil
}

// keys reports whether the page was called under the name that devices know the console by.
func (c *Console) keys(r *http.Request) bool {
	return c.party != nil && len(c.party.Config.RPOrigins) == 1 && (c.party.Config.RPOrigins[0] == "http://"+r.Host || c.party.Config.RPOrigins[0] == "https://"+r.Host)
}

// holder is an account as devices know it.
type holder struct {
	db.Account
	keys []webauthn.Credential
}

// WebAuthnID is the account's number: it says nothing of the person, and is never given anew.
func (h *holder) WebAuthnID() []byte { return binary.BigEndian.AppendUint64(nil, uint64(h.ID)) }

// WebAuthnName is what the device shows.
func (h *holder) WebAuthnName() string { return h.Name }

// WebAuthnDisplayName is what the device shows.
func (h *holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the account's keys.
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// holder reads an account with its keys; db.ErrNotFound where it is closed.
func (c *Console) holder(ctx context.Context, id int64) (*holder, error) {
	all, err := c.people.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.ID != id {
			continue
		}
		out := &holder{Account: a}
		kept, err := c.people.Passkeys(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, k := range kept {
			var x webauthn.Credential
			if err := json.Unmarshal(k.Credential, &x); err != nil {
				return nil, err
			}
			out.keys = append(out.keys, x)
		}
		return out, nil
	}
	return nil, db.ErrNotFound
}

// askKey prepares what the sign-in page asks a device, and remembers it for this browser; ""
// where there can be no keys.
func (c *Console) askKey(w http.ResponseWriter, r *http.Request) (string, error) {
	if !c.keys(r) {
		return "", nil
	}
	ask, session, err := c.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return "", err
	}
	allowScript(w)
	c.lobby.wait(w, pending{device: session, next: ours(r.FormValue("page"))})
	return text(ask)
}

// allowScript lets the one script run on a page that asks a device for a key.
func allowScript(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", contentPolicy+"; script-src 'self'")
}

func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// signKey lets in who brings a signature of a key that was added to an account, made for what
// this browser was asked, once. Tries are not slowed: a signature cannot be guessed, and is
// checked only for a question that was asked.
func (c *Console) signKey(w http.ResponseWriter, r *http.Request, v visit) error {
	p := c.page(r, v, "", "")
	asked, ok := c.lobby.back(w, r)
	if !ok || asked.device == nil || !c.keys(r) {
		return c.signAgain(w, r, v, http.StatusBadRequest, p.Say("Cette entrée n’a pas été commencée ici, ou l’a été il y a trop longtemps. Recommencer.", "This sign-in was not begun here, or too long ago. Try again."))
	}
	account, err := c.signedBy(r, asked.device)
	if err != nil {
		c.opt.Log.Warn("sign-in refused")
		return c.signAgain(w, r, v, http.StatusForbidden, p.Say("Cette clé n’ouvre aucun compte ici.", "This key opens no account here."))
	}
	if err := c.door.admit(w, r, account); err != nil {
		return err
	}
	http.Redirect(w, r, asked.next, http.StatusSeeOther)
	return nil
}

// errCopied says that a key's counter went back: two devices have it.
var errCopied = errors.New("the key was copied")

// signedBy checks a device's answer and returns whose key it is.
func (c *Console) signedBy(r *http.Request, session *webauthn.SessionData) (int64, error) {
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(r.PostFormValue("answer")))
	if err != nil {
		return 0, err
	}
	var who *holder
	find := func(_, handle []byte) (webauthn.User, error) {
		if len(handle) != 8 {
			return nil, db.ErrNotFound
		}
		var err error
		who, err = c.holder(r.Context(), int64(binary.BigEndian.Uint64(handle)))
		return who, err
	}
	_, key, err := c.party.ValidatePasskeyLogin(find, *session, answer)
	switch {
	case err != nil:
		return 0, err
	case key.Authenticator.CloneWarning:
		return 0, errCopied
	}
	b, err := json.Marshal(key)
	if err != nil {
		return 0, err
	}
	return who.ID, c.people.UsePasskey(r.Context(), key.ID, b, c.opt.Clock())
}
