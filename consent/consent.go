// Package consent is for what each person agreed to or refused, and for the one question
// that every use of their data asks first: may I?
//
// Decide is a pure function: the law of the day, the choices of the owner where the law is
// contested, the question and the facts on the person give the answer, with the rule, the
// proofs and the instant until which it holds. What is not known is a no that says what is
// missing. Nothing here reads a clock, a file or a database.
package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Channel is how a person would be reached, or what would be done with their data.
type Channel string

// The channels. Automated is a call made or a voice message dropped by a machine. Share and
// Profile reach nobody: they hand data to a third party, and draw conclusions from them.
const (
	Call      Channel = "call"
	Automated Channel = "autocall"
	SMS       Channel = "sms"
	Email     Channel = "email"
	Social    Channel = "social"
	Post      Channel = "post"
	Share     Channel = "share"
	Profile   Channel = "profile"
)

// Channels lists them all.
func Channels() []Channel {
	return []Channel{Call, Automated, SMS, Email, Social, Post, Share, Profile}
}

// phone reports whether the channel is a telephone that rings.
func (c Channel) phone() bool { return c == Call || c == Automated }

// written reports whether the channel is electronic mail in the sense of article L. 34-5.
func (c Channel) written() bool { return c == SMS || c == Email || c == Social }

// Use is what a purpose does with people.
type Use string

// The uses. Prospecting offers something; Service carries out a contract or answers a
// request, with no offer in it; Other reaches nobody.
const (
	Prospecting Use = "prospecting"
	Service     Use = "service"
	Other       Use = "other"
)

// Goods says what an offer is about, as far as the law tells kinds apart.
type Goods string

// The kinds of goods and services. HeatingReplacement is contested: whether to replace a
// boiler is to save energy is for the owner to choose. OtherGoods is everything that no ban
// names; the empty kind is not known.
const (
	EnergySaving       Goods = "energy saving"
	RenewableEnergy    Goods = "renewable energy"
	HomeAdaptation     Goods = "home adaptation"
	HeatingReplacement Goods = "heating replacement"
	PressGoods         Goods = "press"
	OtherGoods         Goods = "other"
)

// AllGoods lists the kinds.
func AllGoods() []Goods {
	return []Goods{EnergySaving, RenewableEnergy, HomeAdaptation, HeatingReplacement, PressGoods, OtherGoods}
}

// Purpose is what the question needs to know of a purpose of the policy.
type Purpose struct {
	ID    policy.PurposeID
	Use   Use
	Goods Goods
	Basis []policy.Basis
	// Channels are those by which the owner says that the purpose reaches people; none says
	// nothing of them.
	Channels []Channel
}

// Uses reports whether the purpose reaches people by a channel. To share data and to draw
// profiles reach nobody.
func (p Purpose) Uses(c Channel) bool {
	return len(p.Channels) == 0 || c == Share || c == Profile || slices.Contains(p.Channels, c)
}

// carriesOut reports whether the purpose carries out a contract, a request or the law, and
// offers nothing: what a person says of offers leaves it.
func (p Purpose) carriesOut() bool { return p.Use == Service || p.Use == Other && serves(p.Basis) }

// owed reports whether the law alone asks for the purpose: a withdrawal ends what rests on
// consent (article 7(3) GDPR), an objection what rests on interest (article 21(1)), and neither
// reaches a duty.
func (p Purpose) owed() bool {
	return p.Use != Prospecting && p.rests(policy.LegalObligation) && !slices.ContainsFunc(p.Basis, func(b policy.Basis) bool { return b != policy.LegalObligation })
}

// consentAlone reports whether the policy names consent and nothing else.
func (p Purpose) consentAlone() bool {
	return len(p.Basis) > 0 && !slices.ContainsFunc(p.Basis, func(b policy.Basis) bool { return b != policy.Consent })
}

// rests reports whether the purpose has one of the grounds.
func (p Purpose) rests(on ...policy.Basis) bool {
	for _, b := range p.Basis {
		for _, o := range on {
			if b == o {
				return true
			}
		}
	}
	return false
}

// Question is one use that somebody is about to make of a person's data.
type Question struct {
	Channel Channel
	Purpose Purpose
	// At is the instant of the use.
	At time.Time
	// Partner is the third party that data go to, or for whom one calls; empty for none.
	Partner string
	// Caller is the number shown to the person called, Masked when none is; empty when it is not
	// told, and then it is not judged.
	Caller string
	// Offers says whether a service message also offers something.
	Offers bool
	// Related says whether the message concerns the function of a professional.
	Related Truth
}

// Masked stands for the number of a caller who shows none.
const Masked = "masked"

// Truth is what is known of a fact: the zero Truth is that nothing is.
type Truth int

// What may be known of a fact.
const (
	Unknown Truth = iota
	No
	Yes
)

// Truly returns Yes or No.
func Truly(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Text is a sentence in both languages of Garant.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// Answer is what may be done, and why.
type Answer struct {
	Allowed bool `json:"allowed"`
	// Rule is what decided, one of the names of Rules.
	Rule Rule `json:"rule"`
	// Reason says it in words, without anything personal.
	Reason Text `json:"reason"`
	// Source is the text of law, Certainty how firm it is.
	Source    string        `json:"source,omitempty"`
	Certainty law.Certainty `json:"certainty,omitempty"`
	// Law is the version of the pack, Day the civil day of the person, on which it was read.
	Law string      `json:"law"`
	Day policy.Date `json:"day"`
	// Proofs are the records that the answer rests on.
	Proofs []string `json:"proofs,omitempty"`
	// Choices are the contested points on which the owner's choice was followed.
	Choices []Point `json:"choices,omitempty"`
	// Until is the first instant at which the answer no longer holds. A yes never outlives its
	// day; a no without an instant holds until the facts change.
	Until time.Time `json:"until,omitzero"`
}
