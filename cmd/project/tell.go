package project

import (
	"context"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Teller makes the dossier of a person. What is in the archive is read in the name of by, with
// the request as the reason, and each reading is noted there.
func (p *Project) Teller(c rights.Case, s rights.Signed) rights.Teller {
	today := p.Today(s.Now)
	return rights.Teller{
		Policy: p.Policy, Bound: &p.Bound, Stores: p.stores,
		Why: func(ctx context.Context, dataset string, key store.Key) (retention.Why, error) {
			return p.Why(ctx, today, dataset, key)
		},
		Archived: func(ctx context.Context, dataset string, group policy.Category, key store.Key) (map[string]any, error) {
			v, err := p.OpenArchive(ctx, today)
			if v == nil || err != nil {
				return nil, err
			}
			return v.Read(ctx, dataset, string(group), key, c.ID+" "+string(c.Right), s.By, s.Now)
		},
	}
}
