package serve_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// opened opens a request of somebody and settles who asks.
func opened(t *testing.T, c *serve.Company, right rights.Right) string {
	t.Helper()
	ctx := context.Background()
	id, err := c.Open(ctx, rights.Case{Right: right, Via: rights.ByMail, Received: policy.MustDate("2026-11-20"),
		Person: rights.Person{Identifiers: map[string]string{"email": "ada.martin@maison.example"}, Name: "Ada Martin"}}, "marie")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Find(ctx, id, "marie"); err == nil {
		t.Error("somebody is looked up before identity is settled")
	} else {
		refused(t, err, "Identity is not settled")
	}
	if err := c.Move(ctx, id, console.Move{Act: rights.Identified, Word: string(rights.CustomerNumber), By: "marie"}); err != nil {
		t.Fatal(err)
	}
	return id
}

// reviewed says of the namesakes that they are not the person.
func reviewed(t *testing.T, c *serve.Company, id string) {
	t.Helper()
	found, err := c.Find(context.Background(), id, "marie")
	if err != nil || len(found.Records) == 0 || len(found.Candidates) == 0 {
		t.Fatalf("found %+v, %v", found, err)
	}
	for _, k := range found.Candidates {
		if found, err = c.Decide(context.Background(), id, console.Said{Dataset: k.Name(), Key: rights.RecordName(k.Key)}, "marie"); err != nil {
			t.Fatal(err)
		}
	}
	if len(found.Candidates) != 0 {
		t.Errorf("%d candidates are left", len(found.Candidates))
	}
}

// TestErasure takes a request for erasure through every step, wrong turns included; the acts
// are those of garant request.
func TestErasure(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), tested(t, "heating")
	id := opened(t, c, rights.Erasure)
	_, err := c.Open(ctx, rights.Case{Right: rights.Erasure, Via: rights.ByMail, Received: policy.MustDate("2026-11-20"), Person: rights.Person{Identifiers: map[string]string{"email": "Ada.Martin@maison.example"}}}, "marie")
	refused(t, err, "already asks this: answer "+id)
	_, err = c.PlanRequest(ctx, id, rights.Choice{}, "marie")
	refused(t, err, "say of each whether it is")
	reviewed(t, c, id)
	stays, err := c.PlanRequest(ctx, id, rights.Choice{}, "marie")
	if err != nil || len(stays) == 0 {
		t.Fatalf("stays %v, %v", stays, err)
	}
	k, err := c.Request(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := c.Kept(ctx, k.Erasing.Plan)
	if err != nil || kept.Plan.Request() != id || kept.Plan.Totals.Due == 0 {
		t.Fatalf("the plan is of %q with %d acts, %v", kept.Plan.Request(), kept.Plan.Totals.Due, err)
	}
	_, err = c.ApplyRequest(ctx, id, kept.Plan.Totals.Due+1, "dpo", func(apply.Event) {})
	refused(t, err, "not the one of the plan")
	refused(t, c.Move(ctx, id, console.Move{Act: rights.Answer, By: "dpo"}), "done first")
	seen, err := c.ApplyRequest(ctx, id, kept.Plan.Totals.Due, "dpo", func(apply.Event) {})
	if err != nil || !seen {
		t.Fatalf("seen %v, %v", seen, err)
	}
	for _, act := range []rights.Act{rights.Answer, rights.Close} {
		if err := c.Move(ctx, id, console.Move{Act: act, By: "dpo"}); err != nil {
			t.Fatal(act, err)
		}
	}
	refused(t, c.Move(ctx, id, console.Move{Act: rights.Extend, Why: "complex", By: "dpo"}), "does not stand")
	reply, err := c.May(ctx, console.Wish{Channel: consent.Channel("email"), Purpose: kept.Plan.Steps[0].Because[0].Purpose, Person: "ada.martin@maison.example"})
	if err == nil && reply.Allowed {
		t.Error("who was erased may be written to")
	}
	if _, err := c.Request(ctx, "request-99"); err != console.ErrNoRequest {
		t.Errorf("a request that is not there: %v", err)
	}
	all, err := c.Requests(ctx)
	if err != nil || len(all) != 1 || all[0].Due.Standing != rights.Over {
		t.Errorf("got %+v, %v", all, err)
	}
}

// TestAccess answers with a file that the passphrase alone opens, and shows letters before they
// go.
func TestAccess(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), tested(t, "heating")
	id := opened(t, c, rights.Access)
	l, err := c.Letter(ctx, id, rights.AckLetter)
	if err != nil || !strings.Contains(l.Body, id) || l.To != "ada.martin@maison.example" {
		t.Errorf("the letter is %+v, %v", l, err)
	}
	refused(t, c.Dispatch(ctx, id, rights.AckLetter, "marie", true), "no mail server")
	if err := c.Dispatch(ctx, id, rights.AckLetter, "marie", false); err != nil {
		t.Fatal(err)
	}
	reviewed(t, c, id)
	p, err := c.Dossier(ctx, id, console.Handing{Reviewed: true}, "dpo")
	if err != nil {
		t.Fatal(err)
	}
	who, err := age.NewScryptIdentity(p.Phrase)
	if err != nil {
		t.Fatal(err)
	}
	clear, err := age.Decrypt(strings.NewReader(string(p.File)), who)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(clear); err != nil || !strings.HasPrefix(string(b), "PK") {
		t.Errorf("the file holds %.10q, %v", b, err)
	}
	k, err := c.Request(ctx, id)
	if err != nil || k.State != rights.Answered || len(k.Letters) != 1 {
		t.Errorf("the case stands at %s with %d letters, %v", k.State, len(k.Letters), err)
	}
}

// TestRestriction keeps what is found, and lifts it once the person was told.
func TestRestriction(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), tested(t, "heating")
	id := opened(t, c, rights.Restriction)
	reviewed(t, c, id)
	for _, m := range []console.Move{{Act: rights.Restricted}, {Act: rights.Answer}} {
		m.By = "dpo"
		if err := c.Move(ctx, id, m); err != nil {
			t.Fatal(m.Act, err)
		}
	}
	holds, err := c.Holds(ctx)
	if err != nil || len(holds) == 0 || !holds[0].Active() {
		t.Fatalf("the holds are %+v, %v", holds, err)
	}
	refused(t, c.Move(ctx, id, console.Move{Act: rights.Lifted, By: "dpo"}), "told to the person")
	if err := c.Move(ctx, id, console.Move{Act: rights.Lifted, Word: "told", By: "dpo"}); err != nil {
		t.Fatal(err)
	}
	if holds, err = c.Holds(ctx); err != nil || holds[0].Active() {
		t.Errorf("the hold is still there: %v", err)
	}
}
