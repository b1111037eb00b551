package mem

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/garant-rgpd/garant/store"
)

// Eval answers a question about one row in plain Go: it says what a store.Pred means, and
// the connectors are compared with it. The row holds a value for every column (nil for NULL);
// related returns the rows of another table for Exists, and may be nil where there is none.
// A column that the row lacks is an error that wraps store.ErrNoColumn.
func Eval(p store.Pred, row map[string]any, related func(table string) []map[string]any) (bool, error) {
	e := evaluator{related: func(name string) ([]map[string]any, error) {
		if related == nil {
			return nil, fmt.Errorf("table %s: %w", name, store.ErrNoTable)
		}
		return related(name), nil
	}}
	return e.eval(p, scope{row: row})
}

// evaluator answers the questions of one scan.
type evaluator struct {
	related func(table string) ([]map[string]any, error)
	// index holds related rows by the values that join them; nil where a single question is
	// asked and an index would not pay.
	index map[string]map[string][]row
}

// scope is what a question can read: its row, and the row of the question around it.
type scope struct{ row, outer row }

func (s scope) value(c *store.Col) (any, error) {
	r, where := s.row, ""
	if c.Outer {
		r, where = s.outer, "outer "
	}
	v, ok := r[c.Name]
	if !ok {
		return nil, fmt.Errorf("%scolumn %s: %w", where, c.Name, store.ErrNoColumn)
	}
	return widen(v), nil
}

func (e *evaluator) eval(p store.Pred, s scope) (bool, error) {
	switch p.Op {
	case store.OpFalse, store.OpTrue:
		return p.Op == store.OpTrue, nil
	case store.OpAnd, store.OpOr:
		return e.junction(p, s)
	case store.OpNot:
		ok, err := e.eval(p.Args[0], s)
		return !ok && err == nil, err
	case store.OpExists:
		return e.exists(p, s)
	case store.OpKeyIn:
		return keyIn(p, s)
	case store.OpCmpCols, store.OpDayAfter:
		return pairAtom(p, s)
	}
	return atom(p, s)
}

// junction evaluates every operand, so that an unknown column is found in any row.
func (e *evaluator) junction(p store.Pred, s scope) (bool, error) {
	result := p.Op == store.OpAnd
	for _, arg := range p.Args {
		ok, err := e.eval(arg, s)
		if err != nil {
			return false, err
		}
		if p.Op == store.OpAnd {
			result = result && ok
		} else {
			result = result || ok
		}
	}
	return result, nil
}

// atom evaluates the questions about one column.
func atom(p store.Pred, s scope) (bool, error) {
	if p.Col == nil {
		return false, fmt.Errorf("operator %q needs a column", p.Op)
	}
	v, err := s.value(p.Col)
	if err != nil {
		return false, err
	}
	switch p.Op {
	case store.OpIsNull:
		return v == nil, nil
	case store.OpCmp:
		return holds(v, p.Cmp, widen(p.Value))
	case store.OpIn:
		return slices.ContainsFunc(p.Values, func(w any) bool { return equal(v, widen(w)) }), nil
	case store.OpInBlock:
		return inBlock(v, p), nil
	case store.OpStray:
		return stray(v), nil
	case store.OpDayUsable:
		_, ok, err := usable(v, *p.Col)
		return ok, err
	case store.OpDaySentinel:
		d, ok, err := civil(v, *p.Col)
		return ok && d == p.Col.Sentinel || p.Col.Zero && zero(v), err
	case store.OpDayCmp:
		d, ok, err := usable(v, *p.Col)
		if err != nil || !ok {
			return false, err
		}
		return holds(d, p.Cmp, *p.Day)
	}
	return false, fmt.Errorf("unknown operator %q", p.Op)
}

// stray reports whether a value is none that a column of whole numbers should hold.
func stray(v any) bool {
	switch v.(type) {
	case string, []byte:
		return true
	}
	return false
}

