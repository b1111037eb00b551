package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/policy"
)

// TestExample runs scripts on the whole example company; those of testdata/script have a small one.
func TestExample(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/example",
		Setup: func(e *testscript.Env) error {
			e.Setenv("GARANT_NOW", "2026-11-22T09:00:00Z")
			e.Setenv("LC_ALL", "en_GB.UTF-8")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"example": makeExample, "sqlite": runSQLite, "digest": digest,
		},
	})
}

// makeExample is example DIR: the example company with 120 people.
func makeExample(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(demo.WriteCompany(dir))
	_, err := demo.Fill(context.Background(), demo.Options{People: 120, Seed: 1, Today: policy.MustDate("2026-11-22"), Dir: dir})
	ts.Check(err)
}

// runSQLite is sqlite FILE STATEMENT: it writes the rows to standard output.
func runSQLite(ts *testscript.TestScript, neg bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=busy_timeout(5000)")
	ts.Check(err)
	defer func() { _ = db.Close() }()
	rows, err := db.Query(args[1])
	if neg && err != nil {
		return
	}
	ts.Check(err)
	text, err := rowsText(rows)
	ts.Check(err)
	_, err = ts.Stdout().Write([]byte(text))
	ts.Check(err)
}

func rowsText(rows *sql.Rows) (string, error) {
	defer func() { _ = rows.Close() }()
	cols, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for rows.Next() {
		vals := make([]any, len(cols))
		for i := range vals {
			vals[i] = new(any)
		}
		if err := rows.Scan(vals...); err != nil {
			return "", err
		}
		for _, v := range vals {
			fmt.Fprintf(&b, "%v|", *v.(*any))
		}
		b.WriteString("\n")
	}
	return b.String(), rows.Err()
}

// digest is digest DIR: it writes a digest of every row of both stores, receipts left out.
func digest(ts *testscript.TestScript, _ bool, args []string) {
	h := sha256.New()
	for _, name := range []string{"crm.db", "billing.db"} {
		db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0]+"/"+name)+"?_pragma=busy_timeout(5000)")
		ts.Check(err)
		rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'garant_receipts' ORDER BY name")
		ts.Check(err)
		names, err := rowsText(rows)
		ts.Check(err)
		for _, table := range strings.Fields(names) {
			rows, err := db.Query("SELECT * FROM " + strings.TrimSuffix(table, "|") + " ORDER BY 1")
			ts.Check(err)
			text, err := rowsText(rows)
			ts.Check(err)
			_, _ = fmt.Fprintf(h, "%s\n%s", table, text) // a hash takes everything
		}
		ts.Check(db.Close())
	}
	_, err := fmt.Fprintf(ts.Stdout(), "%x\n", h.Sum(nil))
	ts.Check(err)
}
