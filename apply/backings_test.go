package apply_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store/mariadb"
	"github.com/garant-rgpd/garant/store/postgres"
	"github.com/garant-rgpd/garant/store/sqlite"
	"github.com/garant-rgpd/garant/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// backings are the stores that the tests run on.
var backings = map[string]func(t *testing.T) backing{
	"mem":      func(*testing.T) backing { return memory1() },
	"sqlite":   sqliteFile,
	"postgres": postgresServer,
	"mariadb":  mariadbServer,
}

func sqliteFile(t *testing.T) backing {
	path := filepath.Join(t.TempDir(), "crm.db")
	db := handle(t, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(0)&_txlock=immediate")
	s, err := sqlite.Open(t.Context(), path)
	return back(t, s, err, storetest.SQL{DB: db, Engine: "sqlite"})
}

func postgresServer(t *testing.T) backing {
	address := testserver.Postgres(t)
	s, err := postgres.Open(t.Context(), address)
	return back(t, s, err, storetest.SQL{DB: handle(t, "pgx", address), Engine: "postgres"})
}

func mariadbServer(t *testing.T) backing {
	address := testserver.MariaDB(t)
	s, err := mariadb.Open(t.Context(), address)
	return back(t, s, err, storetest.SQL{DB: handle(t, "mysql", address), Engine: "mariadb"})
}

// handle opens a database for the tests' own statements.
func handle(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err == nil {
		err = db.PingContext(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func back(t *testing.T, s storetest.Store, err error, f storetest.SQL) backing {
	t.Helper()
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
		err = s.Prepare(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return backing{driver: s, actor: s, create: f.Create, insert: f.Insert, db: f.DB}
}
