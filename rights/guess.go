package rights

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Guess says how the right of a case was read from what somebody wrote. Until a human confirms
// the right, nothing is looked up, refused or done on the strength of it.
type Guess string

// The guesses: words that speak of one right, words that speak of more than one (the case has
// the likeliest), and none that speak of any (the case is one of access, which changes nothing).
const (
	ByWords Guess = "by_words"
	Several Guess = "several"
	Unclear Guess = "unclear"
)

// ErrGuess says that a right was guessed and that no human confirmed it.
var ErrGuess = errors.New("the right was guessed from words: a human must confirm it first")

// whileGuessed are the acts that need not know the right.
func whileGuessed() []Act {
	return []Act{Joined, Confirm, NoRequest, Acknowledged, LinkMade, Doubted, Identified, Extend, LetterSent, LanguageSet, Lapsed}
}

// Guessed is what the words of a message seem to ask.
type Guessed struct {
	Right Right
	How   Guess
	// Marketing is true where it is prospecting that is objected to.
	Marketing bool
}

// clue is the beginning of a word, or of some words that follow each other, and how much it
// speaks for a right.
type clue struct {
	words string
	right Right
	marks int
}

// clues are written as Fold writes words. An article of the law or the name of a right speaks
// loudest; a word that people use for other things too, least.
func clues() []clue {
	return []clue{
		{"article 15", Access, 4}, {"droit d acces", Access, 4}, {"copie de mes donnees", Access, 4}, {"copie de toutes", Access, 3}, {"copie des donnees", Access, 4},
		{"quelles donnees", Access, 4}, {"quelles informations", Access, 3}, {"acceder a mes", Access, 4}, {"acces a mes", Access, 4}, {"donnees que vous detenez", Access, 3},
		{"informations que vous detenez", Access, 3}, {"communiquer les donnees", Access, 3}, {"communiquer l ensemble", Access, 3}, {"ce que vous savez", Access, 3},
		{"article 16", Rectification, 4}, {"rectifi", Rectification, 4}, {"corriger", Rectification, 3}, {"mettre a jour", Rectification, 3}, {"j ai demenage", Rectification, 3},
		{"est erron", Rectification, 3}, {"sont erron", Rectification, 3}, {"inexact", Rectification, 3}, {"nouvelle adresse", Rectification, 2}, {"changer mon adresse", Rectification, 3},
		{"article 17", Erasure, 4}, {"droit a l oubli", Erasure, 4}, {"effac", Erasure, 4}, {"supprim", Erasure, 3}, {"suppression", Erasure, 3}, {"detrui", Erasure, 3}, {"oubliez moi", Erasure, 3},
		{"article 18", Restriction, 4}, {"limitation", Restriction, 3}, {"limiter le traitement", Restriction, 4}, {"geler", Restriction, 3}, {"gel de mes", Restriction, 4},
		{"article 20", Portability, 4}, {"portabilite", Portability, 4}, {"format structure", Portability, 3}, {"lisible par machine", Portability, 3}, {"recuperer mes donnees", Portability, 2},
		{"article 21", Objection, 4}, {"m oppose", Objection, 4}, {"droit d opposition", Objection, 4}, {"mon opposition", Objection, 4},
		{"retire mon consentement", Withdrawal, 5}, {"retrait de mon consentement", Withdrawal, 5}, {"retirer mon consentement", Withdrawal, 5}, {"revoque mon consentement", Withdrawal, 5},
		{"article 22", HumanReview, 4}, {"decision automati", HumanReview, 4}, {"intervention humaine", HumanReview, 4}, {"algorithme", HumanReview, 3}, {"par un humain", HumanReview, 3},
		{"apres ma mort", PostMortem, 5}, {"apres mon deces", PostMortem, 5}, {"directives anticipees", PostMortem, 4}, {"est decede", PostMortem, 5}, {"deces de", PostMortem, 4}, {"acte de deces", PostMortem, 4},
		{"comment porter plainte", Complaint, 4}, {"comment faire une reclamation", Complaint, 4}, {"comment saisir la cnil", Complaint, 4},
	}
}

// marketing are the clues that it is prospecting that somebody objects to.
func marketing() []string {
	return []string{"desabonn", "desinscri", "ne plus recevoir", "plus recevoir", "plus aucun", "newsletter", "lettre d information", "liste de diffusion", "publicit", "prospection", "demarchage", "vos mails", "vos sms"}
}

// speaksFor is how many marks make a right one that the words speak for.
const speaksFor = 3

// GuessRight reads from what somebody wrote, in French, which right they ask. It is a guess: a
// human confirms it.
func GuessRight(subject, text string) Guessed {
	words := " " + Fold(subject) + " " + Fold(text)
	marks := map[Right]int{}
	for _, c := range clues() {
		if strings.Contains(words, " "+c.words) {
			marks[c.right] += c.marks
		}
	}
	ads := slices.ContainsFunc(marketing(), func(w string) bool { return strings.Contains(words, " "+w) })
	if ads {
		marks[Objection] += speaksFor + 1
	}
	var spoken []Right
	for _, r := range Rights() {
		if marks[r] >= speaksFor {
			spoken = append(spoken, r)
		}
	}
	if len(spoken) == 0 {
		return Guessed{Right: Access, How: Unclear}
	}
	slices.SortStableFunc(spoken, func(a, b Right) int { return cmp.Compare(marks[b], marks[a]) })
	g := Guessed{Right: spoken[0], How: ByWords, Marketing: ads && spoken[0] == Objection}
	if len(spoken) > 1 {
		g.How = Several
	}
	return g
}

// plainly is how many of its commonest words make a text plainly English, unless French ones are
// more than a fifth of them: names of people and streets are French in an English letter too.
const plainly = 5

// GuessLanguage reads in which language somebody wrote: English where that is plain, else French.
func GuessLanguage(subject, text string) Language {
	english := strings.Fields("the and you your my of please would have with this that are is all any about dear regards what which not do")
	french := strings.Fields("le la les des du et je vous votre vos mes mon ma une que qui pour dans est sont avec bonjour monsieur madame merci cordialement ne pas")
	en, fr := 0, 0
	for _, w := range strings.Fields(Fold(subject + " " + text)) {
		switch {
		case slices.Contains(english, w):
			en++
		case slices.Contains(french, w):
			fr++
		}
	}
	if en >= plainly && en > 5*fr {
		return InEnglish
	}
	return InFrench
}
