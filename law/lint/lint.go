// Package lint is for holding a policy against the law of a day: what a promise lacks or
// exceeds, with the article, how certain it is, the sentence concerned and what to do.
package lint

import (
	"slices"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Severity ranks findings.
type Severity string

// An Error should stop the publication of the text; a Warning should be looked at.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one place where the policy and the law disagree.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Article  string   `json:"article"`
	// Path leads to the place in policy.yaml, for policy/file to locate; it is empty for a
	// finding about the published text.
	Path string `json:"path,omitempty"`
	// Offset is where the published text says it: bytes from its beginning.
	Offset    int           `json:"-"`
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

// Judge returns the findings about a policy, in the order of the policy. It asks only what
// the policy itself can tell; docs/lint.md lists the rules, and those that need more.
func Judge(p policy.Policy, v law.Values) []Finding {
	j := &judge{policy: p, law: v, words: meanings()}
	j.controller()
	for _, pu := range p.Purposes {
		j.purpose(pu)
		for i, r := range pu.Rules {
			j.rule(pu, r, i)
		}
	}
	j.told()
	return j.found
}

// judge collects the findings about one policy.
type judge struct {
	policy policy.Policy
	law    law.Values
	words  vocabulary
	found  []Finding
}

// place is where a finding stands.
type place struct {
	path   string
	says   policy.Says
	inText bool
	offset int // in the text
}

func at(pu policy.Purpose) place { return place{path: "$.purposes." + string(pu.ID), says: pu.Says} }

// charge is a rule that was broken: everything about it but where.
type charge struct {
	rule      string
	severity  Severity
	article   string
	certainty law.Certainty
}

func (j *judge) find(c charge, where place, message, remedy Words) {
	j.found = append(j.found, Finding{c.rule, c.severity, c.article, where.path, where.offset, where.says, message, remedy, c.certainty})
}

func (j *judge) controller() {
	c := j.policy.Controller
	if c.Name == "" || c.Contact == "" {
		j.find(charge{"L01", Error, "RGPD, art. 13(1)(a)", law.Settled}, place{path: "$.controller"},
			Words{"le responsable du traitement n’est pas nommé, ou rien ne dit comment le joindre", "the controller is not named, or nothing says how to reach it"},
			Words{"compléter name et contact sous controller", "complete name and contact under controller"})
	}
}

// has reports whether a basis is among those of a purpose.
func has(pu policy.Purpose, b policy.Basis) bool { return slices.Contains(pu.Basis, b) }

// only reports whether a purpose rests on one basis alone.
func only(pu policy.Purpose, b policy.Basis) bool { return len(pu.Basis) == 1 && pu.Basis[0] == b }
