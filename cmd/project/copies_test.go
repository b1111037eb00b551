package project_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// archiving is the heating company where contacts and notes move to the archive three months
// after the last contact and stay there five years, on the day after they have moved.
func archiving(t *testing.T) *project.Project {
	t.Helper()
	dir := heatingFiles(t)
	run(t, "sqlite", filepath.Join(dir, "crm.db"), readText(t, dir, "crm.sql"))
	run(t, "sqlite", filepath.Join(dir, "mail.db"), readText(t, dir, "mail.sql"))
	change(t, dir, "policy.yaml", "keep: 3 years\n        after: last_contact", "keep: 3 months\n        after: last_contact\n        archive: 5 years")
	p := reopen(t, dir)
	rep, err := p.Apply(t.Context(), kept(t, p), project.Run{Clock: clock, Ratio: 0})
	if err != nil || !rep.Complete() {
		t.Fatalf("the day's plan: %v, %v", rep, err)
	}
	return p
}

// asks opens a case of the client of that number and settles who asks.
func asks(t *testing.T, p *project.Project, r rights.Right, number string) (rights.Desk, rights.Case) {
	t.Helper()
	return asksBy(t, p, r, "id", number)
}

func asksBy(t *testing.T, p *project.Project, r rights.Right, kind, value string) (rights.Desk, rights.Case) {
	t.Helper()
	d, err := p.Desk()
	if err != nil {
		t.Fatal(err)
	}
	me := rights.Signed{By: "dpo", Now: now}
	c, err := d.Open(t.Context(), rights.Case{Right: r, Via: rights.ByMail, Received: p.Today(now), Person: rights.Person{Identifiers: map[string]string{kind: value}}}, me)
	if err == nil {
		c, err = d.Identify(t.Context(), c.ID, rights.CallBack, me)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d, c
}

// TestArchivedCopies tells a person what of theirs is in the archive and until when, and lets
// it go before that where the law lets every claim on it end: shown, approved, proven, and not
// where a hold is in place.
func TestArchivedCopies(t *testing.T) {
	t.Parallel()
	p := archiving(t)
	me := rights.Signed{By: "dpo", Now: now}
	d, c := asks(t, p, rights.Access, "C-1")
	_, dossier, err := p.TellCase(t.Context(), d, c.ID, project.Handing{Reviewed: true}, me)
	if err != nil {
		t.Fatal(err)
	}
	told(t, dossier, "contact", "notes")

	d, c = asks(t, p, rights.Erasure, "C-1")
	planned, err := p.PlanCase(t.Context(), d, c.ID, rights.Choice{}, me)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"archive/clients/erase/contact", "archive/clients/erase/notes"} {
		if s, ok := planned.Plan.Step(id); !ok || s.Due != 1 || len(s.Because) != 1 || s.Because[0].Purpose != "relationship" {
			t.Errorf("%s: %+v", id, s)
		}
	}
	for _, s := range planned.Stays {
		if s.State == string(retention.Archived) {
			t.Errorf("%s stays in the archive", s.Group)
		}
	}
	done, err := p.ApplyCase(t.Context(), d, c.ID, planned.Plan.Totals.Due, me, project.Run{Clock: clock, Ratio: 0})
	if err != nil || !done.Seen {
		t.Fatalf("seen %t, %v", done.Seen, err)
	}
	if n := copiesOf(t, p, 1); n != 0 {
		t.Errorf("%d copies are left", n)
	}
	if n := copiesOf(t, p, 2); n == 0 {
		t.Error("another's copies went")
	}
	provenInArchive(t, p, c.ID, 4) // two groups of the client and two of a call
}

// told looks that the groups are in the dossier, with their values and the day of their end.
func told(t *testing.T, d rights.Dossier, groups ...policy.Category) {
	t.Helper()
	for _, it := range d.Items {
		for _, g := range it.Groups {
			i := slices.Index(groups, g.Category)
			if it.Dataset == "clients" && i >= 0 && g.State == string(retention.Archived) && len(g.Values) > 0 && g.Until == policy.MustDate("2031-03-02") {
				groups = slices.Delete(groups, i, i+1)
			}
		}
	}
	if len(groups) > 0 {
		t.Errorf("%v is not told as archived: %+v", groups, d.Items)
	}
}

func copiesOf(t *testing.T, p *project.Project, id int64) int {
	t.Helper()
	v, err := p.OpenArchive(t.Context(), p.Today(now))
	if err != nil {
		t.Fatal(err)
	}
	items, err := v.Has(t.Context(), "clients", store.Key{id})
	if err != nil {
		t.Fatal(err)
	}
	return len(items)
}

