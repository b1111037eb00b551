// Package terms reads what a policy does with data: purposes, legal bases, categories of data
// and people, and how long data are kept.
//
// What a text says is attached by its structure: a heading that names a legal basis governs
// the list under it, the cells of a row belong together, flattened tables are rebuilt from
// the types of their lines. Lexicons under words/ hold the language.
package terms

import (
	"regexp"
	"slices"
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

	topic   string // of the last heading or of the line that stands for one
	section string
	depth   int // level of the heading that gave the topic
	above   []scope
	head    *prose.Block      // the heading of the section, when it may name a purpose
	headed  map[string]string // the purpose that a heading turned out to name, by section
	titled  bool              // the heading of the section is itself a purpose
	intro   string            // topic of a line ending with a colon, for the list under it
	basis   *fact.Fact
	listing bool   // items have followed the line that announced them
	bare    int    // 1 + index of the fact of a governing basis that has no purpose yet
	last    string // start of the last statement on keeping
	told    string // the section of that statement
	rows    string // the section in which that purpose was named
	named   int    // the block in which it was named
	guessed bool   // a sentence seemed to name it
	mixed   bool   // the last heading announces purposes and periods together
	led     int    // 1 + the block whose first words named it
	purpose string // the last purpose, to which bases and data belong
	table   table
	asks    []fact.Question // on how the document was put together
}

// scope is a heading that gave a topic to what stands under it.
type scope struct {
	level int
	topic string
}

// Find returns what the document states on purposes, bases, data, people and periods, and
// what it leaves open on them.
func Find(doc prose.Document) ([]fact.Fact, []fact.Question) {
	r := &reader{lex: lexicons(), doc: doc, headed: map[string]string{}}
	for i := range doc.Blocks {
		r.block(i)
	}
	r.finish()
	fact.Sort(r.facts)
	return r.facts, append(r.asks, questions(r.facts)...)
}

// block reads one block in the light of those before it.
func (r *reader) block(i int) {
	b := r.doc.Blocks[i]
	whole := lexicon.New(i, b.Text, 0, len(b.Text))
	if len(whole.Toks) == 0 {
		return
	}
	if b.Kind == prose.Heading {
		r.heading(b, whole)
		return
	}
	if b.Kind == prose.Cell && r.cell(b, whole) {
		return
	}
	if b.Kind != prose.Cell && r.labelled(b, whole) {
		return
	}
	if b.Kind == prose.Paragraph {
		if r.flat(b, whole) {
			return
		}
		r.paragraph(b, whole)
		r.lead(b, whole)
	}
	r.listed(b, whole)
	for _, s := range b.Sentences() {
		r.sentence(b, lexicon.New(i, b.Text, s.Start, s.End))
	}
}

// heading turns to a new section. A heading that names a legal basis governs what follows; one
// that tells nothing stands under the topic of those above it.
func (r *reader) heading(b prose.Block, v lexicon.View) {
	topic := r.topicOf(v)
	own := topic != ""
	for n := len(r.above); n > 0 && r.above[n-1].level >= b.Level; n-- {
		r.above = r.above[:n-1]
	}
	if own {
		if b.Level > 1 || v.Block > 2 { // the title of the document says nothing of its parts
			r.above = append(r.above, scope{b.Level, topic})
		}
		r.depth = b.Level
	} else if n := len(r.above); n > 0 {
		topic = r.above[n-1].topic
	}
	r.closeRow()
	r.topic, r.section, r.intro, r.basis, r.table = topic, b.Text, "", nil, table{}
	r.titled, r.head = false, nil
	if own || len(v.Toks) > 14 || strings.HasSuffix(b.Text, "?") || strings.HasSuffix(b.Text, ":") {
		r.governs(b, v)
		return
	}
	if b.Level > 1 || v.Block > 2 {
		r.head = &b
	}
	if !r.governs(b, v) && topic == "purposes" && b.Level > r.depth {
		r.entitle(v.Block)
	}
}

