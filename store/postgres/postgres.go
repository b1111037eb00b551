// Package postgres is for companies whose data are in PostgreSQL (15 or newer): it connects
// store/relational to it and knows what PostgreSQL does its own way.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// Store is a PostgreSQL database. It implements store.Driver and store.Actor.
type Store struct {
	*relational.DB
	account string
}

// lockTimeout is how long a statement waits for a row that another holds before the store
// counts as busy, unless the address sets its own lock_timeout.
const lockTimeout = "5s"

// Open connects to the database at the address, a URL postgres://… or a list of key=value,
// and checks that it answers.
func Open(ctx context.Context, address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("open: the address is not one of PostgreSQL") // the cause would quote it
	}
	settings := config.RuntimeParams
	settings["timezone"] = "UTC"
	settings["datestyle"] = "ISO"
	setDefault(settings, "application_name", "garant")
	setDefault(settings, "lock_timeout", lockTimeout)
	if !strings.Contains(address, "default_query_exec_mode") {
		// Statements are described each time and never kept: a kept one would outlive a
		// change of the schema, and its generic plan would know nothing of the keys.
		config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	}
	s := &Store{relational.New(stdlib.OpenDB(*config), dialect()), config.User}
	if err := s.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func setDefault(m map[string]string, key, value string) {
	if _, ok := m[key]; !ok {
		m[key] = value
	}
}

// Grants returns the statements that give the account the least that acting on the tables
// needs, and reading others, to be run by their owner. The table of receipts is among them, so
// that the account need not be able to create tables.
func (s *Store) Grants(act, read []store.Table) []string {
	account := quote(s.account)
	out := append([]string{}, createReceipts...)
	out = append(out, fmt.Sprintf("GRANT SELECT, INSERT ON garant_receipts TO %s", account))
	schemas := map[string]bool{}
	for i, t := range slices.Concat(act, read) {
		r := relation(t.Name)
		name, rights := quote(r.Name), "SELECT, UPDATE, DELETE"
		if i >= len(act) {
			rights = "SELECT"
		}
		if r.Schema != "" {
			name = quote(r.Schema) + "." + name
			if !schemas[r.Schema] {
				out = append(out, fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", quote(r.Schema), account))
			}
			schemas[r.Schema] = true
		}
		out = append(out, fmt.Sprintf("GRANT %s ON %s TO %s", rights, name, account))
	}
	return out
}

// relation splits the contract's name of a table: those outside the default schema carry
// their schema before a dot.
func relation(name string) relational.Relation {
	r := relational.Relation{Name: name, Info: store.TableInfo{Name: name}}
	if schema, table, ok := strings.Cut(name, "."); ok {
		r.Schema, r.Name = schema, table
	}
	return r
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
