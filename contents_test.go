package garant

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/garant-rgpd/garant"

// shared lists the implementations that siblings of theirs may import: the YAML reader and
// the SQL renderer are each one piece of work behind several doors.
var shared = map[string][]string{
	"policy/file":      {"register/file", "consent/file", "collect/file", "law"},
	"store/relational": {"store/postgres", "store/mariadb", "store/sqlite"},
	"store/mem":        {"store/storetest"},
	"rights/paper":     {"rights"}, // a printer of pages, which knows nothing of rights
	"api/limit":        {"api", "console", "console/public"},

	// The reader of policies is one piece of work in rooms: documents, words, facts, readers.
	"policy/read/prose":   {"policy/read/lexicon", "policy/read/terms", "policy/read/notice", "policy/read"},
	"policy/read/lexicon": {"policy/read/terms", "policy/read/notice", "law/lint"},
	"policy/read/fact":    {"policy/read/terms", "policy/read/notice", "policy/read", "law/lint"},
	"policy/read/terms":   {"policy/read"},
	"policy/read/notice":  {"policy/read"},
}

// TestContents checks that the packages are those listed in doc.go, that each imports only
// packages listed before it, that a connector knows nothing but its contract, that apply
// knows no law, and that every package says what it is for.
func TestContents(t *testing.T) {
	contents := readContents(t)
	seen, documented := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(file))
		if pkg == "." {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.ImportsOnly)
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(pkg, "/")
		seen[top] = true
		documented[pkg] = documented[pkg] || f.Doc != nil
		if slices.Index(contents, top) < 0 && !outside(top) {
			t.Errorf("%s: package %s is not in the table of contents", file, top)
		}
		for _, spec := range f.Imports {
			if dep, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module+"/"); ok {
				if why := refused(contents, pkg, dep); why != "" {
					t.Errorf("%s: %s", file, why)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range contents {
		if !seen[name] {
			t.Errorf("doc.go lists %s, which does not exist", name)
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

// outside reports whether a top folder holds no room of the program: test plumbing,
// embedded examples and schemas.
func outside(top string) bool {
	return slices.Contains([]string{"internal", "examples", "schema"}, top)
}

// refused returns why pkg may not import dep, or the empty string.
func refused(contents []string, pkg, dep string) string {
	top, sub, _ := strings.Cut(pkg, "/")
	depTop, _, _ := strings.Cut(dep, "/")
	here, there := slices.Index(contents, top), slices.Index(contents, depTop)
	connector := top == "store" && sub != "" && sub != "all" && sub != "storetest"
	switch {
	case slices.Contains(shared[dep], pkg), pkg == "store/all", top == "cmd":
		return ""
	case outside(top):
		if top == "internal" && depTop == "internal" {
			return ""
		}
		return top + " may not import " + dep
	case outside(depTop):
		return "only cmd and tests may import " + dep
	case there > here:
		return depTop + " comes later in the table of contents"
	case dep != depTop:
		return "only cmd may import the implementation " + dep
	case connector && dep != "store":
		return "a connector may import store alone, not " + dep
	case top == "apply" && !slices.Contains([]string{"policy", "plan", "store", "ledger"}, depTop):
		return "apply knows no law, so may not import " + dep
	}
	return ""
}

// readContents returns the packages listed in doc.go, in order.
func readContents(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^//\t(\w+) {2,}\S`).FindAllSubmatch(b, -1) {
		names = append(names, string(m[1]))
	}
	return names
}
