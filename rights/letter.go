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
	// Language is the one it is in, empty in letters of before there was more than one.
	Language Language `json:"language,omitempty"`
	// Lacks is the file for want of which it is in French though the person asked in another
	// language; empty where nothing lacks.
	Lacks string `json:"lacks,omitempty"`
}

// Text is the letter as it is handed over: the line of its subject, and the body.
func (l Letter) Text() string { return l.Language.heading() + l.Subject + "\n\n" + l.Body }

// LetterKind names a letter, and the file in which a company may write its own: letters/KIND.txt
// in French, letters/en/KIND.txt in English.
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

// LetterWords are what a template may speak of, in the language of the letter. Days are written
// out; what does not apply is empty.
type LetterWords struct {
	Language                                             Language
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

// Write writes a letter in the language of its words (see Tongue). own is the company's folder of
// letters, or nil: a file there named KIND.txt, or en/KIND.txt, replaces the text, and parts.txt the
// parts. The first line is the subject.
func Write(own fs.FS, kind LetterKind, w LetterWords) (Letter, error) {
	t := template.New("").Option("missingkey=error")
	for _, name := range []string{"parts", string(kind)} {
		src, err := letterText(own, w.Language.file(name))
		if err != nil {
			return Letter{}, err
		}
		if t, err = t.New(name).Parse(src); err != nil {
			return Letter{}, fmt.Errorf("letters/%s: %w", w.Language.file(name), err)
		}
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, string(kind), w); err != nil {
		return Letter{}, fmt.Errorf("letters/%s: %w", w.Language.file(string(kind)), err)
	}
	return fit(kind, w.Language, tidy(b.String()))
}

func letterText(own fs.FS, file string) (string, error) {
	if own != nil {
		b, err := fs.ReadFile(own, file)
		if err == nil {
			return string(b), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read letters/%s: %w", file, err)
		}
	}
	b, err := templates.ReadFile("templates/letters/" + file)
	if err != nil {
		return "", fmt.Errorf("%w: there is no letter %q", ErrLetter, strings.TrimSuffix(file, ".txt"))
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
	return []string{"{{", "}}", "<no value>", "XXX", "[…]", "[...]", "À COMPLÉTER", "A COMPLETER", "TO BE COMPLETED"}
}

// fit refuses a letter in which something was left open.
func fit(kind LetterKind, in Language, text string) (Letter, error) {
	head, body, ok := strings.Cut(text, "\n")
	subject, titled := strings.CutPrefix(head, in.heading())
	if !ok || !titled || subject == "" {
		return Letter{}, fmt.Errorf("%w: its first line is not %s…", ErrLetter, in.heading())
	}
	if i := slices.IndexFunc(open(), func(m string) bool { return strings.Contains(text, m) }); i >= 0 {
		return Letter{}, fmt.Errorf("%w: %s was left in it", ErrLetter, open()[i])
	}
	sum := sha256.Sum256([]byte(text))
	return Letter{Kind: kind, Language: in, Subject: subject, Body: strings.TrimLeft(body, "\n"), Digest: hex.EncodeToString(sum[:])}, nil
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

// Words returns what a letter of the case says in a language, but for what only the stores tell.
func (d Desk) Words(c Case, kind LetterKind, in Language, p policy.Policy, today policy.Date) (LetterWords, error) {
	due, err := d.Clock.Of(c, today)
	if err != nil {
		return LetterWords{}, err
	}
	step, err := c.needs(kind)
	if err != nil {
		return LetterWords{}, err
	}
	w := LetterWords{Language: in, Controller: ToldController(p.Controller), Request: c.ID, Right: in.Right(c.Right), Guess: c.Guess, Name: c.addressee(kind),
		Received: in.Day(c.Received), Today: in.Day(today), Target: in.Day(due.Target), Limit: in.Day(due.Limit),
		First: in.Day(due.First), Longest: in.Day(due.Longest), Reason: step.Why, Ground: in.ground(Ground(step.Word))}
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
		w.Endings = slices.Clone(c.Erasing.Endings)
		for i := range w.Endings {
			w.Endings[i].Article = w.Language.Article(w.Endings[i].Article)
		}
		if !c.Erasing.Done.IsZero() {
			w.Done = w.Language.Day(c.Erasing.Done)
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
