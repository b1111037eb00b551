package mem

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// insert adds rows. Only what is added is checked, so that filling a table is not quadratic.
func (st *state) insert(name string, rows []map[string]any) error {
	t, err := st.table(name)
	if err != nil {
		return err
	}
	for _, values := range rows {
		var r row
		if r, err = t.normal(values); err != nil {
			break
		}
		if err = t.take(r); err != nil {
			break
		}
		t.rows = append(t.rows, r)
	}
	added := t.rows[len(st.tables[name].rows):]
	if err == nil {
		st.tables[name] = t
		err = st.checkReferences(name, added)
	}
	if err != nil {
		t.release(added)
	}
	return err
}

// change replaces the rows that match by what edit makes of them.
func (st *state) change(name string, match func(row) bool, edit func(row) (row, error)) error {
	t, err := st.table(name)
	if err != nil {
		return err
	}
	var changed []row
	t.rows = slices.Clone(t.rows)
	for i, r := range t.rows {
		if !match(r) {
			continue
		}
		if r, err = edit(r); err != nil {
			return err
		}
		if t.rows[i], err = t.normal(r); err != nil {
			return err
		}
		changed = append(changed, t.rows[i])
	}
	if err := st.store(name, t); err != nil {
		return err
	}
	if err := st.checkReferences(name, changed); err != nil {
		return err
	}
	return st.checkReferrers(name)
}

// remove deletes the rows that match and what hangs on them, as the foreign keys say.
func (st *state) remove(name string, match func(row) bool) error {
	t, err := st.table(name)
	if err != nil {
		return err
	}
	var gone []row
	t.rows = slices.DeleteFunc(slices.Clone(t.rows), func(r row) bool {
		if match(r) {
			gone = append(gone, r)
			return true
		}
		return false
	})
	if len(gone) == 0 {
		return nil
	}
	if err := st.store(name, t); err != nil {
		return err
	}
	if err := st.follow(name, gone); err != nil {
		return err
	}
	return st.checkReferrers(name)
}

// follow carries a deletion on to the rows that refer to the gone ones.
func (st *state) follow(name string, gone []row) error {
	for _, child := range slices.Sorted(maps.Keys(st.tables)) {
		for _, fk := range st.tables[child].info.ForeignKeys {
			if fk.Table != name {
				continue
			}
			lost := tuples(gone, fk.To)
			match := func(r row) bool { d, ok := digest(r, fk.Columns); return ok && lost[d] }
			if err := st.onDelete(child, fk, match); err != nil {
				return err
			}
		}
	}
	return nil
}

func (st *state) onDelete(child string, fk store.ForeignKey, match func(row) bool) error {
	switch fk.OnDelete {
	case "CASCADE":
		return st.remove(child, match)
	case "SET NULL":
		return st.change(child, match, func(r row) (row, error) {
			r = maps.Clone(r)
			for _, c := range fk.Columns {
				r[c] = nil
			}
			return r, nil
		})
	}
	return nil // checkReferrers refuses what is left hanging
}

// store puts the table's new version in place if its rows are unique.
func (st *state) store(name string, t table) error {
	t.taken = t.uniques()
	for _, r := range t.rows {
		if err := t.take(r); err != nil {
			return err
		}
	}
	st.tables[name] = t
	return nil
}

// checkReferences refuses rows of the table that refer to nothing.
func (st *state) checkReferences(name string, rows []row) error {
	for _, fk := range st.tables[name].info.ForeignKeys {
		parents := st.tables[fk.Table].having(fk.To)
		for _, r := range rows {
			if d, ok := digest(r, fk.Columns); ok && !parents[d] {
				return fmt.Errorf("foreign key of %s to %s: %w", name, fk.Table, ErrConstraint)
			}
		}
	}
	return nil
}

