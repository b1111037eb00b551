package serve_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/retention"
)

// planned makes a plan and approves it.
func planned(t *testing.T, c *serve.Company) string {
	t.Helper()
	digest, err := c.Plan(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Approve(context.Background(), digest, "", console.Consent{By: "Camille", Reason: "seen"}); err != nil {
		t.Fatal(err)
	}
	return digest
}

// TestActs plans, approves, applies and finds it all in the ledger; done twice it acts once.
func TestActs(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), shop(t)
	digest := planned(t, c)
	var events int
	if _, err := c.Apply(ctx, digest, func(apply.Event) { events++ }); err != nil {
		t.Fatal(err)
	}
	k, err := c.Kept(ctx, digest)
	if err != nil {
		t.Fatal(err)
	}
	if k.Finished.IsZero() || len(k.Runs) != 1 || k.Runs[0].Outcome != "done" || k.Approvals[0].Reason != "seen" || events == 0 {
		t.Errorf("after %d events it is kept as %+v", events, k.Runs)
	}
	acts := count(k, ledger.Act)
	if acts == 0 || count(k, ledger.Run) != 1 {
		t.Errorf("the ledger tells of %d acts and %d runs", acts, count(k, ledger.Run))
	}
	if _, err := c.Apply(ctx, digest, func(apply.Event) {}); err != nil {
		t.Fatal(err)
	}
	if again, err := c.Kept(ctx, digest); err != nil || count(again, ledger.Act) != acts || len(again.Runs) != 1 {
		t.Errorf("applied again it acted again: %v", err)
	}
	var out strings.Builder
	if err := c.Export(ctx, &out); err != nil {
		t.Fatal(err)
	}
	key, err := c.PublicKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(strings.NewReader(out.String()), key); err != nil {
		t.Error(err)
	}
	if plans, err := c.Plans(ctx); err != nil || len(plans) != 1 || plans[0].Finished.IsZero() {
		t.Errorf("the plans are %+v, %v", plans, err)
	}
}

