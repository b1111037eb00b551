package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
)

// execute runs the tests' own statements.
func execute(t *testing.T, address string, statements ...string) {
	t.Helper()
	db := database(t, address)
	for _, s := range statements {
		// Clean-ups come here after the end of the test's context.
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestSchemas checks that a table outside the default schema has the schema in its name,
// and that a dot in a name of the default schema is no schema.
func TestSchemas(t *testing.T) {
	t.Parallel()
	address := testserver.Postgres(t)
	execute(t, address, `CREATE SCHEMA "o'x"`, `CREATE TABLE "o'x".leads (id int PRIMARY KEY)`, `CREATE TABLE "we.ird" (id int PRIMARY KEY)`,
		`INSERT INTO "o'x".leads VALUES (1)`, `INSERT INTO "we.ird" VALUES (1), (2)`)
	s := open(t, address)
	schema, err := s.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, info := range schema.Tables {
		names = append(names, info.Name)
		n, err := s.Count(t.Context(), store.Table{Name: info.Name}, []store.Pred{store.True()})
		if err != nil || n[0] != int64(len(names)) {
			t.Errorf("%s: counted %v, %v", info.Name, n, err)
		}
	}
	if want := []string{"o'x.leads", "we.ird"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

// TestKeyTypes checks that keys of every type name their row and no other.
func TestKeyTypes(t *testing.T) {
	t.Parallel()
	address := testserver.Postgres(t)
	execute(t, address, `CREATE TYPE mood AS ENUM ('b', 'a')`)
	for name, c := range map[string]struct{ native, one, two string }{
		"smallint":    {"smallint", "1", "2"},
		"varchar":     {"varchar(3)", "'abc'", "'abd'"},
		"char":        {"char(5)", "'a'", "'b'"},
		"uuid":        {"uuid", "gen_random_uuid()", "gen_random_uuid()"},
		"enum":        {"mood", "'a'", "'b'"},
		"numeric":     {"numeric(30,2)", "12345678901234567890.01", "12345678901234567890.02"},
		"float":       {"float8", "0.1", "0.2"},
		"date":        {"date", "'2024-02-29'", "'infinity'"},
		"timestamp":   {"timestamp(6)", "'2024-02-29 10:00:00.000001'", "'2024-02-29 10:00:00.000002'"},
		"timestamptz": {"timestamptz", "'2024-02-29 10:00:00+02'", "'2024-02-29 10:00:00+01'"},
		"bytea":       {"bytea", `'\x00ff'`, `'\x00'`},
		"boolean":     {"boolean", "true", "false"},
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
	address := testserver.Postgres(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	account := "u" + strings.TrimPrefix(u.Path, "/")
	execute(t, address, "CREATE ROLE "+account+" LOGIN PASSWORD 'p'", "CREATE SCHEMA other",
		"CREATE TABLE other.leads (id int PRIMARY KEY)", "INSERT INTO other.leads VALUES (1), (2)", "CREATE TABLE secret (id int PRIMARY KEY)")
	t.Cleanup(func() { execute(t, testserver.Postgres(t), "DROP ROLE IF EXISTS "+account) })
	t.Cleanup(func() { execute(t, address, "DROP OWNED BY "+account) })
	u.User = url.UserPassword(account, "p")
	s := open(t, u.String())
	if err := s.Prepare(t.Context()); !errors.Is(err, store.ErrDenied) {
		t.Errorf("prepare without privileges: got %v", err)
	}
	leads := store.Table{Name: "other.leads", Key: []string{"id"}}
	execute(t, address, s.Grants([]store.Table{leads}, nil)...)
	if err := s.Prepare(t.Context()); err != nil {
		t.Errorf("prepare: %v", err)
	}
	eraseEach(t, s, leads)
	_, err = s.Count(t.Context(), store.Table{Name: "secret"}, []store.Pred{store.True()})
	if !errors.Is(err, store.ErrDenied) {
		t.Errorf("count what is not granted: got %v", err)
	}
}

// TestErrorsHoldNoValues checks that what the engine quotes of a row is not passed on.
func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	address := testserver.Postgres(t)
	execute(t, address, "CREATE TABLE t (id int PRIMARY KEY, email text UNIQUE)", "INSERT INTO t VALUES (1, 'hunter2'), (2, 'other')")
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
	if err := tx.Commit(t.Context()); err == nil {
		t.Error("a failed transaction was committed")
	}
}

// TestSweepPages checks that a sweep goes through many pages and meets no row twice, also
// where an UPDATE moves rows to pages that are still to come.
func TestSweepPages(t *testing.T) {
	t.Parallel()
	address := testserver.Postgres(t)
	execute(t, address, `CREATE TABLE leads (id int PRIMARY KEY, n int, name text)`,
		`INSERT INTO leads SELECT i, i % 3, repeat('x', 700) FROM generate_series(1, 600) i`,
		`DELETE FROM leads WHERE id > 500`, `VACUUM ANALYZE leads`) // room on the last pages
	leads := store.Table{Name: "leads", Key: []string{"id"}}
	q := store.SweepQuery{Table: leads, Where: store.Compare(store.Col{Name: "n"}, "=", int64(1)), Limit: 30}
	q.Set = []store.Assign{{Column: "n", To: store.Constant, Value: int64(7)}, {Column: "name", To: store.Unique}}
	if stretches, met := sweepThrough(t, address, q); stretches < 10 || len(met) != 167 {
		t.Errorf("set %d rows in %d stretches, want 167 in 10 or more", len(met), stretches)
	}
	q.Where, q.Set = store.Compare(store.Col{Name: "n"}, ">", int64(1)), nil
	if _, met := sweepThrough(t, address, q); len(met) != 334 {
		t.Errorf("erased %d rows, want 334", len(met))
	}
}

// sweepThrough sweeps the table, a transaction a stretch, and returns the keys as they came.
func sweepThrough(t *testing.T, address string, q store.SweepQuery) (stretches int, met []int64) {
	t.Helper()
	s := open(t, address)
	for done := false; !done; stretches++ {
		tx, err := s.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		part, err := tx.(store.Sweeper).Sweep(t.Context(), q, func(k store.Key, _ store.Row) { met = append(met, k[0].(int64)) })
		if err = errors.Join(err, tx.Commit(t.Context())); err != nil || part.Again != 0 {
			t.Fatalf("%d are due again, %v", part.Again, err)
		}
		q.After, done = part.Next, part.Done
	}
	return stretches, met
}

// TestSweepOfWhatHasNoPages checks that tables which are made of others are not swept, nor
// one whose cursor is none.
func TestSweepOfWhatHasNoPages(t *testing.T) {
	t.Parallel()
	address := testserver.Postgres(t)
	execute(t, address, `CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)`, `CREATE TABLE part PARTITION OF parts DEFAULT`,
		`CREATE TABLE heirs (id int PRIMARY KEY)`, `CREATE TABLE heir () INHERITS (heirs)`, `CREATE TABLE plain (id int PRIMARY KEY)`)
	s := open(t, address)
	for name, after := range map[string]store.Key{"parts": nil, "heirs": nil, "plain": {int64(1), "x", int64(3)}} {
		tx, err := s.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		q := store.SweepQuery{Table: store.Table{Name: name, Key: []string{"id"}}, Where: store.True(), After: after, Limit: 10}
		if _, err := tx.(store.Sweeper).Sweep(t.Context(), q, func(store.Key, store.Row) {}); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: got %v, want unsupported", name, err)
		}
		if _, err := tx.Lock(t.Context(), store.LockQuery{Table: q.Table, Where: store.True(), Limit: 1}); err != nil {
			t.Errorf("%s: the transaction cannot be used any more: %v", name, err)
		}
		_ = tx.Rollback()
	}
}
