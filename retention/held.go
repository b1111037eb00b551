package retention

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Held returns, by dataset, the predicate of the rows that the holds stop: those they name,
// the parts of those, and the owners of a held part (deleting an owner would delete it). A
// hold on a dataset or condition that is not there is an error: it would protect nothing.
func Held(b *register.Bound, holds []Hold) (map[string]store.Pred, error) {
	stops := map[string]*stop{}
	for i := range b.Datasets {
		stops[b.Datasets[i].Name] = &stop{who: map[place][]any{}}
	}
	for _, h := range holds {
		if !h.Lifted.IsZero() {
			continue
		}
		if err := named(b, h, stops); err != nil {
			return nil, fmt.Errorf("hold %s: %w", h.ID, err)
		}
	}
	own, out := map[string]store.Pred{}, map[string]store.Pred{}
	for i := range b.Datasets {
		ds := &b.Datasets[i]
		own[ds.Name] = stops[ds.Name].pred(ds.Table.Key)
	}
	for i := range b.Datasets {
		ds := &b.Datasets[i]
		out[ds.Name] = store.Or(heldFromAbove(b, ds, own, nil), heldFromBelow(b, ds, own, nil))
	}
	return out, nil
}

// stop collects the rows of a dataset that holds name, so that ten thousand holds are one list
// in a statement and not as many alternatives.
type stop struct {
	keys []store.Key
	who  map[place][]any // identifiers of people, or their blocking keys
	more []store.Pred
}

// place is where identifiers of one kind are: the column, and how its spellings become one. The
// latter is empty for a column that is compared as it is.
type place struct {
	column string
	how    store.Blocking
}

func (s *stop) pred(key []string) store.Pred {
	ps := append([]store.Pred{store.KeyIn(key, s.keys)}, s.more...)
	byName := func(a, b place) int { return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.how, b.how)) }
	for _, at := range slices.SortedFunc(maps.Keys(s.who), byName) {
		if col := (store.Col{Name: at.column}); at.how == "" {
			ps = append(ps, store.In(col, s.who[at]...))
		} else {
			ps = append(ps, store.InBlock(col, at.how, append(s.who[at], store.Unblocked)...))
		}
	}
	return store.Or(ps...)
}

// named adds the rows that the hold itself names.
func named(b *register.Bound, h Hold, stops map[string]*stop) error {
	if len(h.Person) > 0 {
		if err := person(b, h, stops); err != nil || h.Dataset == "" {
			return err
		}
	}
	ds := dataset(b, h.Dataset)
	if ds == nil {
		return fmt.Errorf("no dataset is called %q", h.Dataset)
	}
	s := stops[ds.Name]
	s.keys = append(s.keys, h.Keys...)
	if h.Condition != "" {
		x, err := ds.Scope.Parse(h.Condition)
		if err != nil {
			return err
		}
		s.more = append(s.more, store.Not(x.Condition().False))
	}
	return nil
}

// dataset returns the bound dataset of that name, or nil.
func dataset(b *register.Bound, name string) *register.BoundDataset {
	for i := range b.Datasets {
		if name != "" && b.Datasets[i].Name == name {
			return &b.Datasets[i]
		}
	}
	return nil
}

// person adds the rows, in every dataset, that may carry one of the identifiers: however it is
// written there, and where nobody can tell what is written. Others that end in the same digits
// are kept with them, since a doubt never erases.
func person(b *register.Bound, h Hold, stops map[string]*stop) error {
	found := false
	for i := range b.Datasets {
		ds := &b.Datasets[i]
		for _, kind := range slices.Sorted(maps.Keys(h.Person)) {
			for _, name := range ds.Person[kind] {
				stops[ds.Name].bearing(ds.Info, name, kind, h.Person[kind])
				found = true
			}
		}
	}
	if !found {
		return fmt.Errorf("no dataset knows people by any of these identifiers")
	}
	return nil
}

// bearing adds the rows that may have the identifier in a column.
func (s *stop) bearing(t store.TableInfo, column, kind, identifier string) {
	at, value := place{column, ""}, any(identifier)
	if slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == column && store.Blockable(c) }) {
		at.how = store.BlockingOf(kind)
		value = store.BlockKey(at.how, identifier)
	}
	s.who[at] = append(s.who[at], value)
}

// heldFromAbove adds to the rows named those that are part of a held owner.
func heldFromAbove(b *register.Bound, ds *register.BoundDataset, own map[string]store.Pred, seen []string) store.Pred {
	out := own[ds.Name]
	if slices.Contains(seen, ds.Name) {
		return out
	}
	for i := range b.Datasets {
		owner := &b.Datasets[i]
		for _, l := range owner.Links {
			if l.Kind != register.PartOf || l.Dataset != ds.Name {
				continue
			}
			if up := heldFromAbove(b, owner, own, append(seen, ds.Name)); up.Op != store.OpFalse {
				out = store.Or(out, store.Exists(owner.Table.Name, turn(l.On), up))
			}
		}
	}
	return out
}

// heldFromBelow adds the owners of a held part.
func heldFromBelow(b *register.Bound, ds *register.BoundDataset, own map[string]store.Pred, seen []string) store.Pred {
	out := store.False()
	if slices.Contains(seen, ds.Name) {
		return out
	}
	for _, l := range ds.Links {
		child := dataset(b, l.Dataset)
		if l.Kind != register.PartOf || child == nil {
			continue
		}
		down := store.Or(own[child.Name], heldFromBelow(b, child, own, append(seen, ds.Name)))
		if down.Op != store.OpFalse {
			out = store.Or(out, store.Exists(l.Table.Name, l.On, down))
		}
	}
	return out
}

// turn reads a join from the other side.
func turn(on []store.Pair) []store.Pair {
	out := make([]store.Pair, len(on))
	for i, p := range on {
		out[i] = store.Pair{Child: p.Parent, Parent: p.Child}
	}
	return out
}
