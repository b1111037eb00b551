package rights

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"text/template"

	"github.com/garant-rgpd/garant/policy"
)

// Letter is one letter as it was sent. Its text goes with what a case says of the person; its
// digest stays in the ledger, and tells whether a copy is the one that was sent.
type Letter struct {
	Kind    LetterKind  `json:"kind"`
	Day     policy.Date `json:"day"`
	To      string      `json:"to,omitempty"`
	Subject string      `json:"subject,omitempty"`
	Body    string      `json:"body,omitempty"`
	Digest  string      `json:"digest"`
}

// LetterKind names a letter, and the file letters/KIND.txt in which a company may write its own.
type LetterKind string

// The letters. DueLetter goes to whoever answers for the cases, RecipientLetter to those who
// received the data (article 19); all others to the person.
const (
	AckLetter       LetterKind = "ack"
	LinkLetter      LetterKind = "link"
	FetchLetter     LetterKind = "fetch"
	IdentityLetter  LetterKind = "identity"
	ExtensionLetter LetterKind = "extension"
	RefusalLetter   LetterKind = "refusal"
	AnswerLetter    LetterKind = "answer"
	LiftLetter      LetterKind = "lift"
	RecipientLetter LetterKind = "recipient"
	DueLetter       LetterKind = "due"
)

// PersonLetters returns the letters that go to the person and need nothing but the case.
func PersonLetters() []LetterKind {
	return []LetterKind{AckLetter, IdentityLetter, ExtensionLetter, RefusalLetter, AnswerLetter, LiftLetter}
}

// LetterWords are what a template may speak of. Days are written out in French; what does not
// apply is empty.
type LetterWords struct {
	Controller                                           ToldController
	Request, Right, Name                                 string
	Received, Today, Target, Limit, First, Longest, Done string
	Reason, Ground, Link, File                           string
	Endings                                              []Ending
	Stays                                                []StayWords
	// Waits says that the file waits to be fetched on the page of the request.
	Restricted, Waits bool
	// Guess is how the right was read from the person's words, empty where a human says which.
	Guess                        Guess
	Recipients, Identifiers, Due []string
}

// StayWords say why a category of data stays.
type StayWords struct{ Data, For, Article, Until, Held string }

// ErrLetter says that a letter must not be sent: something in it was left open.
var ErrLetter = errors.New("the letter is not fit to be sent")

// Write writes a letter. own is the company's folder of letters, or nil: a file there named
// KIND.txt replaces the text, and parts.txt the parts. The first line is the subject.
func Write(own fs.FS, kind LetterKind, w LetterWords) (Letter, error) {
	t := template.New("").Option("missingkey=error")
	for _, name := range []string{"parts", string(kind)} {
		src, err := letterText(own, name)
		if err != nil {
			return Letter{}, err
		}
		if t, err = t.New(name).Parse(src); err != nil {
			return Letter{}, fmt.Errorf("letters/%s.txt: %w", name, err)
		}
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, string(kind), w); err != nil {
		return Letter{}, fmt.Errorf("letters/%s.txt: %w", kind, err)
	}
	return fit(kind, tidy(b.String()))
}

func letterText(own fs.FS, name string) (string, error) {
	if own != nil {
		b, err := fs.ReadFile(own, name+".txt")
		if err == nil {
			return string(b), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read letters/%s.txt: %w", name, err)
		}
	}
	b, err := templates.ReadFile("templates/letters/" + name + ".txt")
	if err != nil {
		return "", fmt.Errorf("%w: there is no letter %q", ErrLetter, name)
	}
	return string(b), nil
}

// tidy leaves one empty line at most between paragraphs.
func tidy(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(s) + "\n"
}

// open are the marks of something that nobody filled in.
func open() []string {
	return []string{"{{", "}}", "<no value>", "XXX", "[…]", "[...]", "À COMPLÉTER", "A COMPLETER"}
}

// fit refuses a letter in which something was left open.
func fit(kind LetterKind, text string) (Letter, error) {
	head, body, ok := strings.Cut(text, "\n")
	subject, titled := strings.CutPrefix(head, "Objet : ")
	if !ok || !titled || subject == "" {
		return Letter{}, fmt.Errorf("%w: its first line is not Objet : …", ErrLetter)
	}
	if i := slices.IndexFunc(open(), func(m string) bool { return strings.Contains(text, m) }); i >= 0 {
		return Letter{}, fmt.Errorf("%w: %s was left in it", ErrLetter, open()[i])
	}
	sum := sha256.Sum256([]byte(text))
	return Letter{Kind: kind, Subject: subject, Body: strings.TrimLeft(body, "\n"), Digest: hex.EncodeToString(sum[:])}, nil
}

