package prose

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// deepest is how many open elements are remembered: a page nested deeper is read as if its
// inner elements stood side by side.
const deepest = 512

// HTML reads a page as a browser saved it: menus, footers, forms, banners and what is hidden
// are left out, tables keep their cells, offsets are bytes of the file as given.
func HTML(source []byte) (Document, error) {
	p := &page{source: source, w: newWriter()}
	z := html.NewTokenizer(bytes.NewReader(source))
	z.SetMaxBuf(len(source) + 1)
	for at := 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := len(z.Raw())
		p.token(z, kind, at, at+raw)
		at += raw
	}
	p.flush()
	p.endTables()
	return Document{Source: source, Blocks: p.finish()}, nil
}

// page is a page that is being read.
type page struct {
	source []byte
	w      *writer
	stack  []element
	found  []piece
	tables []*grid
	number int // of the last table

	heading int  // level of the heading being read, 0 for none
	lists   int  // how many lists are open
	item    bool // the text belongs to an item
	linked  int  // bytes of the text of the block that stand in links
	bold    int  // bytes of it that are bold
}

// element is an open element.
type element struct {
	tag    atom.Atom
	hidden bool // it and what it holds is not read
	main   bool // it is the main part of the page
}

// piece is a block and what the page said of where it stands.
type piece struct {
	block Block
	main  bool
	links bool // all of it is links
}

func (p *page) token(z *html.Tokenizer, kind html.TokenType, start, end int) {
	switch kind {
	case html.TextToken:
		p.text(start, end)
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		tag := atom.Lookup(name)
		attrs := map[string]string{}
		for more {
			var k, v []byte
			k, v, more = z.TagAttr()
			attrs[string(k)] = string(v)
		}
		p.open(tag, attrs, start)
		if kind == html.SelfClosingTagToken && !void[tag] {
			p.close(tag, end)
		}
	case html.EndTagToken:
		name, _ := z.TagName()
		p.close(atom.Lookup(name), start)
	}
}

// void are the elements that never hold anything.
var void = map[atom.Atom]bool{
	atom.Br: true, atom.Hr: true, atom.Img: true, atom.Input: true, atom.Meta: true, atom.Link: true, atom.Col: true, atom.Wbr: true,
	atom.Area: true, atom.Base: true, atom.Embed: true, atom.Source: true, atom.Track: true,
}

func (p *page) hidden() bool { return len(p.stack) > 0 && p.stack[len(p.stack)-1].hidden }

func (p *page) main() bool { return len(p.stack) > 0 && p.stack[len(p.stack)-1].main }

// text adds characters, entities decoded, each standing where its entity begins.
func (p *page) text(start, end int) {
	if p.hidden() {
		return
	}
	before := len(p.w.text)
	decode(p.w, p.source, start, end)
	n := len(p.w.text) - before
	if p.inside(atom.A) {
		p.linked += n
	}
	if p.inside(atom.B) || p.inside(atom.Strong) {
		p.bold += n
	}
}

// decode writes source[start:end], in which entities stand for characters.
func decode(w *writer, source []byte, start, end int) {
	for start < end {
		n := bytes.IndexByte(source[start:end], '&')
		if n < 0 {
			w.string(source, start, end)
			return
		}
		w.string(source, start, start+n)
		start += n
		long := entity(source[start:end])
		if long == 0 {
			w.rune('&', start, start+1)
			start++
			continue
		}
		for _, r := range html.UnescapeString(string(source[start : start+long])) {
			w.rune(r, start, start+long)
		}
		start += long
	}
}

// entity returns the length of the entity that s begins with, 0 when it is a bare ampersand.
func entity(s []byte) int {
	n := 1
	for n < len(s) && n < 34 && (isWord(rune(s[n])) || s[n] == '#') {
		n++
	}
	if n < len(s) && s[n] == ';' {
		n++
	}
	if n < 3 || html.UnescapeString(string(s[:n])) == string(s[:n]) {
		return 0
	}
	return n
}

func (p *page) inside(tag atom.Atom) bool {
	for i := len(p.stack) - 1; i >= 0 && i > len(p.stack)-12; i-- {
		if p.stack[i].tag == tag {
			return true
		}
	}
	return false
}

// open handles a start tag.
func (p *page) open(tag atom.Atom, attrs map[string]string, at int) {
	p.before(tag, at)
	if void[tag] {
		return
	}
	p.implied(tag, at)
	if len(p.stack) >= deepest {
		return
	}
	e := element{tag: tag, hidden: p.hidden() || unseen(tag, attrs, p.main()), main: p.main() || isMain(tag, attrs)}
	p.stack = append(p.stack, e)
	if e.hidden {
		return
	}
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.heading = int(tag.String()[1] - '0')
	case atom.Dt, atom.Summary:
		p.heading = 5
	case atom.Ul, atom.Ol:
		p.lists++
	case atom.Li:
		p.item = true
	default:
		p.openTable(tag, attrs)
	}
}

