package notice

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// rule is a kind that one look at a sentence tells.
type rule struct {
	kind   fact.Kind
	all    []string // meanings that must be there
	not    []string // meanings that must not
	only   []string // topics in which the rule holds, every one when empty
	except []string // topics in which it does not
	norm   func(r *reader, v lexicon.View) fact.Norm
	sure   float64
}

// simple judges a sentence by the rules, each kind at most once.
func (r *reader) simple(b prose.Block, v lexicon.View, topic string) {
	if strings.HasSuffix(b.Text, "?") {
		return
	}
	for _, rule := range rules() {
		if r.fits(rule, v, topic) {
			r.quote(rule.kind, b, r.around(v, rule.all[0]), rule.norm(r, v), rule.sure)
		}
	}
}

func (r *reader) fits(rule rule, v lexicon.View, topic string) bool {
	if len(rule.only) > 0 && !slices.Contains(rule.only, topic) || slices.Contains(rule.except, topic) {
		return false
	}
	for _, name := range rule.all {
		if !v.Has(r.lex.says.Named(name)) {
			return false
		}
	}
	for _, name := range rule.not {
		if v.Has(r.lex.says.Named(name)) {
			return false
		}
	}
	return true
}

func rules() []rule {
	return []rule{
		{fact.Complaint, []string{"complaint"}, nil, nil, nil, complaint, 0.95},
		{fact.RightChannel, []string{"identity_check"}, nil, []string{"rights"}, nil, identityCheck, 0.85},
		{fact.Deadline, []string{"answer"}, nil, []string{"rights"}, nil, deadline, 0.85},
		{fact.Deadline, []string{"soon"}, []string{"answer"}, []string{"rights"}, nil, deadline, 0.7},
		{fact.Cookie, []string{"cookie"}, nil, []string{"cookies"}, nil, cookie, 0.75},
		{fact.Breach, []string{"breach"}, nil, nil, []string{"rights", "cookies"}, breach, 0.85},
		{fact.PolicyChange, []string{"change"}, []string{"cookie"}, nil, []string{"rights", "cookies", "retention", "recipients"}, policyChange, 0.8},
		{fact.MandatoryFields, []string{"mandatory", "mandatory_about"}, nil, nil, []string{"rights", "retention", "recipients"}, mandatory, 0.8},
		{fact.AutomatedDecision, []string{"automated"}, nil, nil, []string{"definition"}, automated, 0.8},
		{fact.Consent, []string{"consent"}, nil, nil, []string{"rights", "definition", "retention"}, consent, 0.65},
		{fact.Security, []string{"security"}, []string{"breach"}, []string{"security", "recipients", "", "identity"}, nil, security, 0.8},
		{fact.Security, []string{"eu_host"}, []string{"outside", "security"}, nil, []string{"rights"}, hosting, 0.8},
		{fact.SourceOfData, []string{"source_direct", "collected"}, []string{"source_other"}, []string{"sources", "data", ""}, nil, source("direct", true), 0.7},
		{fact.SourceOfData, []string{"source_other", "collected"}, nil, []string{"sources", "data"}, nil, source("other", false), 0.65},
	}
}

func complaint(_ *reader, _ lexicon.View) fact.Norm { return fact.New("authority", "CNIL") }

func identityCheck(_ *reader, v lexicon.View) fact.Norm {
	norm := fact.New("identity_check", "id_copy")
	if strings.Contains(v.Words, " doute") {
		norm.Set("condition", "reasonable_doubt")
	}
	return norm
}

var term = regexp.MustCompile(` ([0-9]+|un|une|deux|trois|quinze|trente|huit|dix|dans le|sous le|dans la|dans les) (?:([0-9]+) )?(mois|jours?|semaines?|heures?)\b`)

func deadline(_ *reader, v lexicon.View) fact.Norm {
	if m := term.FindStringSubmatch(v.Words); m != nil {
		return fact.New("for", "rights_request", "duration", iso(m[1], m[3]))
	}
	return fact.New("for", "rights_request", "duration", nil, "wording", "as soon as possible")
}

