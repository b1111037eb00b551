package consent

// Rule names what decided an answer.
type Rule string

// The rules that say no.
const (
	Objected           Rule = "objection"
	ObjectedInCall     Rule = "objection-in-call"
	Withdrawn          Rule = "withdrawn"
	WithdrawnInCall    Rule = "withdrawn-in-call"
	RefusedInCall      Rule = "refused-in-call"
	IsDeceased         Rule = "deceased"
	IsRestricted       Rule = "restricted"
	IsQuarantined      Rule = "quarantined"
	NotKept            Rule = "not-kept"
	KeptUnknown        Rule = "kept-unknown"
	UseUnknown         Rule = "use-unknown"
	ChannelUnused      Rule = "channel-unused"
	ServiceUnfounded   Rule = "service-unfounded"
	ServiceOffers      Rule = "service-offers"
	GoodsUnknown       Rule = "goods-unknown"
	SectorBan          Rule = "sector-ban"
	NotScreened        Rule = "not-screened"
	NoConsent          Rule = "no-consent"
	ConsentEnded       Rule = "consent-ended"
	ConsentElsewhere   Rule = "consent-out-of-scope"
	ConsentUnproven    Rule = "consent-unproven"
	ConsentPromised    Rule = "consent-promised"
	NotInformed        Rule = "not-informed"
	NotTheirFunction   Rule = "not-their-function"
	NoBasis            Rule = "no-basis"
	NoContract         Rule = "no-contract"
	PartnerUnknown     Rule = "partner-unknown"
	CallerHidden       Rule = "caller-hidden"
	CallerMobile       Rule = "caller-mobile"
	DayOff             Rule = "day-off"
	OutsideHours       Rule = "outside-hours"
	TooManyAttempts    Rule = "attempts"
	SilenceAfterNo     Rule = "silence-after-refusal"
	Stale              Rule = "stale"
	AgeUnknown         Rule = "age-unknown"
	QuestionUnreadable Rule = "question-unreadable"
)

// The rules that say yes.
const (
	AsService         Rule = "service"
	ByContract        Rule = "contract"
	ByCallback        Rule = "callback"
	ByCallbackBefore  Rule = "callback-before-decree"
	ByCallbackAnyhow  Rule = "callback-other-goods"
	ByConsent         Rule = "consent"
	BySoftOptIn       Rule = "soft-opt-in"
	ByScreening       Rule = "screened"
	ByInterest        Rule = "interest"
	ByObligation      Rule = "obligation"
	AsPress           Rule = "press"
	AsBusiness        Rule = "business"
	AsMailbox         Rule = "mailbox"
	BeforeTheLaw      Rule = "no-rule-yet"
	ByContractForUses Rule = "contract-for-use"
)

// told is what a rule says: the entry of the law pack it rests on, and its sentence.
type told struct {
	entry string
	Text
}

