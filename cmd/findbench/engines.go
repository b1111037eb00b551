package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/all"
)

// engine is where the people are.
type engine struct {
	name string
	open func(ctx context.Context) (*sql.DB, store.Driver, error)
	// series selects the numbers from 1 on as n, padded writes n with six digits, join joins.
	series, padded string
	join           func(parts ...string) string
	analyze        string
	// scans and byHand are the three queries, for values in any case and as they are.
	scans, byHand []string
}

func engines(dir string) []engine {
	bars := func(parts ...string) string { return strings.Join(parts, " || ") }
	concat := func(parts ...string) string { return "CONCAT(" + strings.Join(parts, ", ") + ")" }
	return []engine{
		{"PostgreSQL", postgres, "SELECT generate_series(1, %d) AS n", "lpad((n % 1000000)::text, 6, '0')", bars, "ANALYZE", queries(scanned, "$1", "$2"), queries(exact, "$1", "$2")},
		{"MariaDB", mariadb, "SELECT seq AS n FROM seq_1_to_%d", "LPAD(n % 1000000, 6, '0')", concat, "ANALYZE TABLE people, calls", queries(scanned, "?", "?"), queries(exact, "?", "?")},
		{"SQLite", sqlite(dir), "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s", "printf('%06d', n % 1000000)", bars, "ANALYZE",
			queries(scanned, "?", "?"), queries(exact, "?", "?")},
	}
}

const (
	exact   = "email = %[1]s OR phone = %[2]s"
	scanned = "lower(trim(email)) = lower(trim(%[1]s)) OR replace(replace(phone, ' ', ''), '.', '') = replace(replace(%[2]s, ' ', ''), '.', '')"
)

// queries are those somebody writes who knows the tables.
func queries(where, one, two string) []string {
	person := fmt.Sprintf(where, one, two)
	_, phone, _ := strings.Cut(fmt.Sprintf(where, one, one), " OR ")
	return []string{"SELECT id, email, phone FROM people WHERE " + person, "SELECT id, phone FROM calls WHERE " + phone, "SELECT id, phone FROM calls WHERE person = " + one}
}

var errNoServer = errors.New("no server; run it under internal/testserver/cmd/withservers")

func postgres(ctx context.Context) (*sql.DB, store.Driver, error) {
	u, err := url.Parse(os.Getenv(testserver.PostgresVar))
	if err != nil || u.Host == "" {
		return nil, nil, errNoServer
	}
	// What is typed by hand was not prepared before.
	return created(ctx, "postgres", "pgx", u.String(), func() string {
		u.Path = "/find"
		q := u.Query()
		q.Set("default_query_exec_mode", "describe_exec")
		u.RawQuery = q.Encode()
		return u.String()
	})
}

func mariadb(ctx context.Context) (*sql.DB, store.Driver, error) {
	c, err := mysql.ParseDSN(os.Getenv(testserver.MariaDBVar))
	if err != nil || c.Addr == "" {
		return nil, nil, errNoServer
	}
	return created(ctx, "mariadb", "mysql", c.FormatDSN(), func() string { c.DBName = "find"; return c.FormatDSN() })
}

// created makes the database find on a server and opens it.
func created(ctx context.Context, engine, driver, admin string, address func() string) (*sql.DB, store.Driver, error) {
	server, err := sql.Open(driver, admin)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = server.Close() }()
	if err := execute(ctx, server, "DROP DATABASE IF EXISTS find", "CREATE DATABASE find"); err != nil {
		return nil, nil, err
	}
	return opened(ctx, engine, driver, address())
}

func opened(ctx context.Context, engine, driver, address string) (*sql.DB, store.Driver, error) {
	raw, err := sql.Open(driver, address)
	if err != nil {
		return nil, nil, err
	}
	own, err := all.Open(ctx, engine, address)
	return raw, own, err
}

func sqlite(dir string) func(ctx context.Context) (*sql.DB, store.Driver, error) {
	return func(ctx context.Context) (*sql.DB, store.Driver, error) {
		path := filepath.Join(dir, "find.db")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return nil, nil, err
		}
		return opened(ctx, "sqlite", "sqlite", path)
	}
}

// fill makes the people, and their calls.
func (b bench) fill(ctx context.Context, raw *sql.DB, e engine) error {
	from := " FROM (" + fmt.Sprintf(e.series, b.people) + ") s"
	phone := e.join("'01 99 '", e.padded)
	return execute(ctx, raw,
		"CREATE TABLE people (id BIGINT PRIMARY KEY, name VARCHAR(80), email VARCHAR(80), phone VARCHAR(30), note VARCHAR(200))",
		"CREATE TABLE calls (id BIGINT PRIMARY KEY, person BIGINT NOT NULL, phone VARCHAR(30), about VARCHAR(200))",
		"INSERT INTO people SELECT n, "+e.join("'Person '", "n")+", "+e.join("'Person'", "n", "'@People.example'")+", "+phone+", '"+strings.Repeat("x", 90)+"'"+from,
		"INSERT INTO calls SELECT n, n, "+phone+", '"+strings.Repeat("x", 60)+"'"+from)
}
