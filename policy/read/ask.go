package read

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// across asks what only the facts together leave open.
func across(facts []fact.Fact) []fact.Question {
	var out []fact.Question
	for _, look := range []func([]fact.Fact) []fact.Question{
		askPeriods, askRecords, askUnkept, askMarketing, askSpecial, askTrackers, askLogs, askPapers,
	} {
		out = append(out, look(facts)...)
	}
	return out
}

// askPeriods asks which of two periods holds for the data of one purpose in one tier.
func askPeriods(facts []fact.Fact) []fact.Question {
	return differing(facts, "Deux durées valent pour la même finalité : laquelle pour quelles données ou quelles personnes ?",
		func(f fact.Fact) string {
			if f.Norm.Text(fact.PurposeKey) == "" {
				return ""
			}
			return f.Norm.Text(fact.PurposeKey) + " " + f.Norm.Text("tier")
		})
}

// askRecords asks which of two periods holds for records that the text names by the same word
// in two places.
func askRecords(facts []fact.Fact) []fact.Question {
	return differing(facts, "Deux durées valent pour des documents du même nom : laquelle pour lesquels ?",
		func(f fact.Fact) string { return records.FindString(prose.Fold(f.Quote)) })
}

var records = regexp.MustCompile(`\b(?:les|des) (?:factures|contrats|enregistrements|candidatures|images|commandes|devis)\b`)

// differing asks about statements that share a key and give different figures.
func differing(facts []fact.Fact, text string, key func(fact.Fact) string) []fact.Question {
	var out []fact.Question
	first := map[string]any{}
	for _, f := range facts {
		d := f.Norm.Get(fact.DurationKey)
		if f.Kind != fact.Retention || d == nil {
			continue
		}
		k := key(f)
		if other, ok := first[k]; ok && k != "" && other != d {
			out = append(out, f.Asks(fact.TwoPeriods, text))
		}
		first[k] = d
	}
	return out
}

// askUnkept asks once for the periods of all the purposes that have none.
func askUnkept(facts []fact.Fact) []fact.Question {
	kept, purposes := map[string]bool{}, named(facts)
	for _, f := range facts {
		if f.Kind == fact.Retention {
			kept[f.Norm.Text(fact.PurposeKey)] = true
		}
	}
	var without []fact.Fact
	for _, p := range purposes {
		if !kept[p.Norm.Text("name")] {
			without = append(without, p)
		}
	}
	if len(kept) == 0 || len(without) == 0 {
		return nil // a text that gives no period at all is asked elsewhere
	}
	if len(without) == 1 {
		return []fact.Question{without[0].Asks(fact.NoPeriod, "Combien de temps les données de cette finalité sont-elles conservées ?")}
	}
	return []fact.Question{without[0].Asks(fact.NoPeriod, fmt.Sprintf("Aucune durée n'est rattachée à %d finalités : %s. Laquelle pour chacune ?", len(without), titles(without, 30)))}
}

// named are the purposes, each once.
func named(facts []fact.Fact) []fact.Fact {
	var out []fact.Fact
	seen := map[string]bool{}
	for _, f := range facts {
		if name := f.Norm.Text("name"); f.Kind == fact.Purpose && !seen[name] {
			seen[name] = true
			out = append(out, f)
		}
	}
	return out
}

// titles lists at most n titles.
func titles(list []fact.Fact, n int) string {
	var out []string
	for _, f := range list[:min(n, len(list))] {
		out = append(out, "« "+short(f.Norm.Text("title"), 60)+" »")
	}
	if len(list) > n {
		out = append(out, fmt.Sprintf("et %d autres", len(list)-n))
	}
	return strings.Join(out, ", ")
}

// askMarketing asks which messages rest on legitimate interest in a text that elsewhere asks
// consent to promote: by electronic means consent is the rule (code des postes et des
// communications électroniques, art. L. 34-5).
func askMarketing(facts []fact.Fact) []fact.Question {
	var consent bool
	var interest *fact.Fact
	marketing := marketingPurposes(facts)
	for i, f := range facts {
		if f.Kind != fact.LegalBasis || !marketing[f.Norm.Text(fact.PurposeKey)] {
			continue
		}
		switch f.Norm.Text(fact.BasisKey) {
		case fact.BasisConsent:
			consent = true
		case fact.BasisInterest:
			interest = &facts[i]
		}
	}
	if !consent || interest == nil {
		return nil
	}
	return []fact.Question{interest.Asks(fact.Contradiction, "Le texte demande ailleurs le consentement pour prospecter : quels messages, par quel canal et à qui, reposent ici sur l'intérêt légitime ?")}
}

func marketingPurposes(facts []fact.Fact) map[string]bool {
	out := map[string]bool{}
	for _, f := range named(facts) {
		if promotes.MatchString(prose.Fold(f.Norm.Text("title"))) {
			out[f.Norm.Text("name")] = true
		}
	}
	return out
}

var promotes = regexp.MustCompile(`\b(?:prospect(?:ion|er)|promotion|promouvoir|promotionnel|publicit|newsletter|lettre d.information|demarch(?:age|er)|marketing|offres (?:commerciales|marketing|promotionnelles)|sollicit|nouveautes)`)

