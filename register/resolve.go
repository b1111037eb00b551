package register

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Bind resolves a register against the policy it carries out and the schemas of the stores,
// by name. It returns what could be bound and every problem it met, in the order of the file;
// while one of them is an error, nothing may be planned with the result.
func Bind(p policy.Policy, r Register, schemas map[string]store.Schema, opt Options) (Bound, []policy.Problem) {
	b := &binder{policy: p, register: r, schemas: schemas, opt: opt.filled(), datasets: map[place]string{}}
	out := Bound{Closings: r.Closings, Options: b.opt}
	b.names()
	for _, d := range r.Datasets {
		if bound, ok := b.dataset(d); ok {
			out.Datasets = append(out.Datasets, bound)
		}
	}
	b.coverage(out)
	b.evidence(out)
	return out, b.problems
}

// place is a table of a store.
type place struct{ store, table string }

func (p place) String() string { return p.store + "." + p.table }

// binder holds what every step of binding reads, and gathers the problems.
type binder struct {
	policy   policy.Policy
	register Register
	schemas  map[string]store.Schema
	opt      Options
	// datasets names the first dataset bound to each table.
	datasets map[place]string
	problems []policy.Problem
}

// say adds a problem at a path of the register.
func (b *binder) say(s policy.Severity, path string, i issue) {
	b.problems = append(b.problems, policy.Problem{
		File: b.opt.RegisterFile, Path: path, Code: i.code, Severity: s, Message: i.message, Hint: i.hint,
	})
}

// sayOfPolicy adds a problem at a path of the policy.
func (b *binder) sayOfPolicy(s policy.Severity, path string, i issue) {
	b.say(s, path, i)
	b.problems[len(b.problems)-1].File = b.opt.PolicyFile
}

// at builds a path in the form of goccy's YAMLPath; names with other characters are quoted.
func at(names ...string) string {
	var s strings.Builder
	s.WriteByte('$')
	for _, n := range names {
		if strings.ContainsAny(n, " .'[]*$") {
			n = "'" + strings.ReplaceAll(n, "'", `\'`) + "'"
		}
		s.WriteString("." + n)
	}
	return s.String()
}

// names notes which dataset stands for each table, and tables bound twice.
func (b *binder) names() {
	for _, d := range b.register.Datasets {
		p := place{d.Store, d.Table}
		if first, twice := b.datasets[p]; twice && d.Table != "" {
			b.say(policy.Error, at("datasets", d.Name, "in"), issue{"bound-twice",
				fmt.Sprintf("table %s is bound by dataset %s already", p, first), "give one dataset all its fields and purposes"})
			continue
		}
		b.datasets[p] = d.Name
	}
}

// frame is a dataset being bound.
type frame struct {
	*binder
	d    Dataset
	info store.TableInfo
	out  BoundDataset
}

func (f *frame) path(names ...string) string {
	return at(append([]string{"datasets", f.d.Name}, names...)...)
}

func (f *frame) fail(path string, i issue) { f.say(policy.Error, path, i) }

// dataset resolves one dataset; false when there is no table to bind or no key to act by.
func (b *binder) dataset(d Dataset) (BoundDataset, bool) {
	f := &frame{binder: b, d: d, out: BoundDataset{
		Name: d.Name, Store: d.Store, Attested: d.Attested, Entity: d.Entity, KeepRows: d.Rows == "keep", Person: d.Person,
	}}
	f.purposes()
	f.about()
	if d.Attested != "" && d.Table == "" {
		f.groups()
		return f.out, true
	}
	if !f.table() || !f.key() {
		return f.out, false
	}
	f.out.Scope = Scope{Columns: f.info.Columns, Decl: d.Columns, Options: b.opt}
	f.declared()
	f.links()
	f.people()
	f.events()
	f.terms()
	f.asks()
	f.groups()
	f.restricted()
	return f.out, true
}

