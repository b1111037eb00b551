package rights

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Means is how identity was settled.
type Means string

// The means, from the lightest: being logged in, a link to an address, a number only the
// customer knows, a call back, and a document, on a recorded doubt only.
const (
	Account        Means = "account"
	EmailLink      Means = "email_link"
	CustomerNumber Means = "customer_number"
	CallBack       Means = "call_back"
	Document       Means = "document"
)

// AllMeans returns the means that a human vouches for; a link vouches for itself.
func AllMeans() []Means { return []Means{Account, CustomerNumber, CallBack, Document} }

// ErrMeans says that identity is not settled so.
var ErrMeans = errors.New("identity is not settled by this")

// Identify notes that somebody settled who asks. The copy of a document must be destroyed by
// then: Garant has no place to keep one.
func (d Desk) Identify(ctx context.Context, id string, by Means, s Signed) (Case, error) {
	if !slices.Contains(AllMeans(), by) {
		return Case{}, fmt.Errorf("%s: %w; there are %v", id, ErrMeans, AllMeans())
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if by == Document && c.State != Identity {
			return fmt.Errorf("%s: %w", id, ErrDocument)
		}
		return d.identified(c, by, slices.Sorted(maps.Keys(c.Person.Identifiers)), s)
	})
}

// identified settles the case for the kinds of identifiers that were shown.
func (d Desk) identified(c *Case, by Means, kinds []string, s Signed) error {
	child, err := c.Child(d.Clock.Pack.On(c.Received))
	if err != nil {
		return err
	}
	if child && c.Person.Guardian == "" {
		return fmt.Errorf("%s: %w", c.ID, ErrGuardian)
	}
	c.Verified = kinds
	d.resume(c, s)
	return c.act(d.step(s, Identified, string(by), ""))
}

// Errors of links. They tell nothing of the case.
var (
	ErrLink        = errors.New("the link is none of ours")
	ErrLinkExpired = errors.New("the link has expired")
	ErrLinkUsed    = errors.New("the link was used or replaced by a later one")
)

// Links signs the links that show control of an address. They are single-use: the case
// remembers which one counts.
type Links struct{ Key []byte }

// sign makes a link's text: the case, its last moment, a nonce and a signature.
func (l Links) sign(id string, until time.Time, nonce string) string {
	text := id + "." + strconv.FormatInt(until.Unix(), 10) + "." + nonce
	return text + "." + base64.RawURLEncoding.EncodeToString(l.mac(text))
}

func (l Links) mac(text string) []byte {
	h := hmac.New(sha256.New, l.Key)
	h.Write([]byte("garant link\x00" + text))
	return h.Sum(nil)
}

// read checks a link's signature and age.
func (l Links) read(link string, now time.Time) (id, nonce string, err error) {
	i := strings.LastIndexByte(link, '.')
	if i < 0 {
		return "", "", ErrLink
	}
	mac, err := base64.RawURLEncoding.DecodeString(link[i+1:])
	parts := strings.Split(link[:i], ".")
	if err != nil || len(parts) != 3 || !hmac.Equal(mac, l.mac(link[:i])) {
		return "", "", ErrLink
	}
	until, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return "", "", ErrLink
	}
	if now.Unix() > until {
		return "", "", ErrLinkExpired
	}
	return parts[0], parts[2], nil
}

// Life is how long a link lives.
const Life = 7 * 24 * time.Hour

// Link makes the case's link, to be sent to the Address of the case and to nowhere else. A later link replaces it. nonce is random, 16 bytes or more.
func (d Desk) Link(ctx context.Context, l Links, id string, nonce []byte, s Signed) (link string, c Case, err error) {
	if len(nonce) < 16 {
		return "", Case{}, errors.New("make a link: the nonce is too short")
	}
	name := hex.EncodeToString(nonce)
	c, err = d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.Address(LinkLetter) == "" {
			return fmt.Errorf("%s: there is no address to send a link to: %w", id, ErrMeans)
		}
		c.Link, c.LinkUsed = name, false
		return c.act(d.step(s, LinkMade, "", ""))
	})
	return l.sign(id, s.Now.Add(Life), name), c, err
}

// Follow settles identity by a link. It vouches for the e-mail address and for nothing else
// that the request says: where somebody acts for the person it is their address alone, and
// identity stays to be settled.
func (d Desk) Follow(ctx context.Context, l Links, link string, s Signed) (Case, error) {
	id, nonce, err := l.read(link, s.Now)
	if err != nil {
		return Case{}, err
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.LinkUsed || !hmac.Equal([]byte(c.Link), []byte(nonce)) {
			return ErrLinkUsed
		}
		c.LinkUsed = true
		if c.Person.Contact != "" {
			return d.confirmed(c, s)
		}
		return d.identified(c, EmailLink, []string{"email"}, s)
	})
}
