package consent

import (
	"github.com/garant-rgpd/garant/policy"
)

// reaches: how far a person's no goes. Who refuses calls refuses those of machines; nothing that
// the law alone asks for can be refused (articles 7(3) and 21(1) GDPR).
func reaches() []decision {
	const machine, recall, share = "autocall prospecting other 2026-09-01 11:00", "sms service - 2026-09-01 11:00", "share other - 2026-09-01 11:00"
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Call, Automated))
	to, duty, under := partner("isolation-exemple"), rests(policy.LegalObligation), contract("2026-01-01", "")
	named := known(func(f *Facts) { f.Objections[0].Purposes = []policy.PurposeID{"sales"} })
	return []decision{
		{"calls refused, a machine", machine, []fact{paris(), yes, objection("2026-08-25", false, Call)}, Objected, "RGPD, art. 21"},
		{"consent to calls withdrawn, a machine", machine, []fact{paris(), yes, withdrawal("2026-08-25", false, Call)}, Withdrawn, "RGPD, art. 7(3)"},
		{"machines refused, a human call", sell, []fact{paris(), yes, objection("2026-08-25", false, Automated)}, ByConsent, "L. 223-1"},
		{"mails refused, a machine", machine, []fact{paris(), yes, objection("2026-08-25", false, Email)}, ByConsent, "L. 34-5"},
		{"recall of a product, everything refused", recall, []fact{duty, objection("2026-08-01", true)}, AsService, "RGPD, art. 6(1)(c)"},
		{"recall of a product, refused by name", recall, []fact{duty, objection("2026-08-01", false), named}, AsService, "RGPD, art. 6(1)(c)"},
		{"share for the law, everything refused", share, []fact{duty, to, objection("2026-08-01", true)}, ByObligation, "RGPD, art. 6(1)(c)"},
		{"share for the law, everything withdrawn", share, []fact{duty, to, withdrawal("2026-08-01", false)}, ByObligation, "RGPD, art. 6(1)(c)"},
		{"share for a contract, offers refused", share, []fact{rests(policy.Contract), under, to, objection("2026-08-01", false)}, ByContractForUses, "RGPD, art. 6(1)(b)"},
		{"share for a contract, everything refused", share, []fact{rests(policy.Contract), under, to, objection("2026-08-01", true)}, Objected, "RGPD, art. 21"},
		{"share on interest, offers refused", share, []fact{rests(policy.LegitimateInterest), informed(Yes), to, objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"law and interest together, refused", share, []fact{rests(policy.LegalObligation, policy.LegitimateInterest), informed(Yes), to, objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"offers are no duty, whatever the policy says", mail, []fact{duty, objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
		{"service with an offer, refused by name", recall, []fact{under, offers(), objection("2026-08-01", false), named}, Objected, "RGPD, art. 21"},
		{"letter on a contract alone", "post prospecting other 2026-09-01 11:00", []fact{rests(policy.Contract), under, informed(Yes)}, NoBasis, ""},
	}
}

// thirds: calls for somebody else. The contract and the request are the company's own.
func thirds() []decision {
	const ban = "call prospecting energy_saving 2026-09-01 11:00"
	to := partner("isolation-exemple")
	named := agreed("2026-08-20 10:00", OtherGoods, Call)
	named.Partners = []string{"isolation-exemple"}
	return []decision{
		{"our contract, a call for a third party", sell, []fact{paris(), to, contract("2025-01-01", "", OtherGoods)}, NoConsent, "L. 223-1"},
		{"our contract in a banned sector, a call for a third party", ban, []fact{paris(), to, contract("2025-01-01", "", EnergySaving)}, SectorBan, "L. 223-1"},
		{"our contract in a banned sector, a mail for a third party", "email prospecting energy_saving 2026-09-01 11:00", []fact{to, contract("2025-01-01", "", EnergySaving)}, SectorBan, "L. 223-8"},
		{"asked us to call, a call for a third party", sell, []fact{paris(), to, request("2026-08-31 10:00", OtherGoods)}, NoConsent, "L. 223-1"},
		{"asked us to call in a banned sector, a call for a third party", ban, []fact{paris(), to, request("2026-08-31 10:00", EnergySaving)}, SectorBan, "L. 223-1"},
		{"consent that names the third party", sell, []fact{paris(), to, consent(named)}, ByConsent, "L. 223-1"},
		{"a machine from a mobile, dialled from abroad", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Automated)), caller("0033 6 39 98 00 00")}, CallerMobile, "Arcep"},
		{"a machine from a mobile, zero in brackets", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Automated)), caller("+33 (0)6 39 98 00 00")}, CallerMobile, "Arcep"},
	}
}

