package notice

import (
	"regexp"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// transfer finds what a sentence says of data leaving the Union: that they do or do not, and
// under which safeguard of articles 45 to 49.
func (r *reader) transfer(b prose.Block, v lexicon.View, topic string) {
	says := r.lex.says
	outside, safe := v.Has(says.Named("outside")), v.Has(says.Named("safeguard"))
	moved := v.Has(says.Named("move"))
	switch {
	case topic == "definition" || topic == "rights":
		return
	case topic == "transfer" && v.Has(no):
		r.note(fact.Transfer, b, v, fact.New("outside_eu", false, "safeguards", []string{}), 0.7)
		return
	case topic == "transfer" && (outside || safe || v.Has(says.Named("no_transfer")) && moved || v.Has(leaves) && !ends(v, ":")):
	case topic != "transfer" && outside && (moved || v.Has(leaves)):
	case topic != "transfer" && safe && country(v) != "":
	case topic == "recipients" && b.Kind != prose.Paragraph && country(v) != "":
	case b.Kind == prose.Cell && len(v.Toks) < 12 && country(v) != "":
	case topic != "transfer" && safe && v.Has(says.Named("scc")):
	default:
		return
	}
	stays := v.Has(says.Named("no_transfer")) && !safe
	norm := fact.New("outside_eu", !stays, "safeguards", r.safeguards(v))
	if c := country(v); c != "" {
		norm.Set("country", c)
	}
	r.quote(fact.Transfer, b, r.around(v, "outside"), norm, 0.85)
}

// leaves is a sentence that speaks of a transfer by that word, or of what goes out.
var leaves = regexp.MustCompile(` (?:transferts?|transferees?|transferes?|envois?|sort|sortent|quittent|quitte|partent|part) `)

// no is the answer to a section that asks whether data leave.
var no = regexp.MustCompile(`^ non$`)

func (r *reader) safeguards(v lexicon.View) []string {
	out := []string{}
	for _, s := range [][2]string{
		{"adequacy", "adequacy_decision"}, {"dpf", "dpf"}, {"scc", "standard_contractual_clauses"}, {"bcr", "binding_corporate_rules"},
	} {
		if v.Has(r.lex.says.Named(s[0])) {
			out = append(out, s[1])
		}
	}
	return out
}

// country returns the ISO code of the first third country that a view names.
func country(v lexicon.View) string {
	for i, t := range v.Toks {
		word := t.Text
		if i+1 < len(v.Toks) && (word == "etats" || word == "royaume") {
			word += " " + v.Toks[i+1].Text
		}
		if code, ok := third[word]; ok {
			return code
		}
	}
	return ""
}
