package terms

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// mark is a place of a sentence that says how long: a period, or words without a figure.
type mark struct {
	iso      string
	open     string // which kind of words, when there is no figure
	from, to int
}

// retentions returns what a sentence says of keeping.
func (r *reader) retentions(b prose.Block, v lexicon.View, topic string) []fact.Fact {
	signs := r.lex.signs
	keeps := v.Has(signs.Named("keep")) || strings.Contains(v.Words, " duree")
	keeps = keeps || r.labelledPeriod(v) || stays(v) || v.Has(signs.Named(fact.AskAgain)) && len(periods(v)) > 0
	if !keeps && topic != "retention" && !(topic == "cookies" && v.Has(signs.Named("cookie"))) {
		return nil
	}
	if topic == "rights" || !keeps && v.Has(signs.Named("deadline")) {
		return nil
	}
	var out []fact.Fact
	marks := r.marks(v, topic)
	start := 0
	for i, m := range marks {
		end := len(v.Toks)
		if i+1 < len(marks) {
			end = cut(v, m.to, marks[i+1].from)
		}
		seg := v.Part(start, end)
		m.from, m.to = m.from-start, m.to-start
		if f, ok := r.retention(b, seg, m, v); ok {
			if n := len(out); n > 0 && (marks[i-1].open == "state" || f.Norm.Text("tier") == fact.ArchiveTier && out[n-1].Norm.Text(fact.AfterKey) == fact.Archive) {
				phase(&out[n-1], &f)
			}
			out = append(out, f)
		}
		start = end
	}
	return out
}

// stays reports a sentence that says how long something is there, without a word of keeping.
func stays(v lexicon.View) bool {
	return v.Has(remains) && (len(periods(v)) > 0 || v.Has(untilThen))
}

var untilThen = regexp.MustCompile(` (?:jusqu a|jusqu au|jusqu aux|jusqu en|tant que|aussi longtemps)\b`)

// phase joins a period to the open state before it, "tant que … puis trois ans": it counts
// from the end of that state, and where it is one of the archive, the state ends in it.
func phase(state, f *fact.Fact) {
	if f.Norm.Text("tier") == fact.ArchiveTier {
		state.Norm.Set(fact.AfterKey, fact.Archive)
	}
	if f.Norm.Start() == fact.Unspecified && f.Norm.Get(fact.DurationKey) != nil && state.Norm.Start() != "" {
		f.Norm.SetStart(state.Norm.Start())
	}
}

// labelledPeriod reports a line such as "Prospects : 3 ans" near others on keeping.
func (r *reader) labelledPeriod(v lexicon.View) bool {
	list := periods(v)
	if v.Has(untilLabel) && r.last != "" {
		return true
	}
	if len(list) == 0 || r.last == "" || list[0].from > 10 || v.Has(r.lex.signs.Named("deadline")) {
		return false
	}
	for i := max(1, list[0].from-2); i <= list[0].from; i++ {
		if strings.Contains(v.Between(i), ":") {
			return true
		}
	}
	return false
}

// marks finds periods and the words that stand for one, in order, none overlapping.
func (r *reader) marks(v lexicon.View, topic string) []mark {
	var out []mark
	for _, p := range periods(v) {
		if r.isDeadline(v, p) {
			continue
		}
		out = append(out, mark{iso: p.iso, from: p.from, to: p.to})
	}
	if !v.Has(r.lex.signs.Named("keep")) && topic != "retention" && !stays(v) && !v.Has(untilLabel) {
		return out
	}
	figures := len(out) > 0
	out = again(v, out)
	for _, m := range r.lex.open {
		for _, at := range v.FindAll(m.Re) {
			// Beside a figure, the limitation that the law sets is a reason, not a rule.
			if !overlaps(out, at) && !(m.Name == "once" && figures && v.Part(at[0], at[1]).Has(anaphora)) && !(m.Name == "legal" && (figures || v.Part(at[0]-7, at[0]).Has(reason))) {
				out = insert(out, mark{open: m.Name, from: at[0], to: at[1]})
			}
		}
	}
	return out
}

// isDeadline reports a period that is an age, a time to answer or a frequency of something
// else.
func (r *reader) isDeadline(v lexicon.View, p period) bool {
	if strings.HasPrefix(p.iso, "PT") {
		return true
	}
	near := v.Part(p.from-5, p.from)
	if near.Has(r.lex.signs.Named("age")) && !near.Has(r.lex.signs.Named("keep")) && !strings.Contains(near.Words, "duree") && !strings.Contains(near.Words, "delai") {
		return true
	}
	return v.Has(r.lex.signs.Named("deadline")) && !v.Part(p.from-12, p.to+8).Has(r.lex.signs.Named("keep")) && !v.Part(p.from-4, p.from).Has(remains)
}

