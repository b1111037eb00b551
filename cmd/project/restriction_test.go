package project_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// TestRestrictedColumn sets and clears the declared columns of PostgreSQL, MariaDB and SQLite:
// booleans and a whole number.
func TestRestrictedColumn(t *testing.T) {
	t.Parallel()
	crm, mail := testserver.Postgres(t), testserver.MariaDB(t)
	p := heating(t, crm, mail)
	paper := filepath.Join(p.Dir, "paper.db")
	at := []struct{ driver, address, table, typ string }{{"pgx", crm, "clients", "boolean"}, {"mysql", mail, "subscribers", "boolean"}, {"sqlite", paper, "visits", "integer"}}
	for _, a := range at {
		run(t, a.driver, a.address, "ALTER TABLE "+a.table+" ADD COLUMN limited "+a.typ)
	}
	for _, in := range []string{"crm.clients", "mail.subscribers", "paper.visits"} {
		change(t, p.Dir, "register.yaml", "    in: "+in+"\n", "    in: "+in+"\n    restricted: limited\n")
	}
	p, err := project.Read(p.Dir, func(name string) string { return map[string]string{"CRM": crm, "MAIL": mail}[name] })
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
	limited := func(want string) {
		t.Helper()
		for _, a := range at {
			if got := idsWhere(t, a.driver, a.address, "SELECT id FROM "+a.table+" WHERE limited = "+map[string]string{"boolean": "true", "integer": "1"}[a.typ]); got != want {
				t.Errorf("%s: %q are restricted, want %q", a.table, got, want)
			}
		}
	}
	me := rights.Signed{By: "dpo", Now: policy.MustDate("2026-11-22").Start(time.UTC).Add(12 * time.Hour)}
	d, err := p.Desk()
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Open(t.Context(), rights.Case{Right: rights.Restriction, Via: rights.ByMail, Received: p.Today(me.Now), Person: rights.Person{Identifiers: map[string]string{"email": "ada.martin@maison.example"}}}, me)
	if err == nil {
		c, err = d.Identify(t.Context(), c.ID, rights.CallBack, me)
	}
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err = p.RestrictCase(t.Context(), d, c.ID, me); err != nil {
		t.Fatal(err)
	}
	limited("1")
	run(t, "pgx", crm, "UPDATE clients SET limited = (id = 2)")
	if err := p.ShowRestrictions(t.Context(), me.Now); err != nil {
		t.Fatal(err)
	}
	limited("1")
	if c, err = d.Finish(t.Context(), c.ID, "", me); err == nil {
		c, err = d.Lift(t.Context(), c.ID, true, me)
	}
	if err == nil {
		err = p.Unrestrict(t.Context(), c, "dpo", me.Now)
	}
	if err != nil {
		t.Fatal(err)
	}
	limited("")
}

func idsWhere(t *testing.T, driver, address, query string) string {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}
