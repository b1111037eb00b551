// Package paper is for printing a page: it lays the headings, paragraphs, lists and tables of a page
// of HTML out as a PDF, so that what is printed says exactly what is shown.
package paper

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-pdf/fpdf"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sheet is how a page is printed.
type Sheet struct {
	// Title is the document's, Foot the line under each page before the number of the page.
	Title, Foot string
	// Made is the instant that the file bears.
	Made time.Time
}

// face is the one font: it has the letters of European languages, in any spelling.
const face = "dejavu"

// The measures, in millimetres and points.
const (
	margin  = 20
	line    = 5
	body    = 9.5
	heading = 12
	title   = 15
)

// Print writes the page that r holds as an A4 document in French, with its headings as bookmarks.
// Letters that the font lacks, and signs beyond the first 65,536, are shown as such.
func (s Sheet) Print(w io.Writer, r io.Reader) error {
	root, err := html.Parse(r)
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes(face, "", dejavusans.TTF)
	pdf.AddUTF8FontFromBytes(face, "B", dejavusansbold.TTF)
	pdf.SetTitle(s.Title, true)
	pdf.SetLang("fr-FR")
	pdf.SetCreationDate(s.Made)
	pdf.SetModificationDate(s.Made)
	pdf.SetCatalogSort(true) // the same page is the same file
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(true, margin)
	pdf.AliasNbPages("")
	pdf.SetFooterFunc(func() {
		pdf.SetY(-margin + line)
		pdf.SetFont(face, "", 7)
		pdf.CellFormat(0, line, fmt.Sprintf("%s — %d/{nb}", printable(s.Foot), pdf.PageNo()), "", 0, "C", false, 0, "")
	})
	p := printer{pdf: pdf}
	pdf.AddPage()
	p.font(body)
	p.walk(root)
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("print the page: %w", err)
	}
	return nil
}

// printer is where the printing stands.
type printer struct {
	pdf  *fpdf.Fpdf
	bold bool
	size float64
	deep int  // how many lists it is in
	data bool // whether it prints a value, which stays as it is
}

func (p *printer) font(size float64) {
	style := ""
	if p.bold {
		style = "B"
	}
	p.size = size
	p.pdf.SetFont(face, style, size)
}

func (p *printer) walk(n *html.Node) {
	if n.Type == html.TextNode {
		p.write(n.Data)
		return
	}
	switch n.DataAtom {
	case atom.Head, atom.Style, atom.Script:
	case atom.H1:
		p.heading(n, title, -1)
	case atom.H2:
		p.heading(n, heading, 0)
	case atom.H3:
		p.heading(n, body, 1)
	case atom.P, atom.Tr:
		p.block(n)
	case atom.Li:
		p.item(n)
	case atom.Br:
		p.end()
	case atom.Th:
		p.strong(n)
		p.write(" : ")
	case atom.Td:
		p.data = true
		p.inside(n)
		p.data = false
	case atom.Strong:
		p.strong(n)
	default:
		p.inside(n)
	}
}

func (p *printer) inside(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c)
	}
}

func (p *printer) strong(n *html.Node) {
	p.bold = true
	p.font(p.size)
	p.inside(n)
	p.bold = false
	p.font(p.size)
}

// heading prints a title on a page that has room for what follows; level is the bookmark's, none
// below zero.
func (p *printer) heading(n *html.Node, size float64, level int) {
	p.pdf.Ln(line)
	if _, tall := p.pdf.GetPageSize(); p.pdf.GetY() > tall-margin-4*line {
		p.pdf.AddPage()
	}
	if level >= 0 {
		p.pdf.Bookmark(printable(words(n)), level, -1)
	}
	before := p.size
	p.bold = true
	p.font(size)
	p.inside(n)
	p.bold = false
	p.font(before)
	p.pdf.Ln(line + 1)
}

// end ends the line, unless nothing stands on it.
func (p *printer) end() {
	if p.pdf.GetX() > margin+4*float64(p.deep)+1 {
		p.pdf.Ln(line)
	}
}

func (p *printer) block(n *html.Node) {
	p.inside(n)
	p.end()
	if n.DataAtom == atom.P {
		p.pdf.Ln(1)
	}
}

func (p *printer) item(n *html.Node) {
	p.deep++
	p.pdf.SetLeftMargin(margin + 4*float64(p.deep))
	p.pdf.SetX(margin + 4*float64(p.deep))
	p.write("• ")
	p.inside(n)
	p.end()
	p.deep--
	p.pdf.SetLeftMargin(margin + 4*float64(p.deep))
	p.pdf.SetX(margin + 4*float64(p.deep))
}

// write puts words where the line stands. What is between tags is no word.
func (p *printer) write(s string) {
	text := printable(s)
	if !p.data {
		text = spaced(text)
	}
	if strings.TrimSpace(text) == "" && p.pdf.GetX() <= margin+4*float64(p.deep) {
		return
	}
	p.pdf.Write(line, text)
}

// words are those of a node, without its tags.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(words(c))
	}
	return b.String()
}

// printable leaves what the library can print: one code unit for each sign.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xfffd {
			return '\ufffd'
		}
		return r
	}, s)
}

// spaced makes one blank of what HTML takes for one, and sets French signs as French printers do: no
// line begins with one of them.
func spaced(s string) string {
	var b strings.Builder
	for i, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	out := b.String()
	if out == "" {
		return " "
	}
	if strings.ContainsAny(s[:1], " \t\n") {
		out = " " + out
	}
	if strings.ContainsAny(s[len(s)-1:], " \t\n") {
		out += " "
	}
	return strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", "« ", "«\u00a0", " »", "\u00a0»").Replace(out)
}
