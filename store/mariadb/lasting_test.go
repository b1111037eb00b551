package mariadb_test

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
)

// TestNoTransactions checks that nothing is done in a table whose engine undoes nothing: a
// crash would leave rows gone without a receipt.
func TestNoTransactions(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	execute(t, address, "CREATE TABLE leads (id int PRIMARY KEY) ENGINE=MyISAM", "INSERT INTO leads VALUES (1), (2)")
	s := open(t, address)
	leads := store.Table{Name: "leads", Key: []string{"id"}}
	for name, act := range map[string]func(store.Tx) error{
		"lock": func(tx store.Tx) error {
			_, err := tx.Lock(t.Context(), store.LockQuery{Table: leads, Where: store.True(), Limit: 10})
			return err
		},
		"sweep": func(tx store.Tx) error {
			_, err := tx.(store.Sweeper).Sweep(t.Context(), store.SweepQuery{Table: leads, Where: store.True(), Limit: 10}, func(store.Key, store.Row) {})
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
	n, err := s.Count(t.Context(), leads, []store.Pred{store.True()})
	if err != nil || n[0] != 2 {
		t.Errorf("%v rows are left, %v", n, err)
	}
}
