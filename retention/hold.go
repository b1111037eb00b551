package retention

import (
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Hold keeps records from being erased, anonymised, archived or asked about, whatever the
// promises say, until somebody lifts it: a dispute, an inspection, a request of a court. It
// covers the records it names and the rows that are part of them. It names them by Keys, by
// Condition or by Person; those that are given all count, and a record that one of them
// names is held.
//
// A hold may say personal things (its reason, the keys, the person), so it lives in the
// state and never in the ledger, which knows its ID alone.
type Hold struct {
	// ID is given by the state when the hold is placed, such as hold-7; nobody chooses it, so
	// that no name gets into it.
	ID string `json:"id"`
	// Matter says which affair it belongs to, Owner who answers for it, Reason why it is
	// needed; all three are for people to read.
	Matter string `json:"matter"`
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
	// Dataset is the one that Keys and Condition speak of. It is empty for a hold on a
	// person, which covers every dataset that binds one of the identifiers.
	Dataset string `json:"dataset,omitempty"`
	// Keys name records of the dataset.
	Keys []store.Key `json:"keys,omitempty"`
	// Condition is a CEL condition over the dataset's columns. Where it is null the record
	// is held: a doubt never erases.
	Condition string `json:"condition,omitempty"`
	// Person gives identifiers by kind (email, phone, id), as Dataset.Person binds them and in any
	// spelling. A record that may carry one is held.
	Person map[string]string `json:"person,omitempty"`
	// Review is the day to look at the hold again. That it passed lifts nothing.
	Review policy.Date `json:"review,omitzero"`
	// Placed is when it began to count; Lifted when it ended, zero while it lives, and
	// LiftedBy who ended it. A lifted hold stays on file and deletes nothing by itself: the
	// records re-enter planning.
	Placed   time.Time `json:"placed"`
	Lifted   time.Time `json:"lifted,omitzero"`
	LiftedBy string    `json:"lifted_by,omitempty"`
}

// Active reports whether the hold was not lifted.
func (h Hold) Active() bool { return h.Lifted.IsZero() }
