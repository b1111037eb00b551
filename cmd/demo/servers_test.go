package demo

import (
	"database/sql"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/garant-rgpd/garant/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// server opens a database of a server under the driver's name.
func server(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestSameRowsOnServers fills PostgreSQL and MariaDB and compares their tables with those
// of SQLite, count by count and date by date.
func TestSameRowsOnServers(t *testing.T) {
	t.Parallel()
	want, files := fill(t, Options{People: 600, Seed: 9})
	tests := map[Engine]func(*testing.T) *sql.DB{
		Postgres: func(t *testing.T) *sql.DB { return server(t, "pgx", testserver.Postgres(t)) },
		MariaDB:  func(t *testing.T) *sql.DB { return server(t, "mysql", testserver.MariaDB(t)) },
	}
	for engine, open := range tests {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			crm, billing := open(t), open(t)
			got, err := Fill(t.Context(), Options{People: 600, Seed: 9, Today: today, Engine: engine, CRM: crm, Billing: billing})
			if err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(got.Rows, want.Rows) || !maps.Equal(got.Cases, want.Cases) {
				t.Error("the engine got other rows or cases than SQLite")
			}
			same(t, files["crm"], crm)
		})
	}
}

// same compares a few sums of both stores.
func same(t *testing.T, a, b *sql.DB) {
	t.Helper()
	for _, query := range []string{
		"SELECT count(*) FROM leads WHERE collected_on IS NULL",
		"SELECT count(*) FROM leads WHERE collected_on > '2200-01-01'",
		"SELECT count(*) FROM clients WHERE last_contact_on < '2023-11-22'",
		"SELECT count(*) FROM calls WHERE called_at < '2020-06-01 12:00:00'",
		"SELECT count(*) FROM referrals WHERE consented",
		"SELECT count(*) FROM mailing WHERE relation_end_on = '9999-12-31'",
		"SELECT count(*) FROM leads WHERE first_name = 'Éloane'",
	} {
		if x, y := number(t, a, query), number(t, b, query); x != y {
			t.Errorf("%s: %d on SQLite, %d here", query, x, y)
		}
	}
}

// TestSameTablesOnEveryEngine keeps the three schema files from drifting apart.
func TestSameTablesOnEveryEngine(t *testing.T) {
	t.Parallel()
	for _, engine := range []Engine{Postgres, MariaDB} {
		for _, store := range storeNames {
			got, want := shape(schema(engine, store)), shape(schema(SQLite, store))
			if got != want || want == "" {
				t.Errorf("the tables of %s on %s are not those on SQLite", store, engine)
			}
		}
	}
}

// shape is a schema without types and options: names of tables and columns, keys, indexes.
func shape(schema string) string {
	var out strings.Builder
	for _, m := range regexp.MustCompile(`(?m)^CREATE .*|^  (FOREIGN KEY|PRIMARY KEY) .*\)|^  [a-z_0-9]+`).FindAllString(schema, -1) {
		out.WriteString(m + "\n")
	}
	return out.String()
}
