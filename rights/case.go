package rights

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Right is what is asked: one of policy.RightNames, or Complaint.
type Right string

// The rights of articles 7(3) and 15 to 22 GDPR, and of articles 84 to 86 of the French act.
// Complaint is a question about how to complain (article 77 GDPR).
const (
	Access        Right = "access"
	Rectification Right = "rectification"
	Erasure       Right = "erasure"
	Restriction   Right = "restriction"
	Portability   Right = "portability"
	Objection     Right = "objection"
	Withdrawal    Right = "withdraw_consent"
	PostMortem    Right = "post_mortem"
	HumanReview   Right = "human_review"
	Complaint     Right = "complaint"
)

// Rights returns every right that can be asked, in the order of the GDPR's articles.
func Rights() []Right {
	return []Right{Access, Rectification, Erasure, Restriction, Portability, Objection, Withdrawal, PostMortem, HumanReview, Complaint}
}

// Channel is how a request came in.
type Channel string

// The channels. A request is one however it comes: the law asks for no form.
const (
	ByForm   Channel = "form"
	ByMail   Channel = "mail"
	ByLetter Channel = "letter"
	ByCall   Channel = "call"
)

// Channels returns the ways in which a request may come.
func Channels() []Channel { return []Channel{ByForm, ByMail, ByLetter, ByCall} }

// State is where a case stands.
type State string

// The states. Identity stops the clock; Incomplete means that some place could not be looked
// at; Partly means that part of what was asked was done and the rest refused.
const (
	Received   State = "received"
	Identity   State = "identity"
	Searching  State = "searching"
	Incomplete State = "incomplete"
	Review     State = "review"
	Answered   State = "answered"
	Partly     State = "partly"
	Refused    State = "refused"
	Notified   State = "notified"
	Closed     State = "closed"
)

// Decided reports whether the person has an answer in this state.
func (s State) Decided() bool {
	return slices.Contains([]State{Answered, Partly, Refused, Notified, Closed}, s)
}

// Tells reports whether recipients are told in this state: something was done, and the case is
// not over.
func (s State) Tells() bool { return slices.Contains([]State{Answered, Partly, Notified}, s) }

// Case is one request of one person. It is changed by its acts alone.
type Case struct {
	// ID is given by the state, such as request-7; it goes into letters and into the ledger.
	ID    string  `json:"id"`
	Right Right   `json:"right"`
	State State   `json:"state"`
	Via   Channel `json:"via"`
	// Received is the day the request arrived, from which the law counts.
	Received policy.Date `json:"received"`
	// Owner is the role that answers for the case.
	Owner string `json:"owner,omitempty"`
	// Language is the one in which the person asked, and is written to; empty is French.
	Language Language `json:"language,omitempty"`
	// Person is what the case says of the person; it is forgotten by rule.
	Person Person `json:"person"`
	// Verified are the kinds of identifiers that identity was settled for.
	Verified []string `json:"verified,omitempty"`
	// Guess says how the right was read from words; empty once a human said which it is.
	Guess Guess `json:"guess,omitempty"`
	// Messages are the keyed digests of the e-mails that were taken into the case, in hex.
	Messages []string `json:"messages,omitempty"`
	// Purposes are those that an objection or a withdrawal is about; empty means all it reaches.
	Purposes []policy.PurposeID `json:"purposes,omitempty"`
	// Marketing is true of an objection to prospecting, which nothing outweighs (article 21(3)).
	Marketing bool `json:"marketing,omitempty"`
	// Holds are the holds that a restriction placed.
	Holds []string `json:"holds,omitempty"`
	// RepeatOf names an earlier case of the same person and right.
	RepeatOf string `json:"repeat_of,omitempty"`
	// Extended is true once the person was told that the answer takes up to three months.
	Extended bool `json:"extended,omitempty"`
	// Stops are when the clock stood still.
	Stops []Stop `json:"stops,omitempty"`
	// Link is the nonce of the one link that identifies, and LinkUsed whether it was followed.
	Link     string `json:"link,omitempty"`
	LinkUsed bool   `json:"link_used,omitempty"`
	// Parcel is the answer that waits to be fetched; nil where none does.
	Parcel *Parcel `json:"parcel,omitempty"`
	// Erasing is what the case ends in the stores; nil while nothing was planned.
	Erasing *Erasing `json:"erasing,omitempty"`
	// Corrections are the fields that a rectification corrected.
	Corrections []Corrected `json:"corrections,omitempty"`
	// Letters are those that were sent, Notices what recipients of the data were told.
	Letters []Letter `json:"letters,omitempty"`
	Notices []Notice `json:"notices,omitempty"`
	// Steps are the acts, oldest first.
	Steps []Step `json:"steps"`
	// Forgotten is true once what the case said of the person is gone.
	Forgotten bool `json:"forgotten,omitempty"`
}

