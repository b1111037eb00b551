package torture

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/all"
)

// The engines of the suite, and the two answers of a foreign key to a deletion.
const (
	onPostgres = "postgres"
	onMariaDB  = "mariadb"
	onSQLite   = "sqlite"
	cascade    = "CASCADE"
	restrict   = "RESTRICT"
	// unguarded is no foreign key: orders and consents are read and do not go with a client.
	unguarded = "none"
)

func engines() []string { return []string{onPostgres, onMariaDB, onSQLite} }

// Days of the little company: what is of the cutoff or before is over.
const (
	old    = "2019-05-05"
	recent = "2026-11-01"
	cutoff = "2023-11-21"
	today  = "2026-11-22"
)

const stepID = "clients/erase/row"

// rig is a little company on one engine: clients, their orders and their consents, the
// database's own software (db), and Garant's view of it.
type rig struct {
	engine, fk string
	// lone says that no client has orders or consents, so that the reason is in the row and
	// a sweep does the whole purge.
	lone    bool
	address string
	db      *sql.DB
	driver  store.Driver
	actor   store.Actor
	memory  *memory
	// hook is called at Garant's failpoints and between the two statements of a peer.
	hook func(point string)
	// swap, when set, replaces what Garant runs with: the mutants.
	swap func(p *plan.Plan, env *apply.Env)
	// fault, when set, may take the place of a COMMIT.
	fault func(tx store.Tx) (done bool, err error)
	// plans counts the plans of the mutation suite.
	plans int
	// first and most are the sizes of batches.
	first, most int
}

// address makes a fresh database of the engine.
func freshDatabase(t testing.TB, engine string) string {
	t.Helper()
	switch engine {
	case onPostgres:
		return testserver.Postgres(t)
	case onMariaDB:
		return testserver.MariaDB(t)
	}
	return filepath.Join(scratch(t), "crm.db")
}

// handle opens the company's own access to its database.
func handle(engine, address string) (*sql.DB, error) {
	driver := map[string]string{onPostgres: "pgx", onMariaDB: "mysql", onSQLite: "sqlite"}[engine]
	switch engine {
	case onSQLite:
		address = "file:" + address + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(0)&_pragma=foreign_keys(1)&_txlock=immediate"
	case onMariaDB:
		address += "?tx_isolation=%27READ-COMMITTED%27"
	}
	return sql.Open(driver, address)
}

