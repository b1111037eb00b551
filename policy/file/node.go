package file

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Node is a place in a file: a scalar, a mapping or a list. A nil node is what was not
// written; reading it gives nothing and reports nothing, so that loaders need no special
// case for optional keys.
type Node struct {
	reader       *Reader
	kind         kind
	path         string
	line, column int
	text         string // of a scalar
	quoted       bool
	key          string // under which it stands in a mapping
	keyed        bool
	keyAt        [2]int
	children     []*Node // of a mapping or a list
}

type kind string

const (
	null    kind = "nothing"
	scalar  kind = "a single value"
	mapping kind = "a mapping"
	list    kind = "a list"
	// refused is what was reported already and reads as not written.
	refused kind = "refused"
)

// Path returns the YAMLPath of the node, such as $.purposes.quotes.retention[0].
func (n *Node) Path() string {
	if n == nil {
		return ""
	}
	return n.path
}

// Key returns the key under which the node stands in its mapping.
func (n *Node) Key() string {
	if n == nil {
		return ""
	}
	return n.key
}

// KeyNode returns the key itself as a node, to report problems at.
func (n *Node) KeyNode() *Node {
	if n == nil || !n.keyed {
		return n
	}
	return &Node{reader: n.reader, kind: scalar, path: n.path, line: n.keyAt[0], column: n.keyAt[1], text: n.key}
}

// At returns the place inside a scalar that is offset characters after its start.
func (n *Node) At(offset int) *Node {
	if n == nil || n.kind != scalar || n.column == 0 {
		return n
	}
	m := *n
	m.column += offset
	if n.quoted {
		m.column++
	}
	if m.line <= len(n.reader.lines) && m.column > len([]rune(n.reader.lines[m.line-1]))+1 {
		m.column = n.column // folded over several lines: its start is all that is known
	}
	return &m
}

// IsMapping reports whether the node is a mapping.
func (n *Node) IsMapping() bool { return n != nil && n.kind == mapping }

// IsList reports whether the node is a list.
func (n *Node) IsList() bool { return n != nil && n.kind == list }

// Error reports a problem at the node that stops.
func (n *Node) Error(code, message, hint string) { n.report(policy.Error, code, message, hint) }

// Warn reports a problem at the node that stops nothing.
func (n *Node) Warn(code, message, hint string) { n.report(policy.Warning, code, message, hint) }

// Find reports a finding at the node, for the owner to decide.
func (n *Node) Find(code, message, hint string) { n.report(policy.Finding, code, message, hint) }

func (n *Node) report(s policy.Severity, code, message, hint string) {
	if n == nil {
		return
	}
	r := n.reader
	r.problems = append(r.problems, policy.Problem{
		File: r.name, Path: n.path, Line: n.line, Column: n.column,
		Code: code, Severity: s, Message: message, Hint: hint,
		Excerpt: r.excerpt(n.line, n.column),
	})
}

// Text returns a scalar as written, without its quotes; it reports anything else.
func (n *Node) Text() string {
	switch {
	case n == nil || n.kind == refused:
		return ""
	case n.kind == null || n.kind == scalar && strings.TrimSpace(n.text) == "":
		n.Error("empty-value", fmt.Sprintf("%s has no value", n.name()), "write a value or leave the key out")
		return ""
	case n.kind != scalar:
		n.wrong("a single value")
		return ""
	}
	return n.text
}

// Int returns a whole number between low and high; it reports anything else.
func (n *Node) Int(low, high int) int {
	s := n.Text()
	if s == "" {
		return 0
	}
	i, err := strconv.Atoi(s)
	if err != nil || i < low || i > high {
		n.Error("bad-number", fmt.Sprintf("%s must be a whole number from %d to %d", n.name(), low, high), "")
	}
	return i
}

// Number returns a number between low and high; it reports anything else.
func (n *Node) Number(low, high float64) float64 {
	s := n.Text()
	if s == "" {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= low && f <= high) {
		n.Error("bad-number", fmt.Sprintf("%s must be a number from %g to %g", n.name(), low, high), "")
	}
	return f
}

// Bool returns true or false; it reports anything else.
func (n *Node) Bool() bool {
	switch s := n.Text(); s {
	case "true":
		return true
	case "false", "":
	default:
		n.Error("bad-choice", fmt.Sprintf("%s must be true or false", n.name()), "")
	}
	return false
}

