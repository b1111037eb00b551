package terms_test

import (
	"testing"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
	"github.com/garant-rgpd/garant/policy/read/terms"
)

// TestStarts reads one sentence each: the period, the start that reports share, the exact one
// where the trade has its own word, and what follows.
func TestStarts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, duration, trigger, event, after string }{
		{"Le compte est conservé tant qu'il reste actif, puis pendant 3 ans.", "P3Y", "", "", ""},
		{"Vos données sont effacées 12 mois après la fin de votre abonnement.", "P12M", fact.EndOfRelationship, fact.MembershipEnd, fact.Erase},
		{"Vos données sont conservées 36 mois à compter de votre dernière commande.", "P36M", fact.LastContact, fact.LastPurchase, ""},
		{"Les demandes d'aide sont conservées 24 mois après leur résolution.", "P24M", fact.RequestProcessed, "", ""},
		{"Au-delà de trois ans d'inactivité, votre compte est supprimé.", "P3Y", fact.LastContact, "", fact.Erase},
		{"Sans activité de votre part pendant deux ans, vos données sont anonymisées.", "P2Y", fact.LastContact, "", fact.Anonymise},
		{"Les dossiers des locataires sont conservés trois ans après leur départ du logement.", "P3Y", fact.EndOfRelationship, "", ""},
		{"Les réclamations sont conservées 5 ans à compter de leur clôture.", "P5Y", fact.FileClosed, "", ""},
		{"Les commentaires sont conservés indéfiniment.", "", fact.Unspecified, "", ""},
		{"Les fiches sont conservées jusqu'à ce que vous les supprimiez.", "", fact.RequestByPerson, "", ""},
		{"Les données bancaires ne sont conservées que le temps de la transaction.", "", fact.ServiceCompleted, "", ""},
	} {
		doc, err := prose.Plain([]byte("# Durées de conservation\n\n" + c.text + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		facts, _ := terms.Find(doc)
		ok := false
		for _, f := range facts {
			n := f.Norm
			ok = ok || f.Kind == fact.Retention && n.Text(fact.DurationKey) == c.duration && (c.trigger == "" || n.Text(fact.TriggerKey) == c.trigger) &&
				n.Text(fact.EventKey) == c.event && (c.after == "" || n.Text(fact.AfterKey) == c.after) || c.trigger == "" && f.Kind == fact.Retention && n.Text(fact.DurationKey) == c.duration && n.Start() != fact.Unspecified
		}
		if !ok {
			t.Errorf("%s: got %v", c.text, facts)
		}
	}
}

// TestPhases joins a second phase to the first.
func TestPhases(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Le dossier est conservé pendant la durée du contrat, puis archivé cinq ans.":                   fact.EndOfRelationship,
		"Les reçus sont conservés 3 ans à compter de la clôture du dossier, puis archivés 10 ans.":      fact.FileClosed,
		"Les fiches sont conservées pendant toute la durée du bail et archivées cinq ans après sa fin.": fact.EndOfRelationship,
	} {
		doc, err := prose.Plain([]byte("# Durées de conservation\n\n" + text + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		facts, _ := terms.Find(doc)
		if len(facts) != 2 || facts[1].Norm.Start() != want || facts[0].Norm.Text(fact.AfterKey) != fact.Archive {
			t.Errorf("%s: got %v", text, facts)
		}
	}
}
