package retention

import (
	"slices"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// HeldKeys returns the keys of the dataset's records that the holds stop, for where nothing
// but keys can be looked at: in the archive. Where keys alone do not tell (a condition, a
// person, a part of another record that is held), all is true: every record counts as held.
func HeldKeys(b *register.Bound, holds []Hold, name string) (all bool, keys []store.Key, err error) {
	held, err := Held(b, holds)
	if err != nil {
		return true, nil, err
	}
	ds := dataset(b, name)
	if ds == nil {
		return true, nil, nil // nobody knows what a hold says of a dataset that is no more
	}
	parts := []store.Pred{held[name]}
	if held[name].Op == store.OpOr {
		parts = held[name].Args
	}
	for _, p := range parts {
		switch {
		case p.Op == store.OpFalse:
		case p.Op == store.OpKeyIn && slices.Equal(p.KeyCols, ds.Table.Key):
			keys = append(keys, p.Keys...)
		default:
			return true, nil, nil
		}
	}
	return false, keys, nil
}
