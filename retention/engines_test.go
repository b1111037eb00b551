package retention_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store/all"
	"github.com/garant-rgpd/garant/store/mem"
	"github.com/garant-rgpd/garant/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// engines are the stores the meaning is held to.
func engines() map[string]storetest.Open {
	return map[string]storetest.Open{"mem": openMem, "sqlite": openSQLite, "postgres": openPostgres, "mariadb": openMariaDB}
}

func openMem(*testing.T) storetest.Fixture {
	s := mem.New()
	return storetest.Fixture{Store: s, Create: s.CreateTable, Insert: s.InsertAll,
		Clear: func(table string) error { return s.Delete(table, nil) }}
}

func openSQLite(t *testing.T) storetest.Fixture {
	path := filepath.Join(t.TempDir(), "s.db")
	db := openSQL(t, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE made (it TEXT)"); err != nil {
		t.Fatal(err)
	}
	return fixture(t, "sqlite", path, db)
}

func openPostgres(t *testing.T) storetest.Fixture {
	address := testserver.Postgres(t)
	return fixture(t, "postgres", address, openSQL(t, "pgx", address))
}

func openMariaDB(t *testing.T) storetest.Fixture {
	address := testserver.MariaDB(t)
	return fixture(t, "mariadb", address, openSQL(t, "mysql", address+"?sql_mode=%27ALLOW_INVALID_DATES%27&time_zone=%27%2B00%3A00%27"))
}

func openSQL(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func fixture(t *testing.T, engine, address string, db *sql.DB) storetest.Fixture {
	t.Helper()
	s, err := all.Open(context.Background(), engine, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	st, ok := s.(storetest.Store)
	if !ok {
		t.Fatalf("%s cannot be acted on", engine)
	}
	f := storetest.Fixture{Store: st}
	f.Use(storetest.SQL{DB: db, Engine: engine})
	return f
}
