package lint

import (
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read/fact"
)

// Said is a sentence of a published text.
type Said struct {
	Text string
	// Start is where it begins: bytes of the text, from 0.
	Start int
}

// Published returns the findings about a published text: what a notice must say and this one
// does not, and what it says that the law faults. The facts are those that a reader of the
// text found, the sentences are all of it in order. A finding about what is missing stands at
// the beginning of the text. A text that says nothing of data is not judged.
func Published(facts []fact.Fact, text []Said, v law.Values) []Finding {
	if len(facts) < 5 || len(text) == 0 {
		return nil
	}
	t := &published{judge: judge{law: v, words: vocabulary{wordings()}}, facts: facts, text: text}
	t.owed()
	t.faulted()
	t.answers()
	return t.found
}

// published collects the findings about one text.
type published struct {
	judge
	facts []fact.Fact
	text  []Said
}

// fact returns the first fact of a kind that a test accepts.
func (t *published) fact(kind fact.Kind, ok func(fact.Fact) bool) (fact.Fact, bool) {
	for _, f := range t.facts {
		if f.Kind == kind && (ok == nil || ok(f)) {
			return f, true
		}
	}
	return fact.Fact{}, false
}

// says returns the first sentence with a meaning.
func (t *published) says(meaning string) (Said, bool) {
	for _, s := range t.text {
		if t.words.about(s.Text, meaning) {
			return s, true
		}
	}
	return Said{}, false
}

func quoted(f fact.Fact) place {
	return place{inText: true, offset: f.Start, says: policy.Says(f.Quote)}
}
func (s Said) place() place { return place{inText: true, offset: s.Start, says: policy.Says(s.Text)} }

// nowhere is the place of what the text does not say.
func nowhere() place { return place{inText: true} }

// owed judges what articles 13 and 14 want every notice to say.
func (t *published) owed() {
	if _, ok := t.fact(fact.Complaint, nil); !ok {
		t.find(charge{"L46", Error, "RGPD, art. 13(2)(d)", law.Settled}, nowhere(),
			Words{"le texte ne dit pas que l’on peut saisir la CNIL", "the text does not say that one may complain to the CNIL"},
			Words{"ajouter la phrase, avec l’adresse ou le site de la CNIL", "add the sentence, with the address or the site of the CNIL"})
	}
	if f, ok := t.fact(fact.DPOContact, func(f fact.Fact) bool { return f.Norm.Get("designated") == true }); ok {
		_, reach := t.fact(fact.DPOContact, func(f fact.Fact) bool { return f.Norm.Text("channel") != "" })
		if _, right := t.fact(fact.RightChannel, func(f fact.Fact) bool { return f.Norm.Text("channel") != "" }); !reach && !right {
			t.find(charge{"L02", Error, "RGPD, art. 13(1)(b) et 37(7)", law.Settled}, quoted(f),
				Words{"le texte parle d’un délégué et ne dit pas où le joindre", "the text speaks of a data protection officer and does not say where to reach one"},
				Words{"donner une adresse", "give an address"})
		}
	}
	if form, ok := t.says("form"); ok {
		if _, marked := t.fact(fact.MandatoryFields, nil); !marked {
			t.find(charge{"L51", Warning, "RGPD, art. 13(2)(e)", law.Settled}, form.place(),
				Words{"le texte parle d’un formulaire et ne dit pas quels champs sont obligatoires, ni ce qui suit d’un refus", "the text speaks of a form and does not say which fields are mandatory, nor what follows from a refusal"},
				Words{"le dire, et le marquer sur le formulaire", "say so, and mark it on the form"})
		}
	}
	if _, ok := t.says("dated"); !ok {
		t.find(charge{"L61", Warning, "RGPD, art. 12(1)", law.Settled}, nowhere(),
			Words{"le texte ne porte pas de date ni de version", "the text bears no date and no version"},
			Words{"le dater, et garder les versions", "date it, and keep the versions"})
	}
	t.objection()
	t.sources()
}

// objection wants the right to object to prospecting told apart (article 21(4)).
func (t *published) objection() {
	meant := meanings()
	promo, ok := t.fact(fact.Purpose, func(f fact.Fact) bool { return meant.about(f.Norm.Text("title"), "prospecting") })
	if !ok {
		return
	}
	if _, told := t.says("objection_marketing"); !told {
		t.find(charge{"L43", Error, "RGPD, art. 21(2) à 21(4)", law.Settled}, quoted(promo),
			Words{"le texte prospecte et ne dit pas à part que l’on peut s’y opposer sans motif", "the text prospects and does not say apart that one may object without a reason"},
			Words{"ajouter une phrase propre à la prospection", "add a sentence of its own on prospecting"})
	}
}

