// Package prose turns a document into blocks of clean French text, each byte of which knows
// where it stands in the source.
//
// Everything that reads a policy works on Block.Text, where words are separated by one space
// and typography is regular, and quotes the source through Block.Span. Open chooses the
// reader by what the file holds; Plain, HTML, Markdown, PDF and DOCX are the readers.
package prose

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Kind tells what a reader of the page would call a block.
type Kind int

// The kinds of blocks.
const (
	Heading   Kind = iota + 1 // of a section
	Paragraph                 // of running text, also a short line that is nothing else
	Item                      // of a list
	Cell                      // of a table
)

// String returns the kind in one word.
func (k Kind) String() string {
	switch k {
	case Heading:
		return "heading"
	case Paragraph:
		return "paragraph"
	case Item:
		return "item"
	case Cell:
		return "cell"
	}
	return "unknown"
}

// Block is one piece of text that a reader would see as a unit.
type Block struct {
	Kind  Kind
	Level int // of a heading (1 is the title) or of a list item (1 is outermost)

	// Text is clean: one space between words, no-break and thin spaces are spaces, soft
	// hyphens and zero-width characters are gone, ’ is ', entities are decoded, accents are
	// composed. Accents and case are kept.
	Text string

	// Pos gives for each byte of Text its offset in the source; a last entry gives where
	// the text ends, so that len(Pos) is len(Text)+1.
	Pos []int

	Table    int // which table of the document a cell belongs to, from 1; 0 otherwise
	Row, Col int // place of a cell, from 1; 0 otherwise
	Rows     int // how many rows a cell spans, 1 if it spans none; 0 when it is no cell
	Cols     int // how many columns a cell spans
	Header   bool

	// Heads are the indexes of the headings above the block, outermost first.
	Heads []int

	gaps []gap // where the source jumps between two bytes of Text
	base int   // what the places of gaps count from: the byte of the first Text that this begins at
}

// Document is a text in the order in which it is read.
type Document struct {
	Source    []byte // what offsets refer to: the file as given, or the text taken out of it
	Extracted bool   // Source is not the file (PDF, DOCX)
	Blocks    []Block

	chars *characters // of a source that is no UTF-8; nil otherwise
}

// Quote returns the characters that stand at Source[start:end], whatever their encoding.
func (d Document) Quote(start, end int) string {
	start, end = max(start, 0), min(end, len(d.Source))
	if start >= end {
		return ""
	}
	if d.chars == nil {
		return strings.ToValidUTF8(string(d.Source[start:end]), "")
	}
	i := sort.SearchInts(d.chars.from, start)
	j := sort.SearchInts(d.chars.from, end)
	return string(d.chars.utf8[i:j])
}

// gap tells that what stands before byte at of the text ends at end in the source, well
// before the byte at starts: a tag, a line break or an entity lies between.
type gap struct{ at, end int }

// Span returns where Text[i:j] stands in the source, end exclusive. Markup that follows the
// last byte is left out.
func (b Block) Span(i, j int) (start, end int) {
	if len(b.Pos) == 0 {
		return 0, 0
	}
	last := len(b.Pos) - 1
	i = min(max(i, 0), last)
	j = min(max(j, i), last)
	start, end = b.Pos[i], b.Pos[j]
	if k, found := slices.BinarySearchFunc(b.gaps, j, func(g gap, at int) int { return g.at - b.base - at }); found && i < j {
		end = b.gaps[k].end
	}
	return start, max(start, end)
}

// Index returns the byte of Text that stands at a source offset or just after it, and
// whether the offset lies within the block.
func (b Block) Index(offset int) (int, bool) {
	if len(b.Text) == 0 || offset < b.Pos[0] || offset >= b.Pos[len(b.Text)] {
		return 0, false
	}
	return sort.SearchInts(b.Pos[:len(b.Text)], offset), true
}

// longestBlock bounds a block, in bytes: longer ones are no paragraphs that anybody wrote.
const longestBlock = 8 << 10

// cut parts a block at the last space before byte n, or at n.
func (b Block) cut(n int) (head, rest Block) {
	if i := strings.LastIndexByte(b.Text[:n], ' '); i > n/2 {
		n = i + 1
	}
	for !utf8.RuneStart(b.Text[n]) {
		n--
	}
	return b.cutAt(n)
}

// cutAt parts a block at byte n, where a letter begins.
func (b Block) cutAt(n int) (head, rest Block) {
	head, rest = b, b
	head.Text, head.Pos = b.Text[:n], b.Pos[:n+1]
	rest.Text, rest.Pos, rest.base = b.Text[n:], b.Pos[n:], b.base+n
	return head, rest
}

// outline appends blocks and keeps track of the headings above the next one.
type outline struct {
	blocks []Block
	open   []int
	tables int
}

func (o *outline) add(b Block) {
	for len(b.Text) > longestBlock {
		var head Block
		head, b = b.cut(longestBlock)
		o.add(head)
	}
	if b.Text == "" {
		return
	}
	if end, n := inlineHead(b); n > 0 {
		head, _ := b.cutAt(end)
		_, rest := b.cutAt(n)
		head.Kind, head.Level = Heading, inlineLevel
		o.add(head)
		o.add(rest)
		return
	}
	if b.Kind == Heading {
		for len(o.open) > 0 && o.blocks[o.open[len(o.open)-1]].Level >= b.Level {
			o.open = o.open[:len(o.open)-1]
		}
	}
	b.Heads = o.open
	if b.Kind == Heading {
		// Blocks share the slice of their section, so that it must never grow in place.
		o.open = append(slices.Clip(o.open), len(o.blocks))
	}
	o.blocks = append(o.blocks, b)
}
