package register

import (
	"fmt"
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// links resolves the links to other tables.
func (f *frame) links() {
	for _, l := range f.d.Links {
		if link, ok := f.link(l); ok {
			f.out.Links = append(f.out.Links, link)
		}
	}
}

var linkKinds = []LinkKind{PartOf, RefersTo, SharedBy, DerivedFrom, AccessedBy, Lookup}

func (f *frame) link(l Link) (BoundLink, bool) {
	path := f.path("links")
	info, bad := findTable(f.schemas[f.d.Store], l.Table)
	if bad != nil {
		f.fail(path, *bad)
		return BoundLink{}, false
	}
	if !slices.Contains(linkKinds, l.Kind) {
		f.fail(path, issue{"unknown-link-kind", fmt.Sprintf("the link to %s is of no kind %q", l.Table, l.Kind),
			suggest(string(l.Kind), texts(linkKinds), "the kinds are")})
		return BoundLink{}, false
	}
	on, ok := f.pairs(l, info)
	if !ok {
		return BoundLink{}, false
	}
	out := BoundLink{Kind: l.Kind, Info: info, Table: store.Table{Name: info.Name, Key: info.Key}, On: on,
		Dataset: f.datasets[place{f.d.Store, info.Name}], Blankable: true}
	for _, p := range on {
		c, _ := findColumn(info, p.Child)
		out.Blankable = out.Blankable && !c.NotNull
	}
	for _, fk := range info.ForeignKeys {
		if fk.Table == f.info.Name && samePairs(on, pairsOf(fk, f.info.Key)) {
			out.Fenced, out.OnDelete = true, fk.OnDelete
		}
	}
	f.actable(path, out)
	return out, true
}

// actable checks that rows a link makes Garant act on have a key, and an engine that lets it.
func (f *frame) actable(path string, l BoundLink) {
	if l.Kind == Lookup || l.Kind == AccessedBy {
		return
	}
	if bar, barred := barIssue(l.Info); barred {
		f.fail(path, bar)
	}
	if len(l.Table.Key) > 0 {
		return
	}
	f.fail(path, issue{"no-key", fmt.Sprintf("table %s has no primary key, so rows linked as %s cannot be acted on", l.Table.Name, l.Kind),
		"give the table a primary key, or a unique index over NOT NULL columns"})
}

// pairs checks the joined columns; a parent left open is the record's single key column.
func (f *frame) pairs(l Link, info store.TableInfo) ([]store.Pair, bool) {
	path, ok := f.path("links"), len(l.On) > 0
	if !ok {
		f.fail(path, issue{"link-columns", fmt.Sprintf("the link to %s names no columns", l.Table), "write on: {their_column: our_column}"})
	}
	var on []store.Pair
	for _, p := range l.On {
		if p.Parent == "" && len(f.out.Table.Key) == 1 {
			p.Parent = f.out.Table.Key[0]
		}
		if p.Parent == "" {
			f.fail(path, issue{"link-columns", fmt.Sprintf("the link to %s must say which of the key's columns it joins", l.Table), "write on: {their_column: our_column}"})
			return nil, false
		}
		if _, bad := findColumn(info, p.Child); bad != nil {
			f.fail(path, *bad)
			ok = false
		}
		_, found := f.column(path, p.Parent)
		ok = ok && found
		on = append(on, p)
	}
	return on, ok
}

// pairsOf returns a foreign key as pairs. SQLite lets the referenced columns be left out:
// they are then the key of the referenced table.
func pairsOf(fk store.ForeignKey, key []string) []store.Pair {
	to := fk.To
	if len(to) == 0 {
		to = key
	}
	var on []store.Pair
	for i := range min(len(fk.Columns), len(to)) {
		on = append(on, store.Pair{Child: fk.Columns[i], Parent: to[i]})
	}
	return on
}

// samePairs compares without order.
func samePairs(a, b []store.Pair) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(p store.Pair) bool { return !slices.Contains(b, p) })
}

// related returns the one link to a table.
func (f *frame) related(path, table string) (BoundLink, bool) {
	var found []BoundLink
	var names []string
	for _, l := range f.out.Links {
		names = append(names, l.Table.Name)
		if l.Table.Name == table {
			found = append(found, l)
		}
	}
	switch len(found) {
	case 1:
		return found[0], true
	case 0:
		f.fail(path, issue{"unknown-link", fmt.Sprintf("no link joins table %s to this dataset", table), suggest(table, names, "linked are")})
	default:
		f.fail(path, issue{"ambiguous-link", fmt.Sprintf("several links join table %s to this dataset", table), "bind the event by a view or a dataset of its own"})
	}
	return BoundLink{}, false
}

// scope is what conditions over a linked table may speak of. What its columns hold is
// declared by the dataset bound to it, or here under TABLE.COLUMN.
func (f *frame) scope(l BoundLink) Scope {
	decl := map[string]ColumnDecl{}
	for _, d := range f.register.Datasets {
		if d.Name == l.Dataset {
			maps.Copy(decl, d.Columns)
		}
	}
	for _, c := range l.Info.Columns {
		if own, ok := f.d.Columns[l.Table.Name+"."+c.Name]; ok {
			decl[c.Name] = own
		}
	}
	return Scope{Columns: l.Info.Columns, Decl: decl, Options: f.opt}
}

