package register

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Limits keep a condition readable, and a hostile one harmless.
const (
	maxConditionLength = 4096
	maxConditionDepth  = 64
)

const subset = "a condition has == != < <= > >= in && || ! and parentheses, over columns and constants"

// parseCEL reads the text with cel-go's parser, without macros: what those expand to is not
// in the subset, and so is refused under the name the writer used.
func parseCEL(src string) (*ast.AST, error) {
	if strings.TrimSpace(src) == "" {
		return nil, &ConditionError{Message: "the condition is empty", Hint: subset}
	}
	if n := utf8.RuneCountInString(src); n > maxConditionLength {
		return nil, &ConditionError{Offset: maxConditionLength, Message: fmt.Sprintf("the condition has %d characters, the most is %d", n, maxConditionLength)}
	}
	if !utf8.ValidString(src) {
		return nil, &ConditionError{Message: "the condition is not valid UTF-8"}
	}
	// Of cel-go's two parsers this one takes time in proportion to the text, whatever the text.
	p, err := parser.NewParser(parser.MaxRecursionDepth(maxConditionDepth), parser.EnablePrattParser(true))
	if err != nil {
		return nil, fmt.Errorf("start the CEL parser: %w", err)
	}
	tree, errs := p.Parse(common.NewTextSource(src))
	if list := errs.GetErrors(); len(list) > 0 {
		return nil, syntaxError(src, list[0])
	}
	return tree, nil
}

// syntaxError shortens the parser's message, which lists every token it could have read.
func syntaxError(src string, e *common.Error) error {
	msg, _, _ := strings.Cut(e.Message, " expecting ")
	msg = strings.ReplaceAll(strings.TrimPrefix(msg, "Syntax error: "), "<EOF>", "the end")
	hint := subset
	if name, ok := strings.CutPrefix(msg, "reserved identifier: "); ok {
		hint = fmt.Sprintf("the column is written col(%q)", name)
	}
	return &ConditionError{Offset: offsetOf(src, e.Location), Message: msg, Hint: hint}
}

// offsetOf turns a line and column into a number of characters.
func offsetOf(src string, l common.Location) int {
	lines := strings.SplitAfter(src, "\n")
	n := max(l.Column(), 0)
	for i := 0; i < min(l.Line()-1, len(lines)); i++ {
		n += utf8.RuneCountInString(lines[i])
	}
	return n
}

// kind is the kind of a column's or constant's values, as far as comparing needs it.
type kind string

const (
	kindText    kind = "text"
	kindInteger kind = "integer"
	kindNumber  kind = "number"
	kindBoolean kind = "boolean"
	kindDay     kind = "date"
	kindNull    kind = "null"
	kindOpaque  kind = "opaque" // bytes and the like: only null or not
)

// operand is one side of a comparison: a column or a constant.
type operand struct {
	at    int
	kind  kind
	name  string // of the column; empty for a constant
	col   store.Col
	enum  []string
	value any // of the constant
	// why is set on a column of days that cannot be read as such.
	why *ConditionError
}

func (o operand) isColumn() bool { return o.name != "" }

// checker types an expression and translates it in one walk.
type checker struct {
	scope Scope
	info  *ast.SourceInfo
}

func (c checker) at(e ast.Expr) int {
	r, _ := c.info.GetOffsetRange(e.ID())
	return int(r.Start)
}

