package project

import (
	"context"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Undone is a correction that is not in its store any more: the field has the value again that
// it had before, as after a restore. Nobody knows the right value but the person and whoever
// corrected it, so it is for a human to correct again.
type Undone struct {
	Request string `json:"request"`
	Dataset string `json:"dataset"`
	Record  string `json:"record"`
	Column  string `json:"column"`
}

// UndoneCorrections lists the corrections of all cases, in the stores that are open, that are
// undone. A field that has yet another value was changed since, and is not listed.
func (p *Project) UndoneCorrections(ctx context.Context) ([]Undone, error) {
	cases, err := p.State.Cases(ctx)
	if err != nil {
		return nil, err
	}
	var out []Undone
	for _, c := range cases {
		for _, x := range c.Corrections {
			undone, err := p.undone(ctx, x)
			if err != nil {
				return out, fmt.Errorf("%s: look at %s.%s: %w", c.ID, x.Dataset, x.Column, err)
			}
			if undone {
				out = append(out, Undone{c.ID, x.Dataset, x.Name(), x.Column})
			}
		}
	}
	return out, nil
}

// undone reports whether a field has the value that it had before it was corrected.
func (p *Project) undone(ctx context.Context, x rights.Corrected) (bool, error) {
	ds, bound := p.Bound.Dataset(x.Dataset)
	driver, open := p.stores[ds.Store]
	if !bound || !open || x.Before == x.After {
		return false, nil
	}
	k, err := x.Decode()
	if err != nil {
		return false, err
	}
	key, err := p.State.DigestKey(ctx, ds.Store, x.Day.Year, x.Day.Start(p.Config.Zone))
	if errors.Is(err, db.ErrKeyDestroyed) {
		return false, nil // no backup is left that could bring the value back
	}
	if err != nil {
		return false, err
	}
	undone := false
	q := store.Query{Table: ds.Table, Columns: []string{x.Column}, Where: store.KeyIn(ds.Table.Key, []store.Key{k}), Limit: 1}
	err = driver.Find(ctx, q, func(r store.Row) bool {
		undone = valueDigest(ledger.DatasetKey(key, ds.Name), []store.Row{r}) == x.Before
		return false
	})
	return undone, err
}
