package console

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
)

// Worker makes plans and carries them out. What it will not do, it refuses with a *Refusal.
type Worker interface {
	// Plan computes what the promises require today, keeps it sealed with the records it was
	// shown with, and returns its digest. It tells which dataset it counts.
	Plan(ctx context.Context, tell func(dataset string, n, of int)) (string, error)
	// Approve notes that somebody approved steps of a kept plan with the counts it shows, or
	// the ones of them that need it where none is named.
	Approve(ctx context.Context, digest, dataset string, c Consent) error
	// Apply carries a kept plan out, or goes on with it. Done twice it acts once.
	Apply(ctx context.Context, digest string, tell func(apply.Event)) (apply.Report, error)
}

// Consent is who approves and why.
type Consent struct{ By, Reason string }

// Keeper knows what is kept of plans.
type Keeper interface {
	// Plans returns the latest ones, latest first.
	Plans(ctx context.Context) ([]db.SavedPlan, error)
	// Kept returns what is kept of one; ErrNoPlan when there is none of that digest.
	Kept(ctx context.Context, digest string) (Kept, error)
}

// Sampler names records that a plan is about.
type Sampler interface {
	// Samples returns the keys of some records that a step of a kept plan was shown with, as
	// people write them; none once the plan was carried out.
	Samples(ctx context.Context, digest, step string, most int) ([]string, error)
}

// ErrNoPlan says that no plan is kept under a digest.
var ErrNoPlan = errors.New("no such plan")

// Kept is a plan with what happened to it.
type Kept struct {
	Plan      plan.Plan
	Digest    string
	Saved     time.Time
	Finished  time.Time
	Approvals []db.Approval
	// People is how many persons of different names must approve a step.
	People int
	// Runs are its executions, latest first.
	Runs []db.Run
	// Entries are the ledger's entries that tell of it, in order.
	Entries []Entry
}

// Entry is an entry of the ledger with its number.
type Entry struct {
	N int64
	ledger.Entry
}

// approved reports whether a step needs no approval, or has as many as it needs with its count.
func (k Kept) approved(s plan.Step) bool {
	if len(s.Needs) == 0 {
		return true
	}
	return len(k.approvers(s)) >= max(1, k.People)
}

// approvers are the names of those who approved a step with its count.
func (k Kept) approvers(s plan.Step) []string {
	var names []string
	for _, a := range k.Approvals {
		if a.Step == s.ID && a.Dataset == s.Dataset && a.Count == s.Due && !slices.Contains(names, a.By) {
			names = append(names, a.By)
		}
	}
	return names
}

// Refusal is an act that was not done, and why, in safe words.
type Refusal struct {
	FR, EN string
	// Cause is for the log; it may be nil.
	Cause error
}

// Error is the English reason.
func (r *Refusal) Error() string { return r.EN }

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Cause }
