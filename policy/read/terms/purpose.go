package terms

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

var (
	aims   = regexp.MustCompile(` (?:afin|pour|permett[^ ]*|notamment|vue|soit)(?: de| d)?$`)
	goals  = regexp.MustCompile(` (?:finalites?|objectifs?|fins suivantes|besoins suivants|buts?|usages suivants)\b`)
	fields = regexp.MustCompile(` (?:donnees|informations|renseignements|elements|coordonnees|categories)(?: [^ ]+){0,6} (?:suivantes?|suivants?|sont|concernees|personnelles|etre demande[^ ]*)\b| donnees (?:suivantes|sont)|(?:suivantes|sont|savoir) (?:ces|vos|les) donnees`)
	uses   = regexp.MustCompile(` (?:collect[^ ]*|trait[^ ]*|utilis[^ ]*|recueill[^ ]*|enregistre[^ ]*|exploit[^ ]*|destine[^ ]*|necessaires?|servent|sert|servir|permett[^ ]*)\b`)
	link   = regexp.MustCompile(` (?:afin d|afin de|afin que|aux fins d|aux fins de|a des fins d|a des fins de|aux seules fins de|en vue d|en vue de|dans le but de|dans le but d|pour but de|pour finalites?|pour objet|permett[^ ]* de|permett[^ ]* d|aident? (?:[^ ]+ )?a|nous aident? a|servent a|sert (?:aussi |egalement )?a|servent (?:aussi |egalement )a|destinee?s? a|notamment pour|(?:finalites|raisons|fins|buts|objectifs) suivante?s?|pour)\b`)
	// what follows "pour" when it is no purpose
	noAim = regexp.MustCompile(`^ (?:pour|afin de?) (?:les (?:raisons|finalites|fins|buts|objectifs) suivante?s|etre|bases?|fondement|preserver|proteger|garantir la securite|une?|les? durees?|le compte|plus|toute|en savoir|exercer|la duree|des raisons|cela|ce faire|vous opposer|nous contacter|autant|trois|deux|cinq|dix|[0-9]+|l ensemble|chaque|information|tous?)\b`)
	ours  = regexp.MustCompile(` (?:donnees?|informations?|cameras?|videosurveillance|videoprotection|photographies|photos|videos|enregistrements?|coordonnees|adresses?|fichiers?|nous|traitements?|appels|images|communications)\b`)
)

// listed reads an item of a list whose line above announces purposes, data or people.
func (r *reader) listed(b prose.Block, v lexicon.View) {
	topic := r.intro
	if topic == "" {
		topic = r.topic
	}
	from, to := v.All()
	r.listing = r.listing || b.Kind == prose.Item
	switch {
	case b.Kind == prose.Cell || b.Kind == prose.Paragraph && !r.unmarked(b, v) || v.Has(otherLabel):
	case topic == "purposes" && b.Kind == prose.Paragraph && r.led == v.Block+1: // named by its first words
	case topic == "purposes" && r.topic != "rights" && r.topic != "cookies" && len(v.Toks) < 90 && !strings.HasSuffix(b.Text, ":"):
		if _, at := r.isBasisCell(b, v); at > 0 {
			to = at
		}
		r.addPurpose(b, v, from, to)
		r.underBasis()
	case topic == "data":
		r.addData(b, v)
	case topic == "people":
		norm := fact.New("category", slug(v, 4), "title", strings.TrimRight(b.Text[from:to], " ;."))
		r.facts = append(r.facts, r.fact(fact.SubjectCategory, b, v.Block, from, to, norm, 0.8))
	}
}

// otherLabel begins an item that tells something of a purpose and is none.
var otherLabel = regexp.MustCompile(`^ (?:bases? legales?|bases? juridiques?|fondements?|durees?|conservation|donnees|destinataires?|source|delais?|personnes concernees|categories)\b`)

// lead notes the purpose that a paragraph of a section on purposes begins with: a few words
// that name an aim, then a stop.
func (r *reader) lead(b prose.Block, v lexicon.View) {
	sentences := b.Sentences()
	if r.topic != "purposes" || r.titled || r.basis != nil || len(sentences) < 2 {
		return
	}
	end := sentences[0].End
	if i := leadEnd.FindStringIndex(b.Text[:end]); i != nil {
		end = i[0]
	}
	begin := sentences[0].Start
	if letter.MatchString(b.Text[begin:end]) && len(sentences) > 2 { // "A. Organiser votre voyage."
		begin, end = sentences[1].Start, sentences[1].End
	} else if m := outline.FindString(b.Text[begin:end]); len(m) < 8 {
		begin += len(m)
	}
	first := lexicon.New(v.Block, b.Text, begin, end)
	if len(first.Toks) > 12 || !infinitive.MatchString(first.Words) && !nominal.MatchString(first.Words) || first.Has(finite) {
		return
	}
	from, to := first.All()
	r.addPurpose(b, first, from, to)
	r.led = v.Block + 1
}

