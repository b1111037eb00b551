package project

import (
	"context"
	"errors"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// person finds the records of a person in the stores.
func (p *Project) person(ctx context.Context, who []consent.Identifier) (rights.Found, error) {
	if err := p.Answered(); err != nil {
		return rights.Found{}, err
	}
	want := rights.Wanted{Identifiers: map[string]string{}}
	for _, i := range who {
		want.Identifiers[i.Kind] = i.Value
		want.Verified = append(want.Verified, i.Kind)
	}
	return p.Seeker().Find(ctx, want)
}

// claim reads off the stores what KEEP says of a use: the best state of the purpose's claims
// on the person's records, on a day. It is empty where no record of the person is claimed by
// the purpose, for then the stores say nothing; a store that does not answer is an error.
func (p *Project) claim(ctx context.Context, found rights.Found, purpose policy.PurposeID, day policy.Date) (consent.Claim, error) {
	best := consent.Claim("")
	for _, r := range found.Records {
		state, err := p.claimOn(ctx, r, purpose, day)
		if err != nil {
			return "", err
		}
		if slices.Index(claims, state) > slices.Index(claims, best) {
			best = state
		}
	}
	return best, nil
}

// claims are the states from the worst to the best for a use. What is suspended by a request
// is on file as a restriction and comes first of all, so that it is none of these.
var claims = []consent.Claim{"", consent.ClaimEnded, consent.ClaimArchived, consent.ClaimAsking, consent.ClaimUnknown, consent.ClaimActive}

func (p *Project) claimOn(ctx context.Context, r rights.Record, purpose policy.PurposeID, day policy.Date) (consent.Claim, error) {
	if r.Dataset == "" || len(r.Table.Key) == 0 {
		return "", nil
	}
	w, err := p.Why(ctx, day, r.Dataset, r.Key)
	if errors.Is(err, retention.ErrNoRecord) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	best := consent.Claim("")
	for _, g := range w.Groups {
		for _, c := range g.Claims {
			if state := claimOf(c.State); c.Purpose == purpose && slices.Index(claims, state) > slices.Index(claims, best) {
				best = state
			}
		}
	}
	return best, nil
}

// claimOf puts the state of a claim into the words of the question.
func claimOf(s retention.State) consent.Claim {
	switch s {
	case retention.Absent:
		return ""
	case retention.Active:
		return consent.ClaimActive
	case retention.Archived:
		return consent.ClaimArchived
	case retention.Waiting, retention.AskDue:
		return consent.ClaimAsking
	case retention.Ended, retention.Settled:
		return consent.ClaimEnded
	}
	return consent.ClaimUnknown
}
