package lint

import (
	"fmt"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// rule judges one promise of retention.
func (j *judge) rule(pu policy.Purpose, r policy.Rule, i int) {
	where := place{path: fmt.Sprintf("%s.retention[%d]", at(pu).path, i), says: r.Says}
	if r.Keep.Operator {
		j.find(charge{"L15", Error, "RGPD, art. 5(1)(e) et 13(2)(a)", law.Settled}, where,
			Words{fmt.Sprintf("la règle %s n’a pas de durée chiffrée", r.ID), fmt.Sprintf("the rule %s has no figure", r.ID)},
			Words{"remplacer operator par une durée", "replace operator by a period"})
	}
	for _, c := range ceilings() {
		j.ceiling(c, subject{pu, r, where})
	}
	j.invoices(subject{pu, r, where})
}

// subject is a rule in its purpose and its place.
type subject struct {
	purpose policy.Purpose
	rule    policy.Rule
	where   place
}

// ceiling is a longest period of the law for rules about a meaning.
type ceiling struct {
	rule, value, meaning string
	severity             Severity
	people               bool // the meaning is looked for in whom the rule is for
	purpose              bool // … in the title of the purpose
	data                 bool // … in the data
}

func ceilings() []ceiling {
	return []ceiling{
		{"L17", "retention.prospect", "prospecting", Error, true, false, false},
		{"L18", "retention.candidate", "candidate", Error, true, true, false},
		{"L19", "retention.geolocation", "geolocation", Warning, false, true, true},
		{"L20", "retention.recording", "recording", Error, false, true, true},
		{"L21", "retention.cctv", "cctv", Error, false, true, true},
		{"L23", "retention.logs.max", "logs", Warning, false, true, true},
	}
}

// ceiling reports a period that ends after the law's. Legal obligations have periods of
// their own, and a floor, a third party's rule or a term that each record brings is no
// ceiling to compare.
func (j *judge) ceiling(c ceiling, s subject) {
	e, ok := j.law.Entry(c.value)
	limit, err := j.law.Period(c.value)
	k := s.rule.Keep
	if !ok || err != nil || !k.Set || k.AtLeast || k.Operator || k.Read != "" || s.rule.By != "" || has(s.purpose, policy.LegalObligation) {
		return
	}
	if !j.concerns(c, s) || !longer(k.Period, limit) {
		return
	}
	j.find(charge{c.rule, c.severity, e.Source, e.Certainty}, s.where,
		Words{fmt.Sprintf("la règle %s garde %s, plus que %s", s.rule.ID, k.Period.French(), limit.French()), fmt.Sprintf("the rule %s keeps %s, more than %s", s.rule.ID, k.Period, limit)},
		Words{"réduire la durée, ou dire ce qui la justifie dans une finalité à part", "shorten the period, or say what justifies it in a purpose of its own"})
}

// concerns reports whether the words the rule concerns have the meaning. Prospects are judged
// only where the purpose is to prospect them: their quotes may serve as proof for longer.
func (j *judge) concerns(c ceiling, s subject) bool {
	people := titled(j.words, j.policy.People, or(s.rule.For, s.purpose.People), c.meaning)
	if c.rule == "L17" {
		return people && j.words.about(s.purpose.Title, c.meaning)
	}
	return c.people && people || c.purpose && j.words.about(s.purpose.Title, c.meaning) ||
		c.data && titled(j.words, j.policy.Data, or(s.rule.Data, s.purpose.Data), c.meaning)
}

// invoices reports accounting papers that go before the term of the commercial code.
func (j *judge) invoices(s subject) {
	e, ok := j.law.Entry("retention.accounting")
	limit, err := j.law.Period("retention.accounting")
	k := s.rule.Keep
	if !ok || err != nil || !k.Set || k.Read != "" || s.rule.By != "" || s.rule.Paper || !has(s.purpose, policy.LegalObligation) || !j.words.about(s.purpose.Title, "invoices") {
		return
	}
	if longer(limit, end(s.rule)) {
		j.find(charge{"L24", Error, e.Source, e.Certainty}, s.where,
			Words{fmt.Sprintf("la règle %s laisse partir des pièces comptables après %s, avant %s", s.rule.ID, end(s.rule).French(), limit.French()), fmt.Sprintf("the rule %s lets accounting papers go after %s, before %s", s.rule.ID, end(s.rule), limit)},
			Words{"garder les pièces dix ans après la clôture de l’exercice, avec les seules données qu’elles exigent", "keep the papers ten years after the accounting year, with only the data they need"})
	}
}

func or[T any](narrow, all []T) []T {
	if len(narrow) > 0 {
		return narrow
	}
	return all
}

// end is the period after which the rule's last phase ends.
func end(r policy.Rule) policy.Period {
	switch {
	case r.Archive == nil:
		return r.Keep.Period
	case r.Archive.More:
		return r.Keep.Period.Plus(r.Archive.Period)
	}
	return r.Archive.Period
}

// longer compares periods counted from the same day, of a year without 29 February.
func longer(p, q policy.Period) bool {
	day := policy.Date{Year: 2025, Month: 1, Day: 1}
	return day.Add(p).After(day.Add(q))
}
