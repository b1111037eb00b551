// Package plan is for what is to be done: a value that is computed, shown, saved, approved
// and executed, always the same object. The dry run is not a second code path. A plan holds
// counts, predicates and reasons, never a personal value.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Version is the version of the plan file's form. A file of another version is refused.
const Version = 1

// Plan is what the promises require on one day.
type Plan struct {
	Version int         `json:"version"`
	AsOf    policy.Date `json:"as_of"`
	// PolicyDigest, BindingDigest and SchemaDigest are hex SHA-256 digests of the canonical
	// policy, the canonical register and what Inspect found of the bound tables. A change of
	// any of them voids an approval.
	PolicyDigest  string `json:"policy_digest"`
	BindingDigest string `json:"binding_digest"`
	SchemaDigest  string `json:"schema_digest"`
	// Occasion says why a plan was made beside the daily one, such as the replay of a store
	// that was restored; it makes the plan another one than that of the same day. It names a
	// store and an instant, never a person.
	Occasion string `json:"occasion,omitempty"`
	Steps    []Step `json:"steps"`
	Totals   Totals `json:"totals"`
	// Seal is a keyed digest of everything above, made with a key of the state, so that a
	// plan file edited by hand is found out. Empty for a plan that was not saved.
	Seal string `json:"seal,omitempty"`
}

// Step is one action on the due rows of one dataset.
type Step struct {
	// ID names the step within the plan: dataset, action and groups joined with "/".
	ID      string        `json:"id"`
	Dataset string        `json:"dataset"`
	Store   string        `json:"store"`
	Action  policy.Action `json:"action"`
	// WholeRow is true when rows are deleted, false when fields of them are.
	WholeRow bool              `json:"whole_row"`
	Groups   []policy.Category `json:"groups"`
	// Due, Held and Undetermined count records; Rows is how many the dataset has.
	Due          int64 `json:"due"`
	Held         int64 `json:"held"`
	Undetermined int64 `json:"undetermined"`
	// Asking counts records to whom the question of re-permission has been put already.
	Asking  int64    `json:"asking,omitempty"`
	Rows    int64    `json:"rows"`
	Because []Reason `json:"because"`
	// Needs lists why the step must be approved by name and count; empty when it need not.
	Needs []string `json:"needs,omitempty"`
	// Ended are the purposes whose claims the people themselves ended, by an objection or a
	// withdrawal; empty for a step of terms. Such a step names its records, and its name ends
	// with the purposes.
	Ended []policy.PurposeID `json:"ended,omitempty"`
	// Work is what the engine executes.
	Work Work `json:"work"`
}

// Reason is one promise that makes the step's records due.
type Reason struct {
	Purpose policy.PurposeID `json:"purpose"`
	Rule    policy.RuleID    `json:"rule"`
	// Cutoff is the last day of an event for which the rule's term has run out.
	Cutoff policy.Date `json:"cutoff"`
	Says   policy.Says `json:"says"`
	// Due counts the step's records that this promise once claimed and no longer does.
	Due int64 `json:"due"`
}

// Work is a step as the engine carries it out; it knows no law.
type Work struct {
	Table store.Table `json:"table"`
	// Where is the whole justification but for holds: it holds for the rows that are due on
	// the plan's day. It is re-evaluated on locked rows, with the holds of that moment.
	Where store.Pred `json:"where"`
	// Held holds for the rows that holds stopped when the plan was made; the step's Due leaves
	// them out. A hold may name a person, so it is in no plan file.
	Held store.Pred `json:"-"`
	// Set are the assignments of a step that is not WholeRow, and of a row that is kept as a
	// shell because others still name it.
	Set []store.Assign `json:"set,omitempty"`
	// Copy are the columns an archive step copies before it acts.
	Copy []string `json:"copy,omitempty"`
	// Children are acted on before the row, deepest first, when the row is deleted.
	Children []Child `json:"children,omitempty"`
}

// Named returns the keys of the records that the work names; none where it finds them by their
// dates alone.
func (w Work) Named() []store.Key {
	for _, p := range append([]store.Pred{w.Where}, w.Where.Args...) {
		if p.Op == store.OpKeyIn {
			return p.Keys
		}
	}
	return nil
}

// Due holds for the rows that the step counted as due: known only until the plan is written.
func (w Work) Due() store.Pred { return store.Simplify(store.And(w.Where, store.Not(w.Held))) }

// Child is what happens to the rows that name a deleted row.
type Child struct {
	Dataset string     `json:"dataset"` // empty for a table that is no dataset
	Link    store.Link `json:"link"`
	// Do says what is done with them.
	Do ChildAction `json:"do"`
	// Fenced is true when a foreign key of the store stands behind the link, so that nobody
	// can insert such a row while its parent is locked. Without one the engine looks again
	// before it commits.
	Fenced bool `json:"fenced,omitempty"`
	// Children of the children, for deleted ones.
	Children []Child `json:"children,omitempty"`
}

// ChildAction is what the deletion of a row does to a row that names it.
type ChildAction string

// The child actions. DeleteChild follows part_of; BlankLink sets the linking columns to
// NULL (refers_to); KeepShell leaves the parent as a shell while such a child is there.
const (
	DeleteChild ChildAction = "delete"
	BlankLink   ChildAction = "blank"
	KeepShell   ChildAction = "shell"
)

// Totals sums the steps.
type Totals struct {
	Due          int64 `json:"due"`
	Held         int64 `json:"held"`
	Undetermined int64 `json:"undetermined"`
}

// Digest returns the hex SHA-256 digest of the plan without its seal; it names the plan.
func (p Plan) Digest() string {
	p.Seal = ""
	b, err := json.Marshal(p.normal())
	if err != nil {
		panic(err) // a plan is made of plain values
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
