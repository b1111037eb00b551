package mailbox

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plain is the text of a page, without what it quotes and what is not shown.
func plain(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	hidden := []atom.Atom{atom.Script, atom.Style, atom.Head, atom.Title, atom.Blockquote}
	depth := 0
	for {
		kind := z.Next()
		name, _ := z.TagName()
		a := atom.Lookup(name)
		switch {
		case kind == html.ErrorToken:
			return b.String()
		case kind == html.TextToken && depth == 0:
			b.WriteString(strings.Join(strings.Fields(" "+string(z.Text())+" "), " ") + " ")
		case kind == html.StartTagToken && slices.Contains(hidden, a):
			depth++
		case kind == html.EndTagToken && slices.Contains(hidden, a):
			depth = max(0, depth-1)
		case slices.Contains([]atom.Atom{atom.P, atom.Br, atom.Div, atom.Tr, atom.Li}, a) && depth == 0:
			b.WriteString("\n")
		}
	}
}
