package rights

import (
	"context"
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Archive is where groups of records are kept apart. Search opens its copies of a group and
// keeps what match says of them, nil for nothing. It returns how many it kept, and a function
// that tells it of a record by its key.
type Archive interface {
	Search(ctx context.Context, dataset string, group policy.Category, match func(fields map[string]any) any) (n int, of func(store.Key) any, err error)
}

// archives looks for whom only the archive knows: the row is there, and what would tell whose
// it is was moved away.
func (x *search) archives(ctx context.Context) {
	if x.Archive == nil {
		return
	}
	for i := range x.Bound.Datasets {
		ds := &x.Bound.Datasets[i]
		for _, g := range ds.Groups {
			if kinds := x.archivedKinds(ds, g); len(kinds) > 0 && len(ds.Table.Key) > 0 {
				x.inArchive(ctx, ds, g.Category, kinds)
			}
		}
	}
}

// archivedKinds are the wanted identifiers that stand in a group which some rule archives.
func (x *search) archivedKinds(ds *register.BoundDataset, g register.BoundGroup) map[string][]string {
	kinds := map[string][]string{}
	if !slices.ContainsFunc(g.Claims, func(c register.Claim) bool { return c.Rule.Archive != nil }) {
		return kinds
	}
	for _, kind := range identifying(ds) {
		moved := slices.DeleteFunc(slices.Clone(ds.Person[kind]), func(c string) bool { return !slices.Contains(g.Columns, c) })
		if x.want.form[kind] != "" && len(moved) > 0 {
			kinds[kind] = moved
		}
	}
	return kinds
}

// inArchive compares the copies of a group, and finds the rows of those that agree by their
// keys, which the archive knows as digests.
func (x *search) inArchive(ctx context.Context, ds *register.BoundDataset, g policy.Category, kinds map[string][]string) {
	driver, open := x.Stores[ds.Store]
	if !open {
		return // it is a gap already
	}
	n, of, err := x.Archive.Search(ctx, ds.Name, g, func(fields map[string]any) any { return x.want.agreeing(fields, kinds) })
	if x.failed("archive", err) || n == 0 {
		return
	}
	var hits []hit
	l := newLooker(ds, x.want, true)
	err = driver.Find(ctx, store.Query{Table: ds.Table, Columns: l.cols, Where: store.True()}, func(r store.Row) bool {
		if h, ok := of(store.Key(r[:len(ds.Table.Key)])).(hit); ok {
			row := l.compare(x.want, r)
			h.key, h.name, h.full, h.words = row.key, row.name, row.full, row.words
			hits = append(hits, h)
		}
		return true
	})
	if x.failed(ds.Store, err) {
		return
	}
	for _, h := range hits {
		r := Record{Store: ds.Store, Dataset: ds.Name, Table: ds.Table, Info: ds.Info, Key: h.key}
		switch {
		case x.known[id(r)]:
		case len(hits) > 1 && len(l.name) > 0 && len(h.words) == 0:
			// Their names were moved too: one line may be a household's, and nothing tells.
			x.several = true
			x.candidate(Candidate{Record: r, Agrees: h.agrees, Differs: h.differs, Score: Weigh(h.agrees, h.differs, -1, Weight{Rows: 2})})
		default:
			x.judge(ds, h, Weight{Rows: 2})
		}
	}
	if gone := n - len(hits); gone > 0 {
		x.gap(ArchivedAlone, ds.Name, gone)
	}
}

// agreeing says what of a copy agrees and what differs; nil where nothing agrees.
func (w wanted) agreeing(fields map[string]any, kinds map[string][]string) any {
	h := hit{name: -1}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		var values []string
		for _, c := range kinds[kind] {
			values = append(values, text(fields[c]))
		}
		h.hear(w, kind, values)
	}
	if len(h.agrees) == 0 {
		return nil
	}
	return h
}
