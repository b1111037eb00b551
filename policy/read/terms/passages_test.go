package terms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
	"github.com/garant-rgpd/garant/policy/read/terms"
)

// passages are written for these tests, in the styles of many trades. A wanted line is
// "duration start after" for a keeping, "basis" or "purpose: words" for the others.
var passages = []struct {
	name, text string
	keeps      []string
	bases      []string
	purposes   []string
}{
	{
		name:  "hotel, one sentence with three rules",
		text:  "# Durée de conservation\nLes fiches clients sont conservées trois ans après votre dernier séjour, les factures dix ans à compter de la clôture de l'exercice comptable et les images de vidéosurveillance un mois.",
		keeps: []string{"P3Y last_purchase -", "P10Y accounting_year_end -", "P1M - -"},
	},
	{
		name:  "association, items",
		text:  "# Combien de temps gardons-nous vos données ?\n- Adhérents : pendant la durée de l'adhésion puis trois (3) ans à compter de la fin de celle-ci\n- Donateurs : 6 ans à compter du dernier don\n- Abonnés à la lettre : jusqu'à votre désinscription",
		keeps: []string{"- membership_end -", "P3Y membership_end -", "P6Y last_purchase -", "- opt_out -"},
	},
	{
		name:  "doctor",
		text:  "# Conservation\nVotre dossier médical est conservé 20 ans à compter de votre dernière consultation. Au terme de ce délai, il est détruit.",
		keeps: []string{"P20Y event_date erase"},
	},
	{
		name:  "candidates",
		text:  "# Recrutement\nSauf opposition de votre part, votre CV est conservé pendant 24 mois à compter du dernier contact avec le candidat, puis supprimé.",
		keeps: []string{"P24M last_contact erase"},
	},
	{
		name: "answer is no keeping",
		text: "# Vos droits\nNous répondons dans un délai d'un mois à compter de la réception de votre demande. Ce délai peut être prolongé de deux mois.",
	},
	{
		name: "breach is no keeping",
		text: "# Sécurité\nToute violation est notifiée à la CNIL dans les 72 heures et archivée.",
	},
	{
		name: "age is no keeping",
		text: "# Mineurs\nNous ne conservons pas les données des enfants de moins de 15 ans.",
	},
	{
		name:  "cookies",
		text:  "# Cookies\nLes cookies ont une durée de vie maximale de 13 mois. Votre choix est conservé pendant six mois.",
		keeps: []string{"P13M deposit_of_cookie -", "P6M - -"},
	},
	{
		name:  "floor",
		text:  "# Archivage\nLes registres sont conservés au moins cinq ans.",
		keeps: []string{"min P5Y - -"},
	},
	{
		name:  "active then archive",
		text:  "# Durées\nVos données sont conservées en base active pendant toute la durée de la relation contractuelle, puis archivées pendant cinq ans à compter de la fin du contrat.",
		keeps: []string{"- end_of_relationship archive", "P5Y end_of_relationship -"},
	},
	{
		name:  "vague",
		text:  "# Durée\nVos données ne sont conservées que le temps nécessaire à l'accomplissement de l'objectif poursuivi.",
		keeps: []string{"- - -"},
	},
	{
		name:  "the end of what another section does not speak of",
		text:  "# Devis\nVos données sont effacées trois ans après votre dernier contact.\n# Artisans\nNous gardons ces informations pendant le référencement puis cinq ans après sa fin.",
		keeps: []string{"P3Y last_contact erase", "P5Y - -"},
	},
	{
		name:  "two starts",
		text:  "# Durée\nLes données des prospects sont effacées trois ans après leur collecte ou le dernier contact émanant du prospect.",
		keeps: []string{"P3Y collection|last_contact erase"},
	},
	{
		name:  "account",
		text:  "# Conservation\nNous conservons vos informations tant que votre compte est actif. Elles sont anonymisées après deux ans d'inactivité.",
		keeps: []string{"- account_closed -", "P2Y last_contact anonymise"},
	},
	{
		name:  "start before the period",
		text:  "# Conservation\nÀ compter de la clôture de votre dossier, les pièces sont archivées pendant une durée de vingt-quatre mois.",
		keeps: []string{"P24M file_closed -"},
	},
	{
		name:     "bases as headings",
		text:     "# Pourquoi utilisons-nous vos données ?\n## Sur la base de votre consentement\n- Vous envoyer notre lettre d'information\n- Publier votre portrait\n## Pour l'exécution du contrat\n- Livrer vos commandes",
		bases:    []string{"consent", "consent", "contract"},
		purposes: []string{"Vous envoyer notre lettre d'information", "Publier votre portrait", "Livrer vos commandes"},
	},
	{
		name:     "table",
		text:     "# Traitements\n| Finalité | Base légale | Durée de conservation |\n| Gestion des réservations | Exécution du contrat | 3 ans à compter du séjour |\n| Infolettre | Consentement | Jusqu'au retrait du consentement |",
		keeps:    []string{"P3Y event_date -", "- withdrawal -"},
		bases:    []string{"contract", "consent"},
		purposes: []string{"Gestion des réservations", "Infolettre"},
	},
	{
		name:     "table without a basis",
		text:     "# Traitements\n| Traitement | Base juridique |\n| Gestion du personnel | Obligation légale |\n| Vidéosurveillance | |",
		bases:    []string{"legal_obligation", "unstated"},
		purposes: []string{"Gestion du personnel", "Vidéosurveillance"},
	},
	{
		name:     "flattened table",
		text:     "# Finalités\nFinalité du traitementDonnéesBase légale\nInscription des élèves\nNom, prénom, classe\nMission d'intérêt public\nCantine scolaire\nAllergies, quotient familial\nConsentement des parents",
		bases:    []string{"public_interest", "consent"},
		purposes: []string{"Inscription des élèves", "Cantine scolaire"},
	},
	{
		name:     "basis in brackets",
		text:     "# Finalités\nVos données sont traitées pour les finalités suivantes :\n- la gestion des inscriptions (exécution d'un contrat) ;\n- la sécurité du site (intérêt légitime).",
		bases:    []string{"contract", "legitimate_interest"},
		purposes: []string{"la gestion des inscriptions (exécution d'un contrat)", "la sécurité du site (intérêt légitime)"},
	},
	{
		name:     "prose",
		text:     "# Utilisation de vos données\nNous utilisons vos coordonnées afin de traiter vos demandes de visite. Ce traitement est fondé sur l'exécution de mesures précontractuelles.",
		bases:    []string{"precontract"},
		purposes: []string{"afin de traiter vos demandes de visite"},
	},
	{
		name:     "town hall",
		text:     "# Finalités\nLes informations recueillies sont enregistrées dans un fichier informatisé par la mairie pour la gestion des listes électorales. La base légale du traitement est l'obligation légale.",
		bases:    []string{"legal_obligation"},
		purposes: []string{"pour la gestion des listes électorales"},
	},
	{
		name: "withdrawal is no basis",
		text: "# Vos droits\nVous pouvez retirer votre consentement à tout moment lorsque le traitement est fondé sur celui-ci.",
	},
	{
		name: "recipients are no purposes",
		text: "# Destinataires\nVos données sont transmises, pour les besoins du service, à :\n- notre hébergeur\n- notre comptable",
	},
	{
		name:  "logs",
		text:  "# Sécurité\nLes journaux de connexion sont conservés pendant une durée d'un an à compter de leur enregistrement.",
		keeps: []string{"P1Y collection -"},
	},
	{
		name:  "school",
		text:  "# Durée de conservation\nLes données sont conservées jusqu'à la fin de l'année scolaire en cours.",
		keeps: []string{"- school_year_end -"},
	},
	{
		name:  "opposition list",
		text:  "# Prospection\nVotre adresse est conservée sur une liste d'opposition pendant 3 ans à compter de l'exercice du droit d'opposition.",
		keeps: []string{"P3Y opt_out -"},
	},
	{
		name:  "contact form",
		text:  "# Formulaire de contact\nVos messages sont supprimés un an après le traitement de votre demande.",
		keeps: []string{"P1Y request_processed erase"},
	},
	{
		name:  "bank card",
		text:  "# Paiement\nLes données de carte bancaire sont conservées 13 mois suivant la date de débit, délai porté à 15 mois pour les cartes à débit différé.",
		keeps: []string{"P13M event_date -", "P15M - -"},
	},
	{
		name:  "vital interests",
		text:  "# Bases légales\n- La sauvegarde des intérêts vitaux de la personne\n- Le respect d'une obligation légale",
		bases: []string{"vital_interests", "legal_obligation"},
	},
	{
		name:  "dispute",
		text:  "# Conservation\nEn cas de contentieux, les pièces sont conservées jusqu'à l'épuisement des voies de recours.",
		keeps: []string{"- dispute_resolved -"},
	},
}

