// Package lint is for holding a policy against the law of a day: what a promise lacks or
// exceeds, with the article, how certain it is, the sentence concerned and what to do.
package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Severity ranks findings.
type Severity string

// An Error should stop the publication; a Warning should be looked at.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one place where the policy and the law disagree.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Article  string   `json:"article"`
	// Path leads to the place in policy.yaml, for policy/file to locate.
	Path      string        `json:"path"`
	Says      policy.Says   `json:"says,omitempty"`
	Message   Words         `json:"message"`
	Remedy    Words         `json:"remedy"`
	Certainty law.Certainty `json:"certainty"`
}

// Words are a sentence in both languages.
type Words struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// Judge returns the findings about a policy, in the order of the policy.
func Judge(p policy.Policy, v law.Values) []Finding {
	j := judge{policy: p, law: v}
	j.controller()
	for _, pu := range p.Purposes {
		j.basis(pu)
		j.retention(pu)
		for i, r := range pu.Rules {
			j.rule(pu, r, i)
		}
	}
	return j.found
}

type judge struct {
	policy policy.Policy
	law    law.Values
	found  []Finding
}

func at(pu policy.Purpose) string { return "$.purposes." + string(pu.ID) }

func (j *judge) controller() {
	c := j.policy.Controller
	if c.Name == "" || c.Contact == "" {
		j.found = append(j.found, Finding{"L01", Error, "RGPD, art. 13(1)(a)", "$.controller", "",
			Words{"le responsable du traitement n’est pas nommé, ou rien ne dit comment le joindre", "the controller is not named, or nothing says how to reach it"},
			Words{"compléter name et contact sous controller", "complete name and contact under controller"}, law.Settled})
	}
}

func (j *judge) basis(pu policy.Purpose) {
	if len(pu.Basis) == 0 || slices.Contains(pu.Basis, policy.Unstated) {
		j.found = append(j.found, Finding{"L04", Error, "RGPD, art. 6 et 13(1)(c)", at(pu), pu.Says,
			Words{fmt.Sprintf("la finalité %s n’a pas de base légale", pu.ID), fmt.Sprintf("the purpose %s has no legal basis", pu.ID)},
			Words{"nommer la base de l’article 6 sur laquelle elle repose", "name the basis of article 6 it rests on"}, law.Settled})
	}
	if len(pu.Basis) > 1 && slices.Contains(pu.Basis, policy.Consent) {
		j.found = append(j.found, Finding{"L05", Warning, "RGPD, art. 6", at(pu), pu.Says,
			Words{fmt.Sprintf("la finalité %s repose sur le consentement ou sur une autre base", pu.ID), fmt.Sprintf("the purpose %s rests on consent or on another basis", pu.ID)},
			Words{"choisir une base, ou séparer les opérations en deux finalités", "choose one basis, or make two purposes of the operations"}, law.OurReading})
	}
}

func (j *judge) retention(pu policy.Purpose) {
	if len(pu.Rules) == 0 {
		j.found = append(j.found, Finding{"L14", Error, "RGPD, art. 5(1)(e) et 13(2)(a)", at(pu), pu.Says,
			Words{fmt.Sprintf("aucune durée n’est dite pour la finalité %s", pu.ID), fmt.Sprintf("no period is told for the purpose %s", pu.ID)},
			Words{"ajouter une règle de conservation", "add a retention rule"}, law.Settled})
	}
}

func (j *judge) rule(pu policy.Purpose, r policy.Rule, i int) {
	path := fmt.Sprintf("%s.retention[%d]", at(pu), i)
	if r.Keep.Operator {
		j.found = append(j.found, Finding{"L15", Error, "RGPD, art. 5(1)(e) et 13(2)(a)", path, r.Says,
			Words{fmt.Sprintf("la règle %s n’a pas de durée chiffrée", r.ID), fmt.Sprintf("the rule %s has no figure", r.ID)},
			Words{"remplacer operator par une durée", "replace operator by a period"}, law.Settled})
	}
	for _, m := range ceilings() {
		j.ceiling(m, subject{pu, r, path})
	}
}

// subject is a rule in its purpose and its place.
type subject struct {
	purpose policy.Purpose
	rule    policy.Rule
	path    string
}

// ceiling is a longest period of the law for rules whose words match.
type ceiling struct {
	rule, value, words string
	// people says that the words are looked for in whom the rule is for, else in its data.
	people bool
}

func ceilings() []ceiling {
	return []ceiling{
		{"L17", "retention.prospect", "prospect", true},
		{"L18", "retention.candidate", "candidat", true},
		{"L20", "retention.recording", "enregistrement", false},
		{"L21", "retention.cctv", "vidéosurveillance", false},
	}
}

// ceiling reports a period that ends after the law's. Legal obligations have periods of
// their own, and a floor or a term that each record brings is no ceiling to compare.
func (j *judge) ceiling(c ceiling, s subject) {
	e, ok := j.law.Entry(c.value)
	limit, err := j.law.Period(c.value)
	k := s.rule.Keep
	if !ok || err != nil || !k.Set || k.AtLeast || k.Operator || k.Read != "" || s.rule.By != "" || slices.Contains(s.purpose.Basis, policy.LegalObligation) {
		return
	}
	if !j.about(c, s) || !longer(end(s.rule), limit) {
		return
	}
	j.found = append(j.found, Finding{c.rule, Error, e.Source, s.path, s.rule.Says,
		Words{fmt.Sprintf("la règle %s garde %s, plus que %s", s.rule.ID, end(s.rule).French(), limit.French()), fmt.Sprintf("the rule %s keeps %s, more than %s", s.rule.ID, end(s.rule), limit)},
		Words{"réduire la durée, ou dire ce qui la justifie dans une finalité à part", "shorten the period, or say what justifies it in a purpose of its own"}, e.Certainty})
}

// about reports whether the titles the rule concerns have the word.
func (j *judge) about(c ceiling, s subject) bool {
	if c.people {
		return titled(j.policy.People, or(s.rule.For, s.purpose.People), c.words)
	}
	return titled(j.policy.Data, or(s.rule.Data, s.purpose.Data), c.words)
}

func or[T any](narrow, all []T) []T {
	if len(narrow) > 0 {
		return narrow
	}
	return all
}

// titled reports whether a title or name among ids begins with the word.
func titled[T ~string](all []policy.Named[T], ids []T, word string) bool {
	return slices.ContainsFunc(all, func(n policy.Named[T]) bool {
		return slices.Contains(ids, n.ID) && (strings.HasPrefix(strings.ToLower(n.Title), word) || strings.HasPrefix(string(n.ID), word))
	})
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
