// Package propose proposes a register for stores that nobody has bound yet, by the names and
// types of their columns: what may be personal, by which columns a person is found, what points
// to whom. A person reads it again; nothing in it gives a term.
package propose

import (
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Store is a store to be bound, by its name in garant.yaml.
type Store struct {
	Name   string
	Schema store.Schema
}

// Proposal is a register to be read again by a person.
type Proposal struct {
	Register register.Register
	// Guessed are the links that names alone speak for: no foreign key stands behind them.
	Guessed []Guess
}

// Guess is a link that is no more than likely.
type Guess struct{ Store, Child, Column, Parent string }

// People and Purpose stand for what the register cannot know yet.
const (
	People  policy.People    = "person"
	Purpose policy.PurposeID = "to_be_named"
)

// Make proposes a register. Each table with a column that looks personal becomes a dataset; the
// others are ignored, with the reason.
func Make(stores []Store) Proposal {
	p := Proposal{Register: register.Register{Ignored: map[string]string{}}}
	for _, s := range stores {
		m := maker{Store: s, out: &p, prefix: len(stores) > 1}
		m.tables()
	}
	return p
}

// maker proposes the tables of one store.
type maker struct {
	Store
	out    *Proposal
	prefix bool // other stores may have tables of the same name
	// strong are the tables with columns that are personal by themselves.
	strong map[string]bool
}

func (m *maker) tables() {
	m.strong = map[string]bool{}
	for _, t := range m.Schema.Tables {
		m.strong[t.Name] = slices.ContainsFunc(t.Columns, func(c store.Column) bool {
			return !isLink(t, c.Name) && looks(t, c).strong
		})
	}
	for _, t := range m.Schema.Tables {
		parents := m.parents(t)
		if m.strong[t.Name] || len(parents) > 0 && m.weak(t) {
			m.out.Register.Datasets = append(m.out.Register.Datasets, m.dataset(t))
			continue
		}
		m.out.Register.Ignored[m.Name+"."+t.Name] = reason(parents)
	}
}

func reason(parents []string) string {
	if len(parents) > 0 {
		return "aucune colonne ne paraît personnelle, mais ses lignes se rapportent à celles de " + parents[0] + " ; à relire"
	}
	return "aucune colonne ne paraît personnelle ; à relire"
}

// weak reports whether a column may hold something about the people that the table's rows name.
func (m *maker) weak(t store.TableInfo) bool {
	return slices.ContainsFunc(t.Columns, func(c store.Column) bool { return looks(t, c).category != "" && !isLink(t, c.Name) })
}

// parents are the tables with people that the table's rows name, by a foreign key or by a name.
func (m *maker) parents(t store.TableInfo) []string {
	var out []string
	for _, p := range m.Schema.Tables {
		if p.Name != t.Name && m.strong[p.Name] && len(links(p, t)) > 0 {
			out = append(out, p.Name)
		}
	}
	return out
}

func (m *maker) dataset(t store.TableInfo) register.Dataset {
	d := register.Dataset{Name: m.name(t.Name), Store: m.Name, Table: t.Name, Key: t.Key, People: []policy.People{People},
		Purposes: []policy.PurposeID{Purpose}, Person: persons(t)}
	groups := map[policy.Category]*register.Group{}
	for _, c := range t.Columns {
		cat := looks(t, c).category
		free := slices.Contains(t.Key, c.Name) || c.Computed || !c.NotNull // needs no recipe
		recipe, ok := blank(c)
		if cat == "" || isLink(t, c.Name) || !free && !ok {
			d.NotPersonal = append(d.NotPersonal, c.Name)
			continue
		}
		if groups[cat] == nil {
			groups[cat] = &register.Group{Category: cat, Blank: map[string]register.Recipe{}}
		}
		groups[cat].Columns = append(groups[cat].Columns, c.Name)
		if !free {
			groups[cat].Blank[c.Name] = recipe
		}
	}
	for _, l := range lexicon {
		if g := groups[l.category]; g != nil {
			d.Groups = append(d.Groups, *g)
		}
	}
	d.Links = m.links(t)
	return d
}

// links are those of the rows that name the table's.
func (m *maker) links(t store.TableInfo) []register.Link {
	var out []register.Link
	for _, child := range m.Schema.Tables {
		for _, l := range links(t, child) {
			if l.guessed && (child.Name == t.Name || !m.strong[t.Name]) {
				continue
			}
			if child.Bar != "" || len(child.Key) == 0 && l.Kind != register.PartOf {
				l.Kind = register.AccessedBy // its rows cannot be acted on
			}
			if l.guessed {
				m.out.Guessed = append(m.out.Guessed, Guess{m.Name, child.Name, l.On[0].Child, t.Name})
			}
			out = append(out, l.Link)
		}
	}
	return out
}

// name makes a name of the register from a table's, which no dataset has yet.
func (m *maker) name(table string) string {
	if m.prefix {
		table = m.Name + "_" + table
	}
	first := slug(table)
	name := first
	for n := 2; slices.ContainsFunc(m.out.Register.Datasets, func(d register.Dataset) bool { return d.Name == name }); n++ {
		name = fmt.Sprintf("%s_%d", first, n)
	}
	return name
}

// blank proposes what a column that may not be NULL is set to; false where nothing is known
// that its type takes.
func blank(c store.Column) (register.Recipe, bool) {
	set := func(v any) (register.Recipe, bool) {
		return register.Recipe{Column: c.Name, To: store.Constant, Value: v}, !c.Unique
	}
	switch {
	case len(c.Enum) > 0:
		return set(c.Enum[0])
	case c.Type == store.Text && c.Unique:
		return register.Recipe{Column: c.Name, To: store.Unique}, true
	case c.Type == store.Text && isJSON(c):
		return set("{}")
	case c.Type == store.Text:
		return set("–")
	case c.Type == store.Integer, c.Type == store.Number:
		return set("0")
	case c.Type == store.Boolean:
		return set("false")
	case c.Type == store.DateType:
		return set("1970-01-01")
	}
	return register.Recipe{}, false
}
