package console

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image/png"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/garant-rgpd/garant/db"
)

// teamScreen is who may come in, and who is in.
type teamScreen struct {
	page
	Accounts []db.Account
	Sessions []sessionView
	Roles    []role
	Refused  string
	// Invited is the address of an invitation that was made just now; it is shown once.
	Invited, For string
}

type sessionView struct {
	db.Session
	Name  string // digest, to end it by
	Mine  bool
	Owner string
}

func (c *Console) team(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.showTeam(w, r, teamScreen{page: c.page(r, v, "Équipe", "Team")}, http.StatusOK)
}

func (c *Console) showTeam(w http.ResponseWriter, r *http.Request, s teamScreen, status int) error {
	var err error
	if s.Accounts, err = c.people.Accounts(r.Context()); err != nil {
		return err
	}
	open, err := c.people.Sessions(r.Context(), c.opt.Clock())
	if err != nil {
		return err
	}
	for _, x := range open {
		view := sessionView{Session: x, Name: hex.EncodeToString(x.Secret[:]), Mine: x.Secret == s.Who.secret, Owner: x.Name}
		if x.Account == 0 {
			view.Owner = s.Say("lien du terminal", "link of the terminal")
		}
		s.Sessions = append(s.Sessions, view)
	}
	s.Roles = roles()
	return c.show(w, "team", status, s)
}

// invitationLasts is how long an invitation may be taken up.
const invitationLasts = 72 * time.Hour

// invite opens an account, and shows the address at which it is taken up.
func (c *Console) invite(w http.ResponseWriter, r *http.Request, v visit) error {
	s := teamScreen{page: c.page(r, v, "Équipe", "Team")}
	name, as := strings.TrimSpace(r.PostFormValue("name")), role(r.PostFormValue("role"))
	if name == "" || len(name) > 100 || !slices.Contains(roles(), as) {
		s.Refused = s.Say("Un compte a un nom et un rôle.", "An account has a name and a role.")
		return c.showTeam(w, r, s, http.StatusConflict)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Garant", AccountName: name})
	if err != nil {
		return err
	}
	token, now := rand.Text(), c.opt.Clock()
	a := db.Account{Name: name, Role: string(as), Secret: key.Secret(), Made: now, InviteEnds: now.Add(invitationLasts)}
	switch err := c.people.Invite(r.Context(), a, sha256.Sum256([]byte(token))); {
	case errors.Is(err, db.ErrTaken):
		s.Refused = s.Say("Ce nom a déjà un compte.", "This name has an account.")
		return c.showTeam(w, r, s, http.StatusConflict)
	case err != nil:
		return err
	}
	s.Invited, s.For = "/invitation/"+token, name
	return c.showTeam(w, r, s, http.StatusOK)
}

// closeAccount closes an account and ends its sessions.
func (c *Console) closeAccount(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return missing{}
	}
	s := teamScreen{page: c.page(r, v, "Équipe", "Team")}
	switch err := c.people.CloseAccount(r.Context(), id, c.opt.Clock()); {
	case errors.Is(err, db.ErrLastOwner):
		s.Refused = s.Say("C’est le dernier compte de responsable : en ouvrir un autre d’abord.", "This is the last owner’s account: open another one first.")
		return c.showTeam(w, r, s, http.StatusConflict)
	case errors.Is(err, db.ErrNotFound):
		return missing{}
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/equipe", http.StatusSeeOther)
	return nil
}

// endSession ends somebody's session at once.
func (c *Console) endSession(w http.ResponseWriter, r *http.Request, _ visit) error {
	b, err := hex.DecodeString(r.PathValue("session"))
	if err != nil || len(b) != 32 {
		return missing{}
	}
	if err := c.people.EndSession(r.Context(), [32]byte(b)); err != nil {
		return err
	}
	http.Redirect(w, r, "/equipe", http.StatusSeeOther)
	return nil
}

// enrolScreen takes up an invitation.
type enrolScreen struct {
	page
	Account db.Account
	Token   string
	Refused string
	Secret  string // in groups of four, to be typed
	// Provider is what the accounts of the company are called; empty without any.
	Provider string
}

func (c *Console) invited(ctx context.Context, token string) (db.Account, error) {
	a, err := c.people.Invited(ctx, sha256.Sum256([]byte(token)), c.opt.Clock())
	if errors.Is(err, db.ErrNotFound) {
		return a, missing{}
	}
	return a, err
}

func (c *Console) enrolForm(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.enrolAgain(w, r, v, http.StatusOK, "")
}

func (c *Console) enrolAgain(w http.ResponseWriter, r *http.Request, v visit, status int, why string) error {
	token := r.PathValue("token")
	a, err := c.invited(r.Context(), token)
	if err != nil {
		return err
	}
	s := enrolScreen{page: c.page(r, v, "Votre compte", "Your account"), Account: a, Token: token, Refused: why, Provider: c.provider()}
	for i := 0; i < len(a.Secret); i += 4 {
		s.Secret += a.Secret[i:min(i+4, len(a.Secret))] + " "
	}
	return c.show(w, "enrol", status, s)
}

// shortest is the least a password has; length is what counts, not kinds of signs.
const shortest = 12

// enrol takes the account up: a password, and a code that shows that the telephone has it.
func (c *Console) enrol(w http.ResponseWriter, r *http.Request, v visit) error {
	token, password, now := r.PathValue("token"), r.PostFormValue("password"), c.opt.Clock()
	p := c.page(r, v, "", "")
	if c.gate.slow(now, "invitation "+token, c.from(r)) {
		return c.enrolAgain(w, r, v, http.StatusTooManyRequests, p.Say("Trop d’essais. Attendre une minute.", "Too many tries. Wait a minute."))
	}
	a, err := c.invited(r.Context(), token)
	if err != nil {
		return err
	}
	if n := utf8.RuneCountInString(password); n < shortest || n > 200 || password == a.Name {
		return c.enrolAgain(w, r, v, http.StatusConflict, p.Say("Un mot de passe a au moins douze signes ; une phrase convient.", "A password has at least twelve signs; a sentence will do."))
	}
	at, ok := step(code(r), a.Secret, now)
	if !ok {
		return c.enrolAgain(w, r, v, http.StatusConflict, p.Say("Ce n’est pas le code affiché à présent. Vérifier l’heure du téléphone.", "This is not the code shown now. Check the telephone’s clock."))
	}
	hash, err := c.gate.hash(password)
	if err != nil {
		return err
	}
	if err := c.people.Enrol(r.Context(), sha256.Sum256([]byte(token)), hash); err != nil {
		if errors.Is(err, db.ErrNotFound) {
			return missing{}
		}
		return err
	}
	if _, err := c.people.UseCode(r.Context(), a.ID, at); err != nil {
		return err
	}
	if err := c.door.admit(w, r, a.ID); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// codePicture draws what a telephone reads to make the codes.
func (c *Console) codePicture(w http.ResponseWriter, r *http.Request, _ visit) error {
	a, err := c.invited(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	key, err := otp.NewKeyFromURL("otpauth://totp/Garant:compte?issuer=Garant&secret=" + a.Secret)
	if err != nil {
		return err
	}
	img, err := key.Image(220, 220)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(b.Bytes()) // a reader who left cannot be told
	return nil
}
