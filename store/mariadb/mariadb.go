// Package mariadb is for companies whose data are in MariaDB (10.6 or newer): it connects
// store/relational to it and knows what MariaDB does its own way.
package mariadb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// Store is a MariaDB database. It implements store.Driver and store.Actor.
type Store struct {
	*relational.DB
	database, account string
}

// sessionSettings make every connection mean the same. Zero dates stay writable, as rows
// that hold them must be changed like others; strictness keeps values from being bent. The
// answers of subqueries are not remembered: the memory takes a for A, which the questions do
// not, and so gave one row the answer of another.
var sessionSettings = map[string]string{
	"time_zone":                "'+00:00'",
	"sql_mode":                 "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
	"innodb_lock_wait_timeout": "5",
	"tx_isolation":             "'READ-COMMITTED'",
	"optimizer_switch":         "'subquery_cache=off'",
}

// Open connects to the database at the address, in the form of go-sql-driver/mysql
// (user:password@tcp(host:port)/database), and checks that it answers.
func Open(ctx context.Context, address string) (*Store, error) {
	config, err := mysql.ParseDSN(address)
	if err != nil || config.DBName == "" {
		return nil, errors.New("open: the address is not user:password@tcp(host:port)/database") // the cause would quote it
	}
	config.ParseTime = false      // a zero or partial date must be seen as it is
	config.ClientFoundRows = true // Set counts rows, changed or not
	config.InterpolateParams = false
	config.Logger = log.New(io.Discard, "", 0) // errors are returned, never printed
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	for name, v := range sessionSettings {
		config.Params[name] = v
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, errors.New("open: the address is not one of MariaDB")
	}
	s := &Store{relational.New(sql.OpenDB(connector), dialect()), config.DBName, config.User}
	if err := s.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Grants returns the statements that give the account the least that acting on the tables
// needs, and reading others, to be run by an administrator.
func (s *Store) Grants(act, read []store.Table) []string {
	account := "'" + strings.ReplaceAll(strings.ReplaceAll(s.account, `\`, `\\`), "'", "''") + "'@'%'"
	out := []string{fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, CREATE ON %s.%s TO %s", quote(s.database), quote("garant_receipts"), account)}
	for i, t := range slices.Concat(act, read) {
		rights := "SELECT, UPDATE, DELETE"
		if i >= len(act) {
			rights = "SELECT"
		}
		out = append(out, fmt.Sprintf("GRANT %s ON %s.%s TO %s", rights, quote(s.database), quote(t.Name), account))
	}
	return out
}

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
