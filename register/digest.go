package register

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// SchemaDigest returns the hex SHA-256 digest of what the schemas say of the tables that a
// bound register acts on or reads, and of the foreign keys that lead to them. Other tables,
// the order of tables, columns and keys, and the engine's estimates of rows do not count.
func SchemaDigest(schemas map[string]store.Schema, b Bound) string {
	used := map[place]bool{}
	for _, d := range b.Datasets {
		used[place{d.Store, d.Table.Name}] = d.Table.Name != ""
		for _, l := range d.Links {
			used[place{d.Store, l.Table.Name}] = true
		}
	}
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	for _, name := range sortedKeys(schemas) {
		for _, t := range shapes(name, schemas[name], used) {
			if err := enc.Encode(t); err != nil {
				panic(err) // a shape is made of plain values
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// shape is what counts of a table. For one that is not used, only its foreign keys to used
// ones do: a new CASCADE changes what deleting a row means.
type shape struct {
	Store, Table string
	Columns      []store.Column
	Key          []string
	ForeignKeys  []store.ForeignKey
	Bar          store.Bar `json:",omitempty"`
	Copiers      []string  `json:",omitempty"`
}

func shapes(name string, s store.Schema, used map[place]bool) []shape {
	var out []shape
	for _, t := range s.Tables {
		sh := shape{Store: name, Table: t.Name}
		for _, fk := range t.ForeignKeys {
			if used[place{name, t.Name}] || used[place{name, fk.Table}] {
				sh.ForeignKeys = append(sh.ForeignKeys, fk)
			}
		}
		if used[place{name, t.Name}] {
			sh.Columns, sh.Key, sh.Bar, sh.Copiers = slices.Clone(t.Columns), t.Key, t.Bar, t.Copiers
		} else if len(sh.ForeignKeys) == 0 {
			continue
		}
		out = append(out, sh.sorted())
	}
	slices.SortFunc(out, func(a, b shape) int { return cmp.Compare(a.Table, b.Table) })
	return out
}

// sorted orders what has no order of its own; the columns of a key have one.
func (s shape) sorted() shape {
	slices.SortFunc(s.Columns, func(a, b store.Column) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(s.ForeignKeys, func(a, b store.ForeignKey) int {
		return cmp.Or(slices.Compare(a.Columns, b.Columns), cmp.Compare(a.Table, b.Table))
	})
	return s
}
