package consent

import (
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// mails: CPCE L. 34-5, consent or soft opt-in.
func mails() []decision {
	yes := agreed("2024-03-01 10:00", OtherGoods, Email)
	yes.Until = policy.Date{}
	recent := lastContact("2026-08-01")
	return []decision{
		{"mail with consent", mail, []fact{consent(yes)}, ByConsent, "RGPD, art. 6"},
		{"mail with a consent of two years", mail, []fact{consent(yes), recent}, ByConsent, "RGPD, art. 6"},
		{"mail with a consent without proof", mail, []fact{without(yes, func(c *Consent) { c.Proof = "" })}, ConsentUnproven, "RGPD, art. 6"},
		{"mail with a consent past its own period", mail, []fact{without(yes, func(c *Consent) { c.Until = policy.MustDate("2026-08-31") })}, ConsentEnded, "RGPD, art. 6"},
		{"mail without consent", mail, []fact{recent}, NoConsent, "L. 34-5"},
		{"SMS with a consent to mails", "sms prospecting other 2026-09-01 11:00", []fact{consent(yes)}, ConsentElsewhere, "RGPD, art. 6"},
		{"SMS with consent", "sms prospecting other 2026-09-01 11:00", []fact{consent(agreed("2026-08-20 10:00", OtherGoods, SMS))}, ByConsent, "RGPD, art. 6"},
		{"social message without consent", "social prospecting other 2026-09-01 11:00", []fact{recent}, NoConsent, "L. 34-5"},
		{"legitimate interest sends no mail", mail, []fact{rests(policy.LegitimateInterest), informed(Yes), recent}, NoConsent, "L. 34-5"},
		{"customer, similar goods, told and free", mail, []fact{sale("2025-06-01", OtherGoods, Yes, Yes)}, BySoftOptIn, "L. 34-5"},
		{"customer, other goods", mail, []fact{sale("2025-06-01", PressGoods, Yes, Yes)}, NoConsent, "L. 34-5"},
		{"customer who was not told", mail, []fact{sale("2025-06-01", OtherGoods, No, Yes)}, NoConsent, "L. 34-5"},
		{"customer of whom it is not known", mail, []fact{sale("2025-06-01", OtherGoods, Unknown, Yes)}, NoConsent, "L. 34-5"},
		{"customer who could not refuse", mail, []fact{sale("2025-06-01", OtherGoods, Yes, No)}, NoConsent, "L. 34-5"},
		{"customer, goods of a partner", mail, []fact{sale("2025-06-01", OtherGoods, Yes, Yes), partner("isolation-exemple")}, NoConsent, "L. 34-5"},
		{"sale that is to come", mail, []fact{sale("2026-09-02", OtherGoods, Yes, Yes), recent}, NoConsent, "L. 34-5"},
		{"customer who withdrew", mail, []fact{sale("2025-06-01", OtherGoods, Yes, Yes), withdrawal("2026-01-01", false, Email)}, Withdrawn, "RGPD, art. 7(3)"},
		{"customer who objected", mail, []fact{sale("2025-06-01", OtherGoods, Yes, Yes), objection("2026-01-01", false, Email)}, Objected, "RGPD, art. 21"},
		{"mail at night", "email prospecting other 2026-09-06 23:30", []fact{consent(yes)}, ByConsent, "RGPD, art. 6"},
		{"mail to whom the place is not known", mail, []fact{consent(yes), place("")}, ByConsent, "RGPD, art. 6"},
	}
}

// professionals: informed, function, free to object; a generic address is nobody's.
func professionals() []decision {
	recent := lastContact("2026-01-01")
	pro := []fact{kind(Business), informed(Yes), related(Yes), recent}
	add := func(more ...fact) []fact { return append(append([]fact{}, pro...), more...) }
	return []decision{
		{"professional, mail about their work", mail, pro, AsBusiness, "L. 34-5"},
		{"professional, not informed", mail, []fact{kind(Business), informed(No), related(Yes), recent}, NotInformed, "L. 34-5"},
		{"professional, not known to be informed", mail, []fact{kind(Business), related(Yes), recent}, NotInformed, "L. 34-5"},
		{"professional, holidays for a chief of finance", mail, []fact{kind(Business), informed(Yes), related(No), recent}, NotTheirFunction, "L. 34-5"},
		{"professional, function not known", mail, []fact{kind(Business), informed(Yes), recent}, NotTheirFunction, "L. 34-5"},
		{"professional who objected", mail, add(objection("2026-08-01", false)), Objected, "RGPD, art. 21"},
		{"professional, a call", sell, pro, AsBusiness, "L. 34-5"},
		{"professional, a call on Saturday", "call prospecting other 2026-09-05 11:00", pro, AsBusiness, "L. 34-5"},
		{"professional, a fifth call", sell, add(tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31")), AsBusiness, "L. 34-5"},
		{"professional, a machine calls", "autocall prospecting other 2026-09-01 11:00", pro, NoConsent, "L. 34-5"},
		{"professional, a machine calls with consent", "autocall prospecting other 2026-09-01 11:00", add(consent(agreed("2026-08-20 10:00", OtherGoods, Automated))), ByConsent, "L. 34-5"},
		{"professional, masked number", sell, add(caller("masked")), CallerHidden, "L. 221-17"},
		{"professional, last contact four years ago", mail, []fact{kind(Business), informed(Yes), related(Yes), lastContact("2022-08-31")}, Stale, "2021-131"},
		{"generic address", mail, []fact{kind(Mailbox)}, AsMailbox, "L. 34-5"},
		{"generic address, a letter", "post prospecting other 2026-09-01 11:00", []fact{kind(Mailbox)}, AsMailbox, "L. 34-5"},
		{"generic address that objected", mail, []fact{kind(Mailbox), objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"nobody knows whether a professional", mail, []fact{informed(Yes), related(Yes), recent}, NoConsent, "L. 34-5"},
	}
}

// hours: D. 223-9, by the clock of the person.
func hours() []decision {
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Call))
	call := func(when string) string { return "call prospecting other " + when }
	in := func(p law.Territory) []fact { return []fact{place(p), yes} }
	return []decision{
		{"one second before ten", call("2026-09-01 09:59:59"), in(law.Metropole), OutsideHours, "D. 223-9"},
		{"ten", call("2026-09-01 10:00:00"), in(law.Metropole), ByConsent, "L. 223-1"},
		{"12:59:59", call("2026-09-01 12:59:59"), in(law.Metropole), ByConsent, "L. 223-1"},
		{"13:00:00", call("2026-09-01 13:00:00"), in(law.Metropole), OutsideHours, "D. 223-9"},
		{"13:59:59", call("2026-09-01 13:59:59"), in(law.Metropole), OutsideHours, "D. 223-9"},
		{"14:00:00", call("2026-09-01 14:00:00"), in(law.Metropole), ByConsent, "L. 223-1"},
		{"19:59:59", call("2026-09-01 19:59:59"), in(law.Metropole), ByConsent, "L. 223-1"},
		{"20:00:00", call("2026-09-01 20:00:00"), in(law.Metropole), OutsideHours, "D. 223-9"},
		{"Saturday", call("2026-09-05 11:00"), in(law.Metropole), DayOff, "D. 223-9"},
		{"Sunday", call("2026-09-06 11:00"), in(law.Metropole), DayOff, "D. 223-9"},
		{"11 November", call("2026-11-11 11:00"), in(law.Metropole), DayOff, "D. 223-9"},
		{"Easter Monday", call("2027-03-29 11:00"), in(law.Metropole), DayOff, "D. 223-9"},
		{"Good Friday in Alsace", call("2027-03-26 11:00"), in(law.AlsaceMoselle), DayOff, "D. 223-9"},
		{"Good Friday elsewhere", call("2027-03-26 11:00"), in(law.Metropole), ByConsent, "L. 223-1"},
		{"26 December, a Saturday everywhere", call("2026-12-26 11:00"), in(law.AlsaceMoselle), DayOff, "D. 223-9"},
		{"Réunion, 09:30 in Paris is 11:30 there", call("2026-09-01 09:30"), in(law.Reunion), ByConsent, "L. 223-1"},
		{"Réunion, 11:30 in Paris is 13:30 there", call("2026-09-01 11:30"), in(law.Reunion), OutsideHours, "D. 223-9"},
		{"Réunion, 18:00 in Paris is 20:00 there", call("2026-09-01 18:00"), in(law.Reunion), OutsideHours, "D. 223-9"},
		{"Réunion in winter, three hours", call("2026-11-25 07:00"), in(law.Reunion), ByConsent, "L. 223-1"},
		{"Réunion, an hour earlier", call("2026-11-25 06:59:59"), in(law.Reunion), OutsideHours, "D. 223-9"},
		{"Guadeloupe, 11:00 in Paris is 05:00 there", call("2026-09-01 11:00"), in(law.Guadeloupe), OutsideHours, "D. 223-9"},
		{"Guadeloupe, 16:00 in Paris is 10:00 there", call("2026-09-01 16:00"), in(law.Guadeloupe), ByConsent, "L. 223-1"},
		{"Guyane, 15:00 in Paris is 10:00 there", call("2026-09-01 15:00"), in(law.Guyane), ByConsent, "L. 223-1"},
		{"Mayotte, 09:00 in Paris is 10:00 there", call("2026-09-01 09:00"), in(law.Mayotte), ByConsent, "L. 223-1"},
		{"Martinique on 22 May, a Friday", call("2026-05-22 17:00"), []fact{place(law.Martinique), screened("2026-05-20"), lastContact("2026-05-01")}, DayOff, "D. 223-9"},
		{"place not known, everybody is awake", call("2026-09-01 16:30"), in(""), ByConsent, "L. 223-1"},
		{"place not known, Guadeloupe is asleep", call("2026-09-01 11:00"), in(""), OutsideHours, "D. 223-9"},
		{"place not known, Réunion has closed", call("2026-09-01 18:30"), in(""), OutsideHours, "D. 223-9"},
		{"place not known, mainland by choice", call("2026-09-01 11:00"), []fact{yes, chose(UnknownPlace, "metropole", "2026-01-01")}, ByConsent, "L. 223-1"},
		{"a place that is none", call("2026-09-01 11:00"), in("atlantis"), OutsideHours, "D. 223-9"},
		{"agreed for Saturday at eleven", call("2026-09-05 11:00"), []fact{paris(), yes, slot("2026-09-05 11:00", "sha256:04")}, ByConsent, "L. 223-1"},
		{"agreed for Saturday at eleven, at 11:14:59", call("2026-09-05 11:14:59"), []fact{paris(), yes, slot("2026-09-05 11:00", "sha256:04")}, ByConsent, "L. 223-1"},
		{"agreed for Saturday at eleven, at 11:15", call("2026-09-05 11:15"), []fact{paris(), yes, slot("2026-09-05 11:00", "sha256:04")}, DayOff, "D. 223-9"},
		{"agreed for Saturday at eleven, a minute early", call("2026-09-05 10:59"), []fact{paris(), yes, slot("2026-09-05 11:00", "sha256:04")}, DayOff, "D. 223-9"},
		{"agreed for Saturday, without proof", call("2026-09-05 11:00"), []fact{paris(), yes, slot("2026-09-05 11:00", "")}, DayOff, "D. 223-9"},
		{"an agreed hour is no consent", call("2026-09-05 11:00"), []fact{paris(), slot("2026-09-05 11:00", "sha256:04")}, NoConsent, "L. 223-1"},
	}
}

// attempts: D. 223-9, four in thirty calendar days; sixty days after a refusal until the
// decree.
func attempts() []decision {
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Call))
	before := []fact{paris(), screened("2026-07-20"), lastContact("2026-01-01")}
	old := func(more ...fact) []fact { return append(append([]fact{}, before...), more...) }
	return []decision{
		{"fourth attempt", sell, []fact{paris(), yes, tried("2026-08-28", "2026-08-28", "2026-08-31")}, ByConsent, "L. 223-1"},
		{"fifth attempt", sell, []fact{paris(), yes, tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31")}, TooManyAttempts, "D. 223-9"},
		{"fifth attempt on day 30", "call prospecting other 2026-10-14 11:00", []fact{paris(), yes, tried("2026-09-15", "2026-09-16", "2026-09-17", "2026-09-18")}, TooManyAttempts, "D. 223-9"},
		{"fifth attempt on day 31", "call prospecting other 2026-10-15 11:00", []fact{paris(), yes, tried("2026-09-15", "2026-09-16", "2026-09-17", "2026-09-18")}, ByConsent, "L. 223-1"},
		{"answered calls count", sell, []fact{paris(), yes, contact("2026-08-28 11:00", Call, Answered), tried("2026-08-28", "2026-08-31", "2026-08-31")}, TooManyAttempts, "D. 223-9"},
		{"calls of a machine count", sell, []fact{paris(), yes, contact("2026-08-28 11:00", Automated, Unanswered), tried("2026-08-28", "2026-08-31", "2026-08-31")}, TooManyAttempts, "D. 223-9"},
		{"mails do not count", sell, []fact{paris(), yes, contact("2026-08-28 11:00", Email, Unanswered), tried("2026-08-28", "2026-08-31", "2026-08-31")}, ByConsent, "L. 223-1"},
		{"service calls do not count", sell, []fact{paris(), yes, tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31"), known(func(f *Facts) { f.Contacts[0].Service = true })}, ByConsent, "L. 223-1"},
		{"calls to come do not count", sell, []fact{paris(), yes, tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-09-01")}, ByConsent, "L. 223-1"},
		{"attempts under a contract count", sell, []fact{paris(), contract("2025-01-01", "", OtherGoods), tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31")}, TooManyAttempts, "D. 223-9"},
		{"attempts with an agreed hour count", sell, []fact{paris(), yes, slot("2026-09-01 11:00", "sha256:04"), tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31")}, TooManyAttempts, "D. 223-9"},
		{"asked to be called, after four attempts", sell, []fact{paris(), request("2026-08-31 10:00", OtherGoods), tried("2026-08-28", "2026-08-28", "2026-08-31", "2026-08-31")}, ByCallbackAnyhow, "R. 223-4"},
		{"refusal, before the decree, on day 60", "call prospecting other 2026-07-31 11:00", old(contact("2026-06-01 11:00", Call, Refused)), SilenceAfterNo, "D. 223-9"},
		{"refusal, before the decree, on day 61", "call prospecting other 2026-08-03 11:00", old(contact("2026-06-01 11:00", Call, Refused)), ByScreening, "L. 223-1"},
		{"refusal, consent on day 10, nobody chose", "call prospecting other 2026-07-31 11:00", old(contact("2026-06-15 11:00", Call, Refused), consent(agreed("2026-06-25 10:00", OtherGoods, Call))), SilenceAfterNo, "D. 223-9"},
		{"refusal, consent on day 10, which ends it by choice", "call prospecting other 2026-07-31 11:00", old(contact("2026-06-15 11:00", Call, Refused), consent(agreed("2026-06-25 10:00", OtherGoods, Call)), chose(SilenceAfterConsent, "ends", "2026-01-01")), ByScreening, "L. 223-1"},
		{"refusal of June, asked after the decree", sell, []fact{paris(), yes, contact("2026-07-30 11:00", Call, Refused)}, ByConsent, "L. 223-1"},
		{"attempts before there was a limit", "call prospecting other 2023-02-28 11:00", []fact{paris(), screened("2023-02-20"), lastContact("2023-01-01"), tried("2023-02-20", "2023-02-21", "2023-02-22", "2023-02-23", "2023-02-24")}, ByScreening, "L. 223-1"},
	}
}

// ages: three years from the last contact that came from the person.
func ages() []decision {
	old := agreed("2023-01-10 10:00", OtherGoods, Email)
	old.Until = policy.Date{}
	return []decision{
		{"consent of three years and a half, no contact since", mail, []fact{consent(old)}, Stale, "2021-131"},
		{"the same, clicked last year", mail, []fact{consent(old), contact("2025-09-01 11:00", Email, Clicked)}, ByConsent, "RGPD, art. 6"},
		{"the same, opened last year", mail, []fact{consent(old), contact("2025-09-01 11:00", Email, Opened)}, Stale, "2021-131"},
		{"the same, answered a call", mail, []fact{consent(old), contact("2025-09-01 11:00", Call, Answered)}, ByConsent, "RGPD, art. 6"},
		{"the same, unanswered calls", mail, []fact{consent(old), contact("2025-09-01 11:00", Call, Unanswered)}, Stale, "2021-131"},
		{"the same, in contract", mail, []fact{consent(old), contract("2022-01-01", "", OtherGoods)}, ByConsent, "RGPD, art. 6"},
		{"last contact three years ago to the day", mail, []fact{consent(old), lastContact("2023-09-01")}, ByConsent, "RGPD, art. 6"},
		{"last contact three years and a day ago", mail, []fact{consent(old), lastContact("2023-08-31")}, Stale, "2021-131"},
		{"last contact not known", "post prospecting other 2026-09-01 11:00", []fact{rests(policy.LegitimateInterest), informed(Yes)}, AgeUnknown, "2021-131"},
		{"last contact to come is none", "post prospecting other 2026-09-01 11:00", []fact{rests(policy.LegitimateInterest), informed(Yes), lastContact("2027-01-01")}, AgeUnknown, "2021-131"},
		{"customer of four years ago", mail, []fact{sale("2022-08-31", OtherGoods, Yes, Yes)}, Stale, "2021-131"},
	}
}

// uses: letters, sharing and profiles rest on the grounds of article 6.
func uses() []decision {
	recent := lastContact("2026-08-01")
	const post, share, profile = "post prospecting other 2026-09-01 11:00", "share other - 2026-09-01 11:00", "profile other - 2026-09-01 11:00"
	to := partner("isolation-exemple")
	named := agreed("2026-08-20 10:00", OtherGoods, Share)
	named.Partners = []string{"isolation-exemple"}
	return []decision{
		{"letter on legitimate interest", post, []fact{rests(policy.LegitimateInterest), informed(Yes), recent}, ByInterest, "RGPD, art. 6(1)(f)"},
		{"letter to whom nothing was told", post, []fact{rests(policy.LegitimateInterest), recent}, NotInformed, "RGPD, art. 6(1)(f)"},
		{"letter on consent, without", post, []fact{informed(Yes), recent}, NoConsent, "RGPD, art. 6"},
		{"letter on consent", post, []fact{consent(agreed("2026-08-20 10:00", OtherGoods, Post))}, ByConsent, "RGPD, art. 6"},
		{"letter on no ground", post, []fact{rests(policy.Unstated), informed(Yes), recent}, NoBasis, ""},
		{"profile on consent", profile, []fact{consent(agreed("2026-08-20 10:00", OtherGoods, Profile))}, ByConsent, "RGPD, art. 6"},
		{"profile on consent, without", profile, nil, NoConsent, "RGPD, art. 6"},
		{"profile on interest", profile, []fact{rests(policy.LegitimateInterest), informed(Yes)}, ByInterest, "RGPD, art. 6(1)(f)"},
		{"profile on interest, not informed", profile, []fact{rests(policy.LegitimateInterest)}, NotInformed, "RGPD, art. 6(1)(f)"},
		{"profile under a contract", profile, []fact{rests(policy.Contract), contract("2026-01-01", "")}, ByContractForUses, "RGPD, art. 6(1)(b)"},
		{"profile without the contract", profile, []fact{rests(policy.Contract)}, NoContract, "RGPD, art. 6(1)(b)"},
		{"profile before a contract", profile, []fact{rests(policy.Precontract), request("2026-08-31 10:00")}, ByContractForUses, "RGPD, art. 6(1)(b)"},
		{"profile on no ground", profile, []fact{rests(policy.Unstated)}, NoBasis, ""},
		{"share with nobody named", share, []fact{consent(named)}, PartnerUnknown, "RGPD, art. 6"},
		{"share with whom the consent names", share, []fact{consent(named), to}, ByConsent, "RGPD, art. 6"},
		{"share with another", share, []fact{consent(named), partner("solaire-exemple")}, ConsentElsewhere, "RGPD, art. 6"},
		{"share for the law", share, []fact{rests(policy.LegalObligation), to}, ByObligation, "RGPD, art. 6(1)(c)"},
		{"share for a contract", share, []fact{rests(policy.Contract), contract("2026-01-01", ""), to}, ByContractForUses, "RGPD, art. 6(1)(b)"},
		{"share to prospect, on interest", "share prospecting other 2026-09-01 11:00", []fact{rests(policy.LegitimateInterest), informed(Yes), recent, to}, NoConsent, "RGPD, art. 6"},
		{"share on interest, nothing offered", share, []fact{rests(policy.LegitimateInterest), informed(Yes), to}, ByInterest, "RGPD, art. 6(1)(f)"},
		{"message that neither offers nor serves, on interest", "email other - 2026-09-01 11:00", []fact{rests(policy.LegitimateInterest), informed(Yes)}, ByInterest, "RGPD, art. 6(1)(f)"},
		{"message that neither offers nor serves, on consent", "email other - 2026-09-01 11:00", nil, NoConsent, "RGPD, art. 6"},
	}
}

// dates: the same question before and after the law changed.
func dates() []decision {
	clean := []fact{paris(), screened("2026-07-31"), lastContact("2026-01-01")}
	add := func(more ...fact) []fact { return append(append([]fact{}, clean...), more...) }
	return []decision{
		{"10 August 2026, screened, no consent", "call prospecting other 2026-08-10 11:00", clean, ByScreening, "L. 223-1"},
		{"12 August 2026, screened, no consent", "call prospecting other 2026-08-12 11:00", clean, NoConsent, "L. 223-1"},
		{"11 August 2026, the first day", "call prospecting other 2026-08-11 10:00", clean, NoConsent, "L. 223-1"},
		{"10 August 2026, not screened", "call prospecting other 2026-08-10 11:00", []fact{paris(), lastContact("2026-01-01")}, NotScreened, "L. 223-1"},
		{"10 August 2026, screened thirty days ago", "call prospecting other 2026-08-10 11:00", []fact{paris(), lastContact("2026-01-01"), screened("2026-07-11")}, ByScreening, "L. 223-1"},
		{"10 August 2026, screened thirty-one days ago", "call prospecting other 2026-08-10 11:00", []fact{paris(), lastContact("2026-01-01"), screened("2026-07-10")}, NotScreened, "L. 223-1"},
		{"10 August 2026, home adaptation by phone", "call prospecting home_adaptation 2026-08-10 11:00", clean, ByScreening, "L. 223-1"},
		{"12 August 2026, home adaptation by phone", "call prospecting home_adaptation 2026-08-12 11:00", clean, SectorBan, "L. 223-1"},
		{"10 August 2026, home adaptation by SMS", "sms prospecting home_adaptation 2026-08-10 11:00", clean, SectorBan, "L. 223-8"},
		{"10 August 2026, energy saving by phone", "call prospecting energy_saving 2026-08-10 11:00", clean, SectorBan, "L. 223-1"},
		{"25 July 2020, energy saving by phone", "call prospecting energy_saving 2020-07-25 11:00", []fact{paris(), screened("2020-07-20"), lastContact("2020-01-01")}, ByScreening, "L. 223-1"},
		{"26 July 2020, energy saving by phone", "call prospecting energy_saving 2020-07-27 11:00", []fact{paris(), screened("2020-07-20"), lastContact("2020-01-01")}, SectorBan, "L. 223-1"},
		{"1 July 2025, energy saving by SMS with consent", "sms prospecting energy_saving 2025-07-01 11:00", []fact{consent(agreed("2025-06-01 10:00", EnergySaving, SMS))}, ByConsent, "RGPD, art. 6"},
		{"2 July 2025, energy saving by SMS with consent", "sms prospecting energy_saving 2025-07-02 11:00", []fact{consent(agreed("2025-06-01 10:00", EnergySaving, SMS))}, SectorBan, "L. 223-8"},
		{"28 February 2023, a Saturday did not matter yet", "call prospecting other 2023-02-25 11:00", []fact{paris(), screened("2023-02-20"), lastContact("2023-01-01")}, ByScreening, "L. 223-1"},
		{"4 March 2023, a Saturday matters", "call prospecting other 2023-03-04 11:00", []fact{paris(), screened("2023-02-20"), lastContact("2023-01-01")}, DayOff, "D. 223-9"},
		{"10 August 2026, goods not known and nothing else missing", "call prospecting - 2026-08-10 11:00", clean, GoodsUnknown, "L. 223-1"},
		{"2015, before any list", "call prospecting other 2015-06-01 11:00", []fact{paris(), lastContact("2015-01-01")}, BeforeTheLaw, ""},
		{"the evening of 10 August in Paris is the 11th in Réunion", "call prospecting other 2026-08-10 22:30", []fact{place(law.Reunion), screened("2026-07-31"), lastContact("2026-01-01")}, NoConsent, "L. 223-1"},
		{"10 August 2026, a refusal is no withdrawal yet", "call prospecting other 2026-08-10 11:00", add(contact("2026-05-01 11:00", Call, Refused)), ByScreening, "L. 223-1"},
	}
}
