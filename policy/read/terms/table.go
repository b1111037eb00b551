package terms

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// table is the state of a table that is being read: a real one by the topics of its columns,
// a flattened one by the types of its lines.
type table struct {
	on      bool
	number  int
	columns map[int]string
	bases   bool // it has a column of legal bases
	kept    bool // it has a column of periods
	row     int
	based   bool      // the row has a basis
	purpose fact.Fact // of the row
	fresh   bool      // the next line opens a row
}

// cell reads a cell by the head of its column; it reports whether the column told what it is.
func (r *reader) cell(b prose.Block, v lexicon.View) bool {
	if b.Table != r.table.number || !r.table.on {
		r.closeRow()
		r.table = table{on: true, number: b.Table, columns: map[int]string{}}
	}
	if b.Header || b.Row == 1 {
		r.table.columns[b.Col] = r.column(v)
		return true
	}
	if b.Row != r.table.row && r.continues(b, v) {
		r.table.row = b.Row
		return true
	}
	if b.Row != r.table.row {
		r.closeRow()
		r.table.row, r.table.based, r.table.purpose = b.Row, false, fact.Fact{}
	}
	return r.typed(b, v, r.table.columns[b.Col])
}

// continues reads the first cell of a line that belongs to the row above: a basis, or the
// title of a list that was lost.
func (r *reader) continues(b prose.Block, v lexicon.View) bool {
	if !r.table.bases || r.table.purpose.Quote == "" || r.table.columns[b.Col] == "bases" {
		return false
	}
	if strings.HasSuffix(b.Text, ":") {
		return true
	}
	hits, at := r.isBasisCell(b, v)
	if len(hits) == 0 || at > 0 || hits[0].from > 2 || r.table.based {
		return false
	}
	for _, h := range hits {
		r.addBasis(b, v, h)
	}
	r.table.based = true
	return true
}

// column returns what a column holds.
func (r *reader) column(v lexicon.View) string {
	for _, name := range []string{"retention", "bases", "purposes", "recipients", "data", "people", "cookies"} {
		if name == "purposes" && r.topic == "recipients" {
			continue // what each recipient is for
		}
		if v.Has(r.lex.topics.Named(name)) {
			r.table.bases = r.table.bases || name == "bases"
			return name
		}
	}
	if strings.Contains(v.Words, " traitement") || strings.Contains(v.Words, " activite") {
		return "purposes"
	}
	return ""
}

// typed reads a cell of a known column. A legal basis is known wherever it stands: rows lose
// empty cells.
func (r *reader) typed(b prose.Block, v lexicon.View, column string) bool {
	from, to := v.All()
	hits, at := r.isBasisCell(b, v)
	switch {
	case column == "retention":
		for _, s := range b.Sentences() {
			r.facts = append(r.facts, r.retentions(b, lexicon.New(v.Block, b.Text, s.Start, s.End), "retention")...)
		}
	case r.table.bases && len(hits) > 0 && (column == "bases" || b.Col > 1 && at == 0 && hits[0].from < 6 && len(v.Toks) < 40):
		for _, h := range hits {
			r.addBasis(b, v, h)
		}
		r.table.based = true
	case column == "purposes" && r.table.purpose.Quote == "" && !dataCell.MatchString(v.Words):
		r.addPurpose(b, v, from, to)
		r.table.purpose = r.facts[len(r.facts)-1]
	case column == "data", dataCell.MatchString(v.Words): // rows that lost a cell shift the others
		r.addData(b, v)
	case column == "purposes":
		r.widen(b, v)
	default:
		return column != ""
	}
	return true
}

var dataCell = regexp.MustCompile(`^ (?:donnees|coordonnees) (?:d |de |relatives|financieres|personnelles|personnel)`)

// widen makes the quote of the purpose of a row, which its first cell names, reach over the
// next cell, which describes it.
func (r *reader) widen(b prose.Block, v lexicon.View) {
	n := len(r.facts) - 1
	if n < 0 || r.facts[n].Kind != fact.Purpose || r.facts[n].Block != v.Block-1 || len(v.Toks) > 40 {
		return
	}
	from, to := v.All()
	_, end := b.Span(from, to)
	r.facts[n].End = end
	r.facts[n].Quote = r.doc.Quote(r.facts[n].Start, end)
	r.table.purpose = r.facts[n]
}

// closeRow says so when a row of a table with bases gives none.
func (r *reader) closeRow() {
	if t := r.table; t.on && t.bases && !t.based && t.purpose.Quote != "" {
		r.facts = append(r.facts, unstated(t.purpose))
	}
}

