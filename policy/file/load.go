// Package file is for a policy written down: it reads policy.yaml into a policy.Policy and
// writes the one canonical form back. It says everything that is wrong with a file at once,
// each with its place and what to do about it.
//
// Reader, Node, Fields and Doc serve the other files of a company as well.
package file

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Load reads a policy from src, the content of the file called name, and returns it with
// everything found about it, in the order of the file. With an Error among the problems
// (see Failed) the policy is not to be used.
func Load(name string, src []byte) (policy.Policy, []policy.Problem) {
	r := NewReader(name, src)
	l := loader{rules: map[policy.RuleID]*Node{}}
	if r.Root() != nil {
		l.load(r.Root())
	}
	return l.p, r.Problems()
}

// Digest returns the hex SHA-256 digest of the policy's canonical form.
func Digest(p policy.Policy) string {
	sum := sha256.Sum256(Format(p))
	return hex.EncodeToString(sum[:])
}

// loader fills p. Rules remembers where each rule id was first written.
type loader struct {
	p     policy.Policy
	rules map[policy.RuleID]*Node
}

func (l *loader) load(root *Node) {
	f := root.Fields("a policy", "controller", "language", "text", "people", "data", "events", "purposes", "recipients", "transfers", "rights", "cookies")
	f.Need(root, "a policy", "people", "data", "purposes")
	l.controller(root, f["controller"])
	l.p.Language = l.language(f["language"])
	l.p.Text = f["text"].Text()
	l.p.People = declared[policy.People](f["people"])
	l.p.Data = declared[policy.Category](f["data"])
	l.p.Events = declared[policy.Event](f["events"])
	for _, n := range f["purposes"].Entries() {
		l.p.Purposes = append(l.p.Purposes, l.purpose(n))
	}
	l.told(f)
}

var digits = regexp.MustCompile(`^(?:\d{9}|\d{14})$`)

// controller reads who answers for the data. Articles 13 and 14 GDPR want its name and
// contact told; a text without them is for the owner to complete.
func (l *loader) controller(root, n *Node) {
	f := n.Fields("a controller", "name", "legal_form", "registration", "address", "contact", "dpo")
	c := &l.p.Controller
	c.Name, c.LegalForm = f["name"].Text(), f["legal_form"].Text()
	c.Address, c.Contact, c.DPO = f["address"].Text(), f["contact"].Text(), f["dpo"].Text()
	c.Registration = strings.ReplaceAll(f["registration"].Text(), " ", "")
	if c.Registration != "" && !digits.MatchString(c.Registration) {
		f["registration"].Error("bad-registration", fmt.Sprintf("a registration has 9 digits (SIREN) or 14 (SIRET), not %q", c.Registration), "write one number; a second company needs its own policy")
	}
	where := root
	if n != nil {
		where = n
	}
	if (c.Name == "" || c.Contact == "") && where.IsMapping() {
		where.Find("controller-incomplete", "the text does not say who answers for the data and where to reach them", "write name and contact under controller")
	}
}

var languageTag = regexp.MustCompile(`^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$`)

func (l *loader) language(n *Node) string {
	s := n.Text()
	if s == "" {
		return "fr"
	}
	if !languageTag.MatchString(s) {
		n.Error("bad-language", fmt.Sprintf("%q is not a language tag", s), "write fr or en")
	}
	return s
}

// declared reads words with their titles.
func declared[T ~string](n *Node) []policy.Named[T] {
	var all []policy.Named[T]
	for _, c := range n.Entries() {
		CheckName(c.KeyNode())
		all = append(all, policy.Named[T]{ID: T(c.Key()), Title: c.Text()})
	}
	return all
}

var name = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// CheckName reports a node whose text is no name: lower-case letters, digits and underscores.
func CheckName(n *Node) {
	if s := n.Text(); s != "" && !name.MatchString(s) {
		n.Error("bad-name", fmt.Sprintf("%q is not a name", s), "use lower-case letters, digits and underscores, beginning with a letter")
	}
}

// Words reads names that must be among the known ones; others are reported as unknown-kind
// and left out. Plural says in the hint what the known ones are.
func Words[T ~string](n *Node, kind, plural string, known []T) []T {
	var words []T
	for _, item := range n.Each() {
		if w := Word(item, kind, plural, known); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// Word is Words for a single name.
func Word[T ~string](n *Node, kind, plural string, known []T) T {
	w := T(n.Text())
	if w == "" || slices.Contains(known, w) {
		return w
	}
	n.Error("unknown-"+kind, fmt.Sprintf("unknown %s %q", kind, w), Suggest(string(w), plural, Strings(known)))
	return ""
}

// Strings returns the words as strings.
func Strings[T ~string](words []T) []string {
	s := make([]string, len(words))
	for i, w := range words {
		s[i] = string(w)
	}
	return s
}

// IDs returns the declared words without their titles.
func IDs[T ~string](all []policy.Named[T]) []T {
	ids := make([]T, len(all))
	for i, n := range all {
		ids[i] = n.ID
	}
	return ids
}

var bases = []policy.Basis{policy.Consent, policy.Contract, policy.Precontract, policy.LegalObligation,
	policy.VitalInterest, policy.PublicTask, policy.LegitimateInterest, policy.Unstated}

func (l *loader) purpose(n *Node) policy.Purpose {
	const what = "a purpose"
	CheckName(n.KeyNode())
	p := policy.Purpose{ID: policy.PurposeID(n.Key())}
	f := n.Fields(what, "title", "basis", "people", "data", "automated", "says", "retention")
	f.Need(n, what, "title", "people", "data")
	p.Title, p.Automated, p.Says = f["title"].Text(), f["automated"].Text(), policy.Says(f["says"].Text())
	p.Basis = Words(f["basis"], "basis", "bases", bases)
	p.People = Words(f["people"], "people", "declared people", IDs(l.p.People))
	p.Data = Words(f["data"], "data", "declared data", IDs(l.p.Data))
	if f["basis"] == nil && n.IsMapping() {
		p.Basis = []policy.Basis{policy.Unstated}
	}
	if slices.Contains(p.Basis, policy.Unstated) {
		n.KeyNode().Find("basis-unstated", fmt.Sprintf("the text gives no legal basis for %s", p.ID), "name the basis of article 6 GDPR it rests on")
	}
	if f["retention"] == nil && n.IsMapping() {
		n.KeyNode().Find("no-retention", fmt.Sprintf("the text does not say how long data are kept for %s", p.ID), "add a retention rule; keep: operator says that the figure is still missing")
	}
	l.retention(&p, f["retention"])
	return p
}

// retention reads the rules of a purpose, then checks them against each other.
func (l *loader) retention(p *policy.Purpose, n *Node) {
	items := n.Items()
	if n.IsList() && len(items) == 0 {
		n.Error("empty-value", "retention is an empty list", "write at least one rule or leave the key out")
	}
	for i, item := range items {
		p.Rules = append(p.Rules, l.rule(item, p, i))
	}
	checkFloors(*p, items)
}
