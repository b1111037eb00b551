package register

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// coverage says what no promise governs: columns, tables, foreign keys, purposes.
func (b *binder) coverage(out Bound) {
	for _, d := range out.Datasets {
		if d.Table.Name != "" {
			b.columns(d)
			b.copiers(d)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.schemas)) {
		if b.used(name) {
			b.tables(name)
			b.foreignKeys(name, out)
		}
	}
	b.staleIgnores()
	b.unboundPurposes()
}

func (b *binder) used(storeName string) bool {
	return slices.ContainsFunc(b.register.Datasets, func(d Dataset) bool { return d.Store == storeName })
}

func (b *binder) source(name string) Dataset {
	i := slices.IndexFunc(b.register.Datasets, func(d Dataset) bool { return d.Name == name })
	return b.register.Datasets[i]
}

// columns checks that every column of a bound table is accounted for, once.
func (b *binder) columns(d BoundDataset) {
	src := b.source(d.Name)
	grouped := map[string]policy.Category{}
	for _, g := range d.Groups {
		for _, name := range g.Columns {
			grouped[name] = g.Category
		}
	}
	other := slices.Concat(src.NotPersonal, d.Table.Key, []string{src.Restricted})
	for _, l := range d.Links {
		for _, p := range l.On {
			other = append(other, p.Parent)
		}
	}
	for _, c := range d.Info.Columns {
		if _, ok := grouped[c.Name]; !ok && !slices.Contains(other, c.Name) && !b.linkedFrom(d, c.Name) {
			b.say(policy.Error, at("datasets", d.Name, "fields"), issue{"uncovered-column",
				fmt.Sprintf("column %s of %s.%s is in no field group: nothing is promised about it", c.Name, d.Store, d.Table.Name),
				"put it in a group under fields, or under not_personal"})
		}
	}
	b.computed(d, grouped)
	b.notPersonal(d, src, grouped)
}

// computed warns of columns that lose what they say while their own group is kept.
func (b *binder) computed(d BoundDataset, grouped map[string]policy.Category) {
	for _, c := range d.Info.Columns {
		for _, from := range c.From {
			if g, own := grouped[from], grouped[c.Name]; g != "" && g != own {
				b.say(policy.Warning, at("datasets", d.Name, "fields"), issue{"computed-elsewhere",
					fmt.Sprintf("column %s is computed from %s: it is changed when %s goes, whatever is promised about it", c.Name, from, g),
					"put it in the group of the columns it is made of"})
			}
		}
	}
}

// copiers warns of triggers by which a row may be somewhere else once it is erased.
func (b *binder) copiers(d BoundDataset) {
	if names := d.Info.Copiers; len(names) > 0 {
		b.say(policy.Warning, at("datasets", d.Name, "in"), issue{"trigger",
			fmt.Sprintf("erasing or changing a row of %s.%s runs a trigger that may copy it elsewhere: %s", d.Store, d.Table.Name, strings.Join(names, ", ")),
			"read what it does; a table that it fills must be a dataset with a term of its own, or the trigger must leave out personal data"})
	}
}

// linkedFrom reports whether another dataset of the store joins the column.
func (b *binder) linkedFrom(d BoundDataset, column string) bool {
	for _, o := range b.register.Datasets {
		for _, l := range o.Links {
			joins := slices.ContainsFunc(l.On, func(p store.Pair) bool { return p.Child == column })
			if o.Store == d.Store && l.Table == d.Table.Name && joins {
				return true
			}
		}
	}
	return false
}

// notPersonal checks the columns declared to hold nothing of a person.
func (b *binder) notPersonal(d BoundDataset, src Dataset, grouped map[string]policy.Category) {
	path := at("datasets", d.Name, "not_personal")
	for _, name := range src.NotPersonal {
		if g, twice := grouped[name]; twice {
			b.say(policy.Error, path, issue{"declared-twice", fmt.Sprintf("column %s is not personal and in group %s", name, g), "leave it in one of them"})
		}
		if c, ok := d.column(name); ok && looksPersonal(c) {
			b.say(policy.Warning, path, issue{"looks-personal", fmt.Sprintf("column %s is declared not personal, and by its name holds a way to reach someone", name),
				"put it in a group if it does"})
		}
	}
}

