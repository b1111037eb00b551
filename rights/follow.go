package rights

import (
	"context"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// follow goes from the records that were found along the classified links, level by level,
// and from them to those that are linked in turn.
func (x *search) follow(ctx context.Context) {
	for done := 0; done < len(x.out.Records); {
		level := x.out.Records[done:]
		done = len(x.out.Records)
		owned := map[string][]store.Key{}
		for _, r := range level {
			if r.Dataset != "" {
				owned[r.Dataset] = append(owned[r.Dataset], r.Key)
			}
		}
		for i := range x.Bound.Datasets {
			ds := &x.Bound.Datasets[i]
			for _, l := range ds.Links {
				if len(owned[ds.Name]) > 0 && l.Kind != register.Lookup {
					x.link(ctx, ds, l, owned[ds.Name])
				}
			}
		}
	}
	x.owners(ctx)
	for i := range x.Bound.Datasets {
		x.leads(&x.Bound.Datasets[i])
	}
}

// leads notes where the links of a dataset lead: what they reach can be searched by person.
func (x *search) leads(ds *register.BoundDataset) {
	for _, l := range ds.Links {
		if l.Kind != register.Lookup && l.Dataset != "" {
			x.reached[l.Dataset] = true
		}
	}
}

// atOnce is how many keys one question names.
const atOnce = 1000

// link finds the rows that a link joins to records of ds.
func (x *search) link(ctx context.Context, ds *register.BoundDataset, l register.BoundLink, keys []store.Key) {
	if len(l.Table.Key) == 0 {
		x.gap(LooseTable, ds.Store+"."+l.Table.Name, 0)
		return
	}
	child, parent := columns(l)
	if !slices.Equal(parent, ds.Table.Key) {
		values, ok := x.read(ctx, ds.Store, ds.Table, parent, store.KeyIn(ds.Table.Key, keys))
		if !ok {
			return
		}
		keys = whole(values)
	}
	target := x.target(ds, l)
	look := looker{table: l.Table, cols: append([]string{}, l.Table.Key...)}
	if target != nil {
		look = newLooker(target, x.want, true)
	}
	rows, _ := x.read(ctx, ds.Store, l.Table, look.cols, store.KeyIn(child, keys)) // what cannot be read is a gap
	for _, row := range rows {
		r := Record{Store: ds.Store, Dataset: l.Dataset, Table: l.Table, Info: l.Info, Key: store.Key(row[:len(l.Table.Key)]),
			Link: l.Kind, From: ds.Name, Shared: l.Kind == register.SharedBy}
		x.owned[ownedBy(ds, l, r)] = true
		x.linked(r, look.compare(x.want, row))
	}
}

// ownedBy names a link of a dataset and a row that it leads to.
func ownedBy(owner *register.BoundDataset, l register.BoundLink, r Record) string {
	child, _ := columns(l)
	return strings.Join(append([]string{owner.Name, id(r)}, child...), "\x00")
}

// linked takes a linked row, unless it bears an identifier of somebody else: the contract of a
// husband may hang on the enquiry of his wife.
func (x *search) linked(r Record, h hit) {
	if len(x.want.words) == 0 && len(h.words) > 0 {
		h.name = x.familiar(h.words)
	}
	theirs, decided := x.decided(r.Dataset, r.Key)
	switch {
	case decided && theirs, !decided && len(h.differs) == 0 && (h.name < 0 || h.name >= alike):
		x.add(r)
	case decided:
	case r.Shared:
		x.add(r)
	default:
		x.candidate(Candidate{Record: r, Agrees: h.agrees, Differs: withName(h.differs, h.name >= 0 && h.name < alike), Score: Weigh(h.agrees, h.differs, h.name, Weight{Rows: 2})})
	}
}

// familiar is how alike a name is to those of the records that an identifier found, where the
// request gives none: -1 where none of them bears a name.
func (x *search) familiar(words []string) float64 {
	best := -1.0
	for _, n := range x.named {
		l, _ := likeness(words, n.hit.words)
		best = max(best, l)
	}
	return best
}

func (x *search) target(ds *register.BoundDataset, l register.BoundLink) *register.BoundDataset {
	for i := range x.Bound.Datasets {
		if d := &x.Bound.Datasets[i]; d.Name == l.Dataset && d.Store == ds.Store {
			return d
		}
	}
	return nil
}

// owners proposes the records that a found one is part of and that were not found themselves:
// a call bears the number, and the file it is part of bears none.
func (x *search) owners(ctx context.Context) {
	found := map[string][]Record{}
	for _, r := range x.out.Records {
		if r.By != "" {
			found[r.Dataset] = append(found[r.Dataset], r)
		}
	}
	for i := range x.Bound.Datasets {
		owner := &x.Bound.Datasets[i]
		for _, l := range owner.Links {
			if part := x.target(owner, l); l.Kind == register.PartOf && part != nil && len(owner.Table.Key) > 0 {
				x.ownersOf(ctx, owner, l, part, found[part.Name])
			}
		}
	}
}

// ownersOf proposes the owners of those parts that the link did not lead to from one.
func (x *search) ownersOf(ctx context.Context, owner *register.BoundDataset, l register.BoundLink, part *register.BoundDataset, parts []Record) {
	var keys []store.Key
	for _, r := range parts {
		if !x.owned[ownedBy(owner, l, r)] {
			keys = append(keys, r.Key)
		}
	}
	child, parent := columns(l)
	values, _ := x.read(ctx, owner.Store, part.Table, child, store.KeyIn(part.Table.Key, keys))
	look := newLooker(owner, x.want, true)
	rows, _ := x.read(ctx, owner.Store, owner.Table, look.cols, store.KeyIn(parent, whole(values)))
	for _, row := range rows {
		x.owner(owner, look.compare(x.want, row))
	}
}

func (x *search) owner(ds *register.BoundDataset, h hit) {
	if r := (Record{Store: ds.Store, Dataset: ds.Name, Table: ds.Table, Info: ds.Info, Key: h.key}); !x.known[id(r)] {
		x.judge(ds, h, Weight{Rows: 2})
	}
}

func columns(l register.BoundLink) (child, parent []string) {
	for _, p := range l.On {
		child, parent = append(child, p.Child), append(parent, p.Parent)
	}
	return child, parent
}

// whole keeps the values without a NULL, each once: a NULL joins nothing.
func whole(rows []store.Row) []store.Key {
	var out []store.Key
	seen := map[string]bool{}
	for _, r := range rows {
		null := false
		for _, v := range r {
			null = null || v == nil
		}
		if k := store.Key(r); !null && !seen[keyText(k)] {
			seen[keyText(k)] = true
			out = append(out, k)
		}
	}
	return out
}

// read reads columns of rows, in chunks where they are named by key; a failure is a gap.
func (x *search) read(ctx context.Context, name string, t store.Table, cols []string, where store.Pred) ([]store.Row, bool) {
	driver, open := x.Stores[name]
	if !open {
		x.gap(NoAnswer, name, 0)
		return nil, false
	}
	var out []store.Row
	for _, p := range chunks(where) {
		err := driver.Find(ctx, store.Query{Table: t, Columns: cols, Where: p, Limit: most + 1}, func(r store.Row) bool {
			out = append(out, r)
			return len(out) <= most
		})
		if x.failed(name, err) {
			return nil, false
		}
	}
	if len(out) > most {
		x.gap(Truncated, name+"."+t.Name, 0)
		out = out[:most]
	}
	return out, true
}

// chunks splits a predicate of many keys.
func chunks(p store.Pred) []store.Pred {
	if p.Op == store.OpFalse {
		return nil
	}
	if p.Op != store.OpKeyIn || len(p.Keys) <= atOnce {
		return []store.Pred{p}
	}
	var out []store.Pred
	for i := 0; i < len(p.Keys); i += atOnce {
		out = append(out, store.KeyIn(p.KeyCols, p.Keys[i:min(i+atOnce, len(p.Keys))]))
	}
	return out
}

// loose looks for the verified identifiers in every text of a table that nothing binds: rows
// there are the person's too, and no promise speaks of them.
func (x *search) loose(ctx context.Context, full string) {
	name, table, _ := strings.Cut(full, ".")
	for _, t := range x.Schemas[name].Tables {
		if t.Name != table {
			continue
		}
		var cols []string
		for _, c := range t.Columns {
			if c.Type == store.Text {
				cols = append(cols, c.Name)
			}
		}
		if driver, open := x.Stores[name]; open && len(cols) > 0 {
			n := 0
			err := driver.Find(ctx, store.Query{Table: store.Table{Name: t.Name, Key: t.Key}, Columns: cols, Where: store.True()}, func(r store.Row) bool {
				if x.want.in(r) {
					n++
				}
				return true
			})
			if !x.failed(name, err) && n > 0 {
				x.gap(LooseTable, full, n)
			}
		}
	}
}

// in reports whether a verified identifier stands in one of the values.
func (w wanted) in(r store.Row) bool {
	for _, v := range r {
		for _, kind := range w.Verified {
			if s := text(v); s != "" && w.is(kind, s) {
				return true
			}
		}
	}
	return false
}
