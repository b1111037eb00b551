package relational

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/store"
)

// Writer builds one statement, its text and its bound values in the same order.
type Writer struct {
	d      *Dialect
	tables func(name string) Relation
	text   strings.Builder
	args   []any
	bound  map[bound]int // the placeholders that can be used again
	scopes []scope       // the tables that can be read, the innermost last
	floor  floor
	// scans is true of statements that read rows in the order in which they lie, so that no index
	// on a day is to serve.
	scans bool
	// blocked is true once the statement computes blocking keys.
	blocked bool
}

// floor is what the first key column of the statement's table is not below, as the walk is
// there already; the zero floor is none.
type floor struct {
	column KeyColumn
	value  any
}

// bound is a value as it was bound: to a placeholder of which type.
type bound struct {
	as string
	v  any
}

// scope is a table that a question reads, under the name that qualifies its columns.
type scope struct {
	qualifier string
	relation  Relation
}

// missingError says that the catalog does not know a column, which may be new.
type missingError struct{ table, column string }

func (e missingError) Error() string { return fmt.Sprintf("column %s of %s", e.column, e.table) }

// Unwrap makes the error one of the contract's.
func (e missingError) Unwrap() error { return store.ErrNoColumn }

// Write appends SQL text that holds no value.
func (w *Writer) Write(parts ...string) {
	for _, p := range parts {
		w.text.WriteString(p)
	}
}

// Bind appends a placeholder and binds the value to it. Numbers, whose placeholder says
// their type itself, share one.
func (w *Writer) Bind(v any) {
	switch v.(type) {
	case int64, float64, bool:
		w.share("", w.d.Bind(v), v)
	default:
		w.placeholder(w.d.Bind(v), v)
	}
}

// BindPlain appends a placeholder without a type and binds a value of the engine's driver.
func (w *Writer) BindPlain(v any) { w.placeholder(v, nil) }

// BindAs is BindPlain for a value that may be bound many times, such as a cutoff. Equal ones
// share a placeholder where its type is the same in all places, which as stands for: an
// engine that infers types allows only one for each placeholder.
func (w *Writer) BindAs(as, v string) { w.share(as, v, nil) }

func (w *Writer) share(as string, v, typed any) {
	if !w.d.Numbered {
		w.placeholder(v, typed)
		return
	}
	key := bound{as, v}
	if n, ok := w.bound[key]; ok {
		w.Write(w.d.Param(n, typed))
		return
	}
	if w.bound == nil {
		w.bound = map[bound]int{}
	}
	w.placeholder(v, typed)
	w.bound[key] = len(w.args)
}

func (w *Writer) placeholder(v, typed any) {
	w.args = append(w.args, v)
	w.Write(w.d.Param(len(w.args), typed))
}

// table returns the table's quoted name, with its schema where the engine has schemas.
func (w *Writer) table(r Relation) string {
	if r.Schema == "" {
		return w.d.Quote(r.Name)
	}
	return w.d.Quote(r.Schema) + "." + w.d.Quote(r.Name)
}

// enter makes a table the innermost one that is read. The table of the statement is known
// by its own name, as not every engine has aliases in DELETE; related ones by aliases.
func (w *Writer) enter(r Relation) string {
	q := r.Name
	if len(w.scopes) > 0 {
		q = "garant_" + strconv.Itoa(len(w.scopes))
		if q == w.scopes[0].qualifier {
			q = "garant_x" + strconv.Itoa(len(w.scopes))
		}
	}
	w.scopes = append(w.scopes, scope{w.d.Quote(q), r})
	return w.d.Quote(q)
}

func (w *Writer) leave() { w.scopes = w.scopes[:len(w.scopes)-1] }

// ref returns the qualified column and what is known of it.
func (w *Writer) ref(c *store.Col) (string, store.Column, error) {
	if c == nil {
		return "", store.Column{}, fmt.Errorf("the operator needs a column")
	}
	at := len(w.scopes) - 1
	if c.Outer {
		at--
	}
	if at < 0 {
		return "", store.Column{}, fmt.Errorf("outer column %s: %w", c.Name, store.ErrNoColumn)
	}
	s := w.scopes[at]
	info, ok := s.relation.column(c.Name)
	if !ok {
		return "", info, missingError{s.relation.Info.Name, c.Name}
	}
	return s.qualifier + "." + w.d.Quote(c.Name), info, nil
}

// keyColumns returns the columns of a key in the innermost table.
func (w *Writer) keyColumns(names []string) ([]KeyColumn, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("table %s has no key", w.scopes[len(w.scopes)-1].relation.Info.Name)
	}
	var out []KeyColumn
	for _, n := range names {
		ref, info, err := w.ref(&store.Col{Name: n})
		if err != nil {
			return nil, err
		}
		out = append(out, KeyColumn{ref, info})
	}
	return out, nil
}

// Join writes the parts with a separator between them.
func (w *Writer) Join(sep string, n int, part func(i int)) {
	for i := range n {
		if i > 0 {
			w.Write(sep)
		}
		part(i)
	}
}

// refs writes the columns, separated by commas.
func (w *Writer) refs(cols []KeyColumn) {
	w.Join(", ", len(cols), func(i int) { w.Write(cols[i].Ref) })
}

// selects writes the columns of a list of results.
func (w *Writer) selects(cols []KeyColumn) {
	w.Join(", ", len(cols), func(i int) { w.Write(w.d.Select(cols[i].Ref)) })
}
