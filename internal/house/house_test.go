package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// source is a Go file outside the tests that somebody wrote.
type source struct {
	path string
	text []byte
	file *ast.File
	set  *token.FileSet
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(strings.TrimPrefix(path, root+"/")), text: b, set: token.NewFileSet()}
		if s.file, err = parser.ParseFile(s.set, path, b, parser.ParseComments); err != nil {
			return err
		}
		if !ast.IsGenerated(s.file) { // what a program wrote is not ours to word
			out = append(out, s)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files were found", len(out))
	}
	return out
}

// TestRules checks what a machine can: documented exports, no init, no giant file, the clock
// and AddDate only where they may be, and no drawer packages.
func TestRules(t *testing.T) {
	t.Parallel()
	clock := regexp.MustCompile(`\btime\.(Now|Since|Until)\(`)
	for _, s := range sources(t) {
		if n := strings.Count(string(s.text), "\n"); n > 500 {
			t.Errorf("%s has %d lines: split it by noun", s.path, n)
		}
		if slices.Contains([]string{"util", "utils", "common", "helpers", "models", "types"}, s.file.Name.Name) {
			t.Errorf("%s: %s is a drawer, not a package", s.path, s.file.Name.Name)
		}
		if m := clock.FindIndex(code(s)); m != nil && !mayReadClock(s.path) {
			t.Errorf("%s reads the clock: time is a parameter", s.path)
		}
		if strings.Contains(string(code(s)), ".AddDate(") {
			t.Errorf("%s uses AddDate: calendar arithmetic is policy.Date.Add", s.path)
		}
		for _, d := range s.file.Decls {
			declared(t, s, d)
		}
	}
}

// mayReadClock: cmd reads the clock, and what starts the tests' servers waits for them.
func mayReadClock(path string) bool {
	return strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "internal/")
}

// code is the text of a file without its comments.
func code(s source) []byte {
	b := slices.Clone(s.text)
	for _, g := range s.file.Comments {
		for i := s.set.Position(g.Pos()).Offset; i < s.set.Position(g.End()).Offset; i++ {
			b[i] = ' '
		}
	}
	return b
}

func declared(t *testing.T, s source, d ast.Decl) {
	t.Helper()
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.Name == "init" && d.Recv == nil {
			t.Errorf("%s has an init", s.path)
		}
		if exportedReceiver(d) {
			commented(t, s, d.Name, d.Doc)
		}
	case *ast.GenDecl:
		for _, sp := range d.Specs {
			specified(t, s, d, sp)
		}
	}
}

// specified wants a comment that begins with the name from each exported type, and any
// comment, be it that of the block, from an exported constant or variable.
func specified(t *testing.T, s source, d *ast.GenDecl, sp ast.Spec) {
	t.Helper()
	switch sp := sp.(type) {
	case *ast.TypeSpec:
		doc := sp.Doc
		if doc == nil {
			doc = d.Doc
		}
		commented(t, s, sp.Name, doc)
	case *ast.ValueSpec:
		for _, n := range sp.Names {
			if n.IsExported() && d.Doc == nil && sp.Doc == nil && sp.Comment == nil {
				t.Errorf("%s: %s has no comment", s.path, n.Name)
			}
		}
	}
}

// commented checks that an exported name has a comment that begins with it, after an article
// at most: go doc lists first sentences.
func commented(t *testing.T, s source, name *ast.Ident, doc *ast.CommentGroup) {
	t.Helper()
	text := doc.Text()
	for _, article := range []string{"A ", "An ", "The "} {
		text = strings.TrimPrefix(text, article)
	}
	if name.IsExported() && !strings.HasPrefix(text, name.Name) {
		t.Errorf("%s: %s has no comment that begins with its name", s.path, name.Name)
	}
}

// exportedReceiver reports whether a function can be called from outside.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	e := d.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}
