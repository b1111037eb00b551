package testserver

import (
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestDatabases checks that each test has a database of its own that statements reach.
func TestDatabases(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		open   func(testing.TB) string
		server *lazy
	}{
		"postgres": {Postgres, &shared.postgres},
		"mariadb":  {MariaDB, &shared.mariadb},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := c.open(t), c.open(t)
			if one == two {
				t.Fatalf("two databases have the same address")
			}
			s, _ := c.server.get("", nil)
			if err := s.Exec(base(one), "CREATE TABLE t (a int)"); err != nil {
				t.Fatal(err)
			}
			if err := s.Exec(base(two), "SELECT * FROM t"); err == nil {
				t.Error("the second database has the first one's table")
			}
		})
	}
}

// TestRestart checks that a private server comes back with its data after a kill.
func TestRestart(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *Server{"postgres": StartPostgres, "mariadb": StartMariaDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			if _, err := s.DSN("d"); err != nil {
				t.Fatal(err)
			}
			if err := s.Exec("d", "CREATE TABLE t (a int)"); err != nil {
				t.Fatal(err)
			}
			s.Kill()
			if err := s.Exec("d", "SELECT 1"); err == nil {
				t.Fatal("the killed server answers")
			}
			if err := s.Restart(); err != nil {
				t.Fatal(err)
			}
			if err := s.Exec("d", "SELECT * FROM t"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestParseMariaDB(t *testing.T) {
	t.Parallel()
	got, ok := parseMariaDB("root:p:w@tcp(127.0.0.1:33)/")
	if want := (address{"root", "p:w", "127.0.0.1", "33"}); !ok || got != want {
		t.Errorf("got %v, %v", got, ok)
	}
	if _, ok := parseMariaDB("postgres://x"); ok {
		t.Error("an address of another form was accepted")
	}
}

// base returns the name of the database in an address.
func base(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address[strings.LastIndex(address, "/")+1:]
}
