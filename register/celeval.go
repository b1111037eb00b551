package register

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/garant-rgpd/garant/policy"
)

// Eval answers for one row by walking the CEL tree; nil is null. It shares no line with the
// translation to predicates beyond the typing of columns, so that each can be held against
// the other. Row holds the values by column name as store.Row does; a missing one is NULL.
func (x Expr) Eval(row map[string]any) *bool {
	if x.root == nil {
		return nil
	}
	return walker{x.scope, row}.truth(x.root)
}

// walker evaluates checked expressions over one row.
type walker struct {
	scope Scope
	row   map[string]any
}

func (w walker) truth(e ast.Expr) *bool {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() == "col" {
		b, ok := w.value(e).(bool)
		return maybe(b, ok)
	}
	args := e.AsCall().Args()
	switch op := e.AsCall().FunctionName(); op {
	case operators.LogicalNot:
		b := w.truth(args[0])
		return maybe(b == nil || !*b, b != nil)
	case operators.LogicalAnd:
		return w.decided(false, args)
	case operators.LogicalOr:
		return w.decided(true, args)
	case operators.In:
		return w.in(args[0], args[1].AsList().Elements())
	default:
		return w.compare(comparisons[op], args[0], args[1])
	}
}

func maybe(b, known bool) *bool {
	if !known {
		return nil
	}
	return &b
}

// decided is Kleene's rule for && (by: false) and || (by: true): one such operand decides,
// else one null leaves it open.
func (w walker) decided(by bool, args []ast.Expr) *bool {
	open := false
	for _, a := range args {
		b := w.truth(a)
		if b != nil && *b == by {
			return b
		}
		open = open || b == nil
	}
	return maybe(!by, !open)
}

func (w walker) in(e ast.Expr, list []ast.Expr) *bool {
	for _, v := range list {
		if b := w.compare("==", e, v); b == nil || *b {
			return b
		}
	}
	return maybe(false, true)
}

func (w walker) compare(op string, l, r ast.Expr) *bool {
	for _, pair := range [][2]ast.Expr{{l, r}, {r, l}} {
		if isNullLiteral(pair[1]) {
			name, _ := columnName(pair[0])
			return maybe((w.row[name] == nil) == (op == "=="), true)
		}
	}
	order, ok := ordering(w.value(l), w.value(r))
	switch op {
	case "==":
		return maybe(order == 0, ok)
	case "!=":
		return maybe(order != 0, ok)
	case "<":
		return maybe(order < 0, ok)
	case "<=":
		return maybe(order <= 0, ok)
	case ">":
		return maybe(order > 0, ok)
	}
	return maybe(order >= 0, ok)
}

func isNullLiteral(e ast.Expr) bool {
	return e.Kind() == ast.LiteralKind && e.AsLiteral() == types.NullValue
}

func columnName(e ast.Expr) (string, bool) {
	if e.Kind() == ast.IdentKind {
		return e.AsIdent(), true
	}
	if e.Kind() == ast.CallKind {
		return textArgument(e, "col")
	}
	return "", false
}

// value returns what an operand stands for in the row: nil where it is NULL or unusable.
func (w walker) value(e ast.Expr) any {
	if name, ok := columnName(e); ok {
		return w.column(name)
	}
	if e.Kind() == ast.CallKind {
		s, _ := textArgument(e, "date")
		d, _ := policy.ParseDate(s)
		return d
	}
	return e.AsLiteral().Value()
}

func (w walker) column(name string) any {
	v := w.row[name]
	for _, col := range w.scope.Columns {
		if col.Name == name && v != nil {
			return plain(w.scope.typed(0, col), v)
		}
	}
	return nil
}

// plain brings a value as drivers give it to the one Go type of its kind, or nil.
func plain(o operand, v any) any {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch o.kind {
	case kindDay:
		if d, ok := ReadDay(o.col, v); ok {
			return d
		}
		return nil
	case kindBoolean:
		return plainBool(v)
	case kindInteger, kindNumber:
		return plainNumber(v)
	}
	return v
}

func plainBool(v any) any {
	if n, ok := v.(int64); ok && (n == 0 || n == 1) {
		return n == 1
	}
	return v
}

// plainNumber keeps whole numbers whole: decimals come as text, and a float64 is not exact
// above 2^53.
func plainNumber(v any) any {
	switch n := v.(type) {
	case int:
		return int64(n)
	case string:
		if i, err := strconv.ParseInt(n, 10, 64); err == nil {
			return i
		}
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			return f
		}
		return nil
	}
	return v
}

// ordering compares two values of one kind; false when there is nothing to compare.
func ordering(a, b any) (int, bool) {
	switch x := a.(type) {
	case string:
		y, ok := b.(string)
		return strings.Compare(x, y), ok
	case bool:
		y, ok := b.(bool)
		return cmp.Compare(bit(x), bit(y)), ok
	case policy.Date:
		y, ok := b.(policy.Date)
		return x.Compare(y), ok
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y), true
		}
	}
	x, okX := float(a)
	y, okY := float(b)
	return cmp.Compare(x, y), okX && okY
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func float(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, !math.IsNaN(n)
	}
	return 0, false
}
