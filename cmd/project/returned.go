package project

import (
	"context"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// Returned looks for data of people who had them erased: in records under their identifiers,
// and in the very records that were erased.
func (p *Project) Returned(ctx context.Context, today policy.Date) ([]rights.Back, []rights.Gap, error) {
	cases, err := p.State.Cases(ctx)
	if err != nil {
		return nil, nil, err
	}
	gone, err := p.State.Suppressed(ctx)
	if err != nil {
		return nil, nil, err
	}
	left := map[string][]rights.RecordRef{}
	same := []rights.Back{}
	for _, c := range cases {
		if c.Erasing == nil || c.Erasing.Done.IsZero() {
			continue
		}
		left[c.ID] = c.Erasing.Records
		pl, err := p.erasePlan(ctx, c, today)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range pl.Pending() {
			same = append(same, rights.Back{Request: c.ID, Store: s.Store, Dataset: s.Dataset, Rows: s.Due, Same: true})
		}
	}
	others, gaps, err := p.Seeker().Returned(ctx, gone, left)
	return append(same, others...), gaps, err
}
