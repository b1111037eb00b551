package console

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Installer tells how the installation is set up, and tries its mail.
type Installer interface {
	// Setup reads the settings and the state, and asks no store.
	Setup(ctx context.Context) (Setup, error)
	// TryMail hands one letter to the mail server of the settings. A *Refusal says that none is
	// set, or that it did not take the letter.
	TryMail(ctx context.Context, to, subject, body string) error
}

// Setup is how the installation is set up, without a secret.
type Setup struct {
	Stores []StoreSetup
	// Server is host:port of the mail server and From whom letters come from; empty without one.
	Server, From string
	// Key is the public key of the ledger, in the form of a C2SP verifier key; Since is when it
	// began to sign, zero while it is empty.
	Key   string
	Since time.Time
	// Keys are those of the records' digests.
	Keys []RecordKey
}

// StoreSetup is a store with how many receipts of acts the ledger has of it.
type StoreSetup struct {
	Name, Engine string
	Receipts     int64
	// Backup is nil where nobody said how long its backups are kept.
	Backup *StoreBackup
}

// StoreBackup is what is known of the backups of a store.
type StoreBackup struct {
	// Last is when the last one was made; zero where that is not known.
	Last time.Time
	// Kept is how long one stays at most, Horizon the first day whose backups may be there.
	Kept    policy.Period
	Horizon policy.Date
	// State is fine, late, to_come, none, unread or outlived; Noted says that whoever makes one
	// has to note it.
	State string
	Noted bool
}

// RecordKey is the key of digests of the records that were acted on in a store and a year.
type RecordKey struct {
	Store string
	Year  int
	// Made is when it was first asked for, Destroyed when it was destroyed; zero while it is there.
	Made, Destroyed time.Time
	// Until is the last day on which a backup can need it; none where nobody said how long
	// backups are kept.
	Until policy.Date
	// State is needed, unknown, spent, destroyed or left (its destruction was cut off).
	State string
}

// settingsScreen is how the installation is set up.
type settingsScreen struct {
	page
	Setup
	Refused string
	// Sent says that the mail server took a letter just now.
	Sent bool
}

// Spent says that keys can be destroyed.
func (s settingsScreen) Spent() bool {
	return slices.ContainsFunc(s.Keys, func(k RecordKey) bool { return k.State == "spent" || k.State == "left" })
}

// Undeclared says that of some store nobody said how long its backups are kept.
func (s settingsScreen) Undeclared() bool {
	return slices.ContainsFunc(s.Stores, func(x StoreSetup) bool { return x.Backup == nil })
}

// KeyName is what the public key of the ledger is called.
func (s settingsScreen) KeyName() string {
	name, _, _ := strings.Cut(s.Key, "+")
	return name
}

// Print is the SHA-256 of the public key, in groups that can be read out.
func (s settingsScreen) Print() string {
	sum := sha256.Sum256([]byte(s.Key))
	text := hex.EncodeToString(sum[:])
	var out []string
	for i := 0; i < len(text); i += 8 {
		out = append(out, text[i:i+8])
	}
	return strings.Join(out, " ")
}

func (c *Console) settings(w http.ResponseWriter, r *http.Request, v visit) error {
	s := settingsScreen{page: c.page(r, v, "Réglages", "Settings"), Sent: r.URL.Query().Has("envoye")}
	return c.showSettings(w, r, s, http.StatusOK)
}

func (c *Console) showSettings(w http.ResponseWriter, r *http.Request, s settingsScreen, status int) error {
	var err error
	if s.Setup, err = c.company.Setup(r.Context()); err != nil {
		return err
	}
	return c.show(w, "settings", status, s)
}

// tryMail sends a letter that says nothing to the address that somebody gives as theirs. The
// address is neither kept nor logged.
func (c *Console) tryMail(w http.ResponseWriter, r *http.Request, v visit) error {
	s := settingsScreen{page: c.page(r, v, "Réglages", "Settings")}
	to, err := mail.ParseAddress(field(r, "address"))
	switch {
	case err != nil || len(to.Address) > 254:
		s.Refused = s.Say("Écrire votre adresse, comme nom@domaine.", "Write your address, such as name@domain.")
		return c.showSettings(w, r, s, http.StatusConflict)
	case c.gate.slow(c.opt.Clock(), "/reglages/courriel", c.from(r)):
		s.Refused = s.Say("Trop d’essais. Attendre une minute.", "Too many tries. Wait a minute.")
		return c.showSettings(w, r, s, http.StatusTooManyRequests)
	}
	ctx, cancel := context.WithTimeout(r.Context(), trying)
	defer cancel()
	err = c.company.TryMail(ctx, to.Address, s.Say("Essai du courrier de Garant", "Trial of Garant’s mail"),
		s.Say("Ce message montre que Garant peut envoyer des lettres. Il n’y a rien à faire.\n", "This message shows that Garant can send letters. There is nothing to do.\n"))
	var no *Refusal
	if errors.As(err, &no) {
		s.Refused, _ = c.refused(s.page, err)
		return c.showSettings(w, r, s, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/reglages?envoye#courrier", http.StatusSeeOther)
	return nil
}
