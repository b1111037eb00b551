package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/sqlite"
	"github.com/garant-rgpd/garant/store/storetest"
)

// file makes an empty database and returns its path and a pool for the tests' own statements.
func file(t *testing.T) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a #1? %20.db")
	db, err := sql.Open("sqlite", "file:"+escaped(path)+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(0)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return path, db
}

func open(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Fixture {
		path, db := file(t)
		f := storetest.Fixture{
			Store:       open(t, path),
			Second:      func() (storetest.Store, error) { return sqlite.Open(t.Context(), path) },
			ForeignKeys: true,
			DayForms:    []store.DayForm{store.AsDate, store.AsDateTime, store.AsInstant, store.AsTextDate, store.AsTextTime, store.AsUnix, store.AsUnixMilli, store.AsDMY, store.AsYMD},
			Odd: map[store.DayForm][]any{
				store.AsDate:     {"0000-00-00", "2024-00-10", "2023-02-30", "abc", "", int64(20240101)},
				store.AsDateTime: {"2023-02-30 10:00:00", "2024-01-01", "2024-01-01 24:00:00", int64(0)},
				store.AsInstant:  {"abc", "2024-01-01 10:00", "2024-01-01 10:00:00+1", int64(1700000000)},
				store.AsUnix:     {"abc"},
			},
		}
		f.Use(storetest.SQL{DB: db, Engine: "sqlite"})
		return f
	})
}