// flat reads a line of a table that lost its cells, and reports whether it is one.
func (r *reader) flat(b prose.Block, v lexicon.View) bool {
	if names := r.heads(v); len(names) >= 2 {
		r.closeRow()
		r.table = table{on: true, number: -1, fresh: true, bases: names["bases"], kept: names["retention"]}
		r.intro, r.basis = "", nil
		return true
	}
	if !r.table.on || r.table.number != -1 {
		return false
	}
	if !r.table.bases {
		return r.table.kept && r.names(b, v)
	}
	if r.table.fresh {
		return r.opens(b, v)
	}
	hits, at := r.isBasisCell(b, v)
	if len(hits) == 0 {
		r.data(b, v)
		return true
	}
	tail := lexicon.New(v.Block, b.Text, at, len(b.Text))
	for _, h := range r.bases(tail) {
		r.addBasis(b, tail, h)
	}
	r.table.fresh = true
	return true
}

// names reads the line of a flattened table of periods that names or describes a purpose, and
// reports whether it is one: it says nothing of keeping. A title may share its line with what
// follows it.
func (r *reader) names(b prose.Block, v lexicon.View) bool {
	kept := len(periods(v)) > 0 || v.Has(r.lex.signs.Named("keep")) || len(r.marks(v, "retention")) > 0
	end := titleEnd(b.Text)
	title := lexicon.New(v.Block, b.Text, 0, end)
	if kept && (end == len(b.Text) || !nominal.MatchString(title.Words) || title.Has(finite) || len(periods(title)) > 0) {
		return false
	}
	if len(title.Toks) > 0 && !described.MatchString(v.Words) {
		r.purpose = slug(title, 6)
	}
	return !kept
}

// described begins a line that tells what the purpose above it comes to.
var described = regexp.MustCompile(`^ (?:(?:vos|les|ces) (?:donnees|reponses|informations|coordonnees) |nous |(?:il|elle) s agit|elles? |ils? |si |lorsqu[^ ]* |quand |en cas )`)

// opens reads the first line of a row. A paragraph that addresses the reader or introduces
// something ends the table.
func (r *reader) opens(b prose.Block, v lexicon.View) bool {
	first := prose.Fold(b.Text)
	if strings.HasSuffix(b.Text, ":") && len(v.Toks) > 14 || strings.HasPrefix(first, "le caractere") || strings.HasPrefix(first, "dans tous") || strings.HasPrefix(first, "nous ") {
		r.table = table{}
		return false
	}
	from, to := v.All()
	r.addPurpose(b, v, from, min(to, titleEnd(b.Text)))
	r.table.fresh = false
	if hits, at := r.gluedBasis(b, v); len(hits) > 0 {
		tail := lexicon.New(v.Block, b.Text, at, len(b.Text))
		for _, h := range hits {
			r.addBasis(b, tail, h)
		}
		r.table.fresh = true
	}
	return true
}

// titleEnd returns where the title of a row ends: at a colon, if there is one early.
func titleEnd(s string) int {
	if i := strings.Index(s, ":"); i > 0 && i < 160 {
		return i
	}
	return len(s)
}

func (r *reader) data(b prose.Block, v lexicon.View) {
	if strings.HasPrefix(v.Words, " vos donnees") || strings.HasPrefix(v.Words, " vos coordonnees") {
		return
	}
	r.addData(b, v)
}

// heads returns the columns that a line names when it is the head of a flattened table.
func (r *reader) heads(v lexicon.View) map[string]bool {
	if len(v.Toks) > 22 || len(v.Toks) < 3 || strings.HasSuffix(v.Src, ".") || strings.HasSuffix(v.Src, ":") || strings.HasSuffix(v.Src, "?") {
		return nil
	}
	names := map[string]bool{}
	for _, name := range []string{"purposes", "bases", "retention", "data"} {
		if loose(v, name) {
			names[name] = true
		}
	}
	if !names["purposes"] {
		return nil
	}
	return names
}

// loose looks for the word of a column even where cells were run together.
func loose(v lexicon.View, name string) bool {
	w := v.Words
	switch name {
	case "purposes":
		return strings.HasPrefix(w, " finalite") || strings.HasPrefix(w, " traitement") || strings.HasPrefix(w, " objectif")
	case "bases":
		return strings.Contains(w, "base legale") || strings.Contains(w, "base juridique") || strings.Contains(w, "bases legales") || strings.Contains(w, "fondement")
	case "retention":
		return strings.Contains(w, "duree") || strings.Contains(w, "conservation")
	}
	return strings.Contains(w, "donnees")
}
