package project_test

import (
	"context"
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// TestPersonOnAllEngines finds one person in PostgreSQL, MariaDB and SQLite together, each
// store with a spelling of its own, tells what is held, erases what the law lets end, and
// looks that nobody is left but where it was declared; without the indexes that are advised,
// and with them.
func TestPersonOnAllEngines(t *testing.T) {
	t.Parallel()
	for name, indexes := range map[string]int{"bare": 0, "indexed": 8} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			crm, mail := testserver.Postgres(t), testserver.MariaDB(t)
			p := heating(t, crm, mail)
			if indexes > 0 {
				makeIndexes(t, p, map[string][2]string{"crm": {"pgx", crm}, "mail": {"mysql", mail}, "paper": {"sqlite", filepath.Join(p.Dir, "paper.db")}}, indexes)
			}
			erasePerson(t, p)
		})
	}
}

// makeIndexes runs the statements that check advises, want of them, and looks that it advises
// no more. Each store is a driver and an address.
func makeIndexes(t *testing.T, p *project.Project, stores map[string][2]string, want int) {
	t.Helper()
	advised, err := p.Unindexed(t.Context())
	if err != nil || len(advised) != want {
		t.Fatalf("%d indexes are advised, want %d: %v, %v", len(advised), want, advised, err)
	}
	for _, pr := range advised {
		for name, at := range stores {
			if strings.Contains(pr.Message, "no index of "+name+" ") {
				run(t, at[0], at[1], pr.Hint)
			}
		}
	}
	for _, driver := range p.Seeker().Stores {
		if _, err := driver.Inspect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if advised, err = p.Unindexed(t.Context()); err != nil || len(advised) > 0 {
		t.Errorf("with the indexes, still advised: %v, %v", advised, err)
	}
}

func erasePerson(t *testing.T, p *project.Project) {
	t.Helper()
	now := policy.MustDate("2026-11-22").Start(time.UTC).Add(12 * time.Hour)
	me := rights.Signed{By: "dpo", Now: now}
	d, err := p.Desk()
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Open(t.Context(), rights.Case{Right: rights.Erasure, Via: rights.ByMail, Received: p.Today(now), Person: rights.Person{
		Identifiers: map[string]string{"email": "ada.martin@MAISON.example", "phone": "+33 (0)1 99 00 11 11"}, Name: "Ada Martin"}}, me)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = d.Identify(t.Context(), c.ID, rights.CallBack, me); err != nil {
		t.Fatal(err)
	}
	c, f, err := d.Look(t.Context(), c.ID, p.Seeker(), me)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range f.Records {
		got = append(got, r.Store+" "+r.Dataset+" "+rights.RecordName(r.Key))
	}
	want := "paper visits 1, crm clients 1, crm calls 1, mail subscribers 1, crm invoices 1, crm invoices 2"
	if strings.Join(got, ", ") != want || !f.Complete() {
		t.Fatalf("found %q, gaps %v", got, f.Gaps)
	}
	seeker := p.Seeker()
	whole := scanned(seeker)
	for _, w := range wantedPeople(c) {
		few, err1 := seeker.Find(t.Context(), w)
		all, err2 := whole.Find(t.Context(), w)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(few, all) {
			t.Errorf("asked for few rows, %d records and %d candidates are found; of all rows %d and %d; %v, %v", len(few.Records), len(few.Candidates), len(all.Records), len(all.Candidates), err1, err2)
		}
	}
	dossier, err := p.Teller(c, me).Tell(t.Context(), c, f, p.Today(now))
	if err != nil || len(dossier.Items) != 6 {
		t.Fatalf("%d records are told, %v", len(dossier.Items), err)
	}
	eraseAll(t, p, d, c.ID, f, me)
	_, f, err = d.Look(t.Context(), c.ID, p.Seeker(), me)
	if err != nil || len(f.Records) != 0 {
		t.Errorf("%d records are found after the erasure, %v", len(f.Records), err)
	}
	back, gaps, err := p.Returned(t.Context(), p.Today(now))
	if err != nil || len(back)+len(gaps) > 0 {
		t.Errorf("somebody came back: %v, %v, %v", back, gaps, err)
	}
}

// wantedPeople are whom to look for: the person of the case with a name and without, and by
// each identifier alone.
func wantedPeople(c rights.Case) []rights.Wanted {
	out := []rights.Wanted{{Identifiers: c.Person.Identifiers, Verified: []string{"email"}, Name: c.Person.Name}, {Identifiers: c.Person.Identifiers, Verified: []string{"email", "phone"}}}
	for kind, v := range c.Person.Identifiers {
		out = append(out, rights.Wanted{Identifiers: map[string]string{kind: v}, Verified: []string{kind}})
	}
	return out
}

// scanned is a seeker that is given every row, whatever it asks for.
func scanned(s rights.Seeker) rights.Seeker {
	s.Stores = maps.Clone(s.Stores)
	for name, driver := range s.Stores {
		s.Stores[name] = everyRow{driver}
	}
	return s
}

type everyRow struct{ store.Driver }

func (d everyRow) Find(ctx context.Context, q store.Query, fn func(store.Row) bool) error {
	q.Where = widened(q.Where)
	return d.Driver.Find(ctx, q, fn)
}

// widened asks for whatever has a value where blocking keys or numbers are asked for.
func widened(p store.Pred) store.Pred {
	switch p.Op {
	case store.OpInBlock, store.OpCmp, store.OpStray:
		return store.Not(store.IsNull(*p.Col))
	case store.OpOr:
		p.Args = slices.Clone(p.Args)
		for i := range p.Args {
			p.Args[i] = widened(p.Args[i])
		}
	}
	return p
}

// eraseAll plans and carries out what the case ends.
func eraseAll(t *testing.T, p *project.Project, d rights.Desk, id string, f rights.Found, me rights.Signed) {
	t.Helper()
	endings, err := rights.Endings(p.Policy, rights.Erasure, rights.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.State.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e := rights.Erasing{AsOf: p.Today(me.Now), Endings: endings, Records: f.Erases()}
	c.Erasing = &e
	pl, stays, err := p.PlanErasing(t.Context(), c, me)
	if err != nil || pl.Totals.Due != 5 || len(stays) != 4 {
		t.Fatalf("%d are due and %d stay, %v", pl.Totals.Due, len(stays), err)
	}
	e.Plan = pl.Digest()
	if c, err = d.Plan(t.Context(), id, e, me); err != nil {
		t.Fatal(err)
	}
	rep, seen, err := p.Erase(t.Context(), c, "dpo", project.Run{Clock: func() time.Time { return me.Now }, Ratio: 0})
	if err != nil || !seen {
		t.Fatalf("not seen to be done: %+v, %v", rep, err)
	}
	if _, err := d.Carry(t.Context(), id, seen, true, me); err != nil {
		t.Fatal(err)
	}
}

// heating is the heating company of the command's scripts with its stores on three engines.
func heating(t *testing.T, crm, mail string) *project.Project {
	t.Helper()
	dir := heatingFiles(t)
	run(t, "pgx", crm, readText(t, dir, "crm.sql"))
	run(t, "mysql", mail, readText(t, dir, "mail.sql"))
	run(t, "sqlite", filepath.Join(dir, "paper.db"), "CREATE TABLE visits (id integer PRIMARY KEY, email text, note text, day date);\n"+
		"INSERT INTO visits VALUES (1, ' ada.martin@maison.example ', 'portail bleu', '2026-02-01'), (2, 'autre.martin@maison.example', 'x', '2026-02-01');\n")
	change(t, dir, "garant.yaml", "{engine: sqlite, address: crm.db}", "{engine: postgres, address_env: CRM}")
	change(t, dir, "garant.yaml", "{engine: sqlite, address: mail.db}", "{engine: mariadb, address_env: MAIL}\n  paper: {engine: sqlite, address: paper.db}")
	change(t, dir, "register.yaml", "datasets:\n", "datasets:\n  visits:\n    in: paper.visits\n    people: prospect\n    purposes: [relationship]\n"+
		"    person: {email: email}\n    fields:\n      contact: [email]\n      notes: [note]\n    not_personal: [id, day]\n    events:\n      last_contact: day\n\n")
	p, err := project.Read(dir, func(name string) string { return map[string]string{"CRM": crm, "MAIL": mail}[name] })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err, p.Problems)
	}
	if err := p.OpenState(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func readText(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func change(t *testing.T, dir, name, old, with string) {
	t.Helper()
	text := readText(t, dir, name)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(text, old, with, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs the statements of a script one by one: they are plain enough for every engine.
func run(t *testing.T, driver, address, script string) {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range strings.Split(script, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}