// provenInArchive looks that the case's certificate speaks of so many acts in the archive.
func provenInArchive(t *testing.T, p *project.Project, id string, want int) {
	t.Helper()
	proofs, err := p.State.Ledger().Certify(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, proof := range proofs {
		if e, err := ledger.Parse(proof.Leaf); err == nil && e.Kind == ledger.Act && e.Store == "archive" {
			n++
		}
	}
	if n != want {
		t.Errorf("%d acts in the archive are proven, want %d", n, want)
	}
}

// TestHeldCopies plans around a hold that is there, and lets nothing go where one came after
// the plan.
func TestHeldCopies(t *testing.T) {
	t.Parallel()
	p := archiving(t)
	me := rights.Signed{By: "dpo", Now: now}
	d, c := asks(t, p, rights.Erasure, "C-2")
	planned, err := p.PlanCase(t.Context(), d, c.ID, rights.Choice{}, me)
	if err != nil {
		t.Fatal(err)
	}
	before := copiesOf(t, p, 2)
	_, err = p.State.PlaceHold(t.Context(), retention.Hold{Matter: "m", Owner: "dpo", Reason: "procès", Dataset: "clients", Keys: []store.Key{{int64(2)}, {int64(3)}}, Placed: now})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.ApplyCase(t.Context(), d, c.ID, planned.Plan.Totals.Due, me, project.Run{Clock: clock, Ratio: 0})
	if err != nil && !errors.Is(err, project.ErrDrift) { // it may say that the data moved, or do the rest
		t.Error(err)
	}
	if n := copiesOf(t, p, 2); n != before || n == 0 {
		t.Errorf("%d copies of %d are left under a hold", n, before)
	}
	d, c = asks(t, p, rights.Erasure, "C-3")
	if planned, err = p.PlanCase(t.Context(), d, c.ID, rights.Choice{}, me); err != nil {
		t.Fatal(err)
	}
	if s, ok := planned.Plan.Step("archive/clients/erase/contact"); !ok || s.Due != 0 || s.Held != 1 {
		t.Errorf("the held copy is planned so: %+v", s)
	}
}

// TestExpiredCopies carries out a plan with copies whose end has come, saved and read back as
// between two commands.
func TestExpiredCopies(t *testing.T) {
	t.Parallel()
	p := archiving(t)
	later := func() time.Time { return now.AddDate(6, 0, 0) }
	pl, err := p.Plan(t.Context(), p.Today(later()), nil)
	if err == nil {
		pl, err = p.Keep(t.Context(), pl, later())
	}
	if err != nil {
		t.Fatal(err)
	}
	read, err := p.State.LoadPlan(t.Context(), pl.Digest())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range read.Pending() {
		if err := p.Approve(t.Context(), read, s, project.Consent{By: "dpo", At: later()}); err != nil {
			t.Fatal(err)
		}
	}
	if s, ok := read.Step("archive/clients/erase/contact"); !ok || s.Due == 0 {
		t.Errorf("nothing is over in the archive: %+v", s)
	}
	if rep, err := p.Apply(t.Context(), read, project.Run{Clock: later, Ratio: 0}); err != nil || !rep.Complete() {
		t.Errorf("%+v, %v", rep, err)
	}
	if n := copiesOf(t, p, 1); n != 0 {
		t.Errorf("%d copies are left after their end", n)
	}
}

// TestFoundInArchive finds people whose address and number are in the archive alone; two who
// share a line go to a human there too, and each copy that was opened is noted.
func TestFoundInArchive(t *testing.T) {
	t.Parallel()
	p := archiving(t)
	me := rights.Signed{By: "dpo", Now: now}
	d, c := asksBy(t, p, rights.Access, "email", "ada.martin@MAISON.example")
	_, f, err := p.LookCase(t.Context(), d, c.ID, me)
	if err != nil || !f.Complete() {
		t.Fatal(err, f.Gaps)
	}
	var got []string
	for _, r := range f.Records {
		got = append(got, r.Name()+" "+rights.RecordName(r.Key))
	}
	if want := []string{"subscribers 1", "clients 1", "calls 1", "invoices 1", "invoices 2"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	d, c = asksBy(t, p, rights.Access, "phone", "+33 (0)1 99 00 33 33")
	if _, f, err = p.LookCase(t.Context(), d, c.ID, me); err != nil || len(f.Records) != 0 || len(f.Candidates) < 2 {
		t.Errorf("a shared line: %d records, %d candidates, %v", len(f.Records), len(f.Candidates), err)
	}
	rs, err := p.Archive.Readings(t.Context())
	if err != nil || len(rs) == 0 || !slices.ContainsFunc(rs, func(r vault.Reading) bool { return r.Reason == c.ID && r.By == "dpo" && r.Dataset == "clients" }) {
		t.Errorf("the readings: %+v, %v", rs, err)
	}
}

// TestArchivedAlone says of copies whose record is gone from its store that they are there.
func TestArchivedAlone(t *testing.T) {
	t.Parallel()
	p := archiving(t)
	run(t, "sqlite", filepath.Join(p.Dir, "crm.db"), "DELETE FROM clients WHERE id = 7;\n")
	d, c := asksBy(t, p, rights.Access, "email", "farid@moreau.example")
	_, f, err := p.LookCase(t.Context(), d, c.ID, rights.Signed{Now: now})
	want := rights.Gap{Kind: rights.ArchivedAlone, Where: "clients", Rows: 1}
	if err != nil || !slices.Contains(f.Gaps, want) || !f.Complete() {
		t.Errorf("gaps %v, %v", f.Gaps, err)
	}
}
