package rights

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// near holds for every row whose column, of text or whole numbers, may be the wanted identifier
// of that kind, and for few others. An index on the blocking key serves it, and on the column
// itself where numbers are compared: whatever stands in its place is compared too.
func (w wanted) near(kind string, c store.Column) store.Pred {
	col, form := store.Col{Name: c.Name}, w.form[kind]
	if plainNumber(kind, c) {
		n, err := strconv.ParseInt(form, 10, 64)
		if err != nil || itoa(n) != form {
			return store.Stray(col)
		}
		return store.Or(store.Compare(col, "=", n), store.Stray(col))
	}
	return store.InBlock(col, store.BlockingOf(kind), store.BlockKey(store.BlockingOf(kind), form), store.Unblocked)
}

// plainNumber reports whether an identifier is compared as the number that it is: a telephone
// number has several notations even so.
func plainNumber(kind string, c store.Column) bool { return c.Type == store.Integer && kind != "phone" }

// rows holds for the rows that a look at one table must compare: those that may bear a wanted
// identifier; every row that has one where an index is missing, since engines compute keys more
// slowly than rows are read; and every row that has a name where one is wanted, as no index
// finds names that are alike.
func (x *search) rows(ctx context.Context, ds *register.BoundDataset, l looker) store.Pred {
	if len(l.name) > 0 {
		return l.some()
	}
	var any []store.Pred
	for _, kind := range slices.Sorted(maps.Keys(l.kinds)) {
		for _, name := range ds.Person[kind] {
			question, ok := lookup(ds, kind, name)
			if !ok || x.Indexed != nil && !x.Indexed(ctx, ds.Store, question) {
				return l.some()
			}
			any = append(any, x.want.near(kind, column(ds.Info, name)))
		}
	}
	return store.Or(any...)
}

// Lookups returns the questions that a search for a person puts to the stores, by store: one
// for each identifier that a dataset binds, and one for each link that is followed. An index
// serves each of them, or the search reads the table from end to end.
func Lookups(b *register.Bound) map[string][]store.Lookup {
	out := map[string][]store.Lookup{}
	for i := range b.Datasets {
		ds := &b.Datasets[i]
		if ds.Attested != "" {
			continue
		}
		for _, kind := range identifying(ds) {
			for _, name := range ds.Person[kind] {
				if l, ok := lookup(ds, kind, name); ok {
					out[ds.Store] = append(out[ds.Store], l)
				}
			}
		}
		for _, l := range ds.Links {
			if child, _ := columns(l); l.Kind != register.Lookup {
				out[ds.Store] = append(out[ds.Store], store.Lookup{Table: l.Table, Columns: child})
			}
		}
	}
	return out
}

func lookup(ds *register.BoundDataset, kind, name string) (store.Lookup, bool) {
	l := store.Lookup{Table: ds.Table, Columns: []string{name}}
	c := column(ds.Info, name)
	if !plainNumber(kind, c) {
		l.Blocking = store.BlockingOf(kind)
	}
	return l, plainNumber(kind, c) || store.Blockable(c)
}

// column returns what is known of a column; its type is Other where nothing is.
func column(t store.TableInfo, name string) store.Column {
	if i := slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == name }); i >= 0 {
		return t.Columns[i]
	}
	return store.Column{Name: name, Type: store.Other}
}

// weigh counts the rows among which a doubtful one was found, where there is one: how telling
// an agreement is depends on it, and the look itself read few of them.
func (x *search) weigh(ctx context.Context, driver store.Driver, l looker, v *view) error {
	if len(l.name) > 0 || !slices.ContainsFunc(v.hits, func(h hit) bool { _, ok := x.theirs(h); return !ok }) {
		return nil
	}
	n, err := driver.Count(ctx, l.table, []store.Pred{l.some()})
	if err == nil {
		v.rows = int(n[0])
	}
	return err
}
