package consent

import (
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

const (
	sell = "call prospecting other 2026-09-01 11:00" // a Tuesday, within the hours
	mail = "email prospecting other 2026-09-01 11:00"
)

// refusals: article 21 GDPR, R. 223-3, L. 221-16; article 18; leads without proof.
func refusals() []decision {
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Call, Email))
	before := agreed("2026-08-20 10:00", OtherGoods, Call)
	return []decision{
		{"objection to everything", sell, []fact{paris(), yes, objection("2026-08-25", false)}, Objected, "RGPD, art. 21"},
		{"objection to calls, a call", sell, []fact{paris(), yes, objection("2026-08-25", false, Call)}, Objected, "RGPD, art. 21"},
		{"objection to calls, a mail", mail, []fact{yes, objection("2026-08-25", false, Call)}, ByConsent, "RGPD, art. 6"},
		{"objection to mails, a mail", mail, []fact{yes, objection("2026-08-25", false, Email)}, Objected, "RGPD, art. 21"},
		{"objection is stronger than a later consent", sell, []fact{paris(), yes, objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"objection is stronger than a contract", sell, []fact{paris(), contract("2026-01-01", "", OtherGoods), objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"objection is stronger than a call-back", sell, []fact{paris(), request("2026-08-31 10:00", OtherGoods), objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"objection that is to come", sell, []fact{paris(), yes, objection("2026-09-02", false)}, ByConsent, "L. 223-1"},
		{"objection lifted", sell, []fact{paris(), yes, objection("2026-08-01", false), known(func(f *Facts) { f.Objections[0].Lifted = at("2026-08-02") })}, ByConsent, "L. 223-1"},
		{"objection to another purpose", sell, []fact{paris(), yes, objection("2026-08-01", false), known(func(f *Facts) { f.Objections[0].Purposes = []policy.PurposeID{"news"} })}, ByConsent, "L. 223-1"},
		{"objection said in a call", sell, []fact{paris(), yes, objection("2026-08-25", false), known(func(f *Facts) { f.Objections[0].Spoken = true })}, ObjectedInCall, "L. 221-16"},
		{"stop calling is for ever", sell, []fact{paris(), yes, contact("2024-01-10 11:00", Call, Opposed)}, ObjectedInCall, "L. 221-16"},
		{"stop calling, a mail", mail, []fact{yes, contact("2026-08-25 11:00", Call, Opposed)}, ByConsent, "RGPD, art. 6"},
		{"stop calling before L. 221-16 spoke of it", "call prospecting other 2026-08-10 11:00", []fact{paris(), contact("2026-08-05 11:00", Call, Opposed)}, ObjectedInCall, "RGPD, art. 21"},
		{"stop calling, taken back", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Call, Opposed), known(func(f *Facts) { f.mark(Record{Kind: Lift, Of: "contact-1", At: at("2026-08-26")}, policy.Date{}) })}, ByConsent, "L. 223-1"},
		{"stop calling, a service call", "call service - 2026-09-01 11:00", []fact{paris(), contract("2026-01-01", ""), contact("2026-08-25 11:00", Call, Opposed)}, AsService, "RGPD, art. 6(1)(b)"},
		{"stop writing, a mail", mail, []fact{yes, contact("2026-08-25 11:00", Email, Opposed)}, Objected, "RGPD, art. 21"},
		{"stop, said by mail, a call", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Email, Opposed)}, Objected, "RGPD, art. 21"},
		{"objection to profiles", "profile other - 2026-09-01 11:00", []fact{rests(policy.LegitimateInterest), informed(Yes), objection("2026-08-01", false, Profile)}, Objected, "RGPD, art. 21"},
		{"withdrawal", sell, []fact{paris(), yes, withdrawal("2026-08-25", false)}, Withdrawn, "RGPD, art. 7(3)"},
		{"withdrawal of mails leaves calls", sell, []fact{paris(), yes, withdrawal("2026-08-25", false, Email)}, ByConsent, "L. 223-1"},
		{"withdrawal spoken in a call", sell, []fact{paris(), yes, withdrawal("2026-08-25", true, Call)}, WithdrawnInCall, "R. 223-3"},
		{"withdrawal at the instant of the consent", sell, []fact{paris(), yes, withdrawal("2026-08-20 10:00", false)}, Withdrawn, "RGPD, art. 7(3)"},
		{"consent again after a withdrawal", sell, []fact{paris(), yes, withdrawal("2026-08-19", false)}, ByConsent, "L. 223-1"},
		{"withdrawal although there is a contract", sell, []fact{paris(), contract("2026-01-01", "", OtherGoods), withdrawal("2026-08-25", false)}, Withdrawn, "RGPD, art. 7(3)"},
		{"withdrawal that is to come", sell, []fact{paris(), yes, withdrawal("2026-09-02", false)}, ByConsent, "L. 223-1"},
		{"refusal in a call is a withdrawal", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Call, Refused)}, RefusedInCall, "R. 223-3"},
		{"refusal in a call, consent again", sell, []fact{paris(), consent(before), contact("2026-08-15 11:00", Call, Refused)}, ByConsent, "L. 223-1"},
		{"refusal in a call, only noted by choice", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Call, Refused), chose(RefusalInCall, "noted", "2026-08-11")}, ByConsent, "L. 223-1"},
		{"refusal in a call, choice not yet signed", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Call, Refused), chose(RefusalInCall, "noted", "2026-09-02")}, RefusedInCall, "R. 223-3"},
		{"refusal of another purpose", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Call, Refused), known(func(f *Facts) { f.Contacts[0].Purpose = "other_sales" })}, ByConsent, "L. 223-1"},
		{"refusal of a mail is no spoken one", sell, []fact{paris(), yes, contact("2026-08-25 11:00", Email, Refused)}, ByConsent, "L. 223-1"},
		{"person who has died", sell, []fact{paris(), yes, known(func(f *Facts) { f.Deceased = true })}, IsDeceased, "art. 84"},
		{"restriction", sell, []fact{paris(), yes, known(func(f *Facts) { f.Restricted = true })}, IsRestricted, "RGPD, art. 18"},
		{"restriction and a service message", "email service - 2026-09-01 11:00", []fact{contract("2026-01-01", ""), known(func(f *Facts) { f.Restricted = true })}, IsRestricted, "RGPD, art. 18"},
		{"quarantine", sell, []fact{paris(), yes, bought(), known(func(f *Facts) { f.Quarantined = true })}, IsQuarantined, "RGPD, art. 7(1)"},
		{"claim ended", sell, []fact{paris(), yes, claim(ClaimEnded)}, NotKept, "RGPD, art. 5(1)"},
		{"claim archived", mail, []fact{yes, claim(ClaimArchived)}, NotKept, "RGPD, art. 5(1)"},
		{"claim asking", mail, []fact{yes, claim(ClaimAsking)}, NotKept, "RGPD, art. 5(1)"},
		{"claim suspended", mail, []fact{yes, claim(ClaimSuspended)}, IsRestricted, "RGPD, art. 18"},
		{"claim not known", mail, []fact{yes, claim(ClaimUnknown)}, KeptUnknown, "RGPD, art. 5(1)"},
		{"claim active", mail, []fact{yes, claim(ClaimActive)}, ByConsent, "RGPD, art. 6"},
		{"no such channel", "fax prospecting other 2026-09-01 11:00", nil, QuestionUnreadable, ""},
		{"no purpose", sell, []fact{func(q *Question, _ *Facts, _ *Choices) { q.Purpose.ID = "" }}, QuestionUnreadable, ""},
		{"no instant", sell, []fact{func(q *Question, _ *Facts, _ *Choices) { q.At = time.Time{} }}, QuestionUnreadable, ""},
		{"nobody said what the purpose does", "call  other 2026-09-01 11:00", []fact{paris(), yes}, UseUnknown, ""},
	}
}

