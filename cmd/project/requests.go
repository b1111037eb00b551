package project

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Desk is where requests are opened and moved. It needs the state, and no store: a case can
// be opened while a store is down.
func (p *Project) Desk() (rights.Desk, error) {
	pack, err := law.French()
	if err != nil {
		return rights.Desk{}, err
	}
	r := p.Config.Requests
	calendar, err := pack.Calendar(r.Territory)
	if err != nil {
		return rights.Desk{}, err
	}
	return rights.Desk{
		Memory: p.State, Zone: p.Config.Zone, Clock: rights.Clock{Pack: pack, Calendar: calendar},
		Rule: rights.Rule{Working: r.Working, File: r.File, Lapse: r.Lapse},
	}, nil
}

// linkYear names the keys under which links of requests are signed and messages named; they are
// no year's.
const linkYear = 0

// The keys of linkYear, by what they are of.
const ofRequests, ofMessages = "requests", "messages"

// Links signs the links by which people show that an address is theirs.
func (p *Project) Links(ctx context.Context, now time.Time) (rights.Links, error) {
	key, err := p.State.DigestKey(ctx, ofRequests, linkYear, now)
	return rights.Links{Key: key}, err
}

// SeekerFor is Seeker that looks into the archive too. What is opened there is noted with the
// case as the reason; where nobody signs, as the search's own.
func (p *Project) SeekerFor(ctx context.Context, id string, s rights.Signed) (rights.Seeker, error) {
	out := p.Seeker()
	v, err := p.OpenArchive(ctx, p.Today(s.Now))
	if v == nil || err != nil {
		return out, err
	}
	by := s.By
	if by == "" {
		by = "search"
	}
	out.Archive = searched{v, vault.Search{Reason: id, By: by, At: s.Now}}
	return out, nil
}

// searched is the archive as a search sees it.
type searched struct {
	vault *vault.Vault
	as    vault.Search
}

// Search implements rights.Archive.
func (s searched) Search(ctx context.Context, dataset string, g policy.Category, match func(map[string]any) any) (int, func(store.Key) any, error) {
	q := s.as
	q.Dataset, q.Group, q.Match = dataset, string(g), match
	m, err := s.vault.Search(ctx, q)
	return m.Len(), m.Of, err
}

// Seeker looks for a person in the stores that are open.
func (p *Project) Seeker() rights.Seeker {
	return rights.Seeker{
		Bound: &p.Bound, Stores: p.stores, Schemas: p.Schemas, Indexed: p.indexed,
		Unreachable: slices.Sorted(maps.Keys(p.Unreachable)), Loose: p.unboundTables(),
	}
}
