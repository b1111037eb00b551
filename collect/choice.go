package collect

import (
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// CookieName is the name of the cookie that keeps a visitor's choice.
const CookieName = "garant_choice"

// Choice is what a visitor chose. It holds nothing that tells who the visitor is; its number
// is drawn anew for each choice, so that two choices of one visitor are not tied either.
type Choice struct {
	// ID is the number of the choice, by which the visitor finds its proof.
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Question is the digest of what was asked (Site.Question), Banner the digest of all that
	// was shown to ask it, which the state keeps.
	Question string `json:"question"`
	Banner   string `json:"banner"`
	// Language is fr or en.
	Language string `json:"language"`
	// Allowed and Refused are the purposes that were agreed to and the others.
	Allowed []policy.CookieID `json:"allowed"`
	Refused []policy.CookieID `json:"refused"`
	// Signal is true when the browser sent Global Privacy Control with it.
	Signal bool `json:"gpc"`
}

// Keeper keeps proofs. Implementations are safe for concurrent use.
type Keeper interface {
	// KeepNotice keeps all that a banner shows under its digest, which it returns.
	KeepNotice(ctx context.Context, text []byte, at time.Time) (string, error)
	// EnterChoice appends a choice and its leaf of the ledger in one transaction; when it
	// returns nil the choice survives a power cut.
	EnterChoice(ctx context.Context, c Choice) error
}

// Choose makes the choice of allowing what is among the wanted and of refusing the rest.
// Purposes that are not asked about are left out.
func (s Site) Choose(wanted []policy.CookieID, now time.Time) Choice {
	c := Choice{ID: rand.Text(), At: now.UTC().Truncate(time.Second), Question: s.Question(), Allowed: []policy.CookieID{}, Refused: []policy.CookieID{}}
	for _, p := range s.Asked() {
		if slices.Contains(wanted, p.ID) {
			c.Allowed = append(c.Allowed, p.ID)
		} else {
			c.Refused = append(c.Refused, p.ID)
		}
	}
	return c
}

// Value is the choice as the cookie holds it: the question, the purposes allowed, the instant
// in seconds, the number, and g when it was made under Global Privacy Control.
func (c Choice) Value() string {
	ids := make([]string, len(c.Allowed))
	for i, id := range c.Allowed {
		ids[i] = string(id)
	}
	v := []string{c.Question, strings.Join(ids, "-"), strconv.FormatInt(c.At.Unix(), 10), c.ID}
	if c.Signal {
		v = append(v, "g")
	}
	return strings.Join(v, ".")
}

// ErrChoice says that a cookie holds no choice.
var ErrChoice = errors.New("the cookie holds no choice")

var choiceForm = regexp.MustCompile(`^([0-9a-f]{12})\.((?:[a-z][a-z0-9_]*(?:-[a-z][a-z0-9_]*)*)?)\.(\d{1,12})\.([A-Z2-7]{26})(\.g)?$`)

// ParseChoice reads a choice off the cookie's value. What the cookie does not hold (the
// banner, the language, what was refused) is empty.
func ParseChoice(value string) (Choice, error) {
	m := choiceForm.FindStringSubmatch(value)
	if m == nil {
		return Choice{}, ErrChoice
	}
	at, err := strconv.ParseInt(m[3], 10, 64)
	if err != nil {
		return Choice{}, ErrChoice
	}
	c := Choice{Question: m[1], At: time.Unix(at, 0).UTC(), ID: m[4], Signal: m[5] != ""}
	if m[2] != "" {
		for _, id := range strings.Split(m[2], "-") {
			c.Allowed = append(c.Allowed, policy.CookieID(id))
		}
	}
	return c, nil
}

// Standing is where a visitor stands: what may act, and whether the question is open.
type Standing struct {
	Allowed []policy.CookieID
	// Ask is true when the question is to be put to the visitor.
	Ask bool
}

// Visit is what a request tells of a visitor.
type Visit struct {
	// Choice is the value of the cookie; empty without one.
	Choice string
	// Signal is true when the browser sends Global Privacy Control.
	Signal bool
}

// Stands returns where a visitor stands at an instant. Silence is a refusal. So is Global
// Privacy Control, over an agreement given without it too; who agrees while the browser sends
// it has said so of this site, and that counts. A visitor who sends it is not asked.
func (s Site) Stands(v Visit, ends func(given time.Time) time.Time, now time.Time) Standing {
	c, err := ParseChoice(v.Choice)
	if err != nil || c.Question != s.Question() || c.At.After(now.Add(time.Hour)) || !now.Before(ends(c.At)) {
		return Standing{Ask: !v.Signal && len(s.Asked()) > 0}
	}
	if v.Signal && !c.Signal {
		return Standing{}
	}
	return Standing{Allowed: c.Allowed}
}

// Ends returns the instant at which a choice made at an instant must be asked for again.
func Ends(given time.Time, lasts policy.Period, zone *time.Location) time.Time {
	return policy.DateOf(given, zone).Add(lasts).Start(zone)
}