// entitle makes the heading of the section a purpose, once what stands under it shows that it
// names one.
func (r *reader) entitle(block int) {
	if r.head == nil {
		return
	}
	b := *r.head
	r.head = nil
	title := lexicon.New(block, b.Text, len(outline.FindString(b.Text)), len(b.Text))
	from, to := title.All()
	if from >= to {
		return
	}
	r.forget(r.section)
	r.addPurpose(b, title, from, to)
	r.titled = true
	r.headed[r.section] = r.purpose
	if f := &r.facts[len(r.facts)-1]; f.Kind == fact.Purpose { // its number is part of what one would cite
		start, end := b.Span(0, to)
		f.Start, f.End, f.Quote = start, end, r.doc.Quote(start, end)
	}
}

// outline is the number that a heading begins with.
var outline = regexp.MustCompile(`^(?:(?:§|[Aa]rticle|[Aa]rt\.?) ?)?[0-9A-Za-z]{0,2}(?:[0-9.]*)[.)°\-–: ]+`)

// forget takes back the purposes that sentences of a section seemed to name, now that its
// heading is known to name the purpose.
func (r *reader) forget(section string) {
	gone := map[string]bool{}
	kept := r.facts[:0]
	for _, f := range r.facts {
		if f.Kind == fact.Purpose && f.Section == section {
			gone[f.Norm.Text("name")] = true
			continue
		}
		if f.Section == section && gone[f.Norm.Text(fact.PurposeKey)] {
			f.Norm.Set(fact.PurposeKey, "")
		}
		kept = append(kept, f)
	}
	r.facts = kept
}

// paragraph handles a line that stands for a heading, or introduces a list.
func (r *reader) paragraph(b prose.Block, v lexicon.View) {
	text := strings.TrimRight(b.Text, " ")
	if strings.HasSuffix(text, "?") && len(v.Toks) < 25 {
		if topic := r.topicOf(v); topic != "" {
			r.topic, r.intro, r.basis = topic, "", nil
		}
		return
	}
	if strings.HasSuffix(text, ":") {
		if r.governs(b, v) {
			return
		}
		r.intro, r.listing = r.introduces(v), false
		return
	}
	if r.intro == "purposes" && !r.listing && aimed.MatchString(v.Words) && len(v.Toks) < 40 {
		return
	}
	if !r.governs(b, v) && len(v.Toks) > 12 {
		r.intro, r.basis = "", nil
	}
}

// labelled reads a line such as "Finalité : gérer les adhésions" and reports whether it is one.
func (r *reader) labelled(b prose.Block, v lexicon.View) bool {
	i := strings.Index(b.Text, ":")
	if i < 0 || i > 40 || i == len(b.Text)-1 || r.table.on {
		return false
	}
	label := lexicon.New(v.Block, b.Text, 0, i)
	if len(label.Toks) > 4 || !purposeLabel.MatchString(label.Words) {
		return false
	}
	rest := lexicon.New(v.Block, b.Text, i, len(b.Text))
	if from, to := rest.All(); from < to {
		r.addPurpose(b, rest, from, to)
	}
	return true
}

var periodLabel = regexp.MustCompile(`^ (?:durees?|conservation|delais?)(?: [^ ]+){0,3} (?:tant|jusqu|pendant|durant|le temps|[0-9]+|un|une|deux|trois|quatre|cinq|six|dix|douze) `)

var purposeLabel = regexp.MustCompile(`^ (?:finalites?|objectifs?|but|buts)\b`)

// introduces returns the topic of the list that a line announces.
func (r *reader) introduces(v lexicon.View) string {
	tail := v.Part(len(v.Toks)-30, len(v.Toks))
	switch {
	case r.topic == "recipients" || r.topic == "transfer" || r.topic == "security" || r.topic == "rights" || r.topic == "definition":
		return ""
	case tail.Part(len(tail.Toks)-3, len(tail.Toks)).Has(aims):
		return "purposes"
	case tail.Part(len(tail.Toks)-14, len(tail.Toks)).Has(fields) && !tail.Has(goals):
		return "data"
	case tail.Has(goals):
		return "purposes"
	case tail.Has(r.lex.topics.Named("retention")):
		return "retention"
	}
	if r.basis != nil {
		return r.intro
	}
	return r.topicOf(tail)
}