// needs says what a letter cannot be written without.
func (c Case) needs(kind LetterKind) (Step, error) {
	what, ok := map[LetterKind]Act{IdentityLetter: Doubted, ExtensionLetter: Extend, RefusalLetter: Refuse}[kind]
	if !ok {
		return Step{}, nil
	}
	s, done := c.Has(what)
	if !done {
		return s, fmt.Errorf("%s: no letter %s before the case is %s: %w", c.ID, kind, what, ErrAct)
	}
	return s, nil
}

// Words returns what a letter of the case says, but for what only the stores tell.
func (d Desk) Words(c Case, kind LetterKind, p policy.Policy, today policy.Date) (LetterWords, error) {
	due, err := d.Clock.Of(c, today)
	if err != nil {
		return LetterWords{}, err
	}
	step, err := c.needs(kind)
	if err != nil {
		return LetterWords{}, err
	}
	w := LetterWords{Controller: ToldController(p.Controller), Request: c.ID, Right: FrenchRight(c.Right), Guess: c.Guess, Name: c.addressee(kind),
		Received: FrenchDay(c.Received), Today: FrenchDay(today), Target: FrenchDay(due.Target), Limit: FrenchDay(due.Limit),
		First: FrenchDay(due.First), Longest: FrenchDay(due.Longest), Reason: step.Why, Ground: frenchGround(Ground(step.Word))}
	for _, m := range Marks(c.Person.Identifiers) {
		w.Identifiers = append(w.Identifiers, c.Person.Identifiers[m.Kind])
	}
	if kind == AnswerLetter {
		return w, c.answerWords(&w)
	}
	return w, nil
}

// answerWords adds what was done.
func (c Case) answerWords(w *LetterWords) error {
	answered, ok := c.Has(Answer)
	if !ok {
		if answered, ok = c.Has(AnswerPartly); !ok {
			return fmt.Errorf("%s: no letter of answer before the case is answered: %w", c.ID, ErrAct)
		}
	}
	w.Reason, w.File, w.Waits = answered.Why, answered.Digest, c.Parcel != nil
	_, w.Restricted = c.Has(Restricted)
	if c.Erasing != nil {
		w.Endings = c.Erasing.Endings
		if !c.Erasing.Done.IsZero() {
			w.Done = FrenchDay(c.Erasing.Done)
		}
	}
	return nil
}

// Sent notes a letter as it was sent, or handed over; an acknowledgement is one of the acts of
// the clock.
func (d Desk) Sent(ctx context.Context, id string, l Letter, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		l.Day = d.day(s)
		c.Letters = append(slices.Clone(c.Letters), l)
		step := d.step(s, LetterSent, string(l.Kind), "")
		if l.Kind == AckLetter && !c.State.Decided() {
			step.What = Acknowledged
		}
		step.Digest = l.Digest
		return c.act(step)
	})
}

// FrenchRight names a right as letters do.
func FrenchRight(r Right) string {
	return map[Right]string{
		Access: "droit d’accès", Rectification: "droit de rectification", Erasure: "droit à l’effacement", Restriction: "droit à la limitation",
		Portability: "droit à la portabilité", Objection: "droit d’opposition", Withdrawal: "retrait du consentement",
		PostMortem: "directives pour après la mort", HumanReview: "intervention humaine", Complaint: "réclamation",
	}[r]
}

func frenchGround(g Ground) string {
	return map[Ground]string{
		NotIdentified: "nous n’avons pas pu nous assurer de votre identité (articles 11 et 12, paragraphe 2)",
		Unfounded:     "la demande est manifestement infondée (article 12, paragraphe 5)", Excessive: "la demande est manifestement excessive (article 12, paragraphe 5)",
		OthersRights: "elle porterait atteinte aux droits d’autrui (article 15, paragraphe 4)", Expression: "la liberté d’expression et d’information (article 17, paragraphe 3, a)",
		LegalObligation: "une obligation légale nous impose de garder ces données (article 17, paragraphe 3, b)", PublicHealth: "un motif de santé publique (article 17, paragraphe 3, c)",
		Archiving: "l’archivage, la recherche ou la statistique (article 17, paragraphe 3, d)", LegalClaims: "la constatation, l’exercice ou la défense de droits en justice (article 17, paragraphe 3, e)",
		NotApplicable: "ce droit ne s’applique pas aux traitements concernés",
	}[g]
}
