package retention

import (
	"context"
	"slices"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Load reads one record and the rows of other tables that its claims speak of.
func Load(ctx context.Context, driver store.Driver, ds *register.BoundDataset, key store.Key) (Record, error) {
	recs, err := loadAll(ctx, driver, ds, []store.Key{key})
	if err != nil {
		return Record{}, err
	}
	if len(recs) == 0 {
		return Record{}, ErrNoRecord
	}
	return recs[0].rec, nil
}

// loaded is a record with its key in canonical encoding.
type loaded struct {
	key string
	rec Record
}

// atOnce is how many records one question names: every engine takes that many.
const atOnce = 1000

// loadAll reads the records and the rows of other tables that their claims speak of, with
// one question for each table however many records there are. Records that are not there
// are left out.
func loadAll(ctx context.Context, driver store.Driver, ds *register.BoundDataset, keys []store.Key) ([]loaded, error) {
	var out []loaded
	for some := range slices.Chunk(keys, atOnce) {
		rows, err := read(ctx, driver, ds.Table, names(ds.Info), store.KeyIn(ds.Table.Key, some))
		if err != nil {
			return nil, err
		}
		recs := make([]loaded, len(rows))
		for i, row := range rows {
			k, _ := values(row, ds.Table.Key)
			recs[i] = loaded{string(ledger.EncodeKey(k)), Record{Row: row, Related: map[string][]map[string]any{}}}
		}
		for _, n := range needs(ds) {
			if err := n.load(ctx, driver, recs); err != nil {
				return nil, err
			}
		}
		out = append(out, recs...)
	}
	return out, nil
}

// load reads the rows that are joined to the records and gives each record its own.
func (n need) load(ctx context.Context, driver store.Driver, recs []loaded) error {
	var child, parent []string
	for _, p := range n.on {
		child, parent = append(child, p.Child), append(parent, p.Parent)
	}
	var joins []store.Key
	wanted := map[string][]Record{}
	for _, r := range recs {
		k, whole := values(r.rec.Row, parent)
		if !whole {
			continue // a NULL joins nothing
		}
		e := string(ledger.EncodeKey(k))
		if len(wanted[e]) == 0 {
			joins = append(joins, k)
		}
		wanted[e] = append(wanted[e], r.rec)
	}
	if len(joins) == 0 {
		return nil
	}
	rows, err := read(ctx, driver, n.table, n.cols, store.KeyIn(child, joins))
	for _, row := range rows {
		k, _ := values(row, child)
		for _, rec := range wanted[string(ledger.EncodeKey(k))] {
			rec.Related[n.table.Name] = append(rec.Related[n.table.Name], row)
		}
	}
	return err
}

// values returns the row's values of the columns; it reports false where one is NULL.
func values(row map[string]any, cols []string) (k store.Key, whole bool) {
	whole = true
	for _, c := range cols {
		k, whole = append(k, row[c]), whole && row[c] != nil
	}
	return k, whole
}

func names(t store.TableInfo) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

func read(ctx context.Context, driver store.Driver, t store.Table, cols []string, where store.Pred) ([]map[string]any, error) {
	var out []map[string]any
	err := driver.Find(ctx, store.Query{Table: t, Columns: cols, Where: where}, func(r store.Row) bool {
		m := make(map[string]any, len(cols))
		for i, c := range cols {
			m[c] = r[i]
		}
		out = append(out, m)
		return true
	})
	return out, err
}
