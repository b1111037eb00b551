// Package testserver is for tests that need a real PostgreSQL or MariaDB: it starts one
// throwaway server of each per test process (or uses one already running), and gives every
// test a database of its own.
//
// A test package that uses it calls Main from its TestMain, which stops the servers:
//
//	func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }
//
// The environment variables GARANT_TEST_POSTGRES and GARANT_TEST_MARIADB name a running
// server by the address of an account that may create databases; the command withservers
// sets them, so that many test processes share one server. Without a server tests are
// skipped, unless CI is true: then they fail.
package testserver

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The environment variables that name a running server.
const (
	PostgresVar = "GARANT_TEST_POSTGRES"
	MariaDBVar  = "GARANT_TEST_MARIADB"
)

// errAbsent says that the engine's programs are not installed.
var errAbsent = errors.New("server not installed")

// shared is the process's one server of each engine; Main stops what was started.
var shared = struct {
	sync.Mutex
	postgres, mariadb lazy
}{}

// lazy is a server that starts when it is first asked for.
type lazy struct {
	asked  bool
	server *Server
	err    error
}

// sequence numbers the databases of this process.
var sequence atomic.Int64

// Main runs the tests and stops the servers that they started.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	for _, l := range []lazy{shared.postgres, shared.mariadb} {
		if l.server != nil {
			l.server.Stop()
		}
	}
	return code
}

// Postgres returns the address (postgres://…) of a fresh, empty database, dropped when the
// test ends. The account is the server's superuser.
func Postgres(t testing.TB) string {
	t.Helper()
	return database(t, &shared.postgres, PostgresVar, newPostgres)
}

// MariaDB returns the address (in the form of go-sql-driver/mysql) of a fresh, empty
// database, dropped when the test ends. The account is the server's root.
func MariaDB(t testing.TB) string {
	t.Helper()
	return database(t, &shared.mariadb, MariaDBVar, newMariaDB)
}

// StartPostgres starts a server for one test alone, for tests that kill it.
func StartPostgres(t testing.TB) *Server {
	t.Helper()
	return private(t, newPostgres)
}

// StartMariaDB starts a server for one test alone, for tests that kill it.
func StartMariaDB(t testing.TB) *Server {
	t.Helper()
	return private(t, newMariaDB)
}

func database(t testing.TB, l *lazy, variable string, start func(admin string) (*Server, error)) string {
	t.Helper()
	server, err := l.get(os.Getenv(variable), start)
	if err != nil {
		missing(t, err)
	}
	name := fmt.Sprintf("t%d_%d_%d", os.Getpid(), time.Now().UnixMilli(), sequence.Add(1))
	if err := server.create(name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.drop(name); err != nil {
			t.Logf("drop the test's database: %v", err)
		}
	})
	return server.address(name)
}

// get returns the shared server and starts it the first time.
func (l *lazy) get(admin string, start func(string) (*Server, error)) (*Server, error) {
	shared.Lock()
	defer shared.Unlock()
	if !l.asked {
		l.asked = true
		l.server, l.err = start(admin)
	}
	return l.server, l.err
}

func private(t testing.TB, start func(string) (*Server, error)) *Server {
	t.Helper()
	server, err := start("")
	if err != nil {
		missing(t, err)
	}
	t.Cleanup(server.Stop)
	return server
}

// missing skips the test where there is no server, and fails it in CI or where a server
// that is there does not start.
func missing(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errAbsent) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	t.Fatal(err)
}