// again repeats the period of "trois ans à compter (i) de … et (ii) de …" for each start that
// is numbered after the first.
func again(v lexicon.View, list []mark) []mark {
	for i, t := range v.Toks {
		if (t.Text == "ii" || t.Text == "iii") && len(list) > 0 && i > list[0].to && strings.Contains(v.Between(i), "(") {
			last := list[len(list)-1]
			list = append(list, mark{iso: last.iso, from: i, to: i + 1})
		}
	}
	return list
}

// untilLabel is a line such as "Prospect : jusqu'au terme annoncé".
var untilLabel = regexp.MustCompile(`^ (?:[^ ]+ ){1,4}(?:jusqu au|jusqu a|jusqu en) `)

var reason = regexp.MustCompile(` (?:preuves?|fins|raisons?)\b`)

func overlaps(list []mark, at [2]int) bool {
	for _, m := range list {
		if at[0] < m.to+1 && m.from < at[1]+1 {
			return true
		}
	}
	return false
}

func insert(list []mark, m mark) []mark {
	i := len(list)
	for i > 0 && list[i-1].from > m.from {
		i--
	}
	return append(list[:i], append([]mark{m}, list[i:]...)...)
}

// cut returns the word between two marks at which the second statement begins: after the
// strongest sign, the last of its kind.
func cut(v lexicon.View, from, to int) int {
	best, strength := to, 0
	for i := from; i < to; i++ {
		if s := boundary(v, i); s >= strength && s > 0 {
			best, strength = i, s
		}
	}
	return best
}

func boundary(v lexicon.View, i int) int {
	gap, word := v.Between(i), v.Toks[i].Text
	switch {
	case strings.Contains(gap, ";"), strings.Contains(gap, "•"):
		return 4
	case word == "puis" || word == "ensuite" || word == "ainsi" || word == "ii":
		return 3
	case strings.Contains(gap, ","), strings.Contains(gap, "("), strings.Contains(gap, ". "), strings.Contains(gap, "–"):
		return 2
	case word == "et":
		return 2
	}
	return 0
}

// retention makes a fact of one statement.
func (r *reader) retention(b prose.Block, seg lexicon.View, m mark, whole lexicon.View) (fact.Fact, bool) {
	signs := r.lex.signs
	first, second := r.start(seg, m)
	if m.open != "" {
		if first, second = r.openStart(seg, m); first == "" {
			return fact.Fact{}, false
		}
	}
	bound := fact.Max
	if m.iso != "" && seg.Part(m.from-6, m.to+3).Has(signs.Named("min")) && !strings.Contains(seg.Words, " maxim") {
		bound = fact.Min
	}
	if (seg.Part(0, m.from).Has(anaphora) || seg.Part(m.to, len(seg.Toks)).Has(former)) && (first == fact.Unspecified || first == fact.EventDate) {
		if first = r.before(); seg.Part(0, m.from).Has(disputed) {
			first = fact.DisputeResolved
		}
	}
	var duration any
	if m.iso != "" {
		duration = m.iso
	}
	if first == fact.Unspecified && (whole.Has(signs.Named("cookie")) || r.topic == "cookies" && whole.Has(lifetime)) && m.iso != "" {
		first = fact.CookieDeposit
	}
	if m.open == "once" && seg.Part(m.from, m.to).Has(atOnce) && first != fact.Unspecified {
		duration = "P0D"
	}
	if first == fact.Yearly {
		duration = "P1Y"
	}
	norm := fact.New(fact.DurationKey, duration, "max_or_min", bound)
	norm.SetStart(first)
	if second != "" {
		norm.Set(fact.AltTrigger, second)
		norm.Set(fact.CombineKey, fact.AmbiguousOr)
	}
	r.last, r.told = first, r.section
	after := r.after(seg, whole)
	norm.Set(fact.AfterKey, after)
	norm.Set("tier", r.tier(seg, after))
	near := r.place(&norm, seg)
	from, to := seg.All()
	if len(seg.Toks) > 60 { // a long sentence is quoted around what it says
		from, to = seg.Span(m.from-25, m.to+30)
	}
	f := r.fact(fact.Retention, b, seg.Block, from, to, norm, confidence(m, first))
	f.Near = near
	return f, true
}

