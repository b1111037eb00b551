package prose

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bullets are the signs that begin an item of a list; a hyphen or a star needs a space after
// it.
const bullets = "•▪●◦○■□►▶➢➤➔→‣⁃·✓✔★✅\uf0b7\uf0a7\uf0d8o-–—*+"

var (
	ordinal = regexp.MustCompile(`^(?:\(?[0-9]{1,2}[.)°]|\(?[a-z]\)|\(?[ivx]{1,4}[.)])[\s\x{a0}\x{202f}]+`)
	section = regexp.MustCompile(`^(?:(?:article|section|chapitre|titre|partie|annexe)[\s\x{a0}\x{202f}]+(?:[0-9]+|[ivx]+|premier)\b|§[\s\x{a0}\x{202f}]*[0-9]|[0-9]{1,2}(?:\.[0-9]{1,2})*[\s\x{a0}\x{202f}]*[.)\-–—:/][\s\x{a0}\x{202f}]*\pL|[0-9]{1,2}(?:\.[0-9]{1,2})+[\s\x{a0}\x{202f}]+\pL|[IVX]{1,4}[\s\x{a0}\x{202f}]*[.)\-–—][\s\x{a0}\x{202f}]*\pL|[A-H][\s\x{a0}\x{202f}]*[.)\-–—][\s\x{a0}\x{202f}]+\pL|[0-9]{1,2}[\s\x{a0}\x{202f}]+\p{Lu}\pL+)`)
	place   = regexp.MustCompile(`\b[0-9]{5}\b|@|https?:|www\.|(?:[0-9]{2}[ .]){4}[0-9]{2}`)
)

// marker returns how many bytes of s are a bullet or an item's number, and whether it has one.
func marker(s string) (int, bool) {
	r, n := utf8.DecodeRuneInString(s)
	if strings.ContainsRune(bullets, r) {
		rest := strings.TrimLeft(s[n:], " \t\u00a0\u202f")
		spaced := len(rest) < len(s)-n
		if rest != "" && (spaced || !strings.ContainsRune("o-–—*+", r) || r != 'o' && startsWord(rest)) {
			return len(s) - len(rest), true
		}
	}
	if loc := ordinal.FindStringIndex(s); loc != nil {
		return loc[1], true
	}
	return 0, false
}

func startsWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// heading returns the level of the heading that line i is, 0 when it is none.
func (p *plain) heading(i int) int {
	l := p.lines[i]
	if strings.HasPrefix(l.text, "#") {
		return min(len(l.text)-len(strings.TrimLeft(l.text, "#")), 6)
	}
	n := l.runes()
	if n > 160 || l.bullet && !p.numbered(i) || place.MatchString(l.text) {
		return 0
	}
	switch {
	case p.numbered(i):
		return 2 + strings.Count(outlineNumber.FindString(l.text), ".")
	case capitals(l.text):
		return 2
	case len(p.out.blocks) == 0 && n < 120 && titled(l.text):
		return 1
	case !p.looks(i):
		return 0
	case p.strong:
		return 3
	}
	return 2
}

var outlineNumber = regexp.MustCompile(`^[0-9]+(?:\.[0-9]+)*`)

// numbered reports a numbered heading: not one of several numbered lines that follow each
// other, which are a list, and no sentence.
func (p *plain) numbered(i int) bool {
	l := p.lines[i]
	if !section.MatchString(l.text) && !section.MatchString(strings.ToLower(l.text)) || place.MatchString(l.text) {
		return false
	}
	if l.runes() > 160 || strings.HasSuffix(l.text, ";") || strings.HasSuffix(l.text, ",") || l.runes() > 90 && strings.HasSuffix(l.text, ".") {
		return false
	}
	if l.bullet && l.indent >= 2 {
		return false
	}
	return !p.listed(i-1) && !p.listed(i+1)
}

// listed reports whether line i is a numbered item.
func (p *plain) listed(i int) bool {
	return i >= 0 && i < len(p.lines) && p.lines[i].bullet && ordinal.MatchString(p.lines[i].text)
}

// capitals reports a line whose letters are capitals: no acronym, at least two words or one
// long one.
func capitals(s string) bool {
	letters, small := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsLower(r) {
				small++
			}
		}
	}
	return letters >= 6 && small*12 <= letters && len(s) < 200 && !place.MatchString(s) && !strings.HasSuffix(s, ";") && !strings.Contains(s, "|")
}

// titled reports the title of a policy.
func titled(s string) bool {
	f := Fold(s)
	return !ended(s) && !strings.HasSuffix(s, "-") && (strings.Contains(f, "politique") || strings.Contains(f, "confidentialite") || strings.Contains(f, "donnees") ||
		strings.Contains(f, "mentions") || strings.Contains(f, "charte") || strings.Contains(f, "vie privee") || strings.Contains(f, "rgpd"))
}

