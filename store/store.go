// Package store is the contract that every connector implements: what is held in a
// company's databases, how a question about it is put, and how an act on it is carried
// out without ever touching a row that changed meanwhile.
//
// A store has tables; a table has rows, named by their key. Questions are values of type
// Pred, a small two-valued language that each connector translates into its own (SQL, or
// Go for the one in memory). Values are always bound, identifiers always quoted.
//
// store = theirs, db = ours.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Day is a civil date; connectors know it under this name and import nothing but store.
type Day = policy.Date

// Period is a calendar length that a Day's Add takes, known to connectors as Day is.
type Period = policy.Period

// Errors that callers test for. Connectors wrap them around the cause. A call that ended
// because its context did wraps the context's error. No error shows a value of a row.
var (
	// ErrUnreachable says that the store did not answer: down, wrong address, wrong password.
	ErrUnreachable = errors.New("unreachable")
	// ErrNoTable says that a table is not there (any more).
	ErrNoTable = errors.New("no such table")
	// ErrNoColumn says that a column is not there (any more).
	ErrNoColumn = errors.New("no such column")
	// ErrDenied says that the account lacks a privilege.
	ErrDenied = errors.New("permission denied")
	// ErrBusy says that rows or the store were locked by others for too long; trying again is right.
	ErrBusy = errors.New("busy")
	// ErrUnknownCommit says that the connection broke between sending COMMIT and its answer:
	// the act may have happened. Whether it did is told by its receipt.
	ErrUnknownCommit = errors.New("outcome of commit unknown")
)

// Driver is the least a connector offers. It is safe for concurrent use.
type Driver interface {
	// Inspect reads the schema: tables with columns, primary keys and foreign keys, ordered
	// by name. It reads no row. Garant's own table of receipts is left out.
	Inspect(ctx context.Context) (Schema, error)
	// Count scans the table once and returns, for each predicate, how many rows satisfy it.
	// No predicates means no scan.
	Count(ctx context.Context, t Table, preds []Pred) ([]int64, error)
	// Find calls fn for each row of the query, in key order, in the caller's goroutine. A
	// false from fn ends the walk without an error. Rows hold the query's columns in order;
	// fn may keep the row. Without key columns the order is the engine's.
	Find(ctx context.Context, q Query, fn func(Row) bool) error
	// Close releases connections. It is idempotent.
	Close() error
}

// Actor is the capability of acting on rows under the stop-the-row protocol. It is asked
// for when a policy is bound, never discovered while it is applied.
type Actor interface {
	// Prepare creates the table of receipts if it is not there and checks that the account
	// may do what acting on the tables needs. It is idempotent.
	Prepare(ctx context.Context) error
	// Begin opens a transaction (READ COMMITTED where the engine has levels; the whole
	// database locked for writing on SQLite, where Begin waits for the transaction before it
	// and ends with ErrBusy or the context).
	Begin(ctx context.Context) (Tx, error)
	// Receipts calls fn for every receipt with a sequence above after, in sequence order.
	Receipts(ctx context.Context, after int64, fn func(Receipt) bool) error
	// HasReceipt reports whether the receipt with that id was committed.
	HasReceipt(ctx context.Context, id string) (bool, error)
}

// Adder is the capability of adding rows that come from outside, such as what somebody sent
// with a form.
type Adder interface {
	// Add adds a row of the values by column, unless a row holds the same value in the key
	// column, and reports whether it did: what is sent twice is there once. Columns that are not
	// given take their defaults. Each value is text that the engine reads as the column's type;
	// one that it cannot read is an error that does not show it. Two calls at the same moment
	// may both add, unless the store keeps the key unique.
	Add(ctx context.Context, table, key string, values map[string]string) (bool, error)
}

// Dater is the capability of answering a question in the store's own language that asks for a
// date, such as when the last backup was made.
type Dater interface {
	// Instant puts the query, which can change nothing, and returns the one date or clock reading
	// that it gives, in the zone where it names none itself; the zero instant where it gives none.
	// Anything else that it gives is an error, which does not show it.
	Instant(ctx context.Context, query string, zone *time.Location) (time.Time, error)
}

