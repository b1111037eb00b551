package console

import (
	"context"
	"net/http"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Jurist tells the law that Garant counts with.
type Jurist interface {
	// Law tells the law of today, what changes, what it says against the promises, and what the
	// owner decided where it leaves a choice.
	Law(ctx context.Context) (Law, error)
}

// Law is the law of a day as it is counted with.
type Law struct {
	Pack law.Pack
	Day  policy.Date
	// Against is what the law says against the promises.
	Against []Fault
	Choices consent.Choices
}

// Fault is what the law says against a promise.
type Fault struct {
	// Message says what is wrong and Remedy what to do.
	Message, Remedy Words
	Article         string
	Certainty       law.Certainty
	// Says are the words of the promise.
	Says policy.Says
}

// Words are a sentence in both languages.
type Words struct{ FR, EN string }

// lawScreen is the law pack and the owner's choices.
type lawScreen struct {
	page
	Law     Law
	Entries []law.Entry
	Coming  []law.Entry // those that begin to hold after today, the next first
	Points  []pointView
}

// pointView is a question that the law leaves open, with how it is answered today.
type pointView struct {
	Point  consent.Point
	Mode   string
	Others []string
	Choice *consent.Choice // nil where nobody chose
}

func (c *Console) lawbook(w http.ResponseWriter, r *http.Request, v visit) error {
	s := lawScreen{page: c.page(r, v, "Droit et choix", "Law and choices")}
	var err error
	if s.Law, err = c.company.Law(r.Context()); err != nil {
		return err
	}
	s.Entries = entries(s.Law.Pack, s.Law.Day)
	for _, day := range s.Law.Pack.Changes() {
		if day.After(s.Law.Day) {
			s.Coming = append(s.Coming, slices.DeleteFunc(entries(s.Law.Pack, day), func(e law.Entry) bool { return e.From != day })...)
		}
	}
	for _, p := range consent.Points() {
		s.Points = append(s.Points, s.point(p))
	}
	return c.show(w, "lawbook", http.StatusOK, s)
}

// entries are the values that hold on a day, in the order of their names.
func entries(p law.Pack, day policy.Date) []law.Entry {
	var out []law.Entry
	values := p.On(day)
	for _, id := range p.IDs() {
		if e, ok := values.Entry(id); ok {
			out = append(out, e)
		}
	}
	return out
}

// point tells how a question is answered: the latest choice that is in force, or the strict mode.
func (s lawScreen) point(p consent.Point) pointView {
	out := pointView{Point: p, Mode: p.Modes()[0]}
	for i, x := range s.Law.Choices {
		if x.Point == p && x.By != "" && !x.On.IsZero() && !x.On.After(s.Law.Day) && (out.Choice == nil || !x.On.Before(out.Choice.On)) {
			out.Choice, out.Mode = &s.Law.Choices[i], x.Mode
		}
	}
	out.Others = slices.DeleteFunc(p.Modes(), func(m string) bool { return m == out.Mode })
	return out
}

// Values are those of an entry, periods in the reader's language.
func (p page) Values(e law.Entry) []string {
	if p.english {
		return e.Values
	}
	return law.InFrench(e.Values)
}

// Certainty is the word for how sure a value is.
func (p page) Certainty(c law.Certainty) string { return p.Say(c.French(), string(c)) }

// Question is the question that a point asks.
func (p page) Question(x consent.Point) string {
	return p.word(map[string]two{
		"callback_before_decree": {"Un rappel demandé dans un secteur interdit était-il permis avant le décret ?", "Was a call back that was asked for in a banned sector allowed before the decree?"},
		"heating_replacement":    {"Remplacer une chaudière, est-ce économiser l’énergie ?", "Is to replace a boiler to save energy?"},
		"messages_ban":           {"L’accord lève-t-il l’interdiction des messages dans les secteurs interdits ?", "Does consent lift the ban on messages in the banned sectors?"},
		"silence_after_consent":  {"Un nouvel accord met-il fin aux soixante jours après un refus ?", "Does a new consent end the sixty days after a refusal?"},
		"refusal_in_call":        {"Un refus dit pendant un appel est-il un retrait ?", "Is a refusal said in a call a withdrawal?"},
		"unknown_place":          {"Où est une personne dont on ne connaît pas le lieu ?", "Where is a person of whom no place is known?"},
	}, string(x))
}