// inBlock compares blocking keys of what has one.
func inBlock(v any, p store.Pred) bool {
	var key any
	switch v := v.(type) {
	case string:
		key = store.BlockKey(p.Blocking, v)
	case int64:
		key = store.BlockKey(p.Blocking, strconv.FormatInt(v, 10))
	}
	return key != nil && slices.Contains(p.Values, key)
}

// pairAtom evaluates the questions about two columns.
func pairAtom(p store.Pred, s scope) (bool, error) {
	a, err := s.value(p.Col)
	if err != nil {
		return false, err
	}
	b, err := s.value(p.Other)
	if err != nil {
		return false, err
	}
	if p.Op == store.OpCmpCols {
		return holds(a, p.Cmp, b)
	}
	day, ok, err := usable(a, *p.Col)
	if err != nil || !ok {
		return false, err
	}
	from, ok, err := usable(b, *p.Other)
	if err != nil || !ok {
		return false, err
	}
	return day.After(from.Add(store.Period{Months: p.Months, Days: p.Days})), nil
}

// holds compares two values; with a NULL, or with values of two kinds, nothing holds.
func holds(a any, op string, b any) (bool, error) {
	n, ok := compare(a, b)
	switch op {
	case "=":
		return ok && n == 0, nil
	case "<":
		return ok && n < 0, nil
	case "<=":
		return ok && n <= 0, nil
	case ">":
		return ok && n > 0, nil
	case ">=":
		return ok && n >= 0, nil
	}
	return false, fmt.Errorf("unknown comparison %q", op)
}

func keyIn(p store.Pred, s scope) (bool, error) {
	var own store.Key
	for _, c := range p.KeyCols {
		v, err := s.value(&store.Col{Name: c})
		if err != nil {
			return false, err
		}
		own = append(own, v)
	}
	return slices.ContainsFunc(p.Keys, func(k store.Key) bool {
		return slices.EqualFunc(own, k, func(a, b any) bool { return equal(a, widen(b)) })
	}), nil
}

func (e *evaluator) exists(p store.Pred, s scope) (bool, error) {
	rows, err := e.joined(p, s.row)
	if err != nil {
		return false, err
	}
	where := store.True()
	if p.Where != nil {
		where = *p.Where
	}
	for _, r := range rows {
		ok, err := e.eval(where, scope{row: r, outer: s.row})
		if err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// joined returns the related rows that p's pairs join to the row.
func (e *evaluator) joined(p store.Pred, parent row) ([]row, error) {
	var children, parents []string
	for _, on := range p.On {
		if _, ok := parent[on.Parent]; !ok {
			return nil, fmt.Errorf("column %s: %w", on.Parent, store.ErrNoColumn)
		}
		children, parents = append(children, on.Child), append(parents, on.Parent)
	}
	index, err := e.indexOf(p.Table, children)
	if err != nil {
		return nil, err
	}
	d, ok := digest(widened(parent), parents)
	if !ok {
		return nil, nil // a NULL joins nothing
	}
	return index[d], nil
}

// indexOf returns the table's rows by their values in cols, kept for the scan.
func (e *evaluator) indexOf(name string, cols []string) (map[string][]row, error) {
	id := fmt.Sprintf("%q %q", name, cols)
	if index, ok := e.index[id]; ok {
		return index, nil
	}
	rows, err := e.related(name)
	if err != nil {
		return nil, err
	}
	index := map[string][]row{}
	for _, r := range rows {
		for _, c := range cols {
			if _, ok := r[c]; !ok {
				return nil, fmt.Errorf("column %s.%s: %w", name, c, store.ErrNoColumn)
			}
		}
		if d, ok := digest(widened(r), cols); ok {
			index[d] = append(index[d], r)
		}
	}
	if e.index != nil {
		e.index[id] = index
	}
	return index, nil
}

// widened returns the row with the contract's kinds of numbers; rows of a Store have them.
func widened(r row) row {
	for _, v := range r {
		switch v.(type) {
		case int, int32, float32:
			r = maps.Clone(r)
			for c, v := range r {
				r[c] = widen(v)
			}
			return r
		}
	}
	return r
}