// iso writes a number in words or figures and a unit as an ISO 8601 period.
func iso(number, unit string) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		n = map[string]int{"un": 1, "une": 1, "dans le": 1, "sous le": 1, "dans la": 1, "dans les": 1, "deux": 2, "trois": 3, "huit": 8, "dix": 10, "quinze": 15, "trente": 30}[number]
	}
	switch {
	case strings.HasPrefix(unit, "mois"):
		return "P" + strconv.Itoa(n) + "M"
	case strings.HasPrefix(unit, "semaine"):
		return "P" + strconv.Itoa(n) + "W"
	case strings.HasPrefix(unit, "heure"):
		return "PT" + strconv.Itoa(n) + "H"
	}
	return "P" + strconv.Itoa(n) + "D"
}

var cookieKinds = []struct {
	name string
	re   *regexp.Regexp
}{
	{"advertising", regexp.MustCompile(` (?:publicit[^ ]*|marketing|ciblage|retargeting|reciblage)\b`)},
	{"analytics", regexp.MustCompile(` (?:mesures? d audience|mesures? d audiences|statisti[^ ]*|analy[^ ]*|frequentation|matomo)\b`)},
	{"technical", regexp.MustCompile(` (?:technique[^ ]*|necessaires?|essentiels?|fonctionne[^ ]*|session|indispensables?|obligatoires?)\b`)},
	{"third_party", regexp.MustCompile(` (?:tiers|tierces?|reseaux sociaux)\b`)},
}

func cookie(_ *reader, v lexicon.View) fact.Norm {
	for _, k := range cookieKinds {
		if v.Has(k.re) {
			return fact.New("category", k.name, "consent_required", k.name != "technical")
		}
	}
	return fact.New("category", "all")
}

var people = regexp.MustCompile(` (?:personnes? concernees?|vous|utilisateurs?|clients?|victimes|interesses)\b`)

func breach(_ *reader, v lexicon.View) fact.Norm {
	norm := fact.New("notify", "authority")
	if v.Has(people) {
		norm.Set("notify", "data_subjects")
	}
	if strings.Contains(v.Words, " 72") || strings.Contains(v.Words, " soixante douze") {
		norm.Set("deadline", "PT72H")
	}
	return norm
}

var informs = regexp.MustCompile(` (?:inform[^ ]*|notifi[^ ]*|avert[^ ]*|prevenu[^ ]*|communiqu[^ ]*)\b`)

func policyChange(_ *reader, v lexicon.View) fact.Norm {
	if v.Has(informs) {
		return fact.New("notify", "data_subjects")
	}
	return fact.New("notify", nil)
}

func mandatory(_ *reader, v lexicon.View) fact.Norm {
	if strings.Contains(v.Words, " asterisque") {
		return fact.New("marking", "asterisk")
	}
	return fact.New("marking", nil)
}

var negated = regexp.MustCompile(` (?:aucune?|pas|ne|n|jamais) `)

func automated(_ *reader, v lexicon.View) fact.Norm {
	if v.Has(negated) {
		return fact.New("exists", false)
	}
	return fact.New("exists", true)
}

func consent(_ *reader, v lexicon.View) fact.Norm {
	norm := fact.New("form", "unspecified")
	for _, form := range [][2]string{{" explicite", "explicit"}, {" expres", "explicit"}, {" specifique", "specific"}, {" coche", "box"}} {
		if strings.Contains(v.Words, form[0]) {
			norm.Set("form", form[1])
		}
	}
	return norm
}

func security(_ *reader, v lexicon.View) fact.Norm { return fact.New("measure", slug(v, 5)) }

func hosting(_ *reader, v lexicon.View) fact.Norm {
	for _, place := range [][2]string{{" france", "FR"}, {" finlande", "FI"}, {" allemagne", "DE"}, {" irlande", "IE"}, {" belgique", "BE"}, {" pays bas", "NL"}} {
		if strings.Contains(v.Words, place[0]) {
			return fact.New("measure", "hosting", "location", place[1])
		}
	}
	return fact.New("measure", "hosting", "location", "EU")
}

func source(name string, direct bool) func(*reader, lexicon.View) fact.Norm {
	return func(_ *reader, _ lexicon.View) fact.Norm { return fact.New("source", name, "direct", direct) }
}
