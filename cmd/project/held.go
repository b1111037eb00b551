package project

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// HeldRecord is a record of a person with why it is still there. Why has no groups for a
// linked table that is no dataset.
type HeldRecord struct {
	rights.Record
	Why retention.Why
}

// HeldOn finds what is held on a person known by identifiers that were verified, without a
// value. A record that went meanwhile is left out.
func (p *Project) HeldOn(ctx context.Context, who []consent.Identifier, s rights.Signed) ([]HeldRecord, rights.Found, error) {
	found, err := p.Seeker().Find(ctx, wanted(who))
	if err != nil {
		return nil, found, err
	}
	var out []HeldRecord
	for _, r := range found.Records {
		h := HeldRecord{Record: r}
		if r.Dataset != "" && len(r.Table.Key) > 0 {
			h.Why, err = p.Why(ctx, p.Today(s.Now), r.Dataset, r.Key)
		}
		if errors.Is(err, retention.ErrNoRecord) {
			continue
		}
		if err != nil {
			return nil, found, err
		}
		out = append(out, h)
	}
	return out, found, nil
}

// ValuesOf returns the values of one record of a person, those of others masked. A record that
// is not found for the person is ErrNotTheirs. What is in the archive is read under the name
// of the reading, and noted there.
func (p *Project) ValuesOf(ctx context.Context, who []consent.Identifier, dataset string, key store.Key, reading string, s rights.Signed) (rights.Item, error) {
	found, err := p.Seeker().Find(ctx, wanted(who))
	if err != nil {
		return rights.Item{}, err
	}
	found.Records = slices.DeleteFunc(found.Records, func(r rights.Record) bool {
		return r.Name() != dataset || rights.RecordName(r.Key) != rights.RecordName(key)
	})
	if len(found.Records) == 0 {
		return rights.Item{}, fmt.Errorf("read a record of %s: %w", dataset, ErrNotTheirs)
	}
	want := wanted(who)
	c := rights.Case{ID: reading, Right: rights.Access, Verified: want.Verified, Person: rights.Person{Identifiers: want.Identifiers}}
	d, err := p.Teller(c, s).Tell(ctx, c, found, p.Today(s.Now))
	if err != nil {
		return rights.Item{}, err
	}
	if len(d.Items) == 0 {
		return rights.Item{}, retention.ErrNoRecord
	}
	return d.Items[0], nil
}

// wanted is whom to look for, all of whose identifiers were verified.
func wanted(who []consent.Identifier) rights.Wanted {
	w := rights.Wanted{Identifiers: map[string]string{}}
	for _, i := range who {
		w.Identifiers[i.Kind] = i.Value
		w.Verified = append(w.Verified, i.Kind)
	}
	return w
}