func count(k console.Kept, kind ledger.Kind) (n int) {
	for _, e := range k.Entries {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// TestRefusals words what is not done: a plan whose policy moved, a plan without approval, a
// name that may not approve.
func TestRefusals(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), shop(t)
	digest, err := c.Plan(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Apply(ctx, digest, func(apply.Event) {})
	refused(t, err, "approval is missing")

	edit(t, filepath.Join(c.Dir, "garant.yaml"), "guard: {share: 20}", "guard: {share: 20}\napproval: {approvers: [dpo]}")
	refused(t, c.Approve(ctx, digest, "", console.Consent{By: "Camille", Reason: "seen"}), "lets other names approve")
	if err := c.Approve(ctx, digest, "", console.Consent{By: "dpo", Reason: "seen"}); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(c.Dir, "policy.yaml"), "keep: 1 year\n", "keep: 2 years\n")
	_, err = c.Apply(ctx, digest, func(apply.Event) {})
	refused(t, err, "nothing was touched")

	if _, err := c.Kept(ctx, "nothing"); !errors.Is(err, console.ErrNoPlan) {
		t.Errorf("a plan that is not there: %v", err)
	}
}

func refused(t *testing.T, err error, want string) {
	t.Helper()
	var no *console.Refusal
	if !errors.As(err, &no) || !strings.Contains(no.EN, want) || no.FR == "" {
		t.Errorf("got %v, want a refusal with %q", err, want)
	}
}

func edit(t *testing.T, name, from, to string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), from) {
		t.Fatalf("%s does not say %q", name, from)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(b), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRecordAndHolds explains a record, holds it, finds it held, lifts the hold, and finds both
// in the ledger.
func TestRecordAndHolds(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), shop(t)
	look, err := c.Look(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dataset := look.Datasets[0].Dataset
	h := retention.Hold{Matter: "2025-014", Owner: "direction", Dataset: dataset, Placed: instant()}
	if err := c.Hold(ctx, h, []string{"1"}); err != nil {
		t.Fatal(err)
	}
	why, err := c.Why(ctx, dataset, "1")
	if err != nil || len(why.Holds) != 1 || why.Holds[0].Matter != "2025-014" {
		t.Errorf("got %+v, %v", why.Holds, err)
	}
	if err := c.Lift(ctx, why.Holds[0].ID, "dpo"); err != nil {
		t.Fatal(err)
	}
	refused(t, c.Lift(ctx, why.Holds[0].ID, "dpo"), "not in force")
	refused(t, c.Lift(ctx, "nothing", "dpo"), "not in force")
	refused(t, c.Hold(ctx, h, []string{"no number"}), "no key")
	_, err = c.Why(ctx, "nothing", "1")
	refused(t, err, "no key")
	if _, err := c.Why(ctx, dataset, "424242"); !errors.Is(err, retention.ErrNoRecord) {
		t.Errorf("a record that is not there: %v", err)
	}
	size, err := c.Verify(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Entries(ctx, 0, size)
	var kinds []ledger.Kind
	for _, e := range all {
		kinds = append(kinds, e.Kind)
	}
	if want := []ledger.Kind{ledger.Check, ledger.HoldPlaced, ledger.HoldLifted}; err != nil || !slices.Equal(kinds, want) {
		t.Errorf("the ledger tells of %v, %v", kinds, err)
	}
}

// TestMay answers as garant may does, and writes the answer down; what is no question is
// refused.
func TestMay(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), example(t)
	reply, err := c.May(ctx, console.Wish{Channel: "call", Purpose: "phone_marketing", Person: "0199000001", Postcode: "97400"})
	if err != nil || reply.Allowed || reply.Rule == "" || reply.Reason.FR == "" {
		t.Errorf("got %+v, %v", reply.Answer, err)
	}
	for _, w := range []console.Wish{{Channel: "call", Purpose: "phone_marketing"}, {Channel: "smoke", Purpose: "phone_marketing", Person: "0199000001"}, {Channel: "call", Purpose: "nothing", Person: "0199000001"}} {
		_, err := c.May(ctx, w)
		refused(t, err, "no question")
	}
}

// TestMayInStores reads the contracts that consent.yaml says where to find, as garant may does:
// both give one answer.
func TestMayInStores(t *testing.T) {
	t.Parallel()
	c := shop(t)
	settings := "purposes:\n  relationship: {use: service}\ncontracts:\n  - {in: clients, from: last_contact, goods: other}\n"
	if err := os.WriteFile(filepath.Join(c.Dir, "consent.yaml"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	for person, want := range map[string]consent.Rule{"onze@shop.example": consent.AsService, "neuf@shop.example": consent.NotKept, "nobody@shop.example": consent.ServiceUnfounded} {
		reply, err := c.May(context.Background(), console.Wish{Channel: consent.Email, Purpose: "relationship", Person: person})
		if err != nil || reply.Rule != want {
			t.Errorf("%s: %s, not %s (%v)", person, reply.Rule, want, err)
		}
	}
	if err := os.Remove(filepath.Join(c.Dir, "crm.db")); err != nil {
		t.Fatal(err)
	}
	if reply, err := c.May(context.Background(), console.Wish{Channel: consent.Email, Purpose: "relationship", Person: "onze@shop.example"}); err == nil {
		t.Errorf("a store that is gone lets the question be answered: %s", reply.Rule)
	}
}

// TestStores tries each store, and tells which does not answer.
func TestStores(t *testing.T) {
	t.Parallel()
	c := shop(t)
	edit(t, filepath.Join(c.Dir, "garant.yaml"), "stores:\n", "stores:\n  gone: {engine: postgres, address: \"postgres://127.0.0.1:1/none\"}\n")
	got, err := c.Test(context.Background())
	if err != nil || len(got) != 2 || got[0].Name != "crm" || got[0].Silent || got[0].Tables == 0 || !got[1].Silent {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestTwoPersons wants two names where garant.yaml does, and none of them a replay's.
func TestTwoPersons(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), shop(t)
	edit(t, filepath.Join(c.Dir, "garant.yaml"), "guard: {share: 20}", "guard: {share: 20}\napproval: {people: 2}")
	digest := planned(t, c)
	nothing := func(apply.Event) {}
	_, err := c.Apply(ctx, digest, nothing)
	refused(t, err, "approval is missing")
	refused(t, c.Approve(ctx, digest, "", console.Consent{By: "replay", Reason: "seen"}), "lets other names approve")
	k, err := c.Kept(ctx, digest)
	if err != nil || k.People != 2 {
		t.Fatalf("%d persons, %v", k.People, err)
	}
	step := k.Plan.Pending()[0]
	keys, err := c.Samples(ctx, digest, step.ID, 3)
	if err != nil || len(keys) == 0 || len(keys) > 3 {
		t.Fatalf("samples %v, %v", keys, err)
	}
	why, err := c.Why(ctx, step.Dataset, keys[0])
	if err != nil || !slices.ContainsFunc(why.Groups, func(g retention.WhyGroup) bool { return g.State == string(retention.GroupDue) }) {
		t.Errorf("a sample that is not due: %+v, %v", why, err)
	}
	if err := c.Approve(ctx, digest, "", console.Consent{By: "Dominique", Reason: "seen"}); err != nil {
		t.Fatal(err)
	}
	if _, err = c.Apply(ctx, digest, nothing); err != nil {
		t.Fatal(err)
	}
	if keys, err = c.Samples(ctx, digest, step.ID, 3); err != nil || len(keys) != 0 {
		t.Errorf("carried out, it has samples %v, %v", keys, err)
	}
}
