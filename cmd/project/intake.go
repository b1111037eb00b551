package project

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/rights/mailbox"
	"github.com/garant-rgpd/garant/rights/post"
)

// ErrNoMailbox says that the settings name no mailbox.
var ErrNoMailbox = errors.New("garant.yaml names no mailbox (requests.mailbox)")

// Intake is what came of reading the mailbox; nothing in it is of a person.
type Intake struct {
	// Opened and Joined are the cases that messages opened or were added to.
	Opened []string `json:"opened"`
	Joined []string `json:"joined"`
	// Known counts the messages that were taken before and not yet marked.
	Known int `json:"known"`
	// Aside are the messages that a human must look at.
	Aside []LeftAside `json:"aside"`
	// Acknowledged are the cases whose person was told that the request arrived.
	Acknowledged []string `json:"acknowledged"`
	// Left counts the messages that the next reading takes.
	Left int `json:"left"`
}

// LeftAside is a message that a human must look at: its number in the folder, and why.
type LeftAside struct {
	UID uint32       `json:"uid"`
	Why mailbox.Kept `json:"why"`
}

// Reading says in whose name the mailbox is read. At, unless nil, is called where a crash hurts
// most: after a message was taken and before it is marked.
type Reading struct {
	rights.Signed
	At func(point string)
}

// One reading takes so many messages and so much time at most, so that a flood of them holds up
// nothing else.
const (
	messagesAtOnce = 500
	longestReading = 10 * time.Minute
)

// ownAddress says that a message comes from the address that letters come from.
const ownAddress mailbox.Kept = "own"

// Intake takes in what people wrote to the mailbox of the settings: each message once, whatever
// happens in between. Then it acknowledges the requests that were not, where the settings say so.
func (p *Project) Intake(ctx context.Context, d rights.Desk, r Reading) (Intake, error) {
	out := Intake{Opened: []string{}, Joined: []string{}, Aside: []LeftAside{}, Acknowledged: []string{}}
	ctx, cancel := context.WithTimeout(ctx, longestReading)
	defer cancel()
	err := p.takeIn(ctx, d, r, &out)
	if p.Config.Requests.Mailbox.Acknowledge && !errors.Is(err, ErrNoMailbox) {
		err = errors.Join(err, p.acknowledge(ctx, d, r.Signed, &out))
	}
	return out, err
}

func (p *Project) takeIn(ctx context.Context, d rights.Desk, r Reading, out *Intake) (err error) {
	key, err := p.State.DigestKey(ctx, ofMessages, linkYear, r.Now)
	if err != nil {
		return err
	}
	box, err := p.mailbox(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	uids, err := box.New(ctx)
	if err != nil {
		return err
	}
	if len(uids) > messagesAtOnce {
		out.Left, uids = len(uids)-messagesAtOnce, uids[:messagesAtOnce]
	}
	for _, uid := range uids {
		m, err := box.Read(ctx, uid)
		if errors.Is(err, mailbox.ErrGone) {
			continue
		}
		if err == nil {
			err = (&taker{p, d, box, key, r, out}).take(ctx, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mailbox opens the mailbox of the settings.
func (p *Project) mailbox(ctx context.Context) (*mailbox.Box, error) {
	m := p.Config.Requests.Mailbox
	if m.Server == "" {
		return nil, ErrNoMailbox
	}
	password, err := m.Password(p.Dir, p.getenv)
	if err != nil {
		return nil, fmt.Errorf("the password of the mailbox: %w", err)
	}
	s := mailbox.Server{Address: m.Server, User: m.User, Password: password, Folder: m.Folder, Taken: m.Taken, Aside: m.Aside,
		Since: m.Since.Start(p.Config.Zone), Plain: m.Plain}
	return s.Open(ctx)
}

// taker takes messages one by one.
type taker struct {
	p   *Project
	d   rights.Desk
	box *mailbox.Box
	key []byte
	r   Reading
	out *Intake
}

// take takes a message and then marks it: what happens in between, it is there still, and known.
func (t *taker) take(ctx context.Context, m mailbox.Message) error {
	if m.Received.Before(t.p.Config.Requests.Mailbox.Since.Start(t.p.Config.Zone)) {
		return nil // the server's days are not ours
	}
	if m.Kept == "" && strings.EqualFold(m.From, t.p.Config.Mail.From) {
		m.Kept = ownAddress
	}
	if m.Kept != "" {
		return t.leave(ctx, m.UID, m.Kept)
	}
	received := t.p.Today(m.Received)
	if today := t.p.Today(t.r.Now); received.After(today) {
		received = today
	}
	id, how, err := t.d.Take(ctx, rights.Message{Digest: t.digest(m.Identity), From: m.From, Name: m.Name, Subject: m.Subject, Text: m.Text,
		Received: received, Owner: t.p.Config.Requests.Owner}, t.r.Signed)
	if errors.Is(err, rights.ErrRequest) {
		return t.leave(ctx, m.UID, mailbox.Nobody)
	}
	if err != nil {
		return fmt.Errorf("take message %d: %w", m.UID, err)
	}
	if t.r.At != nil {
		t.r.At("intake.taken")
	}
	t.count(id, how)
	return t.box.MarkTaken(ctx, m.UID)
}

func (t *taker) leave(ctx context.Context, uid uint32, why mailbox.Kept) error {
	t.out.Aside = append(t.out.Aside, LeftAside{uid, why})
	return t.box.LeaveAside(ctx, uid)
}

func (t *taker) count(id string, how rights.Taking) {
	switch how {
	case rights.TookNew:
		t.out.Opened = append(t.out.Opened, id)
	case rights.TookJoined:
		t.out.Joined = append(t.out.Joined, id)
	default:
		t.out.Known++
	}
}

// digest keys what tells a message from others, since it stays longer than what the case says of
// the person.
func (t *taker) digest(identity string) string {
	h := hmac.New(sha256.New, t.key)
	h.Write([]byte("garant message\x00" + identity))
	return hex.EncodeToString(h.Sum(nil))
}

// acknowledge tells whoever wrote that the request arrived, once for each case. One that cannot be
// told is told by the next reading; a server that takes no letter is not asked again now.
func (p *Project) acknowledge(ctx context.Context, d rights.Desk, s rights.Signed, out *Intake) error {
	cases, err := d.Memory.Cases(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, k := range cases {
		if _, told := k.Has(rights.Acknowledged); told || k.State.Decided() || len(k.Messages) == 0 {
			continue
		}
		err := p.acknowledgeOne(ctx, d, k, s)
		if err == nil {
			out.Acknowledged = append(out.Acknowledged, k.ID)
			continue
		}
		failed = errors.Join(failed, fmt.Errorf("%s: acknowledge: %w", k.ID, err))
		if errors.Is(err, post.ErrServer) {
			break
		}
	}
	return failed
}

func (p *Project) acknowledgeOne(ctx context.Context, d rights.Desk, k rights.Case, s rights.Signed) error {
	l, err := p.Letter(ctx, d, k, Order{Kind: rights.AckLetter, Today: p.Today(s.Now)})
	if err != nil {
		return err
	}
	if err := p.mail(ctx, l, true); err != nil {
		return err
	}
	_, err = d.Sent(ctx, k.ID, l, s)
	return err
}
