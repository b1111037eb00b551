// Package all is for opening a company's store by the name of its engine: the one explicit
// list of the connectors that ship.
package all

import (
	"context"
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mariadb"
	"github.com/garant-rgpd/garant/store/postgres"
	"github.com/garant-rgpd/garant/store/sqlite"
)

// Engines returns the names that Open takes.
func Engines() []string { return []string{"mariadb", "postgres", "sqlite"} }

// Open opens the store of the engine at the address and checks that it answers. No error
// quotes the address, which may hold a password. Every store it returns can act too.
func Open(ctx context.Context, engine, address string) (store.Driver, error) {
	switch engine {
	case "mariadb":
		return opened(mariadb.Open(ctx, address))
	case "postgres":
		return opened(postgres.Open(ctx, address))
	case "sqlite":
		return opened(sqlite.Open(ctx, address))
	}
	return nil, fmt.Errorf("unknown engine %q: the engines are %s", engine, strings.Join(Engines(), ", "))
}

// opened keeps a nil pointer from becoming a driver that is not nil.
func opened[S store.Driver](s S, err error) (store.Driver, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
