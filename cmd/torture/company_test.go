package torture

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// The three files of the little company that is crashed and that lives fifteen years.
const (
	companyPolicy = `controller: {name: Exemple, legal_form: SAS, registration: "000000000", address: 1 place du Modèle, contact: a@exemple.example}
language: fr
text: policy.fr.md
people: {customer: Client}
data: {identity: Identité, contact: Coordonnées, visit: Visite, mailing: Envoi}
events: {last_contact: Dernier contact, invoiced: Facture, day: Jour}
purposes:
  relationship:
    title: Relation
    basis: contract
    people: customer
    data: [identity, contact, visit]
    says: "§ 1"
    retention: [{keep: 3 years, after: last_contact, says: "§ 1"}]
  accounting:
    title: Comptabilité
    basis: legal_obligation
    people: customer
    data: identity
    says: "§ 2"
    retention: [{when: "invoiced != null", keep: 10 years, after: invoiced, round: end of accounting_year, says: "§ 2"}]
  campaign:
    title: Envois
    basis: consent
    people: customer
    data: mailing
    says: "§ 3"
    retention: [{keep: 1 year, after: day, archive: 3 years, says: "§ 3"}]
`
	companyRegister = `datasets:
  customers:
    in: crm.customers
    people: customer
    purposes: [relationship, accounting]
    fields:
      identity: {columns: [name], blank: {name: "= effacé"}}
      contact: [email]
    not_personal: [id, seen, invoiced]
    events:
      last_contact: {from: [seen, "max(visits.day)"], missing: never}
      invoiced: {from: invoiced, missing: never}
    links: [visits.customer_id part_of]
  visits:
    in: crm.visits
    people: customer
    purposes: [relationship]
    fields: {visit: [note]}
    not_personal: [id, customer_id, day]
    events: {last_contact: {from: day, missing: never}}
  mailings:
    in: crm.mailings
    people: customer
    purposes: [campaign]
    fields: {mailing: [who]}
    not_personal: [id, day]
    events: {day: {from: day, missing: never}}
`
	companySettings = `zone: Europe/Paris
language: fr
stores: {crm: {engine: %s, address_env: %s}}
accounting_years: {closings: [%s]}
dates: {from: 1980-01-01, to: 2100-01-01}
guard: {share: 20}
throttle: {pause: 0}
state: %s
`
	addressVar = "GARANT_TORTURE_ADDRESS"
)

// closings are the ends of accounting years: June until 2007, then December, with one year
// of eighteen months between.
func closings() []string {
	var out []string
	for y := 1995; y <= 2050; y++ {
		switch {
		case y < 2008:
			out = append(out, fmt.Sprintf("%d-06-30", y))
		case y > 2008:
			out = append(out, fmt.Sprintf("%d-12-31", y-1))
		}
	}
	return out
}

