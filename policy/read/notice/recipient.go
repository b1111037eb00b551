package notice

import (
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// party reads an item or a cell of a list of recipients. An item that only announces others
// is none itself.
func (r *reader) party(b prose.Block, v lexicon.View, topic string) {
	if i := strings.Index(b.Text, ":"); i > 0 && i < len(b.Text)-2 && v.Has(labelled) && b.Kind != prose.Cell {
		rest := lexicon.New(r.at, b.Text, i, len(b.Text))
		r.note(fact.Recipient, b, rest, r.receiver(rest), 0.85)
		return
	}
	if topic != "recipients" && topic != "embedded" || b.Kind == prose.Paragraph || strings.HasSuffix(b.Text, ":") {
		return
	}
	if b.Kind == prose.Cell && !v.Has(letters) || v.Has(r.lex.says.Named("none")) {
		return
	}
	if len(b.Sentences()) > 1 && len(v.Toks) > 60 {
		return // its sentences are read one by one
	}
	if b.Kind == prose.Cell && b.Col != r.holder {
		return
	}
	if topic == "embedded" && (len(v.Toks) > 14 || v.Has(told)) {
		return
	}
	r.note(fact.Recipient, b, v, r.receiver(v), 0.85)
}

// told is the verb of a sentence, which the name of a service is not.
var told = regexp.MustCompile(` (?:est|sont|reste|restent|applique|appliquent|sert|servent|ont|a ete|peut|peuvent|efface[^ ]*|conserve[^ ]*) `)

// labelled begins a line such as "Destinataires : la comptabilité".
var labelled = regexp.MustCompile(`^ (?:destinataires?|sous traitants?|categories? de destinataires)\b`)

var letters = regexp.MustCompile(`[a-z]{2}`)

// recipients finds who receives data in a sentence.
func (r *reader) recipients(b prose.Block, v lexicon.View, topic string) {
	says := r.lex.says
	if r.has(fact.Recipient) && v.Has(labelled) || r.has(fact.Recipient) && b.Kind != prose.Paragraph && len(b.Sentences()) < 2 || slices.Contains(silent, topic) {
		return
	}
	if topic == "purposes" && b.Kind != prose.Paragraph || v.Has(says.Named("joint")) || v.Has(anonymous) {
		return
	}
	if strings.HasSuffix(b.Text, "?") || ends(v, ":") && !r.lists(v) {
		return
	}
	if v.Has(says.Named("none")) && !v.Has(says.Named("none_but")) {
		if topic != "cookies" && topic != "security" {
			r.quote(fact.Recipient, b, r.around(v, "none"), fact.New("recipient", "none", "rule", "no_disclosure"), 0.7)
		}
		return
	}
	sent, got := v.Has(says.Named("transmit")), v.Has(says.Named("receive"))
	who := -1
	if sent || topic == "recipients" {
		who = r.who(v)
	}
	switch {
	case v.Has(says.Named("hosted_by")) && topic != "cookies":
	case v.Has(says.Named("anaphora")), v.Has(says.Named("outside")) && !sent && !(topic == "recipients" && v.Has(only)):
		return
	case topic == "recipients" && supplier.MatchString(sentence(v)):
	case topic == "recipients" && who >= 0 && (sent || got || v.Has(listing)):
	case topic == "recipients" && who >= 0 && who < 4 && len(v.Toks) < 45:
	case topic == "recipients" && who >= 0 && v.Has(dative):
	case sent && who >= 0 && r.handed(v) && topic != "cookies" && topic != "security":
	default:
		return
	}
	r.split(b, v)
}

var (
	anonymous = regexp.MustCompile(` (?:anonym[^ ]*|agrege[^ ]*|statistiques globales)\b`)
	supplier  = regexp.MustCompile(`^(?:Notre |Nos |L'|La |Le )?[\pL' ]{3,40} : \p{Lu}`)
	dative    = regexp.MustCompile(`^ (?:a|au|aux) `)
	listing   = regexp.MustCompile(` (?:il s agit|notamment|tels? qu[e]?|telles? qu[e]?|a savoir|sont|peuvent etre|comprennent)\b`)
	handed    = regexp.MustCompile(` (?:a|au|aux|avec|entre) (?:[^ ]+ ){0,4}$`)
)

// sentence is the text of a view.
func sentence(v lexicon.View) string {
	from, to := v.All()
	return v.Src[from:to]
}

// silent are the sections in which nobody is said to receive data.
var silent = []string{"rights", "complaint", "breach", "transfer", "change"}

// ends reports whether a sign follows the last word of a view.
func ends(v lexicon.View, sign string) bool {
	_, to := v.All()
	return strings.HasPrefix(strings.TrimLeft(v.Src[to:], " )\"»"), sign)
}

// lists reports a line ending with a colon that itself names several recipients.
func (r *reader) lists(v lexicon.View) bool { return len(v.Toks) > 25 && r.count(v) > 1 }

// handed reports whether data go to the party: "transmises aux assureurs", not "les assureurs
// transmettent".
func (r *reader) handed(v lexicon.View) bool {
	i, _, ok := v.Find(r.lex.says.Named("transmit"))
	if !ok {
		return false
	}
	for _, m := range r.lex.parties {
		for _, at := range v.FindAll(m.Re) {
			if at[0] > i && at[0]-i < 25 && handed.MatchString(v.Part(i, at[0]).Words+" ") {
				return true
			}
		}
	}
	return false
}

// who returns the first word of a view that names somebody who may receive data, -1 when
// there is none.
func (r *reader) who(v lexicon.View) int {
	first := -1
	for _, m := range r.lex.parties {
		if i, _, ok := v.Find(m.Re); ok && (first < 0 || i < first) {
			first = i
		}
	}
	return first
}

func (r *reader) count(v lexicon.View) int {
	n := 0
	for _, m := range r.lex.parties {
		n += len(v.FindAll(m.Re))
	}
	return n
}

// split notes a short sentence as one fact and a long one by its clauses that name somebody.
func (r *reader) split(b prose.Block, v lexicon.View) {
	if len(v.Toks) <= 90 {
		r.note(fact.Recipient, b, v, r.receiver(v), 0.8)
		return
	}
	start := 0
	for i := 1; i <= len(v.Toks); i++ {
		if i < len(v.Toks) && (i-start < 25 || !strings.ContainsAny(v.Between(i), ",;:(")) {
			continue
		}
		if clause := v.Part(start, i); r.who(clause) >= 0 {
			r.note(fact.Recipient, b, clause, r.receiver(clause), 0.7)
		}
		start = i
	}
}

// receiver says who receives and in which part.
func (r *reader) receiver(v lexicon.View) fact.Norm {
	norm := fact.New("recipient", slug(v, 5), "role", "unspecified")
	best := len(v.Toks)
	for _, m := range r.lex.parties {
		if i, _, ok := v.Find(m.Re); ok && i < best {
			best = i
			norm.Set("role", m.Name)
		}
	}
	return norm
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

const small = " les des une aux par pour sur dans avec afin est sont votre vos notre nos leur leurs son ses qui que dont vous nous donnees "
