package prose

import (
	"maps"
	"slices"
	"strconv"

	"golang.org/x/net/html/atom"
)

// widest bounds what a cell may span, so that a page cannot ask for a million copies.
const widest = 24

// mostCells is how many cells a table may have before those that reach down are no longer
// repeated.
const mostCells = 4000

// grid is a table that is being read.
type grid struct {
	cells []Block
	row   int
	col   int
	cell  *Block      // the one being read, nil between cells
	taken map[int]int // per column, how many rows below are taken by a cell above
	held  map[int]Block
	head  bool // the rows are those of a head
}

// grid returns the innermost table, nil outside of any.
func (p *page) grid() *grid {
	if len(p.tables) == 0 {
		return nil
	}
	return p.tables[len(p.tables)-1]
}

func (p *page) openTable(tag atom.Atom, attrs map[string]string) {
	g := p.grid()
	switch {
	case tag == atom.Table:
		p.tables = append(p.tables, &grid{taken: map[int]int{}, held: map[int]Block{}})
	case g == nil:
	case tag == atom.Thead:
		g.head = true
	case tag == atom.Tr:
		g.endRow()
		g.row, g.col = g.row+1, 0
	case tag == atom.Td || tag == atom.Th:
		g.next()
		g.cell = &Block{Row: max(1, g.row), Col: g.col, Rows: span(attrs["rowspan"]), Cols: span(attrs["colspan"]), Header: tag == atom.Th && (g.head || g.row <= 1)}
	}
}

func span(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 1
	}
	return min(n, widest)
}

// next moves to the next free column; a cell that reaches down from above is repeated, since
// it belongs to the row too.
func (g *grid) next() {
	g.col++
	for g.taken[g.col] > 0 {
		g.repeat(g.col)
		g.col++
	}
}

func (g *grid) repeat(col int) {
	g.taken[col]--
	if len(g.cells) > mostCells {
		return
	}
	b := g.held[col]
	b.Row = g.row
	g.cells = append(g.cells, b)
}

// endRow repeats the cells from above that stand right of the last cell of the row.
func (g *grid) endRow() {
	for _, col := range slices.Sorted(maps.Keys(g.taken)) {
		if g.taken[col] > 0 && col > g.col {
			g.repeat(col)
		}
	}
}

func (p *page) closeTable(tag atom.Atom) {
	g := p.grid()
	switch {
	case g == nil:
	case tag == atom.Thead:
		g.head = false
	case (tag == atom.Td || tag == atom.Th) && g.cell != nil:
		p.closeCell(g)
	case tag == atom.Table:
		if g.cell != nil {
			p.closeCell(g)
		}
		p.tables = p.tables[:len(p.tables)-1]
		p.emit(g)
	}
}

func (p *page) closeCell(g *grid) {
	c := *g.cell
	g.cell = nil
	b := p.w.block(Cell, 0)
	b = trimBullets(b)
	b.Row, b.Col, b.Rows, b.Cols, b.Header = c.Row, c.Col, c.Rows, c.Cols, c.Header
	p.linked, p.bold = 0, 0
	for i := range c.Cols {
		if c.Rows > 1 {
			g.taken[c.Col+i], g.held[c.Col+i] = c.Rows-1, b
		}
	}
	g.col += c.Cols - 1
	g.cells = append(g.cells, b)
}

// trimBullets takes the marks of new lines off the end of a cell.
func trimBullets(b Block) Block {
	for {
		n := len(b.Text)
		switch {
		case n > 0 && b.Text[n-1] == ' ':
			n--
		case n >= len("•") && b.Text[n-len("•"):] == "•":
			n -= len("•")
		default:
			return b
		}
		end := b.Pos[n]
		if start, stop := b.Span(0, n); n > 0 && stop > start {
			end = stop
		}
		b.Text, b.Pos = b.Text[:n], append(b.Pos[:n:n], end)
	}
}

// emit adds the cells of a table that has ended. A table of one column only lays out the
// page: its cells are paragraphs. A table inside a cell becomes part of no other.
func (p *page) emit(g *grid) {
	g.endRow()
	columns := 0
	for _, c := range g.cells {
		columns = max(columns, c.Col)
	}
	if columns > 1 {
		p.number++
		g.cells = upright(g.cells)
	}
	for _, c := range g.cells {
		if c.Text == "" {
			continue
		}
		if columns > 1 {
			c.Table = p.number
		} else {
			c.Kind, c.Row, c.Col, c.Rows, c.Cols, c.Header = Paragraph, 0, 0, 0, 0, false
		}
		p.found = append(p.found, piece{block: c, main: p.main()})
	}
}

// upright turns a table whose first column holds the heads, one record to a column, so that
// its heads are the first row.
func upright(cells []Block) []Block {
	heads, rows, top := 0, 0, false
	for _, c := range cells {
		if c.Col == 1 {
			rows++
			if headCell.MatchString(Fold(c.Text)) && len(c.Text) < 60 {
				heads++
			}
		}
		top = top || c.Row == 1 && c.Col > 1 && headCell.MatchString(Fold(c.Text)) && len(c.Text) < 60
	}
	if top || rows < 3 || 3*heads < 2*rows {
		return cells
	}
	var out []Block
	for col := 1; ; col++ {
		n := len(out)
		for _, c := range cells {
			if c.Col == col {
				c.Row, c.Col, c.Header = c.Col, c.Row, col == 1
				out = append(out, c)
			}
		}
		if len(out) == n {
			return out
		}
	}
}

// endTables emits the tables that the page never closed.
func (p *page) endTables() {
	for len(p.tables) > 0 {
		p.closeTable(atom.Table)
	}
}
