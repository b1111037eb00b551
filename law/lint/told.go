package lint

import (
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// told judges recipients, transfers, rights and cookies, each where the policy lists any.
func (j *judge) told() {
	for _, t := range j.policy.Transfers {
		j.transfer(t)
	}
	if len(j.policy.Rights) > 0 {
		j.rights()
	}
	for _, c := range j.policy.Cookies {
		j.cookie(c)
	}
}

func (j *judge) transfer(t policy.Transfer) {
	where := place{path: "$.transfers." + string(t.ID), says: t.Says}
	if !t.Never && len(t.Safeguards) == 0 {
		j.find(charge{"L57", Error, "RGPD, art. 44 à 49 et 13(1)(f)", law.Settled}, where,
			Words{fmt.Sprintf("le transfert %s n’a pas de garantie", t.ID), fmt.Sprintf("the transfer %s has no safeguard", t.ID)},
			Words{"nommer la décision d’adéquation, les clauses types ou les règles d’entreprise", "name the decision of adequacy, the standard clauses or the corporate rules"})
	}
	if j.words.about(string(t.Says), "shield") {
		j.find(charge{"L57", Error, "CJUE, C-311/18 (16 juillet 2020)", law.Settled}, where,
			Words{fmt.Sprintf("le transfert %s invoque le Privacy Shield, invalidé", t.ID), fmt.Sprintf("the transfer %s invokes the Privacy Shield, which was struck down", t.ID)},
			Words{"vérifier l’inscription du destinataire au Data Privacy Framework, ou signer des clauses types", "check that the recipient is certified under the Data Privacy Framework, or sign standard clauses"})
	}
}

// due are the rights that follow from the bases of a policy (articles 13(2)(b) and (c)).
func (j *judge) due() []string {
	due := []string{"access", "rectification", "erasure", "restriction"}
	var object, port, withdraw bool
	for _, pu := range j.policy.Purposes {
		object = object || has(pu, policy.LegitimateInterest) || has(pu, policy.PublicTask)
		port = port || has(pu, policy.Consent) || has(pu, policy.Contract)
		withdraw = withdraw || has(pu, policy.Consent)
	}
	for _, r := range []struct {
		is   bool
		name string
	}{{object, "objection"}, {port, "portability"}, {withdraw, "withdraw_consent"}} {
		if r.is {
			due = append(due, r.name)
		}
	}
	return due
}

func (j *judge) rights() {
	gives := func(name string) bool {
		return slices.ContainsFunc(j.policy.Rights, func(r policy.Right) bool { return r.Name == name })
	}
	for _, name := range j.due() {
		switch {
		case gives(name):
		case name == "withdraw_consent":
			j.find(charge{"L08", Error, "RGPD, art. 7(3) et 13(2)(c)", law.Settled}, place{path: "$.rights"},
				Words{"des finalités reposent sur le consentement et rien ne dit comment le retirer", "purposes rest on consent and nothing says how to withdraw it"},
				Words{"dire que le consentement se retire à tout moment, et par où", "say that consent may be withdrawn at any time, and how"})
		default:
			j.find(charge{"L44", Error, "RGPD, art. 13(2)(b)", law.Settled}, place{path: "$.rights"},
				Words{"le texte ne dit pas le droit « " + name + " », que les bases de la politique donnent", "the text does not tell the right of " + name + ", which the bases of the policy give"},
				Words{"ajouter la phrase au texte et le droit sous rights", "add the sentence to the text and the right under rights"})
		}
	}
	if !gives("post_mortem") {
		j.find(charge{"L49", Warning, "Loi 78-17, art. 48 et 85", law.Settled}, place{path: "$.rights"},
			Words{"les directives pour après la mort ne sont pas dites", "directives for after death are not told"},
			Words{"ajouter la phrase au texte", "add the sentence to the text"})
	}
}

func (j *judge) cookie(c policy.Cookie) {
	limit, err := j.law.Period("cookie.audience.tracer")
	e, ok := j.law.Entry("cookie.audience.tracer")
	if err != nil || !ok || c.Keep.IsZero() || !longer(c.Keep, limit) {
		return
	}
	severity := Warning
	if !c.Consent {
		severity = Error
	}
	j.find(charge{"L59", severity, e.Source, e.Certainty}, place{path: "$.cookies." + string(c.ID), says: c.Says},
		Words{fmt.Sprintf("le cookie %s vit %s, plus que %s", c.ID, c.Keep.French(), limit.French()), fmt.Sprintf("the cookie %s lives %s, more than %s", c.ID, c.Keep, limit)},
		Words{"réduire sa durée de vie", "shorten its life"})
}
