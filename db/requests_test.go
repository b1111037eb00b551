package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

func deskOn(t *testing.T, s *State) rights.Desk {
	t.Helper()
	pack, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := pack.Calendar(law.Metropole)
	if err != nil {
		t.Fatal(err)
	}
	return rights.Desk{Memory: s, Clock: rights.Clock{Pack: pack, Calendar: calendar}, Rule: rights.Rule{
		Working: policy.Period{Months: 1}, File: policy.Period{Months: 60}, Lapse: policy.Period{Months: 3},
	}}
}

func request(n int) rights.Case {
	return rights.Case{Right: rights.Erasure, Via: rights.ByForm, Received: policy.DateOf(noon, nil), Person: rights.Person{
		Identifiers: map[string]string{"email": fmt.Sprintf("needle%d@home.example", n)}, Name: "Needle Name", Said: "needle words",
	}}
}

// TestRequests opens a case, reads it again, moves it, and finds the acts in the ledger
// without the person.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	d := deskOn(t, s)
	c, err := d.Open(t.Context(), request(1), rights.Signed{By: "needle clerk", Now: noon})
	if err != nil || c.ID != "request-1" {
		t.Fatalf("got %s, %v", c.ID, err)
	}
	if c, err = d.Identify(t.Context(), c.ID, rights.CallBack, rights.Signed{By: "needle clerk", Now: noon}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Case(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Case(t.Context(), "request-2"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a case that is not there: %v", err)
	}
	var acts []string
	err = s.Ledger().Show(t.Context(), 0, -1, func(_ int64, leaf []byte) error {
		if e, err := ledger.Parse(leaf); err == nil && e.Kind == ledger.Request {
			acts = append(acts, e.Ref+" "+e.Action+" "+e.Outcome)
		}
		if strings.Contains(strings.ToLower(string(leaf)), "needle") {
			t.Errorf("the ledger speaks of the person")
		}
		return nil
	})
	if diff := cmp.Diff([]string{"request-1 erasure opened", "request-1 erasure identified"}, acts); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// TestRequestsAtOnce has each of five hundred people ask at two desks at once, each on an open
// state of its own: no case is lost, none is opened or refused twice.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	desks := []rights.Desk{deskOn(t, open(t, dir)), deskOn(t, open(t, dir))}
	var mu sync.Mutex
	count := map[string]int{}
	note := func(what string) { mu.Lock(); count[what]++; mu.Unlock() }
	var wg sync.WaitGroup
	for i := range 500 {
		for _, d := range desks {
			wg.Go(func() { askAndRefuse(t, d, i, note) })
		}
	}
	wg.Wait()
	cases, err := desks[0].Memory.Cases(t.Context())
	if err != nil || len(cases) < 500 || count["opened"] != 500 || count["refused"] != 500 {
		t.Errorf("%d kept, %d opened, %d refused, %v", len(cases), count["opened"], count["refused"], err)
	}
}

// askAndRefuse opens the case, or finds the one the other desk opened, and refuses it.
func askAndRefuse(t *testing.T, d rights.Desk, n int, note func(string)) {
	c, err := d.Open(t.Context(), request(n), rights.Signed{Now: noon})
	var open *rights.Repeat
	switch {
	case err == nil && c.RepeatOf == "":
		note("opened")
	case err == nil:
		return // the other desk has refused already: this is another case, and is left open
	case errors.As(err, &open):
		c.ID = open.Of
	default:
		t.Error(err)
		return
	}
	_, err = d.Refuse(t.Context(), c.ID, rights.Excessive, "again", rights.Signed{Now: noon})
	switch {
	case err == nil:
		note("refused")
	case !errors.Is(err, rights.ErrAct):
		t.Error(err)
	}
}

// TestForgottenRequests looks for the person in every byte of the state after the time of
// working copies has run out.
func TestForgottenRequests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	d := deskOn(t, s)
	for i := range 20 {
		c, err := d.Open(t.Context(), request(i), rights.Signed{By: "needle clerk", Now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Refuse(t.Context(), c.ID, rights.LegalClaims, "needle reason", rights.Signed{By: "needle clerk", Now: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if n := needles(t, s, dir); n == 0 {
		t.Fatal("the needle is not found where it must be")
	}
	n, err := d.Sweep(t.Context(), s, rights.Signed{Now: noon.Add(40 * 24 * time.Hour)})
	if err != nil || n.Forgotten != 20 {
		t.Fatalf("swept %+v, %v", n, err)
	}
	if n := needles(t, s, dir); n != 0 {
		t.Errorf("%d files still speak of the person", n)
	}
	if _, err := d.Sweep(t.Context(), s, rights.Signed{Now: noon.Add(6 * 365 * 24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	cases, err := s.Cases(t.Context())
	if err != nil || len(cases) > 0 {
		t.Errorf("%d files outlive their time, %v", len(cases), err)
	}
}

// needles counts the files of the state in which the person can be read.
func needles(t *testing.T, s *State, dir string) int {
	t.Helper()
	s.tidy(context.WithoutCancel(t.Context()))
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(strings.ToLower(string(b)), "needle") {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestForgottenPlans keeps the plan of the day and drops the plans made for a person when the
// person is forgotten: they name records.
func TestForgottenPlans(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	d := deskOn(t, s)
	c, err := d.Open(t.Context(), request(1), rights.Signed{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	day := plan.Finish(plan.Plan{AsOf: policy.DateOf(noon, nil)})
	var digests []string
	for _, p := range []plan.Plan{day, day.ForRequest(c.ID, ""), day.ForRequest(c.ID, "replay crm"), day.ForRequest(c.ID+"1", "")} {
		p, err := s.SavePlan(t.Context(), p, noon)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, p.Digest())
	}
	if _, err := d.Refuse(t.Context(), c.ID, rights.Excessive, "again", rights.Signed{Now: noon}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Sweep(t.Context(), s, rights.Signed{Now: noon.Add(40 * 24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	var left []bool
	for _, digest := range digests {
		_, err := s.LoadPlan(t.Context(), digest)
		left = append(left, err == nil)
	}
	if diff := cmp.Diff([]bool{true, false, false, true}, left); diff != "" {
		t.Error(diff)
	}
}
