package store

import "context"

// Sweeper is what a Tx may offer beside its methods: to find rows, to look whether they are
// due and to act on them in one statement. That is safe where the reason is in the row
// itself, as an engine looks at a row's newest state before it changes it. Of other rows it
// may see an older state, so a reason that reads them is swept only where nobody else can
// write meanwhile.
type Sweeper interface {
	// Sweep acts on rows of the table that satisfy q.Where: it deletes them, or assigns q.Set
	// where that is not empty. It calls fn with the key of each and its values of q.Columns, in
	// no particular order; fn may keep both and must not use the transaction. A row that another holds is waited
	// for a moment, then the error is ErrBusy. The error wraps errors.ErrUnsupported, and
	// nothing was done and the transaction can still be used, where this table or this
	// question cannot be swept.
	Sweep(ctx context.Context, q SweepQuery, fn func(Key, Row)) (Swept, error)
}

// Tidier is what an Actor may offer whose engine keeps what a sweep erased in a log until that is
// emptied. After any other commit the engine empties it at once.
type Tidier interface {
	// Tidy empties the log of what was committed. Where others read at the moment, a later call
	// or Close does it.
	Tidy(ctx context.Context)
}

// SweepQuery asks for one stretch of a table.
type SweepQuery struct {
	Table Table
	Where Pred
	// Set is what the columns are set to; none of them may be in the key.
	Set []Assign
	// Columns are read of each row as it was before it was deleted; they are for deleting only.
	Columns []string
	// After is Swept.Next of the stretch before; nil starts at the beginning.
	After Key
	// Limit is about how many rows to look at.
	Limit int
}

// Swept is how far a sweep came. Next and Done are known as soon as the stretch is chosen,
// also where the statement then met ErrBusy; both are zero where it was not.
type Swept struct {
	// Next is where the next stretch starts, in the engine's own terms.
	Next Key
	// Done says that the stretch is the last; Next means nothing then.
	Done bool
	// Beside says that the next stretch may be swept in another transaction before this one
	// is over.
	Beside bool
	// Again counts the rows that satisfy Where still, after their columns were set.
	Again int64
}