// askSpecial asks by which exception data of article 9, or a national number, rest on
// something else than consent or the law.
func askSpecial(facts []fact.Fact) []fact.Question {
	ordinary := map[string]fact.Fact{}
	for _, f := range facts {
		switch basis := f.Norm.Text(fact.BasisKey); {
		case f.Kind != fact.LegalBasis:
		case basis == fact.BasisContract, basis == fact.BasisPrecontract, basis == fact.BasisInterest:
			ordinary[f.Norm.Text(fact.PurposeKey)] = f
		}
	}
	for _, f := range facts {
		purpose := f.Norm.Text(fact.PurposeKey)
		if f.Kind == fact.Purpose {
			purpose = f.Norm.Text("name")
		}
		if _, ok := ordinary[purpose]; !ok || f.Kind != fact.DataCategory && f.Kind != fact.Purpose || !special.MatchString(prose.Fold(f.Quote)) {
			continue
		}
		return []fact.Question{f.Asks(fact.SpecialData, "Des données sensibles, ou le numéro de sécurité sociale, reposent sur une base ordinaire : quelle exception de l'article 9, ou quel texte, le permet ?")}
	}
	return nil
}

var special = regexp.MustCompile(`\b(?:donnees de sante|etat de sante|dossier medical|certificat medical|numero de securite sociale|n securite sociale|nir|biometri|empreintes? digitales?|opinions? (?:politiques?|religieuses?)|appartenance syndicale|handicap|religio|orientation sexuelle)`)

// askTrackers asks how consent is taken where audience is measured with consent and no tracker
// is described.
func askTrackers(facts []fact.Fact) []fact.Question {
	measured := map[string]bool{}
	for _, f := range facts {
		if f.Kind == fact.Cookie {
			return nil
		}
		if f.Kind == fact.Purpose && audience.MatchString(prose.Fold(f.Norm.Text("title"))) {
			measured[f.Norm.Text("name")] = true
		}
	}
	for _, f := range facts {
		if f.Kind == fact.LegalBasis && f.Norm.Text(fact.BasisKey) == fact.BasisConsent && measured[f.Norm.Text(fact.PurposeKey)] {
			return []fact.Question{f.Asks(fact.NoCookies, "Le texte ne décrit aucun traceur : comment ce consentement est-il recueilli, et comment se retire-t-il ?")}
		}
	}
	return nil
}

var audience = regexp.MustCompile(`\b(?:mesures? d.audience|statistiques? de (?:visite|frequentation|mesure)|statistiques? du site|analyse (?:de|du) trafic)`)

// askLogs asks how long connections are remembered where the text says that they are.
func askLogs(facts []fact.Fact) []fact.Question {
	var noted *fact.Fact
	for i, f := range facts {
		said := logs.MatchString(prose.Fold(f.Quote))
		switch {
		case said && f.Kind == fact.Retention:
			return nil
		case said && noted == nil && (f.Kind == fact.DataCategory || f.Kind == fact.SourceOfData):
			noted = &facts[i]
		}
	}
	if noted == nil {
		return nil
	}
	return []fact.Question{noted.Asks(fact.NoPeriod, "Combien de temps les traces de connexion sont-elles conservées ?")}
}

var logs = regexp.MustCompile(`\b(?:journaux|logs?|adresses? ip|donnees de (?:connexion|navigation)|traces? (?:de connexion|informatiques?))\b`)

// askPapers asks about a document that several purposes keep under different periods: it goes
// when the last of them is over, unless copies are told apart.
func askPapers(facts []fact.Fact) []fact.Question {
	periods := map[string]map[string]bool{} // by purpose
	for _, f := range facts {
		if d := f.Norm.Text(fact.DurationKey); f.Kind == fact.Retention && f.Norm.Text(fact.PurposeKey) != "" {
			add(periods, f.Norm.Text(fact.PurposeKey), d+f.Norm.Start())
		}
	}
	held, asked := map[string]map[string]bool{}, map[string]bool{}
	var out []fact.Question
	for _, f := range facts {
		paper, terms := papers.FindString(prose.Fold(f.Quote)), periods[f.Norm.Text(fact.PurposeKey)]
		if f.Kind != fact.DataCategory || paper == "" || len(terms) == 0 {
			continue
		}
		for term := range terms {
			add(held, paper, term)
		}
		if len(held[paper]) > 1 && !asked[paper] && len(held[paper]) > len(terms) {
			asked[paper] = true
			out = append(out, f.Asks(fact.TwoPeriods, "Le même document sert plusieurs finalités aux durées différentes : est-il gardé jusqu'à la dernière, ou y a-t-il plusieurs copies ?"))
		}
	}
	return out
}

func add(sets map[string]map[string]bool, key, value string) {
	if sets[key] == nil {
		sets[key] = map[string]bool{}
	}
	sets[key][value] = true
}

var papers = regexp.MustCompile(`\b(?:avis d.imposition|piece d.identite|rib|releve d.identite bancaire|permis de conduire|justificatif de domicile|bulletins? de (?:paie|salaire)|diplomes?)\b`)
