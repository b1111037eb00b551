package project_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// TestManyCases opens hundreds of cases at once and gives each to two clerks, each in a process
// of their own as far as the state and the stores, PostgreSQL and SQLite, can tell. None is
// lost and none is answered twice; whoever asked for erasure is gone, and nobody else is.
func TestManyCases(t *testing.T) {
	t.Parallel()
	people := 500
	if testing.Short() {
		people = 40
	}
	o := newOffice(t, people)
	o.each(1, o.opens)
	o.each(2, o.handles)
	o.audit()
}

// erasing says that each twentieth asks for erasure, which costs ten times a copy.
const erasing = 20

// office is a company with people who all ask on one day, some for erasure, the others for a copy.
type office struct {
	*testing.T
	dir, crm string
	people   int
	now      time.Time

	mu      sync.Mutex
	cases   []string          // by person; guarded by mu
	handed  map[string]string // the digest of what was handed over; guarded by mu
	refused int               // how often a clerk found the case done; guarded by mu
}

func newOffice(t *testing.T, people int) *office {
	t.Helper()
	o := &office{T: t, crm: testserver.Postgres(t), people: people, cases: make([]string, people), handed: map[string]string{},
		now: policy.MustDate("2026-11-22").Start(time.UTC).Add(12 * time.Hour)}
	o.dir = heatingFiles(t)
	run(t, "pgx", o.crm, readText(t, o.dir, "crm.sql"))
	mail := filepath.Join(o.dir, "mail.db")
	run(t, "sqlite", mail, readText(t, o.dir, "mail.sql"))
	change(t, o.dir, "garant.yaml", "{engine: sqlite, address: crm.db}", "{engine: postgres, address_env: CRM}")
	var clients, subscribers []string
	for i := range people {
		clients = append(clients, fmt.Sprintf("(%d, 'N-%d', 'P', 'Nom%d', '%s', '06 39 98 %02d %02d', 'note %d', NULL, '2026-03-02', NULL)", 100+i, i, i, o.email(i), i/100, i%100, i))
		subscribers = append(subscribers, fmt.Sprintf("(%d, '%s', 'P Nom%d', 'prospect', '2026-07-01')", 100+i, strings.ToUpper(o.email(i)), i))
	}
	run(t, "pgx", o.crm, "INSERT INTO clients VALUES "+strings.Join(clients, ", ")+";\nINSERT INTO calls SELECT id, id, phone, 'prospect', 'appel ' || id, '2026-03-02' FROM clients WHERE id >= 100;\n")
	run(t, "sqlite", mail, "INSERT INTO subscribers VALUES "+strings.Join(subscribers, ", ")+";\n")
	return o
}

func (o *office) email(i int) string { return fmt.Sprintf("personne%d@foyer.example", i) }

func (o *office) asks(i int) rights.Right {
	if i%erasing == 0 {
		return rights.Erasure
	}
	return rights.Access
}

// clerk is somebody at work: the company's folder is opened anew, as by another process.
type clerk struct {
	*office
	p  *project.Project
	d  rights.Desk
	me rights.Signed
}

func (o *office) clerk(name string) (clerk, error) {
	c := clerk{office: o, me: rights.Signed{By: name, Now: o.now}}
	var err error
	if c.p, err = project.Read(o.dir, func(string) string { return o.crm }); err != nil {
		return c, err
	}
	o.Cleanup(func() { _ = c.p.Close() })
	if err := errors.Join(c.p.Connect(context.Background()), c.p.OpenState(context.Background())); err != nil {
		return c, err
	}
	c.d, err = c.p.Desk()
	return c, err
}

// each lets four clerks work off the cases, so many times each and in one order, so that two
// come to a case at the same time.
func (o *office) each(times int, do func(clerk, int) error) {
	o.Helper()
	queue := make(chan int)
	var all sync.WaitGroup
	for n := range 4 {
		c, err := o.clerk(fmt.Sprintf("clerk-%d", n))
		if err != nil {
			o.Fatal(err)
		}
		all.Go(func() {
			for i := range queue {
				if err := do(c, i); err != nil {
					o.Errorf("person %d: %v", i, err)
				}
			}
		})
	}
	for i := range o.people {
		for range times {
			queue <- i
		}
	}
	close(queue)
	all.Wait()
	if o.Failed() {
		o.FailNow()
	}
}

func (o *office) opens(c clerk, i int) error {
	k, err := c.d.Open(o.Context(), rights.Case{Right: o.asks(i), Via: rights.ByMail, Received: c.p.Today(o.now), Person: rights.Person{Identifiers: map[string]string{"email": o.email(i)}}}, c.me)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cases[i] = k.ID
	return nil
}