// checkReferrers refuses a state in which a row refers to a row of the table that is not there.
func (st *state) checkReferrers(name string) error {
	for child, t := range st.tables {
		for _, fk := range t.info.ForeignKeys {
			if fk.Table == name {
				if err := st.checkReferences(child, t.rows); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// uniques returns the empty sets of what may be there only once, by the columns' names.
func (t table) uniques() map[string]map[string]bool {
	taken := map[string]map[string]bool{}
	if len(t.info.Key) > 0 {
		taken[""] = map[string]bool{}
	}
	for _, c := range t.info.Columns {
		if c.Unique {
			taken[c.Name] = map[string]bool{}
		}
	}
	return taken
}

// take enters the row's unique values, all of them, or refuses the row if one is taken.
func (t table) take(r row) error {
	for name, set := range t.taken {
		if d, ok := digest(r, t.columnsOf(name)); ok && set[d] {
			return fmt.Errorf("table %s: %v given twice: %w", t.info.Name, t.columnsOf(name), ErrConstraint)
		}
	}
	for name, set := range t.taken {
		if d, ok := digest(r, t.columnsOf(name)); ok {
			set[d] = true
		}
	}
	return nil
}

// release forgets the unique values of rows that were taken and will not be stored.
func (t table) release(rows []row) {
	for _, r := range rows {
		for name, set := range t.taken {
			if d, ok := digest(r, t.columnsOf(name)); ok {
				delete(set, d)
			}
		}
	}
}

// columnsOf returns the columns of a unique set: those of the key have the empty name.
func (t table) columnsOf(name string) []string {
	if name == "" {
		return t.info.Key
	}
	return []string{name}
}

// having returns the digests of all the rows' values in cols, as kept where they are unique.
func (t table) having(cols []string) map[string]bool {
	if len(cols) == 1 && t.taken[cols[0]] != nil {
		return t.taken[cols[0]]
	}
	if slices.Equal(cols, t.info.Key) {
		return t.taken[""]
	}
	return tuples(t.rows, cols)
}

// normal returns the row with every column of the table and values of the contract's kinds.
func (t table) normal(values row) (row, error) {
	r := make(row, len(t.info.Columns))
	for _, c := range t.info.Columns {
		v, ok := normal(c.Type, values[c.Name])
		if !ok {
			return nil, fmt.Errorf("column %s.%s is %s and not %T", t.info.Name, c.Name, c.Type, values[c.Name])
		}
		if v == nil && c.NotNull {
			return nil, fmt.Errorf("column %s.%s is NULL: %w", t.info.Name, c.Name, ErrConstraint)
		}
		r[c.Name] = v
	}
	for name := range values {
		if _, ok := r[name]; !ok {
			return nil, fmt.Errorf("column %s.%s: %w", t.info.Name, name, store.ErrNoColumn)
		}
	}
	return r, nil
}

// normal returns v as a column of the type holds it. A string in a column of dates stands
// for what some engine lets in there, such as 0000-00-00, and is kept.
func normal(t store.Type, v any) (any, bool) {
	v = widen(v)
	switch v := v.(type) {
	case nil:
		return nil, true
	case int64:
		if t == store.Number {
			return float64(v), true
		}
		return v, t == store.Integer || t == store.Other
	case float64:
		return v, t == store.Number || t == store.Other
	case bool:
		return v, t == store.Boolean || t == store.Other
	case string:
		return v, t == store.Text || t == store.DateType || t == store.DateTime || t == store.Instant || t == store.Other
	case []byte:
		return bytes.Clone(v), t == store.Bytes || t == store.Other
	case store.Day:
		return v, t == store.DateType || t == store.Other
	case time.Time:
		if t == store.DateTime { // a clock reading, whatever the zone
			v = time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), time.UTC)
		}
		return v, t == store.DateTime || t == store.Instant || t == store.Other
	}
	return nil, false
}

// widen returns the numbers of Go's other kinds as the contract's.
func widen(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case float32:
		return float64(v)
	}
	return v
}

// having matches the rows that have all the values.
func having(values map[string]any) func(row) bool {
	return func(r row) bool {
		for c, v := range values {
			if !equal(r[c], widen(v)) {
				return false
			}
		}
		return true
	}
}

// tuples returns the digests of the rows' values in cols; rows with a NULL have none.
func tuples(rows []row, cols []string) map[string]bool {
	set := map[string]bool{}
	for _, r := range rows {
		if d, ok := digest(r, cols); ok {
			set[d] = true
		}
	}
	return set
}