// Tx is one transaction of the protocol. It is used by one goroutine. After an error only
// Rollback may be called.
type Tx interface {
	// Lock locks and returns the keys of at most q.Limit rows after q.After, in key order,
	// that satisfy q.Where. With q.SkipLocked, rows locked by others are passed over.
	Lock(ctx context.Context, q LockQuery) ([]Key, error)
	// Recheck returns those of the keys whose rows still satisfy where, read in a new
	// statement: what others committed before their row was locked is seen. Keys of rows that
	// are gone are left out; the result is in key order.
	Recheck(ctx context.Context, t Table, keys []Key, where Pred) ([]Key, error)
	// Read returns the columns of the rows named by keys, in key order; keys of rows that are
	// not there are passed over.
	Read(ctx context.Context, t Table, keys []Key, cols []string) ([]Row, error)
	// Erase deletes the rows named by keys and returns how many went.
	Erase(ctx context.Context, t Table, keys []Key) (int64, error)
	// EraseIf is Recheck and Erase in one statement: it deletes those of the rows that still
	// satisfy where and returns their keys in key order.
	EraseIf(ctx context.Context, t Table, keys []Key, where Pred) ([]Key, error)
	// Set assigns columns of the rows named by keys and returns how many rows there were,
	// those that held the values already among them.
	Set(ctx context.Context, t Table, keys []Key, set []Assign) (int64, error)
	// Linked returns the keys of the rows of the link's table that name one of the parents,
	// locked, in key order. Each parent holds the values of the link's To, in that order; a row
	// with a NULL in the link's columns names nobody.
	Linked(ctx context.Context, l Link, parents []Key) ([]Key, error)
	// WriteReceipt writes the receipt into the same transaction and gives it its sequence. An
	// id that was written before is an error, here or from Commit.
	WriteReceipt(ctx context.Context, r Receipt) error
	// Commit ends the transaction. An error that wraps ErrUnknownCommit leaves the outcome
	// open; every other error means nothing happened.
	Commit(ctx context.Context) error
	// Rollback undoes everything; after Commit it does nothing.
	Rollback() error
}

// Table names a table with its key and the columns questions are put about.
type Table struct {
	Name string `json:"name"`
	// Key are the columns that name a row, in order; never empty where rows are acted on.
	Key []string `json:"key"`
}

// Key is the value of a row's key columns, in order: int64, string, Day, time.Time or []byte.
// It prints as its kind only, never as its values, which may be personal.
type Key []any

// String hides the values.
func (k Key) String() string { return fmt.Sprintf("key of %d", len(k)) }

// Row holds values in the order of the query's columns: nil, bool, int64, float64, string,
// []byte, Day or time.Time. Decimal numbers come as strings. An engine without a type of its
// own gives booleans as 0 and 1, and days and clock readings as the text it holds. A clock
// reading without zone comes as that reading in UTC.
type Row []any

// Query asks for rows.
type Query struct {
	Table   Table
	Columns []string
	Where   Pred
	// After starts behind that key; nil starts at the beginning.
	After Key
	// Limit is the most rows; 0 is no limit.
	Limit int
}

// LockQuery asks for candidate rows to lock.
type LockQuery struct {
	Table      Table
	Where      Pred
	After      Key
	Limit      int
	SkipLocked bool
}

// Assign sets one column: to NULL, to a constant, to a coarser value, or to a unique
// placeholder made from nothing of the old value.
type Assign struct {
	Column string     `json:"column"`
	To     AssignKind `json:"to"`
	// Value is the constant (string, float64, bool) when To is Constant; the number of leading
	// characters kept when To is Prefix (postcode to département); otherwise nil.
	Value any `json:"value,omitempty"`
}

// AssignKind says what a column is set to.
type AssignKind string

