package project

import (
	"context"
	"fmt"

	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Covered counts the records that a hold stops today, by dataset; one whose store does not
// answer is left out.
func (p *Project) Covered(ctx context.Context, h retention.Hold) (map[string]int64, error) {
	held, err := retention.Held(&p.Bound, []retention.Hold{h})
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, ds := range p.Bound.Datasets {
		driver, open := p.stores[ds.Store]
		if held[ds.Name].Op == store.OpFalse || !open {
			continue
		}
		n, err := driver.Count(ctx, ds.Table, []store.Pred{held[ds.Name]})
		if err != nil {
			return nil, fmt.Errorf("count what the hold covers: %w", err)
		}
		out[ds.Name] = n[0]
	}
	return out, nil
}
