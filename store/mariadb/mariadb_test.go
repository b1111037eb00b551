package mariadb_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mariadb"
	"github.com/garant-rgpd/garant/store/storetest"
)

// lenient lets the tests' own statements write dates that are none.
const lenient = "?sql_mode=%27ALLOW_INVALID_DATES%27&time_zone=%27%2B00%3A00%27"

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// database opens the address for the tests' own statements.
func database(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(t *testing.T, address string) *mariadb.Store {
	t.Helper()
	s, err := mariadb.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Fixture {
		address := testserver.MariaDB(t)
		f := storetest.Fixture{
			Store:    open(t, address),
			Second:   func() (storetest.Store, error) { return mariadb.Open(t.Context(), address) },
			RowLocks: true, ForeignKeys: true, Instants: true,
			DayForms: []store.DayForm{store.AsDate, store.AsDateTime, store.AsInstant, store.AsTextDate, store.AsTextTime, store.AsUnix, store.AsUnixMilli, store.AsDMY, store.AsYMD},
			Odd: map[store.DayForm][]any{
				store.AsDate:     {"0000-00-00", "2024-00-10", "2024-02-00", "2023-02-30"},
				store.AsDateTime: {"0000-00-00 00:00:00", "2024-00-10 10:00:00", "2023-02-30 10:00:00"},
				store.AsInstant:  {"0000-00-00 00:00:00"},
			},
		}
		f.MaxInstant = store.Day{Year: 2038, Month: 1, Day: 18}
		f.Use(storetest.SQL{DB: database(t, address+lenient), Engine: "mariadb"})
		return f
	})
}
