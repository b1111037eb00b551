// Package policy is for the words of a privacy policy: what a company promised, to whom,
// about which data, for how long and on what legal ground. It holds values only; nothing
// in it knows a database, a file format or today's date.
//
// Glossary. A purpose (finalité) is why data are used; a basis is the legal ground of
// article 6 GDPR; a people category says whom the data are about; a data category says
// what they are; a rule is one promise of retention; an event is what a period is counted
// from; a sentence reference (Says) points into the published text.
package policy

// Names with a meaning have a type, so that a purpose is never taken for a category.
type (
	// PurposeID names a purpose: lower-case letters, digits and underscores.
	PurposeID string
	// RuleID names one retention promise; unless written it is PurposeID.N, counted from 1.
	RuleID string
	// People names a category of data subjects, such as prospect or client.
	People string
	// Category names a data category, such as identity or contact.
	Category string
	// Event names what a period counts from, such as last_contact.
	Event string
	// Says points to the sentence of the published text that makes the promise, such as
	// "§ 4, Devis". It is free text, shown to readers as written.
	Says string
)

// Basis is a legal ground of article 6(1) GDPR.
type Basis string

// The six grounds of article 6(1), contract split in two as French policies do, and
// Unstated for a purpose whose text gives none (a finding, never silently accepted).
const (
	Consent            Basis = "consent"
	Contract           Basis = "contract"
	Precontract        Basis = "precontract"
	LegalObligation    Basis = "legal_obligation"
	VitalInterest      Basis = "vital_interest"
	PublicTask         Basis = "public_task"
	LegitimateInterest Basis = "legitimate_interest"
	Unstated           Basis = "unstated"
)

// Policy is everything a published text promises. Slices keep the order of the file;
// nil and empty mean the same.
type Policy struct {
	Controller Controller
	// Language of the published text, a BCP 47 tag; "fr" unless said.
	Language string
	// Text is the path of the published text, relative to the policy file; may be empty.
	Text     string
	People   []Named[People]
	Data     []Named[Category]
	Events   []Named[Event]
	Purposes []Purpose

	Recipients []Recipient
	Transfers  []Transfer
	Rights     []Right
	Cookies    []Cookie
}

// Named is a declared word with the title that readers see.
type Named[T ~string] struct {
	ID    T
	Title string
}

// Controller is who answers for the data (article 4(7) GDPR).
type Controller struct {
	Name         string
	LegalForm    string
	Registration string // SIREN or SIRET, digits only
	Address      string
	Contact      string // where people exercise their rights
	DPO          string // contact of the data protection officer; may be empty
}

// Purpose is why data are used, with the promises about how long.
type Purpose struct {
	ID     PurposeID
	Title  string
	Basis  []Basis
	People []People
	Data   []Category
	// Automated says, in words for the person, which decision a machine alone takes for the
	// purpose, by which logic and with which consequences (article 22 GDPR); empty for none.
	Automated string
	Says      Says
	Rules     []Rule
}

// Rule is one retention promise. A rule claims, for each record it applies to, the data
// categories it names, from its event until its term; then something must be done.
// Exactly one of Keep, Until and While gives the term, except that While may be added to
// any of them (the claim ends when either does).
type Rule struct {
	ID RuleID
	// For narrows the purpose's people; empty means all of them.
	For []People
	// Data narrows the purpose's categories; empty means all of them.
	Data []Category
	// When is a CEL condition: the claim exists for the records where it is true. Where it
	// is null the claim is possible: the record is undetermined unless the claim would
	// have ended anyway. Empty means always.
	When string
	// While is a CEL condition: the claim lives while it is true and ends at once when it
	// turns false. Empty means no such condition.
	While string
	// Keep is the term counted from After.
	Keep Keep
	// After are the events the term counts from: the latest of them unless Earliest.
	After    []Event
	Earliest bool
	// Round moves the event first, such as to the end of its accounting year.
	Round Rounding
	// Until are events that end an open claim; data are kept through the day of the event.
	// The latest counts unless Earliest. An event that never happened leaves it open.
	Until []Event
	// Archive is the second phase, in the archived tier; nil means none.
	Archive *Archive
	// Then is what happens when the claim has ended and no other lives.
	Then Action
	// Ask holds the re-permission question when Then is Ask; nil otherwise.
	Ask *Ask
	// Fallback is the event used where After or Until gives no usable date; empty means
	// such a record is undetermined and blocks.
	Fallback Event
	// By names a third party that carries the rule out (a lender, a social network). Such
	// a rule is declared and listed, and never claimed done.
	By string
	// Paper says the rule governs paper: a human destroys and attests.
	Paper bool
	Says  Says
}

// Keep is a term. The zero Keep is no term (see Rule.Until and Rule.While).
type Keep struct {
	// Set is true when the rule has a term, which may have no length: zero days means due
	// the day after the event.
	Set    bool
	Period Period
	// AtLeast makes it a floor ("at least 6 years"): it forbids erasing and orders nothing.
	AtLeast bool
	// Operator is true when the text gives no figure and the operator must supply one; until
	// then the rule keeps everything it claims and is a finding.
	Operator bool
	// Read names a term that each record brings (the form version it came with); OneOf
	// lists the values that may be met, any other makes the record undetermined.
	Read  string
	OneOf []Period
}

// Archive is the archived phase of a rule: kept apart, read only with a logged reason.
type Archive struct {
	Period Period
	// More is true when the period counts from the end of the active phase, false when it
	// counts from the same event as Keep.
	More bool
}

// Ask is the re-permission question put to a person when a term has run out.
type Ask struct {
	// Window is how long an answer is awaited; silence through it is a no.
	Window Period
	// Then is what silence or a no leads to: Erase or Anonymise.
	Then Action
}

// Action is what is done with data whose last claim has ended.
type Action string

// The four actions. Archive is not written by rules: it follows from Rule.Archive.
const (
	Erase     Action = "erase"
	Anonymise Action = "anonymise"
	ToArchive Action = "archive"
	AskAgain  Action = "ask"
)

// Rounding moves an event before the term is added.
type Rounding string

// The roundings: none; 31 December of the event's year; the closing of its accounting year;
// 31 December of the year in which that closing lies.
const (
	NoRounding          Rounding = ""
	EndOfYear           Rounding = "end of year"
	EndOfAccountingYear Rounding = "end of accounting_year"
	EndOfClosingYear    Rounding = "end of closing_year"
)

// Accounting reports whether the rounding needs the table of closings.
func (r Rounding) Accounting() bool { return r == EndOfAccountingYear || r == EndOfClosingYear }
