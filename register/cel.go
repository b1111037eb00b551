package register

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/ast"

	"github.com/garant-rgpd/garant/store"
)

// Condition is a question about a record in three-valued logic: it is true where True holds,
// false where False does, and null (unknown) where neither does. Both never hold at once. The
// zero Condition is null everywhere.
type Condition struct {
	True  store.Pred `json:"true"`
	False store.Pred `json:"false"`
	// Text is the CEL source it was made from; empty where there was none.
	Text string `json:"text,omitempty"`
}

// Always is the condition that is true of every record.
func Always() Condition { return Condition{True: store.True(), False: store.False()} }

// Not returns the negation, null where c is.
func (c Condition) Not() Condition {
	return Condition{True: c.False, False: c.True, Text: wrap("!(%s)", c.Text)}
}

// And returns the conjunction: false where one is false, else null where one is null.
func (c Condition) And(d Condition) Condition {
	return Condition{
		True: store.And(c.True, d.True), False: store.Or(c.False, d.False),
		Text: wrap("(%s) && (%s)", c.Text, d.Text),
	}
}

// Or returns the disjunction: true where one is true, else null where one is null.
func (c Condition) Or(d Condition) Condition {
	return Condition{
		True: store.Or(c.True, d.True), False: store.And(c.False, d.False),
		Text: wrap("(%s) || (%s)", c.Text, d.Text),
	}
}

// wrap builds the source of a compound, or none when a part has none.
func wrap(form string, parts ...string) string {
	args := make([]any, len(parts))
	for i, p := range parts {
		if p == "" {
			return ""
		}
		args[i] = p
	}
	return fmt.Sprintf(form, args...)
}

// Refs returns the names of the columns that the condition reads, sorted.
func (c Condition) Refs() []string {
	names := refs(c.False, refs(c.True, nil))
	slices.Sort(names)
	return slices.Compact(names)
}

func refs(p store.Pred, names []string) []string {
	for _, c := range []*store.Col{p.Col, p.Other} {
		if c != nil {
			names = append(names, c.Name)
		}
	}
	for _, a := range p.Args {
		names = refs(a, names)
	}
	return names
}

// Scope is what a condition may speak of: the columns of one table, and how days are read
// from them.
type Scope struct {
	Columns []store.Column
	// Decl says, by column, what the schema cannot.
	Decl    map[string]ColumnDecl
	Options Options
}

// Expr is a condition that was parsed and checked against its scope. It is a value that may
// be used by several goroutines.
type Expr struct {
	cond  Condition
	root  ast.Expr
	scope Scope
}

// Condition returns the predicates that stores evaluate.
func (x Expr) Condition() Condition { return x.cond }

// ConditionError says why a text is no condition. Offset counts characters from 0.
type ConditionError struct {
	Offset        int
	Message, Hint string
}

// Error returns the offset (counted from 1, as editors do), the message and the hint.
func (e *ConditionError) Error() string {
	s := fmt.Sprintf("at character %d: %s", e.Offset+1, e.Message)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Parse reads a condition in CEL, the language of cel.dev, and checks it against the columns.
// What can be said is what every store can decide, with the same answer, in its own language:
//
//	column == constant, and != < <= > >=, either way round
//	column == other_column, and the other five, for two columns of one type
//	column in [constant, constant]
//	column == null, column != null
//	boolean_column, true, false
//	! && || and parentheses
//
// A column is named by its name, or as col("its name") where that is no CEL identifier. Text
// columns compare with "text", integers and numbers with 1 and 1.5, booleans with true and
// false (== and != only), enumerations with their values (== and != only), and columns of days
// with date("2020-01-31"). A comparison with a NULL, or with a day that is not usable, is null:
// neither true nor false. Comparing with null itself is always true or false. Everything else
// is a *ConditionError.
func (s Scope) Parse(src string) (Expr, error) {
	tree, err := parseCEL(src)
	if err != nil {
		return Expr{}, err
	}
	c := checker{scope: s, info: tree.SourceInfo()}
	cond, err := c.truth(tree.Expr())
	if err != nil {
		return Expr{}, err
	}
	cond.Text = src
	return Expr{cond: cond, root: tree.Expr(), scope: s}, nil
}

// CompileCondition translates a condition over the columns into predicates; decl says what
// the schema cannot. See Scope.Parse for what can be said. Days are read in the default zone
// and bounds; a Scope takes others.
func CompileCondition(src string, cols []store.Column, decl map[string]ColumnDecl) (Condition, error) {
	x, err := Scope{Columns: cols, Decl: decl}.Parse(src)
	return x.cond, err
}

// Eval answers a condition for one row by walking the CEL tree, without the predicates: nil
// is null. It is the meaning that CompileCondition must agree with. Row holds the values by
// column name as store.Row does; a missing one is NULL.
func Eval(src string, cols []store.Column, row map[string]any) (*bool, error) {
	x, err := Scope{Columns: cols}.Parse(src)
	if err != nil {
		return nil, err
	}
	return x.Eval(row), nil
}