// letter is a number or a letter that stands alone before a title.
var letter = regexp.MustCompile(`^[A-Z0-9]{1,2}[.)]?$`)

// leadEnd is what parts the words that name an aim from those that describe it.
var leadEnd = regexp.MustCompile(` (?:—|–|-|:) `)

var (
	infinitive = regexp.MustCompile(`^ (?:vous |nous |de |a |pour |d )?[^ ]{2,}(?:er|ir|re)\b`)
	nominal    = regexp.MustCompile(`^ (?:la |le |l |les )?(?:gestion|suivi|[^ ]+tions?|[^ ]+ments?|envois?|prospection|facturation|livraison|mesure|analyse|lutte|tenue) `)
	finite     = regexp.MustCompile(` (?:est|sont|sera|seront|avons|avez|pouvons|pouvez|peut|peuvent|disposez|utilisons|traitons|collectons|conservons|permet|permettent) `)
)

// unmarked reports a paragraph that is an entry of a list without bullets.
func (r *reader) unmarked(b prose.Block, v lexicon.View) bool {
	if r.titled || len(v.Toks) >= 40 || strings.HasSuffix(b.Text, ":") || r.topic == "recipients" {
		return false
	}
	if r.topic == "purposes" && len(v.Toks) < 25 && (nominal.MatchString(v.Words) || infinitive.MatchString(v.Words)) && !v.Has(finite) && !strings.HasSuffix(b.Text, "?") {
		return true
	}
	return r.basis != nil || r.intro == "purposes" && !r.listing && aimed.MatchString(v.Words)
}

// aimed is how an entry of a list of purposes begins: an infinitive, or an article and a noun.
var aimed = regexp.MustCompile(`^ (?:(?:la|le|l|les|pour|afin|a|de|d|des|votre|vos) |[^ ]+(?:er|ir|re|tion|ment|age|ise|ivi) )`)

// underBasis gives the purpose just found the basis that governs its list.
func (r *reader) underBasis() {
	if r.basis == nil {
		return
	}
	f := *r.basis
	f.Norm = fact.New(fact.PurposeKey, r.purpose, fact.BasisKey, r.basis.Norm.Text(fact.BasisKey))
	if r.bare > 0 { // the line itself was noted before its purposes were known
		r.facts[r.bare-1].Norm, r.bare = f.Norm, 0
		return
	}
	r.facts = append(r.facts, f)
}

// addPurpose notes a purpose, without the description that follows a colon.
func (r *reader) addPurpose(b prose.Block, v lexicon.View, from, to int) {
	if i := strings.Index(b.Text[from:to], " : "); i > 8 && (b.Kind != prose.Item || r.only(b, v.Block, from+i+3, to)) {
		to = from + i
	}
	if strings.HasPrefix(b.Text[to:], ")") && strings.Contains(b.Text[from:to], "(") {
		to++
	}
	w := lexicon.New(v.Block, b.Text, from, to)
	if len(w.Toks) < 1 {
		return
	}
	r.purpose, r.rows, r.named, r.guessed = slug(w, 6), r.section, v.Block, false
	title := strings.TrimRight(b.Text[from:to], " ;.,:")
	r.facts = append(r.facts, r.fact(fact.Purpose, b, v.Block, from, from+len(title), fact.New("name", r.purpose, "title", title), 0.85))
}

// only reports whether a piece of a block is a legal basis and little else.
func (r *reader) only(b prose.Block, block, from, to int) bool {
	v := lexicon.New(block, b.Text, from, to)
	hits := r.bases(v)
	return len(hits) > 0 && hits[0].from < 3 && len(v.Toks) < 14
}

// aim finds the purpose that a sentence gives after "afin de", "pour" and the like.
func (r *reader) aim(b prose.Block, v lexicon.View) {
	if r.topic == "recipients" || r.topic == "retention" && !v.Has(recorded) && !v.Has(wants) && !r.based(v) || r.topic == "identity" || r.topic == "cookies" || r.topic == "people" || b.Kind == prose.Item && r.topic == "purposes" {
		return
	}
	if r.basis != nil || r.titled || r.led == v.Block+1 || r.intro == "purposes" || r.topic == "data" && v.Has(theirAim) {
		return
	}
	for _, c := range clauses(v) {
		// What a period is for is no purpose of its own.
		if len(periods(c)) == 0 || !c.Has(r.lex.signs.Named("keep")) || c.Has(recorded) || c.Has(wants) {
			r.aimIn(b, c)
		}
	}
}

// clauses are the parts of a sentence between semicolons; the first one alone when the
// sentence has none.
func clauses(v lexicon.View) []lexicon.View {
	var out []lexicon.View
	start := 0
	for i := 1; i <= len(v.Toks); i++ {
		if i == len(v.Toks) || strings.Contains(v.Between(i), ";") {
			out = append(out, v.Part(start, i))
			start = i
		}
	}
	return out
}

