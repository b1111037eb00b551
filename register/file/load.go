// Package file is for a register written down: it reads register.yaml into a
// register.Register and writes the one canonical form back, with the same care for the
// reader's mistakes as policy/file.
package file

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Load reads a register from src, the content of the file called name, and returns it with
// everything found about it, in the order of the file. The words it uses are checked against
// the policy p; a nil p checks the register alone. The closings of accounting years are not
// in this file.
func Load(name string, src []byte, p *policy.Policy) (register.Register, []policy.Problem) {
	r := file.NewReader(name, src)
	l := loader{policy: p, tables: map[string]*file.Node{}}
	if r.Root() != nil {
		l.load(r.Root())
	}
	return l.r, r.Problems()
}

// Digest returns the hex SHA-256 digest of the register's canonical form and its closings,
// which decide about cutoffs as the bindings do.
func Digest(r register.Register) string {
	h := sha256.New()
	h.Write(Format(r))
	for _, entity := range slices.Sorted(maps.Keys(r.Closings)) {
		fmt.Fprintf(h, "closings %q %v\n", entity, r.Closings[entity])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// loader fills r. Tables remembers where each table was first bound.
type loader struct {
	r      register.Register
	policy *policy.Policy
	tables map[string]*file.Node
}

func (l *loader) load(root *file.Node) {
	f := root.Fields("a register", "datasets", "ignored")
	f.Need(root, "a register", "datasets")
	for _, n := range f["datasets"].Entries() {
		l.r.Datasets = append(l.r.Datasets, l.dataset(n))
	}
	for _, n := range f["ignored"].Entries() {
		l.ignore(n)
	}
}

func (l *loader) ignore(n *file.Node) {
	checkTable(n.KeyNode())
	if first := l.tables[n.Key()]; first != nil {
		n.KeyNode().Error("table-twice", fmt.Sprintf("%s is ignored and bound", n.Key()), fmt.Sprintf("it is bound as %s; remove one", first.Key()))
	}
	if l.r.Ignored == nil {
		l.r.Ignored = map[string]string{}
	}
	l.r.Ignored[n.Key()] = n.Text()
}

// scope is what the nodes of one dataset are read in.
type scope struct {
	*loader
	d *register.Dataset
	// used says where each column was first put.
	used map[string]string
}

const aDataset = "a dataset"

func (l *loader) dataset(n *file.Node) register.Dataset {
	file.CheckName(n.KeyNode())
	d := register.Dataset{Name: n.Key(), Rows: "erase"}
	s := scope{loader: l, d: &d, used: map[string]string{}}
	f := n.Fields(aDataset, "in", "key", "people", "is", "purposes", "person", "fields", "not_personal", "events",
		"terms", "columns", "links", "asks", "entity", "rows", "restricted", "attested")
	f.Need(n, aDataset, "people", "purposes")
	if d.Attested = f["attested"].Text(); d.Attested == "" {
		f.Need(n, aDataset, "in")
	}
	s.table(n, f["in"])
	d.Key = texts(f["key"])
	s.people(f["people"], f["is"])
	d.Purposes = s.purposes(f["purposes"])
	d.Person = s.person(f["person"])
	for _, g := range f["fields"].Entries() {
		d.Groups = append(d.Groups, s.group(g))
	}
	d.NotPersonal = s.columns(f["not_personal"], "not_personal")
	for _, link := range f["links"].Items() {
		d.Links = append(d.Links, s.link(link))
	}
	s.bindings(f)
	d.Entity, d.Restricted = f["entity"].Text(), f["restricted"].Text()
	if rows := f["rows"].Choice("bad-choice", "fate of a record", "erase", "keep"); rows != "" {
		d.Rows = rows
	}
	return d
}

// bindings reads what is found through columns and links: events, terms, questions.
func (s scope) bindings(f file.Fields) {
	for _, e := range f["events"].Entries() {
		if s.d.Events == nil {
			s.d.Events = map[policy.Event]register.Binding{}
		}
		s.knownEvent(e.KeyNode())
		s.d.Events[policy.Event(e.Key())] = s.binding(e)
	}
	for _, t := range f["terms"].Entries() {
		if s.d.Terms == nil {
			s.d.Terms = map[string]register.Source{}
		}
		s.knownTerm(t.KeyNode())
		s.d.Terms[t.Key()] = s.source(t)
	}
	for _, c := range f["columns"].Entries() {
		if s.d.Columns == nil {
			s.d.Columns = map[string]register.ColumnDecl{}
		}
		s.d.Columns[c.Key()] = columnDecl(c)
	}
	s.d.Asks = s.asks(f["asks"])
}

var tableName = regexp.MustCompile(`^[a-z][a-z0-9_]*\.\S(?:.*\S)?$`)

func checkTable(n *file.Node) bool {
	s := n.Text()
	if s != "" && !tableName.MatchString(s) {
		n.Error("bad-table", fmt.Sprintf("%q is not STORE.TABLE", s), "write the store's name of garant.yaml, a dot, and the table, such as crm.leads")
		return false
	}
	return s != ""
}

func (s scope) table(dataset, n *file.Node) {
	if !checkTable(n) {
		return
	}
	if first := s.tables[n.Text()]; first != nil {
		n.Error("table-twice", fmt.Sprintf("%s is bound twice", n.Text()), fmt.Sprintf("dataset %s binds it already; tell the people in it apart with is", first.Key()))
	} else {
		s.tables[n.Text()] = dataset
	}
	s.d.Store, s.d.Table, _ = strings.Cut(n.Text(), ".")
}

// people reads whom a record may be about. Of several categories at most one may do without
// a condition: it is what is left.
func (s scope) people(n, is *file.Node) {
	if s.policy != nil {
		s.d.People = file.Words(n, "people", "declared people", file.IDs(s.policy.People))
	} else {
		s.d.People = words[policy.People](n)
	}
	for _, c := range is.Entries() {
		who := file.Word(c.KeyNode(), "people", "people of the dataset", s.d.People)
		if who == "" {
			continue
		}
		if s.d.Is == nil {
			s.d.Is = map[policy.People]string{}
		}
		s.d.Is[who] = c.Text()
	}
	rest := slices.DeleteFunc(slices.Clone(s.d.People), func(w policy.People) bool { return s.d.Is[w] != "" })
	switch {
	case len(s.d.People) > 1 && len(rest) > 1:
		n.Error("people-not-told-apart", "nothing tells "+strings.Join(file.Strings(rest), " from "), "give all but one of them a condition under is")
	case len(s.d.People) == 1 && is != nil:
		is.KeyNode().Warn("needless-condition", "every record is about "+string(s.d.People[0]), "remove is, or name the other people")
	}
}

func (s scope) purposes(n *file.Node) []policy.PurposeID {
	if s.policy == nil {
		return words[policy.PurposeID](n)
	}
	return file.Words(n, "purpose", "purposes of the policy", purposeIDs(*s.policy))
}

func purposeIDs(p policy.Policy) []policy.PurposeID {
	ids := make([]policy.PurposeID, len(p.Purposes))
	for i, pu := range p.Purposes {
		ids[i] = pu.ID
	}
	return ids
}

func (s scope) person(n *file.Node) map[string][]string {
	var m map[string][]string
	for _, c := range n.Entries() {
		if m == nil {
			m = map[string][]string{}
		}
		file.CheckName(c.KeyNode())
		for _, column := range c.Each() {
			m[c.Key()] = append(m[c.Key()], column.Text())
		}
	}
	return m
}

func (s scope) knownEvent(n *file.Node) {
	file.CheckName(n)
	if s.policy != nil {
		file.Word(n, "event", "events of the policy", file.IDs(s.policy.Events))
	}
}

// knownTerm checks that some rule of the policy reads the term.
func (s scope) knownTerm(n *file.Node) {
	file.CheckName(n)
	if s.policy == nil {
		return
	}
	var terms []string
	for _, p := range s.policy.Purposes {
		for _, r := range p.Rules {
			if r.Keep.Read != "" && !slices.Contains(terms, r.Keep.Read) {
				terms = append(terms, r.Keep.Read)
			}
		}
	}
	file.Word(n, "term", "terms that rules read", terms)
}

var dayForms = []string{string(store.AsDate), string(store.AsDateTime), string(store.AsInstant), string(store.AsTextDate),
	string(store.AsTextTime), string(store.AsUnix), string(store.AsUnixMilli), string(store.AsDMY), string(store.AsYMD)}

func columnDecl(n *file.Node) register.ColumnDecl {
	const what = "a column's declaration"
	f := n.Fields(what, "as", "zone")
	if n.IsMapping() && f["as"] == nil && f["zone"] == nil {
		n.KeyNode().Error("missing-key", what+" needs as or zone", "write {as: text_date} or {zone: UTC}")
	}
	c := register.ColumnDecl{As: store.DayForm(f["as"].Choice("unknown-form", "form of a day", dayForms...)), Zone: f["zone"].Text()}
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "Local" {
		f["zone"].Error("unknown-zone", fmt.Sprintf("unknown time zone %q", c.Zone), "write an IANA name such as UTC or Europe/Paris")
	}
	return c
}

func (s scope) asks(n *file.Node) *register.Asks {
	if n == nil {
		return nil
	}
	const what = "a binding of questions"
	f := n.Fields(what, "table", "sent", "answered", "yes")
	f.Need(n, what, "table", "sent", "answered", "yes")
	a := register.Asks{Table: f["table"].Text(), Sent: f["sent"].Text(), Answered: f["answered"].Text(), Yes: f["yes"].Text()}
	s.linked(f["table"], a.Table)
	return &a
}

// words reads names that cannot be checked against a policy.
func words[T ~string](n *file.Node) []T {
	var all []T
	for _, item := range n.Each() {
		file.CheckName(item)
		all = append(all, T(item.Text()))
	}
	return all
}

// texts reads a text or a list of them.
func texts(n *file.Node) []string {
	var all []string
	for _, item := range n.Each() {
		all = append(all, item.Text())
	}
	return all
}
