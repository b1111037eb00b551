package file

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

var linkKinds = []string{string(register.PartOf), string(register.RefersTo), string(register.SharedBy),
	string(register.DerivedFrom), string(register.AccessedBy), string(register.Lookup)}

// link reads one link, in the short form "calls.lead_id part_of" or as a mapping.
func (s scope) link(n *file.Node) register.Link {
	if !n.IsMapping() {
		return s.shortLink(n)
	}
	const what = "a link"
	f := n.Fields(what, "table", "on", "kind")
	f.Need(n, what, "table", "on", "kind")
	l := register.Link{Table: f["table"].Text(), Kind: register.LinkKind(f["kind"].Choice("unknown-link", "kind of link", linkKinds...))}
	pairs := f["on"].Entries()
	if f["on"].IsMapping() && len(pairs) == 0 {
		f["on"].Error("empty-value", "a link joins at least one column", "write {child_column: parent_column}")
	}
	for _, c := range pairs {
		l.On = append(l.On, store.Pair{Child: c.Key(), Parent: c.Text()})
	}
	return l
}

// shortLink joins one column to the dataset's key. Where the key is not written in the file
// it is the table's primary key, and Parent stays empty until the table was inspected.
func (s scope) shortLink(n *file.Node) register.Link {
	text := n.Text()
	if text == "" {
		return register.Link{}
	}
	p := &sourceParser{text: text}
	p.space()
	names := p.names()
	if p.err == nil && len(names) < 2 {
		p.at = 0
		p.fail("a link names a column of another table", "write calls.lead_id part_of")
	}
	p.space()
	kind := text[p.at:]
	if p.err != nil {
		n.At(utf8.RuneCountInString(text[:p.err.At])).Error("bad-link", p.err.Message, p.err.Hint)
		return register.Link{}
	}
	l := register.Link{Kind: s.linkKind(n.At(utf8.RuneCountInString(text[:p.at])), strings.TrimSpace(kind))}
	pair := store.Pair{}
	l.Table, pair.Child = split(names)
	switch len(s.d.Key) {
	case 0:
	case 1:
		pair.Parent = s.d.Key[0]
	default:
		n.Error("short-link", "the key of this dataset has several columns", "write {table: …, on: {child_column: parent_column}, kind: …}")
	}
	l.On = []store.Pair{pair}
	return l
}

func (s scope) linkKind(n *file.Node, kind string) register.LinkKind {
	for _, k := range linkKinds {
		if k == kind {
			return register.LinkKind(kind)
		}
	}
	if kind == "" {
		n.Error("unknown-link", "the link does not say of which kind it is", "kinds of link: "+strings.Join(linkKinds, ", "))
		return ""
	}
	n.Error("unknown-link", fmt.Sprintf("unknown kind of link %q", kind), file.Suggest(kind, "kinds of link", linkKinds))
	return ""
}

// short reports whether the link can be written in the short form.
func short(l register.Link, key []string) bool {
	if len(l.On) != 1 || l.Kind == "" {
		return false
	}
	return l.On[0].Parent == "" || len(key) == 1 && l.On[0].Parent == key[0]
}
