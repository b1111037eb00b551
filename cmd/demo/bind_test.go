package demo

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/cmd/config"
	energyrenovation "github.com/garant-rgpd/garant/examples/energy-renovation"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	registerfile "github.com/garant-rgpd/garant/register/file"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/sqlite"
)

// read is one of the company's files.
func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := energyrenovation.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// found lists the codes of problems, each once, with those of errors marked.
func found(problems []policy.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, string(p.Severity)+" "+p.Code+" "+p.Path)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// expect compares what was found with what the example is known for.
func expect(t *testing.T, problems []policy.Problem, want []string) {
	t.Helper()
	if got := found(problems); !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		for _, p := range problems {
			t.Logf("%s %s %s: %s (%s)", p.Severity, p.Code, p.Path, p.Message, p.Hint)
		}
	}
}

// company loads the three files and fails the test when one has an error.
func company(t *testing.T) (policy.Policy, register.Register, config.Config) {
	t.Helper()
	p, problems := policyfile.Load("policy.yaml", read(t, "policy.yaml"))
	expect(t, problems, []string{
		"finding floor-without-ceiling $.purposes.cee.retention[0]",
	})
	c, problems := config.Load("garant.yaml", read(t, "garant.yaml"))
	expect(t, problems, nil)
	r, problems := registerfile.Load("register.yaml", read(t, "register.yaml"), &p)
	expect(t, problems, nil)
	r.Closings = c.Closings
	return p, r, c
}

// TestBinds checks that the example's promises reach its tables: nothing but the forgotten
// copy is left over.
func TestBinds(t *testing.T) {
	t.Parallel()
	p, r, c := company(t)
	_, dir := fillDir(t, Options{People: len(cast), Seed: 1})
	bound, problems := register.Bind(p, r, schemas(t, connect(t, dir)), options(c))
	expect(t, problems, []string{
		"finding unbound-table $.datasets",
		"warning may-stay-for-ever $.datasets.disputes.events.dispute_end",
	})
	if len(bound.Datasets) != len(r.Datasets) {
		t.Errorf("%d of %d datasets are bound", len(bound.Datasets), len(r.Datasets))
	}
}

// TestUndeclaredColumnIsFound checks that the column made on request stops the check.
func TestUndeclaredColumnIsFound(t *testing.T) {
	t.Parallel()
	p, r, c := company(t)
	_, dir := fillDir(t, Options{People: len(cast), Seed: 1, Undeclared: true})
	_, problems := register.Bind(p, r, schemas(t, connect(t, dir)), options(c))
	expect(t, problems, []string{
		"error uncovered-column $.datasets.leads.fields",
		"finding unbound-table $.datasets",
		"warning may-stay-for-ever $.datasets.disputes.events.dispute_end",
	})
}

func options(c config.Config) register.Options {
	return register.Options{Zone: c.Zone.String(), From: c.From, To: c.To}
}

// connect opens the stores of a folder as Garant does.
func connect(t *testing.T, dir string) map[string]store.Driver {
	t.Helper()
	out := map[string]store.Driver{}
	for _, name := range storeNames {
		s, err := sqlite.Open(t.Context(), filepath.Join(dir, name+".db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		out[name] = s
	}
	return out
}

// schemas inspects the stores.
func schemas(t *testing.T, stores map[string]store.Driver) map[string]store.Schema {
	t.Helper()
	out := map[string]store.Schema{}
	for name, s := range stores {
		schema, err := s.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out[name] = schema
	}
	return out
}
