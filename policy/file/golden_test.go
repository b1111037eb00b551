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
)

var update = flag.Bool("update", false, "rewrite the expected parts of the golden files")

// TestGolden loads the policies of testdata, each with the exact problems it has and, where
// it can be used, its canonical form.
func TestGolden(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(names) < 60 {
		t.Fatalf("%d golden files, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			golden(t, name)
		})
	}
}

func golden(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	src := archive.Files[0]
	got := txtar.Archive{Comment: archive.Comment, Files: []txtar.File{src}}
	p, problems := Load(src.Name, src.Data)
	if len(problems) > 0 {
		got.Files = append(got.Files, txtar.File{Name: "problems", Data: []byte(render(problems))})
	}
	if !Failed(problems) {
		got.Files = append(got.Files, txtar.File{Name: "canonical", Data: Format(p)})
		checkCanonical(t, p)
	}
	if Failed(problems) != strings.Contains(name, "/bad/") {
		t.Errorf("an error was found: %v", Failed(problems))
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
func checkCanonical(t *testing.T, p policy.Policy) {
	t.Helper()
	once := Format(p)
	q, problems := Load("canonical", once)
	if Failed(problems) {
		t.Fatalf("the canonical form is refused: %v\n%s", problems, once)
	}
	if diff := cmp.Diff(p, q); diff != "" {
		t.Errorf("the canonical form says something else (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(string(once), string(Format(q))); diff != "" {
		t.Errorf("formatting twice (-once +twice):\n%s", diff)
	}
	if Digest(p) != Digest(q) {
		t.Error("the digest differs")
	}
}

func render(problems []policy.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%s %s\n%s\n  at %s\n%s\n", p.Severity, p.Code, p.Error(), p.Path, p.Excerpt)
	}
	return b.String()
}
