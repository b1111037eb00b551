// Package relational is for asking and acting in SQL once for all engines: it renders
// store.Pred to SQL in which every identifier is quoted and every value bound, and carries
// out the stop-the-row protocol over database/sql. What an engine does its own way is a
// Dialect; the connectors store/postgres, store/mariadb and store/sqlite are little more.
package relational

import (
	"context"
	"database/sql"

	"github.com/garant-rgpd/garant/store"
)

// Dialect is what an engine does its own way. It is a value made once by the connector.
type Dialect struct {
	// Quote writes an identifier so that nothing in it is read as SQL.
	Quote func(name string) string
	// Param writes the placeholder of the n-th bound value, counted from 1. The value is
	// given for its type alone, which some engines must be told.
	Param func(n int, v any) string
	// Numbered says that placeholders have numbers, so that one can stand in many places.
	Numbered bool
	// MaxValues is the most values that a statement can be bound to.
	MaxValues int
	// Fence ends a query within FROM that the planner is not to merge with the one around it;
	// empty where that is no matter.
	Fence string
	// Bind turns a value of the contract into one that the engine's Go driver takes.
	Bind func(v any) any
	// Select writes a column in a list of results.
	Select func(ref string) string
	// Value turns what the engine's Go driver read from the column into a value of the contract.
	Value func(c store.Column, v any) any
	// Rows calls fn for each row of a query as rows of database/sql would be, and spends less
	// on each; nil where there is nothing quicker. ok is false, and nothing was asked, where it
	// does not know the type of a column. fn may keep the row.
	Rows func(ctx context.Context, conn *sql.Conn, query string, args []any, cols []KeyColumn, fn func(store.Row) bool) (ok bool, err error)

	// Exact writes a column as text that compares by code point.
	Exact func(ref string) string
	// Plain writes a column where no index is to serve, so that comparing it costs less; nil for the
	// column itself.
	Plain func(ref string) string
	// Raw reports that the column's own = on text is exact, so that an index serves.
	Raw func(c store.Column) bool
	// Coarse reports that = on text finds at least the equal rows, so that it may stand
	// beside the exact comparison for the sake of an index.
	Coarse bool
	// Guard writes the condition under which a value of a column is a text (or a number),
	// for engines whose columns hold values of any kind; empty where types are kept.
	Guard func(ref string, text bool) string
	// Storable reports whether a text can be in the engine at all; others equal nothing.
	Storable func(s string) bool
	// Keys writes the condition that the columns are one of the keys.
	Keys func(w *Writer, cols []KeyColumn, keys []store.Key, exact bool)
	// Order writes a key column as it sorts and as it comes behind a key; nil for the column
	// itself. Both must be one order, or a walk would pass rows over.
	Order func(ref string, c store.Column) string
	// Few are written around the condition that a row is behind a key, and tell the planner
	// that it holds for few rows: without figures it would collect and sort for each batch anew
	// what an index of another column finds. Empty where the planner knows.
	Few [2]string
	// Decimal is the type to which a key's decimal in text is cast; empty where the engine
	// compares it as a number anyway.
	Decimal string
	// MaxKeyValues is the most key values in one statement; 0 is no limit.
	MaxKeyValues int

	// Day returns how the engine reads a form of day from a column of the type.
	Day func(as store.DayForm, t store.Type) (Day, bool)
	// Civil writes a usable column's civil day as the engine's date.
	Civil func(w *Writer, c DayColumn) error
	// Later writes that date c is later than date o plus months and days, clamped.
	Later func(w *Writer, c, o string, months, days int)
	// FarBounds says that the engine compares with the year 10000, which only an engine with
	// dates beyond it or with infinities must.
	FarBounds bool

	// Assign writes the value that a column is set to.
	Assign func(w *Writer, ref string, c store.Column, a store.Assign) error

	// ReadOnly begins and ends a time in which a connection can write nothing.
	ReadOnly [2]string
	// Instants is what the engine's Go driver calls the type of instants, which it gives as clock
	// readings of UTC; empty where the engine has none.
	Instants string

	// Begin opens a transaction that commits see each other in between statements.
	Begin string
	// Lock and SkipLocked end a query that locks its rows; empty where the store is locked.
	Lock, SkipLocked string
	// Related goes before a query that locks a batch and asks about rows of other tables, where an
	// index leads to those: it keeps the planner from collecting them all for each batch anew.
	// Empty where the planner does not.
	Related string
	// EraseIf writes the statement that deletes the rows under a condition and returns their
	// keys in order; nil where Recheck and Erase are one, as nobody else writes.
	EraseIf func(w *Writer, e Erasure, cond func() error) error
	// Sweep is how a stretch of a table is acted on in one statement; nil where it is not.
	Sweep *Sweeping
	// CreateReceipts makes the table of receipts; LockReceipts makes writers of receipts queue
	// until commit, so that sequence numbers have no gaps and appear in order.
	CreateReceipts []string
	LockReceipts   string
	// Tidy empties the log that holds erased rows: after each commit but those of sweeps, which
	// write much and often, when Tidy is called and before Close; nil for nothing.
	Tidy func(ctx context.Context, db Execer)

	// Blocks is how blocking keys are computed, and what is known of indexes.
	Blocks Blocks

	// Inspect reads the schema.
	Inspect func(ctx context.Context, db *sql.DB) ([]Relation, error)
	// Classify returns the contract's error that a driver's error stands for (nil if none),
	// and a code that is safe to show. The driver's own words may hold values of rows.
	Classify func(err error) (code string, kind error)
	// Certain reports that an error of COMMIT means that nothing was committed.
	Certain func(err error) bool
}

