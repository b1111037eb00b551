package notice

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

var (
	mailbox  = regexp.MustCompile(`[\pL0-9._%+-]+(?: ?(?:\[at\]|\(at\)|@) ?)[\pL0-9-]+(?:(?:\.|\[dot\]| \[point\] )[\pL0-9-]+)+`)
	phone    = regexp.MustCompile(`(?:\+33 ?(?:\(0\) ?)?[1-9]|\b0[1-9])(?:[ .\-]?[0-9]{2}){4}\b`)
	postcode = regexp.MustCompile(`\b[0-9]{5},? \p{Lu}[\pL'\-]+(?:[ -]\p{Lu}[\pL'\-]+)*(?: CEDEX| Cedex)?(?: ?[0-9]{1,2}\b)?`)
	named    = regexp.MustCompile(`(?i:l'entreprise|la société|l'association|le cabinet|la boutique|l'hôtel|la mairie|la commune|l'agence|l'école|la clinique|l'étude|la pharmacie|le syndicat|l'office|l'auto-école|le restaurant|le garage|la ferme|le domaine|la SAS|la SARL|l'EURL|la SCI|le groupe|la fondation|l'institut|le centre|l'établissement|la ville|la mutuelle|le club) (?:de |des |du |de la |d')?\p{Lu}[\pL0-9&.'\-]*(?: (?:& |et |de |du |des |d')?\p{Lu}[\pL0-9&.'\-]*)*`)
)

// controller finds who decides: the sentence that says so, or under the heading of a
// controller the line that identifies a company.
func (r *reader) controller(b prose.Block, v lexicon.View, topic string) {
	says := r.lex.says
	if v.Has(says.Named("joint")) {
		r.note(fact.JointController, b, v, fact.New("with", nil), 0.75)
		return
	}
	if v.Has(says.Named("processor_role")) && topic != "recipients" && topic != "transfer" {
		r.note(fact.ProcessorRole, b, v, fact.New("role", "processor"), 0.7)
		return
	}
	said := v.Has(says.Named("responsible")) && !v.Has(says.Named("responsible_no")) && !strings.HasSuffix(b.Text, "?")
	identified := v.Has(says.Named("company"))
	switch {
	case topic == "recipients":
		return
	case topic == "rights" || topic == "security" || topic == "breach" || topic == "transfer" || topic == "complaint":
		if !said || !naming.MatchString(v.Words) {
			return
		}
	case topic == "identity":
		if !said && !identified && !(r.first && topic == "identity" && proper(v)) {
			return
		}
	case !said && !(identified && r.early() && registered.MatchString(v.Words)):
		return
	}
	if said && v.Has(duty) && !naming.MatchString(v.Words) && !followed(v, r.lex.says.Named("responsible")) {
		return
	}
	if v.Has(ourselves) && len(b.Text) < 600 {
		v = lexicon.New(r.at, b.Text, 0, len(b.Text)) // who "nous" is stands in the sentence before
	}
	if !said && !identified && r.any(fact.Controller) || v.Has(pronoun) && r.has(fact.Controller) {
		return
	}
	r.quote(fact.Controller, b, r.around(v, "responsible"), fact.New("name", name(v), "registration", registration(v)), 0.85)
}

var (
	naming     = regexp.MustCompile(` (?:est|sont|sommes|agit|qualite) (?:[^ ]+ ){0,3}responsables? | responsables? (?:[^ ]+ ){0,8}(?:est|sont) (?:la|le|l|les|un|une|m|mme|monsieur|madame) `)
	duty       = regexp.MustCompile(`^ (?:le|un|les|du) responsables? `)
	ourselves  = regexp.MustCompile(`^ nous sommes (?:[^ ]+ ){0,2}responsables? `)
	pronoun    = regexp.MustCompile(`^ (?:elle|il|celle ci|celui ci) `)
	registered = regexp.MustCompile(` (?:siret|siren|rcs|immatricule[^ ]*|capital|edite par|entreprise individuelle|entrepreneur individuel|micro entreprise|auto entrepreneur|loi 1901)\b`)
)

