package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// TestLibc checks that go.mod requires the very libc that modernc's SQLite was generated
// against: its authors support no other pair, and an update of one alone builds well.
func TestLibc(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := required(t, filepath.Join(root, "go.mod"), "modernc.org/libc")
	want := required(t, strings.TrimSpace(string(out)), "modernc.org/libc")
	if got != want {
		t.Errorf("go.mod requires libc %s, modernc.org/sqlite was made with %s", got, want)
	}
}

// required returns the version of a module that a go.mod asks for.
func required(t *testing.T, path, module string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.ParseLax(path, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Require {
		if r.Mod.Path == module {
			return r.Mod.Version
		}
	}
	t.Fatalf("%s does not require %s", path, module)
	return ""
}