// services: messages that carry out a contract or answer a request.
func services() []decision {
	const ask = "sms service - 2026-09-01 21:30"
	return []decision{
		{"appointment under a contract, at night", ask, []fact{contract("2026-01-01", "")}, AsService, "RGPD, art. 6(1)(b)"},
		{"call under a contract, on a Sunday", "call service - 2026-09-06 15:00", []fact{contract("2026-01-01", "")}, AsService, "RGPD, art. 6(1)(b)"},
		{"answer to a request", ask, []fact{request("2026-08-31 10:00")}, AsService, "RGPD, art. 6(1)(b)"},
		{"request dealt with", ask, []fact{request("2026-08-31 10:00"), known(func(f *Facts) { f.Requests[0].Closed = at("2026-09-01 10:00") })}, ServiceUnfounded, "RGPD, art. 6(1)(b)"},
		{"contract that ended", ask, []fact{contract("2026-01-01", "2026-08-31")}, ServiceUnfounded, "RGPD, art. 6(1)(b)"},
		{"contract on its last day", ask, []fact{contract("2026-01-01", "2026-09-01")}, AsService, "RGPD, art. 6(1)(b)"},
		{"contract that has not begun", ask, []fact{contract("2026-09-02", "")}, ServiceUnfounded, "RGPD, art. 6(1)(b)"},
		{"contract of which no beginning is known", ask, []fact{known(func(f *Facts) { f.Contracts = []Contract{{ID: "contract-1"}} })}, ServiceUnfounded, "RGPD, art. 6(1)(b)"},
		{"nothing known", ask, nil, ServiceUnfounded, "RGPD, art. 6(1)(b)"},
		{"recall of a product", ask, []fact{rests(policy.LegalObligation)}, AsService, "RGPD, art. 6(1)(c)"},
		{"service message with an offer", ask, []fact{contract("2026-01-01", ""), offers()}, ServiceOffers, "L. 34-5"},
		{"objection to prospecting leaves service", ask, []fact{contract("2026-01-01", ""), objection("2026-08-01", false)}, AsService, "RGPD, art. 6(1)(b)"},
		{"objection to everything reaches service", ask, []fact{contract("2026-01-01", ""), objection("2026-08-01", true)}, Objected, "RGPD, art. 21"},
		{"objection that names the service", ask, []fact{contract("2026-01-01", ""), objection("2026-08-01", false), known(func(f *Facts) { f.Objections[0].Purposes = []policy.PurposeID{"sales"} })}, Objected, "RGPD, art. 21"},
		{"service in a banned sector", "call service energy_saving 2026-09-01 11:00", []fact{contract("2026-01-01", "")}, AsService, "RGPD, art. 6(1)(b)"},
		{"five calls, and a service call", "call service - 2026-09-01 11:00", []fact{contract("2026-01-01", ""), tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31", "2026-08-31")}, AsService, "RGPD, art. 6(1)(b)"},
	}
}

// bans: L. 223-1 al. 5 and L. 223-8, which no consent lifts.
func bans() []decision {
	const ask = "call prospecting energy_saving 2026-09-01 11:00"
	yes := consent(agreed("2026-08-20 10:00", EnergySaving, Call, SMS, Email, Social, Automated))
	return []decision{
		{"energy saving, with consent", ask, []fact{paris(), yes}, SectorBan, "L. 223-1"},
		{"energy saving, nothing known", ask, nil, SectorBan, "L. 223-1"},
		{"renewable energy, with consent", "call prospecting renewable_energy 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", RenewableEnergy, Call))}, SectorBan, "L. 223-1"},
		{"home adaptation, with consent", "call prospecting home_adaptation 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", HomeAdaptation, Call))}, SectorBan, "L. 223-1"},
		{"energy saving, by a machine", "autocall prospecting energy_saving 2026-09-01 11:00", []fact{paris(), yes}, SectorBan, "L. 223-1"},
		{"energy saving, by SMS", "sms prospecting energy_saving 2026-09-01 11:00", []fact{yes}, SectorBan, "L. 223-8"},
		{"energy saving, by mail", "email prospecting energy_saving 2026-09-01 11:00", []fact{yes}, SectorBan, "L. 223-8"},
		{"energy saving, by a social network", "social prospecting energy_saving 2026-09-01 11:00", []fact{yes}, SectorBan, "L. 223-8"},
		{"energy saving, by letter", "post prospecting energy_saving 2026-09-01 11:00", []fact{consent(agreed("2026-08-20 10:00", EnergySaving, Post))}, ByConsent, "RGPD, art. 6"},
		{"ongoing contract about it", ask, []fact{paris(), contract("2025-01-01", "", EnergySaving)}, ByContract, "L. 223-1"},
		{"ongoing contract about something else", ask, []fact{paris(), contract("2025-01-01", "", OtherGoods)}, SectorBan, "L. 223-1"},
		{"ongoing contract about nothing known", ask, []fact{paris(), contract("2025-01-01", "")}, SectorBan, "L. 223-1"},
		{"contract that ended the day before", ask, []fact{paris(), contract("2025-01-01", "2026-08-31", EnergySaving)}, SectorBan, "L. 223-1"},
		{"ongoing contract, outside the hours", "call prospecting energy_saving 2026-09-01 13:30", []fact{paris(), contract("2025-01-01", "", EnergySaving)}, OutsideHours, "D. 223-9"},
		{"ongoing contract, a mail without consent", "email prospecting energy_saving 2026-09-01 11:00", []fact{contract("2025-01-01", "", EnergySaving)}, NoConsent, "L. 34-5"},
		{"ongoing contract, a mail with consent", "email prospecting energy_saving 2026-09-01 11:00", []fact{contract("2025-01-01", "", EnergySaving), yes}, ByConsent, "RGPD, art. 6"},
		{"ongoing contract, a mail to a customer", "email prospecting energy_saving 2026-09-01 11:00", []fact{contract("2025-01-01", "", EnergySaving), sale("2025-01-01", EnergySaving, Yes, Yes)}, BySoftOptIn, "L. 34-5"},
		{"ongoing contract, a machine", "autocall prospecting energy_saving 2026-09-01 11:00", []fact{paris(), contract("2025-01-01", "", EnergySaving)}, NoConsent, "L. 34-5"},
		{"mail with consent, which the owner reads as lifting the ban", "email prospecting energy_saving 2026-09-01 11:00", []fact{yes, chose(MessagesConsent, "consent", "2026-01-01")}, ByConsent, "RGPD, art. 6"},
		{"the same reading, without consent", "email prospecting energy_saving 2026-09-01 11:00", []fact{sale("2025-01-01", EnergySaving, Yes, Yes), chose(MessagesConsent, "consent", "2026-01-01")}, NoConsent, "L. 34-5"},
		{"the same reading does not reach the phone", ask, []fact{paris(), yes, chose(MessagesConsent, "consent", "2026-01-01")}, SectorBan, "L. 223-1"},
		{"boiler, nobody chose", "call prospecting heating_replacement 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", HeatingReplacement, Call))}, SectorBan, "L. 223-1"},
		{"boiler, not energy saving by choice", "call prospecting heating_replacement 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", HeatingReplacement, Call)), chose(Heating, "other", "2026-08-01")}, ByConsent, "L. 223-1"},
		{"boiler, under a contract about energy saving", "call prospecting heating_replacement 2026-09-01 11:00", []fact{paris(), contract("2025-01-01", "", EnergySaving)}, ByContract, "L. 223-1"},
		{"goods not known, a call", "call prospecting - 2026-09-01 11:00", []fact{paris(), yes}, GoodsUnknown, "L. 223-1"},
		{"goods not known, a mail", "email prospecting - 2026-09-01 11:00", []fact{yes}, GoodsUnknown, "L. 223-8"},
		{"leak repair is not banned", sell, []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Call))}, ByConsent, "L. 223-1"},
		{"energy saving, to a professional", ask, []fact{kind(Business), informed(Yes), related(Yes), lastContact("2026-01-01")}, AsBusiness, "L. 34-5"},
		{"energy saving, bought contact with consent", ask, []fact{paris(), yes, bought()}, SectorBan, "L. 223-1"},
	}
}

