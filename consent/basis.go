package consent

import (
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// specific reports whether the consent names what it is about: an agreement to anything is
// an agreement to nothing.
func (c Consent) specific() bool { return len(c.Channels) > 0 && len(c.Purposes) > 0 }

// needConsent asks for a consent in force that covers the question, and says what is wrong
// with those there are; entry is the law that asks for it.
func (x *asked) needConsent(entry string) verdict {
	worst := no(NoConsent).from(entry)
	for _, c := range x.f.Consents {
		if !x.past(c.At) || x.ended(c) {
			continue
		}
		why := x.fault(c)
		if why == "" {
			last := x.lastDay(c)
			v := verdict{rule: ByConsent, proofs: ids(c.ID)}
			if !last.IsZero() {
				v.until = nextDay(last).Start(x.zone)
			}
			if x.q.Channel.phone() {
				v.entry = entry
			}
			x.ground = v
			return verdict{}
		}
		if worse(why, worst.rule) {
			worst = verdict{rule: why, proofs: ids(c.ID)}
			if !x.q.Channel.phone() {
				worst.entry = "use.consent"
			}
		}
	}
	return worst
}

// ended reports whether a withdrawal that covers the question followed the consent. The
// consents after the last withdrawal are left.
func (x *asked) ended(c Consent) bool {
	return slices.ContainsFunc(x.f.Withdrawals, func(w Withdrawal) bool {
		return x.past(w.At) && w.refuses(x.q) && !w.At.Before(c.At)
	}) || slices.ContainsFunc(x.f.Contacts, func(k Contact) bool {
		return k.Outcome == Refused && x.countsAsWithdrawal(k) && !k.At.Before(c.At) && x.chose(RefusalInCall) == "withdrawal"
	})
}

// fault says what is wrong with a consent; empty when nothing is.
func (x *asked) fault(c Consent) Rule {
	calls := x.q.Channel.phone() && x.law.regime == "consent"
	switch {
	case !c.specific():
		return ConsentUnproven
	case !c.covers(x.q), x.q.Partner != "" && !slices.Contains(c.Partners, x.q.Partner):
		return ConsentElsewhere
	case c.Proof == "", calls && (c.Notice == "" || c.Until.IsZero() || len(c.Goods) == 0):
		return ConsentUnproven
	case calls && !x.about(c.Goods):
		return ConsentElsewhere
	}
	if last := x.lastDay(c); !last.IsZero() && x.day.After(last) {
		return ConsentEnded
	}
	return ""
}

// worse prefers the fault that is nearest to a consent that serves, so that a person is told
// what is left to mend.
func worse(a, b Rule) bool {
	order := []Rule{NoConsent, ConsentElsewhere, ConsentUnproven, ConsentEnded}
	return slices.Index(order, a) > slices.Index(order, b)
}

// lastDay returns the last day of a consent; zero when it has none. To the phone it lasts a
// year at most, whatever was agreed.
func (x *asked) lastDay(c Consent) policy.Date {
	last := c.Until
	if x.q.Channel.phone() && !x.law.consentMax.IsZero() {
		most := policy.DateOf(c.At, x.zone).Add(x.law.consentMax)
		if last.IsZero() || most.Before(last) {
			last = most
		}
	}
	return last
}

// written asks for what lets electronic mail be sent.
func (x *asked) written() verdict {
	if !x.prospecting() || !x.q.Channel.written() {
		return verdict{}
	}
	if !x.consumer() {
		return x.business()
	}
	v := x.needConsent("mail.consumer")
	if v.rule == "" || x.only {
		return v
	}
	for _, s := range x.f.Sales {
		if !s.At.IsZero() && !s.At.After(x.day) && x.about(s.Goods) && s.Told == Yes && s.Free == Yes && x.q.Partner == "" {
			x.ground = verdict{rule: BySoftOptIn, proofs: ids(s.ID)}
			return verdict{}
		}
	}
	return v
}

// business asks for what lets a professional be reached about their work.
func (x *asked) business() verdict {
	switch {
	case x.f.Kind == Mailbox:
		x.ground = verdict{rule: AsMailbox}
	case x.f.Informed != Yes:
		return no(NotInformed).from("use.business")
	case x.q.Related != Yes:
		return no(NotTheirFunction)
	default:
		x.ground = verdict{rule: AsBusiness}
	}
	return verdict{}
}

// posted asks for what lets a letter be sent that offers something.
func (x *asked) posted() verdict {
	if !x.prospecting() || x.q.Channel != Post {
		return verdict{}
	}
	if x.f.Kind == Mailbox {
		return x.business()
	}
	if x.q.Purpose.rests(policy.Consent) {
		return x.needConsent("use.consent")
	}
	return x.interest()
}

// promised asks for a consent where the policy gives the purpose no other basis: what a contract,
// a sale or an interest lets a company do by law, it told people that it does not (articles
// 5(1)(a) and 13(1)(c) GDPR). A call that somebody asked for is agreed to.
func (x *asked) promised() verdict {
	if !x.prospecting() || !x.q.Purpose.consentAlone() {
		return verdict{}
	}
	switch lawful := x.ground; lawful.rule {
	case ByContract, BySoftOptIn, ByScreening, ByInterest, AsPress, AsBusiness, BeforeTheLaw:
		if x.needConsent("use.consent").rule != "" {
			return no(ConsentPromised)
		}
		given := x.ground
		x.ground, x.ground.proofs, x.ground.until = lawful, slices.Concat(lawful.proofs, given.proofs), given.until
	}
	return verdict{}
}

// interest asks that the person knows, and could refuse.
func (x *asked) interest() verdict {
	if !x.q.Purpose.rests(policy.LegitimateInterest) {
		return no(NoBasis)
	}
	if x.f.Informed != Yes {
		return no(NotInformed)
	}
	x.ground = verdict{rule: ByInterest}
	return verdict{}
}

// used asks on what ground data are shared or profiles drawn, or a message is sent that
// neither offers nor serves.
func (x *asked) used() verdict {
	if x.q.Channel != Share && x.q.Channel != Profile && x.q.Purpose.Use != Other {
		return verdict{}
	}
	p := x.q.Purpose
	switch {
	case x.q.Channel == Share && x.q.Partner == "":
		return no(PartnerUnknown)
	case p.rests(policy.Consent), x.q.Channel == Share && x.prospecting():
		return x.needConsent("use.consent")
	case p.rests(policy.LegalObligation):
		x.ground = verdict{rule: ByObligation}
		return verdict{}
	case p.rests(policy.Contract, policy.Precontract):
		return x.underContract()
	}
	return x.interest()
}

func (x *asked) underContract() verdict {
	if c, ok := x.contract(false); ok {
		x.ground = verdict{rule: ByContractForUses, proofs: ids(c.ID)}
		return verdict{}
	}
	if i := slices.IndexFunc(x.f.Requests, x.pending); i >= 0 && x.q.Purpose.rests(policy.Precontract) {
		x.ground = verdict{rule: ByContractForUses, proofs: ids(x.f.Requests[i].ID)}
		return verdict{}
	}
	return no(NoContract)
}

// aged refuses to prospect on data whose person has long been silent. Who is in contract is
// not.
func (x *asked) aged() verdict {
	if !x.prospecting() || x.f.Kind == Mailbox || x.law.prospect.IsZero() {
		return verdict{}
	}
	if _, ok := x.contract(false); ok {
		return verdict{}
	}
	last := x.lastContact()
	switch {
	case last.IsZero():
		return no(AgeUnknown)
	case last.Add(x.law.prospect).Before(x.day):
		return no(Stale)
	}
	return verdict{}
}

// lastContact is the latest day on which the person did something, an answer to the question
// whether their data may stay included.
func (x *asked) lastContact() policy.Date {
	days := []policy.Date{x.lastAct()}
	for _, p := range x.f.Permissions {
		if !p.Answered.IsZero() {
			days = append(days, policy.DateOf(p.Answered, x.zone))
		}
	}
	return x.latest(days)
}

// lastAct is the latest day on which the person agreed, asked, bought, answered or clicked. To
// open a message is to do nothing.
func (x *asked) lastAct() policy.Date {
	days := []policy.Date{x.f.LastContact}
	for _, c := range x.f.Consents {
		days = append(days, policy.DateOf(c.At, x.zone))
	}
	for _, r := range x.f.Requests {
		days = append(days, policy.DateOf(r.At, x.zone))
	}
	for _, s := range x.f.Sales {
		days = append(days, s.At)
	}
	for _, c := range x.f.Contacts {
		if c.Outcome == Answered || c.Outcome == Clicked || c.Outcome == Refused {
			days = append(days, policy.DateOf(c.At, x.zone))
		}
	}
	return x.latest(days)
}

// latest is the last of some days that has come; zero for none.
func (x *asked) latest(days []policy.Date) (last policy.Date) {
	for _, d := range days {
		if !d.After(x.day) && d.After(last) {
			last = d
		}
	}
	return last
}