// rules are the sentences of the rules. Those that differ by channel have their entry put by
// the step that decides.
var rules = map[Rule]told{
	Objected:           {"use.objection", Text{"la personne s’est opposée", "the person has objected"}},
	ObjectedInCall:     {"use.objection.call", Text{"la personne s’est opposée pendant un appel : ne plus jamais l’appeler", "the person objected during a call: never call again"}},
	Withdrawn:          {"use.withdrawal", Text{"l’accord a été retiré", "consent was withdrawn"}},
	WithdrawnInCall:    {"phone.withdrawal", Text{"l’accord a été retiré de vive voix", "consent was withdrawn by word of mouth"}},
	RefusedInCall:      {"phone.refusal", Text{"refus dit pendant un appel, pris pour un retrait", "a refusal said in a call, taken for a withdrawal"}},
	IsDeceased:         {"use.deceased", Text{"la personne est décédée", "the person has died"}},
	IsRestricted:       {"use.restriction", Text{"le traitement est limité : les données sont conservées, jamais utilisées", "processing is restricted: the data are stored, never used"}},
	IsQuarantined:      {"use.lead", Text{"contact en quarantaine : son origine n’est pas prouvée", "contact in quarantine: its origin is not proven"}},
	NotKept:            {"use.ended", Text{"la politique ne conserve plus ces données pour cette finalité", "the policy no longer keeps these data for this purpose"}},
	KeptUnknown:        {"use.ended", Text{"les données ne disent pas si la politique les conserve encore pour cette finalité", "the data do not say whether the policy still keeps them for this purpose"}},
	UseUnknown:         {"", Text{"on ne sait pas si la finalité prospecte ou rend un service", "it is not known whether the purpose prospects or serves"}},
	ChannelUnused:      {"", Text{"la finalité n’emploie pas ce canal, selon consent.yaml", "the purpose does not use this channel, as consent.yaml has it"}},
	ServiceUnfounded:   {"use.contract", Text{"ni contrat en cours ni demande ouverte ne fonde ce message de service", "neither an ongoing contract nor an open request founds this service message"}},
	ServiceOffers:      {"mail.consumer", Text{"un message de service qui contient une offre est de la prospection", "a service message with an offer in it is prospecting"}},
	GoodsUnknown:       {"sector.ban.phone", Text{"l’objet de l’offre n’est pas connu, et certains sont interdits", "what is offered is not known, and some offers are banned"}},
	SectorBan:          {"sector.ban.phone", Text{"démarchage interdit pour cet objet, même avec accord", "prospecting for these goods is banned, even with consent"}},
	NotScreened:        {"phone.opposition.days", Text{"fichier non confronté depuis trente jours à la liste d’opposition", "list not held against the opposition list for thirty days"}},
	NoConsent:          {"use.consent", Text{"aucun accord pour cette finalité par ce canal", "no consent to this purpose by this channel"}},
	ConsentEnded:       {"phone.consent.max", Text{"la durée de l’accord est passée", "the period of the consent has passed"}},
	ConsentElsewhere:   {"use.consent", Text{"l’accord ne couvre pas cette demande : autre canal, finalité, objet ou tiers", "the consent does not cover this: other channel, purpose, goods or third party"}},
	ConsentUnproven:    {"use.consent", Text{"l’accord n’est pas prouvé : il y manque un élément exigé", "the consent is not proven: something it must have is missing"}},
	ConsentPromised:    {"use.consent", Text{"la loi s’en passerait, mais la politique publiée ne prospecte qu’avec l’accord de la personne", "the law would not ask for it, but the published policy prospects with the person's consent alone"}},
	NotInformed:        {"use.interest", Text{"rien ne montre que la personne a été informée et pouvait refuser", "nothing shows that the person was informed and could refuse"}},
	NotTheirFunction:   {"use.business", Text{"rien ne montre que le message concerne la fonction de la personne", "nothing shows that the message concerns the person's function"}},
	NoBasis:            {"", Text{"la politique ne donne à cette finalité aucune base légale qui permette cet usage", "the policy gives this purpose no legal basis for such a use"}},
	NoContract:         {"use.contract", Text{"pas de contrat en cours", "no ongoing contract"}},
	PartnerUnknown:     {"use.consent", Text{"le destinataire n’est pas nommé", "the recipient is not named"}},
	CallerHidden:       {"phone.caller", Text{"le numéro de l’appelant est masqué", "the caller's number is hidden"}},
	CallerMobile:       {"phone.caller", Text{"un automate n’appelle pas depuis un 06 ni un 07", "a machine does not call from a 06 or 07 number"}},
	DayOff:             {"phone.hours", Text{"on n’appelle ni samedi, ni dimanche, ni jour férié", "no calls on Saturdays, Sundays and holidays"}},
	OutsideHours:       {"phone.hours", Text{"hors des heures d’appel, à l’heure de la personne", "outside calling hours, by the person's clock"}},
	TooManyAttempts:    {"phone.attempts", Text{"quatre appels ou tentatives en trente jours", "four calls or attempts in thirty days"}},
	SilenceAfterNo:     {"phone.refusal.silence", Text{"soixante jours de silence après un refus", "sixty days of silence after a refusal"}},
	Stale:              {"retention.prospect", Text{"dernier contact trop ancien", "the last contact is too old"}},
	AgeUnknown:         {"retention.prospect", Text{"la date du dernier contact n’est pas connue", "the day of the last contact is not known"}},
	QuestionUnreadable: {"", Text{"la question ne se lit pas", "the question cannot be read"}},

	AsService:         {"use.contract", Text{"message de service, sans offre", "service message, with no offer"}},
	ByContract:        {"phone.contract", Text{"contrat en cours, en rapport avec l’offre", "ongoing contract, related to the offer"}},
	ByCallback:        {"phone.callback.days", Text{"rappel demandé, dans les cinq jours ouvrables", "call-back asked for, within five working days"}},
	ByCallbackBefore:  {"phone.callback.hours", Text{"rappel demandé depuis moins de 48 heures, selon le choix signé de l’entreprise", "call-back asked for less than 48 hours ago, by the owner's signed choice"}},
	ByCallbackAnyhow:  {"phone.callback.elsewhere", Text{"rappel demandé, dans les cinq jours ouvrables", "call-back asked for, within five working days"}},
	ByConsent:         {"use.consent", Text{"accord prouvé, en cours", "proven consent, in force"}},
	BySoftOptIn:       {"mail.consumer", Text{"client, produits analogues, informé et libre de refuser", "customer, similar products, informed and free to refuse"}},
	ByScreening:       {"phone.opposition.days", Text{"numéro absent de la liste d’opposition", "number not on the opposition list"}},
	ByInterest:        {"use.interest", Text{"intérêt légitime ; la personne est informée et ne s’est pas opposée", "legitimate interest; the person is informed and has not objected"}},
	ByObligation:      {"use.obligation", Text{"obligation légale", "legal obligation"}},
	AsPress:           {"phone.press", Text{"presse, hors de l’accord préalable", "press, outside the opt-in"}},
	AsBusiness:        {"use.business", Text{"professionnel informé, message lié à sa fonction", "professional, informed, message related to the function"}},
	AsMailbox:         {"use.business", Text{"adresse générique d’une entreprise, qui n’est pas une personne", "a company's generic address, which is nobody's"}},
	BeforeTheLaw:      {"", Text{"aucune règle ce jour-là", "no rule on that day"}},
	ByContractForUses: {"use.contract", Text{"contrat en cours", "ongoing contract"}},
}

