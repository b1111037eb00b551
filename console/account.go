package console

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/garant-rgpd/garant/db"
)

// accountScreen is somebody's own account: the keys by which they come in.
type accountScreen struct {
	page
	Keys    []keyView
	Refused string
	// Ask is what the device is asked to make a key; empty where the console has no name.
	Ask string
	// Link says that the reader came by the terminal's link and has no account.
	Link bool
}

type keyView struct {
	db.Passkey
	Number string // by which it is removed
}

func (c *Console) account(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.showAccount(w, r, v, http.StatusOK, "")
}

func (c *Console) showAccount(w http.ResponseWriter, r *http.Request, v visit, status int, refused string) error {
	s := accountScreen{page: c.page(r, v, "Votre compte", "Your account"), Refused: refused, Link: v.who.Account == 0}
	kept, err := c.people.Passkeys(r.Context(), v.who.Account)
	if err != nil {
		return err
	}
	for _, k := range kept {
		s.Keys = append(s.Keys, keyView{k, hex.EncodeToString(k.ID)})
	}
	if c.keys(r) && !s.Link {
		if s.Ask, err = c.askNewKey(w, r, v.who.Account); err != nil {
			return err
		}
	}
	s.Script = s.Ask != ""
	return c.show(w, "account", status, s)
}

// askNewKey prepares what a device is asked to make a key that the account has not yet.
func (c *Console) askNewKey(w http.ResponseWriter, r *http.Request, account int64) (string, error) {
	who, err := c.holder(r.Context(), account)
	if err != nil {
		return "", err
	}
	var known []protocol.CredentialDescriptor
	for _, k := range who.keys {
		known = append(known, k.Descriptor())
	}
	ask, session, err := c.party.BeginRegistration(who, webauthn.WithExclusions(known))
	if err != nil {
		return "", err
	}
	allowScript(w)
	c.lobby.wait(w, pending{device: session})
	return text(ask)
}

// longestKeyName is how long a key's name may be.
const longestKeyName = 60

// addKey keeps the key that a device made for this account.
func (c *Console) addKey(w http.ResponseWriter, r *http.Request, v visit) error {
	p := c.page(r, v, "", "")
	asked, ok := c.lobby.back(w, r)
	if !ok || asked.device == nil || v.who.Account == 0 {
		return c.showAccount(w, r, v, http.StatusBadRequest, p.Say("La demande a expiré. Recommencer.", "The request has expired. Try again."))
	}
	name := strings.TrimSpace(r.PostFormValue("name"))
	if name == "" || len(name) > longestKeyName {
		return c.showAccount(w, r, v, http.StatusConflict, p.Say("Une clé a un nom court, tel que « téléphone ».", "A key has a short name, such as “telephone”."))
	}
	k, err := c.madeKey(r, v.who.Account, asked.device)
	if err == nil {
		k.Name = name
		err = c.people.AddPasskey(r.Context(), k)
	}
	if err != nil {
		c.opt.Log.Warn("a key was refused")
		return c.showAccount(w, r, v, http.StatusConflict, p.Say("L’appareil n’a pas fait de clé que l’on puisse vérifier.", "The device made no key that can be checked."))
	}
	http.Redirect(w, r, "/compte", http.StatusSeeOther)
	return nil
}

// madeKey checks what a device made.
func (c *Console) madeKey(r *http.Request, account int64, session *webauthn.SessionData) (db.Passkey, error) {
	who, err := c.holder(r.Context(), account)
	if err != nil {
		return db.Passkey{}, err
	}
	made, err := protocol.ParseCredentialCreationResponseBytes([]byte(r.PostFormValue("answer")))
	if err != nil {
		return db.Passkey{}, err
	}
	key, err := c.party.CreateCredential(who, *session, made)
	if err != nil {
		return db.Passkey{}, err
	}
	b, err := json.Marshal(key)
	return db.Passkey{ID: key.ID, Account: account, Credential: b, Made: c.opt.Clock()}, err
}

// removeKey takes one of the reader's own keys away.
func (c *Console) removeKey(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := hex.DecodeString(r.PathValue("key"))
	if err != nil {
		return errors.Join(missing{}, err)
	}
	if err := c.people.RemovePasskey(r.Context(), v.who.Account, id); err != nil {
		return err
	}
	http.Redirect(w, r, "/compte", http.StatusSeeOther)
	return nil
}
