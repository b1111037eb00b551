package console

import (
	"context"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// Look is what one look at the stores found, with the words that were looked for.
type Look struct {
	// At is when it was taken and Today the day it is true for.
	At     time.Time
	Today  policy.Date
	Policy policy.Policy
	Text   Text
	Truth  retention.Verification
	// Cutoffs are, by rule, the last day of an event for which its term has run out; a rule
	// without a term has none.
	Cutoffs map[policy.RuleID]policy.Date
	// Seats are, by rule, the datasets in which it claims something.
	Seats map[policy.RuleID][]Seat
	// Datasets are all there are, in the order of register.yaml.
	Datasets []Seat
	Holds    []retention.Hold
	// Flows are what each purpose keeps where, in the order of the policy.
	Flows []Flow
	// Trend is how many promises had each verdict on the days that were looked at in the last
	// twelve months, in the order of the days.
	Trend []Tally
	// Entry is the number of the ledger's entry that tells what was found; negative when
	// there is none.
	Entry int64
}

// Flow is a category of data that a purpose keeps in a dataset, or with a third party, whose
// name is then in With.
type Flow struct {
	Purpose policy.PurposeID
	Data    policy.Category
	Seat    Seat
	With    string
}

// Tally is how many promises had a verdict on a day.
type Tally struct {
	Day     policy.Date
	Verdict retention.Outcome
	N       int64
}

// Seat is a dataset with its store and its table.
type Seat struct{ Dataset, Store, Table string }

// Year is what falls due in a year to come if nothing happens meanwhile.
type Year struct {
	Year int
	// Due counts records by rule.
	Due map[policy.RuleID]int64
	// Fallen is what has fallen due by the first day of the year after it.
	Fallen []Fallen
}

// Fallen counts the records that a rule has to let go in a store on a day, if nothing happens
// until then: what is late today among them.
type Fallen struct {
	Rule  policy.RuleID
	Store string
	N     int64
}

// Looker looks at the stores.
type Looker interface {
	// Look reads the company's files and looks at its stores afresh. Files with errors give
	// an *Unready; a store that does not answer is no error, it is told in Look.Truth.
	Look(ctx context.Context) (Look, error)
	// Last returns the last look that was taken under the files as they are, and the years to
	// come if they are known, without asking a store; nil where there is none.
	Last(ctx context.Context) (*Look, []Year, error)
	// Ahead tells what falls due in the coming ten years, the current one first.
	Ahead(ctx context.Context) ([]Year, error)
	// On tells what has fallen due on a day to come.
	On(ctx context.Context, day policy.Date) ([]Fallen, error)
}

// Unready is the error of a company's folder that cannot be looked at, with what is wrong.
type Unready struct{ Problems []policy.Problem }

// Error counts the problems.
func (u *Unready) Error() string {
	return fmt.Sprintf("the files have %d problems; see garant check", len(u.Problems))
}
