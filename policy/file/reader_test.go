package file

import (
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/garant-rgpd/garant/policy"
)

const located = `# first line
people: {client: "Clients"}
purposes:
  quotes:
    title: Devis
    retention:
      - keep: 3 years
        after: [last_contact, file_closed]
      - until: opt_out
ignored:
  crm.tmp: test rows
`

// TestLocate finds paths that are written, and for others the nearest thing around.
func TestLocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path         string
		line, column int
	}{
		{"$", 2, 1},
		{"$.people", 2, 9},
		{"$.people.client", 2, 18},
		{"$.purposes.quotes", 4, 3},
		{"$.purposes.quotes.retention[0].after", 8, 16},
		{"$.purposes.quotes.retention[0].after[1]", 8, 31},
		{"$.purposes.quotes.retention[1]", 9, 9},
		{"$.purposes.quotes.retention[1].until", 9, 16},
		{"$.purposes.quotes.retention[1].archive", 9, 9},
		{"$.purposes.quotes.retention[7].keep", 6, 5},
		{"$.purposes.quote", 3, 1},
		{"$.ignored.'crm.tmp'", 11, 12},
	} {
		line, column, excerpt := Locate([]byte(located), c.path)
		if line != c.line || column != c.column {
			t.Errorf("%s: got %d:%d, want %d:%d", c.path, line, column, c.line, c.column)
		}
		if !strings.HasSuffix(excerpt, "^") {
			t.Errorf("%s: excerpt %q", c.path, excerpt)
		}
	}
}

// TestLocateNothing gives no place in a file that is no YAML, and Place leaves a problem
// that has its place alone.
func TestLocateNothing(t *testing.T) {
	t.Parallel()
	if line, _, _ := Locate([]byte("a: [\n"), "$.a"); line != 0 {
		t.Errorf("got line %d", line)
	}
	p := policy.Problem{Path: "$.purposes.quotes.title"}
	if got := Place([]byte(located), p); got.Line != 5 || got.Column != 12 || got.Excerpt == "" {
		t.Errorf("got %+v", got)
	}
	p.Line = 99
	if got := Place([]byte(located), p); got != p {
		t.Errorf("got %+v", got)
	}
}

// TestPositions checks on a file with every form that each plain scalar stands where its
// node says.
func TestPositions(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/good/full.txtar")
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader("policy.yaml", archive.Files[0].Data)
	if n := checkPositions(t, r, r.Root()); n < 50 {
		t.Errorf("only %d scalars were checked", n)
	}
}

func checkPositions(t *testing.T, r *Reader, n *Node) int {
	t.Helper()
	count := 0
	if n.kind == scalar && !n.quoted {
		count++
		if got := string([]rune(r.lines[n.line-1])[n.column-1:]); !strings.HasPrefix(got, n.text) {
			t.Errorf("%s is %q, and %d:%d reads %q", n.path, n.text, n.line, n.column, got)
		}
	}
	for _, c := range n.children {
		count += checkPositions(t, r, c)
	}
	return count
}

// TestExcerpt shows the place in long lines and never a password.
func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, line string
		column     int
		want       string
	}{
		{"plain", "keep: 3 yers", 7, "    1 | keep: 3 yers\n      |       ^"},
		{"accents", "été: é", 6, "    1 | été: é\n      |      ^"},
		{"tab", "a:\tb", 4, "    1 | a: b\n      |    ^"},
		{"url", "address: postgres://app:s3cret@db/crm", 1, "    1 | address: postgres://app:******@db/crm\n      | ^"},
		{"dsn", "address: app:pät@tcp(db)/crm", 1, "    1 | address: app:***@tcp(db)/crm\n      | ^"},
		{"keyword", "address: host=db password=s3cret", 1, "    1 | address: host=db password=******\n      | ^"},
		{"key", "password: s3cret", 1, "    1 | password: ******\n      | ^"},
		{"mail", "contact: dpo@maison.example", 1, "    1 | contact: dpo@maison.example\n      | ^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := NewReader("f", []byte(c.line)).excerpt(1, c.column); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	long := NewReader("f", []byte(strings.Repeat("x", 300)+"HERE"+strings.Repeat("y", 300))).excerpt(1, 301)
	if !strings.Contains(long, "HERE") || len(long) > 300 {
		t.Errorf("got %s", long)
	}
}

// TestTooLarge refuses what would keep the parser busy or exhaust its stack.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"brackets": strings.Repeat("[\n", maxBrackets+1),
		"lines":    strings.Repeat("#\n", maxLines+1),
		"line":     strings.Repeat("- ", maxLine),
		"bytes":    strings.Repeat("# "+strings.Repeat("-", 1000)+"\n", maxBytes/1000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := Load("policy.yaml", []byte(src))
			if len(problems) != 1 || problems[0].Code != "too-large" {
				t.Errorf("%d problems", len(problems))
			}
		})
	}
}

// TestDeep reads the deepest nesting that is not refused.
func TestDeep(t *testing.T) {
	t.Parallel()
	for _, src := range []string{strings.Repeat("[", maxLine-1), strings.Repeat("- ", maxLine/2-1)} {
		if _, problems := Load("policy.yaml", []byte(src)); !Failed(problems) {
			t.Error("accepted")
		}
	}
}

// TestNotUTF8 names the line.
func TestNotUTF8(t *testing.T) {
	t.Parallel()
	_, problems := Load("policy.yaml", []byte("a: b\nc: \xe9t\xe9\n"))
	if len(problems) != 1 || problems[0].Code != "not-utf8" || problems[0].Line != 2 {
		t.Errorf("got %v", problems)
	}
}

// FuzzLoad checks on any input that loading ends, that every problem has its place, and that
// what was accepted survives formatting.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"testdata/good/full.txtar", "testdata/good/odd_titles.txtar", "testdata/bad/many_problems.txtar", "testdata/bad/yaml_merge.txtar"} {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	shapes, err := os.ReadFile("testdata/shapes/works.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shapes)
	f.Fuzz(func(t *testing.T, src []byte) {
		p, problems := Load("policy.yaml", src)
		for _, pr := range problems {
			if pr.Line < 1 || pr.Column < 1 || pr.Message == "" || pr.Code == "" {
				t.Errorf("%+v", pr)
			}
		}
		if !Failed(problems) {
			checkCanonical(t, p)
		}
	})
}