// Choice returns one of the choices; it reports anything else, with the code and a suggestion.
func (n *Node) Choice(code, what string, choices ...string) string {
	s := n.Text()
	if s != "" && !slices.Contains(choices, s) {
		n.Error(code, fmt.Sprintf("unknown %s %q", what, s), Suggest(s, "choices", choices))
		return ""
	}
	return s
}

// Day returns a civil date; it reports anything else.
func (n *Node) Day() policy.Date {
	s := n.Text()
	if s == "" {
		return policy.Date{}
	}
	d, err := policy.ParseDate(s)
	if err != nil {
		n.Error("bad-date", fmt.Sprintf("%q is not a day of the calendar", s), err.Error())
	}
	return d
}

// Period returns a calendar length; it reports anything else.
func (n *Node) Period() policy.Period { return n.period(n.Text()) }

func (n *Node) period(s string) policy.Period {
	if s == "" {
		return policy.Period{}
	}
	p, err := policy.ParsePeriod(s)
	if err != nil {
		n.Error("bad-period", fmt.Sprintf("%q is not a period", s), "write 3 years, 13 months, 32 days or P3Y")
	}
	return p
}

// Each returns the items of a list, or the scalar itself where one may be written without
// brackets. Empty lists and items that are no scalars are reported and left out.
func (n *Node) Each() []*Node {
	if n == nil {
		return nil
	}
	items := []*Node{n}
	switch n.kind {
	case mapping:
		n.wrong("a single value or a list")
		return nil
	case list:
		if items = n.children; len(items) == 0 {
			n.Error("empty-value", n.name()+" is an empty list", "write at least one item or leave the key out")
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(items), func(item *Node) bool {
		s := item.Text()
		if seen[s] && s != "" {
			item.Error("duplicate-item", fmt.Sprintf("%q is written twice in this list", s), "remove one")
			return true
		}
		seen[s] = true
		return s == ""
	})
}

// Items returns the items of a list, whatever they are; it reports anything else.
func (n *Node) Items() []*Node {
	if n == nil || n.kind == refused {
		return nil
	}
	if n.kind != list {
		n.wrong("a list")
		return nil
	}
	return n.children
}

// Entries returns the values of a mapping with free keys, in order, each knowing its Key;
// it reports anything else.
func (n *Node) Entries() []*Node {
	if n == nil || n.kind == refused {
		return nil
	}
	if n.kind != mapping {
		n.wrong("a mapping")
		return nil
	}
	return n.children
}

// Fields are the values of a mapping by key.
type Fields map[string]*Node

// Fields returns the values of a mapping that allows only the known keys; what is no mapping
// and what is another key is reported. What says in words what the mapping is. A misspelt
// key stands for the one that was meant, so that it causes no second problem.
func (n *Node) Fields(what string, known ...string) Fields {
	f, strange := Fields{}, []*Node{}
	for _, c := range n.Entries() {
		if !slices.Contains(known, c.key) {
			c.KeyNode().Error("unknown-key", fmt.Sprintf("%s has no key %q", what, c.key), Suggest(c.key, "known keys", known))
			strange = append(strange, c)
			continue
		}
		f[c.key] = c
	}
	for _, c := range strange {
		if k := meant(c.key, known); k != "" && f[k] == nil {
			f[k] = c
		}
	}
	return f
}

// Need reports the keys that n, of which f are the fields, must have and has not.
func (f Fields) Need(n *Node, what string, keys ...string) {
	for _, k := range keys {
		if f[k] == nil && n.IsMapping() {
			n.KeyNode().Error("missing-key", fmt.Sprintf("%s needs the key %s", what, k), "add "+k+": …")
		}
	}
}

func (n *Node) wrong(expected string) {
	n.Error("wrong-kind", fmt.Sprintf("%s must be %s and is %s", n.name(), expected, n.kind), "")
}

// name is how messages call the node.
func (n *Node) name() string {
	switch {
	case n.path == "$":
		return "the file"
	case n.keyed:
		return n.key
	}
	return "this item"
}

// nearest returns the node at path, or the deepest one on the way there.
func (n *Node) nearest(path string) *Node {
	if n == nil || path == n.path {
		return n
	}
	for _, c := range n.children {
		if rest, ok := strings.CutPrefix(path, c.path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return c.nearest(path)
		}
	}
	return n
}