// Text returns the sentence of the rule.
func (r Rule) Text() Text { return rules[r].Text }

// Yes reports whether the rule allows.
func (r Rule) Yes() bool {
	switch r {
	case AsService, ByContract, ByCallback, ByCallbackBefore, ByCallbackAnyhow, ByConsent, BySoftOptIn, ByScreening, ByInterest,
		ByObligation, AsPress, AsBusiness, AsMailbox, BeforeTheLaw, ByContractForUses:
		return true
	}
	return false
}

// Rules lists every rule, those that say no first.
func Rules() []Rule {
	return []Rule{Objected, ObjectedInCall, Withdrawn, WithdrawnInCall, RefusedInCall, IsDeceased, IsRestricted, IsQuarantined, NotKept, KeptUnknown,
		UseUnknown, ChannelUnused, ServiceUnfounded, ServiceOffers, GoodsUnknown, SectorBan, NotScreened, NoConsent, ConsentEnded, ConsentElsewhere,
		ConsentUnproven, ConsentPromised, NotInformed, NotTheirFunction, NoBasis, NoContract, PartnerUnknown, CallerHidden, CallerMobile, DayOff, OutsideHours,
		TooManyAttempts, SilenceAfterNo, Stale, AgeUnknown, QuestionUnreadable,
		AsService, ByContract, ByCallback, ByCallbackBefore, ByCallbackAnyhow, ByConsent, BySoftOptIn, ByScreening, ByInterest,
		ByObligation, AsPress, AsBusiness, AsMailbox, BeforeTheLaw, ByContractForUses}
}