// promises: the published policy gives consent as the only basis.
func promises() []decision {
	const before = "call prospecting other 2026-08-10 11:00"
	alone := rests(policy.Consent)
	bought := sale("2026-06-01", OtherGoods, Yes, Yes)
	ours := contract("2025-01-01", "", OtherGoods)
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Call))
	return []decision{
		{"consent promised, a customer who bought", mail, []fact{alone, bought}, ConsentPromised, "RGPD, art. 6"},
		{"consent promised, a customer who agreed", mail, []fact{alone, bought, consent(agreed("2026-08-20 10:00", OtherGoods, Email))}, ByConsent, "RGPD, art. 6"},
		{"consent promised, an ongoing contract", sell, []fact{paris(), alone, ours}, ConsentPromised, "RGPD, art. 6"},
		{"consent promised and given, an ongoing contract", sell, []fact{paris(), alone, ours, yes}, ByContract, "L. 223-1"},
		{"consent promised, the year over, an ongoing contract", "call prospecting other 2027-09-01 11:00", []fact{paris(), alone, ours, yes}, ConsentPromised, "RGPD, art. 6"},
		{"consent promised, asked to be called", sell, []fact{paris(), alone, request("2026-08-31 10:00", OtherGoods)}, ByCallbackAnyhow, "R. 223-4"},
		{"consent promised, a list that was screened", before, []fact{paris(), alone, screened("2026-08-01"), lastContact("2026-01-01")}, ConsentPromised, "RGPD, art. 6"},
		{"consent promised, a professional", mail, []fact{alone, kind(Business), informed(Yes), related(Yes), lastContact("2026-06-01")}, ConsentPromised, "RGPD, art. 6"},
		{"consent promised, a generic address", mail, []fact{alone, kind(Mailbox)}, AsMailbox, "L. 34-5"},
		{"consent promised in a banned sector", "call prospecting energy_saving 2026-09-01 11:00", []fact{paris(), alone, yes}, SectorBan, "L. 223-1"},
	}
}

// channels: the channels that the owner wrote are the purpose's only ones.
func channels() []decision {
	by := func(c ...Channel) fact { return func(q *Question, _ *Facts, _ *Choices) { q.Purpose.Channels = c } }
	bought := sale("2026-06-01", OtherGoods, Yes, Yes)
	return []decision{
		{"a purpose of mails, a mail", mail, []fact{by(Email), bought}, BySoftOptIn, "L. 34-5"},
		{"a purpose of mails, an SMS", "sms prospecting other 2026-09-01 11:00", []fact{by(Email), bought}, ChannelUnused, ""},
		{"a purpose of calls, a machine", "autocall prospecting other 2026-09-01 11:00", []fact{paris(), by(Call), consent(agreed("2026-08-20 10:00", OtherGoods, Call, Automated))}, ChannelUnused, ""},
		{"a purpose of mails, a profile", "profile other - 2026-09-01 11:00", []fact{by(Email), consent(agreed("2026-08-20 10:00", OtherGoods, Profile))}, ByConsent, "RGPD, art. 6"},
		{"a refusal comes before the channel", "sms prospecting other 2026-09-01 11:00", []fact{by(Email), bought, objection("2026-08-01", false)}, Objected, "RGPD, art. 21"},
	}
}

// terms: whether the data may stay was asked for a term that ended on 28 August.
func terms() []decision {
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Email))
	asked := func(purpose policy.PurposeID, last string) fact {
		return known(func(f *Facts) {
			f.Permissions = append(f.Permissions, Permission{ID: "question-1", At: at("2026-08-22 10:00"), Purpose: purpose, Term: policy.MustDate("2026-08-28"), Last: policy.MustDate(last)})
		})
	}
	said := func(kind, when string) fact {
		return known(func(f *Facts) { f.answered(Record{Kind: kind, Of: "question-1", At: at(when)}) })
	}
	const ask = "2026-08-31"
	return []decision{
		{"asked, answered no", mail, []fact{yes, asked("sales", ask), said(LetGo, "2026-08-25 10:00")}, NotKept, "RGPD, art. 5(1)"},
		{"asked, no answer", mail, []fact{yes, asked("sales", ask)}, NotKept, "RGPD, art. 5(1)"},
		{"asked, days to answer left after the term", mail, []fact{yes, asked("sales", "2026-09-10")}, NotKept, "RGPD, art. 5(1)"},
		{"asked, answered no, before the term's end", "email prospecting other 2026-08-27 11:00", []fact{yes, asked("sales", ask), said(LetGo, "2026-08-25 10:00")}, ByConsent, "RGPD, art. 6"},
		{"asked, answered yes", mail, []fact{yes, asked("sales", ask), said(Kept, "2026-08-25 10:00")}, ByConsent, "RGPD, art. 6"},
		{"asked, a yes that is to come", mail, []fact{yes, asked("sales", ask), said(Kept, "2026-09-02 10:00")}, NotKept, "RGPD, art. 5(1)"},
		{"asked, answered no, agreed again", mail, []fact{yes, asked("sales", ask), said(LetGo, "2026-08-25 10:00"), consent(agreed("2026-08-30 10:00", OtherGoods, Email))}, ByConsent, "RGPD, art. 6"},
		{"asked about another purpose", mail, []fact{yes, asked("news", ask), said(LetGo, "2026-08-25 10:00")}, ByConsent, "RGPD, art. 6"},
		{"asked, no answer, in contract", mail, []fact{yes, asked("sales", ask), contract("2026-01-01", "", OtherGoods)}, ByConsent, "RGPD, art. 6"},
		{"asked, no answer, the stores have another term", mail, []fact{yes, asked("sales", ask), claim(ClaimActive)}, ByConsent, "RGPD, art. 6"},
	}
}
