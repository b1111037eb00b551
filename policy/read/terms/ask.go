package terms

import (
	"regexp"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// hedged is how a text leaves a basis open.
var hedged = regexp.MustCompile(`\b(?:depend(?:ra|ent|ront)?|selon (?:l.objet|les cas|le cas|la nature|votre)|generalement|en fonction (?:de|du|des)|le plus souvent|(?:contrat|consentement|interet legitime)[^.;]{0,30} ou (?:sur )?(?:le |votre |l.|notre )?(?:contrat|consentement|interet legitime))\b`)

// questions asks what the facts leave open.
func questions(facts []fact.Fact) []fact.Question {
	var out []fact.Question
	kept := false
	for _, f := range facts {
		switch f.Kind {
		case fact.Retention:
			kept = true
			out = append(out, askPeriod(f)...)
		case fact.LegalBasis:
			switch {
			case f.Norm.Text(fact.BasisKey) == fact.BasisUnstated:
				out = append(out, f.Asks(fact.NoBasis, "Sur quelle base légale ce traitement repose-t-il ?"))
			case hedged.MatchString(prose.Fold(f.Quote)):
				out = append(out, f.Asks(fact.VagueBasis, "La base légale dépend des cas : laquelle dans quel cas ?"))
			}
		}
	}
	if !kept && len(facts) > 0 {
		out = append(out, facts[0].Asks(fact.NoPeriod, "Combien de temps les données sont-elles conservées ? Le texte ne le dit nulle part."))
	}
	return append(out, askBases(facts)...)
}

// askPeriod asks what one statement on keeping leaves open.
func askPeriod(f fact.Fact) []fact.Question {
	var out []fact.Question
	start, figure := f.Norm.Start(), f.Norm.Get(fact.DurationKey) != nil
	if f.Norm.Text(fact.AltTrigger) != "" {
		out = append(out, f.Asks(fact.TwoStarts, "Deux points de départ sont joints par « ou » : faut-il retenir le plus tardif ou le premier des deux ?"))
	}
	switch {
	case figure && start == fact.Unspecified:
		out = append(out, f.Asks(fact.NoStart, "À partir de quel événement ce délai court-il ?"))
	case !figure && (start == fact.Unspecified || start == fact.LegalLimitation || start == fact.RequestProcessed || start == fact.DisputeResolved):
		out = append(out, f.Asks(fact.VaguePeriod, "Quelle durée, en chiffres, et à partir de quel événement ?"))
	case start == fact.FormDefined:
		out = append(out, f.Asks(fact.VaguePeriod, "La durée se trouve dans le formulaire : quelle est-elle pour chaque version ?"))
	case !figure && (start == fact.OptOut || start == fact.RequestByPerson):
		out = append(out, f.Asks(fact.NoCeiling, "Sans demande de la personne, les données restent-elles sans limite ?"))
	case start == fact.LastContact:
		out = append(out, f.Asks(fact.ConditionalRule, "Un contact de la part de qui : de la personne seulement, ou aussi de l'entreprise ?"))
	}
	if f.Norm.Text(fact.AfterKey) == fact.AskAgain && f.Norm.Text(fact.AltTrigger) == "" {
		out = append(out, f.Asks(fact.NoWindow, "La personne est interrogée au terme : par quel canal, et combien de temps sa réponse est-elle attendue avant l'effacement ?"))
	}
	if figure && start == fact.OptOut && f.Norm.Text(fact.DurationKey) != "P0D" {
		out = append(out, f.Asks(fact.ObjectionLapses, "Passé ce délai l'opposition n'est plus connue : comment la personne reste-t-elle à l'abri si elle revient par un fichier ?"))
	}
	if f.Norm.Text("max_or_min") == fact.Min {
		out = append(out, f.Asks(fact.NoCeiling, "C'est une durée minimale : au bout de combien de temps les données sont-elles effacées ?"))
	}
	return out
}

// askBases asks which of several bases carries a purpose.
func askBases(facts []fact.Fact) []fact.Question {
	var out []fact.Question
	first := map[string]string{}
	for _, f := range facts {
		if f.Kind != fact.LegalBasis || f.Norm.Text(fact.PurposeKey) == "" {
			continue
		}
		purpose, basis := f.Norm.Text(fact.PurposeKey), f.Norm.Text(fact.BasisKey)
		if other, ok := first[purpose]; ok && other != basis {
			out = append(out, f.Asks(fact.TwoBases, "Plusieurs bases légales portent la même finalité : laquelle pour quelle opération ?"))
		}
		first[purpose] = basis
	}
	return out
}
