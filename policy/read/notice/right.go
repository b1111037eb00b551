package notice

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// entitled tells a sentence that gives rights outside a section on them.
var entitled = regexp.MustCompile(` (?:droits?|vous pouvez|pouvez vous|vous avez|vous disposez|vous beneficiez|possibilite de|possible a tout moment|a tout moment|libre de|sur simple demande|sauf|peut (?:[^ ]+ ){0,4}(?:demander|exercer|s opposer|retirer)|peuvent (?:[^ ]+ ){0,4}(?:demander|exercer|s opposer|retirer))\b`)

// refused says that a right does not hold here.
var refused = regexp.MustCompile(` (?:ne s appliquent? pas|n est pas (?:applicable|ouvert)|ne sont pas applicables)\b`)

// rights finds every right that a block names or describes.
func (r *reader) rights(b prose.Block, v lexicon.View) {
	topic := r.topic
	if r.list == "rights" {
		topic = r.list
	}
	if topic == "definition" || topic == "change" || topic != "rights" && !v.Has(entitled) {
		return
	}
	for _, m := range r.lex.rights {
		if topic == "cookies" && m.Name == "objection" || topic == "recipients" && m.Name != "withdraw_consent" && !strings.Contains(v.Words, " droit") {
			continue
		}
		for _, at := range v.FindAll(m.Re) {
			if v.Part(at[0], at[1]+6).Has(refused) {
				continue
			}
			from, to := clause(v, at[0], at[1])
			r.quote(fact.Right, b, [2]int{from, to}, fact.New("right", m.Name), 0.9)
			if b.Kind == prose.Heading {
				break
			}
		}
	}
}

// clause widens the words i to j to the signs around them, at most some words each way.
func clause(v lexicon.View, i, j int) (from, to int) {
	for n := 0; n < 6 && i > 0 && !strings.ContainsAny(v.Between(i), ",;:.()"); n++ {
		i--
	}
	for n := 0; n < 14 && j < len(v.Toks) && !strings.ContainsAny(v.Between(j), ",;:.()"); n++ {
		j++
	}
	return v.Span(i, j)
}