// place gives a statement the purpose of its row, of its heading or of its paragraph. One
// that was named in the paragraph before, or a little further up for "ces données", is only
// likely: it is returned.
func (r *reader) place(norm *fact.Norm, seg lexicon.View) (near string) {
	reach := 1
	switch {
	case theseData.MatchString(seg.Words):
		reach = 8
	case labelledTerm.MatchString(seg.Words):
		reach = 12
	}
	switch {
	case r.purpose == "":
	case r.table.on || r.rows == r.section && (r.titled || seg.Block == r.named):
		norm.Set(fact.PurposeKey, r.purpose)
	case r.rows == r.section && seg.Block <= r.named+reach:
		return r.purpose
	}
	return ""
}

var labelledTerm = regexp.MustCompile(`^ (?:durees?|conservation|delais?) `)

var theseData = regexp.MustCompile(`^ (?:ces (?:donnees|informations|coordonnees|documents)|elles|celles ci|ceux ci|le tout) `)

var (
	remains  = regexp.MustCompile(` (?:reste|restent|sert|servent|demeure|demeurent|prend fin|prennent fin|valable pendant) `)
	lifetime = regexp.MustCompile(` (?:durees? de vie|validite|expir[^ ]*|leur duree)\b`)
	anaphora = regexp.MustCompile(` (?:ce|cette|ces) (?:meme )?(?:delais?|durees?|periodes?|terme)\b`)
	plural   = regexp.MustCompile(` ces (?:delais|durees|periodes)\b`)
	former   = regexp.MustCompile(` (?:celle ci|celui ci|celles ci|ceux ci|cette derniere|ce dernier|(?:sa|leur) (?:fin|terme|expiration|echeance|resiliation|rupture|cloture))\b`)
	disputed = regexp.MustCompile(` (?:litiges?|contentieux|procedures?) `)
	atOnce   = regexp.MustCompile(`^ [^ ]+(?: [^ ]+){0,3} (?:apres|sitot|sans delai|immediatement)\b`)
)

// before is the start of the statement before in the section, which "ce délai" repeats. What
// another section counts from is no start of this one's.
func (r *reader) before() string {
	if r.last == "" || r.told != r.section {
		return fact.Unspecified
	}
	return r.last
}

// afterwards gives the statements just before a sentence such as "à l'issue de ce délai, les
// données sont effacées" what it says.
//
// It reports whether that is all the sentence says.
func (r *reader) afterwards(block int, v lexicon.View) bool {
	if !v.Has(anaphora) {
		return false
	}
	told := false
	after := r.after(v, v)
	several := v.Has(plural)
	for i := len(r.facts) - 1; i >= 0 && after != fact.Unspecified; i-- {
		f := r.facts[i]
		if f.Block < block-1 && !(several && f.Section == r.section) {
			break
		}
		if f.Kind == fact.Retention && f.Norm.Text(fact.AfterKey) == fact.Unspecified {
			r.facts[i].Norm.Set(fact.AfterKey, after)
			told = true
		}
	}
	return told && len(periods(v)) == 0
}

func confidence(m mark, start string) float64 {
	switch {
	case m.iso != "" && start != fact.Unspecified:
		return 0.95
	case m.iso != "":
		return 0.85
	case start != fact.Unspecified:
		return 0.8
	}
	return 0.65
}

// after says what becomes of the data.
func (r *reader) after(seg, whole lexicon.View) string {
	signs := r.lex.signs
	for _, name := range []string{fact.AskAgain, fact.Anonymise, fact.Archive, fact.Erase} {
		if seg.Has(signs.Named(name)) && !(name == fact.Archive && seg.Has(archivedFor)) {
			if name == fact.Anonymise && seg.Has(signs.Named(fact.Erase)) {
				return fact.Erase
			}
			return name
		}
	}
	if whole.Has(thenArchived) && !seg.Has(archivedFor) {
		return fact.Archive
	}
	return fact.Unspecified
}

func (r *reader) tier(seg lexicon.View, after string) string {
	signs := r.lex.signs
	switch {
	case seg.Has(signs.Named("paper")):
		return fact.Paper
	case after != fact.Archive && (seg.Has(signs.Named("archive")) || seg.Has(proof)):
		return fact.ArchiveTier
	}
	return fact.Active
}
