package project

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const toldPolicy = `controller: {name: Copeaux, contact: droits@copeaux.example}
text: policy.fr.md
people: {client: Client}
data: {contact: Coordonnées}
events: {last_contact: Dernier contact}
purposes:
  quotes:
    title: Devis
    basis: precontract
    people: client
    data: contact
    says: "§ 1"
    retention:
      - {keep: 3 years, after: last_contact, then: erase}
recipients:
  carrier: {title: Transporteur Roulebois, role: processor}
transfers:
  mailing: {to: US, safeguards: dpf}
`

// TestTold compares bases, recipients and transfers; each text differs in one of them.
func TestTold(t *testing.T) {
	t.Parallel()
	const (
		quotes    = "## § 1 Devis\n\nNous chiffrons vos projets. Base : les mesures précontractuelles. Les devis sont conservés trois ans.\n\n"
		parties   = "## § 2 Destinataires\n\nNous transmettons vos données au transporteur Roulebois.\n\n"
		transfers = "## § 3 Transferts\n\nNotre outil d'envoi est situé aux États-Unis, sous le Data Privacy Framework.\n"
	)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"the same", quotes + parties + transfers, nil},
		{"another basis", "## § 1 Devis\n\nNous chiffrons vos projets. Base : votre consentement. Les devis sont conservés trois ans.\n\n" + parties + transfers,
			[]string{"published-basis policy.fr.md:1"}},
		{"a recipient more", quotes + parties + "Vos données sont communiquées à notre assureur, la mutuelle Copaux.\n\n" + transfers,
			[]string{"published-recipient policy.fr.md:9"}},
		{"no recipient", quotes + transfers, []string{"unpublished-recipient policy.yaml:16"}},
		{"another country", quotes + parties + "## § 3 Transferts\n\nNotre outil d'envoi est situé en Inde, sous clauses contractuelles types.\n",
			[]string{"published-transfer policy.fr.md:11"}},
		{"no transfer", quotes + parties, []string{"unpublished-transfer policy.yaml:18"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, compared(t, toldPolicy, c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
