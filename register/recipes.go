package register

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// recipes completes and checks what each column of a group is set to.
func (f *frame) recipes(out *BoundGroup, g Group) {
	if f.out.Table.Name == "" {
		return
	}
	r := recipes{frame: f, g: g, path: f.groupPath(g.Category)}
	r.strays()
	mustBlank := out.Then == policy.Erase && f.blankable(*out)
	out.Blank = r.set(g.Blank, nil, mustBlank)
	out.Anonymise = r.set(g.Anonymise, g.Blank, out.Then == policy.Anonymise)
	out.Empty, out.Anonymised = f.results(out.Blank), f.results(out.Anonymise)
	r.seen(out, mustBlank)
}

// recipes checks the recipes of one group.
type recipes struct {
	*frame
	g    Group
	path string
}

// strays refuses recipes for columns outside the group, and blanks that keep something.
func (r recipes) strays() {
	for _, name := range slices.Concat(sortedKeys(r.g.Blank), sortedKeys(r.g.Anonymise)) {
		if !slices.Contains(r.g.Columns, name) {
			r.fail(r.path, issue{"stray-recipe", fmt.Sprintf("a recipe names column %s, which is not in the group", name), suggest(name, r.g.Columns, "its columns are")})
		}
	}
	for _, name := range sortedKeys(r.g.Blank) {
		if to := r.g.Blank[name].To; to == store.Prefix || to == store.YearOnly {
			r.fail(r.path, issue{"blank-keeps", fmt.Sprintf("column %s would keep a part of its value when it is erased", name), "write that under anonymise, and null, unique or = a constant under blank"})
		}
	}
}

// set returns an assignment for each column of the group: the recipe, else the fallback's,
// else NULL. What cannot be set is said when it is needed.
func (r recipes) set(recipes, fallback map[string]Recipe, needed bool) []store.Assign {
	var out []store.Assign
	for _, name := range r.g.Columns {
		col, ok := r.out.column(name)
		if !ok {
			continue
		}
		a, own := recipes[name]
		if col.Computed {
			r.computed(col, own)
			continue
		}
		other, said := fallback[name]
		if !own {
			a = other // NULL where there is none either
		}
		a.Column = name
		a, bad := fitRecipe(col, a)
		if bad == nil && slices.Contains(r.out.Table.Key, name) {
			bad = &issue{"cannot-blank", fmt.Sprintf("column %s names the record and cannot be set to anything", name), "leave it out of the group, as not_personal, or erase whole rows"}
		}
		if bad != nil && (own || needed && !said) {
			r.fail(r.path, *bad)
		}
		out = append(out, a)
	}
	return out
}

// computed refuses a recipe for a column that the engine makes from others: it changes with them.
func (r recipes) computed(col store.Column, own bool) {
	if own {
		r.fail(r.path, issue{"computed-column", fmt.Sprintf("column %s is computed from other columns and cannot be set", col.Name), "leave its recipe out: it changes with the columns it is made of"})
	}
}

// fitRecipe checks a recipe against its column and gives a constant the column's type.
func fitRecipe(col store.Column, a store.Assign) (store.Assign, *issue) {
	refuse := func(hint, format string, args ...any) (store.Assign, *issue) {
		return a, &issue{"recipe-type", fmt.Sprintf(format, args...), hint}
	}
	switch a.To {
	case store.Null, "":
		a.To = store.Null
		if col.NotNull {
			return a, &issue{"cannot-blank", fmt.Sprintf("column %s may not be NULL, and nothing says what it is set to when its fields are erased", col.Name), blankHint(col)}
		}
	case store.Unique:
		if col.Type != store.Text || len(col.Enum) > 0 {
			return refuse(blankHint(col), "column %s is %s, and a unique placeholder is a text", col.Name, col.Type)
		}
	case store.Prefix:
		if col.Type != store.Text || len(col.Enum) > 0 {
			return refuse("", "column %s is %s, and only a text has leading characters", col.Name, col.Type)
		}
	case store.YearOnly:
		if col.Type != store.DateType && col.Type != store.DateTime && col.Type != store.Instant {
			return refuse("", "column %s is %s, and only a date has a year", col.Name, col.Type)
		}
	case store.Constant:
		return constantRecipe(col, a)
	}
	if col.Unique && (a.To == store.Prefix || a.To == store.YearOnly) {
		return a, uniqueIssue(col)
	}
	return a, nil
}

