package notice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/notice"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// passages are written for this test, in the styles of many trades. A wanted line is a kind,
// then what its norm must hold; a kind with ! before it must not be found.
var passages = []struct {
	name, text string
	want       []string
}{
	{"controller by name", "# Responsable\nLe responsable du traitement est la SARL Bouclette, salon de coiffure.", []string{"controller"}},
	{"controller by its papers", "Ce site est édité par Pinson Vert, SAS au capital de 5 000 euros, SIREN 000 111 222.", []string{"controller registration=000 111 222"}},
	{"a duty names nobody", "# Sécurité\nLe responsable du traitement veille à la sécurité des données.", []string{"!controller"}},
	{"joint controllers", "La ville et l'office de tourisme sont conjointement responsables de l'agenda.", []string{"joint_controller", "!controller"}},
	{"processor", "Pour les dossiers de nos clients, le cabinet agit en qualité de sous-traitant.", []string{"processor_role"}},
	{"officer", "Notre déléguée à la protection des données peut être jointe à dpo@pinson.example.", []string{"dpo_contact role=dpo", "dpo_contact email=dpo@pinson.example"}},
	{"to complain is a verb too", "# Vos droits\nVous pouvez vous plaindre à la CNIL. Vous pouvez dire ce qu’il faudra faire de vos données après votre décès.", []string{"complaint authority=CNIL", "right right=post_mortem"}},
	{"the supervisory authority is no contact", "# Réclamation\nVous pouvez saisir la CNIL, 3 place de Fontenoy, 75007 Paris.", []string{"complaint authority=CNIL", "!dpo_contact"}},
	{"rights in one sentence", "# Vos droits\nVous bénéficiez d'un droit d'accès, de rectification, d'effacement, de limitation, d'opposition et de portabilité.",
		[]string{"right right=access", "right right=rectification", "right right=erasure", "right right=restriction", "right right=objection", "right right=portability"}},
	{"rights in plain words", "# Que puis-je demander ?\nÀ tout moment, consultez vos données : vous pouvez les corriger, demander leur suppression ou vous opposer à la prospection.",
		[]string{"right right=rectification", "right right=erasure", "right right=objection"}},
	{"directives", "# Vos droits\nVous pouvez fixer des directives sur le sort de vos données après votre mort.", []string{"right right=post_mortem"}},
	{"a human", "# Vos droits\nVous pouvez demander l'intervention d'une personne humaine et contester la décision.", []string{"right right=human_review"}},
	{"withdrawal anywhere", "# Lettre\nVous pouvez à tout moment retirer votre consentement par le lien en bas du message.", []string{"right right=withdraw_consent"}},
	{"how to use them", "# Vos droits\nÉcrivez à droits@ruche.example ou à La Ruche, 3 rue des Prés, 31000 Toulouse, avec une copie de pièce d'identité en cas de doute.",
		[]string{"right_channel channel=email", "right_channel identity_check=id_copy"}},
	{"answer in time", "# Vos droits\nNous répondons dans un délai d'un mois.", []string{"deadline duration=P1M"}},
	{"recipients in a list", "# Qui reçoit vos données ?\n- notre comptable\n- la caisse de retraite\n- l'imprimeur des cartes", []string{"recipient role=professional", "recipient role=authority", "recipient role=processor"}},
	{"recipients in a sentence", "# Partage\nVos coordonnées sont transmises au transporteur.", []string{"recipient"}},
	{"nobody", "# Vos données\nNous ne vendons ni ne louons vos données.", []string{"recipient recipient=none"}},
	{"an assurance is no recipient", "# Sous-traitants\nCes prestataires sont tenus de respecter la confidentialité des données.", []string{"!recipient"}},
	{"a host", "# Hébergement\nLes données sont hébergées par la société Nuage Breton.", []string{"recipient"}},
	{"the person sends", "# Collecte\nVous nous transmettez vos nom et prénom par le formulaire.", []string{"!recipient"}},
	{"a transfer with its instrument", "# Transferts\nDes données partent vers les États-Unis sous clauses contractuelles types.", []string{"transfer country=US"}},
	{"no transfer", "# Transferts\nAucune donnée n'est transférée hors de l'Union européenne.", []string{"transfer"}},
	{"inside the Union", "# Hébergement\nNos serveurs sont situés en France.", []string{"security location=FR", "!transfer"}},
	{"breach", "# Incidents\nEn cas de violation de données, nous informons la CNIL dans les 72 heures.", []string{"breach deadline=PT72H"}},
	{"change", "# Évolution\nNous pouvons modifier la présente politique et vous en informerons par courriel.", []string{"policy_change notify=data_subjects"}},
	{"fields", "# Formulaires\nLes champs obligatoires sont marqués d'un astérisque.", []string{"mandatory_fields marking=asterisk"}},
	{"no machine decides", "# Décisions\nAucune décision automatisée n'est prise à votre sujet.", []string{"automated_decision"}},
	{"cookies", "# Cookies\nNous utilisons des cookies de mesure d'audience.", []string{"cookie category=analytics"}},
	{"a cookie that is refused is no objection", "# Cookies\nVous pouvez vous opposer au dépôt de cookies.", []string{"!right"}},
	{"security", "# Sécurité\nLes mots de passe sont chiffrés et l'accès est protégé par une authentification forte.", []string{"security"}},
	{"sources", "# Comment collectons-nous vos données ?\n- lorsque vous remplissez un formulaire, nous recueillons votre nom", []string{"source_of_data source=direct"}},
	{"consent of parents", "# Photos\nLes photos d'enfants ne sont publiées qu'avec l'accord écrit préalable de leurs parents.", []string{"consent"}},
}

