package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"garant": garant, "sql": query, "company": company, "unseal": unseal})
}

// TestScripts runs the pages of testdata/script: each is a page of the manual that is run.
func TestScripts(t *testing.T) {
	t.Parallel()
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "replace": replace, "append": appendLine, "touch": touch, "smalldisk": smallDisk, "mailserver": mailServer, "hookserver": hookServer, "imapserver": imapServer, "deliver": deliver, "fill": fill},
		Condition: func(name string) (bool, error) {
			switch name {
			case "smalldisk":
				return canMount(t), nil
			case "dovecot":
				return hasDovecot(), nil
			}
			return false, fmt.Errorf("no condition is called %s", name)
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("COMPANY", filepath.Join(home, "testdata", "company"))
			e.Setenv("GARANT_NOW", "2026-11-22T09:00:00Z")
			e.Setenv("LANG", "en_GB.UTF-8")
			return nil
		},
	})
}

// garant is the command with the clock of GARANT_NOW; GARANT_CRASH=POINT:N kills it with the
// signal nobody can catch when it passes the failpoint for the Nth time.
func garant() {
	now, err := time.Parse(time.RFC3339, os.Getenv("GARANT_NOW"))
	exitOn(err)
	w := world{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, clock: func() time.Time { return now }}
	if c := os.Getenv("GARANT_CRASH"); c != "" {
		w.at, err = crash(c)
		exitOn(err)
	}
	os.Exit(w.run(context.Background(), os.Args[1:]))
}

func crash(at string) (func(string), error) {
	point, count, _ := strings.Cut(at, ":")
	left, err := strconv.Atoi(count)
	return func(here string) {
		if here != point {
			return
		}
		if left--; left > 0 {
			return
		}
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // what fails here lives on, and the script sees it
		select {}
	}, err
}

// query is sql FILE STATEMENT…: each statement is run, and the rows it gives are written.
func query() {
	if len(os.Args) < 3 {
		exitOn(errors.New("sql FILE STATEMENT…"))
	}
	db, err := sql.Open("sqlite", os.Args[1])
	exitOn(err)
	for _, statement := range os.Args[2:] {
		exitOn(answer(os.Stdout, db, statement))
	}
	exitOn(db.Close())
	os.Exit(0)
}

// answer writes the rows of a statement, a line each. The word .dump stands for all tables
// but the receipts, whose time and digests are each run's own.
func answer(out io.Writer, db *sql.DB, statement string) error {
	if statement == ".dump" {
		return dump(out, db)
	}
	rows, err := db.Query(statement)
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		return errors.Join(err, rows.Close())
	}
	cells, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		to[i] = &cells[i]
	}
	for err == nil && rows.Next() {
		if err = rows.Scan(to...); err == nil {
			_, err = fmt.Fprintln(out, line(cells))
		}
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

func line(cells []any) string {
	words := make([]string, len(cells))
	for i, c := range cells {
		switch v := c.(type) {
		case nil:
			words[i] = "∅"
		case []byte:
			words[i] = string(v)
		default:
			words[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(words, "|")
}

func dump(out io.Writer, db *sql.DB) error {
	var names []string
	rows, err := db.Query(`select name from sqlite_master where type = 'table' and name not like 'garant%' and name not like 'sqlite%' order by name`)
	if err != nil {
		return err
	}
	for err == nil && rows.Next() {
		var n string
		err = rows.Scan(&n)
		names = append(names, n)
	}
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, n := range names {
		if _, err := fmt.Fprintln(out, "-- "+n); err != nil {
			return err
		}
		if err := answer(out, db, `select * from "`+n+`" order by 1`); err != nil {
			return err
		}
	}
	return nil
}

// company is company DIR [NAME]: the small company of testdata/company, or that of
// testdata/NAME, with its stores filled.
func company() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		exitOn(errors.New("company DIR [NAME]"))
	}
	dir, from := os.Args[1], os.Getenv("COMPANY")
	if len(os.Args) == 3 {
		from = filepath.Join(filepath.Dir(from), os.Args[2])
	}
	exitOn(layCompany(dir, from))
	os.Exit(0)
}

// layCompany copies a folder, and makes a database of each SQL file in it.
func layCompany(dir, from string) error {
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		return err
	}
	fills, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	for _, name := range fills {
		err = errors.Join(err, fillFrom(name))
	}
	return err
}

// fillFrom makes a database of an SQL file, in its place.
func fillFrom(name string) error {
	fill, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", strings.TrimSuffix(name, ".sql")+".db")
	if err != nil {
		return err
	}
	_, err = db.Exec(string(fill))
	return errors.Join(err, db.Close(), os.Remove(name))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
