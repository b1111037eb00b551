package file

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
)

var update = flag.Bool("update", false, "rewrite the expected parts of the golden files")

// TestGolden loads the registers of testdata against testdata/policy.yaml, each with the
// exact problems it has and, where it can be used, its canonical form.
func TestGolden(t *testing.T) {
	t.Parallel()
	p := examplePolicy(t)
	names, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d golden files, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			golden(t, name, p)
		})
	}
}

func examplePolicy(t testing.TB) *policy.Policy {
	t.Helper()
	src, err := os.ReadFile("testdata/policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := policyfile.Load("policy.yaml", src)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &p
}

func golden(t *testing.T, name string, p *policy.Policy) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	src := archive.Files[0]
	got := txtar.Archive{Comment: archive.Comment, Files: []txtar.File{src}}
	r, problems := Load(src.Name, src.Data, p)
	if len(problems) > 0 {
		got.Files = append(got.Files, txtar.File{Name: "problems", Data: []byte(render(problems))})
	}
	if !policyfile.Failed(problems) {
		got.Files = append(got.Files, txtar.File{Name: "canonical", Data: Format(r)})
		checkCanonical(t, r, p)
	}
	if policyfile.Failed(problems) != strings.Contains(name, "/bad/") {
		t.Errorf("an error was found: %v", policyfile.Failed(problems))
	}
	compare(t, name, archive, &got)
}

func compare(t *testing.T, name string, want, got *txtar.Archive) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, txtar.Format(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(want)), string(txtar.Format(got))); diff != "" {
		t.Errorf("%s (-want +got, -update accepts):\n%s", name, diff)
	}
}

// checkCanonical checks that the canonical form says the same and is its own canonical form.
func checkCanonical(t *testing.T, r register.Register, p *policy.Policy) {
	t.Helper()
	once := Format(r)
	q, problems := Load("canonical", once, p)
	if policyfile.Failed(problems) {
		t.Fatalf("the canonical form is refused: %v\n%s", problems, once)
	}
	if diff := cmp.Diff(r, q); diff != "" {
		t.Errorf("the canonical form says something else (-want +got):\n%s\n%s", diff, once)
	}
	if diff := cmp.Diff(string(once), string(Format(q))); diff != "" {
		t.Errorf("formatting twice (-once +twice):\n%s", diff)
	}
}

func render(problems []policy.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%s %s\n%s\n  at %s\n%s\n", p.Severity, p.Code, p.Error(), p.Path, p.Excerpt)
	}
	return b.String()
}

// TestDigest changes with the closings, which are not in the file.
func TestDigest(t *testing.T) {
	t.Parallel()
	a := register.Register{Closings: map[string][]policy.Date{"": {policy.MustDate("2024-12-31")}}}
	b := register.Register{Closings: map[string][]policy.Date{"": {policy.MustDate("2025-03-31")}}}
	if Digest(a) == Digest(b) || Digest(a) == Digest(register.Register{}) {
		t.Error("the closings do not count as they should")
	}
}

// TestLoadAlone reads a register without its policy: its own mistakes are found, words of
// the policy are taken as they are.
func TestLoadAlone(t *testing.T) {
	t.Parallel()
	src := []byte("datasets:\n  leads:\n    in: crm.leads\n    people: martian\n    purposes: conquest\n    fields: {orbit: x}\n    events: {landed: at}\n")
	if r, problems := Load("register.yaml", src, nil); len(problems) > 0 || len(r.Datasets) != 1 {
		t.Errorf("got %v", problems)
	}
}

// FuzzLoad checks on any input that loading ends, that every problem has its place, and that
// what was accepted survives formatting.
func FuzzLoad(f *testing.F) {
	p := examplePolicy(f)
	for _, name := range []string{"testdata/good/full.txtar", "testdata/good/hostile_names.txtar", "testdata/bad/source_unclosed.txtar"} {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		r, problems := Load("register.yaml", src, p)
		for _, pr := range problems {
			if pr.Line < 1 || pr.Column < 1 || pr.Message == "" || pr.Code == "" {
				t.Errorf("%+v", pr)
			}
		}
		if !policyfile.Failed(problems) {
			checkCanonical(t, r, p)
		}
	})
}
