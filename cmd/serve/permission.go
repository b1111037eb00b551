package serve

import (
	"context"
	"errors"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
)

// May implements console.Asker.
func (c *Company) May(ctx context.Context, w console.Wish) (consent.Reply, error) {
	p, err := c.onState()
	if err != nil {
		return consent.Reply{}, err
	}
	who, err := consent.Identify(w.Person)
	if err != nil {
		return consent.Reply{}, noQuestion(err)
	}
	now := c.Clock()
	in := consent.Inquiry{Channel: w.Channel, Purpose: w.Purpose, Person: []consent.Identifier{who}, Context: consent.Context{}, At: now, Now: now}
	if w.Postcode != "" {
		in.Context["postcode"] = w.Postcode
	}
	if p.Uses.InStores() {
		if in, err = c.inStores(ctx, in); err != nil {
			return consent.Reply{}, err
		}
	}
	desk, err := p.May(ctx)
	if err != nil {
		return consent.Reply{}, err
	}
	reply, err := desk.Ask(ctx, in)
	var wrong consent.ErrInquiry
	if errors.As(err, &wrong) {
		return reply, noQuestion(err)
	}
	if err != nil {
		return reply, err
	}
	// An answer that is not on file was not given.
	return reply, c.State.LogAnswers(ctx, []consent.Logged{reply.Log(now)})
}

// inStores adds what the stores tell, as garant may does, so that both give one answer.
func (c *Company) inStores(ctx context.Context, in consent.Inquiry) (out consent.Inquiry, err error) {
	err = c.with(ctx, func(p *project.Project) error {
		out, err = p.Look(ctx, in)
		return err
	})
	return out, err
}

// noQuestion refuses what cannot be answered; the cause does not repeat it.
func noQuestion(err error) error {
	return &console.Refusal{FR: "Ce n’est pas une question : vérifier le téléphone ou l’adresse, le moyen et la finalité.", EN: "This is no question: check the telephone or address, the means and the purpose.", Cause: err}
}
