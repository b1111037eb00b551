package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Kind says in what quality a person is reached.
type Kind string

// The kinds. Consumer is also what an unknown person is taken for, since the law protects
// consumers most. Mailbox is an address of a company that is nobody's, such as contact@.
const (
	Consumer Kind = "consumer"
	Business Kind = "business"
	Mailbox  Kind = "mailbox"
)

// Facts are what is known of one person for one question. What is not there is not known,
// and what is not known is never a reason for a yes.
type Facts struct {
	Kind Kind
	// Place is where the person is; where it is not known, a call must be lawful everywhere.
	Place law.Territory
	// Deceased, Restricted (article 18 GDPR) and Quarantined (a bought contact whose origin is
	// not proven) each stop every use.
	Deceased, Restricted, Quarantined bool
	// Claim is the state of the purpose's claim on the person's data; empty when no store was
	// asked.
	Claim Claim
	// Bought is true for a contact bought from or brought by a third party.
	Bought bool
	// Informed says whether the person was told of the use, and of the right to object, when
	// the data were collected.
	Informed    Truth
	Objections  []Objection
	Withdrawals []Withdrawal
	Consents    []Consent
	Contracts   []Contract
	Requests    []Request
	Slots       []Slot
	Contacts    []Contact
	Sales       []Sale
	Permissions []Permission
	// Screened is the last day on which the opposition list was consulted and the number not
	// found on it; zero when it was not.
	Screened policy.Date
	// LastContact is the last day the person did something towards the company; to open a
	// message is not such a thing. Zero when not known.
	LastContact policy.Date
}

// Claim is the state of a claim, as package retention tells it.
type Claim string

// The states of a claim. Active alone allows a use.
const (
	ClaimAsking    Claim = "asking"
	ClaimArchived  Claim = "archived"
	ClaimSuspended Claim = "suspended"
	ClaimEnded     Claim = "ended"
	ClaimActive    Claim = "active"
	ClaimUnknown   Claim = "unknown"
)

// Scope is what an act of a person is about. An empty member is not narrowed.
type Scope struct {
	Channels []Channel          `json:"channels,omitempty"`
	Purposes []policy.PurposeID `json:"purposes,omitempty"`
}

// covers reports whether the scope reaches the question.
func (s Scope) covers(q Question) bool {
	return (len(s.Channels) == 0 || slices.Contains(s.Channels, q.Channel)) &&
		(len(s.Purposes) == 0 || slices.Contains(s.Purposes, q.Purpose.ID))
}

// refuses reports whether a no of this scope reaches the question. Who refuses to be called
// refuses the calls of a machine with them.
func (s Scope) refuses(q Question) bool {
	if q.Channel == Automated && slices.Contains(s.Channels, Call) {
		q.Channel = Call
	}
	return s.covers(q)
}

// Objection is a person's no (article 21 GDPR). It lasts until the person lifts it.
type Objection struct {
	ID string
	At time.Time
	Scope
	// Everything is true when it also reaches messages about a contract or a request; an
	// objection to prospecting does not.
	Everything bool
	// Spoken is true when it was said during a call.
	Spoken bool
	Lifted time.Time
}

// Withdrawal ends the consents given until then. A later consent is a new one.
type Withdrawal struct {
	ID string
	At time.Time
	Scope
	Spoken bool
}

// Consent is a person's yes, with what is known of how it was given.
type Consent struct {
	ID string
	At time.Time
	Scope
	// Goods is the kind of goods or services named when it was asked.
	Goods []Goods
	// Partners are the third parties named when it was asked.
	Partners []string
	// Until is the last day of the period agreed; zero when none was named.
	Until policy.Date
	// Notice is the digest of the text shown, Proof that of what shows the act itself (the
	// form sent, the recording, the paper). Empty when missing.
	Notice, Proof string
}

// Contract is a contract that the person has with the company.
type Contract struct {
	ID string
	// From and To are its first and last day; a zero To is open, a zero From is not known.
	From, To policy.Date
	// About are the kinds of goods it is about, complements and improvements included.
	About []Goods
}

// Request is what a person asked to be called or written about.
type Request struct {
	ID string
	At time.Time
	// About are the goods asked about.
	About []Goods
	// Proof is the digest of what shows that it was asked; empty when missing.
	Proof string
	// Closed is when it was dealt with; zero while it is open.
	Closed time.Time
}

// Slot is an instant that a person agreed to be called at.
type Slot struct {
	ID    string
	At    time.Time
	Proof string
}

// Outcome is how a contact ended.
type Outcome string

// The outcomes. Refused is a no to what was offered; Opposed is a no to being called at all,
// an objection like the others, for calls and for the channel by which it was said.
const (
	Answered   Outcome = "answered"
	Unanswered Outcome = "unanswered"
	Refused    Outcome = "refused"
	Opposed    Outcome = "opposed"
	Bounced    Outcome = "bounced"
	Clicked    Outcome = "clicked"
	Opened     Outcome = "opened"
)

// Outcomes lists them all.
func Outcomes() []Outcome {
	return []Outcome{Answered, Unanswered, Refused, Opposed, Bounced, Clicked, Opened}
}

// Contact is an attempt to reach the person.
type Contact struct {
	ID      string
	At      time.Time
	Channel Channel
	Purpose policy.PurposeID
	Outcome Outcome
	// Service is true when nothing was offered; such a call is not prospecting.
	Service bool
}

// Sale is something the person bought from the company itself.
type Sale struct {
	ID    string
	At    policy.Date
	Goods []Goods
	// Told says whether the person was told of the mails at that moment, Free whether they
	// could refuse, then and in each message.
	Told, Free Truth
}