func TestPassages(t *testing.T) {
	t.Parallel()
	for _, p := range passages {
		doc, err := prose.Plain([]byte(p.text))
		if err != nil {
			t.Fatal(err)
		}
		facts, _ := notice.Find(doc)
		var got []string
		for _, f := range facts {
			got = append(got, string(f.Kind)+": "+f.Quote)
		}
		for _, w := range p.want {
			kind, no := strings.CutPrefix(w, "!")
			if found := slices.ContainsFunc(facts, func(f fact.Fact) bool { return holds(f, kind) }); found == no {
				t.Errorf("%s: %s\n%s", p.name, w, strings.Join(got, "\n"))
			}
		}
	}
}

func holds(f fact.Fact, want string) bool {
	kind, norm, _ := strings.Cut(want, " ")
	key, value, _ := strings.Cut(norm, "=")
	return string(f.Kind) == kind && (key == "" || f.Norm.Text(key) == value)
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	doc, err := prose.Plain([]byte("# Partage\nVos données sont transmises à nos partenaires.\nElles ne sont jamais vendues.\n# Transferts\nCertaines données sont transférées hors de l'Union européenne.\nToutes vos données sont hébergées en France.\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, asks := notice.Find(doc)
	for _, want := range []fact.Ask{fact.UnnamedParty, fact.NoSafeguard, fact.NoCountry, fact.Contradiction} {
		if !slices.ContainsFunc(asks, func(q fact.Question) bool { return q.Kind == want }) {
			t.Errorf("%s is not asked: %v", want, asks)
		}
	}
}

// What is not sold may be shared, and one provider at home says nothing of the others.
func TestNoContradiction(t *testing.T) {
	t.Parallel()
	doc, err := prose.Plain([]byte("# Partage\nVos données ne sont jamais vendues.\nElles sont transmises à notre transporteur.\n# Transferts\nNotre hébergeur est situé en France.\nL'outil d'envoi de courriels est situé aux États-Unis, sous clauses contractuelles types.\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, asks := notice.Find(doc)
	for _, q := range asks {
		if q.Kind == fact.Contradiction {
			t.Errorf("asked: %s (%s)", q.Text, q.Quote)
		}
	}
}
