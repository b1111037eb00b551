package project

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// TakeEffect enters at once what a request says of the use of data, so that the next "may I?"
// is a no: an objection, a withdrawal, a restriction. It may be called again: each record is
// entered once for a request. Nothing is where the right is still a guess.
func (p *Project) TakeEffect(ctx context.Context, c rights.Case, now time.Time) error {
	if c.Guess != "" {
		return nil
	}
	kinds := map[rights.Right][]string{
		rights.Objection: {consent.Opposition}, rights.Withdrawal: {consent.Ended}, rights.Restriction: {consent.Limited},
		rights.Erasure: {consent.Ended, consent.Opposition},
	}[c.Right]
	return p.enterUse(ctx, c, kinds, now)
}

// ConfirmRight notes which right a case asks that was guessed, and lets it take effect where it is
// settled who asks.
func (p *Project) ConfirmRight(ctx context.Context, d rights.Desk, id string, r rights.Right, s rights.Signed) (rights.Case, error) {
	k, err := d.ConfirmRight(ctx, id, r, s)
	if err == nil && len(k.Verified) > 0 {
		err = p.TakeEffect(ctx, k, s.Now)
	}
	return k, err
}

// enterUse enters records of these kinds about the person of a case.
func (p *Project) enterUse(ctx context.Context, c rights.Case, kinds []string, now time.Time) error {
	who, err := identifiers(c)
	if err != nil || len(kinds) == 0 {
		return err
	}
	var drafts []consent.Draft
	for _, kind := range kinds {
		r := consent.Record{Kind: kind, At: now, Entered: now, Method: method(c.Via), Policy: p.PolicyDigest(), Key: c.ID + ":" + kind}
		if kind == consent.Ended || kind == consent.Opposition {
			r.Purposes = c.Purposes
		}
		drafts = append(drafts, consent.Draft{Person: who, Record: r})
	}
	_, err = p.State.EnterRecords(ctx, drafts)
	return err
}

// Died enters that the person of a case is dead: nothing of theirs is used any more.
func (p *Project) Died(ctx context.Context, c rights.Case, now time.Time) error {
	return p.enterUse(ctx, c, []string{consent.Died}, now)
}

// identifiers are the verified ones, as the permission desk knows people.
func identifiers(c rights.Case) ([]consent.Identifier, error) {
	var out []consent.Identifier
	for _, kind := range c.Verified {
		i, err := consent.Identify(kind + "=" + c.Person.Identifiers[kind])
		if err != nil {
			return nil, fmt.Errorf("%s: the %s: %w", c.ID, kind, err)
		}
		out = append(out, i)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: %w", c.ID, rights.ErrIdentity)
	}
	return out, nil
}

func method(c rights.Channel) string {
	return map[rights.Channel]string{rights.ByForm: "form", rights.ByMail: "email", rights.ByLetter: "post", rights.ByCall: "phone"}[c]
}

// Restrict suspends every claim on what was found (article 18 GDPR): it is kept, whatever its
// terms, and not used. It returns the names of the holds that keep it.
func (p *Project) Restrict(ctx context.Context, c rights.Case, f rights.Found, now time.Time) ([]string, error) {
	if err := p.TakeEffect(ctx, c, now); err != nil {
		return nil, err
	}
	keys := map[string][]store.Key{}
	for _, r := range f.Records {
		if r.Dataset != "" && len(r.Table.Key) > 0 {
			keys[r.Dataset] = append(keys[r.Dataset], r.Key)
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		h, err := p.State.PlaceHold(ctx, retention.Hold{Matter: c.ID, Owner: c.Owner, Reason: restriction, Dataset: name, Keys: keys[name], Placed: now})
		if err != nil {
			return out, err
		}
		out = append(out, h.ID)
	}
	return out, nil
}

// Unrestrict ends a restriction: the holds are lifted and the claims live again.
func (p *Project) Unrestrict(ctx context.Context, c rights.Case, by string, now time.Time) error {
	holds, _, err := p.State.Holds(ctx)
	if err != nil {
		return err
	}
	for _, h := range holds {
		if h.Matter == c.ID && slices.Contains(c.Holds, h.ID) {
			if err := p.State.LiftHold(ctx, h.ID, by, now); err != nil {
				return err
			}
		}
	}
	return errors.Join(p.enterUse(ctx, c, []string{consent.LimitedEnd}, now), p.ShowRestrictions(ctx, now))
}
