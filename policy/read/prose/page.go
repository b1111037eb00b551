package prose

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// split ends the block being read, or marks a new line inside a cell.
func (p *page) split(at int) {
	if g := p.grid(); g != nil && g.cell != nil {
		if len(p.w.text) > 0 && !bytes.HasSuffix(p.w.text, []byte("•")) {
			p.w.rune(' ', at, at)
			p.w.rune('•', at, at)
			p.w.rune(' ', at, at)
		}
		return
	}
	p.flush()
}

// flush makes a block of the text read so far.
func (p *page) flush() {
	whole := len(p.w.text)
	linked, bold := p.linked, p.bold
	p.linked, p.bold = 0, 0
	kind, level := p.kind(whole, bold)
	b := p.w.block(kind, level)
	if b.Text == "" {
		return
	}
	if kind == Paragraph {
		b = bulleted(b)
	}
	p.found = append(p.found, piece{block: b, main: p.main(), links: 10*linked >= 9*whole})
}

// kind tells what the text being read is. A short bold line is a heading, whatever the page
// says: many editors know no other.
func (p *page) kind(whole, bold int) (Kind, int) {
	text := strings.TrimSpace(string(p.w.text))
	switch {
	case p.heading > 0:
		return Heading, p.heading
	case p.item:
		return Item, max(1, p.lists)
	case whole > 0 && 10*bold >= 9*whole && utf8.RuneCountInString(text) <= 120 && (!ended(text) || strings.HasSuffix(text, "?")) && !place.MatchString(text):
		return Heading, 5
	}
	return Paragraph, 0
}

// bulleted makes an item of a paragraph that begins with a bullet.
func bulleted(b Block) Block {
	n, bullet := marker(b.Text)
	if !bullet || n >= len(b.Text) || section.MatchString(b.Text) {
		return b
	}
	b.Kind, b.Level, b.Text, b.Pos, b.base = Item, 1, b.Text[n:], b.Pos[n:], b.base+n
	return b
}

// finish chooses the blocks that are the policy: those of the main part, when that holds most
// of the page, and no runs of links, which are menus.
func (p *page) finish() []Block {
	all, inMain := 0, 0
	for _, f := range p.found {
		all += len(f.block.Text)
		if f.main {
			inMain += len(f.block.Text)
		}
	}
	onlyMain := inMain > 600 && 10*inMain >= 4*all
	var out outline
	for i, f := range p.found {
		if onlyMain && !f.main || f.links && p.menu(i) {
			continue
		}
		out.add(f.block)
	}
	return out.blocks
}

// menu reports a block that is one of at least three in a row that are nothing but links.
func (p *page) menu(i int) bool {
	from, to := i, i
	for from > 0 && p.found[from-1].links {
		from--
	}
	for to+1 < len(p.found) && p.found[to+1].links {
		to++
	}
	return to-from >= 2
}