// The kinds of assignment. Unique is random and different in each row; YearOnly moves a
// date to 1 January of its year; Prefix counts characters, not bytes; a NULL stays NULL under
// both. A keyed hash is not among them: it is a function of the
// old value, so the result would be pseudonymous and not anonymous.
const (
	Null     AssignKind = "null"
	Constant AssignKind = "constant"
	Unique   AssignKind = "unique"
	Prefix   AssignKind = "prefix"
	YearOnly AssignKind = "year"
)

// Receipt is written into the store by the transaction whose effect it proves. It holds no
// personal value: Root commits to keyed digests of the record keys.
type Receipt struct {
	// Seq is the order within the store, given by the store, counted from 1.
	Seq int64 `json:"seq"`
	// ID is unique: the plan's digest, the step's number and the batch's.
	ID   string `json:"id"`
	Plan string `json:"plan"`
	Step string `json:"step"`
	// Action, Dataset and Groups repeat the step, so that a receipt can be read alone.
	Action  string    `json:"action"`
	Dataset string    `json:"dataset"`
	Groups  []string  `json:"groups"`
	Rows    int64     `json:"rows"`
	Linked  int64     `json:"linked"`
	Root    string    `json:"root"`
	AsOf    Day       `json:"as_of"`
	At      time.Time `json:"at"`
}

// Schema is what Inspect found.
type Schema struct {
	Tables []TableInfo `json:"tables"`
}

// TableInfo describes a table.
type TableInfo struct {
	Name        string       `json:"name"`
	Columns     []Column     `json:"columns"`
	Key         []string     `json:"key"` // primary key, else a unique index without NULLs; empty when none
	ForeignKeys []ForeignKey `json:"foreign_keys"`
	// Bar says why no row may be acted on; empty where rows may.
	Bar Bar `json:"bar,omitempty"`
	// Copiers are the triggers that run when a row is deleted or changed and may write
	// elsewhere what it held, in order; those that the account may not see are not among them.
	Copiers []string `json:"copiers,omitempty"`
	// Rows is the engine's own estimate, -1 when it has none.
	Rows int64 `json:"rows"`
}

// Bar is a reason why the rows of a table may be read and never acted on.
type Bar string

// The bars. Under NoRollback an act stays done when its transaction is rolled back, so that a
// crash leaves rows gone without a receipt. Under KeepsHistory the engine keeps each row that
// is deleted or changed as it was, so that nothing is erased by erasing it.
const (
	NoRollback   Bar = "no_rollback"
	KeepsHistory Bar = "keeps_history"
)

// Column describes a column.
type Column struct {
	Name    string   `json:"name"`
	Type    Type     `json:"type"`
	Native  string   `json:"native"` // the engine's own name of the type
	NotNull bool     `json:"not_null"`
	Unique  bool     `json:"unique"`
	Enum    []string `json:"enum,omitempty"`
	// Computed says that the engine makes the value from other columns of the row: nobody can
	// set it, and it changes with them.
	Computed bool `json:"computed,omitempty"`
	// From are the columns that a computed one is made of, where the engine tells.
	From []string `json:"from,omitempty"`
}

// Type is the kind of values of a column, as far as questions about it need it.
type Type string

// The types. DateTime is a time stamp without zone, Instant one with.
const (
	Text     Type = "text"
	Integer  Type = "integer"
	Number   Type = "number"
	Boolean  Type = "boolean"
	DateType Type = "date"
	DateTime Type = "datetime"
	Instant  Type = "instant"
	Bytes    Type = "bytes"
	Other    Type = "other"
)

// ForeignKey describes a reference to another table.
type ForeignKey struct {
	Columns  []string `json:"columns"`
	Table    string   `json:"table"`
	To       []string `json:"to"`
	OnDelete string   `json:"on_delete"` // "", "CASCADE", "SET NULL", "RESTRICT", "NO ACTION"
}

// Link joins a table to the table of a parent: its columns, in the order of the parent's
// key columns named in To.
type Link struct {
	Table   Table    `json:"table"`
	Columns []string `json:"columns"`
	To      []string `json:"to"`
}
