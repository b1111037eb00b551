package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Version is the version of the leaves written by this program.
const Version = 1

// Kind says what a leaf tells of.
type Kind string

// The kinds of leaves.
const (
	// Act is an effect on a store: a receipt, entered.
	Act Kind = "act"
	// Planned is a plan that was saved, Approved an approval of one of its steps.
	Planned  Kind = "plan"
	Approved Kind = "approval"
	// HoldPlaced and HoldLifted name a hold by its reference alone: its reason and the
	// records it covers may be personal and stay in the state.
	HoldPlaced Kind = "hold_placed"
	HoldLifted Kind = "hold_lifted"
	// Run is how a run ended, Check what a look at the stores found.
	Run   Kind = "run"
	Check Kind = "check"
	// KeyDestroyed is a key of record digests that is gone: the roots made with it can no
	// longer be tied to records.
	KeyDestroyed Kind = "key_destroyed"
	// KeyRotated is a new key of the ledger itself, by its number; the first entry it signs.
	KeyRotated Kind = "key_rotated"
	// Restored is a store found older than its last receipt; Reapplied an erasure done again
	// on it; ArchiveRead a reading of archived records.
	Restored    Kind = "restored"
	Reapplied   Kind = "reapplied"
	ArchiveRead Kind = "archive_read"
	// PersonRead is a look at what is held on a person: Ref names it in the state, where who
	// looked and why stand, Outcome is what was shown, Rows how many records.
	PersonRead Kind = "person_read"
	// Request is an act in a case about a person's right: Ref is the case, Action the right,
	// Outcome the act, Root the digest of a file that was handed over.
	Request Kind = "request"
	// Recorded is an act of a person that was written down, by the digest of its record;
	// Answers is a batch of answers to the question whether a use is allowed.
	Recorded Kind = "record"
	Answers  Kind = "answers"
	// Receipt is a proof of records that was handed out, by its digest.
	Receipt Kind = "receipt"
	// Swept is how many records or answers were deleted because their term was over.
	Swept Kind = "swept"
	// Chosen is what a visitor of the site chose about trackers, by the digest of the choice;
	// Ref is its number, which names nobody.
	Chosen Kind = "choice"
	// Published is an edition of the policy, by the digest of what it says; Ref is its number.
	Published Kind = "published"
)

// Entry is what a leaf says. It has no member for free text on purpose: names of people
// cannot be written where there is no place for them. Who approved or lifted is in the
// state, under the reference.
type Entry struct {
	Version int       `json:"v"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	// Ref refers to a row of the state: a hold, an approval, a run, a key; of an Act, the
	// request of a person that it carries out.
	Ref string `json:"ref,omitempty"`
	// Store, Receipt and Seq name the receipt that an Act enters.
	Store   string `json:"store,omitempty"`
	Receipt string `json:"receipt,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
	// Plan is the plan's digest, Step the step within it.
	Plan    string   `json:"plan,omitempty"`
	Step    string   `json:"step,omitempty"`
	Action  string   `json:"action,omitempty"`
	Dataset string   `json:"dataset,omitempty"`
	Groups  []string `json:"groups,omitempty"`
	// Grounds are the promises that were carried out.
	Grounds       []Ground    `json:"grounds,omitempty"`
	PolicyDigest  string      `json:"policy,omitempty"`
	BindingDigest string      `json:"binding,omitempty"`
	SchemaDigest  string      `json:"schema,omitempty"`
	AsOf          policy.Date `json:"as_of,omitzero"`
	// Rows, Linked and Root are the receipt's; Rows of an Approved is the count approved.
	Rows   int64  `json:"rows,omitempty"`
	Linked int64  `json:"linked,omitempty"`
	Root   string `json:"root,omitempty"`
	// Due, Held and Undetermined are a plan's totals.
	Due          int64 `json:"due,omitempty"`
	Held         int64 `json:"held,omitempty"`
	Undetermined int64 `json:"undetermined,omitempty"`
	// Outcome is one word, such as done, partly or stopped.
	Outcome string `json:"outcome,omitempty"`
	// Verdicts are what a Check found.
	Verdicts []Verdict `json:"verdicts,omitempty"`
}

// Ground is a rule with the last day of its event for which the term had run out.
type Ground struct {
	Rule   policy.RuleID `json:"rule"`
	Cutoff policy.Date   `json:"cutoff,omitzero"`
}

// Verdict is what a look at the stores found of one promise.
type Verdict struct {
	Promise      string `json:"promise"`
	Verdict      string `json:"verdict"`
	Overdue      int64  `json:"overdue,omitempty"`
	Undetermined int64  `json:"undetermined,omitempty"`
}

// Why is what a receipt does not say of the plan it carries out.
type Why struct {
	Grounds       []Ground
	PolicyDigest  string
	BindingDigest string
	SchemaDigest  string
	// Request is the case that asked for the act; empty for what the promises required.
	Request string
}

// WhyOf reads the justification of a step off its plan. It is empty but for the digests
// when the plan has no such step.
func WhyOf(p plan.Plan, step string) Why {
	w := Why{PolicyDigest: p.PolicyDigest, BindingDigest: p.BindingDigest, SchemaDigest: p.SchemaDigest, Request: p.Request()}
	for _, s := range p.Steps {
		if s.ID != step {
			continue
		}
		for _, r := range s.Because {
			w.Grounds = append(w.Grounds, Ground{r.Rule, r.Cutoff})
		}
	}
	return w
}

// ActOf returns the leaf of a receipt found in the store of that name.
func ActOf(storeName string, r store.Receipt, w Why) Entry {
	return Entry{
		Kind: Act, At: r.At, Ref: w.Request, Store: storeName, Receipt: r.ID, Seq: r.Seq,
		Plan: r.Plan, Step: r.Step, Action: r.Action, Dataset: r.Dataset, Groups: r.Groups,
		Grounds: w.Grounds, PolicyDigest: w.PolicyDigest, BindingDigest: w.BindingDigest, SchemaDigest: w.SchemaDigest,
		AsOf: r.AsOf, Rows: r.Rows, Linked: r.Linked, Root: r.Root,
	}
}

// ErrFreeText says that a reference or an outcome is not one plain word and so might hold
// what has no place in the ledger.
var ErrFreeText = errors.New("the ledger takes references, not text")

var plainWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$`)

// Line returns the leaf's bytes, without a line feed. The same entry always gives the same
// bytes.
func (e Entry) Line() ([]byte, error) {
	for _, word := range []string{e.Ref, e.Outcome, string(e.Kind)} {
		if word != "" && !plainWord.MatchString(word) {
			return nil, fmt.Errorf("enter a leaf of kind %.20q: %w", e.Kind, ErrFreeText)
		}
	}
	e.Version, e.At = Version, e.At.UTC().Round(0)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("enter a leaf of kind %s: %w", e.Kind, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Parse reads a leaf for showing it. Members that this version does not know are passed
// over; what counts for proofs are the leaf's bytes, not this reading of them.
func Parse(leaf []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(leaf, &e); err != nil {
		return Entry{}, errors.New("read a leaf: it is not an entry")
	}
	return e, nil
}
