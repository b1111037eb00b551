package mariadb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
)

// execute runs the tests' own statements.
func execute(t *testing.T, address string, statements ...string) {
	t.Helper()
	db := database(t, address+lenient)
	for _, s := range statements {
		// Clean-ups come here after the end of the test's context.
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestKeyTypes checks that keys of every type name their row and no other.
func TestKeyTypes(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	for name, c := range map[string]struct{ native, one, two string }{
		"tinyint":  {"tinyint(1)", "0", "5"},
		"unsigned": {"bigint unsigned", "18446744073709551614", "18446744073709551615"},
		"latin1":   {"varchar(9) CHARACTER SET latin1", "'é'", "'f'"},
		"enum":     {"enum('b', 'a')", "'a'", "'b'"},
		"decimal":  {"decimal(30,2)", "12345678901234567890.01", "12345678901234567890.02"},
		"date":     {"date", "'2024-02-29'", "'0000-00-00'"},
		"partial":  {"date", "'2024-00-10'", "'2023-02-30'"},
		"datetime": {"datetime(6)", "'2024-02-29 10:00:00.000001'", "'2024-02-29 10:00:00.000002'"},
		"binary":   {"varbinary(4)", "x'00ff'", "x'00'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			execute(t, address, "CREATE TABLE t_"+name+" (k "+c.native+", n int, PRIMARY KEY (k, n))",
				"INSERT INTO t_"+name+" VALUES ("+c.one+", 1), ("+c.two+", 2)")
			s := open(t, address)
			for _, table := range []store.Table{{Name: "t_" + name, Key: []string{"k"}}, {Name: "t_" + name, Key: []string{"k", "n"}}} {
				eraseEach(t, s, table)
			}
		})
	}
}

// eraseEach erases each row of two by its key, and rolls back.
func eraseEach(t *testing.T, s store.Actor, table store.Table) {
	t.Helper()
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	keys, err := tx.Lock(t.Context(), store.LockQuery{Table: table, Where: store.True()})
	if err != nil || len(keys) != 2 {
		t.Fatalf("locked %d, %v", len(keys), err)
	}
	rest, err := tx.Lock(t.Context(), store.LockQuery{Table: table, Where: store.True(), After: keys[0]})
	if err != nil || len(rest) != 1 {
		t.Errorf("behind the first: %d, %v", len(rest), err)
	}
	for range keys {
		gone, err := tx.EraseIf(t.Context(), table, keys[:1], store.True())
		if err != nil || len(gone) != 1 {
			t.Errorf("erased %d, %v", len(gone), err)
		}
		keys = keys[1:]
	}
}

// TestGrants checks that the statements of Grants are enough to act, and no more.
func TestGrants(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	server, name, _ := strings.Cut(address, ")/")
	account := "u" + name
	execute(t, address, fmt.Sprintf("CREATE USER '%s'@'%%' IDENTIFIED BY 'p'", account), "CREATE TABLE leads (id int PRIMARY KEY)",
		"INSERT INTO leads VALUES (1), (2)", "CREATE TABLE secret (id int PRIMARY KEY)")
	t.Cleanup(func() { execute(t, address, fmt.Sprintf("DROP USER '%s'@'%%'", account)) })
	_, host, _ := strings.Cut(server, "@")
	leads := store.Table{Name: "leads", Key: []string{"id"}}
	execute(t, address, fmt.Sprintf("GRANT SELECT ON `%s`.leads TO '%s'@'%%'", name, account))
	s := open(t, account+":p@"+host+")/"+name)
	if err := s.Prepare(t.Context()); !errors.Is(err, store.ErrDenied) {
		t.Errorf("prepare without privileges: got %v", err)
	}
	execute(t, address, s.Grants([]store.Table{leads}, nil)...)
	if err := s.Prepare(t.Context()); err != nil {
		t.Errorf("prepare: %v", err)
	}
	writeReceipt(t, s)
	eraseEach(t, s, leads)
	_, err := s.Count(t.Context(), store.Table{Name: "secret"}, []store.Pred{store.True()})
	if !errors.Is(err, store.ErrDenied) {
		t.Errorf("count what is not granted: got %v", err)
	}
}

