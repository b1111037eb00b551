package demo

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

var today = policy.MustDate("2026-11-22")

// fillDir makes a company's stores in a folder of the test.
func fillDir(t *testing.T, o Options) (Facts, string) {
	t.Helper()
	o.Dir, o.Today = t.TempDir(), today
	facts, err := Fill(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return facts, o.Dir
}

// fill is fillDir with the stores open for questions.
func fill(t *testing.T, o Options) (Facts, map[string]*sql.DB) {
	t.Helper()
	facts, dir := fillDir(t, o)
	dbs := map[string]*sql.DB{}
	for _, name := range storeNames {
		db, err := sql.Open("sqlite", filepath.Join(dir, name+".db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		dbs[name] = db
	}
	return facts, dbs
}

// number is the answer to a question that has one.
func number(t *testing.T, db *sql.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// digest is over every value of every table.
func digest(t *testing.T, dbs map[string]*sql.DB) string {
	t.Helper()
	h := sha256.New()
	for _, store := range storeNames {
		for _, table := range tables(SQLite, store) {
			eachRow(t, dbs[store], table, func(row map[string]string) {
				for _, c := range slices.Sorted(maps.Keys(row)) {
					fmt.Fprintf(h, "%s|%s|%q\n", table, c, row[c])
				}
			})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// eachRow walks a table; NULL is the empty text.
func eachRow(t *testing.T, db *sql.DB, table string, fn func(map[string]string)) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cols, _ := rows.Columns()
	for rows.Next() {
		vals, ptrs, row := make([]sql.NullString, len(cols)), make([]any, len(cols)), map[string]string{}
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		if err := rows.Scan(ptrs...); err != nil {
			t.Fatal(err)
		}
		for i, c := range cols {
			row[c] = vals[i].String
		}
		fn(row)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
}

func TestSameSeedSameRows(t *testing.T) {
	t.Parallel()
	facts, one := fill(t, Options{People: 1200, Seed: 7})
	_, two := fill(t, Options{People: 1200, Seed: 7})
	_, other := fill(t, Options{People: 1200, Seed: 8})
	got := digest(t, one)
	if got != digest(t, two) {
		t.Error("the same seed gave other rows")
	}
	if got == digest(t, other) {
		t.Error("another seed gave the same rows")
	}
	for name, want := range facts.Rows {
		store, table, _ := strings.Cut(name, ".")
		if n := number(t, one[store], "SELECT count(*) FROM "+table); n != want {
			t.Errorf("%s has %d rows, facts say %d", name, n, want)
		}
	}
}

func TestEveryTableHasRows(t *testing.T) {
	t.Parallel()
	facts, _ := fill(t, Options{People: 2000, Seed: 1})
	for _, store := range storeNames {
		for _, table := range tables(SQLite, store) {
			if facts.Rows[store+"."+table] == 0 {
				t.Errorf("%s.%s is empty", store, table)
			}
		}
	}
	for _, flaw := range []Flaw{MissingDate, ZeroDate, AbsurdDate, TextDate, UnknownForm, OpenDispute, ForgottenID, Undeclared} {
		if facts.Flaws[flaw] == 0 {
			t.Errorf("no %s was sown", flaw)
		}
	}
}

func TestMissingDatesAreAboutOneInTwoHundred(t *testing.T) {
	t.Parallel()
	_, dbs := fill(t, Options{People: 4000, Seed: 3})
	n := number(t, dbs["crm"], "SELECT count(*) FROM leads WHERE collected_on IS NULL")
	if n < 8 || n > 40 {
		t.Errorf("%d of 4,000 leads have no date, want about 20", n)
	}
}

// TestCases asks the stores themselves whether each noteworthy record is what it is said
// to be.
func TestCases(t *testing.T) {
	t.Parallel()
	facts, dbs := fill(t, Options{People: len(cast), Seed: 5})
	closed := "(SELECT max(closed_on) FROM files WHERE client_id = clients.id)"
	tests := map[Case]string{
		KeptForAccounts: "phone IS NOT NULL AND note IS NOT NULL AND last_contact_on < '2023-11-22' AND last_invoiced_on > '2018-12-31' AND " + closed + " BETWEEN '2016-11-23' AND '2023-11-21'",
		UnderWarranty:   "last_invoiced_on <= '2015-06-30' AND last_contact_on < '2023-11-22' AND " + closed + " > '2016-11-22'",
		InDispute:       "dispute_state = 'open' AND " + closed + " < '2016-11-22'",
		Gone:            "dispute_state = 'none' AND last_invoiced_on <= '2016-06-30' AND " + closed + " < '2016-11-22'",
		NoDate:          "collected_on IS NULL AND last_active_contact < '2023-11-22'",
		BadDate:         "CAST(collected_on AS TEXT) = '0000-00-00'",
		FarDate:         "collected_on > '2200-01-01'",
		NoForm:          "form_version IS NULL",
		FreeNote:        "note LIKE '%asthme%'",
		IdentityLeft:    "decided_on < '2021-01-01' AND id_document IS NOT NULL",
		AskedYes:        "id IN (SELECT contact_id FROM repermissions WHERE answer = 'yes')",
		AskedNo:         "id IN (SELECT contact_id FROM repermissions WHERE answer = 'no')",
		AskedSilent:     "id IN (SELECT contact_id FROM repermissions WHERE answer IS NULL AND sent_on < '2026-10-22')",
		Asking:          "id IN (SELECT contact_id FROM repermissions WHERE answer IS NULL AND sent_on > '2026-10-22')",
	}
	for is, where := range tests {
		r, ok := facts.Cases[is]
		if !ok {
			t.Errorf("%s: no record", is)
		} else if number(t, dbs[r.Store], "SELECT count(*) FROM "+r.Table+" WHERE id = ? AND "+where, r.Key) != 1 {
			t.Errorf("%s: the record is not as told", is)
		}
	}
}

// TestNobodyAtAFairIsLeftUnasked keeps the demo free of questions that only the company's
// own mailing could put.
func TestNobodyAtAFairIsLeftUnasked(t *testing.T) {
	t.Parallel()
	_, dbs := fill(t, Options{People: 5000, Seed: 11})
	n := number(t, dbs["crm"], `SELECT count(*) FROM fair_contacts f WHERE met_on BETWEEN '1980-01-01' AND '2100-01-01'
		AND max(met_on, coalesce(last_contact_on, '')) < '2023-11-22'
		AND NOT EXISTS (SELECT 1 FROM repermissions r WHERE r.contact_id = f.id
			AND (r.sent_on > '2023-11-22' OR coalesce(r.answer, 'no') = 'no'))`)
	if n != 0 {
		t.Errorf("%d were never asked", n)
	}
}

func TestOnlyFictionalPeople(t *testing.T) {
	t.Parallel()
	facts, dbs := fill(t, Options{People: 3000, Seed: 2, Needles: true, Undeclared: true})
	phone := regexp.MustCompile(`^0(1 99 00|6 39 98) \d\d \d\d$`)
	email := regexp.MustCompile(`^[a-z.0-9-]+@[a-z]+\.example$`)
	for _, store := range storeNames {
		for _, table := range tables(SQLite, store) {
			eachRow(t, dbs[store], table, func(row map[string]string) {
				for _, c := range []string{"phone", "second_phone"} {
					if row[c] != "" && !phone.MatchString(row[c]) {
						t.Errorf("%s.%s holds a number that may be somebody's", table, c)
					}
				}
				if row["email"] != "" && !email.MatchString(row["email"]) {
					t.Errorf("%s.email holds an address that may be somebody's", table)
				}
			})
		}
	}
	real := regexp.MustCompile(`(?i)opnr|job-acad|solaize|jcm|homeserve|jaqe|ogustine|clic ?&|cetera|caprenov`)
	for _, v := range facts.Needles {
		if real.MatchString(v) {
			t.Error("a generated value names a real company")
		}
	}
	if len(facts.Needles) < 3000 {
		t.Errorf("only %d needles", len(facts.Needles))
	}
}

func TestUndeclaredColumnOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	_, with := fill(t, Options{People: 300, Seed: 1, Undeclared: true})
	if number(t, with["crm"], "SELECT count(second_phone) FROM leads") == 0 {
		t.Error("the undeclared column is empty")
	}
	_, without := fill(t, Options{People: 20, Seed: 1})
	if number(t, without["crm"], "SELECT count(*) FROM pragma_table_info('leads') WHERE name = 'second_phone'") != 0 {
		t.Error("the undeclared column is there unasked")
	}
}

func TestForeignKeysHold(t *testing.T) {
	t.Parallel()
	_, dbs := fill(t, Options{People: 1500, Seed: 4})
	if n := number(t, dbs["crm"], "SELECT count(*) FROM pragma_foreign_key_check"); n != 0 {
		t.Errorf("%d rows name a row that is not there", n)
	}
}

func TestTenThousandPeopleInTime(t *testing.T) {
	start := time.Now() // alone, so that what is measured is the generator
	facts, _ := fill(t, Options{Seed: 1})
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("10,000 people took %s", d)
	} else {
		t.Logf("%s, rows %v", d, facts.Rows)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "crm.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]Options{
		"a store is already there": {Dir: dir, Today: today},
		"no day":                   {Dir: t.TempDir()},
		"too few people":           {Dir: t.TempDir(), Today: today, People: 3},
		"no store":                 {Today: today},
	}
	for name, o := range tests {
		if _, err := Fill(t.Context(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWriteCompany(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "company")
	if err := WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"policy.yaml", "register.yaml", "garant.yaml", "policy.fr.md"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || len(b) == 0 {
			t.Errorf("%s is not there", name)
		}
	}
	if err := WriteCompany(dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("writing over a company's files: got %v", err)
	}
}
