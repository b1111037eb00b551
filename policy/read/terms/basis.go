package terms

import (
	"regexp"
	"sort"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

var (
	everyPeriod = regexp.MustCompile(`(?:durees?|delais?|periodes?) (?:de conservations? )?.{0,40}(?:supprim|anonym|effac|detrui)`)
	notBasis    = regexp.MustCompile(` (?:retirer|retrait|droits? d|droits? de|reclamation|refuser|refus)\b`)
	conditional = regexp.MustCompile(` (?:lorsque|si|quand|dans la mesure ou) (?:[^ ]+ ){0,3}(?:traitement|base)`)
)

// bases returns the legal bases that a lexicon.View names. The bare word "contrat" counts when
// nothing else does.
func (r *reader) bases(v lexicon.View) []hit {
	var out []hit
	for _, m := range r.lex.bases {
		if m.Name == "marker" || m.Name == "label" {
			continue
		}
		if i, j, ok := v.Find(m.Re); ok {
			out = append(out, hit{m.Name, i, j})
		}
	}
	if len(out) < 2 {
		return out
	}
	kept := out[:0]
	for _, h := range out {
		if h.name == fact.BasisContract && h.to-h.from == 1 {
			continue
		}
		kept = append(kept, h)
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].from < kept[j].from })
	return kept
}

// governs notes a line that is nothing but a legal basis, for the purposes under it.
func (r *reader) governs(b prose.Block, v lexicon.View) bool {
	if len(v.Toks) > 14 || r.topic == "rights" || v.Has(notBasis) {
		return false
	}
	hits := r.bases(v)
	limit := 5
	if b.Kind == prose.Heading || strings.HasSuffix(b.Text, ":") {
		limit = 7
	}
	if len(hits) == 0 || hits[0].from > limit || inBrackets(v, hits[0]) || v.Has(r.lex.bases.Named("label")) || v.Has(r.lex.topics.Named("rights")) {
		return false
	}
	if strings.HasSuffix(b.Text, "?") || strings.HasSuffix(b.Text, ".") && !v.Has(r.lex.bases.Named("marker")) {
		return false
	}
	if r.basis != nil && b.Kind != prose.Heading && r.basis.Norm.Text(fact.BasisKey) == hits[0].name {
		r.intro = "purposes"
		return true
	}
	from, to := v.All()
	f := r.fact(fact.LegalBasis, b, v.Block, from, to, fact.New(fact.PurposeKey, r.purpose, fact.BasisKey, hits[0].name), 0.9)
	if r.topic != "purposes" && r.topic != "bases" && b.Kind != prose.Heading && !strings.HasSuffix(b.Text, ":") {
		return false
	}
	r.basis, r.intro = &f, "purposes"
	r.facts = append(r.facts, f)
	r.bare = len(r.facts)
	return true
}

// basisIn finds the basis that a sentence gives.
func (r *reader) basisIn(b prose.Block, v lexicon.View) {
	marked := v.Has(r.lex.bases.Named("marker"))
	hits := r.bases(v)
	if len(hits) == 0 || v.Has(notBasis) || v.Has(labelledTerm) {
		return
	}
	if r.topic == "recipients" || r.topic == "identity" || r.basis != nil && r.basis.Norm.Text(fact.BasisKey) == hits[0].name {
		return
	}
	if (r.topic == "cookies" || r.topic == "retention") && !strings.Contains(v.Words, " base") && !strings.Contains(v.Words, " fond") {
		return
	}
	leading := (r.topic == "bases" || r.topic == "purposes" && b.Kind == prose.Item) && hits[0].from < 6 && len(v.Toks) < 60
	bracketed := (r.topic == "purposes" || r.intro == "purposes" || v.Has(uses)) && inBrackets(v, hits[0])
	bare := hits[0].from < 2 && len(v.Toks) < 7 && r.topic != "rights" // "Obligation légale."
	if r.topic == "purposes" && b.Kind == prose.Item && strings.Contains(v.Between(hits[0].from), ":") {
		leading = true
	}
	if bare && r.head != nil && !general.MatchString(prose.Fold(r.head.Text)) {
		leading = true
		r.entitle(v.Block)
	}
	if !marked && !leading && !bracketed || v.Has(conditional) && r.topic != "bases" && r.topic != "purposes" {
		return
	}
	if m := subject.FindStringSubmatchIndex(v.Words); m != nil && r.intro != "purposes" && r.basis == nil {
		i, j, _ := v.Find(resting)
		if j > i && i > 1 && !v.Has(itself) {
			from, to := v.Span(0, i)
			r.addPurpose(b, v, from, to)
		}
	}
	if r.rows != r.section || r.purpose == "" || r.guessed && v.Has(labelledBasis) {
		if r.head != nil && (v.Has(labelledBasis) || !general.MatchString(prose.Fold(r.head.Text))) {
			r.entitle(v.Block)
		}
	}
	for _, h := range hits {
		r.addBasis(b, v, h)
	}
}