var (
	words    = regexp.MustCompile(`[A-Z]?[\p{Ll}\d]+|[A-Z\d]+`)
	personal = []string{"phone", "phones", "telephone", "tel", "mobile", "portable", "gsm", "mail", "mails", "mel", "email", "emails", "courriel"}
)

// looksPersonal goes by the words of the name, so that hotel is no tel; a date or a yes or no
// about an address is not the address.
func looksPersonal(c store.Column) bool {
	if c.Type != store.Text && c.Type != store.Integer && c.Type != store.Number || len(c.Enum) > 0 {
		return false
	}
	for _, w := range words.FindAllString(c.Name, -1) {
		if slices.Contains(personal, strings.TrimRight(strings.ToLower(w), "0123456789")) {
			return true
		}
	}
	return false
}

// tables finds the tables of a store that nothing speaks of.
func (b *binder) tables(name string) {
	linked := map[string]bool{}
	for _, d := range b.register.Datasets {
		for _, l := range d.Links {
			linked[place{d.Store, l.Table}.String()] = true
		}
	}
	for _, t := range b.schemas[name].Tables {
		p := place{name, t.Name}
		_, bound := b.datasets[p]
		_, ignored := b.register.Ignored[p.String()]
		if !bound && !ignored && !linked[p.String()] {
			b.say(policy.Finding, at("datasets"), issue{"unbound-table", fmt.Sprintf("table %s is in no dataset: what it holds is unknown", p),
				fmt.Sprintf("bind it, link it, or list it under ignored with the reason%s", personalColumns(t))})
		}
	}
}

