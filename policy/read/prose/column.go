package prose

import "regexp"

// A table that was saved as text often leaves one line a cell: first the heads, then the cells
// of each row. It can be rebuilt where rows are apart by empty lines and all as long as the
// head, or where the lines after the head fill whole rows whose last column looks alike.

var (
	headCell  = regexp.MustCompile(`^(?:les? )?(?:finalites?|objectifs?|bases?|fondements?|durees?|conservation|delais?|donnees|categories|destinataires?|traitements?|activites?|personnes|cookies?|nom|emetteur|editeur|pays|roles?|prestataires?|sous-traitants?|services?|localisation|lieu|garanties?|sources?|types?)\b`)
	termCell  = regexp.MustCompile(`[0-9] ?(?:ans?|mois|jours?|semaines?|heures?)\b|\b(?:an|ans|mois|jours|duree|jusqu|tant que|session|annees?)\b`)
	basisCell = regexp.MustCompile(`consentement|contrat|interet|obligation|legal|mission|precontract`)
)

// heads returns how many lines from i on are the heads of a table of one line a cell: at
// least three, short, none a sentence.
func (p *plain) heads(i int) int {
	n := 0
	for j := i; j < len(p.lines) && n < 7; j++ {
		l := p.lines[j]
		if l.empty() && n > 0 && j+1 < len(p.lines) && p.headCell(j+1) && p.lines[j-1].end > 0 && !p.lines[j-1].empty() {
			continue // heads may be apart by empty lines, as cells are
		}
		if l.empty() || !p.headCell(j) {
			break
		}
		n++
	}
	if n < 3 {
		return 0
	}
	return n
}

func (p *plain) headCell(i int) bool {
	l := p.lines[i]
	return !l.bullet && l.runes() < 45 && !ended(l.text) && headCell.MatchString(Fold(l.text))
}

// stacked reads a table of one line a cell that begins at line i, and returns the line after
// it, i itself when there is none.
func (p *plain) stacked(i int) int {
	n := p.heads(i)
	if n == 0 {
		return i
	}
	at := p.skip(i, n)
	rows, end := p.groups(at, n)
	if len(rows) == 0 {
		rows, end = p.filled(at, n)
	}
	if len(rows) == 0 {
		return i
	}
	p.out.tables++
	head, _ := p.take(i, n)
	for r, row := range append([][]int{head}, rows...) {
		for c, l := range row {
			p.cell(p.lines[l], r+1, c+1)
		}
	}
	return end
}

// skip returns the line after n full lines from i on.
func (p *plain) skip(i, n int) int {
	_, end := p.take(i, n)
	return end
}

// take returns the next n full lines from i on and the line after them.
func (p *plain) take(i, n int) ([]int, int) {
	var out []int
	for ; i < len(p.lines) && len(out) < n; i++ {
		if !p.lines[i].empty() {
			out = append(out, i)
		}
	}
	return out, i
}

// groups returns the rows that stand apart by empty lines and are n lines long.
func (p *plain) groups(i, n int) ([][]int, int) {
	var rows [][]int
	end := i
	for {
		for i < len(p.lines) && p.lines[i].empty() {
			i++
		}
		j := i
		for j < len(p.lines) && j-i <= n && !p.lines[j].empty() {
			j++
		}
		if j-i != n || p.heading(i) > 0 && p.numbered(i) {
			return rows, end
		}
		row, next := p.take(i, n)
		rows, i, end = append(rows, row), next, next
	}
}

// filled returns the rows of n lines that follow each other while the column that gives the
// period or the basis goes on looking like one.
func (p *plain) filled(i, n int) ([][]int, int) {
	head, _ := p.take(p.back(i, n), n)
	col, look := -1, basisCell
	for c, l := range head {
		text := Fold(p.lines[l].text)
		if termHead.MatchString(text) {
			col, look = c, termCell
		} else if basisHead.MatchString(text) && col < 0 {
			col = c
		}
	}
	if col < 0 {
		return nil, i
	}
	var rows [][]int
	end := i
	for {
		row, next := p.take(i, n)
		if len(row) < n || !look.MatchString(Fold(p.lines[row[col]].text)) || p.numbered(row[0]) || capitals(p.lines[row[0]].text) {
			break
		}
		rows, i, end = append(rows, row), next, next
	}
	if len(rows) < 2 {
		return nil, end
	}
	return rows, end
}

var (
	termHead  = regexp.MustCompile(`^(?:durees?|conservation|delais?)`)
	basisHead = regexp.MustCompile(`^(?:bases?|fondements?)`)
)

// back returns the line of the first of the n full lines before i.
func (p *plain) back(i, n int) int {
	for n > 0 && i > 0 {
		i--
		if !p.lines[i].empty() {
			n--
		}
	}
	return i
}

// cell writes one line as a cell of the table being read.
func (p *plain) cell(l line, row, col int) {
	w := newWriter()
	w.string(p.source, l.start, l.end)
	b := w.block(Cell, 0)
	b.Table, b.Row, b.Col, b.Rows, b.Cols, b.Header = p.out.tables, row, col, 1, 1, row == 1
	p.out.add(b)
}
