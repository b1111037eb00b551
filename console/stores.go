package console

import (
	"context"
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
	// Silent says that it does not answer.
	Silent bool
}

// storesScreen is the stores with a test of each.
type storesScreen struct {
	page
	Stores []StoreTest
}

// trying is how long a try may take: a page that waits longer tells less than a no.
const trying = 10 * time.Second

func (c *Console) stores(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, cancel := context.WithTimeout(r.Context(), trying)
	defer cancel()
	s := storesScreen{page: c.page(r, v, "Bases", "Stores")}
	var err error
	if s.Stores, err = c.company.Test(ctx); err != nil {
		return err
	}
	return c.show(w, "stores", http.StatusOK, s)
}