func blankHint(col store.Column) string {
	example := "unique"
	switch {
	case len(col.Enum) > 0:
		example = "= " + col.Enum[0]
	case col.Type == store.Integer || col.Type == store.Number:
		example = "= 0"
	case col.Type == store.Boolean:
		example = "= false"
	case col.Type != store.Text:
		example = "= 1970-01-01"
	case !col.Unique:
		example = "= –"
	}
	return fmt.Sprintf("write blank: {%s: %q}, or let the column be NULL", col.Name, example)
}

func uniqueIssue(col store.Column) *issue {
	return &issue{"unique-constant", fmt.Sprintf("column %s is unique: the second record set like this would be refused", col.Name), "write unique, or null"}
}

// constantRecipe reads a constant as the column's type.
func constantRecipe(col store.Column, a store.Assign) (store.Assign, *issue) {
	if col.Unique {
		return a, uniqueIssue(col)
	}
	s := fmt.Sprint(a.Value)
	ok := true
	switch col.Type {
	case store.Integer, store.Number:
		n, err := strconv.ParseFloat(s, 64)
		a.Value, ok = n, err == nil
	case store.Boolean:
		b, err := strconv.ParseBool(s)
		a.Value, ok = b, err == nil
	case store.DateType:
		_, err := policy.ParseDate(s)
		a.Value, ok = s, err == nil
	default:
		a.Value, ok = s, len(col.Enum) == 0 || slices.Contains(col.Enum, s)
	}
	if !ok {
		return a, &issue{"recipe-type", fmt.Sprintf("column %s cannot hold the constant %q", col.Name, s), suggest(s, col.Enum, "its values are")}
	}
	return a, nil
}

// results is the question whether every assignment has been made, as far as its result can
// be recognised: a placeholder, a prefix or a year looks like any other value.
func (f *frame) results(set []store.Assign) store.Pred {
	var all []store.Pred
	for _, a := range set {
		col, _ := f.out.column(a.Column)
		if p, ok := result(col, a); ok {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return store.False()
	}
	return store.And(all...)
}

func result(col store.Column, a store.Assign) (store.Pred, bool) {
	c := store.Col{Name: a.Column}
	null := store.IsNull(c)
	switch a.To {
	case store.Null, "":
		return null, true
	case store.Constant:
		is, ok := equals(col, c, a.Value)
		return store.Or(null, is), ok
	}
	return store.False(), false
}

// equals compares with a constant. A date is compared as a day, with bounds that hold this
// day alone, so that a constant outside the plausible days is recognised.
func equals(col store.Column, c store.Col, v any) (store.Pred, bool) {
	switch col.Type {
	case store.DateType:
		d, err := policy.ParseDate(fmt.Sprint(v))
		c.As, c.Zone, c.Min, c.Max = store.AsDate, "UTC", d, d.Add(policy.Days(1))
		return store.Usable(c), err == nil
	case store.Integer:
		n, _ := v.(float64)
		return store.Compare(c, "=", int64(n)), true
	case store.Text, store.Number, store.Boolean:
		return store.Compare(c, "=", v), true
	}
	return store.False(), false
}

// seen refuses a group whose fields, once set, look like any others: they would be set again
// at every run, and no run could show that the promise is kept. A group with a column that is
// not there has its own problem already.
func (r recipes) seen(g *BoundGroup, mustBlank bool) {
	settable := slices.DeleteFunc(slices.Clone(r.g.Columns), func(name string) bool {
		c, ok := r.out.column(name)
		return ok && c.Computed
	})
	if (mustBlank || g.Then == policy.Anonymise) && len(settable) == 0 && len(r.g.Columns) > 0 {
		r.fail(r.path, issue{"computed-group", fmt.Sprintf("every column of %s is computed from others, so that nothing in it can be set", g.Category), "put them in the group of the columns they are made of"})
	}
	for _, c := range []struct {
		needed bool
		done   store.Pred
	}{{mustBlank, g.Empty}, {g.Then == policy.Anonymise, g.Anonymised}} {
		if c.needed && c.done.Op == store.OpFalse && len(g.Blank) > 0 && len(g.Blank) == len(settable) {
			r.fail(r.path, issue{"unseen-result", fmt.Sprintf("nothing in %s shows afterwards that it was done: every column becomes a placeholder or a part of its value", g.Category),
				"let one column be null or a constant"})
		}
	}
}
