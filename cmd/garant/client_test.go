package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/api/client"
)

// servedAPI serves the API on the shop of the tests until the test ends, and returns its address.
func servedAPI(t *testing.T) (dir, address string) {
	t.Helper()
	dir = t.TempDir()
	if err := layCompany(dir, filepath.Join("testdata", "company")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "consent.yaml"), []byte("goods: other\npurposes:\n  newsletter: {use: prospecting}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs heard
	clock := func() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC).Add(time.Since(started)) }
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: clock}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(ctx, []string{"-C", dir, "consent", "serve", "--listen", "127.0.0.1:0", "--json"})
	}()
	t.Cleanup(func() { interrupt(); <-ended })
	soon(t, "print the address", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatal(err)
	}
	return dir, told.URL
}

// started is when the tests began; their clocks run from there.
var started = time.Now()

// program is a client with a token of its own.
func program(t *testing.T, dir, address, name string, flags ...string) *client.ClientWithResponses {
	t.Helper()
	out, code := called(t, dir, append([]string{"token", "add", name, "--json"}, flags...)...)
	var made struct{ Token string }
	if code != exitDone || json.Unmarshal([]byte(out), &made) != nil {
		t.Fatal(code, out)
	}
	c, err := client.Connect(address, made.Token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestClient asks everything there is with the Go client, each with a token for that.
func TestClient(t *testing.T) {
	t.Parallel()
	dir, address := servedAPI(t)
	ctx := t.Context()
	who := map[string]string{"email": "someone@shop.example"}
	crm := program(t, dir, address, "crm", "--may", "ask,requests", "--for", "newsletter")

	may, err := crm.MayWithResponse(ctx, client.Question{Channel: client.ChannelEmail, Purpose: "newsletter", Person: who})
	if err != nil || may.JSON200 == nil || may.JSON200.Allowed || may.JSON200.Rule == "" {
		t.Fatalf("may: %v %s", err, may.Body)
	}
	if may, err = crm.MayWithResponse(ctx, client.Question{Channel: client.ChannelEmail, Purpose: "orders", Person: who}); err != nil || may.StatusCode() != http.StatusForbidden {
		t.Errorf("another purpose: %v %s", err, may.Body)
	}

	made, err := crm.OpenRequestWithResponse(ctx, client.NewRequest{Right: client.NewRequestRightAccess, Person: who})
	if err != nil || made.JSON201 == nil || made.JSON201.Due.Limit.String() != "2026-12-22" || strings.Contains(string(made.Body), "someone") {
		t.Fatalf("open: %v %s", err, made.Body)
	}
	again, err := crm.OpenRequestWithResponse(ctx, client.NewRequest{Right: client.NewRequestRightAccess, Person: who})
	if err != nil || again.JSON200 == nil || again.JSON200.Id != made.JSON201.Id {
		t.Errorf("open again: %v %s", err, again.Body)
	}
	one, err := crm.RequestWithResponse(ctx, made.JSON201.Id)
	if err != nil || one.JSON200 == nil || one.JSON200.State != client.RequestStateReceived {
		t.Errorf("request: %v %s", err, one.Body)
	}
	if none, err := crm.RequestWithResponse(ctx, "request-404"); err != nil || none.StatusCode() != http.StatusNotFound {
		t.Errorf("a request that is not there: %v", err)
	}
	if bad, err := crm.OpenRequestWithResponse(ctx, client.NewRequest{Right: "everything", Person: who}); err != nil || bad.StatusCode() != http.StatusUnprocessableEntity {
		t.Errorf("a right that is none: %v %s", err, bad.Body)
	}
	all, err := crm.RequestsWithResponse(ctx, &client.RequestsParams{})
	if err != nil || all.JSON200 == nil || len(all.JSON200.Requests) != 1 {
		t.Errorf("requests: %v %s", err, all.Body)
	}
	if no, err := crm.PlansWithResponse(ctx); err != nil || no.StatusCode() != http.StatusForbidden {
		t.Errorf("a right it has not: %v", err)
	}
}

// TestClientFindings reads what was found and planned.
func TestClientFindings(t *testing.T) {
	t.Parallel()
	dir, address := servedAPI(t)
	ctx := t.Context()
	c := program(t, dir, address, "report", "--may", "read")
	before, err := c.VerdictsWithResponse(ctx)
	if err != nil || before.JSON200 == nil || before.JSON200.AsOf != nil || len(before.JSON200.Verdicts) != 0 {
		t.Fatalf("before the first look: %v %s", err, before.Body)
	}
	if out, code := called(t, dir, "verify"); code != exitNotTrue && code != exitDone {
		t.Fatal(out)
	}
	if out, code := called(t, dir, "plan", "-o", filepath.Join(t.TempDir(), "plan.json")); code != exitNotTrue && code != exitDone {
		t.Fatal(out)
	}
	found, err := c.VerdictsWithResponse(ctx)
	if err != nil || found.JSON200 == nil || len(found.JSON200.Verdicts) == 0 || found.JSON200.AsOf.String() != "2026-11-22" {
		t.Errorf("verdicts: %v %s", err, found.Body)
	}
	plans, err := c.PlansWithResponse(ctx)
	if err != nil || plans.JSON200 == nil || len(plans.JSON200.Plans) != 1 {
		t.Fatalf("plans: %v %s", err, plans.Body)
	}
	pl, err := c.PlanWithResponse(ctx, plans.JSON200.Plans[0].Digest)
	if err != nil || pl.JSON200 == nil || pl.JSON200.AsOf.String() != "2026-11-22" || len(pl.JSON200.Steps) == 0 {
		t.Errorf("plan: %v %s", err, pl.Body)
	}
	if none, err := c.PlanWithResponse(ctx, "nothing"); err != nil || none.StatusCode() != http.StatusNotFound {
		t.Errorf("a plan that is not there: %v", err)
	}
	if out, code := called(t, dir, "token", "end", "report"); code != exitDone {
		t.Fatal(out)
	}
	soon(t, "let it in no more", func() bool {
		r, err := c.PlansWithResponse(ctx)
		return err == nil && r.StatusCode() == http.StatusUnauthorized
	})
}

// TestClientTooOften slows a program that asks too often, and nobody else, until it is allowed more;
// and whoever tries tokens out.
func TestClientTooOften(t *testing.T) {
	t.Parallel()
	dir, address := servedAPI(t)
	ctx := t.Context()
	flood, calls := program(t, dir, address, "flood", "--may", "requests", "--rate", "1"), program(t, dir, address, "calls", "--may", "requests")
	var slowed *client.RequestsResponse
	for range 200 {
		r, err := flood.RequestsWithResponse(ctx, &client.RequestsParams{})
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode() != http.StatusOK {
			slowed = r
			break
		}
	}
	if slowed == nil || slowed.ApplicationproblemJSON429 == nil || slowed.ApplicationproblemJSON429.Title != "too many requests" || slowed.HTTPResponse.Header.Get("Retry-After") != "1" {
		t.Fatalf("two hundred requests of one a second: %+v", slowed)
	}
	if r, err := calls.RequestsWithResponse(ctx, &client.RequestsParams{}); err != nil || r.StatusCode() != http.StatusOK {
		t.Errorf("another program: %v %s", err, r.Body)
	}
	if out, code := called(t, dir, "token", "rate", "flood", "1000"); code != exitDone {
		t.Fatal(out)
	}
	soon(t, "let it ask more", func() bool {
		for range 20 {
			if r, err := flood.RequestsWithResponse(ctx, &client.RequestsParams{}); err != nil || r.StatusCode() != http.StatusOK {
				return false
			}
		}
		return true
	})
	last := 0
	for i := range 40 {
		c, err := client.Connect(address, fmt.Sprintf("a token of nobody, number %d", i))
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.RequestsWithResponse(ctx, &client.RequestsParams{})
		if err != nil {
			t.Fatal(err)
		}
		last = r.StatusCode()
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the fortieth guess: %d", last)
	}
	if r, err := calls.RequestsWithResponse(ctx, &client.RequestsParams{}); err != nil || r.StatusCode() != http.StatusOK {
		t.Errorf("a program of the same machine: %v %s", err, r.Body)
	}
}
