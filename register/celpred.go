package register

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// comparisons are CEL's names of the comparison operators.
var comparisons = map[string]string{
	operators.Equals: "==", operators.NotEquals: "!=",
	operators.Less: "<", operators.LessEquals: "<=",
	operators.Greater: ">", operators.GreaterEquals: ">=",
}

// flipped gives the operator with its sides exchanged, negated its opposite.
var (
	flipped = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
	negated = map[string]string{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
)

// compare translates left cmp right.
func (c checker) compare(e ast.Expr, cmp string) (Condition, error) {
	args := e.AsCall().Args()
	l, err := c.operand(args[0])
	if err != nil {
		return Condition{}, err
	}
	r, err := c.operand(args[1])
	if err != nil {
		return Condition{}, err
	}
	if !l.isColumn() {
		l, r, cmp = r, l, flipped[cmp]
	}
	if !l.isColumn() {
		return Condition{}, c.fail(c.at(e), "name a column on one side", "two constants are compared")
	}
	if r.kind == kindNull {
		return c.compareNull(l, c.at(e), cmp)
	}
	return c.compareValues(l, r, cmp)
}

func (c checker) compareNull(l operand, at int, cmp string) (Condition, error) {
	null := store.IsNull(l.col)
	is := Condition{True: null, False: store.Not(null)}
	switch cmp {
	case "==":
		return is, nil
	case "!=":
		return is.Not(), nil
	}
	return Condition{}, c.fail(at, "only == null and != null are", "%s null is not a question", cmp)
}

func (c checker) compareValues(l, r operand, cmp string) (Condition, error) {
	r, err := c.fit(l, r)
	if err != nil {
		return Condition{}, err
	}
	ordered := cmp != "==" && cmp != "!="
	if ordered && (l.kind == kindBoolean || len(l.enum) > 0) {
		return Condition{}, c.fail(l.at, "only == and != are", "%s has no order that all stores share", l.label())
	}
	switch {
	case l.kind == kindDay && r.isColumn():
		return compareDays(l.col, cmp, r.col), nil
	case l.kind == kindDay:
		return compareDay(l.col, cmp, r.value.(policy.Date)), nil
	case r.isColumn():
		return compareCols(l.col, cmp, r.col), nil
	case l.kind == kindBoolean:
		return compareBool(l.col, r.value == (cmp == "==")), nil
	}
	return compareValue(l.col, cmp, r.value), nil
}

// fit checks that r can be compared with the column l and gives a constant l's type.
func (c checker) fit(l, r operand) (operand, error) {
	for _, o := range []operand{l, r} {
		if o.why != nil {
			return r, o.why
		}
		if o.kind == kindOpaque {
			return r, c.fail(o.at, "only == null and != null are", "%s has a type that cannot be compared", o.label())
		}
	}
	if n, ok := r.value.(int64); ok && l.kind == kindNumber {
		r.kind, r.value = kindNumber, float64(n)
	}
	if l.kind != r.kind {
		return r, c.fail(r.at, constantHint(l), "%s is %s, %s is %s", l.label(), l.kind, r.label(), r.kind)
	}
	if r.isColumn() && !slices.Equal(l.enum, r.enum) {
		return r, c.fail(r.at, "", "%s and %s are enumerations of different values", l.label(), r.label())
	}
	if s, ok := r.value.(string); ok && len(l.enum) > 0 && !slices.Contains(l.enum, s) {
		return r, c.fail(r.at, suggest(s, l.enum, "its values are"), "%s is never %q", l.label(), s)
	}
	return r, nil
}

func constantHint(l operand) string {
	example := map[kind]string{
		kindText: `"text"`, kindInteger: "12", kindNumber: "1.5",
		kindBoolean: "true", kindDay: `date("2020-01-31")`,
	}[l.kind]
	return fmt.Sprintf("compare it with %s", example)
}

// known is true of the rows where the column holds something.
func known(c store.Col) store.Pred { return store.Not(store.IsNull(c)) }

// compareValue compares a column with a constant. Where a NULL makes both sides of the
// ordering atoms false, the condition is null, as it should be.
func compareValue(c store.Col, cmp string, v any) Condition {
	switch cmp {
	case "==":
		is := store.Compare(c, "=", v)
		return Condition{True: is, False: store.And(known(c), store.Not(is))}
	case "!=":
		return compareValue(c, "==", v).Not()
	}
	return Condition{True: store.Compare(c, cmp, v), False: store.Compare(c, negated[cmp], v)}
}

func compareBool(c store.Col, v bool) Condition {
	return Condition{True: store.Compare(c, "=", v), False: store.Compare(c, "=", !v)}
}

func compareCols(a store.Col, cmp string, b store.Col) Condition {
	switch cmp {
	case "==":
		is := store.CompareCols(a, "=", b)
		return Condition{True: is, False: store.And(known(a), known(b), store.Not(is))}
	case "!=":
		return compareCols(a, "==", b).Not()
	}
	return Condition{True: store.CompareCols(a, cmp, b), False: store.CompareCols(a, negated[cmp], b)}
}

// compareDay compares a column of days with a day by the two atoms that stores know, so that
// a column without zone or written as text needs no date function.
func compareDay(c store.Col, cmp string, d policy.Date) Condition {
	prev := d.Add(policy.Days(-1))
	upTo := Condition{True: store.OnOrBefore(c, d), False: store.LaterThan(c, d)}
	before := Condition{True: store.OnOrBefore(c, prev), False: store.LaterThan(c, prev)}
	switch cmp {
	case "<=":
		return upTo
	case ">":
		return upTo.Not()
	case "<":
		return before
	case ">=":
		return before.Not()
	case "==":
		return upTo.And(before.Not())
	}
	return upTo.And(before.Not()).Not()
}

func compareDays(a store.Col, cmp string, b store.Col) Condition {
	later, earlier := laterDay(a, b), laterDay(b, a)
	switch cmp {
	case ">":
		return later
	case "<=":
		return later.Not()
	case "<":
		return earlier
	case ">=":
		return earlier.Not()
	case "==":
		return later.Or(earlier).Not()
	}
	return later.Or(earlier)
}

func laterDay(a, b store.Col) Condition {
	is := store.LaterThanPlus(a, b, 0, 0)
	return Condition{True: is, False: store.And(store.Usable(a), store.Usable(b), store.Not(is))}
}

// member translates column in [constants].
func (c checker) member(e ast.Expr) (Condition, error) {
	args := e.AsCall().Args()
	l, err := c.operand(args[0])
	if err != nil {
		return Condition{}, err
	}
	if !l.isColumn() || l.kind == kindBoolean || args[1].Kind() != ast.ListKind || args[1].AsList().Size() == 0 {
		return Condition{}, c.fail(c.at(e), `write column in ["one", "two"]`, "in takes a column and a list of constants")
	}
	values, err := c.constants(l, args[1].AsList())
	if err != nil {
		return Condition{}, err
	}
	if l.kind == kindDay {
		return inDays(l.col, values), nil
	}
	in := store.In(l.col, values...)
	return Condition{True: in, False: store.And(known(l.col), store.Not(in))}, nil
}

// constants reads the list that l is looked for in.
func (c checker) constants(l operand, list ast.ListExpr) ([]any, error) {
	var values []any
	for _, e := range list.Elements() {
		r, err := c.operand(e)
		if err != nil {
			return nil, err
		}
		if r.isColumn() || r.kind == kindNull {
			return nil, c.fail(r.at, "add || column == null", "the list after in holds constants only")
		}
		if r, err = c.fit(l, r); err != nil {
			return nil, err
		}
		values = append(values, r.value)
	}
	return values, nil
}

func inDays(c store.Col, days []any) Condition {
	one := constant(false)
	for _, d := range days {
		one = one.Or(compareDay(c, "==", d.(policy.Date)))
	}
	return one
}