func writeReceipt(t *testing.T, s store.Actor) {
	t.Helper()
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.WriteReceipt(t.Context(), store.Receipt{ID: "a"}); err != nil {
		t.Error(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestErrorsHoldNoValues checks that what the engine quotes of a row is not passed on.
func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	execute(t, address, "CREATE TABLE t (id int PRIMARY KEY, email varchar(50) UNIQUE)", "INSERT INTO t VALUES (1, 'hunter2'), (2, 'other')")
	s := open(t, address)
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Set(t.Context(), store.Table{Name: "t", Key: []string{"id"}}, []store.Key{{int64(2)}},
		[]store.Assign{{Column: "email", To: store.Constant, Value: "hunter2"}})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

// TestSubqueriesAreNotRemembered checks that a question about related rows is asked for each
// row: the engine remembers answers by its collation, in which a and A are one row's.
func TestSubqueriesAreNotRemembered(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	execute(t, address, "CREATE TABLE child (id int PRIMARY KEY)", "INSERT INTO child VALUES (1)",
		"CREATE TABLE parent (id int PRIMARY KEY, ref int, b varchar(9))", "INSERT INTO parent VALUES (1, 1, 'a'), (2, 1, 'A'), (3, 1, 'A'), (4, 1, 'a')")
	s, parent := open(t, address), store.Table{Name: "parent", Key: []string{"id"}}
	where := store.Exists("child", []store.Pair{{Child: "id", Parent: "ref"}}, store.In(store.Col{Name: "b", Outer: true}, "A", "z"))
	n, err := s.Count(t.Context(), parent, []store.Pred{where, store.Not(where), store.Or(where, store.IsNull(store.Col{Name: "id"}))})
	if err != nil || !slices.Equal(n, []int64{2, 2, 2}) {
		t.Errorf("counted %v, %v", n, err)
	}
	for _, p := range []store.Pred{where, store.Not(where), store.Or(where, store.IsNull(store.Col{Name: "b"}))} {
		rows := 0
		err := s.Find(t.Context(), store.Query{Table: parent, Columns: parent.Key, Where: p}, func(store.Row) bool { rows++; return true })
		if err != nil || rows != 2 {
			t.Errorf("found %d, %v", rows, err)
		}
	}
}

// TestRelatedRowsAreLookedUp checks that a batch reads the related rows of its own rows where an
// index leads to them, and not those of the whole table.
func TestRelatedRowsAreLookedUp(t *testing.T) {
	t.Parallel()
	const rows, batch = 5000, 10
	address := testserver.MariaDB(t)
	execute(t, address, "SET GLOBAL userstat = 1", "CREATE TABLE parent (id int PRIMARY KEY)", "CREATE TABLE child (id int PRIMARY KEY, parent int NOT NULL, n int, KEY (parent))",
		fmt.Sprintf("INSERT INTO parent SELECT seq FROM seq_1_to_%d", rows), fmt.Sprintf("INSERT INTO child SELECT seq, seq, 1 FROM seq_1_to_%d", rows),
		"ANALYZE TABLE parent, child", "FLUSH TABLE_STATISTICS")
	s := open(t, address)
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	keys, err := tx.Lock(t.Context(), store.LockQuery{Table: store.Table{Name: "parent", Key: []string{"id"}}, Limit: batch,
		Where: store.Not(store.Exists("child", []store.Pair{{Child: "parent", Parent: "id"}}, store.Compare(store.Col{Name: "n"}, ">", int64(5))))})
	if err != nil || len(keys) != batch {
		t.Fatalf("locked %d rows, %v", len(keys), err)
	}
	var read int
	err = database(t, address).QueryRow("SELECT rows_read FROM information_schema.table_statistics WHERE table_schema = DATABASE() AND table_name = 'child'").Scan(&read)
	if err != nil || read > 10*batch {
		t.Errorf("read %d related rows for a batch of %d, %v", read, batch, err)
	}
}

// TestRefusals checks that what the table does not take is said in words, and no value with them.
func TestRefusals(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	execute(t, address, "CREATE TABLE leads (id int PRIMARY KEY, mail varchar(50) CHECK (mail LIKE '%@%'), short varchar(3))", "INSERT INTO leads VALUES (1, 'secret@a.example', 'abc')")
	s := open(t, address)
	leads := store.Table{Name: "leads", Key: []string{"id"}}
	for column, want := range map[string]string{"mail": "4025: a CHECK constraint", "short": "1406: the value is too long"} {
		tx, err := s.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.Set(t.Context(), leads, []store.Key{{int64(1)}}, []store.Assign{{Column: column, To: store.Constant, Value: "secret"}})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", column, err)
		}
		_ = tx.Rollback()
	}
}
