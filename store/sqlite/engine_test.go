package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/sqlite"
)

// execute runs the tests' own statements.
func execute(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestOpenCreatesNothing checks that a wrong path is an error and not an empty database.
func TestOpenCreatesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "missing.db")
	for _, address := range []string{path, "file:" + path, "file:" + path + "?mode=rwc"} {
		if _, err := sqlite.Open(t.Context(), address); !errors.Is(err, store.ErrUnreachable) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was created")
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path); !errors.Is(err, store.ErrUnreachable) {
		t.Errorf("a file of another kind: got %v", err)
	}
}

// TestErasedOnDisk checks that no byte of an erased row is left in any file of the database,
// in either journal mode, while the store is still open. The application overwrites too here:
// without that, copies that SQLite itself made in free space stay until the next VACUUM.
func TestErasedOnDisk(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"WAL", "DELETE"} {
		for way, erase := range map[string]func(*testing.T, *sqlite.Store){"locked": eraseLocked, "swept": eraseSwept} {
			t.Run(mode+" "+way, func(t *testing.T) {
				t.Parallel()
				path, db := file(t)
				db.SetMaxOpenConns(1) // the pragma is the connection's
				execute(t, db, "PRAGMA journal_mode="+mode)
				insertNeedles(t, db)
				erase(t, open(t, path))
				for _, name := range []string{path, path + "-wal", path + "-journal"} {
					if b, _ := os.ReadFile(name); bytes.Contains(b, []byte("hunter2")) {
						t.Errorf("%s still holds what was erased", filepath.Ext(name))
					}
				}
			})
		}
	}
}

// insertNeedles fills the table as an application does that overwrites too.
func insertNeedles(t *testing.T, db *sql.DB) {
	t.Helper()
	db.SetMaxOpenConns(1) // the pragma is the connection's
	execute(t, db, "PRAGMA secure_delete=1", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 500) INSERT INTO t SELECT i, 'hunter2' || i FROM n")
}

// needles is the table of rows that must leave no trace.
var needles = store.Table{Name: "t", Key: []string{"id"}}

func eraseLocked(t *testing.T, s *sqlite.Store) {
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := tx.Lock(t.Context(), store.LockQuery{Table: needles, Where: store.True()})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := tx.Erase(t.Context(), needles, keys); err != nil || n != 500 {
		t.Fatalf("erased %d, %v", n, err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func eraseSwept(t *testing.T, s *sqlite.Store) {
	sweepNeedles(t, s)
	s.Tidy(t.Context())
}

// sweepNeedles sweeps them in four stretches; what the log keeps of them stays.
func sweepNeedles(t *testing.T, s *sqlite.Store) {
	n := 0
	q := store.SweepQuery{Table: needles, Where: store.True(), Limit: 150}
	for done := false; !done; {
		tx, err := s.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		part, err := tx.(store.Sweeper).Sweep(t.Context(), q, func(store.Key, store.Row) { n++ })
		if err = errors.Join(err, tx.Commit(t.Context())); err != nil {
			t.Fatal(err)
		}
		q.After, done = part.Next, part.Done
	}
	if n != 500 {
		t.Fatalf("erased %d", n)
	}
}

// TestUnknownColumnIsNoText checks that SQLite's habit of reading a misspelt column as a
// text is not met.
func TestUnknownColumnIsNoText(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
	s := open(t, path)
	_, err := s.Count(t.Context(), store.Table{Name: "t"}, []store.Pred{store.Compare(store.Col{Name: "x"}, "=", "x")})
	if !errors.Is(err, store.ErrNoColumn) {
		t.Errorf("got %v", err)
	}
}

// TestPrepared asks the same question by many at once, and again after the table changed: what is
// kept prepared is put anew.
func TestPrepared(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT)", "INSERT INTO t VALUES (1, 'Ada@a.example'), (2, 'eve@a.example')")
	s := open(t, path)
	ask := func(who string) (found []any) {
		q := store.Query{Table: store.Table{Name: "t", Key: []string{"id"}}, Columns: []string{"id"}, Where: store.InBlock(store.Col{Name: "at"}, store.BlockEmail, who, store.Unblocked)}
		if err := s.Find(t.Context(), q, func(r store.Row) bool { found = append(found, r[0]); return true }); err != nil {
			t.Error(err)
		}
		return found
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if a, e := ask("ada@a.example"), ask("eve@a.example"); len(a) != 1 || a[0] != int64(1) || len(e) != 1 || e[0] != int64(2) {
					t.Errorf("%v, %v", a, e)
				}
			}
		})
	}
	all.Wait()
	execute(t, db, "ALTER TABLE t RENAME TO old", "CREATE TABLE t (at TEXT, id INTEGER PRIMARY KEY)", "INSERT INTO t SELECT at, id + 10 FROM old", "DROP TABLE old")
	if a := ask("ada@a.example"); len(a) != 1 || a[0] != int64(11) {
		t.Errorf("after the table changed: %v", a)
	}
}

// TestStray finds by an index what is no number in a column of numbers.
func TestStray(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "CREATE INDEX n ON t (n)",
		"INSERT INTO t VALUES (1, 'C-42'), (2, 7), (3, x'00'), (4, NULL), (5, -1.5), (6, '42'), (7, '')")
	s := open(t, path)
	n := store.Col{Name: "n"}
	var found []any
	q := store.Query{Table: store.Table{Name: "t", Key: []string{"id"}}, Columns: []string{"id"}, Where: store.Or(store.Compare(n, "=", int64(42)), store.Stray(n))}
	if err := s.Find(t.Context(), q, func(r store.Row) bool { found = append(found, r[0]); return true }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{int64(1), int64(3), int64(6), int64(7)}, found); diff != "" {
		t.Error(diff)
	}
	var plan string
	if err := db.QueryRow("EXPLAIN QUERY PLAN SELECT id FROM t WHERE n = 42 OR n >= ''").Scan(new(int), new(int), new(int), &plan); err != nil || strings.HasPrefix(plan, "SCAN") {
		t.Errorf("%s, %v", plan, err)
	}
}

// TestForeignKinds checks that a text in a column of numbers compares to no number.
func TestForeignKinds(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO t VALUES (1, 'abc'), (2, 7), (3, x'00'), (4, NULL)")
	s := open(t, path)
	n := store.Col{Name: "n", As: store.AsUnix}
	got, err := s.Count(t.Context(), store.Table{Name: "t"}, []store.Pred{
		store.Compare(n, ">", int64(5)), store.Not(store.Compare(n, ">", int64(5))), store.Usable(n), store.Not(store.Usable(n)),
	})
	if err != nil || got[0] != 1 || got[1] != 3 || got[2] != 1 || got[3] != 3 {
		t.Errorf("got %v, %v", got, err)
	}
}
