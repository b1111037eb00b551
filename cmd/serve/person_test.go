package serve_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

// TestPerson finds what is held on somebody, shows values of their records alone, and leaves in
// the ledger that somebody looked and nothing of whom.
func TestPerson(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), tested(t, "heating")
	q := console.Quest{Person: "ada.martin@maison.example", By: "marie", Reason: "call"}
	h, err := c.Person(ctx, q)
	if err != nil || len(h.Records) < 3 || h.Read != "read-1" {
		t.Fatalf("held %+v, %v", h, err)
	}
	var claims int
	for _, r := range h.Records {
		for _, g := range r.Why.Groups {
			claims += len(g.Claims)
		}
	}
	if claims == 0 {
		t.Error("no purpose holds anything")
	}
	item, err := c.Values(ctx, q, "clients", "1")
	if err != nil || !strings.Contains(fmt.Sprint(item), "chien méchant") {
		t.Errorf("the values are %+v, %v", item, err)
	}
	_, err = c.Values(ctx, q, "clients", "3")
	refused(t, err, "not found for that person")
	_, err = c.Person(ctx, console.Quest{Person: "", By: "marie", Reason: "call"})
	refused(t, err, "no e-mail address")
	reads, err := c.Reads(ctx)
	if err != nil || len(reads) != 3 || reads[2].By != "marie" {
		t.Errorf("noted %+v, %v", reads, err)
	}
	size, err := c.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = c.State.Ledger().Show(ctx, 0, size, func(_ int64, leaf []byte) error {
		if e, err := ledger.Parse(leaf); err != nil || e.Kind != ledger.PersonRead || strings.Contains(string(leaf), "martin") || strings.Contains(string(leaf), "marie") {
			t.Errorf("%s %v", leaf, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestAgreements brings a list in, finds a line of it by its person, and lets an objection hold
// at once.
func TestAgreements(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), example(t)
	list := "email,purpose,channel,date,notice,proof\nada@a.example,newsletter,email,2026-10-01," + consent.Digest([]byte("notice")) + "," + consent.Digest([]byte("proof")) + "\nnobody,newsletter,email,2026-10-01,,\n"
	p, err := c.Look(ctx)
	if err != nil {
		t.Fatal(err)
	}
	list = strings.ReplaceAll(list, "newsletter", string(p.Policy.Purposes[0].ID))
	done, err := c.Import(ctx, strings.NewReader(list), console.Origin{Source: "crm"})
	if err != nil || done.Entered == 0 {
		t.Fatalf("imported %+v, %v", done, err)
	}
	if again, err := c.Import(ctx, strings.NewReader(list), console.Origin{Source: "crm"}); err != nil || again.Entered != 0 || again.Known == 0 {
		t.Errorf("imported again %+v, %v", again, err)
	}
	if _, err := c.Import(ctx, strings.NewReader("email\nb@b.example\n"), console.Origin{Source: "courtier", Bought: true}); err != nil {
		t.Fatal(err)
	}
	if leads, err := c.Leads(ctx); err != nil || len(leads) != 1 || leads[0].Source != "courtier" || leads[0].People != 1 || leads[0].Next.IsZero() {
		t.Errorf("brought by third parties: %+v, %v", leads, err)
	}
	found, err := c.Agreements(ctx, "Ada@a.example", "marie")
	if err != nil || len(found) != 1 || found[0].Kind != consent.Given {
		t.Fatalf("found %+v, %v", found, err)
	}
	a, err := c.Agreement(ctx, found[0].ID)
	if err != nil || a.Digest == "" {
		t.Fatal(err)
	}
	if proof, err := c.Proof(ctx, a.Entry); err != nil || len(proof) == 0 {
		t.Errorf("no proof: %v", err)
	}
	if _, err := c.Agreement(ctx, "consent-99"); !errors.Is(err, console.ErrNoRecord) {
		t.Errorf("a record that is not there: %v", err)
	}
	for _, bad := range []console.Saying{{Kind: consent.Opposition}, {Kind: consent.Opposition, Person: "a@a.example", Channels: []consent.Channel{"smoke"}}, {Kind: consent.Ended, Person: "a@a.example", Purposes: []policy.PurposeID{"nothing"}}} {
		refused(t, c.Enter(ctx, bad), "")
	}
	if err := c.Enter(ctx, console.Saying{Kind: consent.Opposition, Person: "ada@a.example", By: "marie"}); err != nil {
		t.Fatal(err)
	}
	reply, err := c.May(ctx, console.Wish{Channel: "email", Purpose: p.Policy.Purposes[0].ID, Person: "ada@a.example"})
	if err != nil || reply.Allowed {
		t.Errorf("after an objection: %+v, %v", reply.Answer, err)
	}
}
