package terms

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// columns attaches the lines of a table that was flattened column by column: one section
// lists the purposes, another as many bases, another as many periods. It works by position,
// and only when the counts allow one reading.
func (r *reader) columns() {
	for _, section := range sections(r.facts, fact.Purpose) {
		purposes := names(r.facts, section)
		if len(purposes) < 2 {
			continue
		}
		for _, kind := range []fact.Kind{fact.LegalBasis, fact.Retention} {
			for _, other := range sections(r.facts, kind) {
				if other != section && len(names(r.facts, other)) == 0 {
					r.align(kind, other, purposes)
				}
			}
		}
	}
}

// align gives the facts of a section the purposes of another, in order. A line that says
// "également" or "par ailleurs" continues the one before: a basis while there are lines too
// many, a period always. A last line may stand for several purposes.
func (r *reader) align(kind fact.Kind, section string, purposes []fact.Fact) {
	var lines [][]int
	block := -1
	for i, f := range r.facts {
		if f.Kind != kind || f.Section != section {
			continue
		}
		if f.Block != block {
			lines = append(lines, nil)
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], i)
		block = f.Block
	}
	lines = r.merge(lines, kind == fact.Retention, len(lines)-len(purposes))
	short := len(purposes) - len(lines)
	if short < 0 || short > 2 || len(lines) < 3 || short > 0 && !r.covers(lines[len(lines)-1], purposes[len(lines)-1:]) {
		return
	}
	r.asks = append(r.asks, r.facts[lines[0][0]].Asks(fact.ByPosition, "Les colonnes d'un tableau se suivent ici l'une après l'autre : les lignes sont rapprochées des finalités par leur ordre, est-ce le bon ?"))
	for k, line := range lines {
		for _, i := range line {
			r.facts[i].Norm.Set(fact.PurposeKey, purposes[k].Norm.Text("name"))
		}
	}
	for _, p := range purposes[len(lines):] {
		for _, i := range lines[len(lines)-1] {
			f := r.facts[i]
			f.Norm = f.Norm.Clone()
			f.Norm.Set(fact.PurposeKey, p.Norm.Text("name"))
			r.facts = append(r.facts, f)
		}
	}
}

// covers reports whether a merged cell speaks of each of the last purposes: they share a word
// that is not one of every policy, or the cell is about trackers and they are what trackers
// are for.
func (r *reader) covers(line []int, purposes []fact.Fact) bool {
	said := prose.Tokens(r.facts[line[0]].Quote)
	trackers := tracker.MatchString(prose.Fold(r.facts[line[0]].Quote))
	for _, p := range purposes {
		if !share(said, prose.Tokens(p.Quote)) && !(trackers && tracked.MatchString(prose.Fold(p.Quote))) {
			return false
		}
	}
	return true
}

var (
	tracker = regexp.MustCompile(`\b(?:cookie|traceur|balise)`)
	tracked = regexp.MustCompile(`\b(?:cookie|traceur|statisti|audience|publicit|navigation|mesur)`)
)

func share(a, b []prose.Token) bool {
	for _, x := range a {
		for _, y := range b {
			n := min(len(x.Text), len(y.Text), 6)
			if n >= 5 && x.Text[:n] == y.Text[:n] && !strings.Contains(common, " "+x.Text[:n]) {
				return true
			}
		}
	}
	return false
}

// common are the beginnings of words that tell no purpose from another.
const common = " donnee inform person traite collec conser placem pendan client servic"

// merge joins lines with the line before them where their words say so, always or up to n.
func (r *reader) merge(lines [][]int, always bool, n int) [][]int {
	var out [][]int
	for _, line := range lines {
		said := prose.Fold(r.facts[line[0]].Quote)
		if (n > 0 || always) && len(out) > 0 && (strings.Contains(said, "egalement") || strings.Contains(said, "par ailleurs")) {
			out[len(out)-1] = append(out[len(out)-1], line...)
			n--
			continue
		}
		out = append(out, line)
	}
	return out
}

// sections are those that hold facts of a kind, in order.
func sections(facts []fact.Fact, kind fact.Kind) []string {
	var out []string
	for _, f := range facts {
		if f.Kind == kind && f.Section != "" && (len(out) == 0 || out[len(out)-1] != f.Section) {
			out = append(out, f.Section)
		}
	}
	return out
}

// names are the purposes that a section lists.
func names(facts []fact.Fact, section string) []fact.Fact {
	var out []fact.Fact
	for _, f := range facts {
		if f.Kind == fact.Purpose && f.Section == section {
			out = append(out, f)
		}
	}
	return out
}
