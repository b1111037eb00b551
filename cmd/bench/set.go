package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// The standard set: clients last seen on a day, and a contact of each, which is the event of
// the cross-table case.
const (
	createClients = "CREATE TABLE clients (id BIGINT PRIMARY KEY, name VARCHAR(80), email VARCHAR(80), status VARCHAR(12), seen DATE, note VARCHAR(200))"
	createCalls   = "CREATE TABLE calls (id BIGINT PRIMARY KEY, client BIGINT NOT NULL, made DATE)"
	cutoff        = "2023-11-21"
	dueRow        = "seen <= '" + cutoff + "'"
	dueCross      = dueRow + " AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.client = clients.id AND c.made > '" + cutoff + "')"
)

var indexes = []string{
	"CREATE INDEX clients_seen ON clients (seen)",
	"CREATE INDEX clients_email ON clients (email)",
	"CREATE INDEX calls_client ON calls (client)",
}

// site is a fresh copy of the set: Garant's connection and a plain one.
type site struct {
	own interface {
		store.Driver
		store.Actor
	}
	raw   *sql.DB
	close func()
}

// spelling is how an engine writes texts joined and a date, and a query that counts from 1 to
// the number of rows as n.
type spelling struct {
	series string
	join   func(parts ...string) string
	cast   func(string) string
}

func bars(parts ...string) string { return strings.Join(parts, " || ") }

func same(s string) string { return s }

// fill makes the set.
func (b *bench) fill(ctx context.Context, raw *sql.DB, d spelling) error {
	old := fmt.Sprintf("n <= %d OR n %% 7 = 0", b.rows/8)
	day := func(recent, ancient string) string {
		return "CASE WHEN " + old + " THEN '" + ancient + "' ELSE '" + recent + "' END"
	}
	join, cast := d.join, d.cast
	pad := strings.Repeat("x", 90)
	statements := []string{
		createClients, createCalls,
		"INSERT INTO clients SELECT n, " + join("'Client number '", "n") + ", " + join("'mail'", "n % 250007 * 7919 % 1000003", "'.'", "n", "'@example.org'") +
			", CASE WHEN n % 3 = 0 THEN 'customer' ELSE 'prospect' END, " + cast(day("2026-03-03", "2019-05-05")) + ", '" + pad + "' FROM (" + d.series + ") s",
		"INSERT INTO calls SELECT n, n, " + cast(day("2026-03-03", "2019-05-05")) + " FROM (" + d.series + ") s",
	}
	for _, q := range append(statements, indexes...) {
		if _, err := raw.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	return nil
}

// due is how many rows of the set are due.
func (b *bench) due() int64 {
	edge := b.rows / 8
	return int64(edge + b.rows/7 - edge/7)
}

func seen(name string) store.Col { return store.Col{Name: name, As: store.AsDate, Zone: "UTC"} }

var clients = store.Table{Name: "clients", Key: []string{"id"}}

// erase is the step of a purge, with the event in the row or in another table.
func (b *bench) erase(cross bool) plan.Step {
	day := policy.MustDate(cutoff)
	where := store.OnOrBefore(seen("seen"), day)
	if cross {
		where = store.And(where, store.Not(store.Exists("calls", []store.Pair{{Child: "client", Parent: "id"}}, store.LaterThan(seen("made"), day))))
	}
	return plan.Step{ID: "clients/erase/row", Dataset: "clients", Store: "crm", Action: policy.Erase, WholeRow: true, Due: b.due(), Rows: int64(b.rows),
		Work: plan.Work{Table: clients, Where: where}}
}

// anonymise is the step that blanks two columns.
func (b *bench) anonymise() plan.Step {
	s := b.erase(false)
	s.ID, s.WholeRow = "clients/erase/identity", false
	s.Work.Where = store.And(s.Work.Where, store.Not(store.IsNull(store.Col{Name: "name"})))
	s.Work.Set = []store.Assign{{Column: "name", To: store.Null}, {Column: "note", To: store.Constant, Value: "anonymous"}}
	return s
}

// move is the step that copies rows to the archive and deletes them.
func (b *bench) move() plan.Step {
	s := b.erase(false)
	s.ID, s.Action = "clients/archive/row", policy.ToArchive
	s.Work.Copy = []string{"name", "email", "status", "seen", "note"}
	return s
}

// questions are the predicates of a plan of five purposes and three groups: how many are
// due, and for which reason, and how many have no day that can be used.
func questions() []store.Pred {
	var ps []store.Pred
	for _, group := range []string{"name", "email", "note"} {
		there, all := store.Not(store.IsNull(store.Col{Name: group})), store.True()
		for i, status := range []string{"prospect", "customer", "prospect", "customer", "prospect"} {
			mine := store.Compare(store.Col{Name: "status"}, "=", status)
			over := store.OnOrBefore(seen("seen"), policy.MustDate(fmt.Sprintf("20%d-11-21", 19+i)))
			ps = append(ps, store.And(there, mine, over), store.And(there, mine, store.Not(store.Usable(seen("seen")))))
			all = store.And(all, store.Or(store.Not(mine), over))
		}
		ps = append(ps, store.And(there, all))
	}
	return ps
}
