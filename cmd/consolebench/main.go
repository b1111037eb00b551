// Command consolebench measures the console on an invented company of a million people: how
// soon it is ready, its memory, the weight of its first page, and how long two hundred readers
// wait for it.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the crowd is made with a statement

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/policy"
)

// wholeLives is how many of the people have the history of a customer, over every table; the
// others are on the mailing list alone.
const wholeLives = 2_000

func main() {
	people := flag.Int("people", 1_000_000, "people that the company knows")
	users := flag.Int("users", 200, "readers at the same time, each with an account of their own")
	requests := flag.Int("requests", 40_000, "pages that they open")
	dir := flag.String("dir", "", "folder of the company, made when it is not there (default: a temporary one)")
	garant := flag.String("garant", "bin/garant", "the command to measure")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, bench{*people, *users, *requests, *dir, *garant}); err != nil {
		fmt.Fprintln(os.Stderr, "consolebench:", err)
		os.Exit(1)
	}
}

// bench is what to measure.
type bench struct {
	people, users, requests int
	dir, garant             string
}

func run(ctx context.Context, out io.Writer, b bench) error {
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "garant-console-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		b.dir = dir
	}
	if err := b.company(ctx, out); err != nil {
		return err
	}
	readers, err := b.readers(ctx)
	if err != nil {
		return err
	}
	s, err := start(b)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := measure(ctx, out, b, s, readers); err != nil {
		return err
	}
	s.stop()
	return again(out, b, readers[0])
}

// company makes the company unless it is there.
func (b bench) company(ctx context.Context, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(b.dir, "filled")); err == nil {
		return nil
	}
	begun := time.Now()
	if err := demo.WriteCompany(b.dir); err != nil {
		return err
	}
	lives := min(b.people, wholeLives)
	facts, err := demo.Fill(ctx, demo.Options{People: lives, Seed: 1, Today: policy.DateOf(begun, time.UTC), Dir: b.dir})
	if err != nil {
		return err
	}
	rows := b.people - lives
	for _, n := range facts.Rows {
		rows += n
	}
	if err := crowd(ctx, filepath.Join(b.dir, "crm.db"), b.people-lives); err != nil {
		return err
	}
	fmt.Fprintf(out, "made %d people, %d of them with their whole history, as %d rows in two SQLite stores in %s\n", b.people, lives, rows, time.Since(begun).Round(time.Second))
	return os.WriteFile(filepath.Join(b.dir, "filled"), nil, 0o600)
}

// crowd adds people to the mailing list, a quarter of whom did not answer for too long.
func crowd(ctx context.Context, address string, people int) error {
	crm, err := sql.Open("sqlite", address)
	if err != nil {
		return err
	}
	_, err = crm.ExecContext(ctx, `INSERT INTO mailing (id, name, email, kind, consent_own, opens, clicks, collected_on, last_interaction_on)
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		SELECT 1000000000 + i, 'Nom ' || i, 'p' || i || '@foule.example', 'prospect', 1, i % 40, i % 7, date('now', '-' || (i % 1460 + 30) || ' days'), date('now', '-' || (i % 1460) || ' days') FROM n`, people)
	return errors.Join(err, crm.Close())
}
