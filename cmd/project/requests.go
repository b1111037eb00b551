package project

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/rights"
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

// linkYear names the key under which links are signed; it is no year's.
const linkYear = 0

// Links signs the links by which people show that an address is theirs.
func (p *Project) Links(ctx context.Context, now time.Time) (rights.Links, error) {
	key, err := p.State.DigestKey(ctx, "requests", linkYear, now)
	return rights.Links{Key: key}, err
}

// Seeker looks for a person in the stores that are open.
func (p *Project) Seeker() rights.Seeker {
	return rights.Seeker{
		Bound: &p.Bound, Stores: p.stores, Schemas: p.Schemas, Indexed: p.indexed,
		Unreachable: slices.Sorted(maps.Keys(p.Unreachable)), Loose: p.unboundTables(),
	}
}
