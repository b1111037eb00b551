package file

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// group reads the fields of one data category: their columns, or a mapping that says more.
func (s scope) group(n *file.Node) register.Group {
	g := register.Group{Category: policy.Category(n.Key())}
	if !n.IsMapping() {
		g.Columns = s.columns(n, n.Key())
	} else {
		const what = "a field group"
		f := n.Fields(what, "columns", "purposes", "blank", "anonymise")
		f.Need(n, what, "columns")
		g.Columns = s.columns(f["columns"], n.Key())
		g.Purposes = file.Words(f["purposes"], "purpose", "purposes of the dataset", s.d.Purposes)
		g.Blank = recipes(f["blank"], g.Columns)
		g.Anonymise = recipes(f["anonymise"], g.Columns)
	}
	s.checkCategory(n, g)
	return g
}

// columns reads columns, each of which belongs to one place of the dataset: with two, the
// last claim of one group would erase what the other must keep.
func (s scope) columns(n *file.Node, place string) []string {
	var all []string
	for _, item := range n.Each() {
		c := item.Text()
		if other := s.used[c]; other != "" {
			item.Error("column-twice", fmt.Sprintf("column %s is in %s already", c, other), "a column belongs to one group; remove it from one")
			continue
		}
		s.used[c] = place
		all = append(all, c)
	}
	return all
}

// checkCategory checks the group's category against the policy.
func (s scope) checkCategory(n *file.Node, g register.Group) {
	file.CheckName(n.KeyNode())
	if s.policy == nil || file.Word(n.KeyNode(), "data", "declared data", file.IDs(s.policy.Data)) == "" {
		return
	}
	mine := g.Purposes
	if len(mine) == 0 {
		mine = s.d.Purposes
	}
	claimed := slices.ContainsFunc(s.policy.Purposes, func(p policy.Purpose) bool {
		return slices.Contains(mine, p.ID) && slices.Contains(p.Data, g.Category)
	})
	if !claimed && len(mine) > 0 {
		n.KeyNode().Find("unclaimed-group", fmt.Sprintf("no purpose of the dataset uses %s: these data are unjustified", g.Category), "name it in the data of a purpose, or stop collecting it")
	}
}

func recipes(n *file.Node, columns []string) map[string]register.Recipe {
	var m map[string]register.Recipe
	for _, c := range n.Entries() {
		if file.Word(c.KeyNode(), "column", "columns of the group", columns) == "" {
			continue
		}
		if m == nil {
			m = map[string]register.Recipe{}
		}
		m[c.Key()] = recipe(c)
	}
	return m
}

// recipe reads what a column is set to.
func recipe(n *file.Node) register.Recipe {
	a := register.Recipe{Column: n.Key()}
	s := strings.TrimSpace(n.Text())
	if s == "" {
		return a
	}
	word, rest, _ := strings.Cut(s, " ")
	switch {
	case word == "=":
		a.To, a.Value = store.Constant, constant(strings.TrimSpace(rest))
	case strings.HasPrefix(s, "="):
		a.To, a.Value = store.Constant, constant(s[1:])
	case word == "prefix":
		a.To, a.Value = store.Prefix, prefix(n, rest)
	case slices.Contains([]string{"null", "unique", "year"}, s):
		a.To = store.AssignKind(s)
	default:
		n.Error("unknown-recipe", fmt.Sprintf("%q does not say what the column is set to", s), "write null, unique, year, prefix 2, or = and a constant")
	}
	return a
}

func prefix(n *file.Node, s string) any {
	length, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || length < 1 || length > 100 {
		n.Error("unknown-recipe", "prefix needs the number of characters to keep", "write prefix 2")
		return nil
	}
	return int64(length)
}

// constant reads a number, true or false as such and all else as text; quotes make text of
// anything.
func constant(s string) any {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, "0123456789") && !strings.ContainsAny(s, "xXpP_") {
		return f
	}
	if s == "true" || s == "false" {
		return s == "true"
	}
	if t, err := strconv.Unquote(s); err == nil && s[0] == '"' {
		return t
	}
	return s
}

func formatConstant(v any) string {
	switch t := v.(type) {
	case string:
		if back, ok := constant(t).(string); ok && back == t && strings.TrimSpace(t) == t && t != "" {
			return t
		}
		return strconv.Quote(t)
	case float64:
		s := strconv.FormatFloat(t, 'g', -1, 64)
		if !strings.ContainsAny(s, ".eE") {
			s += ".0"
		}
		return s
	}
	return fmt.Sprint(v)
}
