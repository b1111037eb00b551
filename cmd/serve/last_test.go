package serve_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
)

// TestLast shows the last look again, whole, without asking a store, and none that was made
// under other files.
func TestLast(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), shop(t)
	if l, years, err := c.Last(ctx); l != nil || years != nil || err != nil {
		t.Fatalf("before a look: %v %v %v", l, years, err)
	}
	look, err := c.Look(ctx)
	if err != nil {
		t.Fatal(err)
	}
	years, err := c.Ahead(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stores, err := filepath.Glob(filepath.Join(c.Dir, "*.db"))
	if err != nil || len(stores) == 0 {
		t.Fatal(stores, err)
	}
	for _, s := range stores {
		if err := os.Rename(s, s+".away"); err != nil {
			t.Fatal(err)
		}
	}
	last, then, err := c.Last(ctx)
	if err != nil || last == nil {
		t.Fatal(last, err)
	}
	if diff := cmp.Diff(look, *last, cmpopts.IgnoreUnexported(policy.Policy{})); diff != "" {
		t.Error("another look:", diff)
	}
	if diff := cmp.Diff(years, then); diff != "" {
		t.Error("other years:", diff)
	}
	asOld(t, c)
}

// asOld tries the look in the next year, and under a policy that was edited.
func asOld(t *testing.T, c *serve.Company) {
	t.Helper()
	next := &serve.Company{Dir: c.Dir, Getenv: c.Getenv, State: c.State, Clock: func() time.Time { return instant().AddDate(1, 0, 0) }}
	var l *console.Look
	l, years, err := next.Last(t.Context())
	if err != nil || l == nil || l.Today != policy.MustDate("2026-11-22") || years != nil {
		t.Errorf("a year later: %v %v %v", l, years, err)
	}
	name := filepath.Join(c.Dir, "policy.yaml")
	was, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(was, "# edited\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, years, err := c.Last(t.Context()); l != nil || years != nil || err != nil {
		t.Errorf("under another policy: %v %v %v", l, years, err)
	}
}
