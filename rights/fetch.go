package rights

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// Parcel is a sealed answer that waits until its person fetches it. The file itself stands
// beside the case, and goes with the parcel.
type Parcel struct {
	// Digest is that of the file, SHA-256 in hex.
	Digest string `json:"digest"`
	// Link is the nonce of the one link that fetches it; empty while there is none, and once it
	// was followed.
	Link string `json:"link,omitempty"`
	// Left is how often it may still be fetched.
	Left int `json:"left"`
}

// fetches is how often an answer may be fetched: once, and twice more for a connection that broke.
const fetches = 3

// ErrNoParcel says that no answer waits to be fetched: there never was one, it was fetched as
// often as it may be, or it went with the working copies.
var ErrNoParcel = errors.New("no answer waits to be fetched")

// ErrNoMailbox says that nobody has shown that an e-mail address is the person's, to which a
// link that fetches the answer could go.
var ErrNoMailbox = errors.New("the e-mail address of the person was not verified")

// Mailbox returns the address that links to the answer may be sent to; ErrNoMailbox where
// identity was settled for none.
func (c Case) Mailbox() (string, error) {
	to, shown := c.Address(AnswerLetter), slices.Contains(c.Verified, "email")
	if c.Person.Contact != "" { // the person's own address is then what somebody else wrote
		_, confirmed := c.Has(AddressConfirmed)
		shown = confirmed && to == c.Person.Contact
	}
	if to == "" || !shown || len(c.Verified) == 0 {
		return "", fmt.Errorf("%s: %w", c.ID, ErrNoMailbox)
	}
	return to, nil
}

// Deposit notes that the person is answered by a sealed file of that digest, which waits until
// it is fetched; partly as in Answered.
func (d Desk) Deposit(ctx context.Context, id, digest string, partly bool, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if _, err := c.Mailbox(); err != nil {
			return err
		}
		c.Parcel = &Parcel{Digest: digest, Left: fetches}
		return c.act(d.answer(digest, partly, s))
	})
}

// FetchLink makes the link that fetches the answer once, to be sent to the case's Mailbox and to
// nowhere else. A later link replaces it. nonce is as in Link.
func (d Desk) FetchLink(ctx context.Context, l Links, id string, nonce []byte, s Signed) (link string, c Case, err error) {
	if len(nonce) < 16 {
		return "", Case{}, errors.New("make a link: the nonce is too short")
	}
	name := hex.EncodeToString(nonce)
	c, err = d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if _, err := c.Mailbox(); err != nil {
			return err
		}
		if c.Parcel == nil {
			return fmt.Errorf("%s: %w", c.ID, ErrNoParcel)
		}
		c.Parcel = &Parcel{c.Parcel.Digest, name, c.Parcel.Left}
		return c.act(d.step(s, FetchLinked, "", ""))
	})
	return l.fetching().sign(id, s.Now.Add(Life), name), c, err
}

// Fetch takes a link that fetches the answer, once, and returns the case. With the last time
// that it may be fetched the parcel is gone from the case; the digest stands in the step.
func (d Desk) Fetch(ctx context.Context, l Links, link string, s Signed) (Case, error) {
	id, nonce, err := l.fetching().read(link, s.Now)
	if err != nil {
		return Case{}, err
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		p := c.Parcel
		if p == nil || p.Link == "" || !hmac.Equal([]byte(p.Link), []byte(nonce)) {
			return ErrLinkUsed
		}
		c.Parcel = &Parcel{Digest: p.Digest, Left: p.Left - 1}
		if c.Parcel.Left == 0 {
			c.Parcel = nil
		}
		step := d.step(s, Fetched, "", "")
		step.Digest = p.Digest
		return c.act(step)
	})
}

// Fetching returns the case that a link fetches the answer of, unless the link is none of ours
// or too old. It changes nothing.
func (l Links) Fetching(link string, s Signed) (id string, err error) {
	id, _, err = l.fetching().read(link, s.Now)
	return id, err
}

// fetching are the links that fetch: none that identifies is one of them.
func (l Links) fetching() Links {
	h := hmac.New(sha256.New, l.Key)
	h.Write([]byte("garant fetch"))
	return Links{h.Sum(nil)}
}