// Person is everything personal in a case.
type Person struct {
	// Identifiers by kind, as the register binds them: email, phone, id.
	Identifiers map[string]string `json:"identifiers,omitempty"`
	Name        string            `json:"name,omitempty"`
	// Born is the day of birth, where age matters.
	Born policy.Date `json:"born,omitzero"`
	// Agent acts for the person under a mandate, Guardian for a child, Heir for the dead.
	Agent    string `json:"agent,omitempty"`
	Guardian string `json:"guardian,omitempty"`
	Heir     string `json:"heir,omitempty"`
	// Power is what they say their power rests on, such as the day and the matter of a mandate;
	// Receives says that the mandate lets the agent receive the answer, Directives that the
	// person's own directives name who acts.
	Power      string `json:"power,omitempty"`
	Receives   bool   `json:"receives,omitempty"`
	Directives bool   `json:"directives,omitempty"`
	// Died is the day of death, where an heir acts.
	Died policy.Date `json:"died,omitzero"`
	// Contact is the e-mail address of who acts: letters go there, and nobody is searched by it.
	Contact string `json:"contact,omitempty"`
	// Said is what was asked, in the person's words or those of whoever took the call.
	Said string `json:"said,omitempty"`
	// Decided are the candidates that a human took or left.
	Decided []Decision `json:"decided,omitempty"`
}

// Stop is a time during which the clock stood still; a zero Until has not ended.
type Stop struct {
	From  policy.Date `json:"from"`
	Until policy.Date `json:"until,omitzero"`
}

// Step is one act in a case.
type Step struct {
	At   time.Time   `json:"at"`
	Day  policy.Date `json:"day"`
	What Act         `json:"what"`
	// Word is a reference or one of a list of words, such as the means of identification.
	Word string `json:"word,omitempty"`
	// Digest is that of the file that was handed over, in hex; it goes into the ledger.
	Digest string `json:"digest,omitempty"`
	// Why is said in words and may be personal; it is forgotten with the person.
	Why string `json:"why,omitempty"`
	// By is the role or name of whoever acted; it is forgotten too.
	By string `json:"by,omitempty"`
}

// Act is what moves a case.
type Act string

// The acts.
const (
	Opened       Act = "opened"
	Joined       Act = "message_joined"
	Confirm      Act = "right_confirmed"
	NoRequest    Act = "no_request"
	Acknowledged Act = "acknowledged"
	LinkMade     Act = "link_made"
	// AddressConfirmed: who acts for the person showed that the address is theirs.
	AddressConfirmed Act = "address_confirmed"
	Doubted          Act = "doubted"
	Identified       Act = "identified"
	Extend           Act = "extended"
	Looked           Act = "looked"
	LookedPartly     Act = "looked_partly"
	Reviewed         Act = "reviewed"
	Planned          Act = "planned"
	Carried          Act = "carried_out"
	Verified         Act = "verified"
	Answer           Act = "answered"
	AnswerPartly     Act = "answered_partly"
	Refuse           Act = "refused"
	FetchLinked      Act = "fetch_link_made"
	Fetched          Act = "answer_fetched"
	Executed         Act = "directives_executed"
	Rectified        Act = "rectified"
	Restricted       Act = "restricted"
	Lifted           Act = "restriction_lifted"
	LetterSent       Act = "letter_sent"
	LanguageSet      Act = "language_set"
	RecipientDone    Act = "recipient_confirmed"
	Told             Act = "recipients_told"
	Close            Act = "closed"
	Lapsed           Act = "lapsed"
	Forgot           Act = "forgotten"
)