func newRig(t testing.TB, engine, fk string) *rig {
	t.Helper()
	r := &rig{engine: engine, fk: fk, address: freshDatabase(t, engine), memory: newMemory(), first: 2, most: 3}
	db, err := handle(engine, r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r.db = db
	if err := r.exec(schema(fk)...); err != nil {
		t.Fatal(err)
	}
	driver, err := all.Open(context.Background(), engine, r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = driver.Close() })
	r.driver, r.actor = driver, driver.(store.Actor)
	if err := r.actor.Prepare(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

// schema is the same on the three engines. A client is named by a number that may change and
// by a reference that never does.
func schema(fk string) []string {
	clients := ", FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE " + fk + " ON UPDATE CASCADE"
	if fk == unguarded {
		clients = ""
	}
	return []string{
		"CREATE TABLE clients (id integer PRIMARY KEY, ref varchar(40) NOT NULL UNIQUE, name varchar(40), seen date)",
		"CREATE TABLE orders (id integer PRIMARY KEY, client_id integer NOT NULL, placed date" + clients + ")",
		"CREATE TABLE consents (id integer PRIMARY KEY, client_id integer NOT NULL, answer varchar(10)" + clients + ")",
		"CREATE TABLE held (ref varchar(40))",
		"CREATE INDEX orders_client ON orders (client_id)",
		"CREATE INDEX consents_client ON consents (client_id)",
	}
}

func (r *rig) exec(statements ...string) error {
	for _, s := range statements {
		if _, err := r.db.Exec(s); err != nil {
			return fmt.Errorf("%.40s: %w", s, err)
		}
	}
	return nil
}

// client is one as the fixture makes it. Each has an old order and a consent that was
// withdrawn, unless bare.
type client struct {
	id              int
	ref             string
	seen            string
	ordered, answer string
	bare            bool
}

// due says whether nothing keeps the client: the definition, apart from any SQL.
func (c client) due() bool {
	return c.seen <= cutoff && (c.bare || c.ordered <= cutoff && c.answer != "yes")
}

// fill empties the tables and inserts the clients.
func (r *rig) fill(cs []client) error {
	q := []string{"DELETE FROM orders", "DELETE FROM consents", "DELETE FROM clients", "DELETE FROM held"}
	for _, c := range cs {
		q = append(q, fmt.Sprintf("INSERT INTO clients (id, ref, name, seen) VALUES (%d, '%s', 'n', '%s')", c.id, c.ref, c.seen))
		if !c.bare {
			q = append(q, fmt.Sprintf("INSERT INTO orders (id, client_id, placed) VALUES (%d, %d, '%s')", c.id, c.id, c.ordered),
				fmt.Sprintf("INSERT INTO consents (id, client_id, answer) VALUES (%d, %d, '%s')", c.id, c.id, c.answer))
		}
	}
	return inOne(r.db, q...)
}

// standard is the fixture of the scripted scenes: 12 clients, of which 4, 8 and 12 are
// alive, one for each reason; of lone ones 4 is.
func (r *rig) standard() []client {
	var cs []client
	for i := 1; i <= 12; i++ {
		c := client{id: i, ref: fmt.Sprint("c", i), seen: old, ordered: old, answer: "no", bare: r.lone || i%3 == 0 && i%4 != 0}
		switch i {
		case 4:
			c.seen = recent
		case 8:
			c.ordered = recent
		case 12:
			c.answer = "yes"
		}
		cs = append(cs, c)
	}
	return cs
}

// clientsTable is the table the plan acts on.
func clientsTable() store.Table { return store.Table{Name: "clients", Key: []string{"id"}} }

// justification is the due predicate as a plan holds it.
func justification() store.Pred {
	day := func(name string) store.Col { return store.Col{Name: name, As: store.AsDate, Zone: "Europe/Paris"} }
	cut := policy.MustDate(cutoff)
	on := []store.Pair{{Child: "client_id", Parent: "id"}}
	return store.And(
		store.OnOrBefore(day("seen"), cut),
		store.Not(store.Exists("orders", on, store.LaterThan(day("placed"), cut))),
		store.Not(store.Exists("consents", on, store.Compare(store.Col{Name: "answer"}, "=", "yes"))),
	)
}

// reason is the due predicate of the rig's clients.
func (r *rig) reason() store.Pred {
	if r.lone {
		return justification().Args[0]
	}
	return justification()
}

// children are what goes with a client.
func (r *rig) children() []plan.Child {
	if r.lone || r.fk == unguarded {
		return nil
	}
	child := func(table string) plan.Child {
		return plan.Child{Do: plan.DeleteChild, Fenced: true,
			Link: store.Link{Table: store.Table{Name: table, Key: []string{"id"}}, Columns: []string{"client_id"}, To: []string{"id"}}}
	}
	return []plan.Child{child("orders"), child("consents")}
}

// plan makes the plan of the day; its number makes its name another one.
func (r *rig) plan(number int) (plan.Plan, error) {
	due := r.reason()
	n, err := r.driver.Count(context.Background(), clientsTable(), []store.Pred{due, store.True()})
	if err != nil {
		return plan.Plan{}, err
	}
	p := plan.Finish(plan.Plan{AsOf: policy.MustDate(today), PolicyDigest: fmt.Sprint(number), Steps: []plan.Step{{
		ID: stepID, Dataset: "clients", Store: "crm", Action: policy.Erase, WholeRow: true, Due: n[0], Rows: n[1],
		Work: plan.Work{Table: clientsTable(), Where: due, Children: r.children()},
	}}})
	return plan.Decode(plan.Encode(p))
}

// Store implements apply.Stores.
func (r *rig) Store(context.Context, string) (store.Driver, store.Actor, error) {
	return r.driver, faultyActor{r.actor, r}, nil
}

func (r *rig) env() apply.Env {
	m := r.memory
	return apply.Env{Stores: r, Holds: m, Log: m, Sets: m, Progress: m, Keys: m, Clock: time.Now, Sleep: sleep}
}

func sleep(_ context.Context, d time.Duration) { time.Sleep(min(d, 20*time.Millisecond)) }

// garant carries the plan out as the product does.
func (r *rig) garant(p plan.Plan) (apply.Report, error) {
	env := r.env()
	if r.swap != nil {
		r.swap(&p, &env)
	}
	return apply.Run(context.Background(), p, env, apply.Options{First: r.first, Most: r.most, Tries: 8, At: r.at})
}

func (r *rig) at(point string) {
	if r.hook != nil {
		r.hook(point)
	}
}

// approve keeps the set of records that the plan was shown with.
func (r *rig) approve(p plan.Plan) error {
	var keys []store.Key
	q := store.Query{Table: clientsTable(), Columns: []string{"id"}, Where: p.Steps[0].Work.Where}
	err := r.driver.Find(context.Background(), q, func(row store.Row) bool {
		keys = append(keys, store.Key(row))
		return true
	})
	r.memory.approve(keys)
	return err
}

// text reads one column of a query as strings, sorted.
func (r *rig) text(query string) ([]string, error) {
	rows, err := r.db.Query(query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // the error is in rows.Err
	var out []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s.String)
	}
	slices.Sort(out)
	return out, rows.Err()
}

func (r *rig) count(query string) (n int64, err error) {
	err = r.db.QueryRow(query).Scan(&n)
	return n, err
}

// blocked reports whether somebody waits for a lock; errBlind where the engine cannot tell.
func (r *rig) blocked() (bool, error) {
	var n int64
	var err error
	switch r.engine {
	case onPostgres:
		n, err = r.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
	case onMariaDB:
		return r.blockedMariaDB()
	default:
		return false, errBlind
	}
	return n > 0, err
}

var errBlind = errors.New("the engine does not tell who waits")

var waiter = regexp.MustCompile(`LOCK WAIT .*\n(?:.*\n)?(?:MariaDB|MySQL) thread id (\d+)`)

// blockedMariaDB reads the status report: information_schema.innodb_trx is a copy that is
// not renewed while somebody looks at it more often than ten times a second.
func (r *rig) blockedMariaDB() (bool, error) {
	var kind, name, status string
	if err := r.db.QueryRow("SHOW ENGINE INNODB STATUS").Scan(&kind, &name, &status); err != nil {
		return false, err
	}
	var ids []string
	for _, m := range waiter.FindAllStringSubmatch(status, -1) {
		ids = append(ids, m[1])
	}
	if len(ids) == 0 {
		return false, nil
	}
	n, err := r.count("SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id IN (" + strings.Join(ids, ",") + ")")
	return n > 0, err
}
