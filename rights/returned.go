package rights

import (
	"cmp"
	"context"
	"slices"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Suppressed tells of an identifier whether it is that of somebody whose data were erased on
// request, and by which case. It knows digests only.
type Suppressed func(m Mark) (request string, ok bool)

// Back is data of somebody who had them erased, found again: brought by an import, typed in
// again, or come back with a backup. It may be a person who came back by themselves: that is
// for a human to say.
type Back struct {
	Request string `json:"request"`
	Store   string `json:"store"`
	Dataset string `json:"dataset"`
	Rows    int64  `json:"rows"`
	// Same is true where fields that were erased are filled again in the same records: those
	// are erased again by a replay of the store.
	Same bool `json:"same,omitempty"`
}

// Returned looks in every bound store for records under the identifiers of people whose data
// were erased. Records that a case left on purpose are none. A store that does not answer is
// a gap.
func (s Seeker) Returned(ctx context.Context, gone Suppressed, left map[string][]RecordRef) ([]Back, []Gap, error) {
	x := &search{Seeker: s}
	for _, name := range s.Unreachable {
		x.gap(NoAnswer, name, 0)
	}
	count := map[Back]int64{}
	for i := range s.Bound.Datasets {
		x.returned(ctx, &s.Bound.Datasets[i], gone, func(b Back, r RecordRef) {
			if !slices.Contains(left[b.Request], r) {
				count[b]++
			}
		})
	}
	var out []Back
	for b, n := range count {
		b.Rows = n
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b Back) int {
		return cmp.Or(cmp.Compare(a.Request, b.Request), cmp.Compare(a.Dataset, b.Dataset))
	})
	return out, x.out.Gaps, ctx.Err()
}

func (x *search) returned(ctx context.Context, ds *register.BoundDataset, gone Suppressed, found func(Back, RecordRef)) {
	l := looker{table: ds.Table, kinds: map[string][]int{}, cols: slices.Clone(ds.Table.Key)}
	for _, kind := range identifying(ds) {
		l.bear(kind, ds.Person[kind])
	}
	driver, open := x.Stores[ds.Store]
	if len(l.kinds) == 0 || len(ds.Table.Key) == 0 || ds.Attested != "" || !open {
		return
	}
	err := driver.Find(ctx, store.Query{Table: ds.Table, Columns: l.cols, Where: l.some()}, func(r store.Row) bool {
		for _, m := range l.marks(r) {
			if request, ok := gone(m); ok {
				found(Back{Request: request, Store: ds.Store, Dataset: ds.Name}, RefOf(ds.Name, store.Key(r[:len(l.table.Key)])))
				break
			}
		}
		return true
	})
	x.failed(ds.Store, err)
}
