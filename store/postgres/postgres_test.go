package postgres_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/postgres"
	"github.com/garant-rgpd/garant/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// database opens the address for the tests' own statements.
func database(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(t *testing.T, address string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Fixture {
		address := testserver.Postgres(t)
		f := storetest.Fixture{
			Store:    open(t, address),
			Second:   func() (storetest.Store, error) { return postgres.Open(t.Context(), address) },
			RowLocks: true, ForeignKeys: true, Instants: true,
			DayForms: []store.DayForm{store.AsDate, store.AsDateTime, store.AsInstant, store.AsTextDate, store.AsTextTime, store.AsUnix, store.AsUnixMilli, store.AsDMY, store.AsYMD},
			Odd: map[store.DayForm][]any{
				store.AsDate:     {"infinity", "-infinity", "0044-03-15 BC"},
				store.AsDateTime: {"infinity", "-infinity"},
				store.AsInstant:  {"infinity", "-infinity"},
			},
		}
		f.Use(storetest.SQL{DB: database(t, address), Engine: "postgres"})
		return f
	})
}
