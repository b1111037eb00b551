package prose

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// Largest is how long a file may be, in bytes, and the text taken out of one.
const Largest = 32 << 20

// mostBlocks is how many paragraphs, items and cells a text may have: a policy has a
// thousand.
const mostBlocks = 60000

// What a file may be that no policy can be read from.
var (
	ErrEmpty     = errors.New("the file holds no text")
	ErrNotText   = errors.New("the file is neither text, HTML, Markdown, PDF nor DOCX")
	ErrNotFrench = errors.New("the text is not French, the only language read so far")
	ErrTooLarge  = errors.New("the file is too large")
	ErrBroken    = errors.New("the file is damaged")
)

// Open reads a file as what its content says it is, or where the content does not tell, its
// name: PDF, DOCX, HTML, Markdown, plain text. Text is UTF-8, UTF-16 or Windows-1252, and
// offsets are bytes of the file as given; for PDF and DOCX they are bytes of
// Document.Source, the text taken out of the file. Errors are ErrEmpty, ErrNotText,
// ErrNotFrench, ErrTooLarge or ErrBroken.
func Open(name string, data []byte) (doc Document, err error) {
	if len(data) > Largest {
		return Document{}, fmt.Errorf("%w: %d bytes of at most %d; keep the part that is the policy", ErrTooLarge, len(data), Largest)
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Document{}, ErrEmpty
	case bytes.HasPrefix(data, []byte("%PDF-")):
		doc, err = PDF(data)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		doc, err = DOCX(data)
	default:
		doc, err = readable(name, data)
	}
	if err != nil {
		return Document{}, err
	}
	if len(doc.Blocks) > mostBlocks {
		return Document{}, fmt.Errorf("%w: %d paragraphs of at most %d; keep the part that is the policy", ErrTooLarge, len(doc.Blocks), mostBlocks)
	}
	return doc, language(doc)
}

// readable reads a file of characters in any encoding.
func readable(name string, data []byte) (Document, error) {
	text, err := decoded(data)
	if err != nil {
		return Document{}, err
	}
	read := Plain
	switch kindOf(name, text.utf8) {
	case "html":
		read = HTML
	case "markdown":
		read = Markdown
	}
	doc, err := read(text.utf8)
	if err != nil {
		return Document{}, err
	}
	return text.restore(doc, data), nil
}

var (
	tags  = regexp.MustCompile(`(?i)<(?:!doctype html|html|body|div|p|h[1-6]|ul|table|section|article|main)\b[^>]*>`)
	marks = regexp.MustCompile(`(?m)^#{1,6} \S|^\s*\|?(?:\s*:?-{3,}:?\s*\|)+|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\([^)\n]+\)`)
)

// quoted finds quotations within quotations deeper than anybody writes, whose tree would cost
// more than the text is worth; such a text is read as plain.
var quoted = regexp.MustCompile(`(?m)^(?: ?>){40}`)

func kindOf(name string, data []byte) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".html", ".htm", ".xhtml":
		return "html"
	case ".md", ".markdown":
		if !quoted.Match(data) {
			return "markdown"
		}
	}
	head := bytes.ToLower(data[:min(len(data), 4096)])
	switch {
	case bytes.Contains(head, []byte("<!doctype html")) || bytes.Contains(head, []byte("<html")) || len(tags.FindAll(data, 8)) == 8:
		return "html"
	case !quoted.Match(data) && len(marks.FindAll(data, 4)) == 4 && bytes.Contains(data, []byte("\n#")):
		return "markdown"
	}
	return "plain"
}

// language refuses a text without words, and one whose small words are not French.
func language(doc Document) error {
	french, other, words := 0, 0, 0
	for _, b := range doc.Blocks {
		for _, w := range strings.Fields(Fold(b.Text)) {
			words++
			switch w = " " + strings.Trim(w, ".,;:!?()\"'") + " "; {
			case strings.Contains(smallFrench, w):
				french++
			case strings.Contains(smallOther, w):
				other++
			}
		}
	}
	switch {
	case words == 0:
		return ErrEmpty
	case words >= 25 && (other > french || 20*french < words):
		return ErrNotFrench
	}
	return nil
}

// The small words of French, and those of its neighbours that French has not.
const (
	smallFrench = " le la les des du de et un une vous nous vos nos que qui pour dans sur est sont par au aux avec ou ne pas ce ces cette votre notre leur "
	smallOther  = " the of and to you your we our is are for with that this der die das und ist nicht wir sie el los las y para il gli che di per non "
)
