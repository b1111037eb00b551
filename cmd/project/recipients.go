package project

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/api/hook"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// ErrNotAllTold says that some recipients could not be told; whoever was is noted.
var ErrNotAllTold = errors.New("not every recipient was told")

// TellRecipients tells the recipients of the data of a case who have an address and were not
// told yet (article 19 GDPR), notes it, and returns whom it told. One that cannot be told keeps
// nobody else from it: the others are noted, and calling it again tries the rest.
func (p *Project) TellRecipients(ctx context.Context, d rights.Desk, id string, s rights.Signed) ([]policy.RecipientID, error) {
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	if !k.State.Decided() {
		return nil, fmt.Errorf("%s: tell recipients before it is done: %w", id, rights.ErrAct)
	}
	var told []policy.RecipientID
	var failed error
	for _, r := range p.Untold(k) {
		if err := p.tellOne(ctx, d, k, r, s); err != nil {
			failed = errors.Join(failed, fmt.Errorf("tell %s: %w", r.ID, err))
			continue
		}
		told = append(told, r.ID)
	}
	if len(told) > 0 {
		_, err = d.Told(ctx, id, told, s)
	}
	if failed != nil {
		failed = fmt.Errorf("%s: %w: %w", id, ErrNotAllTold, failed)
	}
	return told, errors.Join(err, failed)
}

// Untold returns the recipients of the data of a case who have an address and were not told.
func (p *Project) Untold(k rights.Case) []policy.Recipient {
	return slices.DeleteFunc(rights.Receivers(p.Policy, k.Right), func(r policy.Recipient) bool {
		told := slices.ContainsFunc(k.Notices, func(n rights.Notice) bool { return n.Recipient == r.ID })
		return told || p.Config.Requests.Recipients[string(r.ID)] == ""
	})
}

// tellOne tells a recipient by webhook or by mail, as its address has it.
func (p *Project) tellOne(ctx context.Context, d rights.Desk, k rights.Case, r policy.Recipient, s rights.Signed) error {
	to := p.Config.Requests.Recipients[string(r.ID)]
	if hook.Is(to) {
		if k.Forgotten {
			return fmt.Errorf("%s: %w", k.ID, rights.ErrForgotten)
		}
		sender := hook.Sender{Secret: p.getenv(p.Config.Requests.WebhookSecretEnv)}
		return sender.Send(ctx, to, notice(k, r, s))
	}
	l, err := p.Letter(ctx, d, k, Order{Kind: rights.RecipientLetter, Today: p.Today(s.Now)})
	if err != nil {
		return err
	}
	l.To = to
	return p.Mail(ctx, l)
}

// toldData is what a program of a recipient is told: which right, and of whom. It confirms with the
// reference.
type toldData struct {
	Request     string            `json:"request"`
	Right       rights.Right      `json:"right"`
	Identifiers map[string]string `json:"identifiers"`
}

// notice is the message of a case to a recipient. Its id does not change, so that a recipient
// that is told again does it once.
func notice(k rights.Case, r policy.Recipient, s rights.Signed) hook.Message {
	return hook.Message{ID: k.ID + "." + string(r.ID), Type: "request." + string(k.Right), At: s.Now,
		Data: toldData{Request: k.ID, Right: k.Right, Identifiers: k.Person.Identifiers}}
}
