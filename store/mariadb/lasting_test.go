package mariadb_test

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
)

// TestBarred checks that nothing is done in a table whose engine undoes nothing, as a crash
// would leave rows gone without a receipt, or keeps what is deleted; and that they are seen.
func TestBarred(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options string
		bar     store.Bar
	}{
		"no rollback": {"ENGINE=MyISAM", store.NoRollback},
		"history":     {"WITH SYSTEM VERSIONING", store.KeepsHistory},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := testserver.MariaDB(t)
			execute(t, address, "CREATE TABLE leads (id int PRIMARY KEY, owner int) "+c.options, "INSERT INTO leads VALUES (1, 1), (2, 1)")
			s := open(t, address)
			schema, err := s.Inspect(t.Context())
			if err != nil || len(schema.Tables) != 1 || schema.Tables[0].Bar != c.bar || len(schema.Tables[0].Columns) != 2 {
				t.Fatalf("inspected %+v, %v", schema.Tables, err)
			}
			leads := store.Table{Name: "leads", Key: []string{"id"}}
			refused(t, s, leads)
			n, err := s.Count(t.Context(), leads, []store.Pred{store.True()})
			if err != nil || n[0] != 2 {
				t.Errorf("%v rows are left, %v", n, err)
			}
		})
	}
}

// refused tries each way to come to rows of the table that are to be acted on.
func refused(t *testing.T, s store.Actor, table store.Table) {
	t.Helper()
	for name, act := range map[string]func(store.Tx) error{
		"lock": func(tx store.Tx) error {
			_, err := tx.Lock(t.Context(), store.LockQuery{Table: table, Where: store.True(), Limit: 10})
			return err
		},
		"linked": func(tx store.Tx) error {
			_, err := tx.Linked(t.Context(), store.Link{Table: table, Columns: []string{"owner"}, To: []string{"id"}}, []store.Key{{int64(1)}})
			return err
		},
		"sweep": func(tx store.Tx) error {
			_, err := tx.(store.Sweeper).Sweep(t.Context(), store.SweepQuery{Table: table, Where: store.True(), Limit: 10}, func(store.Key, store.Row) {})
			return err
		},
	} {
		tx, err := s.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := act(tx); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
		_ = tx.Rollback()
	}
}
