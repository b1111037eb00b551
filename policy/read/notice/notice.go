// Package notice reads who stands behind a policy and what it owes to people: the controller
// and its contacts, recipients and transfers, rights and how to use them, security, breaches,
// cookies, consent and changes of the policy.
//
// Sentences are judged by their words in the light of the section they stand in; lexicons
// under words/ hold the language.
package notice

import (
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// reader walks through a document once.
type reader struct {
	lex   words
	doc   prose.Document
	facts []fact.Fact
	at    int // index of the block being read

	topic   string // of the section
	list    string // what the line above announced for the list under it
	section string
	above   []scope        // the headings above that told a topic
	columns map[int]string // topics of the columns of the table
	table   int            // number of that table
	holder  int            // its column of recipients
	officed int            // index of the last block that spoke of the officer, -1 for none
	first   bool           // nothing of the section was read yet
}

// scope is a heading that gave a topic to what stands under it.
type scope struct {
	level int
	topic string
}

// Find returns what the document states on everything but purposes, bases, data and periods,
// and what it leaves open on recipients, transfers and identity.
func Find(doc prose.Document) ([]fact.Fact, []fact.Question) {
	r := &reader{lex: lexicons(), doc: doc, officed: -9}
	for i := range doc.Blocks {
		r.at = i
		r.block(doc.Blocks[i])
	}
	r.nameless()
	fact.Sort(r.facts)
	return r.facts, questions(r.facts)
}

// block reads one block in the light of those before it.
func (r *reader) block(b prose.Block) {
	v := lexicon.New(r.at, b.Text, 0, len(b.Text))
	if len(v.Toks) == 0 {
		return
	}
	switch b.Kind {
	case prose.Heading:
		r.heading(b, v)
		return
	case prose.Cell:
		if b.Table != r.table {
			r.table, r.columns, r.holder = b.Table, map[int]string{}, 1
		}
		if b.Header || b.Row == 1 {
			r.columns[b.Col] = r.topicOf(v)
			if r.columns[b.Col] == "recipients" {
				r.holder = b.Col
			}
			return
		}
		r.list = r.columns[b.Col]
	case prose.Paragraph:
		r.announce(b, v)
	}
	r.leaf(b, v)
	r.first = false
}

// heading turns to a new section. A heading that tells nothing keeps the topic of the one
// above it.
func (r *reader) heading(b prose.Block, v lexicon.View) {
	topic := r.topicOf(v)
	for n := len(r.above); n > 0 && r.above[n-1].level >= b.Level; n-- {
		r.above = r.above[:n-1]
	}
	if topic != "" && b.Level > 1 {
		r.above = append(r.above, scope{b.Level, topic})
	} else if n := len(r.above); n > 0 && topic == "" && b.Level > 2 {
		topic = r.above[n-1].topic
	}
	r.topic, r.list, r.section, r.first = topic, "", b.Text, true
	if topic == "dpo" && !strings.HasSuffix(b.Text, "?") && v.Has(r.lex.says.Named("dpo")) {
		r.note(fact.DPOContact, b, v, fact.New("role", "dpo"), 0.6)
	}
	if topic == "rights" {
		r.rights(b, v)
	}
}

// announce notes what the list under a line is about; a paragraph that announces nothing ends
// the list. A question that stands alone opens a section of its own.
func (r *reader) announce(b prose.Block, v lexicon.View) {
	text := strings.TrimRight(b.Text, " ")
	switch {
	case strings.HasSuffix(text, "?") && len(v.Toks) < 28:
		if topic := r.topicOf(v); topic != "" {
			r.topic, r.list, r.first = topic, "", true
		}
	case strings.HasSuffix(text, ":"):
		last := b.Sentences()
		from := last[len(last)-1].Start
		r.list = r.announced(lexicon.New(r.at, b.Text, from, len(b.Text)))
	case len(v.Toks) > 14:
		r.list = ""
	}
}

// announced returns the topic of the list that a line introduces, that of the section when
// the line adds nothing.
func (r *reader) announced(v lexicon.View) string {
	says := r.lex.says
	switch {
	case v.Has(says.Named("transmit")), v.Has(says.Named("receive")), v.Has(r.lex.topics.Named("recipients")) && r.topic == "recipients":
		return "recipients"
	case v.Has(r.lex.topics.Named("rights")) && r.topic != "recipients":
		return "rights"
	case v.Has(says.Named("dpo")), r.topic == "dpo":
		return "dpo"
	case v.Has(says.Named("collected")) && v.Has(r.lex.topics.Named("sources")):
		return "sources"
	}
	return r.topic
}

// topicOf returns what a heading is about, "" when its words tell nothing.
func (r *reader) topicOf(v lexicon.View) string {
	for _, m := range r.lex.topics {
		if v.Has(m.Re) {
			return m.Name
		}
	}
	return ""
}

// leaf reads a paragraph, an item or a cell.
func (r *reader) leaf(b prose.Block, v lexicon.View) {
	topic := r.topic
	if r.list != "" && b.Kind != prose.Paragraph {
		topic = r.list
	}
	if topic == "definition" {
		return
	}
	r.mailboxes(b, v, topic)
	r.party(b, v, topic)
	for _, s := range b.Sentences() {
		sv := lexicon.New(r.at, b.Text, s.Start, s.End)
		if len(sv.Toks) == 0 {
			continue
		}
		r.controller(b, sv, topic)
		r.officer(b, sv, topic)
		r.recipients(b, sv, topic)
		r.transfer(b, sv, topic)
		r.simple(b, sv, topic)
	}
	r.rights(b, v)
}

// note adds a fact that quotes a whole view.
func (r *reader) note(kind fact.Kind, b prose.Block, v lexicon.View, norm fact.Norm, sure float64) {
	from, to := v.All()
	r.quote(kind, b, [2]int{from, to}, norm, sure)
}

// quote adds a fact that quotes a range of the text of a block.
func (r *reader) quote(kind fact.Kind, b prose.Block, at [2]int, norm fact.Norm, sure float64) {
	if at[0] >= at[1] {
		return
	}
	start, end := b.Span(at[0], at[1])
	r.facts = append(r.facts, fact.Fact{
		Kind: kind, Quote: r.doc.Quote(start, end), Start: start, End: end, Norm: norm,
		Confidence: fact.Clamp(sure), Section: r.section, Block: r.at,
	})
}

// has reports whether a fact of a kind was noted in the block being read.
func (r *reader) has(kind fact.Kind) bool {
	for i := len(r.facts) - 1; i >= 0 && r.facts[i].Block == r.at; i-- {
		if r.facts[i].Kind == kind {
			return true
		}
	}
	return false
}

// any reports whether a fact of a kind was noted at all.
func (r *reader) any(kind fact.Kind) bool {
	for _, f := range r.facts {
		if f.Kind == kind {
			return true
		}
	}
	return false
}