// restricted resolves the column that tells of a restriction. It is Garant's to write, so it
// can be nothing else.
func (f *frame) restricted() {
	name, path := f.d.Restricted, f.path("restricted")
	if name == "" {
		return
	}
	c, bad := findColumn(f.info, name)
	switch inGroup := func(g BoundGroup) bool { return slices.Contains(g.Columns, name) }; {
	case bad != nil:
		f.fail(path, *bad)
	case c.Type != store.Boolean && c.Type != store.Integer:
		f.fail(path, issue{"restricted-column", fmt.Sprintf("column %s holds %s, and a restriction is told by a boolean or a whole number", name, c.Native), "declare a column of booleans"})
	case slices.Contains(f.out.Table.Key, name) || slices.ContainsFunc(f.out.Groups, inGroup):
		f.fail(path, issue{"restricted-column", fmt.Sprintf("column %s is part of the record, and Garant would write into it", name), "declare a column of its own"})
	default:
		f.out.Restricted = name
	}
}

// table looks the table up.
func (f *frame) table() bool {
	schema, ok := f.schemas[f.d.Store]
	if !ok {
		f.fail(f.path("in"), issue{"unknown-store", fmt.Sprintf("there is no store %q", f.d.Store),
			suggest(f.d.Store, slices.Collect(maps.Keys(f.schemas)), "the stores are")})
		return false
	}
	info, bad := findTable(schema, f.d.Table)
	if bad != nil {
		f.fail(f.path("in"), *bad)
		return false
	}
	f.info, f.out.Info = info, info
	return true
}