// events resolves where the events are found.
func (f *frame) events() {
	f.out.Events = map[policy.Event][]BoundSource{}
	for _, e := range slices.Sorted(maps.Keys(f.d.Events)) {
		path := f.path("events", string(e))
		if !slices.ContainsFunc(f.policy.Events, func(n policy.Named[policy.Event]) bool { return n.ID == e }) {
			f.fail(path, issue{"unknown-event", fmt.Sprintf("the policy has no event %q", e), suggest(string(e), f.eventNames(), "its events are")})
		}
		if f.d.Events[e].Unrecorded != "" {
			f.out.Events[e] = []BoundSource{{Unrecorded: true, Where: Always()}}
			continue
		}
		for _, s := range f.d.Events[e].Sources {
			if bound, ok := f.source(path, s, f.d.Events[e]); ok {
				f.out.Events[e] = append(f.out.Events[e], bound)
			}
		}
	}
}

func (f *frame) eventNames() []string {
	var names []string
	for _, e := range f.policy.Events {
		names = append(names, string(e.ID))
	}
	return names
}

// reach is a column found by a source, with the way to it.
type reach struct {
	table store.Table
	on    []store.Pair
	scope Scope
	col   store.Column
}

// find follows a source to its column.
func (f *frame) find(path string, s Source) (reach, bool) {
	info, r := f.info, reach{scope: f.out.Scope}
	if s.Table != "" && s.Table != f.info.Name {
		link, ok := f.related(path, s.Table)
		if !ok || s.Aggregate == "" && !f.single(path, link) {
			return r, false
		}
		info, r = link.Info, reach{table: link.Table, on: link.On, scope: f.scope(link)}
	} else if s.Aggregate != "" || s.Where != "" {
		f.fail(path, issue{"aggregate-own", fmt.Sprintf("%s is a column of the record itself: there are no rows to choose from", s.Column), "name the column alone, or a linked table's"})
		return r, false
	}
	col, bad := findColumn(info, s.Column)
	if bad != nil {
		f.fail(path, *bad)
	}
	r.col = col
	return r, bad == nil
}

// single checks that a link leads to at most one row.
func (f *frame) single(path string, l BoundLink) bool {
	var cols []string
	for _, p := range l.On {
		cols = append(cols, p.Child)
	}
	if namesOneRow(l.Info, cols) {
		return true
	}
	f.fail(path, issue{"not-one-row", fmt.Sprintf("several rows of %s may be linked to a record", l.Table.Name), "write max(…) or min(…)"})
	return false
}

func (f *frame) source(path string, s Source, b Binding) (BoundSource, bool) {
	if s.Aggregate != "" && s.Aggregate != "max" && s.Aggregate != "min" {
		f.fail(path, issue{"aggregate", fmt.Sprintf("there is no aggregate %q", s.Aggregate), "it is max or min"})
		return BoundSource{}, false
	}
	r, ok := f.find(path, s)
	if !ok {
		return BoundSource{}, false
	}
	col, bad := dayColumn(r.col, r.scope.Decl[r.col.Name], f.opt)
	if bad != nil {
		f.fail(path, *bad)
		return BoundSource{}, false
	}
	col.Sentinel, col.Zero = b.Sentinel, b.Zero
	where := Always()
	if s.Where != "" {
		where = f.condition(path, s.Where, r.scope)
	}
	return BoundSource{Aggregate: s.Aggregate, Table: r.table, On: r.on, Where: where, Col: col, Never: b.Never}, true
}

// terms resolves the terms that records bring.
func (f *frame) terms() {
	f.out.Terms = map[string]BoundTerm{}
	for _, name := range slices.Sorted(maps.Keys(f.d.Terms)) {
		path, s := f.path("terms", name), f.d.Terms[name]
		if s.Aggregate != "" || s.Where != "" {
			f.fail(path, issue{"term", fmt.Sprintf("term %s must come from one row", name), "name a column of the record or of a lookup"})
			continue
		}
		r, ok := f.find(path, s)
		if !ok {
			continue
		}
		if r.col.Type != store.Integer && r.col.Type != store.Text {
			f.fail(path, issue{"term", fmt.Sprintf("column %s is %s, and cannot hold a term", r.col.Name, r.col.Type), "a term is a whole number of months, or a text such as 6 months"})
			continue
		}
		f.out.Terms[name] = BoundTerm{Table: r.table, On: r.on, Column: r.col.Name, Words: r.col.Type == store.Text}
	}
}

// asks resolves the questions of re-permission.
func (f *frame) asks() {
	a, path := f.d.Asks, f.path("asks")
	if a == nil {
		return
	}
	link, ok := f.related(path, a.Table)
	if !ok {
		return
	}
	scope := f.scope(link)
	out := BoundAsks{Table: link.Table, On: link.On, Yes: f.condition(path, a.Yes, scope)}
	for _, c := range []struct {
		name string
		to   *store.Col
	}{{a.Sent, &out.Sent}, {a.Answered, &out.Answered}} {
		col, bad := findColumn(link.Info, c.name)
		if bad == nil {
			*c.to, bad = dayColumn(col, scope.Decl[c.name], f.opt)
		}
		if bad != nil {
			f.fail(path, *bad)
			ok = false
		}
	}
	if ok {
		f.out.Asks = &out
	}
}
