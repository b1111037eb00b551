package console

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Tester tries the stores.
type Tester interface {
	// Test connects to every store afresh and tells how it went, in the order of their names.
	// No address and no error is told: they may hold secrets.
	Test(ctx context.Context) ([]StoreTest, error)
}

// StoreTest is how a try at a store went.
type StoreTest struct {
	Name, Engine string
	// Tables counts those that were found.
	Tables int64
	// Silent says that it does not answer, Denied that the account may not read the receipts.
	Silent, Denied bool
	// Restored says that it came back from a backup without the last acts: a replay is due.
	Restored bool
	// Grants are the statements that give the account the least it needs; none where the engine
	// knows no accounts.
	Grants []string
}

// storesScreen is the stores with a test of each.
type storesScreen struct {
	page
	Stores  []StoreTest
	Refused string
}

// trying is how long a try may take: a page that waits longer tells less than a no.
const trying = 10 * time.Second

func (c *Console) stores(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, cancel := context.WithTimeout(r.Context(), trying)
	defer cancel()
	s := storesScreen{page: c.page(r, v, "Bases", "Stores")}
	var err error
	s.Stores, err = c.company.Test(ctx)
	var unready *Unready
	if errors.As(err, &unready) {
		s.Refused, _ = c.refused(s.page, err)
		return c.show(w, "stores", http.StatusConflict, s)
	}
	if err != nil {
		return err
	}
	return c.show(w, "stores", http.StatusOK, s)
}
