package prose

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Markdown reads a text in CommonMark with tables. A header of settings between lines of
// hyphens is left out; pieces of HTML are read as HTML reads them.
func Markdown(source []byte) (Document, error) {
	m := &markdown{source: source, body: matter(source), w: newWriter()}
	doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source[m.body:]))
	if err := ast.Walk(doc, m.visit); err != nil {
		return Document{}, err
	}
	return Document{Source: source, Blocks: m.out.blocks}, nil
}

// markdown is a text that is being read. Segments of the tree count from body on.
type markdown struct {
	source   []byte
	body     int
	w        *writer
	out      outline
	lists    int
	cells    []Block
	row, col int
	bold     int
}

// matter returns where the text begins, after a header of settings.
func matter(source []byte) int {
	if !bytes.HasPrefix(source, []byte("---\n")) && !bytes.HasPrefix(source, []byte("---\r\n")) {
		return 0
	}
	end := bytes.Index(source[3:], []byte("\n---"))
	if end < 0 {
		return 0
	}
	at := 3 + end + len("\n---")
	if n := bytes.IndexByte(source[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(source)
}

func (m *markdown) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch node := n.(type) {
	case *ast.Text:
		m.text(node, entering)
	case *ast.String, *ast.Image:
		return ast.WalkSkipChildren, nil
	case *ast.AutoLink:
		m.link(node, entering)
	case *ast.RawHTML:
		return ast.WalkSkipChildren, nil
	case *ast.HTMLBlock:
		m.html(node, entering)
		return ast.WalkSkipChildren, nil
	case *ast.List:
		m.depth(entering)
	case *ast.Heading:
		m.block(Heading, node.Level, entering)
	case *ast.Paragraph, *ast.TextBlock:
		m.paragraph(n, entering)
	case *tables.Table:
		m.table(entering)
	case *tables.TableRow, *tables.TableHeader:
		m.row, m.col = m.row+once(entering), 0
	case *tables.TableCell:
		m.cell(entering)
	}
	return ast.WalkContinue, nil
}

func once(entering bool) int {
	if entering {
		return 1
	}
	return 0
}

func (m *markdown) text(n *ast.Text, entering bool) {
	if !entering {
		return
	}
	start, end := m.body+n.Segment.Start, m.body+n.Segment.Stop
	before := len(m.w.text)
	decode(m.w, m.source, start, end)
	if e, ok := n.Parent().(*ast.Emphasis); ok && e.Level > 1 {
		m.bold += len(m.w.text) - before
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		m.w.rune(' ', end, end)
	}
}

func (m *markdown) link(n *ast.AutoLink, entering bool) {
	label := n.Label(m.source[m.body:])
	if !entering || len(label) == 0 {
		return
	}
	// The label is a slice of the text that was parsed, so its place is the difference of
	// the capacities.
	start := len(m.source) - cap(label)
	if start >= m.body && start+len(label) <= len(m.source) {
		m.w.string(m.source, start, start+len(label))
	}
}

// html reads a block of HTML with the reader of pages, at its place.
func (m *markdown) html(n *ast.HTMLBlock, entering bool) {
	if !entering || n.Lines().Len() == 0 {
		return
	}
	first, last := n.Lines().At(0), n.Lines().At(n.Lines().Len()-1)
	start, end := m.body+first.Start, m.body+last.Stop
	inner, err := HTML(m.source[start:end])
	if err != nil {
		return
	}
	for _, b := range inner.Blocks {
		for i := range b.Pos {
			b.Pos[i] += start
		}
		for i := range b.gaps {
			b.gaps[i].end += start
		}
		if b.Table > 0 {
			b.Table += m.out.tables
		}
		m.out.add(b)
	}
	m.out.tables += len(inner.Blocks)
}

func (m *markdown) depth(entering bool) {
	if entering {
		m.lists++
		return
	}
	m.lists--
}

func (m *markdown) paragraph(n ast.Node, entering bool) {
	kind, level := Paragraph, 0
	if m.lists > 0 && n.Parent() != nil && n.Parent().Kind() == ast.KindListItem {
		kind, level = Item, m.lists
	}
	m.block(kind, level, entering)
}

// block ends a block. A paragraph that is nothing but a few bold words is a heading.
func (m *markdown) block(kind Kind, level int, entering bool) {
	if entering {
		return
	}
	b := m.w.block(kind, level)
	bold, n := m.bold, len(b.Text)
	m.bold = 0
	if kind == Paragraph && n > 0 && 10*bold >= 9*n && n < 130 && !place.MatchString(b.Text) && b.Text[n-1] != ':' && b.Text[n-1] != '.' {
		b.Kind, b.Level = Heading, 5
	}
	if b.Kind == Paragraph {
		b = bulleted(b)
	}
	m.out.add(b)
}

func (m *markdown) table(entering bool) {
	if entering {
		m.cells, m.row = nil, 0
		m.out.tables++
		return
	}
	for _, c := range upright(m.cells) {
		if c.Text != "" {
			c.Table = m.out.tables
			m.out.add(c)
		}
	}
}

func (m *markdown) cell(entering bool) {
	if entering {
		m.col++
		return
	}
	b := m.w.block(Cell, 0)
	b.Row, b.Col, b.Rows, b.Cols, b.Header = m.row, m.col, 1, 1, m.row == 1
	m.bold = 0
	m.cells = append(m.cells, b)
}