// general is a heading that speaks of everything and names no purpose.
var general = regexp.MustCompile(`\b(?:nos|delais?|raisons?|donnees?|informations?|traitements?|politique|pourquoi|comment)\b`)

var labelledBasis = regexp.MustCompile(`^ (?:bases?|fondements?)(?: legales?| juridiques?)? `)

var itself = regexp.MustCompile(`^ (?:le|la|les) (?:traitements?|collecte|bases?|fondements?|utilisation)\b`)

// subject is how a sentence begins that names a purpose and then says what it rests on.
var (
	subject = regexp.MustCompile(`^ (?:la|le|l|les) (?:gestion|tenue|suivi|envoi|prospection|facturation|livraison|[^ ]+tion|[^ ]+ment) `)
	resting = regexp.MustCompile(` (?:repond a|repondent a|releve d[eu]?|relevent d[eu]?|repose sur|reposent sur|(?:est|sont) (?:fondee?s?|basee?s?|necessaires?|realisee?s?|effectuee?s?)|a pour base|trouve son fondement|se fonde sur)\b`)
)

func inBrackets(v lexicon.View, h hit) bool {
	start, _ := v.All()
	at := v.Toks[h.from].Start
	return strings.Contains(v.Src[max(start, at-25):at], "(")
}

func (r *reader) addBasis(b prose.Block, v lexicon.View, h hit) {
	from, to := v.All()
	if len(v.Toks) > 45 {
		from, to = v.Span(h.from-10, h.to+15)
	}
	norm := fact.New(fact.PurposeKey, r.purpose, fact.BasisKey, h.name)
	r.facts = append(r.facts, r.fact(fact.LegalBasis, b, v.Block, from, to, norm, 0.85))
}

// isBasisCell reports a cell or a line that gives a legal basis and nothing else, and where
// it begins: the cell before may be glued to it.
func (r *reader) isBasisCell(b prose.Block, v lexicon.View) ([]hit, int) {
	if len(v.Toks) > 30 {
		return r.gluedBasis(b, v)
	}
	hits := r.bases(v)
	if len(hits) == 0 || hits[0].from > 8 {
		return r.gluedBasis(b, v)
	}
	if len(v.Toks) > 12 && hits[0].from > 4 && !v.Has(r.lex.bases.Named("marker")) {
		return r.gluedBasis(b, v)
	}
	return hits, 0
}

var glued = regexp.MustCompile(`(?:[a-zé.)…] ?|\) ?)(L'intérêt légitime|Intérêt légitime|Le consentement|Consentement|L'exécution|Exécution|Respect|Le respect|Obligation légale|L'obligation)`)

// gluedBasis finds a basis at the end of a line whose cells were run together.
func (r *reader) gluedBasis(b prose.Block, v lexicon.View) ([]hit, int) {
	all := glued.FindAllStringSubmatchIndex(b.Text, -1)
	if len(all) == 0 {
		return nil, 0
	}
	at := all[len(all)-1][2]
	tail := lexicon.New(v.Block, b.Text, at, len(b.Text))
	if len(tail.Toks) > 25 {
		return nil, 0
	}
	return r.bases(tail), at
}
