package read

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// attach gives the statements on keeping that stand apart from their purposes the purpose
// they speak of: the one that shares the most telling words with them. Words that several
// purposes share tell less. A statement that two purposes share alike gets the purpose named
// just before it, or none.
func attach(facts []fact.Fact) {
	index := indexOf(facts)
	if len(index.names) == 0 || len(index.names) > 2000 { // no company has thousands of purposes
		return
	}
	before, block := "", -1
	for i, f := range facts {
		if f.Kind != fact.Retention {
			continue
		}
		name := f.Norm.Text(fact.PurposeKey)
		if !index.known(name) {
			name = index.belongs(f)
		}
		if name == "" && block == f.Block && continues.MatchString(f.Quote) {
			name = before
		}
		before, block = name, f.Block
		if name != "" {
			facts[i].Norm = f.Norm.Clone()
			facts[i].Norm.Set(fact.PurposeKey, name)
		}
	}
}

// continues begins the second phase of a statement: "puis trois ans", "à l'issue de".
var continues = regexp.MustCompile(`^(?:\p{Ll}|[0-9]|Puis|Ensuite|À l.issue|A l.issue|Au.?(?:terme|delà) |Elles|Ils)`)

// belongs returns the purpose that a statement speaks of, "" when nothing tells.
func (x wordIndex) belongs(f fact.Fact) string {
	if f.Norm.Start() == fact.CookieDeposit { // trackers have a section of their own
		f.Near = ""
	}
	name, torn := x.closest(strings.ReplaceAll(f.Norm.Text(fact.PurposeKey), "_", " "), nil)
	if name == "" {
		name, torn = x.closest(f.Quote, startWords[f.Norm.Start()])
	}
	if name == "" && !torn && x.known(f.Near) {
		return f.Near
	}
	return name
}

// startWords are the beginnings of words with which a statement names its start, and which
// therefore say nothing of its purpose.
var startWords = map[string]map[string]bool{
	fact.LastContact: {"contac": true, "intera": true, "prise": true}, fact.FirstContact: {"contac": true},
	fact.EndOfRelationship: {"relati": true, "contra": true, "commer": true}, fact.FileClosed: {"dossie": true, "clotur": true, "projet": true},
	fact.Collection: {"collec": true, "contac": true}, fact.AccountClosed: {"compte": true}, fact.DisputeResolved: {"litige": true},
	fact.DecisionNotified: {"demand": true}, fact.RequestProcessed: {"demand": true}, fact.ServiceCompleted: {"presta": true},
}

// wordIndex knows the words of each purpose and how many purposes have each.
type wordIndex struct {
	names []string
	given map[string]bool
	words []map[string]bool
	count map[string]int
}

func indexOf(facts []fact.Fact) wordIndex {
	x := wordIndex{count: map[string]int{}, given: map[string]bool{}}
	for _, f := range facts {
		name := f.Norm.Text("name")
		if f.Kind != fact.Purpose || name == "" || x.known(name) {
			continue
		}
		words := stems(opening(f.Norm.Text("title")))
		for w := range words {
			x.count[w]++
		}
		x.given[name] = true
		x.names, x.words = append(x.names, name), append(x.words, words)
	}
	return x
}

func (x wordIndex) known(name string) bool { return x.given[name] }

// closest returns the purpose whose words a text shares, when one is ahead of the others. It
// reports a text torn between several. One word of a long title tells nothing.
func (x wordIndex) closest(text string, but map[string]bool) (name string, torn bool) {
	said := stems(text)
	for w := range but {
		delete(said, w)
	}
	best, second, size := 0.0, 0.0, 1
	for i, words := range x.words {
		score := 0.0
		for w := range words {
			if said[w] {
				score += 1 / float64(x.count[w])
			}
		}
		if score > best {
			best, second, name, size = score, best, x.names[i], len(words)
		} else if score > second {
			second = score
		}
	}
	if best >= 0.5 && best > 1.2*second && best >= float64(size)/9 {
		return name, false
	}
	return "", best >= 0.5 && best <= 1.2*second
}

// opening is the beginning of a title, which names the purpose; details follow.
func opening(title string) string {
	words := strings.Fields(title)
	return strings.Join(words[:min(len(words), 16)], " ")
}

// stems returns the beginnings of the words of a text that tell one purpose from another.
func stems(text string) map[string]bool {
	out := map[string]bool{}
	for _, t := range prose.Tokens(text) {
		if w := t.Text[:min(len(t.Text), 6)]; len(w) >= 4 && !strings.Contains(untelling, " "+w+" ") {
			out[w] = true
		}
	}
	return out
}

// untelling are the beginnings of words that every policy uses about everything, each of six
// letters or the whole word.
const untelling = " donnee conser garde duree pendan compte apres dernie person traite gestio gerer suivi mise cadre archiv" +
	" client utilis servic societ notre votre leur leurs dans pour avec sont elles nous vous cette ceux celle inform" +
	" relati legale maximu suppri anonym effac efface partir mois jours jour annee annees delai delais date fins afin permet assure envoi envoye" +
	" terme preuve prescr active base mainte necess collec concer entre selon regles seront peuven pouvon etre toute tous tout ainsi suivan titre compor "
