package prose

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// DOCX reads a document of a word processor (ISO/IEC 29500): headings by their style, lists,
// tables. Offsets count in the text taken out of it, which is Document.Source.
func DOCX(data []byte) (Document, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Document{}, fmt.Errorf("%w: not a ZIP archive", ErrBroken)
	}
	body, err := part(archive, "word/document.xml")
	if err != nil {
		return Document{}, err
	}
	d := &docx{}
	if err := d.read(body); err != nil {
		return Document{}, err
	}
	return d.document(), nil
}

// part returns one file of the archive, at most Largest bytes of it.
func part(archive *zip.Reader, name string) ([]byte, error) {
	f, err := archive.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w: an archive without %s is no DOCX", ErrNotText, name)
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, Largest+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %s cannot be unpacked", ErrBroken, name)
	case len(b) > Largest:
		return nil, fmt.Errorf("%w: %s unpacks to more than %d bytes", ErrTooLarge, name, Largest)
	}
	return b, nil
}

// docx is a document that is being read.
type docx struct {
	text     strings.Builder // of the paragraph
	pieces   []piece2
	style    string
	list     int // 1 + level of the item, 0 for none
	bold     int
	isBold   bool
	tables   int
	depth    int // of tables
	row, col int
	cell     []string
}

// piece2 is a paragraph or a cell before it has a place in the text.
type piece2 struct {
	kind            Kind
	level           int
	text            string
	table, row, col int
}

func (d *docx) read(body []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = false
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: its XML ends in the middle", ErrBroken)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			d.start(t)
		case xml.EndElement:
			d.end(t.Name.Local)
		case xml.CharData:
			d.chars(string(t))
		}
	}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (d *docx) start(t xml.StartElement) {
	switch t.Name.Local {
	case "p":
		d.text.Reset()
		d.style, d.list, d.bold = "", 0, 0
	case "pStyle":
		d.style = attr(t, "val")
	case "outlineLvl":
		if n, err := strconv.Atoi(attr(t, "val")); err == nil && n < 6 {
			d.style = "heading " + strconv.Itoa(n+1)
		}
	case "numPr":
		d.list = max(1, d.list)
	case "ilvl":
		if n, err := strconv.Atoi(attr(t, "val")); err == nil {
			d.list = min(max(n, 0), 8) + 1
		}
	case "b":
		d.isBold = attr(t, "val") != "0" && attr(t, "val") != "false"
	case "r":
		d.isBold = false
	case "tab", "br", "cr":
		d.text.WriteByte(' ')
	case "noBreakHyphen":
		d.text.WriteByte('-')
	case "tbl":
		d.depth++
		if d.depth == 1 {
			d.tables, d.row = d.tables+1, 0
		}
	case "tr":
		if d.depth == 1 {
			d.row, d.col = d.row+1, 0
		}
	case "tc":
		if d.depth == 1 {
			d.col, d.cell = d.col+1, nil
		}
	case "t":
		d.style += "\x00" // characters count only inside these
	}
}

func (d *docx) chars(s string) {
	if !strings.HasSuffix(d.style, "\x00") {
		return
	}
	d.text.WriteString(s)
	if d.isBold {
		d.bold += len(s)
	}
}

func (d *docx) end(name string) {
	switch name {
	case "t":
		d.style = strings.TrimSuffix(d.style, "\x00")
	case "p":
		d.paragraph()
	case "tc":
		if d.depth == 1 && len(d.cell) > 0 {
			d.pieces = append(d.pieces, piece2{Cell, 0, strings.Join(d.cell, " • "), d.tables, d.row, d.col})
		}
	case "tbl":
		d.depth--
	}
}

var headingStyle = regexp.MustCompile(`(?i)^(?:heading|titre|title|berschrift)[ _-]?([1-6])?`)

func (d *docx) paragraph() {
	text := strings.Join(strings.Fields(d.text.String()), " ")
	if text == "" {
		return
	}
	if d.depth > 0 {
		d.cell = append(d.cell, text)
		return
	}
	p := piece2{kind: Paragraph, text: text}
	m := headingStyle.FindStringSubmatch(d.style)
	switch {
	case m != nil:
		p.kind, p.level = Heading, 1
		if m[1] != "" {
			p.level = int(m[1][0] - '0')
		}
	case d.list > 0:
		p.kind, p.level = Item, d.list
	case 10*d.bold >= 9*len(text) && len(text) < 120 && !ended(text):
		p.kind, p.level = Heading, 5
	}
	d.pieces = append(d.pieces, p)
}

// document writes the pieces one to a line, and makes blocks of them.
func (d *docx) document() Document {
	var source []byte
	var out outline
	for _, p := range d.pieces {
		start := len(source)
		source = append(source, p.text...)
		w := newWriter()
		w.string(source, start, len(source))
		b := w.block(p.kind, p.level)
		if p.kind == Cell {
			b.Table, b.Row, b.Col, b.Rows, b.Cols, b.Header = p.table, p.row, p.col, 1, 1, p.row == 1
		}
		if b.Kind == Paragraph {
			b = bulleted(b)
		}
		out.add(b)
		source = append(source, '\n')
	}
	return Document{Source: source, Extracted: true, Blocks: out.blocks}
}
