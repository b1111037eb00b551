package notice

import (
	"regexp"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// questions asks what the facts leave open.
func questions(facts []fact.Fact) []fact.Question {
	var out []fact.Question
	for _, f := range facts {
		switch f.Kind {
		case fact.Controller:
			if f.Confidence < 0.5 {
				out = append(out, f.Asks(fact.NoController, "Qui est le responsable du traitement ? Le texte ne le dit pas : nom, forme juridique, adresse."))
			}
		case fact.Recipient:
			out = append(out, askParty(f)...)
		case fact.Transfer:
			out = append(out, askTransfer(f)...)
		}
	}
	return append(out, opposed(facts)...)
}

// askParty asks who hides behind a word.
func askParty(f fact.Fact) []fact.Question {
	switch f.Norm.Text("role") {
	case "partner", "group":
		return []fact.Question{f.Asks(fact.UnnamedParty, "Qui sont ces destinataires, et à quel titre reçoivent-ils les données : sous-traitant ou responsable ?")}
	case "unspecified":
		if f.Norm.Text("recipient") != "none" {
			return []fact.Question{f.Asks(fact.UnnamedParty, "Ce destinataire est-il sous-traitant ou responsable, et pour quelle finalité ?")}
		}
	}
	return nil
}

// askTransfer asks for the country and the instrument of a transfer.
func askTransfer(f fact.Fact) []fact.Question {
	if out, _ := f.Norm.Get("outside_eu").(bool); !out {
		return nil
	}
	var asks []fact.Question
	if list, _ := f.Norm.Get("safeguards").([]string); len(list) == 0 {
		asks = append(asks, f.Asks(fact.NoSafeguard, "Sur quelle garantie ce transfert repose-t-il : décision d'adéquation, clauses types, règles d'entreprise ?"))
	}
	if f.Norm.Text("country") == "" {
		asks = append(asks, f.Asks(fact.NoCountry, "Vers quels pays ?"))
	}
	return asks
}

// opposed asks about a text that says both that data leave the Union and that they do not, or
// that they go to nobody and to somebody.
func opposed(facts []fact.Fact) []fact.Question {
	var out []fact.Question
	var stay, leave, nobody, staff, somebody *fact.Fact
	for i, f := range facts {
		said := prose.Fold(f.Quote)
		switch {
		case f.Kind == fact.Transfer && f.Norm.Get("outside_eu") == true:
			leave = &facts[i]
		case f.Kind == fact.Transfer && f.Norm.Text("country") == "", f.Kind == fact.Security && f.Norm.Text("measure") == "hosting" && everything.MatchString(said):
			stay = &facts[i]
		case f.Kind == fact.Recipient && f.Norm.Text("recipient") == "none" && disclosed.MatchString(said):
			nobody = &facts[i]
		case f.Kind == fact.Recipient && f.Norm.Text("role") == "internal" && only.MatchString(said):
			staff = &facts[i]
		case f.Kind == fact.Recipient && f.Norm.Text("role") != "internal" && f.Norm.Text("recipient") != "none":
			somebody = &facts[i]
		}
	}
	if stay != nil && leave != nil {
		out = append(out, stay.Asks(fact.Contradiction, "Le texte dit aussi que des données sortent de l'Union : lesquelles restent, lesquelles sortent, ou s'agit-il d'un accès à distance ?"))
	}
	if nobody != nil && somebody != nil {
		out = append(out, nobody.Asks(fact.Contradiction, "Le texte nomme pourtant des destinataires : lesquels, et pour quelles données ?"))
	}
	if staff != nil && somebody != nil {
		out = append(out, staff.Asks(fact.Contradiction, "Le texte réserve les données au personnel et nomme pourtant des tiers : lesquels y accèdent, et à quelles données ?"))
	}
	return out
}

var (
	everything = regexp.MustCompile(`\b(?:toutes?|ensemble|uniquement|exclusivement|aucune?|vos donnees|les donnees)\b`)
	disclosed  = regexp.MustCompile(`\b(?:transmi|communiqu|divulg|devoil|partag|accessible)`)
	only       = regexp.MustCompile(`\b(?:seuls?|seules?|uniquement|exclusivement|que par)\b`)
)