// followed reports whether a colon follows what re finds, or a name in capitals after "est".
func followed(v lexicon.View, re lexicon.Matcher) bool {
	_, j, ok := v.Find(re)
	if !ok {
		return false
	}
	for i := j; i <= j+8 && i < len(v.Toks); i++ {
		if strings.Contains(v.Between(i), ":") || i > 0 && v.Toks[i-1].Text == "est" && v.Src[v.Toks[i].Start] >= 'A' && v.Src[v.Toks[i].Start] <= 'Z' {
			return true
		}
	}
	return false
}

// early reports whether less than a third of the document was read.
func (r *reader) early() bool { return 3*r.at < len(r.doc.Blocks) }

// proper reports a line that may be a name and an address.
func proper(v lexicon.View) bool {
	from, to := v.All()
	text := v.Src[from:to]
	return len(v.Toks) < 60 && (postcode.MatchString(text) || named.MatchString(text))
}

// around is the place of a sentence, or of what stands around a meaning in one so long that
// it would cite half a page.
func (r *reader) around(v lexicon.View, meaning string) [2]int {
	if len(v.Toks) > 80 {
		i, j, _ := v.Find(r.lex.says.Named(meaning))
		v = v.Part(i-50, max(j, i)+25)
	}
	from, to := v.All()
	return [2]int{from, to}
}

// name returns the name that a sentence gives to a company, nil when it cannot be told.
func name(v lexicon.View) any {
	from, to := v.All()
	text := v.Src[from:to]
	if m := named.FindString(text); m != "" {
		return m[strings.IndexAny(m, " '")+1:]
	}
	if m := leading.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	if m := capitalised.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	if m := office.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return nil
}

// office is a controller named by its function: "est le maire de …".
var office = regexp.MustCompile(`[Rr]esponsable (?:du|des|de) traitements? (?:est|:) (?:le |la |l')(\pL[\pL0-9 .&'\-]{3,80}?)(?:,|\.|;|$)`)

// leading is a sentence that begins with the name of a company and says what it is.
var leading = regexp.MustCompile(`^(\p{Lu}[\pL0-9&.'’\-]+(?: (?:& |et |de |du |des |d')?\p{Lu}[\pL0-9&.'’\-]+)*),? (?:\()?(?:[0-9]{1,4}[ ,]|représenté|société|S\.?A\.?S|SARL|EURL|SA\b|SCI\b|association|entreprise|cabinet|coopérative|mutuelle|établissement|commune|fondation)`)

var capitalised = regexp.MustCompile(`(?:par|est|:) (\p{Lu}[\pL0-9&.'\-]+(?: (?:& |et |de |du |des |d')?\p{Lu}[\pL0-9&.'\-]+)*)`)

var number = regexp.MustCompile(`\b[0-9]{3} ?[0-9]{3} ?[0-9]{3}(?: ?[0-9]{5})?\b`)

// registration returns the SIREN or SIRET that a sentence gives, nil when there is none.
func registration(v lexicon.View) any {
	from, to := v.All()
	if m := number.FindString(v.Src[from:to]); m != "" {
		return m
	}
	return nil
}

// officer finds sentences on the data protection officer.
func (r *reader) officer(b prose.Block, v lexicon.View, topic string) {
	says := r.lex.says
	if !v.Has(says.Named("dpo")) || !v.Has(says.Named("dpo_act")) || v.Has(noOfficer) {
		return
	}
	if i, _, _ := v.Find(says.Named("dpo")); len(v.Toks) > 80 {
		v = v.Part(i-30, i+45)
	}
	r.note(fact.DPOContact, b, v, fact.New("role", "dpo", "designated", true), 0.85)
}

var noOfficer = regexp.MustCompile(`^ (?:pas|sans|aucun|nous n avons pas) (?:[^ ]+ ){0,3}(?:dpo|dpd|delegue[^ ]*)\b`)

