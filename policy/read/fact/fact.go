// Package fact is the vocabulary in which the reader of policies says what a text states and
// what it leaves open: facts with the words they came from, and questions.
//
// The kinds and the values of norms are words that other programs compare, so that they are
// constants here and are never translated.
package fact

import (
	"fmt"
	"sort"
)

// Kind names what a fact is about.
type Kind string

// The kinds of facts, those of identity and people first.
const (
	Controller      Kind = "controller"
	JointController Kind = "joint_controller"
	ProcessorRole   Kind = "processor_role"
	DPOContact      Kind = "dpo_contact"
	SubjectCategory Kind = "subject_category"
	SourceOfData    Kind = "source_of_data"
	DataCategory    Kind = "data_category"
	MandatoryFields Kind = "mandatory_fields"

	Purpose    Kind = "purpose"
	LegalBasis Kind = "legal_basis"
	Retention  Kind = "retention"
	Consent    Kind = "consent"
	Cookie     Kind = "cookie"

	Recipient Kind = "recipient"
	Transfer  Kind = "transfer"
	Security  Kind = "security"
	Breach    Kind = "breach"

	Right             Kind = "right"
	RightChannel      Kind = "right_channel"
	Deadline          Kind = "deadline"
	Complaint         Kind = "complaint"
	AutomatedDecision Kind = "automated_decision"
	PolicyChange      Kind = "policy_change"
	Other             Kind = "other"
)

// Fact is one thing that a text states, with the words that state it.
type Fact struct {
	Kind Kind `json:"kind"`

	// Quote is the source from Start to End, byte offsets, end exclusive.
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`

	Norm Norm `json:"norm"`

	// Confidence is between 0 and 1: how often such wording has this meaning.
	Confidence float64 `json:"confidence"`

	Section string `json:"section"` // the heading above, "" when there is none
	Block   int    `json:"-"`       // index of the block of the document that holds the quote
	Near    string `json:"-"`       // a purpose named just before, when nothing surer attaches the fact
}

// Question is something that a text leaves open and that whoever publishes it must decide.
type Question struct {
	Kind Ask `json:"kind"`

	// Text asks in French, in one sentence, what must be decided.
	Text string `json:"text"`

	// Quote is the source from Start to End, byte offsets, end exclusive.
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`

	Section string `json:"section"`
	Block   int    `json:"-"`
}

// Asks returns a question about what the fact leaves open, at the place of the fact.
func (f Fact) Asks(kind Ask, text string) Question {
	return Question{Kind: kind, Text: text, Quote: f.Quote, Start: f.Start, End: f.End, Section: f.Section, Block: f.Block}
}

// Ask names what a question is about.
type Ask string

// The kinds of questions.
const (
	TwoStarts       Ask = "two_starts"       // two starts joined by "ou": the later or the earlier
	NoStart         Ask = "no_start"         // a period that does not say from when
	NoCeiling       Ask = "no_ceiling"       // a floor with no period after which data go
	TwoPeriods      Ask = "two_periods"      // the same data under two periods
	VaguePeriod     Ask = "vague_period"     // "the time necessary"
	NoPeriod        Ask = "no_period"        // a purpose with no period, or a text with none
	NoBasis         Ask = "no_basis"         // a purpose without a legal basis
	TwoBases        Ask = "two_bases"        // one purpose on several bases
	BareInterest    Ask = "bare_interest"    // legitimate interest that is not named
	Contradiction   Ask = "contradiction"    // two statements that do not go together
	UnnamedParty    Ask = "unnamed_party"    // a recipient that nobody could find
	NoSafeguard     Ask = "no_safeguard"     // a transfer without instrument
	NoCountry       Ask = "no_country"       // a transfer without country
	OpenList        Ask = "open_list"        // "notamment", "etc."
	NoController    Ask = "no_controller"    // nobody is said to decide
	ConditionalRule Ask = "conditional_rule" // a rule whose condition is left to somebody's judgement
	VagueBasis      Ask = "vague_basis"      // a basis that depends on the case
	SpecialData     Ask = "special_data"     // sensitive data, or a national number, on an ordinary basis
	NoWindow        Ask = "no_window"        // people are asked again, and no time to answer is given
	ObjectionLapses Ask = "objection_lapses" // an objection that is forgotten after a time
	ByPosition      Ask = "by_position"      // columns lost and put together by their order
	NoCookies       Ask = "no_cookies"       // audience measured with consent, and no tracker described
)

// Clamp returns c within the bounds of a confidence.
func Clamp(c float64) float64 { return min(max(c, 0), 1) }

// Sort orders facts as they stand in the text; facts on one place keep the order in which
// they were found.
func Sort(facts []Fact) {
	sort.SliceStable(facts, func(i, j int) bool {
		if facts[i].Start != facts[j].Start {
			return facts[i].Start < facts[j].Start
		}
		return facts[i].End < facts[j].End
	})
}

// SortQuestions orders questions as they stand in the text.
func SortQuestions(asks []Question) {
	sort.SliceStable(asks, func(i, j int) bool { return asks[i].Start < asks[j].Start })
}

// Key tells two facts apart: it is the same for facts of one kind, place and norm.
func (f Fact) Key() string {
	norm, err := f.Norm.MarshalJSON()
	if err != nil { // a value that is no JSON: the place tells enough
		norm = nil
	}
	return fmt.Sprintf("%s %d %d %s", f.Kind, f.Start, f.End, norm)
}
