package plan

import "errors"

// Errors that callers test for.
var (
	// ErrHoldsMoved says that a hold was placed or lifted since the epoch that was read: what
	// was decided before it counts for nothing, read the holds again.
	ErrHoldsMoved = errors.New("holds moved")
	// ErrNotApproved says that a step needs an approval by name and count and has none.
	ErrNotApproved = errors.New("not approved")
	// ErrForeign says that a file is not a plan of Garant at all.
	ErrForeign = errors.New("not a plan file")
	// ErrTruncated says that a plan file ends in the middle.
	ErrTruncated = errors.New("plan file is cut off")
	// ErrVersion says that a plan file has another version than this program reads.
	ErrVersion = errors.New("plan file of another version")
	// ErrEdited says that a plan file is not what Garant wrote.
	ErrEdited = errors.New("plan file was edited")
)
