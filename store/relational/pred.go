package relational

import (
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Comparisons that a question may ask for.
var comparisons = []string{"=", "<", "<=", ">", ">="}

// exactText stands for the type of what Dialect.Exact writes, in BindAs.
const exactText = "text"

// Pred writes the predicate as a condition of WHERE or CASE: it is true where the predicate
// holds, and false or NULL where it does not. Only under Not is the difference seen, and
// there IS NOT TRUE removes it; so atoms stay plain comparisons that an index serves.
func (w *Writer) Pred(p store.Pred) error {
	switch p.Op {
	case store.OpFalse:
		w.Write("(1=0)")
	case store.OpTrue:
		w.Write("(1=1)")
	case store.OpAnd:
		return w.junction(" AND ", "(1=1)", p.Args)
	case store.OpOr:
		return w.junction(" OR ", "(1=0)", p.Args)
	case store.OpNot:
		return w.not(p)
	case store.OpExists:
		return w.exists(p)
	case store.OpKeyIn:
		return w.keyIn(p)
	case store.OpCmpCols:
		return w.compareCols(p)
	case store.OpDayAfter:
		return w.dayAfter(p)
	case store.OpDayUsable, store.OpDaySentinel, store.OpDayCmp:
		return w.day(p)
	case store.OpInBlock:
		return w.inBlock(p)
	case store.OpStray:
		return w.stray(p)
	case store.OpIsNull, store.OpCmp, store.OpIn:
		return w.atom(p)
	default:
		return fmt.Errorf("unknown operator %q", p.Op)
	}
	return nil
}

func (w *Writer) junction(op, unit string, args []store.Pred) error {
	if len(args) == 0 {
		w.Write(unit)
		return nil
	}
	w.Write("(")
	for i, a := range args {
		if i > 0 {
			w.Write(op)
		}
		if err := w.Pred(a); err != nil {
			return err
		}
	}
	w.Write(")")
	return nil
}

func (w *Writer) not(p store.Pred) error {
	if len(p.Args) != 1 {
		return fmt.Errorf("operator %q needs one operand", p.Op)
	}
	if p.Args[0].Op == store.OpExists {
		w.Write("NOT ") // never NULL, and the planners know NOT EXISTS
		return w.exists(p.Args[0])
	}
	w.Write("((")
	if err := w.Pred(p.Args[0]); err != nil {
		return err
	}
	w.Write(") IS NOT TRUE)")
	return nil
}

func (w *Writer) exists(p store.Pred) error {
	r := w.tables(p.Table)
	outer := len(w.scopes) - 1
	alias := w.enter(r)
	defer w.leave()
	w.Write("EXISTS (SELECT 1 FROM ", w.table(r), " AS ", alias, " WHERE ")
	for _, on := range p.On {
		child, cc, err := w.ref(&store.Col{Name: on.Child})
		if err != nil {
			return err
		}
		parent, cp, err := w.ref(&store.Col{Name: on.Parent, Outer: true})
		if err != nil {
			return fmt.Errorf("join to %s: %w", w.scopes[outer].relation.Info.Name, err)
		}
		w.pair(child, cc, "=", parent, cp)
		w.Write(" AND ")
		w.raise(KeyColumn{child, cc}, KeyColumn{parent, cp})
	}
	where := store.True()
	if p.Where != nil {
		where = *p.Where
	}
	if err := w.Pred(where); err != nil {
		return err
	}
	w.Write(")")
	return nil
}

// raise writes that a column which equals the walk's own is not below the floor either. The
// planners do not see that by themselves, and a merge would read the related table from its
// beginning for each batch.
func (w *Writer) raise(child, parent KeyColumn) {
	at := w.floor.column
	if at.Ref != parent.Ref || child.Type != store.Integer || parent.Type != store.Integer {
		return
	}
	w.Write("(", child.Ref, " >= ")
	w.bindKey(child, w.floor.value)
	w.Write(") AND ")
}

func (w *Writer) keyIn(p store.Pred) error {
	cols, err := w.keyColumns(p.KeyCols)
	if err != nil {
		return err
	}
	return w.keys(cols, p.Keys, true)
}

// atom writes the questions about one column's value.
func (w *Writer) atom(p store.Pred) error {
	ref, info, err := w.ref(p.Col)
	if err != nil {
		return err
	}
	switch p.Op {
	case store.OpIsNull:
		w.Write("(", ref, " IS NULL)")
		return nil
	case store.OpCmp:
		return w.compare(ref, info, p.Cmp, []any{p.Value})
	}
	return w.compare(ref, info, "IN", p.Values)
}

// compare writes that the column compares to the constants. A constant of another kind than
// the column's compares to nothing, rather than as each engine converts it.
func (w *Writer) compare(ref string, c store.Column, op string, vs []any) error {
	if op != "IN" && !slices.Contains(comparisons, op) {
		return fmt.Errorf("unknown comparison %q", op)
	}
	var texts, numbers []any
	for _, v := range vs {
		switch v := v.(type) {
		case string:
			if holdsText(c.Type) && w.d.Storable(v) {
				texts = append(texts, v)
			}
		case bool, int64, int, int32, float64, float32:
			if holdsNumbers(c.Type) {
				numbers = append(numbers, numberFor(c.Type, v))
			}
		case nil:
		default:
			return fmt.Errorf("column %s cannot be compared with a %T", c.Name, v)
		}
	}
	w.Write("(")
	switch {
	case len(texts) == 0 && len(numbers) == 0:
		w.Write("1=0")
	case len(numbers) == 0:
		w.compareText(ref, c, op, texts)
	case len(texts) == 0:
		w.compareNumbers(ref, c, op, numbers)
	default:
		w.compareText(ref, c, op, texts)
		w.Write(" OR ")
		w.compareNumbers(ref, c, op, numbers)
	}
	w.Write(")")
	return nil
}

func (w *Writer) compareText(ref string, c store.Column, op string, vs []any) {
	w.guard(ref, true)
	equality := op == "=" || op == "IN"
	if equality && w.d.Raw(c) {
		w.operands(ref, op, vs, c.Native)
		return
	}
	if equality && w.d.Coarse {
		w.operands(ref, op, vs, c.Native)
		w.Write(" AND ")
	}
	w.operands(w.d.Exact(ref), op, vs, exactText)
}

func (w *Writer) compareNumbers(ref string, c store.Column, op string, vs []any) {
	w.guard(ref, false)
	if _, isBool := vs[0].(bool); c.Type == store.Boolean && !isBool {
		ref = "CASE WHEN " + ref + " THEN 1 WHEN NOT " + ref + " THEN 0 END"
	}
	w.operands(ref, op, vs, "")
}

func (w *Writer) guard(ref string, text bool) {
	if g := w.d.Guard(ref, text); g != "" {
		w.Write(g, " AND ")
	}
}

func (w *Writer) guardColumn(ref string, c store.Column) {
	if c.Type == store.Text || number(c.Type) {
		w.guard(ref, c.Type == store.Text)
	}
}

// operands compares with constants: texts of the type that as stands for, or numbers.
func (w *Writer) operands(left, op string, vs []any, as string) {
	w.Write(left, " ", op, " ")
	if op != "IN" {
		w.operand(vs[0], as)
		return
	}
	w.Write("(")
	w.Join(", ", len(vs), func(i int) { w.operand(vs[i], as) })
	w.Write(")")
}

func (w *Writer) operand(v any, as string) {
	if text, ok := v.(string); ok {
		w.BindAs(as, text)
		return
	}
	w.Bind(v)
}

// compareCols writes that two columns of the same kind compare.
func (w *Writer) compareCols(p store.Pred) error {
	a, ca, err := w.ref(p.Col)
	if err != nil {
		return err
	}
	b, cb, err := w.ref(p.Other)
	if err != nil {
		return err
	}
	if !slices.Contains(comparisons, p.Cmp) {
		return fmt.Errorf("unknown comparison %q", p.Cmp)
	}
	w.Write("(")
	w.guardColumn(a, ca)
	w.guardColumn(b, cb)
	w.pair(a, ca, p.Cmp, b, cb)
	w.Write(")")
	return nil
}

// pair writes that two columns compare; columns of different kinds do not.
func (w *Writer) pair(a string, ca store.Column, op, b string, cb store.Column) {
	w.Write("(")
	defer w.Write(")")
	switch {
	case ca.Type == store.Text && cb.Type == store.Text:
		if op == "=" && w.d.Raw(ca) && w.d.Raw(cb) {
			break
		}
		if op == "=" && w.d.Coarse {
			w.Write(a, " = ", b, " AND ")
		}
		a, b = w.d.Exact(a), w.d.Exact(b)
	case ca.Type == cb.Type, ca.Type == store.Other, cb.Type == store.Other:
	case number(ca.Type) && number(cb.Type):
		a, b = asNumber(a, ca.Type), asNumber(b, cb.Type)
	default:
		w.Write("1=0")
		return
	}
	w.Write(a, " ", op, " ", b)
}

func asNumber(ref string, t store.Type) string {
	if t == store.Boolean {
		return "CASE WHEN " + ref + " THEN 1 WHEN NOT " + ref + " THEN 0 END"
	}
	return ref
}

// numberFor returns a boolean as 0 or 1 where the column holds numbers.
func numberFor(t store.Type, v any) any {
	switch v := v.(type) {
	case bool:
		if t == store.Boolean {
			return v
		}
		if v {
			return int64(1)
		}
		return int64(0)
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case float32:
		return float64(v)
	}
	return v
}

func holdsText(t store.Type) bool { return t == store.Text || t == store.Other }

func holdsNumbers(t store.Type) bool { return number(t) || t == store.Other }

func number(t store.Type) bool {
	return t == store.Integer || t == store.Number || t == store.Boolean
}
