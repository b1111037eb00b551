package collect

import (
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Notice is what people are told where data are collected (article 13 GDPR), made from the
// policy. Titles stand in the language of the policy.
type Notice struct {
	Lines []NoticeLine `json:"lines"`
	// Phone is said beside the field of a telephone number (article L. 223-2 of the consumer
	// code); nil where none is asked for.
	Phone *consent.Text `json:"phone,omitempty"`
}

// NoticeLine is one thing that people are told, under its heading.
type NoticeLine struct {
	Title consent.Text   `json:"title"`
	Says  []consent.Text `json:"says"`
}

// NoticeOf makes the notice of a form.
func NoticeOf(f Form, p policy.Policy) Notice {
	w := noticeWriter{form: f, policy: p}
	w.line("Qui répond de vos données", "Who answers for your data", w.controller())
	for _, id := range w.purposes() {
		w.purpose(id)
	}
	w.line("Ce qu’il faut remplir", "What must be filled in", w.required())
	w.line("Qui d’autre les reçoit", "Who else receives them", w.recipients())
	w.line("Hors de l’Union européenne", "Outside the European Union", w.transfers())
	w.line("Vos droits", "Your rights", w.rights())
	if _, ok := f.Has(Phone); ok {
		w.out.Phone = phoneNotice()
	}
	return w.out
}

// phoneNotice is what article L. 223-2 of the consumer code has said wherever a telephone
// number is collected, since 11 August 2026.
func phoneNotice() *consent.Text {
	return &consent.Text{
		FR: "Toute prospection commerciale par téléphone suppose votre consentement préalable, sauf si elle porte sur l’exécution d’un contrat en cours (article L. 223-2 du code de la consommation). Donner votre numéro ici ne vaut pas consentement.",
		EN: "Any commercial solicitation by telephone requires your prior consent, except within an ongoing contract (article L. 223-2 of the French consumer code). To give your number here is no consent.",
	}
}

// Told is what a policy tells of all that is done with data, for people to read beside its text.
func Told(p policy.Policy) Notice {
	var f Form
	for _, pu := range p.Purposes {
		f.Purposes = append(f.Purposes, pu.ID)
	}
	return NoticeOf(f, p)
}

type noticeWriter struct {
	form   Form
	policy policy.Policy
	out    Notice
}

func (w *noticeWriter) line(fr, en string, says []consent.Text) {
	if len(says) > 0 {
		w.out.Lines = append(w.out.Lines, NoticeLine{consent.Text{FR: fr, EN: en}, says})
	}
}

func same(s string) consent.Text { return consent.Text{FR: s, EN: s} }

func (w *noticeWriter) controller() []consent.Text {
	c := w.policy.Controller
	who := []string{strings.TrimSpace(c.Name + " " + c.LegalForm)}
	for _, s := range []string{c.Address, c.Contact} {
		if s != "" {
			who = append(who, s)
		}
	}
	out := []consent.Text{same(strings.Join(who, ", "))}
	if c.DPO != "" {
		out = append(out, consent.Text{FR: "Délégué à la protection des données : " + c.DPO, EN: "Data protection officer: " + c.DPO})
	}
	return out
}

// purposes are those of the form, then those of its boxes, each once.
func (w *noticeWriter) purposes() []policy.PurposeID {
	all := slices.Clone(w.form.Purposes)
	for _, b := range w.form.Boxes {
		if !slices.Contains(all, b.Purpose) {
			all = append(all, b.Purpose)
		}
	}
	return all
}

func (w *noticeWriter) purpose(id policy.PurposeID) {
	i := slices.IndexFunc(w.policy.Purposes, func(p policy.Purpose) bool { return p.ID == id })
	if i < 0 {
		return
	}
	p := w.policy.Purposes[i]
	var fr, en []string
	for _, b := range p.Basis {
		t := basisWords(b)
		fr, en = append(fr, t.FR), append(en, t.EN)
	}
	says := []consent.Text{{FR: "Base : " + strings.Join(fr, ", ") + ".", EN: "Basis: " + strings.Join(en, ", ") + "."}}
	for _, r := range p.Rules {
		if t, ok := w.term(r); ok {
			says = append(says, t)
		}
	}
	w.out.Lines = append(w.out.Lines, NoticeLine{consent.Text{FR: "Pourquoi : " + p.Title, EN: "What for: " + p.Title}, says})
}

// basisWords says a legal ground to people.
func basisWords(b policy.Basis) consent.Text {
	words := map[policy.Basis]consent.Text{
		policy.Consent:            {FR: "votre consentement, que vous pouvez retirer à tout moment", EN: "your consent, which you may withdraw at any time"},
		policy.Contract:           {FR: "le contrat avec vous", EN: "the contract with you"},
		policy.Precontract:        {FR: "la préparation d’un contrat à votre demande", EN: "steps at your request before a contract"},
		policy.LegalObligation:    {FR: "une obligation légale", EN: "a legal obligation"},
		policy.VitalInterest:      {FR: "la sauvegarde d’intérêts vitaux", EN: "vital interests"},
		policy.PublicTask:         {FR: "une mission d’intérêt public", EN: "a public task"},
		policy.LegitimateInterest: {FR: "notre intérêt légitime, auquel vous pouvez vous opposer", EN: "our legitimate interest, to which you may object"},
	}
	if t, ok := words[b]; ok {
		return t
	}
	return consent.Text{FR: "non précisée", EN: "not stated"}
}

// term says how long a rule keeps data, where it reaches any field of the form.
func (w *noticeWriter) term(r policy.Rule) (consent.Text, bool) {
	if len(r.Data) > 0 && len(w.form.Fields) > 0 && !slices.ContainsFunc(w.form.Fields, func(f Field) bool { return slices.Contains(r.Data, f.Data) }) {
		return consent.Text{}, false
	}
	frAfter, enAfter := w.events(r)
	if len(r.Keep.OneOf) > 0 || !r.Keep.Set {
		return consent.Text{}, false
	}
	t := consent.Text{FR: "Gardé " + r.Keep.Period.French() + frAfter, EN: "Kept " + r.Keep.Period.String() + enAfter}
	if r.Keep.AtLeast {
		t = consent.Text{FR: "Gardé au moins " + r.Keep.Period.French() + frAfter, EN: "Kept at least " + r.Keep.Period.String() + enAfter}
	}
	if r.Archive != nil {
		t.FR += ", puis archivé " + r.Archive.Period.French()
		t.EN += ", then archived " + r.Archive.Period.String()
	}
	return consent.Text{FR: t.FR + ".", EN: t.EN + "."}, true
}

func (w *noticeWriter) events(r policy.Rule) (fr, en string) {
	var titles []string
	for _, e := range r.After {
		for _, n := range w.policy.Events {
			if n.ID == e {
				titles = append(titles, "« "+n.Title+" »")
			}
		}
	}
	if len(titles) == 0 {
		return "", ""
	}
	return " à compter de " + strings.Join(titles, ", "), " from " + strings.Join(titles, ", ")
}

func (w *noticeWriter) required() []consent.Text {
	var out []consent.Text
	for _, f := range w.form.Fields {
		if f.Required() {
			out = append(out, consent.Text{FR: f.Title.FR + " : " + f.Without.FR, EN: f.Title.EN + ": " + f.Without.EN})
		}
	}
	if len(out) < len(w.form.Fields) {
		out = append(out, consent.Text{FR: "Le reste est facultatif : ne pas répondre n’a aucune conséquence.", EN: "The rest is optional: not to answer has no consequence."})
	}
	return out
}

func (w *noticeWriter) recipients() []consent.Text {
	var out []consent.Text
	for _, r := range w.policy.Recipients {
		out = append(out, same(r.Title))
	}
	return out
}

func (w *noticeWriter) transfers() []consent.Text {
	var out []consent.Text
	for _, t := range w.policy.Transfers {
		switch {
		case t.Never:
			out = append(out, consent.Text{FR: "Vos données n’en sortent pas.", EN: "Your data do not leave it."})
		case t.To != "":
			out = append(out, same(t.To))
		}
	}
	return out
}

func (w *noticeWriter) rights() []consent.Text {
	c := w.policy.Controller.Contact
	return []consent.Text{
		{FR: "Accéder à vos données, les rectifier, les effacer, en limiter l’usage, les recevoir pour les porter ailleurs, vous opposer, retirer un accord, dire ce qu’elles deviendront après votre mort : " + c + ".",
			EN: "To see your data, correct, erase, restrict or carry them elsewhere, to object, to withdraw an agreement, to say what becomes of them after your death: " + c + "."},
		{FR: "Vous pouvez vous plaindre à la CNIL : www.cnil.fr.", EN: "You may complain to the CNIL: www.cnil.fr."},
	}
}

// Sentence is what the box says, written so that what is agreed to is whole: who, what for, by
// which channel, for how long, and how to take it back (article 7 GDPR; for calls R. 223-1 and
// R. 223-2 of the consumer code).
func (b Box) Sentence(p policy.Policy) consent.Text {
	title := string(b.Purpose)
	for _, pu := range p.Purposes {
		if pu.ID == b.Purpose {
			title = pu.Title
		}
	}
	act := channelWords(b.Channel)
	name := p.Controller.Name
	t := consent.Text{FR: "J’accepte que " + name + " " + act.FR + " (« " + title + " »)", EN: "I agree that " + name + " " + act.EN + " (“" + title + "”)"}
	b.detail(&t)
	t.FR += ". Je peux retirer cet accord à tout moment, aussi simplement que je le donne, auprès de " + p.Controller.Contact + "."
	t.EN += ". I may withdraw this agreement at any time, as easily as I give it, from " + p.Controller.Contact + "."
	if b.Channel == consent.Call || b.Channel == consent.Automated {
		t.FR += " Je peux aussi le dire pendant un appel. La preuve m’en est remise gratuitement, sur support durable, si je la demande."
		t.EN += " I may also say so during a call. The proof is handed to me free of charge, on a durable medium, if I ask for it."
	}
	if b.About.FR != "" {
		t.FR, t.EN = t.FR+" "+b.About.FR, t.EN+" "+b.About.EN
	}
	return t
}

// detail adds goods, partners and the period.
func (b Box) detail(t *consent.Text) {
	for i, g := range b.Goods {
		w := goodsWords(g)
		if i == 0 {
			t.FR, t.EN = t.FR+", à propos de : ", t.EN+", about: "
		} else {
			t.FR, t.EN = t.FR+", ", t.EN+", "
		}
		t.FR, t.EN = t.FR+w.FR, t.EN+w.EN
	}
	if len(b.Partners) > 0 {
		who := strings.Join(b.Partners, ", ")
		t.FR, t.EN = t.FR+", à savoir "+who, t.EN+", namely "+who
	}
	if !b.Lasts.IsZero() {
		t.FR += ", pendant " + b.Lasts.French() + " à compter d’aujourd’hui"
		t.EN += ", for " + b.Lasts.String() + " from today"
	}
}

func channelWords(c consent.Channel) consent.Text {
	return map[consent.Channel]consent.Text{
		consent.Call:      {FR: "m’appelle au téléphone", EN: "calls me on the telephone"},
		consent.Automated: {FR: "m’appelle par un automate", EN: "calls me by a machine"},
		consent.SMS:       {FR: "m’écrive par SMS", EN: "writes to me by SMS"},
		consent.Email:     {FR: "m’écrive par courriel", EN: "writes to me by e-mail"},
		consent.Social:    {FR: "m’écrive par messagerie", EN: "writes to me by message"},
		consent.Post:      {FR: "m’écrive par la poste", EN: "writes to me by post"},
		consent.Share:     {FR: "transmette mes données à des partenaires", EN: "hands my data to partners"},
		consent.Profile:   {FR: "établisse mon profil", EN: "draws up my profile"},
	}[c]
}

func goodsWords(g consent.Goods) consent.Text {
	return map[consent.Goods]consent.Text{
		consent.EnergySaving:       {FR: "économies d’énergie", EN: "energy saving"},
		consent.RenewableEnergy:    {FR: "énergies renouvelables", EN: "renewable energy"},
		consent.HomeAdaptation:     {FR: "adaptation du logement", EN: "home adaptation"},
		consent.HeatingReplacement: {FR: "remplacement de chauffage", EN: "heating replacement"},
		consent.PressGoods:         {FR: "presse", EN: "press"},
		consent.OtherGoods:         {FR: "nos autres biens et services", EN: "our other goods and services"},
	}[g]
}

// Wording returns all that a form shows in a language, as plain text: what is kept under its
// digest, and what people find again beside what they agreed to.
func (f Form) Wording(n Notice, p policy.Policy, pick func(consent.Text) string) []byte {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line(pick(f.Title))
	if f.Intro.FR != "" {
		line(pick(f.Intro))
	}
	for _, x := range f.Fields {
		line("[ ", pick(x.Title), " ]")
		if x.Help.FR != "" {
			line("  ", pick(x.Help))
		}
		for _, o := range x.Choices {
			line("  ( ) ", pick(o.Title))
		}
		if x.Kind == Phone {
			line("  ", pick(*n.Phone))
		}
	}
	for _, x := range f.Boxes {
		line("[ ] ", pick(x.Sentence(p)))
	}
	for _, l := range n.Lines {
		line(pick(l.Title))
		for _, s := range l.Says {
			line("  ", pick(s))
		}
	}
	return []byte(b.String())
}