// looks reports a short line that stands alone as headings do: it opens with a capital, ends
// without a stop or with a question, and text follows it.
func (p *plain) looks(i int) bool {
	l := p.lines[i]
	r, _ := utf8.DecodeRuneInString(l.text)
	question := strings.HasSuffix(l.text, "?")
	if l.runes() > 110 && !(question && l.runes() < 160) || !unicode.IsUpper(r) || ended(l.text) && !question || strings.HasSuffix(l.text, ",") || strings.Contains(l.text, " | ") || columnar(l.text) {
		return false
	}
	if words := len(strings.Fields(l.text)); words > 16 && !question || dated.MatchString(Fold(l.text)) {
		return false
	}
	if !p.opensHere(i) {
		return false
	}
	return p.follows(i)
}

// columnar reports the head of a table whose cells were run together, which is no heading.
func columnar(s string) bool {
	f := Fold(s)
	n := 0
	for _, w := range []string{"finalite", "base legale", "base juridique", "fondement", "duree", "categories de donnees", "destinataires", "donnees collectees"} {
		if strings.Contains(f, w) {
			n++
		}
	}
	return n >= 2 && len(strings.Fields(s)) < 16
}

var dated = regexp.MustCompile(`mise a jour|version|en vigueur|\b(?:19|20)[0-9]{2}\b`)

// opensHere reports whether a heading may stand at line i: after an empty line, or where the
// text has none, after the end of a sentence or a list.
func (p *plain) opensHere(i int) bool {
	if i == 0 || p.lines[i-1].empty() {
		return true
	}
	if p.airy {
		return false
	}
	above := p.lines[i-1]
	return ended(above.text) && !strings.HasSuffix(above.text, ":") || above.bullet || p.row(i-1)
}

// follows reports whether text that a heading could announce comes after line i.
func (p *plain) follows(i int) bool {
	for j := i + 1; j < len(p.lines); j++ {
		l := p.lines[j]
		if l.empty() {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(l.text); j == i+1 && unicode.IsLower(r) && !l.bullet && !ended(p.lines[i].text) {
			return false // the sentence goes on
		}
		if j > i+1 {
			return true
		}
		return l.bullet || l.runes() > 100 || ended(l.text) || p.row(j)
	}
	return false
}

// row reports a line of a table whose cells are apart by "|" or tabulators.
func (p *plain) row(i int) bool {
	s := p.lines[i].text
	if strings.Count(s, "|") >= 2 || strings.HasSuffix(s, " |") || p.barred(i) && (p.barred(i-1) || p.barred(i+1)) {
		return true
	}
	if strings.Count(s, "\t") == 0 || p.lines[i].bullet && strings.Count(s, "\t") == 1 {
		return false
	}
	n := strings.Count(s, "\t")
	return i > 0 && strings.Count(p.lines[i-1].text, "\t") == n || i+1 < len(p.lines) && strings.Count(p.lines[i+1].text, "\t") == n
}

// barred reports a line of two cells.
func (p *plain) barred(i int) bool {
	return i >= 0 && i < len(p.lines) && strings.Count(p.lines[i].text, " | ") == 1
}

// table reads the rows from line i and returns the line after them.
func (p *plain) table(i int) int {
	p.out.tables++
	row := 1
	for ; i < len(p.lines) && (p.row(i) || p.within(i)); i++ {
		if p.lines[i].empty() || rule(p.lines[i].text) {
			continue
		}
		p.cells(p.lines[i], row)
		row++
	}
	return i
}

// within reports a line between two rows that lost its cells or is empty.
func (p *plain) within(i int) bool {
	l := p.lines[i]
	if i == 0 || i+1 >= len(p.lines) || !p.row(i+1) {
		return false
	}
	return l.empty() || p.row(i-1) && l.runes() < 60 && p.heading(i) == 0
}

// rule reports the line under the head of a Markdown table, or an empty one.
func rule(s string) bool { return strings.Trim(s, "|-: \t=+") == "" }

func (p *plain) cells(l line, row int) {
	sign := byte('|')
	if !strings.Contains(l.text, "|") {
		sign = '\t'
	}
	start, col := l.start, 1
	if p.source[start] == sign {
		start++
	}
	for at := start; at <= l.end; at++ {
		if at < l.end && p.source[at] != sign {
			continue
		}
		w := newWriter()
		w.string(p.source, start, at)
		b := w.block(Cell, 0)
		b.Table, b.Row, b.Col, b.Rows, b.Cols, b.Header = p.out.tables, row, col, 1, 1, row == 1
		p.out.add(b)
		start, col = at+1, col+1
	}
}
