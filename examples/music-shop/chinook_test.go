package musicshop_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/garant-rgpd/garant/cmd/project"
	musicshop "github.com/garant-rgpd/garant/examples/music-shop"
	"github.com/garant-rgpd/garant/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// chinook returns the folder of the sample database, which is not part of the project.
func chinook(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("GARANT_CHINOOK"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		found := filepath.Join(dir, "shared", "data", "chinook")
		if _, err := os.Stat(found); err == nil {
			return found
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("Chinook is not there: name its folder in GARANT_CHINOOK")
	}
	t.Skip("Chinook is not there: name its folder in GARANT_CHINOOK")
	return ""
}

// shop is Chinook on one engine, with a company's folder beside it.
type shop struct {
	engine string
	db     *sql.DB
	dir    string
	// name writes a table's or column's name as the engine's dump does.
	name func(string) string
	env  map[string]string
}

var engines = map[string]func(*testing.T) *shop{"sqlite": onSQLite, "postgres": onPostgres, "mariadb": onMariaDB}

// everywhere runs a test on a fresh Chinook on each engine.
func everywhere(t *testing.T, test func(*testing.T, *shop)) {
	t.Helper()
	chinook(t) // no server is started for nothing
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func onSQLite(t *testing.T) *shop {
	t.Helper()
	s := &shop{engine: "sqlite", dir: t.TempDir(), name: func(n string) string { return n }}
	path := filepath.Join(s.dir, "Chinook_Sqlite.sqlite")
	put(t, path, read(t, "Chinook_Sqlite.sqlite"))
	s.open(t, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	s.files(t)
	return s
}

func onPostgres(t *testing.T) *shop {
	t.Helper()
	address := testserver.Postgres(t)
	s := &shop{engine: "postgres", dir: t.TempDir(), name: snake, env: map[string]string{"SHOP": address}}
	s.open(t, "pgx", address)
	s.load(t, "Chinook_PostgreSql.sql")
	s.files(t)
	return s
}

func onMariaDB(t *testing.T) *shop {
	t.Helper()
	address := testserver.MariaDB(t)
	config, err := mysql.ParseDSN(address)
	if err != nil {
		t.Fatal(err)
	}
	config.MultiStatements = true
	s := &shop{engine: "mariadb", dir: t.TempDir(), name: func(n string) string { return n }, env: map[string]string{"SHOP": address}}
	s.open(t, "mysql", config.FormatDSN())
	s.load(t, "Chinook_MySql.sql")
	s.files(t)
	return s
}

func (s *shop) open(t *testing.T, driver, address string) {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.db = db
}

// aside are the lines of a dump that would make and enter a database of its own.
var aside = regexp.MustCompile(`(?m)^(DROP DATABASE|CREATE DATABASE|USE |\\c ).*$`)

func (s *shop) load(t *testing.T, dump string) {
	t.Helper()
	s.exec(t, aside.ReplaceAllString(string(read(t, dump)), ""))
}

func (s *shop) exec(t *testing.T, statements string) {
	t.Helper()
	if _, err := s.db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

// files writes the company's folder. What the dump for PostgreSQL calls customer_id the
// others call CustomerId; nothing else differs.
func (s *shop) files(t *testing.T) {
	t.Helper()
	names := words(t)
	err := fs.WalkDir(musicshop.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := musicshop.Files.ReadFile(name)
		if strings.HasSuffix(name, ".yaml") && name != project.ConfigFile {
			text = names.ReplaceAllFunc(text, func(b []byte) []byte { return []byte(s.name(string(b))) })
		}
		put(t, filepath.Join(s.dir, name), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.env != nil {
		s.edit(t, project.ConfigFile, "{engine: sqlite, address: Chinook_Sqlite.sqlite}", fmt.Sprintf("{engine: %s, address_env: SHOP}", s.engine))
	}
}

// edit replaces one piece of a file of the company's folder.
func (s *shop) edit(t *testing.T, name, old, text string) {
	t.Helper()
	path := filepath.Join(s.dir, name)
	b, err := os.ReadFile(path)
	if err != nil || strings.Count(string(b), old) != 1 {
		t.Fatalf("%s holds %q %d times: %v", name, old, strings.Count(string(b), old), err)
	}
	put(t, path, []byte(strings.Replace(string(b), old, text, 1)))
}

// words matches the names of Chinook's tables and columns.
func words(t *testing.T) *regexp.Regexp {
	t.Helper()
	names := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)(?:^    |CREATE TABLE )`(\\w+)`").FindAllSubmatch(read(t, "Chinook_MySql.sql"), -1) {
		names[string(m[1])] = true
	}
	if len(names) < 40 {
		t.Fatalf("only %d names were found", len(names))
	}
	return regexp.MustCompile(`\b(` + strings.Join(slices.Sorted(maps.Keys(names)), "|") + `)\b`)
}

var hump = regexp.MustCompile(`([a-z])([A-Z])`)

// snake writes CustomerId as customer_id.
func snake(name string) string { return strings.ToLower(hump.ReplaceAllString(name, "${1}_$2")) }

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(chinook(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