// topicOf returns what a heading is about, "" when its words tell nothing.
func (r *reader) topicOf(v lexicon.View) string {
	if r.mixed = v.Has(r.lex.topics.Named("purposes")) && v.Has(r.lex.topics.Named("retention")); r.mixed {
		return "purposes"
	}
	for _, m := range r.lex.topics {
		i, _, ok := v.Find(m.Re)
		if !ok {
			continue
		}
		if j, _, both := v.Find(r.lex.topics.Named("bases")); m.Name == "purposes" && both && j < i {
			return "bases"
		}
		return m.Name
	}
	return ""
}

// sentence reads what may be said anywhere.
func (r *reader) sentence(b prose.Block, v lexicon.View) {
	topic := r.topic
	if r.intro == "retention" || v.Has(periodLabel) || r.mixed && topic == "purposes" || r.titled && len(v.Toks) < 18 && early(v) {
		topic = "retention"
	}
	if topic != "rights" && r.afterwards(v.Block, v) {
		return
	}
	r.facts = append(r.facts, r.retentions(b, v, topic)...)
	if topic == "rights" || topic == "transfer" || topic == "security" || topic == "definition" || topic == "change" {
		return
	}
	before := len(r.facts)
	r.aim(b, v)
	if !slices.ContainsFunc(r.facts[before:], func(f fact.Fact) bool { return f.Kind == fact.LegalBasis }) {
		r.basisIn(b, v)
	}
}

// early reports a sentence that begins with a period, or with a label and one.
func early(v lexicon.View) bool {
	list := periods(v)
	return len(list) > 0 && list[0].from < 5
}

// fact makes a fact of text[from:to] of a block.
func (r *reader) fact(kind fact.Kind, b prose.Block, block, from, to int, norm fact.Norm, sure float64) fact.Fact {
	start, end := b.Span(from, to)
	return fact.Fact{
		Kind: kind, Quote: r.doc.Quote(start, end), Start: start, End: end, Norm: norm,
		Confidence: fact.Clamp(sure), Section: r.section, Block: block,
	}
}

// finish adds what only the whole document tells.
func (r *reader) finish() {
	r.closeRow()
	r.underHeads()
	r.columns()
	based, general := false, ""
	for _, f := range r.facts {
		based = based || f.Kind == fact.LegalBasis
		if f.Kind == fact.Retention && f.Norm.Get(fact.DurationKey) == nil && everyPeriod.MatchString(prose.Fold(f.Quote)) {
			general = f.Norm.Text(fact.AfterKey)
		}
	}
	orphans := r.orphans()
	for i, f := range r.facts {
		if general != "" && f.Kind == fact.Retention && f.Norm.Text(fact.AfterKey) == fact.Unspecified {
			r.facts[i].Norm.Set(fact.AfterKey, general)
		}
		if f.Kind == fact.Purpose && (!based || orphans[f.Norm.Text("name")]) {
			r.facts = append(r.facts, unstated(f))
		}
	}
}

// underHeads gives what stands in a section without a purpose the one that its heading names:
// the basis that showed it often comes last.
func (r *reader) underHeads() {
	for i, f := range r.facts {
		name := r.headed[f.Section]
		if name == "" || f.Kind != fact.Retention && f.Kind != fact.LegalBasis || f.Norm.Text(fact.PurposeKey) != "" {
			continue
		}
		r.facts[i].Norm.Set(fact.PurposeKey, name)
	}
}

// orphans are the purposes without a basis in a text that gives most of them one.
func (r *reader) orphans() map[string]bool {
	based, none := map[string]bool{}, map[string]bool{}
	for _, f := range r.facts {
		if f.Kind == fact.LegalBasis {
			based[f.Norm.Text(fact.PurposeKey)] = true
		}
	}
	all := 0
	for _, f := range r.facts {
		if name := f.Norm.Text("name"); f.Kind == fact.Purpose {
			all++
			if !based[name] {
				none[name] = true
			}
		}
	}
	if 10*len(none) > 3*all {
		return nil
	}
	return none
}

// unstated is the legal basis of a purpose to which the text gives none.
func unstated(purpose fact.Fact) fact.Fact {
	purpose.Kind = fact.LegalBasis
	purpose.Norm = fact.New(fact.PurposeKey, purpose.Norm.Text("name"), fact.BasisKey, fact.BasisUnstated)
	purpose.Confidence = 0.6
	return purpose
}
