package rights

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Language is a language that people are written to in, by its tag of RFC 5646.
type Language string

// The languages. A case that says none is written to in French.
const (
	InFrench  Language = "fr"
	InEnglish Language = "en"
)

// Languages returns them.
func Languages() []Language { return []Language{InFrench, InEnglish} }

// Speaks is the language in which the person asked.
func (c Case) Speaks() Language {
	if c.Language == "" {
		return InFrench
	}
	return c.Language
}

// Say returns the words in the language.
func (l Language) Say(fr, en string) string {
	if l == InEnglish {
		return en
	}
	return fr
}

// Day writes a day as letters do.
func (l Language) Day(d policy.Date) string {
	if l == InEnglish && !d.IsZero() {
		return d.Start(time.UTC).Format("2 January 2006")
	}
	return FrenchDay(d)
}

// Right names a right as letters do: an English one by the words of the regulation in English.
func (l Language) Right(r Right) string {
	w := map[Right][2]string{
		Access: {"droit d’accès", "right of access"}, Rectification: {"droit de rectification", "right to rectification"}, Erasure: {"droit à l’effacement", "right to erasure"},
		Restriction: {"droit à la limitation", "right to restriction of processing"}, Portability: {"droit à la portabilité", "right to data portability"},
		Objection: {"droit d’opposition", "right to object"}, Withdrawal: {"retrait du consentement", "withdrawal of consent"},
		PostMortem: {"directives pour après la mort", "directives for after death"}, HumanReview: {"intervention humaine", "human intervention"}, Complaint: {"réclamation", "complaint"},
	}[r]
	return l.Say(w[0], w[1])
}

// ground tells a ground of refusal with its article.
func (l Language) ground(g Ground) string {
	w := map[Ground][2]string{
		NotIdentified: {"nous n’avons pas pu nous assurer de votre identité (articles 11 et 12, paragraphe 2)", "we could not satisfy ourselves of your identity (Articles 11 and 12(2))"},
		Unfounded:     {"la demande est manifestement infondée (article 12, paragraphe 5)", "the request is manifestly unfounded (Article 12(5))"},
		Excessive:     {"la demande est manifestement excessive (article 12, paragraphe 5)", "the request is manifestly excessive (Article 12(5))"},
		OthersRights:  {"elle porterait atteinte aux droits d’autrui (article 15, paragraphe 4)", "it would adversely affect the rights of others (Article 15(4))"},
		Expression:    {"la liberté d’expression et d’information (article 17, paragraphe 3, a)", "freedom of expression and information (Article 17(3)(a))"},
		LegalObligation: {"une obligation légale nous impose de garder ces données (article 17, paragraphe 3, b)",
			"a legal obligation requires us to keep these data (Article 17(3)(b))"},
		PublicHealth: {"un motif de santé publique (article 17, paragraphe 3, c)", "reasons of public health (Article 17(3)(c))"},
		Archiving:    {"l’archivage, la recherche ou la statistique (article 17, paragraphe 3, d)", "archiving, research or statistics (Article 17(3)(d))"},
		LegalClaims: {"la constatation, l’exercice ou la défense de droits en justice (article 17, paragraphe 3, e)",
			"the establishment, exercise or defence of legal claims (Article 17(3)(e))"},
		NotApplicable: {"ce droit ne s’applique pas aux traitements concernés", "this right does not apply to the processing concerned"},
	}[g]
	return l.Say(w[0], w[1])
}

// Article writes the text of an ending, which a case keeps as French letters cite it.
func (l Language) Article(s string) string {
	if l != InEnglish {
		return s
	}
	if s == notAsked {
		return "not asked for"
	}
	cited := strings.Split(s, ", ")
	for i, c := range cited {
		if strings.Contains(c, " et ") {
			c = strings.NewReplacer("art. ", "Articles ", " et ", " and ").Replace(c)
		}
		cited[i] = strings.ReplaceAll(c, "art. ", "Article ")
	}
	return strings.Join(cited, ", ")
}

// heading begins the first line of a letter.
func (l Language) heading() string { return l.Say("Objet : ", "Subject: ") }

// folder is where the letters of the language are, inside those of a company or Garant's own.
func (l Language) folder() string { return l.Say("", "en/") }

// Tongue is the language of a letter to who is to be written to in one, never half in one and half
// in another. Recipients and the company's own people are written to in French. Where the company has
// a French wording of its own and none in English, the letter is French, and lacks is the file that
// would make it English, such as letters/en/ack.txt.
func Tongue(own fs.FS, kind LetterKind, wanted Language) (in Language, lacks string, err error) {
	if wanted != InEnglish || kind == RecipientLetter || kind == DueLetter {
		return InFrench, "", nil
	}
	for _, name := range []string{string(kind), "parts"} {
		french, err1 := has(own, InFrench, name)
		english, err2 := has(own, InEnglish, name)
		if err := errors.Join(err1, err2); err != nil {
			return "", "", err
		}
		if french && !english {
			return InFrench, "letters/" + InEnglish.file(name), nil
		}
	}
	return InEnglish, "", nil
}

// file is where a letter of the language is in a folder of letters.
func (l Language) file(name string) string { return l.folder() + name + ".txt" }

// has reports whether the company has a wording of its own.
func has(own fs.FS, l Language, name string) (bool, error) {
	if own == nil {
		return false, nil
	}
	_, err := fs.Stat(own, l.file(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("read letters/%s: %w", l.file(name), err)
	}
	return err == nil, nil
}

// known reports whether it is one of the languages.
func (l Language) known() bool { return slices.Contains(Languages(), l) }
