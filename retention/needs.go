package retention

import (
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// need is what the claims of a dataset read of one other table by one join.
type need struct {
	table store.Table
	on    []store.Pair
	cols  []string
}

// needs lists the joins to other tables that the claims of a dataset read, with the columns.
func needs(ds *register.BoundDataset) []need {
	byJoin := map[string]*need{}
	var order []string
	add := func(t store.Table, on []store.Pair, cols ...string) {
		name := fmt.Sprintf("%s %q", t.Name, on)
		n, ok := byJoin[name]
		if !ok {
			n = &need{table: t, on: on}
			byJoin[name] = n
			order = append(order, name)
		}
		for _, p := range on {
			cols = append(cols, p.Child)
		}
		n.cols = append(n.cols, cols...)
	}
	for _, e := range ds.Events {
		for _, s := range e {
			if s.Table.Name != "" {
				add(s.Table, s.On, append(s.Where.Refs(), s.Col.Name)...)
			}
		}
	}
	for _, s := range ds.Terms {
		if s.Table.Name != "" {
			add(s.Table, s.On, s.Column)
		}
	}
	if a := ds.Asks; a != nil {
		add(a.Table, a.On, append(a.Yes.Refs(), a.Sent.Name, a.Answered.Name)...)
	}
	slices.Sort(order)
	var out []need
	for _, name := range order {
		n := byJoin[name]
		slices.Sort(n.cols)
		n.cols = slices.Compact(n.cols)
		out = append(out, *n)
	}
	return out
}
