// Package lexicon finds meanings in French words: each meaning has the ways in which it is
// said, kept in text files that a lawyer can read and extend.
//
//	[last_contact]
//	dernier* [date] (contact*|echange*)     # a comment
//
// Words are compared folded: small letters, no accents. A word ending in * takes any ending,
// (a|b) are alternatives, [a] may be missing, ..3 stands for at most three words between, and
// a line beginning with ^ is found only where the view begins.
package lexicon

import (
	"fmt"
	"strings"
)

// Meaning is one concept and the pattern that finds it in the words of a View.
type Meaning struct {
	Name string
	Re   *Pattern
}

// List is the meanings of one file, in its order.
type List []Meaning

// never is the pattern of a meaning that a list has not.
var never = &Pattern{}

// Named returns the pattern of a meaning, and one that matches nothing when the list has no
// such meaning.
func (l List) Named(name string) *Pattern {
	for _, m := range l {
		if m.Name == name {
			return m.Re
		}
	}
	return never
}

// Parse reads a file of meanings. Errors say file:line and what is wrong there.
func Parse(name, text string) (List, error) {
	var out List
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case isTitle(line):
			out = append(out, Meaning{Name: line[1 : len(line)-1], Re: &Pattern{}})
		case len(out) == 0:
			return nil, fmt.Errorf("%s:%d: a pattern before the first [meaning]; write the meaning above it", name, i+1)
		default:
			p, err := pattern(line)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
			w, err := p.way()
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
			last := out[len(out)-1].Re
			last.ways = append(last.ways, w)
		}
	}
	return out, complete(name, out)
}

func isTitle(line string) bool {
	return line[0] == '[' && line[len(line)-1] == ']' && !strings.ContainsAny(line, " *|")
}

func complete(name string, list List) error {
	for _, m := range list {
		if len(m.Re.ways) == 0 {
			return fmt.Errorf("%s: [%s] has no pattern; add one under it or remove it", name, m.Name)
		}
	}
	return nil
}
