package sqlite_test

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// TestSweepOfRowids checks that a sweep follows the row ids, also where they are not the key
// or are negative, and that tables without them are not swept.
func TestSweepOfRowids(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, "CREATE TABLE whole (id INTEGER PRIMARY KEY)", "INSERT INTO whole VALUES (-9), (-3), (0), (7), (1000000)",
		"CREATE TABLE named (id TEXT PRIMARY KEY)", "INSERT INTO named VALUES ('b'), ('a'), ('d'), ('c'), ('e')",
		"CREATE TABLE bare (id TEXT PRIMARY KEY) WITHOUT ROWID", "CREATE TABLE odd (id TEXT PRIMARY KEY, _ROWID_ TEXT)",
		"CREATE TABLE none (id INTEGER PRIMARY KEY)")
	for table, want := range map[string]int{"whole": 5, "named": 5, "none": 0, "bare": -1, "odd": -1} {
		n, err := sweepAll(t, open(t, path), table)
		if errors.Is(err, errors.ErrUnsupported) {
			n, err = -1, nil
		}
		if n != want || err != nil {
			t.Errorf("%s: swept %d, %v; want %d", table, n, err, want)
		}
	}
}

// sweepAll erases a table in stretches of two rows and rolls back.
func sweepAll(t *testing.T, s store.Actor, table string) (n int, err error) {
	t.Helper()
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	q := store.SweepQuery{Table: store.Table{Name: table, Key: []string{"id"}}, Where: store.True(), Limit: 2}
	for range 10 {
		part, err := tx.(store.Sweeper).Sweep(t.Context(), q, func(store.Key, store.Row) { n++ })
		if q.After = part.Next; err != nil || part.Done {
			return n, err
		}
	}
	t.Fatalf("%s: the sweep does not end", table)
	return n, nil
}
