package project

import (
	"slices"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Granter is a store that knows which statements give its account the least it needs, to act
// on some tables and to read others.
type Granter interface {
	Grants(act, read []store.Table) []string
}

// Grants returns the statements that give the account of a store the least it needs for what is
// bound there; nil where the store does not answer or knows no accounts.
func (p *Project) Grants(name string) []string {
	g, ok := p.stores[name].(Granter)
	if !ok {
		return nil
	}
	var act, read []store.Table
	for _, d := range p.Bound.Datasets {
		if d.Store == name && d.Attested == "" {
			act = with(act, d.Table)
		}
	}
	for _, d := range p.Bound.Datasets {
		for _, l := range d.Links {
			switch {
			case d.Store != name || has(act, l.Table):
			case l.Kind == register.AccessedBy || l.Kind == register.Lookup:
				read = with(read, l.Table)
			default:
				act = with(act, l.Table)
			}
		}
	}
	read = slices.DeleteFunc(read, func(t store.Table) bool { return has(act, t) })
	return g.Grants(act, read)
}

// with adds a table, once.
func with(all []store.Table, t store.Table) []store.Table {
	if has(all, t) {
		return all
	}
	return append(all, t)
}

func has(all []store.Table, t store.Table) bool {
	return slices.ContainsFunc(all, func(o store.Table) bool { return o.Name == t.Name })
}
