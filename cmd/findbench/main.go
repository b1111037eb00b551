// Command findbench measures how long a person is searched for among a million, on each engine
// that there is, beside the queries that somebody who knows the tables and the exact spelling
// would write by hand; without indexes, and with those that garant check advises.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

func main() {
	b := bench{}
	flag.IntVar(&b.people, "people", 1_000_000, "people, each with one call")
	flag.IntVar(&b.runs, "runs", 21, "people searched for, of which the median counts")
	flag.Parse()
	if err := b.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "findbench:", err)
		os.Exit(1)
	}
}

// bench is one run of the command.
type bench struct{ people, runs int }

func (b bench) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "garant-find-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, e := range engines(dir) {
		if err := b.on(ctx, e); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// on measures one engine: first by scans, then by indexes.
func (b bench) on(ctx context.Context, e engine) error {
	raw, driver, err := e.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = raw.Close() }()
	defer func() { _ = driver.Close() }()
	if err := b.fill(ctx, raw, e); err != nil {
		return err
	}
	schema, err := driver.Inspect(ctx)
	if err != nil {
		return err
	}
	s := seeker(driver, schema)
	s.Indexed = func(context.Context, string, store.Lookup) bool { return false }
	if err := b.compare(ctx, e.name+", no index", s, raw, e.scans, min(b.runs, 5)); err != nil {
		return err
	}
	if err := index(ctx, s, driver, raw); err != nil {
		return err
	}
	if err := execute(ctx, raw, e.analyze); err != nil {
		return err
	}
	if _, err := driver.Inspect(ctx); err != nil {
		return err
	}
	s.Indexed = nil
	return b.compare(ctx, e.name+", indexes as advised", s, raw, e.byHand, b.runs)
}

// index makes the indexes that are advised, and plain ones for the queries by hand.
func index(ctx context.Context, s rights.Seeker, driver store.Driver, raw *sql.DB) error {
	missing, err := project.Missing(ctx, driver, rights.Lookups(s.Bound)["crm"])
	if err != nil {
		return err
	}
	statements := []string{"CREATE INDEX by_hand_email ON people (email)", "CREATE INDEX by_hand_phone ON people (phone)", "CREATE INDEX by_hand_line ON calls (phone)"}
	for _, m := range missing {
		statements = append(statements, m.Statement)
	}
	return execute(ctx, raw, statements...)
}

func execute(ctx context.Context, raw *sql.DB, statements ...string) error {
	for _, q := range statements {
		if _, err := raw.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%.60s: %w", q, err)
		}
	}
	return nil
}

// compare searches for some people in turn by Garant and by the queries, each of which is
// given the address, the number and the key of the person.
func (b bench) compare(ctx context.Context, what string, s rights.Seeker, raw *sql.DB, queries []string, runs int) error {
	var own, peer []time.Duration
	for i := range runs {
		n := 1 + (i*7919+17)%b.people
		start := time.Now()
		f, err := s.Find(ctx, rights.Wanted{Identifiers: map[string]string{"email": address(n), "phone": line(n)}, Verified: []string{"email", "phone"}})
		own = append(own, time.Since(start))
		if err != nil || len(f.Records) != 2 || !f.Complete() {
			return fmt.Errorf("%d records were found of 2, %v", len(f.Records), err)
		}
		start = time.Now()
		found, err := byHand(ctx, raw, queries, n)
		peer = append(peer, time.Since(start))
		if err != nil || found != 3 {
			return fmt.Errorf("by hand: %d rows, %v", found, err)
		}
	}
	fmt.Printf("%s: %v (%v to %v); by hand %v (%v to %v); %.2f times\n", what, median(own), slices.Min(own), slices.Max(own),
		median(peer), slices.Min(peer), slices.Max(peer), median(own).Seconds()/median(peer).Seconds())
	return nil
}

func median(ds []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(ds))
	return s[len(s)/2]
}

// byHand runs the queries and counts the rows: the person, the call by its line, and the call
// by its person.
func byHand(ctx context.Context, raw *sql.DB, queries []string, n int) (found int, err error) {
	for i, q := range queries {
		args := [][]any{{address(n), line(n)}, {line(n)}, {n}}[i]
		rows, err := raw.QueryContext(ctx, q, args...)
		if err != nil {
			return found, err
		}
		for rows.Next() {
			found++
		}
		if err := rows.Close(); err != nil {
			return found, err
		}
	}
	return found, nil
}

// address and line are the n-th person's as they are stored.
func address(n int) string { return fmt.Sprintf("Person%d@People.example", n) }
func line(n int) string    { return fmt.Sprintf("01 99 %06d", n%1_000_000) }

// seeker searches two tables by address, by line, and along the link between them.
func seeker(driver store.Driver, schema store.Schema) rights.Seeker {
	info := map[string]store.TableInfo{}
	for _, t := range schema.Tables {
		info[t.Name] = t
	}
	set := func(name string, person map[string][]string) register.BoundDataset {
		t := info[name]
		return register.BoundDataset{Name: name, Store: "crm", Info: t, Table: store.Table{Name: name, Key: t.Key}, Person: person}
	}
	people, calls := set("people", map[string][]string{"email": {"email"}, "phone": {"phone"}}), set("calls", map[string][]string{"phone": {"phone"}})
	people.Links = []register.BoundLink{{Kind: register.PartOf, Info: calls.Info, Table: calls.Table, Dataset: "calls", On: []store.Pair{{Child: "person", Parent: "id"}}}}
	return rights.Seeker{Bound: &register.Bound{Datasets: []register.BoundDataset{people, calls}}, Stores: map[string]store.Driver{"crm": driver}}
}