func (c checker) fail(at int, hint, format string, args ...any) *ConditionError {
	return &ConditionError{Offset: at, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// truth translates an expression that is true, false or null.
func (c checker) truth(e ast.Expr) (Condition, error) {
	if e.Kind() == ast.LiteralKind {
		if b, ok := e.AsLiteral().(types.Bool); ok {
			return constant(bool(b)), nil
		}
	}
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() == "col" {
		return c.booleanColumn(e)
	}
	call := e.AsCall()
	switch op := call.FunctionName(); op {
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot:
		return c.connective(op, call.Args())
	case operators.In:
		return c.member(e)
	default:
		if cmp, ok := comparisons[op]; ok {
			return c.compare(e, cmp)
		}
		return Condition{}, c.outside(e)
	}
}

func constant(b bool) Condition {
	if b {
		return Always()
	}
	return Always().Not()
}

func (c checker) connective(op string, args []ast.Expr) (Condition, error) {
	first, err := c.truth(args[0])
	if err != nil || op == operators.LogicalNot {
		return first.Not(), err
	}
	second, err := c.truth(args[1])
	if op == operators.LogicalAnd {
		return first.And(second), err
	}
	return first.Or(second), err
}

func (c checker) booleanColumn(e ast.Expr) (Condition, error) {
	o, err := c.operand(e)
	if err != nil {
		return Condition{}, err
	}
	if o.kind != kindBoolean {
		return Condition{}, c.fail(o.at, "compare it: column == constant", "%s is %s, and stands where true or false is expected", o.label(), o.kind)
	}
	return compareBool(o.col, true), nil
}

func (o operand) label() string {
	if o.isColumn() {
		return "column " + o.name
	}
	return "the constant"
}

// operand reads a column or a constant.
func (c checker) operand(e ast.Expr) (operand, error) {
	switch e.Kind() {
	case ast.IdentKind:
		return c.column(c.at(e), e.AsIdent())
	case ast.LiteralKind:
		return c.literal(e)
	case ast.CallKind:
		if arg, ok := textArgument(e, "col"); ok {
			return c.column(c.at(e), arg)
		}
		if arg, ok := textArgument(e, "date"); ok {
			return c.date(c.at(e), arg)
		}
	}
	return operand{}, c.outside(e)
}

// textArgument returns the constant text in a call such as date("2020-01-31").
func textArgument(e ast.Expr, function string) (string, bool) {
	call := e.AsCall()
	if call.FunctionName() != function || call.IsMemberFunction() || len(call.Args()) != 1 {
		return "", false
	}
	arg := call.Args()[0]
	if arg.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := arg.AsLiteral().(types.String)
	return string(s), ok
}

func (c checker) date(at int, s string) (operand, error) {
	d, err := policy.ParseDate(s)
	if err != nil || d.Year < 1000 || d.Year > 9998 {
		return operand{}, c.fail(at, `write date("2020-01-31")`, "%q is not a date", s)
	}
	return operand{at: at, kind: kindDay, value: d}, nil
}

func (c checker) literal(e ast.Expr) (operand, error) {
	o := operand{at: c.at(e)}
	switch v := e.AsLiteral().(type) {
	case types.Null:
		o.kind = kindNull
	case types.Bool:
		o.kind, o.value = kindBoolean, bool(v)
	case types.Int:
		o.kind, o.value = kindInteger, int64(v)
	case types.Double:
		o.kind, o.value = kindNumber, float64(v)
	case types.String:
		o.kind, o.value = kindText, string(v)
		if strings.ContainsRune(string(v), 0) {
			return o, c.fail(o.at, "", "a text constant cannot hold the character NUL")
		}
	default:
		return o, c.fail(o.at, subset, "a constant of type %s is not in the subset", v.Type().TypeName())
	}
	return o, nil
}

func (c checker) column(at int, name string) (operand, error) {
	for _, col := range c.scope.Columns {
		if col.Name == name {
			return c.scope.typed(at, col), nil
		}
	}
	var names []string
	for _, col := range c.scope.Columns {
		names = append(names, col.Name)
	}
	return operand{}, c.fail(at, suggest(name, names, "the columns are"), "there is no column %q", name)
}

// typed says how a column takes part in comparisons.
func (s Scope) typed(at int, col store.Column) operand {
	o := operand{at: at, name: col.Name, col: store.Col{Name: col.Name}, enum: col.Enum}
	decl := s.Decl[col.Name]
	if isDay(col, decl) {
		o.kind = kindDay
		day, issue := dayColumn(col, decl, s.Options)
		if issue != nil {
			o.why = &ConditionError{Offset: at, Message: issue.message, Hint: issue.hint}
			return o
		}
		o.col = day
		return o
	}
	switch col.Type {
	case store.Text:
		o.kind = kindText
	case store.Integer:
		o.kind = kindInteger
	case store.Number:
		o.kind = kindNumber
	case store.Boolean:
		o.kind = kindBoolean
	default:
		o.kind = kindOpaque
	}
	return o
}

// outside says that an expression is CEL but not in the subset.
func (c checker) outside(e ast.Expr) error {
	what := "this expression"
	switch e.Kind() {
	case ast.CallKind:
		what = callName(e.AsCall())
	case ast.SelectKind:
		what = "the field ." + e.AsSelect().FieldName()
	case ast.ListKind:
		what = "a list that does not follow in"
	case ast.MapKind, ast.StructKind:
		what = "a map"
	}
	return c.fail(c.at(e), subset, "%s is not in the subset that stores can decide", what)
}

func callName(call ast.CallExpr) string {
	name := call.FunctionName()
	op, _ := operators.FindReverse(name)
	switch name {
	case operators.Conditional:
		op = "?:"
	case operators.Index:
		op = "[]"
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.In:
		return "the operator " + op + " inside a comparison"
	case "date", "col":
		return name + "() of anything but one constant text"
	}
	switch {
	case comparisons[name] != "":
		return "a comparison inside a comparison"
	case op != "":
		return "the operator " + op
	}
	return "the function " + name + "()"
}
