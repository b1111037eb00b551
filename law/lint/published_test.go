package lint

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// notice is a text the rules have nothing to say about; each rule changes one sentence of it.
const notice = `# Vos données à la Boutique du Phare

Version du 3 mars 2026.

La Boutique du Phare, SARL, 3 quai des Brumes, 29000 Exempleville, est responsable du traitement.

## Finalités

- Livrer vos commandes (exécution du contrat)
- Tenir nos comptes (obligation légale, article L. 123-22 du code de commerce)
- Prospection commerciale par courriel (consentement)

## Durées

Les données des commandes sont conservées cinq ans après la livraison.

## Destinataires

Nous transmettons vos données à notre transporteur.

## Vos droits

Vous avez un droit d'accès, de rectification, d'effacement, de limitation, de portabilité et d'opposition.
Vous pouvez vous opposer sans motif à toute prospection.
Écrivez à donnees@phare.example. Nous répondons dans un délai d'un mois.
Vous pouvez introduire une réclamation auprès de la CNIL.
`

// texts give each rule the sentence that is changed, and what it becomes when the rule is
// broken; with nothing to change, the sentence is added to the rights.
var texts = map[string][2]string{
	"L02": {"Écrivez à donnees@phare.example.", "Contactez notre délégué à la protection des données."},
	"L10": {"", "En acceptant les conditions générales, vous acceptez de recevoir nos offres."},
	"L11": {"", "En poursuivant votre navigation, vous acceptez nos traceurs."},
	"L12": {"(obligation légale, article L. 123-22 du code de commerce)", "(obligation légale)"},
	"L35": {"", "Vous pouvez vous inscrire sur Bloctel."},
	"L40": {"à notre transporteur.", "à nos partenaires commerciaux pour leurs offres."},
	"L43": {"Vous pouvez vous opposer sans motif à toute prospection.", ""},
	"L46": {"Vous pouvez introduire une réclamation auprès de la CNIL.", ""},
	"L47": {"", "Joignez à votre demande la copie d'une pièce d'identité."},
	"L48": {"dans un délai d'un mois.", "dans un délai de deux mois."},
	"L51": {"", "Ces données viennent du formulaire de commande."},
	"L54": {"", "Une décision entièrement automatisée accepte ou refuse votre paiement en plusieurs fois."},
	"L61": {"Version du 3 mars 2026.", ""},
}

// judged returns the rules that a text breaks on a day.
func judged(t *testing.T, text, day string) []string {
	t.Helper()
	doc, err := prose.Open("a.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var said []Said
	for _, b := range doc.Blocks {
		for _, s := range b.Sentences() {
			start, _ := b.Span(s.Start, s.End)
			said = append(said, Said{s.Text, start})
		}
	}
	var out []string
	for _, f := range Published(read.Read("a.md", doc).Facts, said, values(t, day)) {
		if f.Article == "" || f.Path != "" || f.Message.FR == "" || f.Message.EN == "" || f.Remedy.FR == "" || f.Remedy.EN == "" || f.Certainty == "" || f.Severity == "" {
			t.Errorf("%s is told in half: %+v", f.Rule, f)
		}
		out = append(out, f.Rule)
	}
	return out
}

func TestPublished(t *testing.T) {
	t.Parallel()
	if found := judged(t, notice, "2026-11-22"); len(found) > 0 {
		t.Fatalf("the text is faulted where nothing is wrong: %v", found)
	}
	for rule, change := range texts {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			text := notice + change[1] + "\n"
			if change[0] != "" {
				text = replaced(t, notice, change[0], change[1])
			}
			if found := judged(t, text, "2026-11-22"); !slices.Equal(found, []string{rule}) {
				t.Errorf("found %v", found)
			}
		})
	}
}

// TestPublishedDay asks the law of the day before Bloctel ended.
func TestPublishedDay(t *testing.T) {
	t.Parallel()
	if found := judged(t, notice+texts["L35"][1]+"\n", "2026-08-10"); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

// TestPublishedExample holds that the text of the example is faulted in nothing.
func TestPublishedExample(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../examples/energy-renovation/policy.fr.md")
	if err != nil {
		t.Fatal(err)
	}
	if found := judged(t, string(b), "2026-11-22"); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

func replaced(t *testing.T, text, old, by string) string {
	t.Helper()
	out := strings.Replace(text, old, by, 1)
	if out == text {
		t.Fatalf("%q is not in the text", old)
	}
	return out
}
