package apply

import (
	"context"
	"errors"
	"time"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// ErrRestored says that a store lacks its last receipt that was entered: it was restored from
// a backup and holds rows again that were erased. Nothing is done on it before a replay.
var ErrRestored = errors.New("the store is older than its last receipt")

// ErrRefused says that a plan cannot be carried out at all; nothing was touched.
var ErrRefused = errors.New("plan refused")

// Env is what a run needs of the world. Its members are called from one goroutine.
type Env struct {
	Stores   Stores
	Holds    Holds
	Log      Log
	Sets     Sets
	Progress Progress
	Keys     Keys
	// Archive may be nil where no step of the plan copies.
	Archive Archive
	// Clock tells the time and Sleep waits; Sleep returns early when the context ends.
	Clock func() time.Time
	Sleep func(ctx context.Context, d time.Duration)
}

// Stores opens stores by name.
type Stores interface {
	// Store returns both sides of the store of that name. It returns the same every time and
	// keeps them open; an error that wraps store.ErrUnreachable makes the store's steps
	// unreachable, and the others go on.
	Store(ctx context.Context, name string) (store.Driver, store.Actor, error)
}

// Holds is what keeps rows from being acted on.
type Holds interface {
	// Held returns a predicate for the dataset's held rows, and the epoch, which moves
	// whenever a hold is placed or lifted.
	Held(ctx context.Context, dataset string) (held store.Pred, epoch int64, err error)
	// Commit calls commit while no hold can be placed, and returns its error as it is. When
	// the epoch has moved it does not call it and returns plan.ErrHoldsMoved.
	Commit(ctx context.Context, epoch int64, commit func() error) error
}

// Log is the ledger.
type Log interface {
	// Enter enters receipts of a store in sequence order, all or none. One that was entered
	// before is passed over.
	Enter(ctx context.Context, storeName string, rs []store.Receipt) error
	// LastReceipt returns the sequence of the store's last receipt that was entered; 0 for none.
	LastReceipt(ctx context.Context, storeName string) (int64, error)
}

// Sets holds the sets of records that approvals authorise.
type Sets interface {
	// Approved returns the set that was shown for a step. It is nil where none was kept: then
	// at most as many records are touched as the plan says. An error that wraps
	// plan.ErrNotApproved leaves the step undone.
	Approved(ctx context.Context, planDigest, step string) (Set, error)
}

// Set is a set of records. It may err on the side of a foreign record once in 2^64, never on
// the other.
type Set interface {
	Has(k store.Key) bool
}

// Keys gives the keys of record digests.
type Keys interface {
	// DigestKey returns the store's key for receipts of that year, made on first use at the
	// time at.
	DigestKey(ctx context.Context, storeName string, year int, at time.Time) ([]byte, error)
}

// Progress remembers how far a step has come. What it keeps is made like a record key and
// ends with one, so it belongs in the state and never in a log.
type Progress interface {
	// Cursor returns what SaveCursor saved last; nil when nothing was saved.
	Cursor(ctx context.Context, planDigest, step string) (store.Key, error)
	// SaveCursor replaces what was saved for the step.
	SaveCursor(ctx context.Context, planDigest, step string, k store.Key) error
}

// Archive is where archive steps copy to: another store with other credentials.
type Archive interface {
	// Put writes the copies as pending under the batch's receipt id. It is idempotent by
	// dataset and record: a later copy of a record replaces a pending one of it.
	Put(ctx context.Context, b Copies) error
	// Verify reads the batch's pending copies back and returns an error unless all of them
	// are there and equal to b.
	Verify(ctx context.Context, b Copies) error
	// Settle asks decide about every batch of the store that is pending, with the receipt id
	// and the time it was put under, and does as it says. An error of decide leaves the rest
	// pending and is returned as it is.
	Settle(ctx context.Context, storeName string, decide func(receiptID string, at time.Time) (Fate, error)) error
}

// Fate is what becomes of the pending copies of a batch.
type Fate int

// The fates: left pending, because their batch may still be committed; kept for good; deleted.
const (
	Later Fate = iota
	Keep
	Forget
)

// Copies are the records that a batch copies to the archive, before they leave the store.
type Copies struct {
	// ID is the receipt that the batch will have.
	ID   string
	Step plan.Step
	At   time.Time
	Keys []store.Key
	// Rows hold the columns Step.Work.Copy of the records, in the order of Keys.
	Rows []store.Row
}
