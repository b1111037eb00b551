package console

import (
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Text is the published text, in the order in which it is read.
type Text struct {
	// File is its name, as policy.yaml gives it; empty where the policy names no text.
	File   string
	Blocks []Block
}

// BlockKind is what a reader would call a block.
type BlockKind string

// The kinds of blocks.
const (
	Heading   BlockKind = "heading"
	Paragraph BlockKind = "paragraph"
	Item      BlockKind = "item"
)

// Block is a heading, a paragraph, an item of a list.
type Block struct {
	Kind BlockKind
	// Level is that of a heading; 1 is the title.
	Level int
	// Label is the sign of an item, such as a); empty for a bullet.
	Label     string
	Sentences []Sentence
}

// Sentence is the least that is marked.
type Sentence struct {
	Text string
	// Terms are the periods that it announces.
	Terms []policy.Period
	// Rules are the promises that it makes; Place finds them.
	Rules []policy.RuleID
}

func (b Block) text() string {
	var parts []string
	for _, s := range b.Sentences {
		parts = append(parts, s.Text)
	}
	return strings.Join(parts, " ")
}

var (
	sectionSign = regexp.MustCompile(`^(?:§|Article|Art\.)[\s\x{a0}\x{202f}]*(\d+(?:\.\d+)*)`)
	letterSign  = regexp.MustCompile(`^([a-z])[\s\x{a0}\x{202f}]?\)`)
	citation    = regexp.MustCompile(`(?:§|Article|Art\.|article)[\s\x{a0}\x{202f}]*(\d+(?:\.\d+)*)(?:[\s\x{a0}\x{202f}]+([a-z])\b)?`)
)

// address is where a block stands: the number of its section and its letter in it.
type address struct{ section, letter string }

// addresses tells where each block stands. A heading without a number ends the section
// before it, unless it stands below that section's heading.
func (t Text) addresses() []address {
	out := make([]address, len(t.Blocks))
	section, level := "", 0
	for i, b := range t.Blocks {
		text := b.text()
		if m := sectionSign.FindStringSubmatch(text); m != nil {
			section, level = m[1], b.Level
		} else if b.Kind == Heading && b.Level <= level {
			section = ""
		}
		out[i].section = section
		if m := letterSign.FindStringSubmatch(b.Label + text); m != nil && b.Kind != Heading {
			out[i].letter = m[1]
		}
	}
	return out
}

// Place finds the sentence that makes each promise of the policy, by what its says cites and
// the term that the sentence announces. It returns the text with the promises in it, and
// those for which no sentence was found.
func (t Text) Place(p policy.Policy) (Text, []policy.RuleID) {
	out := Text{File: t.File, Blocks: slices.Clone(t.Blocks)}
	for i := range out.Blocks {
		out.Blocks[i].Sentences = slices.Clone(out.Blocks[i].Sentences)
	}
	at := t.addresses()
	var lost []policy.RuleID
	for _, pu := range p.Purposes {
		for _, r := range pu.Rules {
			says := r.Says
			if says == "" {
				says = pu.Says
			}
			if s := out.sentence(at, says, r); s != nil {
				s.Rules = append(s.Rules, r.ID)
			} else {
				lost = append(lost, r.ID)
			}
		}
	}
	return out, lost
}

// sentence finds the best sentence of the place that a rule cites; nil where there is none.
func (t Text) sentence(at []address, says policy.Says, r policy.Rule) *Sentence {
	m := citation.FindStringSubmatch(string(says))
	if m == nil {
		return nil
	}
	var best *Sentence
	most := -1
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if at[i].section != m[1] || b.Kind == Heading || m[2] != "" && at[i].letter != m[2] {
			continue
		}
		for j := range b.Sentences {
			if n := fits(b.Sentences[j], r); n > most {
				best, most = &b.Sentences[j], n
			}
		}
	}
	return best
}

// fits ranks how well a sentence announces the term of a rule.
func fits(s Sentence, r policy.Rule) int {
	switch {
	case r.Keep.Set && slices.Contains(s.Terms, r.Keep.Period), r.Archive != nil && slices.Contains(s.Terms, r.Archive.Period):
		return 3
	case slices.ContainsFunc(r.Keep.OneOf, func(p policy.Period) bool { return slices.Contains(s.Terms, p) }):
		return 3
	case len(s.Terms) > 0:
		return 2
	case keeps.MatchString(s.Text):
		return 1
	}
	return 0
}

// keeps finds the words of keeping and erasing, for sentences that announce no figure.
var keeps = regexp.MustCompile(`(?i)(effac|gard|conserv|rest(e|ent)\b|supprim|retir|anonym|détrui|vidé|durée)`)
