package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver of the stores made in a folder

	energyrenovation "github.com/garant-rgpd/garant/examples/energy-renovation"
)

// Engine is the kind of database a store runs on.
type Engine string

// The engines that have tables in the example.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
	MariaDB  Engine = "mariadb"
)

// storeNames are the stores of the company, in the order they are filled.
var storeNames = []string{"crm", "billing"}

// handle is a store to fill.
type handle struct {
	name   string
	db     *sql.DB
	engine Engine
}

// open returns the stores to fill and what closes those that it opened.
func open(o Options) ([]handle, func(), error) {
	if o.Dir == "" {
		if o.CRM == nil || o.Billing == nil || o.Engine == "" {
			return nil, nil, errors.New("fill the demo: a folder, or two stores and their engine, are needed")
		}
		return []handle{{"crm", o.CRM, o.Engine}, {"billing", o.Billing, o.Engine}}, func() {}, nil
	}
	var hs []handle
	done := func() {
		for _, h := range hs {
			_ = h.db.Close() // everything was committed
		}
	}
	for _, name := range storeNames {
		db, err := openFile(filepath.Join(o.Dir, name+".db"))
		if err != nil {
			done()
			return nil, nil, err
		}
		hs = append(hs, handle{name, db, SQLite})
	}
	return hs, done, nil
}

// openFile makes a database file. It is not synced while it is filled: a demo that loses
// power is made again.
func openFile(path string) (*sql.DB, error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("fill the demo: %s is already there", path)
	}
	return sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(0)&_pragma=journal_mode(memory)&_pragma=foreign_keys(1)")
}

// create makes the tables of each store and returns where their rows go.
func create(ctx context.Context, stores []handle, o Options) ([]*sink, error) {
	var sinks []*sink
	for _, h := range stores {
		s, err := createStore(ctx, h, o.Undeclared)
		if err != nil {
			closeAll(sinks)
			return nil, fmt.Errorf("fill the store %s: %w", h.name, err)
		}
		sinks = append(sinks, s)
	}
	return sinks, nil
}

func createStore(ctx context.Context, h handle, undeclared bool) (*sink, error) {
	conn, err := h.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &sink{name: h.name, conn: conn, engine: h.engine}
	for _, stmt := range append(settings(h.engine), statements(h.engine, h.name)...) {
		if err == nil {
			_, err = conn.ExecContext(ctx, stmt)
		}
	}
	if err == nil && undeclared && h.name == "crm" {
		_, err = conn.ExecContext(ctx, "ALTER TABLE leads ADD COLUMN second_phone VARCHAR(32)")
	}
	if err == nil {
		err = s.readColumns(ctx, tables(h.engine, h.name))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// settings are put before everything else: MariaDB must take the zero dates of old imports.
func settings(e Engine) []string {
	if e == MariaDB {
		return []string{"SET SESSION sql_mode = 'STRICT_TRANS_TABLES'"}
	}
	return nil
}

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// tables lists a store's tables, owners before those that name them.
func tables(e Engine, name string) []string {
	var out []string
	for _, m := range createTable.FindAllStringSubmatch(schema(e, name), -1) {
		out = append(out, m[1])
	}
	return out
}

// statements cuts the schema of a store into statements, with the indexes by which people are
// found where a file has them.
func statements(e Engine, name string) []string {
	var out []string
	for _, s := range strings.Split(schema(e, name)+part("search-"+string(e), name), ";\n") {
		if strings.Contains(s, "CREATE ") {
			out = append(out, s)
		}
	}
	return out
}

// schema returns the part of the engine's schema file that makes the store.
func schema(e Engine, name string) string { return part(string(e), name) }

// part returns what a schema file says of a store; nothing where there is no such file.
func part(file, name string) string {
	b, err := energyrenovation.Files.ReadFile("schema/" + file + ".sql")
	if err != nil {
		return ""
	}
	for _, part := range strings.Split(string(b), "-- store: ")[1:] {
		if rest, ok := strings.CutPrefix(part, name+"\n"); ok {
			return rest
		}
	}
	return ""
}

// mark is the engine's nth placeholder, counted from 1.
func (e Engine) mark(n int) string {
	if e == Postgres {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// zeroDate is what an old import left where it had no date.
func (e Engine) zeroDate() string {
	if e == Postgres {
		return "0001-01-01" // it refuses year zero
	}
	return "0000-00-00"
}
