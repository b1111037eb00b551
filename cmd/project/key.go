package project

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Dataset finds a dataset by its name or its table's. The error does not repeat what was
// asked for: it may be a person's.
func (p *Project) Dataset(name string) (register.BoundDataset, error) {
	for _, d := range p.Bound.Datasets {
		if d.Name == name || d.Store+"."+d.Table.Name == name {
			return d, nil
		}
	}
	var names []string
	for _, d := range p.Bound.Datasets {
		names = append(names, d.Name)
	}
	return register.BoundDataset{}, fmt.Errorf("there is no such dataset; there are %s", strings.Join(names, ", "))
}

// ReadKey reads a key as the types of its columns say; the values of a composite key are
// joined with commas. The error does not repeat it.
func ReadKey(ds register.BoundDataset, text string) (store.Key, error) {
	parts := []string{text}
	if len(ds.Table.Key) > 1 {
		parts = strings.Split(text, ",")
	}
	if len(parts) != len(ds.Table.Key) {
		return nil, fmt.Errorf("the key of %s has %d columns (%s), joined with commas", ds.Name, len(ds.Table.Key), strings.Join(ds.Table.Key, ", "))
	}
	var k store.Key
	for i, name := range ds.Table.Key {
		v, err := readValue(ds.Info, name, parts[i])
		if err != nil {
			return nil, fmt.Errorf("key column %s of %s: %w", name, ds.Name, err)
		}
		k = append(k, v)
	}
	return k, nil
}

func readValue(t store.TableInfo, column, text string) (any, error) {
	for _, c := range t.Columns {
		if c.Name != column {
			continue
		}
		switch c.Type {
		case store.Integer:
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, errors.New("it holds whole numbers")
			}
			return n, nil
		case store.DateType:
			return policy.ParseDate(text)
		}
	}
	return text, nil
}