func TestPassages(t *testing.T) {
	t.Parallel()
	for _, p := range passages {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			facts, _ := terms.Find(document(p.text))
			check(t, "keeps", kept(facts), p.keeps)
			check(t, "bases", stated(facts, fact.LegalBasis, fact.BasisKey), p.bases)
			check(t, "purposes", stated(facts, fact.Purpose, "title"), p.purposes)
			for _, f := range facts {
				if f.Quote != p.text[f.Start:f.End] {
					t.Errorf("%q does not stand at %d", f.Quote, f.Start)
				}
			}
		})
	}
}

func check(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func kept(facts []fact.Fact) []string {
	var out []string
	for _, f := range facts {
		if f.Kind != fact.Retention {
			continue
		}
		start := f.Norm.Start()
		if other := f.Norm.Text(fact.AltTrigger); other != "" {
			start += "|" + other
		}
		line := fmt.Sprint(or(f.Norm.Text(fact.DurationKey)), " ", or(start), " ", or(f.Norm.Text(fact.AfterKey)))
		if f.Norm.Text("max_or_min") == fact.Min {
			line = "min " + line
		}
		out = append(out, line)
	}
	return out
}

func or(s string) string {
	if s == "" || s == fact.Unspecified {
		return "-"
	}
	return s
}

func stated(facts []fact.Fact, kind fact.Kind, key string) []string {
	var out []string
	for _, f := range facts {
		if f.Kind == kind {
			out = append(out, f.Norm.Text(key))
		}
	}
	return out
}

// document makes blocks of lines: "# heading", "- item", "| cell | cell |", paragraph.
func document(text string) prose.Document {
	d := prose.Document{Source: []byte(text)}
	var heads []int
	row, at := 0, 0
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
			level := strings.IndexByte(line, ' ')
			d.Blocks = append(d.Blocks, block(prose.Heading, line, at, level+1))
			heads = []int{len(d.Blocks) - 1}
		case strings.HasPrefix(line, "- "):
			d.Blocks = append(d.Blocks, block(prose.Item, line, at, 2))
		case strings.HasPrefix(line, "|"):
			row++
			d.Blocks = append(d.Blocks, cells(line, at, row)...)
		default:
			d.Blocks = append(d.Blocks, block(prose.Paragraph, line, at, 0))
		}
		d.Blocks[len(d.Blocks)-1].Heads = heads
		at += len(line) + 1
	}
	return d
}

func cells(line string, at, row int) []prose.Block {
	var out []prose.Block
	for i, c := range strings.Split(strings.Trim(line, "|"), "|") {
		if text := strings.TrimSpace(c); text != "" {
			b := block(prose.Cell, text, at+strings.Index(line, text), 0)
			b.Table, b.Row, b.Col, b.Header = 1, row, i+1, row == 1
			out = append(out, b)
		}
	}
	return out
}

func block(kind prose.Kind, line string, at, skip int) prose.Block {
	b := prose.Block{Kind: kind, Level: 1, Text: line[skip:]}
	for i := range len(b.Text) + 1 {
		b.Pos = append(b.Pos, at+skip+i)
	}
	return b
}
