package read_test

import (
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// Each text leaves one thing open that only a careful reader sees; the one beside it does not.
func TestQuestionsAcross(t *testing.T) {
	t.Parallel()
	const head = "Finalités\n\nNous traitons vos données pour les finalités suivantes :\n"
	for _, c := range []struct {
		name       string
		kind       fact.Ask
		open, told string
	}{
		{"a purpose without a period", fact.NoPeriod,
			head + "- Gestion des abonnements (contrat)\n- Organisation des tournois (contrat)\n\nDurées\n\nLes données des abonnements sont conservées trois ans après la fin de l'abonnement.\n",
			head + "- Gestion des abonnements (contrat)\n\nDurées\n\nLes données des abonnements sont conservées trois ans après la fin de l'abonnement.\n"},
		{"promotion on two bases", fact.Contradiction,
			head + "- Envoi de la lettre d'information (consentement)\n- Prospection commerciale (intérêt légitime)\n",
			head + "- Envoi de la lettre d'information (consentement)\n- Prospection commerciale (consentement)\n"},
		{"a basis that depends", fact.VagueBasis,
			head + "- Réponse aux messages\n\nBase légale\n\nLa base légale dépend de votre message : généralement l'exécution du contrat.\n",
			head + "- Réponse aux messages\n\nBase légale\n\nLa base légale est l'exécution du contrat.\n"},
		{"people asked again without end", fact.NoWindow,
			"Durées\n\nLes données des prospects sont conservées trois ans à compter du dernier contact, puis nous vous demanderons si vous souhaitez continuer à recevoir nos offres.\n",
			"Durées\n\nLes données des prospects sont conservées trois ans à compter du dernier contact, puis supprimées.\n"},
		{"an objection that lapses", fact.ObjectionLapses,
			"Durées\n\nLorsque vous exercez votre droit d'opposition, les informations qui permettent d'en tenir compte sont conservées trois ans à compter de l'opposition.\n",
			"Durées\n\nLes données sont supprimées dès votre désinscription.\n"},
		{"one word, two periods", fact.TwoPeriods,
			"Durées\n\nNous gardons cinq ans les contrats.\n\nNous gardons dix ans les contrats conclus en ligne.\n",
			"Durées\n\nNous gardons cinq ans les contrats.\n\nNous gardons dix ans les factures.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !asked(t, c.open, c.kind) {
				t.Errorf("%s is not asked", c.kind)
			}
			if asked(t, c.told, c.kind) {
				t.Errorf("%s is asked of a text that tells", c.kind)
			}
		})
	}
}

func asked(t *testing.T, text string, kind fact.Ask) bool {
	t.Helper()
	doc, err := prose.Plain([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(read.Read("", doc).Questions, func(q fact.Question) bool { return q.Kind == kind })
}
