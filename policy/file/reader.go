package file

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/policy"
)

// Limits of what a reader takes: a company's files are small, and a deeply nested or endless
// one is an accident or an attack on the YAML parser, which is recursive and takes time with
// the square of the lines (two seconds for the most that is let through).
const (
	maxBytes    = 1 << 20
	maxLines    = 20_000
	maxLine     = 8 << 10
	maxBrackets = 10_000
)

// Reader reads one YAML file strictly and collects everything wrong with it. It is not safe
// for concurrent use.
type Reader struct {
	name     string
	lines    []string
	root     *Node
	problems []policy.Problem
}

// NewReader parses src, which was read from the file called name. What is wrong with the
// YAML itself is reported at once: bad syntax, duplicate keys, more than one document, and
// the parts of YAML these files have no use for (anchors, aliases, tags, complex keys).
func NewReader(name string, src []byte) *Reader {
	src = bytes.ReplaceAll(bytes.TrimPrefix(src, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	r := &Reader{name: name, lines: strings.Split(string(src), "\n")}
	if r.readable(src) {
		r.root = parse(r, src)
	}
	return r
}

// readable reports whether src may be given to the parser.
func (r *Reader) readable(src []byte) bool {
	top := &Node{reader: r, line: 1, column: 1, path: "$"}
	if len(src) > maxBytes || len(r.lines) > maxLines || bytes.Count(src, []byte("["))+bytes.Count(src, []byte("{")) > maxBrackets {
		top.Error("too-large", fmt.Sprintf("the file is too large: at most %d bytes, %d lines and %d brackets are read", maxBytes, maxLines, maxBrackets), "split it over several folders")
		return false
	}
	for i, line := range r.lines {
		at := &Node{reader: r, line: i + 1, column: 1, path: "$"}
		switch {
		case !utf8.ValidString(line):
			at.Error("not-utf8", "this line is not UTF-8", "save the file as UTF-8")
			return false
		case len(line) > maxLine:
			at.Error("too-large", fmt.Sprintf("this line has %d bytes, more than %d", len(line), maxLine), "break the line")
			return false
		}
	}
	return true
}

// Root returns the file's top node, or nil when the file is empty or no YAML.
func (r *Reader) Root() *Node { return r.root }

// Problems returns what was found so far, in the order of the file.
func (r *Reader) Problems() []policy.Problem {
	slices.SortStableFunc(r.problems, func(a, b policy.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(r.problems, func(a, b policy.Problem) bool { return a == b })
}

// Failed reports whether one of the problems is an error.
func Failed(problems []policy.Problem) bool {
	return slices.ContainsFunc(problems, func(p policy.Problem) bool { return p.Severity == policy.Error })
}

// Locate returns where the path of a problem, such as $.purposes.quotes.retention[0].after,
// is in src, with the excerpt to show. A path that leads to nothing written is located at
// the nearest thing around it; without any, line is 0.
func Locate(src []byte, path string) (line, column int, excerpt string) {
	r := NewReader("", src)
	n := r.root.nearest(path)
	if n == nil {
		return 0, 0, ""
	}
	return n.line, n.column, r.excerpt(n.line, n.column)
}

// Place fills in line, column and excerpt of a problem that has only a path.
func Place(src []byte, p policy.Problem) policy.Problem {
	if p.Line == 0 && p.Path != "" {
		p.Line, p.Column, p.Excerpt = Locate(src, p.Path)
	}
	return p
}