// before ends the block that an element cannot stand in.
func (p *page) before(tag atom.Atom, at int) {
	if p.hidden() {
		return
	}
	switch {
	case tag == atom.Br || blocks[tag]:
		p.split(at)
	case tag == atom.Img:
		p.w.rune(' ', at, at)
	}
}

// implied closes the elements that a start tag ends without an end tag of their own.
func (p *page) implied(tag atom.Atom, at int) {
	ends, within := closes[tag], scopes[tag]
	for i := len(p.stack) - 1; i >= 0 && i > len(p.stack)-24; i-- {
		if slices.Contains(within, p.stack[i].tag) {
			return
		}
		if slices.Contains(ends, p.stack[i].tag) {
			p.close(p.stack[i].tag, at)
			return
		}
	}
}

var closes = map[atom.Atom][]atom.Atom{
	atom.Li: {atom.Li}, atom.Dt: {atom.Dt, atom.Dd}, atom.Dd: {atom.Dt, atom.Dd}, atom.Tr: {atom.Tr},
	atom.Td: {atom.Td, atom.Th}, atom.Th: {atom.Td, atom.Th}, atom.P: {atom.P}, atom.Option: {atom.Option},
}

var scopes = map[atom.Atom][]atom.Atom{
	atom.Li: {atom.Ul, atom.Ol}, atom.Dt: {atom.Dl}, atom.Dd: {atom.Dl}, atom.Tr: {atom.Table},
	atom.Td: {atom.Table, atom.Tr}, atom.Th: {atom.Table, atom.Tr}, atom.P: {atom.Div, atom.Td, atom.Li, atom.Section, atom.Article}, atom.Option: {atom.Select},
}

// close handles an end tag: everything above the element it names is closed too. A tag that
// closes nothing is ignored.
func (p *page) close(tag atom.Atom, at int) {
	i := len(p.stack) - 1
	for i >= 0 && p.stack[i].tag != tag {
		i--
	}
	if i < 0 {
		return
	}
	if blocks[tag] && !p.hidden() {
		p.split(at)
	}
	for len(p.stack) > i {
		e := p.stack[len(p.stack)-1]
		p.stack = p.stack[:len(p.stack)-1]
		if !e.hidden {
			p.closed(e.tag)
		}
	}
}

func (p *page) closed(tag atom.Atom) {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dt, atom.Summary:
		p.heading = 0
	case atom.Ul, atom.Ol:
		p.lists = max(0, p.lists-1)
		p.item = p.inside(atom.Li)
	case atom.Li:
		p.item = p.inside(atom.Li)
	default:
		p.closeTable(tag)
	}
}

// blocks are the elements that a browser sets on lines of their own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Ul: true, atom.Ol: true, atom.Li: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
	atom.Table: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Thead: true, atom.Tbody: true, atom.Caption: true, atom.Blockquote: true,
	atom.Pre: true, atom.Hr: true, atom.Figure: true, atom.Figcaption: true, atom.Details: true, atom.Summary: true, atom.Address: true,
	atom.Header: true, atom.Footer: true, atom.Nav: true, atom.Aside: true, atom.Form: true, atom.Fieldset: true, atom.Body: true, atom.Html: true, atom.Head: true,
}

// unseen reports an element that a reader of the policy does not see or does not read.
func unseen(tag atom.Atom, attrs map[string]string, main bool) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Head, atom.Nav, atom.Footer, atom.Aside, atom.Select, atom.Button,
		atom.Iframe, atom.Object, atom.Textarea, atom.Math, atom.Video, atom.Audio, atom.Canvas, atom.Dialog, atom.Title:
		return true
	case atom.Header:
		return !main
	}
	_, hidden := attrs["hidden"]
	style := strings.ReplaceAll(attrs["style"], " ", "")
	role := attrs["role"]
	return hidden || attrs["aria-hidden"] == "true" || strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") ||
		role == "navigation" || role == "banner" && !main || role == "contentinfo" || role == "dialog" || role == "search" || isBanner(attrs)
}

// isBanner reports the box that asks about cookies, by the names that tools give to theirs.
func isBanner(attrs map[string]string) bool {
	name := strings.ToLower(attrs["id"] + " " + attrs["class"])
	for _, tool := range []string{"tarteaucitron", "axeptio", "didomi", "onetrust", "cybotcookiebot", "cmplz-cookiebanner", "cky-consent", "orejime", "klaro", "moove_gdpr", "breadcrumb"} {
		if strings.Contains(name, tool) {
			return true
		}
	}
	if !strings.Contains(name, "cookie") && !strings.Contains(name, "consent") {
		return false
	}
	for _, box := range []string{"banner", "popup", "modal", "bar ", "notice", "overlay", "wall"} {
		if strings.Contains(name+" ", box) {
			return true
		}
	}
	return false
}

func isMain(tag atom.Atom, attrs map[string]string) bool {
	return tag == atom.Main || tag == atom.Article || attrs["role"] == "main" || attrs["itemprop"] == "articleBody"
}
