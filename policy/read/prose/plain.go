package prose

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain reads plain text: headings, lists, lines broken to a width, and tables whose cells
// are apart by "|" or tabulators are recovered from how the lines look. A table that lost its
// cells stays a run of short paragraphs.
func Plain(source []byte) (Document, error) {
	p := plain{source: source, lines: split(source)}
	p.survey()
	for i := 0; i < len(p.lines); {
		i = p.next(i)
	}
	return Document{Source: source, Blocks: p.out.blocks}, nil
}

// plain is a plain text that is being read.
type plain struct {
	source []byte
	lines  []line
	out    outline
	width  int  // to which lines were broken, 0 when they were not
	airy   bool // paragraphs are apart by empty lines
	strong bool // there are headings that no one could take for anything else
}

// line is a line of the source without the spaces around it.
type line struct {
	start, end int
	text       string
	indent     int
	mark       int // length of a bullet or number and the space after it
	bullet     bool
}

// split cuts a text into lines, the ends of Windows and old Macintoshes included.
func split(source []byte) []line {
	var out []line
	for at := 0; at < len(source); {
		n := bytes.IndexAny(source[at:], "\n\r\f")
		next := at + n + 1
		if n < 0 {
			n, next = len(source)-at, len(source)
		} else if source[at+n] == '\r' && next < len(source) && source[next] == '\n' {
			next++
		}
		out = append(out, newLine(source, at, at+n))
		at = next
	}
	return out
}

func newLine(source []byte, start, end int) line {
	l := line{start: start, end: end}
	for l.start < end {
		r, n := utf8.DecodeRune(source[l.start:end])
		if !isSpace(r) && r != '\ufeff' {
			break
		}
		l.start, l.indent = l.start+n, l.indent+1
	}
	for l.end > l.start {
		r, n := utf8.DecodeLastRune(source[l.start:l.end])
		if !isSpace(r) {
			break
		}
		l.end -= n
	}
	l.text = string(source[l.start:l.end])
	l.mark, l.bullet = marker(l.text)
	return l
}

func (l line) empty() bool { return l.start == l.end }

// runes is the length of the line as one sees it.
func (l line) runes() int { return utf8.RuneCountInString(l.text) }

// survey looks at the whole text before any line is read.
func (p *plain) survey() {
	blank, full := 0, 0
	var lengths []int
	for i, l := range p.lines {
		if l.empty() {
			blank++
			continue
		}
		full++
		p.strong = p.strong || p.numbered(i) || capitals(l.text) || strings.HasPrefix(l.text, "# ")
		if i+1 < len(p.lines) && !p.lines[i+1].empty() {
			lengths = append(lengths, l.runes())
		}
	}
	p.airy = 8*blank > full
	p.width = wrapped(lengths)
}

// wrapped returns the width to which most lines that have a line after them were broken, 0
// when there is none.
func wrapped(lengths []int) int {
	if len(lengths) < 6 {
		return 0
	}
	slices.Sort(lengths)
	width := lengths[len(lengths)*19/20]
	if width < 50 || width > 130 {
		return 0
	}
	near := 0
	for _, n := range lengths {
		if 10*n >= 8*width {
			near++
		}
	}
	if 10*near < 6*len(lengths) {
		return 0
	}
	return width
}

// next reads what begins at line i and returns the line after it.
func (p *plain) next(i int) int {
	l := p.lines[i]
	switch {
	case l.empty():
		return i + 1
	case p.row(i):
		return p.table(i)
	}
	if end := p.stacked(i); end > i {
		return end
	}
	if level := p.heading(i); level > 0 {
		skip := 0
		if strings.HasPrefix(l.text, "#") {
			skip = len(l.text) - len(strings.TrimLeft(l.text, "# "))
		}
		p.add(Heading, level, []line{l}, skip)
		return i + 1
	}
	last := i + 1
	for last < len(p.lines) && p.joins(i, last) {
		last++
	}
	if l.bullet {
		p.add(Item, 1+p.depth(i), p.lines[i:last], l.mark)
	} else {
		p.add(Paragraph, 0, p.lines[i:last], 0)
	}
	return last
}

// add writes lines as one block, without the first bytes of the first.
func (p *plain) add(kind Kind, level int, lines []line, skip int) {
	w := newWriter()
	for i, l := range lines {
		if i > 0 && !w.dropHyphen(p.source[l.start:l.end]) {
			w.rune(' ', lines[i-1].end, lines[i-1].end)
		}
		w.string(p.source, l.start+skip, l.end)
		skip = 0
	}
	p.out.add(w.block(kind, level))
}

// joins reports whether line i continues the line before it, of the paragraph that began at
// first.
func (p *plain) joins(first, i int) bool {
	before, l := p.lines[i-1], p.lines[i]
	if l.empty() || l.bullet || p.row(i) || p.heading(i) > 0 {
		return false
	}
	open := !ended(before.text)
	r, _ := utf8.DecodeRuneInString(l.text)
	if p.width > 0 {
		return 10*before.runes() >= 7*p.width || open && unicode.IsLower(r) || p.lines[first].bullet && l.indent > p.lines[first].indent
	}
	return open && unicode.IsLower(r) && (before.runes() >= 60 || strings.HasSuffix(before.text, "-"))
}

// ended reports whether a line ends a sentence or announces something.
func ended(s string) bool {
	s = strings.TrimRight(s, " »)\"'’")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".:;!?…", r)
}

// depth is how far a list item stands inside other lists: by its indent, against the items
// just above it.
func (p *plain) depth(i int) int {
	var above []int
	for j := i - 1; j >= 0 && j > i-200 && len(above) < 4; j-- {
		l := p.lines[j]
		if l.empty() || !l.bullet && l.indent > p.lines[i].indent {
			continue
		}
		if !l.bullet {
			break
		}
		if smallest := p.lines[i].indent; l.indent < smallest && (len(above) == 0 || l.indent < above[len(above)-1]) {
			above = append(above, l.indent)
		}
	}
	return len(above)
}