// Erasure is the SQL of what a conditional DELETE names: the table, its key columns and their
// order.
type Erasure struct{ Table, Keys, Order string }

// Sweeping is what an engine does its own way when it finds, looks and acts in one statement.
type Sweeping struct {
	// Wait begins the statement or goes before it, so that a row which another holds is waited
	// for only a moment; Alone says that it is a statement of its own.
	Wait  string
	Alone bool
	// Sets says that UPDATE returns the keys of its rows.
	Sets bool
	// Serial says that nobody else writes meanwhile, so that any reason may be looked at.
	Serial bool
	// Hint follows the table and keeps the planner from another way through it than the
	// stretch's; empty where the planner finds it by itself.
	Hint string
	// Stretch chooses a stretch by what the engine knows of where the rows lie; nil for a
	// stretch of keys in key order.
	Stretch func(ctx context.Context, db Queryer, table string, q store.SweepQuery) (Stretch, error)
}

// Stretch is a part of a table: the condition that a row is in it, and what follows it.
type Stretch struct {
	Cond string
	store.Swept
}

// Queryer asks for one row.
type Queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Execer runs a statement.
type Execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Day is how an engine reads one form of day.
type Day struct {
	// As is the form that the comparison takes: an engine without dates reads AsDate as
	// AsTextDate.
	As store.DayForm
	// Cast follows the placeholder of a bound, such as ::date.
	Cast string
	// Expr turns the column into what is compared; nil for the column itself.
	Expr func(ref string) string
	// Valid writes what must hold beside the bounds; nil for nothing.
	Valid func(w *Writer, ref string)
}

// KeyColumn is a column of a key as a statement reads it.
type KeyColumn struct {
	Ref string
	store.Column
}

// Relation is a table as the catalog knows it: the contract's name and the engine's.
type Relation struct {
	Schema, Name string
	Info         store.TableInfo
	// Derived are the columns of Garant's own that hold blocking keys; they are not in Info.
	Derived []string
	// Led are the columns that an index begins with, where the dialect asks (see Dialect.Related).
	Led []string
}

// column returns the description of the column; ok is false where the table has none.
func (r Relation) column(name string) (store.Column, bool) {
	for _, c := range r.Info.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return store.Column{Name: name, Type: store.Other}, len(r.Info.Columns) == 0
}
