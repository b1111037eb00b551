package read

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read/fact"
)

// undecided is the event of periods whose start the text does not give. Nothing is bound to
// it, so that nothing falls due before somebody has chosen.
const undecided policy.Event = "depart_a_decider"

// rules makes a rule of every statement on keeping. A second phase in the archive joins the
// rule before it.
func (d *drafter) rules() {
	var before *policy.Rule
	d.each(fact.Retention, func(f fact.Fact) {
		if period, ok := archived(f); ok && before != nil && before.Archive == nil && before.Keep.Read == "" && !before.Keep.AtLeast && before.By == "" {
			before.Archive, before.Then = &policy.Archive{Period: period, More: true}, policy.Erase
			before.Says = policy.Says(short(string(before.Says)+" … "+said(f.Quote), 400))
			before = nil
			return
		}
		p := &d.p.Purposes[d.purposeOf(f)]
		r, asks := d.rule(f)
		r.ID = policy.RuleID(fmt.Sprintf("%s.%d", p.ID, len(p.Rules)+1))
		for _, a := range asks {
			d.note("purposes."+string(p.ID), fmt.Sprintf("Règle %d : %s", len(p.Rules)+1, a))
		}
		p.Rules = append(p.Rules, r)
		before = nil
		if f.Norm.Text(fact.AfterKey) == fact.Archive {
			before = &p.Rules[len(p.Rules)-1]
		}
	})
}

// archived returns the period of a statement that may continue the one before it: a phase in
// the archive.
func archived(f fact.Fact) (policy.Period, bool) {
	period, ok := f.Period()
	return period, ok && !period.IsZero() && f.Norm.Text("tier") == fact.ArchiveTier
}

// purposeOf returns the purpose that a statement belongs to. One that belongs to none gets
// a purpose of its own, since two that stand apart need not be about the same data.
func (d *drafter) purposeOf(f fact.Fact) int {
	if i, ok := d.purposes[f.Norm.Text(fact.PurposeKey)]; ok {
		return i
	}
	i := d.add("", short(f.Quote, 90), policy.Says(said(f.Quote)))
	d.p.Purposes[i].Basis = []policy.Basis{policy.Unstated}
	d.note("purposes."+string(d.p.Purposes[i].ID), "Durée que le texte ne rattache à aucune finalité : la rattacher.")
	return i
}

// rule makes a rule of a statement, and says what it leaves open.
func (d *drafter) rule(f fact.Fact) (policy.Rule, []string) {
	r := policy.Rule{Then: policy.Erase, Says: policy.Says(said(f.Quote)), Paper: f.Norm.Text("tier") == fact.Paper}
	var asks []string
	start := f.Norm.Start()
	period, figure := f.Period()
	figure = figure && !period.IsZero() // at once after an event: until it
	switch {
	case start == fact.Handover:
		r.By = "Tiers désigné par le texte"
	case figure && f.Norm.Text("max_or_min") == fact.Min:
		r.Keep = policy.Keep{Set: true, Period: period, AtLeast: true}
		asks = append(asks, "c'est une durée minimale : au bout de combien de temps les données partent-elles ?")
	case figure:
		r.Keep = policy.Keep{Set: true, Period: period}
	case start == fact.Unspecified || start == fact.LegalLimitation || start == fact.FormDefined:
		r.Keep = policy.Keep{Operator: true}
		asks = append(asks, "le texte ne donne pas de chiffre : quelle durée, et depuis quel événement ?")
	default:
		r.Until = []policy.Event{d.event(start)}
	}
	if figure && start != fact.Handover {
		asks = append(asks, d.after(&r, f, start)...)
	}
	return r, append(asks, d.then(&r, f)...)
}

// after gives a rule the event that its period counts from.
func (d *drafter) after(r *policy.Rule, f fact.Fact, start string) []string {
	if start == fact.Unspecified {
		r.After = []policy.Event{d.event(string(undecided))}
		return []string{"à partir de quel événement ce délai court-il ?"}
	}
	if start == fact.AccountingYearEnd {
		r.After, r.Round = []policy.Event{d.event(fact.DocumentEstablished)}, policy.EndOfAccountingYear
		return nil
	}
	r.After = []policy.Event{d.event(start)}
	if other := f.Norm.Text(fact.AltTrigger); other != "" && other != start {
		r.After = append(r.After, d.event(other))
		return []string{"deux départs joints par « ou » : le plus tardif est retenu ici, est-ce voulu ?"}
	}
	return nil
}

// then says what becomes of the data.
func (d *drafter) then(r *policy.Rule, f fact.Fact) []string {
	switch f.Norm.Text(fact.AfterKey) {
	case fact.Anonymise:
		r.Then = policy.Anonymise
	case fact.AskAgain:
		if len(r.After) > 0 && !r.Keep.AtLeast {
			r.Then, r.Ask = policy.AskAgain, &policy.Ask{Window: policy.Months(1), Then: policy.Erase}
			return []string{"combien de temps attendre la réponse de la personne ? (1 mois ici)"}
		}
	case fact.Archive:
		return []string{"puis archivage : combien de temps ?"}
	case fact.Unspecified:
		if !r.Keep.AtLeast && r.By == "" {
			return []string{"le texte ne dit pas ce que deviennent les données au terme : effacement retenu."}
		}
	}
	return nil
}

// event declares an event once and returns its name.
func (d *drafter) event(start string) policy.Event {
	id := policy.Event(start)
	for _, e := range d.p.Events {
		if e.ID == id {
			return id
		}
	}
	title := eventTitles[start]
	if title == "" {
		title = start
	}
	d.p.Events = append(d.p.Events, policy.Named[policy.Event]{ID: id, Title: title})
	return id
}

var eventTitles = map[string]string{
	string(undecided): "Point de départ à décider", fact.EndOfRelationship: "Fin de la relation", fact.LastContact: "Dernier contact",
	fact.FirstContact: "Premier contact", fact.Collection: "Collecte", fact.OptOut: "Opposition ou désinscription", fact.Withdrawal: "Retrait du consentement",
	fact.DecisionNotified: "Notification de la décision", fact.Recording: "Enregistrement", fact.ApplicationMade: "Dépôt de la candidature",
	fact.CookieDeposit: "Dépôt du cookie", fact.FileClosed: "Clôture du dossier", fact.SiteCompletion: "Fin du chantier", fact.CreditDecided: "Décision de crédit",
	fact.DisputeResolved: "Fin du litige", fact.RequestByPerson: "Demande de la personne", fact.RequestProcessed: "Demande traitée",
	fact.ServiceCompleted: "Prestation terminée", fact.Delisting: "Fin du référencement", fact.AuthorityDecision: "Décision d'une autorité",
	fact.PublicationRemoved: "Retrait de la publication", fact.NoPositiveAnswer: "Absence de réponse positive", fact.Yearly: "Purge annuelle précédente",
	fact.InvoiceDate: "Date de la facture", fact.CertificateIssued: "Délivrance du certificat", fact.AccountClosed: "Fermeture du compte",
	fact.EventDate: "Événement nommé par le texte", fact.EmploymentEnd: "Fin du contrat de travail", fact.SchoolYearEnd: "Fin de l'année ou de la saison",
	fact.MembershipEnd: "Fin de l'adhésion", fact.LastLogin: "Dernière connexion", fact.LastPurchase: "Dernier achat", fact.DocumentEstablished: "Établissement de la pièce",
}