// writeCompany writes the three files into dir; the state is where stateDir says.
func writeCompany(dir, engine, stateDir string) error {
	files := map[string]string{
		project.ConfigFile:   fmt.Sprintf(companySettings, engine, addressVar, strings.Join(closings(), ", "), stateDir),
		project.PolicyFile:   companyPolicy,
		project.RegisterFile: companyRegister,
		"policy.fr.md":       "§ 1, § 2, § 3\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func companyTables() []string {
	return []string{
		"CREATE TABLE customers (id integer PRIMARY KEY, name varchar(40), email varchar(60), seen date, invoiced date)",
		"CREATE TABLE visits (id integer PRIMARY KEY, customer_id integer NOT NULL, day date, note varchar(40), FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT)",
		"CREATE TABLE mailings (id integer PRIMARY KEY, who varchar(40), day date)",
		"CREATE INDEX visits_customer ON visits (customer_id)",
	}
}

// insertCompany fills the tables with so many people, some of whom every promise concerns.
func insertCompany(db *sql.DB, people int) error {
	var customers, visits, mailings []string
	for i := range people {
		y := 2008 + i%19
		invoiced := "NULL"
		if i%3 > 0 {
			invoiced = fmt.Sprintf("'%d-03-05'", 2008+i*5%19)
		}
		customers = append(customers, fmt.Sprintf("(%d, 'n%d', 'e%d', '%d-02-28', %s)", i+1, i, i, y, invoiced))
		visits = append(visits, fmt.Sprintf("(%d, %d, '%d-05-30', 'v')", i+1, i+1, y-i%2))
		mailings = append(mailings, fmt.Sprintf("(%d, 'w%d', '%d-02-28')", i+1, i, 2018+i%9))
	}
	return inOne(db,
		"INSERT INTO customers (id, name, email, seen, invoiced) VALUES "+strings.Join(customers, ", "),
		"INSERT INTO visits (id, customer_id, day, note) VALUES "+strings.Join(visits, ", "),
		"INSERT INTO mailings (id, who, day) VALUES "+strings.Join(mailings, ", "))
}

// inOne executes the statements in one transaction.
func inOne(db *sql.DB, statements ...string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to undo after Commit
	for _, s := range statements {
		if _, err := tx.Exec(s); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func emptyCompany(db *sql.DB) error {
	return inOne(db, "DELETE FROM visits", "DELETE FROM customers", "DELETE FROM mailings")
}

// openCompany opens the folder. The address is looked up as a process finds it.
func openCompany(dir, address string) (*project.Project, error) {
	p, err := project.Read(dir, func(name string) string {
		if name == addressVar {
			return address
		}
		return ""
	})
	if err != nil {
		return nil, err
	}
	if err := p.Connect(ctx()); err != nil {
		return p, fmt.Errorf("%w: %v", err, p.Problems)
	}
	return p, p.OpenState(ctx())
}

// approveAll makes the plan of the day, keeps it and approves what needs it.
func approveAll(p *project.Project, now time.Time) (plan.Plan, error) {
	pl, err := p.Plan(ctx(), p.Today(now), nil)
	if err != nil || len(pl.Pending()) == 0 {
		return pl, err
	}
	if pl, err = p.Keep(ctx(), pl, now); err != nil {
		return pl, err
	}
	for _, s := range pl.Pending() {
		if len(s.Needs) == 0 {
			continue
		}
		_, err := p.State.Approve(ctx(), db.Approval{Plan: pl.Digest(), Step: s.ID, Dataset: s.Dataset, Count: s.Due, By: "dpo", At: now})
		if err != nil {
			return pl, err
		}
	}
	return pl, nil
}

// dump reads the company's tables and what is in the archive of mailings up to a number (0
// for none), one line a row.
func dump(d *sql.DB, p *project.Project, last int) ([]string, error) {
	var out []string
	for _, q := range []string{
		"SELECT 'customer', CAST(id AS char(12)), name, email FROM customers",
		"SELECT 'visit', CAST(id AS char(12)), note, '' FROM visits",
		"SELECT 'mailing', CAST(id AS char(12)), who, '' FROM mailings",
	} {
		rows, err := d.Query(q)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var v [4]sql.NullString
			if err := rows.Scan(&v[0], &v[1], &v[2], &v[3]); err != nil {
				return nil, err
			}
			out = append(out, fmt.Sprintln(v[0].String, trim(v[1].String), v[2].String, v[3].String))
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	if last == 0 {
		slices.Sort(out)
		return out, nil
	}
	archived, err := archivedMailings(p, last)
	out = append(out, archived...)
	slices.Sort(out)
	return out, err
}

// archivedMailings lists which mailings the archive has.
func archivedMailings(p *project.Project, last int) (out []string, err error) {
	v, err := p.OpenArchive(ctx(), policy.MustDate(today))
	if v == nil || err != nil {
		return nil, err
	}
	for id := int64(1); id <= int64(last); id++ {
		items, err := v.Has(context.Background(), "mailings", store.Key{id})
		if err != nil {
			return nil, err
		}
		for range items {
			out = append(out, fmt.Sprintln("archived", id))
		}
	}
	return out, nil
}