// Errors that callers test for. None names a person.
var (
	// ErrAct says that the case cannot be moved so from where it stands.
	ErrAct = errors.New("the case does not stand where this can be done")
	// ErrGuardian says that a child's request needs a holder of parental authority.
	ErrGuardian = errors.New("the person is a child: a holder of parental authority must ask")
	// ErrDocument says that an identity document is asked only on a recorded doubt.
	ErrDocument = errors.New("an identity document may be asked only on a recorded doubt")
	// ErrLate says that the first month is over, within which an extension must be told.
	ErrLate = errors.New("the month in which an extension must be told is over")
	// ErrForgotten says that what the case said of the person is gone.
	ErrForgotten = errors.New("what the case said of the person is gone")
	// ErrReason says that the law wants the reason told, and none was given.
	ErrReason = errors.New("the law wants the reason told to the person")
)

// from says from which states an act is possible, and to leads; an empty to stays.
type from struct {
	states []State
	to     State
}

// moves is the table of the acts that move a case.
func moves() map[Act]from {
	open := []State{Received, Identity, Searching, Incomplete, Review}
	known := []State{Searching, Incomplete, Review}
	given := []State{Answered, Partly, Notified}
	return map[Act]from{
		Joined:           {open, ""},
		Confirm:          {open, ""},
		NoRequest:        {[]State{Received, Identity, Searching}, Closed},
		Acknowledged:     {open, ""},
		LinkMade:         {[]State{Received, Identity}, ""},
		AddressConfirmed: {[]State{Received, Identity}, ""},
		Doubted:          {[]State{Received}, Identity},
		Identified:       {[]State{Received, Identity}, Searching},
		Extend:           {open, ""},
		Looked:           {known, Review},
		LookedPartly:     {known, Incomplete},
		Reviewed:         {known, ""},
		Planned:          {known, ""},
		Carried:          {known, ""},
		Verified:         {known, ""},
		LetterSent:       {append(append([]State{Refused, Closed}, open...), given...), ""},
		LanguageSet:      {append(append([]State{Refused, Closed}, open...), given...), ""},
		RecipientDone:    {append([]State{Closed}, given...), ""},
		FetchLinked:      {append([]State{Closed}, given...), ""},
		Fetched:          {append([]State{Closed}, given...), ""},
		Executed:         {given, Closed},
		Rectified:        {append([]State{Review, Closed}, given...), ""}, // once more, after a restore
		Restricted:       {known, ""},
		Lifted:           {append(given, Closed), ""},
		Answer:           {[]State{Searching, Review}, Answered},
		AnswerPartly:     {known, Partly},
		Refuse:           {open, Refused},
		Told:             {given, Notified},
		Close:            {append(given, Refused), Closed},
		Lapsed:           {[]State{Identity}, Closed},
	}
}

// act moves the case and notes the step.
func (c *Case) act(s Step) error {
	m, ok := moves()[s.What]
	if !ok || !slices.Contains(m.states, c.State) {
		return fmt.Errorf("%s: %s from state %s: %w", c.ID, s.What, c.State, ErrAct)
	}
	if c.Guess != "" && !slices.Contains(whileGuessed(), s.What) {
		return fmt.Errorf("%s: %s: %w", c.ID, s.What, ErrGuess)
	}
	if m.to != "" {
		c.State = m.to
	}
	c.Steps = append(c.Steps, s)
	return nil
}

// Has returns the last step of that kind, and whether there is one.
func (c Case) Has(what Act) (Step, bool) {
	for _, s := range slices.Backward(c.Steps) {
		if s.What == what {
			return s, true
		}
	}
	return Step{}, false
}

// Ended is the day the case was decided; zero while it is open.
func (c Case) Ended() policy.Date {
	for _, s := range c.Steps {
		if slices.Contains([]Act{Answer, AnswerPartly, Refuse, Lapsed, NoRequest}, s.What) {
			return s.Day
		}
	}
	return policy.Date{}
}

// Child reports whether the person was under the age of article 45 of the French act when
// the request came; false where no day of birth is known.
func (c Case) Child(v law.Values) (bool, error) {
	if c.Person.Born.IsZero() {
		return false, nil
	}
	age, err := v.Int("child.age")
	return c.Received.Before(c.Person.Born.Add(policy.Period{Months: 12 * age})), err
}
