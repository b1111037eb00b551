// Package storetest is the conformance suite of the store contract: what every connector
// must do, as tests that a connector runs on itself with a dozen lines.
//
//	func TestStore(t *testing.T) {
//		t.Parallel()
//		storetest.Run(t, func(t *testing.T) storetest.Fixture {
//			db, address := freshDatabase(t)
//			f := storetest.Fixture{Store: open(t, address), RowLocks: true, DayForms: …}
//			f.Use(storetest.SQL{DB: db, Engine: "postgres"})
//			return f
//		})
//	}
package storetest

import (
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// Store is what the suite exercises: a connector that can also act.
type Store interface {
	store.Driver
	store.Actor
}

// Fixture is an empty store under test and the means to fill it behind the connector's back,
// so that what a connector reads was never written by itself.
type Fixture struct {
	// Store is the connector under test, open on an empty store. The suite closes it.
	Store Store
	// Second opens another handle on the same data. Nil where there is only one.
	Second func() (Store, error)

	// Create makes a table: columns by their Type, or by Native verbatim where that is set,
	// the primary key, foreign keys with ON DELETE, NOT NULL, UNIQUE and Enum.
	Create func(store.TableInfo) error
	// Insert adds rows. A value is nil, bool, int64, float64, string, []byte, store.Day or
	// time.Time (for a DateTime column its clock reading counts, whatever its zone); a string
	// in a column of dates goes to the engine as written. Missing columns are NULL.
	Insert func(table string, rows ...map[string]any) error
	// Update sets columns of one row in its own committed transaction, on another connection.
	Update func(table string, key map[string]any, set map[string]any) error
	// Clear deletes all rows of the table.
	Clear func(table string) error
	// Run runs a statement that the connector wrote for the store's owner; nil where it writes
	// none.
	Run func(statement string) error

	// DayForms are the forms of days that the engine can hold. The column of AsDate is made
	// with DateType, AsDateTime with DateTime, AsInstant with Instant, the text forms with
	// Text, AsUnix with Integer and with Number, AsUnixMilli with Integer.
	DayForms []store.DayForm
	// Odd are values that a column of the form can hold in this engine and that are no usable
	// day: "0000-00-00", "2024-00-10", "infinity". They are given to Insert as they are.
	Odd map[store.DayForm][]any
	// RowLocks says that a transaction locks rows and not the whole store: others may write
	// beside it, and SkipLocked passes their rows over.
	RowLocks bool
	// Instants says that the engine has a type of instants and does not keep them as text.
	Instants bool
	// ForeignKeys says that the engine enforces foreign keys on what the connector deletes.
	ForeignKeys bool
	// MinInstant and MaxInstant bound the days that a column of AsInstant holds (1970 to 2038
	// for a TIMESTAMP of MariaDB); zero where the years 1000 to 9999 fit.
	MinInstant, MaxInstant store.Day
}

// Open returns a fresh, empty store with its fixture; it registers its own clean-up with t.
type Open func(t *testing.T) Fixture

// Run runs the whole suite. Every test gets its own store from open.
func Run(t *testing.T, open Open) {
	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, open)
		})
	}
}

// chapter is a group of tests with its name.
type chapter struct {
	name string
	run  func(t *testing.T, open Open)
}

var chapters = []chapter{
	{"inspect", testInspect},
	{"logic", testLogic},
	{"exists", testExists},
	{"blocking", testBlocking},
	{"days", testDays},
	{"zeros", testZeros},
	{"zones", testZones},
	{"later_than_plus", testLaterThanPlus},
	{"oracle", testOracle},
	{"hostile", testHostile},
	{"find", testFind},
	{"values", testValues},
	{"lock", testLock},
	{"lock_behind", testLockBehind},
	{"lock_beside_others", testLockBeside},
	{"add", testAdd},
	{"instant", testInstant},
	{"sweep", testSweep},
	{"sweep_columns", testSweepColumns},
	{"sweep_beside_others", testSweepBeside},
	{"recheck", testRecheck},
	{"erase", testErase},
	{"foreign_keys", testForeignKeys},
	{"set", testSet},
	{"linked", testLinked},
	{"receipts", testReceipts},
	{"atomic", testAtomic},
	{"errors", testErrors},
	{"no_personal_value_in_errors", testNeedles},
	{"concurrent", testConcurrent},
}