// callbacks: R. 223-4 since the decree, a contested mode before. 2026-09-07 is a Monday.
func callbacks() []decision {
	const ask = "call prospecting energy_saving "
	two := func(mode string) []fact {
		return []fact{paris(), request("2026-08-05 10:00", EnergySaving), chose(CallbackBefore, mode, "2026-01-01")}
	}
	return []decision{
		{"call-back on its day", ask + "2026-09-07 18:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving)}, ByCallback, "R. 223-4"},
		{"call-back on the fifth working day, a Saturday", ask + "2026-09-12 11:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving)}, ByCallback, "R. 223-4"},
		{"call-back on the sixth working day", ask + "2026-09-14 11:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back on the Sunday after the fifth", ask + "2026-09-13 11:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back over 11 November, the fifth", ask + "2026-11-13 11:00", []fact{paris(), request("2026-11-06 10:00", EnergySaving)}, ByCallback, "R. 223-4"},
		{"call-back over 11 November, the sixth", ask + "2026-11-14 11:00", []fact{paris(), request("2026-11-06 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back over two holidays of Moselle", ask + "2026-12-30 11:00", []fact{place(law.AlsaceMoselle), request("2026-12-22 10:00", EnergySaving)}, ByCallback, "R. 223-4"},
		{"call-back over one holiday elsewhere", ask + "2026-12-30 11:00", []fact{paris(), request("2026-12-22 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back about something else", ask + "2026-09-08 11:00", []fact{paris(), request("2026-09-07 10:00", RenewableEnergy)}, SectorBan, "L. 223-1"},
		{"call-back without proof", ask + "2026-09-08 11:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving), known(func(f *Facts) { f.Requests[0].Proof = "" })}, SectorBan, "L. 223-1"},
		{"call-back already given", ask + "2026-09-08 11:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving), known(func(f *Facts) { f.Requests[0].Closed = at("2026-09-07 17:00") })}, SectorBan, "L. 223-1"},
		{"call-back asked for later", ask + "2026-09-08 11:00", []fact{paris(), request("2026-09-08 12:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back by SMS", "sms prospecting energy_saving 2026-09-08 11:00", []fact{request("2026-09-07 10:00", EnergySaving)}, SectorBan, "L. 223-8"},
		{"call-back by a machine", "autocall prospecting energy_saving 2026-09-08 11:00", []fact{paris(), request("2026-09-07 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back about other goods", "call prospecting other 2026-09-08 11:00", []fact{paris(), request("2026-09-07 10:00", OtherGoods)}, ByCallbackAnyhow, "R. 223-4"},
		{"call-back about other goods, too late", "call prospecting other 2026-09-14 11:00", []fact{paris(), request("2026-09-07 10:00", OtherGoods)}, NoConsent, "L. 223-1"},
		{"call-back before the decree, nobody chose", ask + "2026-08-06 11:00", []fact{paris(), request("2026-08-05 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"call-back before the decree, strict", ask + "2026-08-06 11:00", two("strict"), SectorBan, "L. 223-1"},
		{"call-back before the decree, by choice", ask + "2026-08-06 11:00", two("requested_48h"), ByCallbackBefore, "22LY01667"},
		{"call-back before the decree, at 48 hours", ask + "2026-08-07 10:00:00", two("requested_48h"), ByCallbackBefore, "22LY01667"},
		{"call-back before the decree, after 48 hours", ask + "2026-08-07 10:00:01", two("requested_48h"), SectorBan, "L. 223-1"},
		{"call-back before the decree, bought", ask + "2026-08-06 11:00", append(two("requested_48h"), bought()), SectorBan, "L. 223-1"},
		{"call-back of the eve, on the decree's day", ask + "2026-08-11 11:00", []fact{paris(), request("2026-08-10 10:00", EnergySaving)}, ByCallback, "R. 223-4"},
		{"call-back of the third day before, the choice no longer counts", ask + "2026-08-18 11:00", append(two("requested_48h"), known(func(f *Facts) { f.Requests[0].At = at("2026-08-10 10:00") })), SectorBan, "L. 223-1"},
	}
}

// optIns: L. 223-1, R. 223-1 and R. 223-2: scope, a year at most, proof.
func optIns() []decision {
	c := agreed("2026-08-20 10:00", OtherGoods, Call)
	year := agreed("2025-11-25 10:00", OtherGoods, Call)
	return []decision{
		{"no consent", sell, []fact{paris(), lastContact("2026-08-01")}, NoConsent, "L. 223-1"},
		{"complete consent", sell, []fact{paris(), consent(c)}, ByConsent, "L. 223-1"},
		{"consent to mails alone", sell, []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Email))}, ConsentElsewhere, "RGPD, art. 6"},
		{"consent to another purpose", sell, []fact{paris(), without(c, func(c *Consent) { c.Purposes = []policy.PurposeID{"news"} })}, ConsentElsewhere, "RGPD, art. 6"},
		{"consent about other goods", sell, []fact{paris(), consent(agreed("2026-08-20 10:00", PressGoods, Call))}, ConsentElsewhere, "RGPD, art. 6"},
		{"consent for oneself, call for a partner", sell, []fact{paris(), consent(c), partner("isolation-exemple")}, ConsentElsewhere, "RGPD, art. 6"},
		{"consent that names the partner", sell, []fact{paris(), without(c, func(c *Consent) { c.Partners = []string{"isolation-exemple"} }), partner("isolation-exemple")}, ByConsent, "L. 223-1"},
		{"consent without the text shown", sell, []fact{paris(), without(c, func(c *Consent) { c.Notice = "" })}, ConsentUnproven, "RGPD, art. 6"},
		{"consent without proof", sell, []fact{paris(), without(c, func(c *Consent) { c.Proof = "" })}, ConsentUnproven, "RGPD, art. 6"},
		{"consent without a period", sell, []fact{paris(), without(c, func(c *Consent) { c.Until = policy.Date{} })}, ConsentUnproven, "RGPD, art. 6"},
		{"consent without goods", sell, []fact{paris(), without(c, func(c *Consent) { c.Goods = nil })}, ConsentUnproven, "RGPD, art. 6"},
		{"consent to anything", sell, []fact{paris(), without(c, func(c *Consent) { c.Purposes = nil })}, ConsentUnproven, "RGPD, art. 6"},
		{"consent by any channel", sell, []fact{paris(), without(c, func(c *Consent) { c.Channels = nil })}, ConsentUnproven, "RGPD, art. 6"},
		{"consent on the last day of its year", "call prospecting other 2026-11-25 11:00", []fact{paris(), consent(year)}, ByConsent, "L. 223-1"},
		{"consent one day past its year", "call prospecting other 2026-11-26 11:00", []fact{paris(), consent(year)}, ConsentEnded, "R. 223-1"},
		{"consent for three years ends after one", "call prospecting other 2026-11-26 11:00", []fact{paris(), without(year, func(c *Consent) { c.Until = policy.MustDate("2028-11-25") })}, ConsentEnded, "R. 223-1"},
		{"consent for three months, on its last day", "call prospecting other 2026-11-20 11:00", []fact{paris(), without(c, func(c *Consent) { c.Until = policy.MustDate("2026-11-20") })}, ByConsent, "L. 223-1"},
		{"consent for three months, a day later", "call prospecting other 2026-11-23 11:00", []fact{paris(), without(c, func(c *Consent) { c.Until = policy.MustDate("2026-11-20") })}, ConsentEnded, "R. 223-1"},
		{"consent of 29 February ends on the 28th", "call prospecting other 2029-02-28 11:00", []fact{paris(), consent(agreed("2028-02-29 10:00", OtherGoods, Call))}, ByConsent, "L. 223-1"},
		{"consent of 29 February, on 1 March", "call prospecting other 2029-03-01 11:00", []fact{paris(), consent(agreed("2028-02-29 10:00", OtherGoods, Call))}, ConsentEnded, "R. 223-1"},
		{"consent that is to come", sell, []fact{paris(), consent(agreed("2026-09-01 12:00", OtherGoods, Call))}, NoConsent, "L. 223-1"},
		{"a bad consent beside a good one", sell, []fact{paris(), without(c, func(c *Consent) { c.Proof = "" }), consent(c)}, ByConsent, "L. 223-1"},
		{"ongoing contract about it, no consent", sell, []fact{paris(), contract("2025-01-01", "", OtherGoods)}, ByContract, "L. 223-1"},
		{"ongoing contract about something else, no consent", sell, []fact{paris(), contract("2025-01-01", "", PressGoods)}, NoConsent, "L. 223-1"},
		{"a machine without consent", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), consent(c)}, ConsentElsewhere, "RGPD, art. 6"},
		{"a machine with consent", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Automated))}, ByConsent, "L. 34-5"},
		{"a machine under a contract", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), contract("2025-01-01", "", OtherGoods)}, NoConsent, "L. 34-5"},
		{"a newspaper", "call prospecting press 2026-09-01 11:00", []fact{paris(), lastContact("2026-01-01")}, AsPress, "L. 223-5"},
		{"a newspaper on a Sunday", "call prospecting press 2026-09-06 11:00", []fact{paris(), lastContact("2026-01-01")}, DayOff, "D. 223-9"},
		{"masked number", sell, []fact{paris(), consent(c), caller("masked")}, CallerHidden, "L. 221-17"},
		{"a machine from a mobile number", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Automated)), caller("+33 6 39 98 00 00")}, CallerMobile, "Arcep"},
		{"a machine from its own number", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Automated)), caller("0162 00 00 00")}, ByConsent, "L. 34-5"},
	}
}