// mailboxes notes the addresses, numbers and places to write to: in a section on rights they
// are the way to use them, elsewhere a contact.
func (r *reader) mailboxes(b prose.Block, v lexicon.View, topic string) {
	says := r.lex.says
	if v.Has(says.Named("dpo")) {
		r.officed = r.at
	}
	dpo := topic == "dpo" || r.at-r.officed < 6 && (r.at == r.officed || v.Has(label))
	if dpo && v.Has(person) {
		r.note(fact.DPOContact, b, v, fact.New("role", "dpo"), 0.8)
	}
	rights := topic == "rights" || v.Has(exercising)
	contact := dpo || topic == "identity" || topic == "" || topic == "change" || v.Has(says.Named("contact"))
	if topic == "recipients" || topic == "transfer" || topic == "cookies" || topic == "embedded" || topic == "security" {
		contact = dpo || v.Has(says.Named("privacy_mailbox"))
	}
	for _, way := range ways(b.Text) {
		if r.ofAuthority(b, way) && topic != "dpo" {
			continue
		}
		norm := fact.New("role", role(dpo), "channel", way.channel, way.key, b.Text[way.at[0]:way.at[1]])
		if rights {
			r.quote(fact.RightChannel, b, way.at, fact.New("channel", way.channel, "address", b.Text[way.at[0]:way.at[1]]), 0.85)
		}
		if way.channel == "post" && !dpo && !v.Has(says.Named("by_post")) {
			continue
		}
		if contact && !rights || dpo {
			r.quote(fact.DPOContact, b, way.at, norm, 0.8)
		}
	}
}

// label begins a line that gives one detail of a person or an office.
var (
	label  = regexp.MustCompile(`^ (?:adresse|nom|prenom|e mail|email|mail|courriel|telephone|tel|courrier|par (?:mail|courriel|courrier|telephone|email))\b`)
	person = regexp.MustCompile(`^ (?:nom|prenom) [^ ]+(?: [^ ]+)?$`)
)

// ofAuthority reports an address that stands in a sentence on the supervisory authority.
func (r *reader) ofAuthority(b prose.Block, w way) bool {
	for _, s := range b.Sentences() {
		if s.Start <= w.at[0] && w.at[0] < s.End {
			v := lexicon.New(r.at, b.Text, s.Start, s.End)
			return v.Has(r.lex.says.Named("complaint")) || v.Has(authority)
		}
	}
	return false
}

var authority = regexp.MustCompile(` (?:cnil|autorite de controle)\b`)

var exercising = regexp.MustCompile(` (?:exerc[^ ]*|faire valoir) (?:[^ ]+ ){0,5}droits?\b`)

func role(dpo bool) string {
	if dpo {
		return "dpo"
	}
	return "contact"
}

// way is one way to reach somebody.
type way struct {
	channel, key string
	at           [2]int
}

// ways finds mailboxes, telephone numbers and postal addresses in a text.
func ways(text string) []way {
	var out []way
	add := func(re *regexp.Regexp, channel, key string) {
		for _, at := range re.FindAllStringIndex(text, -1) {
			from := at[0]
			if channel == "post" {
				from = street(text, from)
			}
			out = append(out, way{channel, key, [2]int{from, at[1]}})
		}
	}
	// Most blocks name none, and looking for a sign costs less than the expressions.
	if strings.Contains(text, "@") || strings.Contains(text, "at]") || strings.Contains(text, "at)") {
		add(mailbox, "email", "email")
	}
	if strings.ContainsAny(text, "0123456789") {
		add(phone, "phone", "phone")
		add(postcode, "post", "address")
	}
	return out
}

// street returns where the address begins whose postcode stands at i: after the last sign
// that could not be part of it.
func street(text string, i int) int {
	from := max(0, i-110)
	for _, sign := range []string{": ", " à ", "siège ", "; ", ". ", "situé ", "située ", "adresse ", "suivante "} {
		if j := strings.LastIndex(text[from:i], sign); j >= 0 && i-(from+j+len(sign)) > 6 {
			from += j + len(sign)
		}
	}
	for from < i && from > 0 && text[from-1] != ' ' {
		from++
	}
	return from
}

// nameless looks for a company to speak of when nobody is said to decide.
func (r *reader) nameless() {
	if r.any(fact.Controller) {
		return
	}
	for i, b := range r.doc.Blocks {
		if at := named.FindStringIndex(b.Text); at != nil && b.Kind != prose.Heading {
			r.at, r.section = i, ""
			v := lexicon.New(i, b.Text, at[0], at[1])
			r.note(fact.Controller, b, v, fact.New("name", name(v)), 0.4)
			return
		}
	}
}
