package read

import (
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// attach gives the statements on keeping that stand apart from their purposes the purpose
// they speak of: the one that shares the most telling words with them. Words that several
// purposes share tell less. A statement that two purposes share alike is left alone.
func attach(facts []fact.Fact) {
	index := indexOf(facts)
	if len(index.names) == 0 || len(index.names) > 2000 { // no company has thousands of purposes
		return
	}
	for i, f := range facts {
		if f.Kind != fact.Retention || index.known(f.Norm.Text(fact.PurposeKey)) {
			continue
		}
		name, ok := index.closest(strings.ReplaceAll(f.Norm.Text(fact.PurposeKey), "_", " "))
		if !ok {
			name, ok = index.closest(f.Quote)
		}
		if ok {
			facts[i].Norm = f.Norm.Clone()
			facts[i].Norm.Set(fact.PurposeKey, name)
		}
	}
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
		words := stems(f.Norm.Text("title"))
		for w := range words {
			x.count[w]++
		}
		x.given[name] = true
		x.names, x.words = append(x.names, name), append(x.words, words)
	}
	return x
}

func (x wordIndex) known(name string) bool { return x.given[name] }

// closest returns the purpose whose words a text shares, when one is ahead of the others.
func (x wordIndex) closest(text string) (string, bool) {
	said := stems(text)
	best, second, name := 0.0, 0.0, ""
	for i, words := range x.words {
		score := 0.0
		for w := range words {
			if said[w] {
				score += 1 / float64(x.count[w])
			}
		}
		if score > best {
			best, second, name = score, best, x.names[i]
		} else if score > second {
			second = score
		}
	}
	return name, best >= 0.5 && best > 1.2*second
}

// stems returns the beginnings of the words of a text that tell one purpose from another.
func stems(text string) map[string]bool {
	out := map[string]bool{}
	for _, t := range prose.Tokens(text) {
		w := t.Text
		if len(w) < 4 || strings.Contains(untelling, " "+w) {
			continue
		}
		out[w[:min(len(w), 6)]] = true
	}
	return out
}

// untelling are the beginnings of words that every policy uses about everything.
const untelling = " donnee donnees conserv garde durée duree pendant compter apres dernier derniere personnel traitement gestion gerer suivi mise cadre" +
	" client clients utilis service services societe notre votre leur leurs dans pour avec sont elles nous vous cette ceux celle information informations" +
	" relatives relatif legale legales maximum supprime anonym archiv effac partir ans mois jours annee annees delai date fins afin permettre assurer envoi envoyer "
