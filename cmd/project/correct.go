package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Change is what a field is to hold, as people write it.
type Change struct {
	// Column is a personal one; an empty Value empties it.
	Column, Value string
	// Shown is what it was seen to hold; nil where nobody looked.
	Shown *string
}

// Rectifying is one record with the fields that are corrected.
type Rectifying struct {
	Dataset register.BoundDataset
	Key     store.Key
	Changes []Change
}

// ErrValue says that a column is none that may be corrected, or that a value does not fit it.
var ErrValue = errors.New("the value does not fit")

// ErrMoved says that a field no longer holds what it was seen to hold.
var ErrMoved = errors.New("the field has changed since it was shown")

// ErrOthers says that a record is shared with other persons, whose values are shown to nobody.
var ErrOthers = errors.New("the record is shared with other persons")

// RectifyCase corrects fields of a record of the person (article 16 GDPR) and notes each in the
// case. All values are read before the first is set; each is set in a transaction of its own.
func (p *Project) RectifyCase(ctx context.Context, d rights.Desk, id string, r Rectifying, s rights.Signed) (rights.Case, error) {
	xs, err := r.corrections()
	if err != nil {
		return rights.Case{}, err
	}
	k, found, err := p.LookCase(ctx, d, id, s)
	if err != nil {
		return k, err
	}
	if k.Right != rights.Rectification {
		return k, fmt.Errorf("%s asks for %s: %w", k.ID, k.Right, rights.ErrAct)
	}
	for _, x := range xs {
		done, err := p.Rectify(ctx, k, found, x, s)
		if err != nil {
			return k, err
		}
		if k, err = d.Rectify(ctx, k.ID, done, s); err != nil {
			return k, err
		}
	}
	return k, nil
}

func (r Rectifying) corrections() ([]Correction, error) {
	var out []Correction
	for _, c := range r.Changes {
		if !slices.Contains(correctable(r.Dataset), c.Column) {
			return nil, fmt.Errorf("write COLUMN=VALUE, with a personal column of %s: %w", r.Dataset.Name, ErrValue)
		}
		v, err := rightValue(r.Dataset.Info, c.Column, c.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, Correction{Dataset: r.Dataset, Key: r.Key, Column: c.Column, Value: v, Shown: c.Shown})
	}
	return out, nil
}

// correctable lists the columns of field groups, without those of the key and those that the
// engine makes from others.
func correctable(ds register.BoundDataset) []string {
	computed := func(name string) bool {
		return slices.ContainsFunc(ds.Info.Columns, func(c store.Column) bool { return c.Name == name && c.Computed })
	}
	var out []string
	for _, g := range ds.Groups {
		for _, c := range g.Columns {
			if !slices.Contains(ds.Table.Key, c) && !slices.Contains(out, c) && !computed(c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// rightValue reads a value as its column takes it. Errors do not repeat it.
func rightValue(t store.TableInfo, column, text string) (any, error) {
	i := slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == column })
	if text == "" && !t.Columns[i].NotNull {
		return nil, nil
	}
	switch t.Columns[i].Type {
	case store.Integer, store.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("column %s holds numbers: %w", column, ErrValue)
		}
		return n, nil
	case store.Boolean:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("column %s holds true or false: %w", column, ErrValue)
		}
		return b, nil
	}
	return text, nil
}

// FieldsOf returns what the fields of a record of the person that may be corrected hold, in the
// order of the register; empty for NULL. A record that was not found for the case is
// ErrNotTheirs, one that others share is ErrOthers.
func (p *Project) FieldsOf(ctx context.Context, d rights.Desk, id string, ds register.BoundDataset, key store.Key, s rights.Signed) ([]Change, error) {
	k, found, err := p.LookCase(ctx, d, id, s)
	if err != nil {
		return nil, err
	}
	driver, ok := p.stores[ds.Store]
	rec := among(found, ds, key)
	switch {
	case k.Right != rights.Rectification:
		return nil, fmt.Errorf("%s asks for %s: %w", k.ID, k.Right, rights.ErrAct)
	case rec == nil:
		return nil, fmt.Errorf("%s: %s: %w", k.ID, ds.Name, ErrNotTheirs)
	case rec.Shared:
		return nil, fmt.Errorf("%s: %s: %w", k.ID, ds.Name, ErrOthers)
	case !ok:
		return nil, fmt.Errorf("store %s: %w", ds.Store, store.ErrUnreachable)
	}
	columns := correctable(ds)
	var out []Change
	q := store.Query{Table: ds.Table, Columns: columns, Where: store.KeyIn(ds.Table.Key, []store.Key{key}), Limit: 1}
	err = driver.Find(ctx, q, func(row store.Row) bool {
		for i, c := range columns {
			out = append(out, Change{Column: c, Value: fieldText(row[i])})
		}
		return true
	})
	return out, err
}

// among returns the record where it is one of those that were found; nil where it is not.
func among(f rights.Found, ds register.BoundDataset, key store.Key) *rights.Record {
	i := slices.IndexFunc(f.Records, func(r rights.Record) bool {
		return r.Dataset == ds.Name && rights.RefOf(r.Dataset, r.Key) == rights.RefOf(ds.Name, key)
	})
	if i < 0 {
		return nil
	}
	return &f.Records[i]
}

// fieldText writes a value as people read it, its lines ended in one way; NULL is empty.
func fieldText(v any) string {
	if v == nil {
		return ""
	}
	return strings.ReplaceAll(rights.RecordName(store.Key{v}), "\r\n", "\n")
}
