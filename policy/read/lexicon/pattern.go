package lexicon

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// pattern turns a line of a lexicon into an expression over words that each follow a space.
func pattern(line string) (expression, error) {
	p := parser{rest: line}
	e, err := p.alternatives()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q closes what was not opened; remove %q", line, p.rest[:1])
	}
	return e, err
}

// expression is a part of a pattern, with the keys one of which its words must have; none
// when nothing can be told.
type expression struct {
	re   string
	need []string
}

func (e expression) way() (way, error) {
	re, err := regexp.Compile(e.re)
	w := way{re: re}
	for _, key := range e.need {
		w.need = append(w.need, hash(key))
	}
	return w, err
}

// parser reads a line from left to right.
type parser struct{ rest string }

// alternatives reads sequences apart by "|".
func (p *parser) alternatives() (expression, error) {
	var all []string
	var need []string
	open := false
	for {
		one, err := p.sequence()
		if err != nil {
			return expression{}, err
		}
		all, need = append(all, one.re), append(need, one.need...)
		open = open || len(one.need) == 0
		if !strings.HasPrefix(p.rest, "|") {
			break
		}
		p.rest = p.rest[1:]
	}
	if open {
		need = nil // one of the ways asks for nothing
	}
	return expression{strings.Join(all, "|"), need}, nil
}

// sequence reads what stands side by side, up to a sign that ends it.
func (p *parser) sequence() (expression, error) {
	var b strings.Builder
	var need []string
	for {
		p.rest = strings.TrimLeft(p.rest, " \t")
		if p.rest == "" || strings.ContainsRune("|)]", rune(p.rest[0])) {
			return expression{b.String(), need}, nil
		}
		one, err := p.element()
		if err != nil {
			return expression{}, err
		}
		b.WriteString(one.re)
		if rarer(one.need, need) {
			need = one.need
		}
	}
}

// rarer reports whether the keys a tell more than b: long ones rather than short ones, few
// rather than many.
func rarer(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) > 0
	}
	return shortest(a) > shortest(b) || shortest(a) == shortest(b) && len(a) < len(b)
}

func shortest(list []string) int {
	n := longestKey
	for _, key := range list {
		n = min(n, len(key))
	}
	return n
}

func (p *parser) element() (expression, error) {
	switch {
	case p.rest[0] == '(':
		return p.group(")", "")
	case p.rest[0] == '[':
		return p.group("]", "?")
	case p.rest[0] == '^':
		p.rest = p.rest[1:]
		return expression{re: "^"}, nil
	case strings.HasPrefix(p.rest, ".."):
		return p.gap()
	}
	word := p.word()
	e := expression{re: " " + strings.ReplaceAll(word, "*", "[^ ]*") + `\b`}
	if key := keyOf(word); key != "" {
		e.need = []string{key}
	}
	return e, nil
}

func (p *parser) group(end, times string) (expression, error) {
	whole := p.rest
	p.rest = p.rest[1:]
	inner, err := p.alternatives()
	if err != nil {
		return expression{}, err
	}
	if !strings.HasPrefix(p.rest, end) {
		return expression{}, fmt.Errorf("%q is not closed; add %q", whole, end)
	}
	p.rest = p.rest[1:]
	e := expression{"(?:" + inner.re + ")" + times, inner.need}
	if times != "" {
		e.need = nil
	}
	return e, nil
}

func (p *parser) gap() (expression, error) {
	word := p.word()
	n, err := strconv.Atoi(word[2:])
	if err != nil {
		return expression{}, fmt.Errorf("%q is no gap; write for instance ..3 for at most three words", word)
	}
	return expression{re: fmt.Sprintf("(?: [^ ]+){0,%d}", n)}, nil
}

// word takes the letters up to the next sign.
func (p *parser) word() string {
	n := strings.IndexAny(p.rest, " \t|)]([")
	if n < 0 {
		n = len(p.rest)
	}
	word := p.rest[:n]
	p.rest = p.rest[n:]
	return word
}