// handles takes a case from where it stands to its answer. A clerk who comes second finds it
// done and is told so.
func (o *office) handles(c clerk, i int) error {
	id := o.cases[i]
	_, err := c.d.Identify(o.Context(), id, rights.CallBack, c.me)
	if err == nil || errors.Is(err, rights.ErrAct) {
		_, _, err = c.p.LookCase(o.Context(), c.d, id, c.me)
	}
	if err == nil && o.asks(i) == rights.Access {
		err = o.hands(c, id)
	} else if err == nil {
		err = o.erases(c, id)
	}
	if errors.Is(err, rights.ErrAct) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.refused++
		return nil
	}
	return err
}

// hands makes the answer and notes it; it counts as handed over where it was noted.
func (o *office) hands(c clerk, id string) error {
	k, dossier, err := c.p.TellCase(o.Context(), c.d, id, project.Handing{Reviewed: true}, c.me)
	if err != nil {
		return err
	}
	if len(dossier.Items) != 3 {
		return fmt.Errorf("%s: %d records are told", id, len(dossier.Items))
	}
	// What is handed over is the clerk's own, so that two who answered would note two digests. The
	// file itself is other tests' matter.
	told, err := json.Marshal(dossier)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append(told, c.me.By...))
	if _, err := c.d.Answered(o.Context(), k.ID, hex.EncodeToString(sum[:]), false, c.me); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.handed[id] != "" {
		return fmt.Errorf("%s: handed over twice", id)
	}
	o.handed[id] = hex.EncodeToString(sum[:])
	return nil
}

// erases plans and carries out, waiting for whoever is at work on the stores.
func (o *office) erases(c clerk, id string) error {
	pl, err := c.p.PlanCase(o.Context(), c.d, id, rights.Choice{}, c.me)
	if err != nil {
		return err
	}
	for {
		done, err := c.p.ApplyCase(o.Context(), c.d, id, pl.Plan.Totals.Due, c.me, project.Run{Clock: func() time.Time { return o.now }, Tell: func(apply.Event) {}, Ratio: 0})
		if errors.Is(err, db.ErrRunning) {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		if err == nil && !done.Seen {
			err = fmt.Errorf("%s: not seen to be done", id)
		}
		if err == nil {
			_, err = c.d.Finish(o.Context(), id, "", c.me)
		}
		return err
	}
}

// audit holds the cases, the ledger and the stores against what was asked.
func (o *office) audit() {
	o.Helper()
	c, err := o.clerk("auditor")
	if err != nil {
		o.Fatal(err)
	}
	cases, err := c.p.State.Cases(o.Context())
	if err != nil || len(cases) != o.people {
		o.Fatalf("%d cases of %d, %v", len(cases), o.people, err)
	}
	for _, k := range cases {
		answers := 0
		for _, s := range k.Steps {
			if s.What == rights.Answer || s.What == rights.AnswerPartly {
				answers++
				if k.Right == rights.Access && s.Digest != o.handed[k.ID] {
					o.Errorf("%s: another file is noted than was handed over", k.ID)
				}
			}
		}
		if answers != 1 || !k.State.Decided() {
			o.Errorf("%s: %d answers, state %s", k.ID, answers, k.State)
		}
	}
	if o.refused == 0 {
		o.Error("no clerk came second: nothing was shown")
	}
	o.answered(c)
	o.stores()
}

// answered counts the answers in the ledger.
func (o *office) answered(c clerk) {
	o.Helper()
	n := map[string]int{}
	err := c.p.State.Ledger().Show(o.Context(), 0, -1, func(_ int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		if e.Kind == ledger.Request && strings.HasPrefix(e.Outcome, string(rights.Answer)) {
			n[e.Ref]++
		}
		return err
	})
	if err != nil || len(n) != o.people {
		o.Errorf("the ledger knows %d answered cases of %d, %v", len(n), o.people, err)
	}
	for id, times := range n {
		if times != 1 {
			o.Errorf("%s: %d answers in the ledger", id, times)
		}
	}
}

// stores counts who is left: those who asked for a copy, and nobody who asked for erasure.
func (o *office) stores() {
	o.Helper()
	for _, q := range []struct{ driver, address, query string }{
		{"pgx", o.crm, "SELECT count(*) FROM clients WHERE email LIKE '%@foyer.example'"},
		{"pgx", o.crm, "SELECT count(*) FROM calls WHERE summary LIKE 'appel %'"},
		{"sqlite", filepath.Join(o.dir, "mail.db"), "SELECT count(*) FROM subscribers WHERE lower(email) LIKE '%@foyer.example'"},
	} {
		conn, err := sql.Open(q.driver, q.address)
		if err != nil {
			o.Fatal(err)
		}
		n := -1
		err = errors.Join(conn.QueryRow(q.query).Scan(&n), conn.Close())
		if err != nil || n != o.people-o.people/erasing {
			o.Errorf("%d are left, want %d: %v", n, o.people-o.people/erasing, err)
		}
	}
}

// heatingFiles copies the heating company of the command's scripts.
func heatingFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "garant", "testdata", "heating"))); err != nil {
		t.Fatal(err)
	}
	return dir
}