// sources wants a text of law beside a legal obligation. One remark is enough for all.
func (t *published) sources() {
	bare, n := fact.Fact{}, 0
	for _, f := range t.facts {
		if f.Kind == fact.LegalBasis && f.Norm.Text(fact.BasisKey) == fact.BasisObligation && !t.words.about(f.Quote, "legal_text") {
			if n++; n == 1 {
				bare = f
			}
		}
	}
	if n > 0 {
		t.find(charge{"L12", Warning, "RGPD, art. 6(3)", law.Settled}, quoted(bare),
			Words{fmt.Sprintf("le texte invoque %d fois une obligation légale sans citer de texte", n), fmt.Sprintf("the text invokes a legal obligation %d times without naming the law", n)},
			Words{"nommer l’article qui oblige", "name the article that obliges"})
	}
}

// faulted judges wordings.
func (t *published) faulted() {
	if s, ok := t.says("opt_out"); ok {
		t.find(charge{"L11", Error, "RGPD, art. 4(11) ; CJUE, C-673/17", law.Settled}, s.place(),
			Words{"le texte prend un silence, une case cochée d’avance ou la navigation pour un consentement", "the text takes silence, a box ticked in advance or browsing for consent"},
			Words{"demander un acte positif, par finalité", "ask for a positive act, purpose by purpose"})
	}
	if s, ok := t.says("bundled"); ok {
		t.find(charge{"L10", Error, "RGPD, art. 7(2) et 7(4)", law.Settled}, s.place(),
			Words{"le consentement est pris avec l’acceptation des conditions générales", "consent is taken with the acceptance of the general conditions"},
			Words{"séparer les deux demandes", "part the two requests"})
	}
	if s, ok := t.says("bloctel"); ok && !t.law.Day.Before(policy.MustDate("2026-08-11")) {
		t.find(charge{"L35", Warning, "C. conso., art. L. 223-1 (depuis le 11 août 2026)", law.Settled}, s.place(),
			Words{"le texte renvoie à Bloctel, qui a pris fin le 11 août 2026", "the text refers to Bloctel, which ended on 11 August 2026"},
			Words{"ôter le renvoi ; l’appel d’un consommateur demande désormais son consentement", "remove the reference; calling a consumer now takes consent"})
	}
	if f, ok := t.fact(fact.Recipient, func(f fact.Fact) bool { return t.words.about(f.Quote, "partners") && !t.words.about(f.Quote, "listed") }); ok {
		t.find(charge{"L40", Error, "RGPD, art. 13(1)(e) ; CNIL, transmission aux partenaires (2018)", law.OurReading}, quoted(f),
			Words{"des partenaires reçoivent des données pour prospecter et ne sont pas nommés", "partners receive data to prospect and are not named"},
			Words{"tenir une liste datée des partenaires et y renvoyer", "keep a dated list of the partners and refer to it"})
	}
	if f, ok := t.fact(fact.AutomatedDecision, func(f fact.Fact) bool { return f.Norm.Get("exists") == true }); ok {
		if _, review := t.fact(fact.Right, func(f fact.Fact) bool { return f.Norm.Text("right") == "human_review" }); !review {
			t.find(charge{"L54", Error, "RGPD, art. 13(2)(f) et 22", law.Settled}, quoted(f),
				Words{"le texte annonce une décision automatisée sans dire que l’on peut obtenir l’intervention d’une personne", "the text announces an automated decision and does not say that one may obtain the intervention of a person"},
				Words{"dire la logique, les effets, et ce droit", "tell the logic, the effects, and that right"})
		}
	}
}

// answers judges how requests are said to be answered.
func (t *published) answers() {
	if f, ok := t.fact(fact.RightChannel, func(f fact.Fact) bool { return f.Norm.Text("identity_check") != "" && f.Norm.Text("condition") == "" }); ok {
		t.find(charge{"L47", Error, "RGPD, art. 12(6)", law.Settled}, quoted(f),
			Words{"le texte demande un justificatif d’identité à tous", "the text asks everybody for a proof of identity"},
			Words{"ne le demander qu’en cas de doute raisonnable", "ask for it only where there is a reasonable doubt"})
	}
	limit, err := t.law.Period("answer.period")
	if err != nil {
		return
	}
	late := func(f fact.Fact) bool {
		period, ok := f.Period()
		return f.Norm.Text("for") == "rights_request" && ok && longer(period, limit) && !strings.Contains(f.Quote, "prolong")
	}
	if f, ok := t.fact(fact.Deadline, late); ok {
		t.find(charge{"L48", Error, "RGPD, art. 12(3)", law.Settled}, quoted(f),
			Words{"le texte annonce une réponse plus tard que " + limit.French(), "the text announces an answer later than " + limit.String()},
			Words{"répondre dans le mois ; deux mois de plus seulement si la demande est complexe, en le disant", "answer within the month; two more only for a complex request, and say so"})
	}
}