// based reports a clause that gives an aim its legal basis.
func (r *reader) based(v lexicon.View) bool {
	return len(r.bases(v)) > 0 && v.Has(r.lex.bases.Named("marker")) && !v.Has(notBasis)
}

// aimIn finds the purpose of one clause.
func (r *reader) aimIn(b prose.Block, v lexicon.View) {
	if !v.Has(wants) && !r.based(v) && (!v.Has(uses) || !v.Has(ours)) || strings.HasSuffix(b.Text, "?") {
		return
	}
	for _, at := range v.FindAll(link) {
		i, rest := at[0], v.Part(at[0], len(v.Toks))
		if len(rest.Toks) < 3 || noAim.MatchString(rest.Words) || strings.HasSuffix(b.Text, ":") && len(rest.Toks) < 9 {
			continue
		}
		if r.topic == "data" && r.purpose != "" {
			return
		}
		if (r.topic == "data" || r.topic == "bases") && !strings.HasPrefix(rest.Words, " a") || r.topic == "bases" && v.Has(r.lex.bases.Named("marker")) {
			continue
		}
		used := v.Part(at[0]-4, at[0]).Has(usedFor)
		if strings.HasPrefix(rest.Words, " pour ") && !needs.MatchString(rest.Words) && !used && r.topic != "purposes" && !strings.HasPrefix(v.Words, " vos ") {
			continue
		}
		if strings.Contains(v.Part(at[0], at[1]).Words, " suivante") {
			i = at[1]
		}
		if r.enumerated(b, v.Part(i, len(v.Toks))) {
			return
		}
		from, to := v.Span(i, min(len(v.Toks), i+45))
		r.addPurpose(b, v, from, to)
		r.guessed = true
		return
	}
}

// theirAim begins a sentence whose aim is the person's: "lorsque vous remplissez … afin de".
var theirAim = regexp.MustCompile(`^ (?:lorsque|quand|si) vous `)

// enumerated reads several purposes of one sentence, each with its basis in brackets, and
// reports whether that is what the words are. The basis of each is noted here.
func (r *reader) enumerated(b prose.Block, v lexicon.View) bool {
	var parts []lexicon.View
	start := 0
	for i := 1; i <= len(v.Toks); i++ {
		if i == len(v.Toks) || strings.Contains(v.Between(i), ")") {
			if p := v.Part(start, i); r.based(p) {
				parts = append(parts, p)
			}
			start = i
		}
	}
	if len(parts) < 2 {
		return false
	}
	for _, p := range parts {
		from, to := p.All()
		if k := strings.Index(b.Text[from:to], "("); k > 3 {
			if b.Text[from:from+3] == "et " {
				from, k = from+3, k-3
			}
			r.addPurpose(b, p, from, from+k)
			for _, h := range r.bases(p) {
				r.addBasis(b, p, h)
			}
		}
	}
	return true
}

var usedFor = regexp.MustCompile(` (?:utilisee?s?|traitee?s?|collectee?s?|recueillie?s?|exploitee?s?|destinee?s?|servent|sert|utilisons|traitons)\b`)

var needs = regexp.MustCompile(`^ pour (?:des|les|nos) (?:besoins|finalites)`)

var wants = regexp.MustCompile(` pour (?:des|les|nos) besoins| (?:a|ont|ayant) pour (?:finalites?|but|buts|objet|objectifs?) `)

var recorded = regexp.MustCompile(` (?:enregistre[^ ]*) a des fins`)

// addData notes a category of data with the fields it lists.
func (r *reader) addData(b prose.Block, v lexicon.View) {
	from, to := v.All()
	text := b.Text[from:to]
	title, list, found := strings.Cut(text, ":")
	if !found {
		title, list, _ = strings.Cut(text, "(")
	}
	fields := []string{}
	for _, f := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ';' || c == '(' || c == ')' }) {
		if f = strings.Trim(f, " ."); f != "" {
			fields = append(fields, f)
		}
	}
	norm := fact.New("category", slug(lexicon.New(v.Block, title, 0, len(title)), 4), "title", strings.Trim(title, " ;."), "fields", fields)
	if r.purpose != "" && r.table.on {
		norm.Set(fact.PurposeKey, r.purpose)
	}
	r.facts = append(r.facts, r.fact(fact.DataCategory, b, v.Block, from, to, norm, 0.8))
}

// slug makes a name of the first words that mean something.
func slug(v lexicon.View, n int) string {
	var out []string
	for _, t := range v.Toks {
		if len(t.Text) > 2 && !strings.Contains(small, " "+t.Text+" ") {
			out = append(out, t.Text)
		}
		if len(out) == n {
			break
		}
	}
	return strings.Join(out, "_")
}

const small = " les des une aux par pour sur dans avec afin est sont votre vos notre nos leur leurs son ses qui que dont vous nous "
