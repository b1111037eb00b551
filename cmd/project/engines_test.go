package project_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// backup is a way to dump a store and to put the dump back in its place.
type backup struct{ dump, restore func(t *testing.T) }

// engine is the example company on one engine.
type engine struct {
	name string
	make func(t *testing.T) (*project.Project, backup)
}

func engines() []engine {
	return []engine{
		{"sqlite", func(t *testing.T) (*project.Project, backup) {
			p := company(t, 150)
			return p, files(filepath.Join(p.Dir, "crm.db"))
		}},
		{"postgres", func(t *testing.T) (*project.Project, backup) {
			crm, billing := testserver.Postgres(t), testserver.Postgres(t)
			p := onServer(t, demo.Postgres, "pgx", crm, billing)
			return p, tool(t, []string{"pg_dump", "--clean", "--if-exists", "--dbname", crm}, []string{"psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--dbname", crm})
		}},
		{"mariadb", func(t *testing.T) (*project.Project, backup) {
			crm, billing := testserver.MariaDB(t), testserver.MariaDB(t)
			p := onServer(t, demo.MariaDB, "mysql", crm, billing)
			args := mariadbArgs(t, crm)
			return p, tool(t, append([]string{"mariadb-dump"}, args...), append([]string{"mariadb"}, args...))
		}},
	}
}

// files copies a SQLite file with its write-ahead log.
func files(path string) backup {
	copyAll := func(t *testing.T, from, to string) {
		t.Helper()
		for _, suffix := range []string{"", "-wal", "-shm"} {
			b, err := os.ReadFile(from + suffix)
			if err != nil {
				_ = os.Remove(to + suffix)
				continue
			}
			if err := os.WriteFile(to+suffix, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return backup{
		dump:    func(t *testing.T) { copyAll(t, path, path+".backup") },
		restore: func(t *testing.T) { copyAll(t, path+".backup", path) },
	}
}

// tool dumps and restores with the engine's own programs.
func tool(t *testing.T, dump, restore []string) backup {
	path := filepath.Join(t.TempDir(), "dump.sql")
	return backup{
		dump: func(t *testing.T) {
			t.Helper()
			out, err := exec.Command(find(t, dump[0]), dump[1:]...).Output()
			if err != nil {
				t.Fatalf("%s: %v", dump[0], err)
			}
			if err := os.WriteFile(path, out, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		restore: func(t *testing.T) {
			t.Helper()
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			c := exec.Command(find(t, restore[0]), restore[1:]...)
			c.Stdin = f
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", restore[0], err, out)
			}
		},
	}
}

// find returns a program of a server, also where Debian keeps those of a version.
func find(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if list, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); err == nil && len(list) > 0 {
		return list[len(list)-1]
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

// mariadbArgs are the client's arguments for an address of the Go driver, user@tcp(host:port)/db.
func mariadbArgs(t *testing.T, dsn string) []string {
	t.Helper()
	user, rest, ok := strings.Cut(dsn, "@tcp(")
	address, name, ok2 := strings.Cut(rest, ")/")
	host, port, ok3 := strings.Cut(address, ":")
	if !ok || !ok2 || !ok3 {
		t.Fatal("the address has another form")
	}
	user, password, _ := strings.Cut(user, ":")
	args := []string{"--no-defaults", "--protocol=tcp", "-h", host, "-P", port, "-u", user}
	if password != "" {
		args = append(args, "-p"+password)
	}
	return append(args, strings.SplitN(name, "?", 2)[0])
}

// onServer fills the example company on a server and opens it.
func onServer(t *testing.T, e demo.Engine, driver, crm, billing string) *project.Project {
	t.Helper()
	open := func(address string) *sql.DB {
		db, err := sql.Open(driver, address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	dir := t.TempDir()
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	_, err := demo.Fill(t.Context(), demo.Options{People: 150, Seed: 1, Today: policy.MustDate("2026-11-22"), Engine: e, CRM: open(crm), Billing: open(billing)})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, project.ConfigFile)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"crm", "billing"} {
		b = []byte(strings.Replace(string(b), fmt.Sprintf("{engine: sqlite, address: %s.db}", name), fmt.Sprintf("{engine: %s, address_env: %s}", e, name), 1))
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return openWith(t, dir, func(name string) string { return map[string]string{"crm": crm, "billing": billing}[name] })
}

func openWith(t *testing.T, dir string, getenv func(string) string) *project.Project {
	t.Helper()
	p, err := project.Read(dir, getenv)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err, p.Problems)
	}
	if err := p.Answered(); err != nil {
		t.Fatal(err)
	}
	if err := p.OpenState(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// prepare makes the table of receipts.
func prepare(t *testing.T, p *project.Project, name string) {
	t.Helper()
	d, _ := p.Store(name)
	a, ok := d.(store.Actor)
	if !ok {
		t.Fatal("the store cannot be acted on")
	}
	if err := a.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestRestore is the drill of P11 on the three engines: dump, make the promises true,
// restore, connect. The restore is noticed, ordinary work is refused, and a replay erases
// again what had come back. The same company gives the same plan on each engine.
func TestRestore(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			p, b := e.make(t)
			ctx := t.Context()
			run := project.Run{Clock: clock, Ratio: 0}
			// The account must have its table of receipts in the backup, as a store in use has.
			pl := kept(t, p)
			prepare(t, p, "crm")
			b.dump(t)
			if _, err := p.Apply(ctx, pl, run); err != nil {
				t.Fatal(err)
			}
			if n := count(verify(t, p), retention.Broken); n != 0 {
				t.Errorf("%d promises are broken after the plan", n)
			}
			b.restore(t)
			if _, err := p.Plan(ctx, p.Today(now), nil); !errors.Is(err, apply.ErrRestored) {
				t.Fatalf("a plan of a restored store: got %v", err)
			}
			if is, err := p.Restored(ctx, "crm"); err != nil || !is {
				t.Errorf("a restored store is one: %v, %v", is, err)
			}
			if n := count(verify(t, p), retention.Broken); n == 0 {
				t.Error("nothing came back: the drill proves nothing")
			}
			_, rep, err := p.Replay(ctx, "crm", run)
			if err != nil {
				t.Fatal(err)
			}
			if rep.Rows() == 0 || !rep.Complete() {
				t.Errorf("the replay: %+v", rep)
			}
			if n := count(verify(t, p), retention.Broken); n != 0 {
				t.Errorf("%d promises are broken after the replay", n)
			}
			again, err := p.Plan(ctx, p.Today(now), nil)
			if err != nil || len(again.Pending()) != 0 {
				t.Errorf("after the replay: %v, %d steps pending", err, len(again.Pending()))
			}
			if _, err := p.State.VerifyLedger(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}
