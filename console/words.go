package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// narrow is the narrow no-break space of French typography.
const narrow = "\u202f"

// Say picks the text of the reader's language. In French it ties the signs that stand apart
// from their word to it, so that no line begins with one.
func (p page) Say(fr, en string) string {
	if p.english {
		return en
	}
	return Typography(fr)
}

// Typography ties the signs that stand apart from their word in French to it.
func Typography(fr string) string {
	return strings.NewReplacer(" :", "\u00a0:", " ; ", narrow+"; ", " ;", narrow+";", " ?", narrow+"?", " !", narrow+"!", "« ", "«\u00a0", " »", "\u00a0»").Replace(fr)
}

// Colon is the sign as the reader's language sets it.
func (p page) Colon() string { return p.Say(" :", ":") }

// Lang is the language of the page.
func (p page) Lang() string { return p.Say("fr", "en") }

// Asset is the address of a file that the console ships.
func (p page) Asset(name string) string { return p.assets.Address(name) }

// Number groups thousands the way the reader does.
func (p page) Number(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + p.Say(narrow, ",") + digits[i:]
	}
	return digits
}

// Count is Number with the noun that goes with it: in French none and one are singular, in
// English one alone is.
func (p page) Count(n int64, fr, frMany, en, enMany string) string {
	word := p.Say(frMany, enMany)
	if n == 1 || n == 0 && !p.english {
		word = p.Say(fr, en)
	}
	return p.Number(n) + "\u00a0" + word
}

// Day writes a date the way the reader does; a dash for none.
func (p page) Day(d policy.Date) template.HTML {
	switch {
	case d.IsZero():
		return "–"
	case p.english:
		return template.HTML(fmt.Sprintf("%d&nbsp;%s&nbsp;%d", d.Day, d.Month, d.Year))
	case d.Day == 1:
		return template.HTML(fmt.Sprintf("1<sup>er</sup>&nbsp;%s&nbsp;%d", french(d.Month), d.Year))
	}
	return template.HTML(fmt.Sprintf("%d&nbsp;%s&nbsp;%d", d.Day, french(d.Month), d.Year))
}

func french(m time.Month) string {
	return [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}[m-1]
}

// Clock writes an instant as a day and an hour, in the controller's zone.
func (p page) Clock(t time.Time) template.HTML {
	local := t.In(p.zone)
	return p.Day(policy.DateOf(t, p.zone)) + template.HTML(", "+local.Format("15:04"))
}

// Hour writes the hour of an instant.
func (p page) Hour(t time.Time) string { return t.In(p.zone).Format("15:04") }

// Verdict is the word of an outcome, which stands beside its shape and its colour.
func (p page) Verdict(o retention.Outcome) string {
	switch o {
	case retention.Kept:
		return p.Say("tenue", "kept")
	case retention.Broken:
		return p.Say("non tenue", "broken")
	case retention.Undetermined:
		return p.Say("indéterminée", "undetermined")
	case retention.Unbound:
		return p.Say("non reliée", "unbound")
	}
	return p.Say("non vérifiable", "not checkable")
}

// Verdicts is Verdict of several.
func (p page) Verdicts(o retention.Outcome, n int64) string {
	if w := p.Verdict(o); p.english || n < 2 {
		return w
	}
	switch o {
	case retention.Broken:
		return "non tenues"
	case retention.Unbound:
		return "non reliées"
	case retention.NotCheckable:
		return "non vérifiables"
	}
	return p.Verdict(o) + "s"
}

// Basis is the word for a legal ground.
func (p page) Basis(b policy.Basis) string {
	switch b {
	case policy.Consent:
		return p.Say("le consentement", "consent")
	case policy.Contract:
		return p.Say("le contrat", "the contract")
	case policy.Precontract:
		return p.Say("la préparation d’un contrat", "steps before a contract")
	case policy.LegalObligation:
		return p.Say("une obligation légale", "a legal obligation")
	case policy.VitalInterest:
		return p.Say("la sauvegarde des intérêts vitaux", "vital interests")
	case policy.PublicTask:
		return p.Say("une mission d’intérêt public", "a public task")
	case policy.LegitimateInterest:
		return p.Say("l’intérêt légitime", "legitimate interest")
	}
	return p.Say("le texte ne la dit pas", "the text does not say")
}

// Action is the word for what is done.
func (p page) Action(a policy.Action) string {
	switch a {
	case policy.Erase:
		return p.Say("effacer", "erase")
	case policy.Anonymise:
		return p.Say("rendre anonyme", "anonymise")
	case policy.ToArchive:
		return p.Say("déplacer en archive", "move to the archive")
	}
	return p.Say("redemander l’accord", "ask again")
}

// Period writes a length the way the reader does.
func (p page) Period(d policy.Period) string {
	if p.english {
		return strings.ReplaceAll(d.String(), " ", "\u00a0")
	}
	return strings.ReplaceAll(d.French(), " ", "\u00a0")
}