// personalColumns names the columns that make an unbound table suspicious.
func personalColumns(t store.TableInfo) string {
	var names []string
	for _, c := range t.Columns {
		if looksPersonal(c) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; by its names it holds personal data: " + strings.Join(names, ", ")
}

// foreignKeys checks that each foreign key that touches a bound table is classified.
func (b *binder) foreignKeys(name string, out Bound) {
	for _, t := range b.schemas[name].Tables {
		for _, fk := range t.ForeignKeys {
			b.foreignKey(name, t, fk, out)
		}
	}
}

// foreignKey is classified by the dataset whose rows are named, when there is one: it is
// their deletion that meets the key. Else the dataset that names them says it only reads.
func (b *binder) foreignKey(storeName string, child store.TableInfo, fk store.ForeignKey, out Bound) {
	parent, _ := findTable(b.schemas[storeName], fk.Table)
	on := pairsOf(fk, parent.Key)
	if owner, ok := b.boundTo(out, place{storeName, fk.Table}); ok {
		if l, ok := linkAlong(owner, child.Name, on); ok {
			b.cascade(owner, l, fk)
		} else {
			b.unclassified(owner, child, fk)
		}
		return
	}
	// A table without personal data that is only pointed to is not touched by what we do.
	_, ignored := b.register.Ignored[place{storeName, fk.Table}.String()]
	member, ok := b.boundTo(out, place{storeName, child.Name})
	if _, linked := linkAlong(member, fk.Table, turned(on)); ok && !linked && !ignored {
		b.unclassified(member, child, fk)
	}
}

// boundTo returns the bound dataset of a table.
func (b *binder) boundTo(out Bound, p place) (BoundDataset, bool) {
	name, ok := b.datasets[p]
	if !ok {
		return BoundDataset{}, false
	}
	return out.Dataset(name)
}

// linkAlong returns the dataset's link to the table over exactly these columns.
func linkAlong(d BoundDataset, table string, on []store.Pair) (BoundLink, bool) {
	for _, l := range d.Links {
		if l.Table.Name == table && samePairs(l.On, on) {
			return l, true
		}
	}
	return BoundLink{}, false
}

func turned(on []store.Pair) []store.Pair {
	var out []store.Pair
	for _, p := range on {
		out = append(out, store.Pair{Child: p.Parent, Parent: p.Child})
	}
	return out
}

func (b *binder) unclassified(d BoundDataset, child store.TableInfo, fk store.ForeignKey) {
	message := fmt.Sprintf("the foreign key %s.%s to %s is not classified: what becomes of one row when the other goes is unknown",
		child.Name, strings.Join(fk.Columns, ", "), fk.Table)
	if fk.OnDelete != "" && fk.OnDelete != "NO ACTION" && fk.OnDelete != "RESTRICT" {
		message += fmt.Sprintf(" (the database does ON DELETE %s)", fk.OnDelete)
	}
	hint := "add it under links of " + d.Name + ", as lookup for a table that is only read"
	if d.Table.Name == fk.Table {
		hint = fmt.Sprintf("add to links of %s: %s.%s part_of, or refers_to, shared_by, derived_from, accessed_by", d.Name, child.Name, strings.Join(fk.Columns, ", "))
	}
	path := at("datasets", d.Name, "links")
	if len(d.Links) == 0 {
		path = at("datasets", d.Name)
	}
	b.say(policy.Error, path, issue{"unclassified-link", message, hint})
}

// cascade refuses a foreign key that deletes rows which the policy keeps.
func (b *binder) cascade(d BoundDataset, l BoundLink, fk store.ForeignKey) {
	goes := l.Kind == PartOf || l.Kind == DerivedFrom
	if child := l.Dataset; goes && child != "" && b.source(child).Rows == "keep" {
		goes = false
	}
	if fk.OnDelete == "CASCADE" && !goes {
		b.say(policy.Error, at("datasets", d.Name, "links"), issue{"cascade",
			fmt.Sprintf("rows of %s are to be kept (%s), and the database deletes them with the row of %s they name", l.Table.Name, l.Kind, d.Table.Name),
			"change the foreign key to ON DELETE RESTRICT or SET NULL, or classify the link as part_of"})
	}
}

// staleIgnores warns of ignored tables that are not there.
func (b *binder) staleIgnores() {
	for _, name := range slices.Sorted(maps.Keys(b.register.Ignored)) {
		storeName, table, _ := strings.Cut(name, ".")
		if _, answered := b.schemas[storeName]; !answered {
			continue // nobody knows what is in it
		}
		if _, bad := findTable(b.schemas[storeName], table); bad != nil {
			b.say(policy.Warning, at("ignored"), issue{"stale-ignore", fmt.Sprintf("table %s is ignored and does not exist", name), bad.hint})
		}
	}
}

// unboundPurposes finds promises that no dataset is bound to. Those that only paper or a
// third party carry out need none.
func (b *binder) unboundPurposes() {
	listed := map[policy.PurposeID]bool{}
	for _, d := range b.register.Datasets {
		for _, id := range d.Purposes {
			listed[id] = true
		}
		for _, g := range d.Groups {
			for _, id := range g.Purposes {
				listed[id] = true
			}
		}
	}
	elsewhere := func(p policy.Purpose) bool {
		ours := func(r policy.Rule) bool { return r.By == "" && !r.Paper }
		return len(p.Rules) > 0 && !slices.ContainsFunc(p.Rules, ours)
	}
	for _, p := range b.policy.Purposes {
		if !listed[p.ID] && !elsewhere(p) {
			b.sayOfPolicy(policy.Finding, at("purposes", string(p.ID)), issue{"unbound-purpose",
				fmt.Sprintf("no dataset serves purpose %s: where its data are is unknown", p.ID), "add it to the purposes of a dataset, or declare one as attested"})
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
