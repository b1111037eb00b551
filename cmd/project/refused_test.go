package project_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// TestRefusedOnAllEngines lets people object and withdraw, and plans and applies what that ends
// in PostgreSQL, MariaDB and SQLite: what rests on their word goes, what a contract or a duty
// holds stays, and one of a couple does not speak for the other.
func TestRefusedOnAllEngines(t *testing.T) {
	t.Parallel()
	p := heating(t, testserver.Postgres(t), testserver.MariaDB(t))
	p.Uses = consent.Settings{Uses: map[policy.PurposeID]consent.UseOf{"newsletter": {Use: consent.Prospecting, Channels: []consent.Channel{consent.Email}}, "relationship": {Use: consent.Prospecting}}}
	now := policy.MustDate("2026-11-22").Start(time.UTC).Add(12 * time.Hour)
	if got := due(t, p, now); got != "" {
		t.Fatalf("before anybody refused: %s", got)
	}
	say(t, p, now, "farid@moreau.example", consent.Record{Kind: consent.Opposition})
	say(t, p, now, "ada.martin@maison.example", consent.Record{Kind: consent.Ended, Scope: consent.Scope{Channels: []consent.Channel{consent.Email}, Purposes: []policy.PurposeID{"newsletter"}}})
	say(t, p, now, " Autre.Martin@maison.example", consent.Record{Kind: consent.Opposition})
	say(t, p, now, "famille@leroy.example", consent.Record{Kind: consent.Opposition})
	say(t, p, now, "bruno@petit.example", consent.Record{Kind: consent.Opposition, Scope: consent.Scope{Channels: []consent.Channel{consent.SMS}}})
	want := "clients/erase/contact/relationship 1, clients/erase/notes/relationship 1, clients/erase/row/relationship 1, clients/erase/row/shared ?2, " +
		"subscribers/erase/row/newsletter 3, visits/erase/row/relationship 1"
	if got := due(t, p, now); got != want {
		t.Fatalf("due is %s\nnot %s", got, want)
	}
	w, err := p.Why(t.Context(), p.Today(now), "clients", []any{int64(7)})
	if err != nil || w.Groups[0].State != "due" {
		t.Errorf("why says %+v, %v", w.Groups, err)
	}
	pl := keptPlan(t, p, now)
	run := project.Run{Clock: func() time.Time { return now }}
	if _, err := p.Apply(t.Context(), pl, run); !errors.Is(err, plan.ErrNotApproved) {
		t.Fatalf("it is applied with no approval: %v", err)
	}
	for _, s := range pl.Pending() {
		if err := p.Approve(t.Context(), pl, s, project.Consent{By: "dpo", At: now}); err != nil {
			t.Fatal(err)
		}
	}
	say(t, p, now.Add(-time.Minute), "someone@else.example", consent.Record{Kind: consent.Opposition})
	if rep, err := p.Apply(t.Context(), pl, run); err != nil || !rep.Complete() {
		t.Fatalf("not applied: %+v, %v", rep, err)
	}
	if got := due(t, p, now); got != "clients/erase/row/shared ?2" {
		t.Errorf("still due: %s", got)
	}
	if ran, err := p.State.RuleRan(t.Context(), "relationship.end"); ran || err != nil {
		t.Errorf("a rule whose term never ran out is taken for one that ran: %v", err)
	}
}

// TestOpposedInCall plans what “do not call me” ends, once somebody reported it of a call; who
// takes it back is left alone.
func TestOpposedInCall(t *testing.T) {
	t.Parallel()
	p := heating(t, testserver.Postgres(t), testserver.MariaDB(t))
	p.Uses = consent.Settings{Uses: map[policy.PurposeID]consent.UseOf{"relationship": {Use: consent.Prospecting, Channels: []consent.Channel{consent.Call}}}}
	now := policy.MustDate("2026-11-22").Start(time.UTC).Add(12 * time.Hour)
	told := consent.Record{Kind: consent.Reached, Channel: consent.Call, Outcome: consent.Unanswered}
	say(t, p, now, "farid@moreau.example", told)
	if got := due(t, p, now); got != "" {
		t.Fatalf("after a call that nobody answered: %s", got)
	}
	told.Outcome = consent.Opposed
	say(t, p, now, "farid@moreau.example", told)
	if got := due(t, p, now); got != "clients/erase/row/relationship 1" {
		t.Errorf("due is %s", got)
	}
	say(t, p, now, "farid@moreau.example", consent.Record{Kind: consent.Lift, Of: "contact-2"})
	if got := due(t, p, now); got != "" {
		t.Errorf("due although it was taken back: %s", got)
	}
}

// TestAgreedAgain voids a plan whose people agreed again before it was applied.
func TestAgreedAgain(t *testing.T) {
	t.Parallel()
	p := heating(t, testserver.Postgres(t), testserver.MariaDB(t))
	now := policy.MustDate("2026-11-22").Start(time.UTC).Add(12 * time.Hour)
	scope := consent.Scope{Channels: []consent.Channel{consent.Email}, Purposes: []policy.PurposeID{"newsletter"}}
	say(t, p, now, "farid@moreau.example", consent.Record{Kind: consent.Ended})
	pl := keptPlan(t, p, now)
	if len(pl.Pending()) != 1 || pl.Pending()[0].Due != 1 || len(pl.Pending()[0].Work.Named()) != 1 {
		t.Fatalf("planned: %+v", pl.Steps)
	}
	say(t, p, now.Add(time.Hour), "farid@moreau.example", consent.Record{Kind: consent.Given, Scope: scope})
	err := p.Check(t.Context(), pl, now.Add(2*time.Hour))
	if !errors.Is(err, project.ErrDrift) || !strings.Contains(err.Error(), "agreed subscribers/erase/row/newsletter") {
		t.Errorf("the plan still stands: %v", err)
	}
	if got := due(t, p, now.Add(2*time.Hour)); got != "" {
		t.Errorf("due after all: %s", got)
	}
}

// say enters what somebody said at an instant.
func say(t *testing.T, p *project.Project, at time.Time, who string, r consent.Record) {
	t.Helper()
	i, err := consent.Identify(who)
	if err != nil {
		t.Fatal(err)
	}
	r.At, r.Entered = at, at
	if _, err := p.State.EnterRecords(t.Context(), []consent.Draft{{Person: []consent.Identifier{i}, Record: r}}); err != nil {
		t.Fatal(err)
	}
}

// due writes what a plan of the day would do.
func due(t *testing.T, p *project.Project, now time.Time) string {
	t.Helper()
	pl, err := p.Plan(t.Context(), p.Today(now), nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range pl.Steps {
		switch {
		case s.Due > 0:
			out = append(out, fmt.Sprintf("%s %d", s.ID, s.Due))
		case s.Undetermined > 0 && len(s.Because) == 0:
			out = append(out, fmt.Sprintf("%s ?%d", s.ID, s.Undetermined))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func keptPlan(t *testing.T, p *project.Project, now time.Time) plan.Plan {
	t.Helper()
	pl, err := p.Plan(t.Context(), p.Today(now), nil)
	if err == nil {
		pl, err = p.Keep(t.Context(), pl, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pl
}