func findTable(s store.Schema, name string) (store.TableInfo, *issue) {
	var names []string
	for _, t := range s.Tables {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return store.TableInfo{}, &issue{"unknown-table", fmt.Sprintf("there is no table %q", name), suggest(name, names, "the tables are")}
}

func findColumn(t store.TableInfo, name string) (store.Column, *issue) {
	var names []string
	for _, c := range t.Columns {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return store.Column{}, &issue{"unknown-column", fmt.Sprintf("table %s has no column %q", t.Name, name), suggest(name, names, "its columns are")}
}

// column looks a column of the dataset's table up and says so when it is not there.
func (f *frame) column(path, name string) (store.Column, bool) {
	c, bad := findColumn(f.info, name)
	if bad != nil {
		f.fail(path, *bad)
	}
	return c, bad == nil
}

// key settles which columns name a record.
func (f *frame) key() bool {
	key := f.d.Key
	if len(key) == 0 {
		key = f.info.Key
	}
	if len(key) == 0 {
		f.say(policy.Finding, f.path("in"), issue{"no-key",
			fmt.Sprintf("table %s has no primary key, so its records cannot be acted on; the dataset stays unbound", f.info.Name),
			"give the table a primary key, or a unique index over NOT NULL columns"})
		return false
	}
	if bar, barred := barIssue(f.info); barred {
		f.say(policy.Finding, f.path("in"), bar)
		return false
	}
	for _, name := range key {
		if _, ok := f.column(f.path("key"), name); !ok {
			return false
		}
	}
	if !namesOneRow(f.info, key) {
		f.fail(f.path("key"), issue{"key-not-unique",
			fmt.Sprintf("several rows of %s may have the same %s", f.info.Name, strings.Join(key, ", ")),
			"name the primary key, or leave key out"})
		return false
	}
	f.out.Table = store.Table{Name: f.info.Name, Key: key}
	return true
}

// barIssue says why the rows of a table cannot be acted on, where the engine is the reason.
func barIssue(t store.TableInfo) (issue, bool) {
	switch t.Bar {
	case store.NoRollback:
		return issue{"no-rollback", fmt.Sprintf("what is done to table %s is not undone when a transaction is, so its records are not acted on", t.Name),
			"give it an engine with transactions: ALTER TABLE … ENGINE=InnoDB"}, true
	case store.KeepsHistory:
		return issue{"keeps-history", fmt.Sprintf("the engine keeps what is deleted or changed in table %s, so that nothing is erased by erasing it; its records are not acted on", t.Name),
			"drop the history with ALTER TABLE … DROP SYSTEM VERSIONING, and keep what must be proved in a table of its own"}, true
	}
	return issue{}, false
}

// namesOneRow reports whether the schema promises that the columns name at most one row.
func namesOneRow(t store.TableInfo, cols []string) bool {
	for _, c := range t.Columns {
		if c.Unique && c.NotNull && slices.Contains(cols, c.Name) {
			return true
		}
	}
	return len(t.Key) > 0 && !slices.ContainsFunc(t.Key, func(k string) bool { return !slices.Contains(cols, k) })
}

// declared checks the names that stand alone: declarations, person columns, not_personal.
func (f *frame) declared() {
	for _, name := range slices.Sorted(maps.Keys(f.d.Columns)) {
		if table, _, linked := strings.Cut(name, "."); !linked || !slices.ContainsFunc(f.d.Links, func(l Link) bool { return l.Table == table }) {
			f.column(f.path("columns", name), name)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(f.d.Person)) {
		for _, name := range f.d.Person[kind] {
			f.column(f.path("person", kind), name)
		}
	}
	for _, name := range f.d.NotPersonal {
		f.column(f.path("not_personal"), name)
	}
}

// purposes checks the purposes that the dataset and its groups list.
func (f *frame) purposes() {
	for _, id := range f.d.Purposes {
		f.purpose(f.path("purposes"), id)
	}
	for _, g := range f.d.Groups {
		for _, id := range g.Purposes {
			f.purpose(f.path("fields", string(g.Category)), id)
		}
	}
}

func (f *frame) purpose(path string, id policy.PurposeID) {
	var ids []string
	for _, p := range f.policy.Purposes {
		if p.ID == id {
			return
		}
		ids = append(ids, string(p.ID))
	}
	f.fail(path, issue{"unknown-purpose", fmt.Sprintf("the policy has no purpose %q", id), suggest(string(id), ids, "its purposes are")})
}

// condition compiles a condition over the table's columns; where it is none, it says so and
// returns one that is null everywhere.
func (f *frame) condition(path, src string, s Scope) Condition {
	x, err := s.Parse(src)
	if err != nil {
		f.fail(path, conditionIssue(err))
	}
	return x.cond
}

func conditionIssue(err error) issue {
	if e, ok := err.(*ConditionError); ok {
		return issue{"condition", fmt.Sprintf("the condition, at character %d: %s", e.Offset+1, e.Message), e.Hint}
	}
	return issue{code: "condition", message: err.Error()}
}

// about checks the categories of people.
func (f *frame) about() {
	var known []string
	for _, p := range f.policy.People {
		known = append(known, string(p.ID))
	}
	for _, who := range f.d.People {
		if !slices.Contains(known, string(who)) {
			f.fail(f.path("people"), issue{"unknown-people", fmt.Sprintf("the policy knows no people %q", who), suggest(string(who), known, "it knows")})
		}
	}
	if len(f.d.People) == 0 {
		f.fail(f.path(), issue{"no-people", "the dataset does not say whom its records are about", "write people: " + strings.Join(known, " or ")})
	}
}

// people compiles the categories' conditions. Those without one share what is left.
func (f *frame) people() {
	f.out.People = map[policy.People]Condition{}
	rest := Always()
	for _, who := range slices.Sorted(maps.Keys(f.d.Is)) {
		if !slices.Contains(f.d.People, who) {
			f.fail(f.path("is", string(who)), issue{"unknown-people", fmt.Sprintf("the dataset is not about %q", who),
				suggest(string(who), texts(f.d.People), "it is about")})
			continue
		}
		c := f.condition(f.path("is", string(who)), f.d.Is[who], f.out.Scope)
		f.out.People[who] = c
		rest = rest.And(c.Not())
	}
	if len(f.out.People) > 0 {
		rest.Text = restText(f.d.Is, f.out.People)
	}
	f.remaining(rest)
}

// restText is the source of "none of the others".
func restText(is map[policy.People]string, bound map[policy.People]Condition) string {
	var parts []string
	for _, who := range slices.Sorted(maps.Keys(bound)) {
		parts = append(parts, "!("+is[who]+")")
	}
	return strings.Join(parts, " && ")
}

func (f *frame) remaining(rest Condition) {
	var left []string
	for _, who := range f.d.People {
		if _, ok := f.out.People[who]; !ok {
			f.out.People[who] = rest
			left = append(left, string(who))
		}
	}
	if len(left) > 1 {
		f.say(policy.Finding, f.path("people"), issue{"people-undecided",
			fmt.Sprintf("nothing says which records are about %s, so each counts as all of them", strings.Join(left, " and which about ")),
			"give all but one a condition under is"})
	}
}

func texts[T ~string](list []T) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}
