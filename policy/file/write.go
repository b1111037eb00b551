package file

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// lineWidth is where a list stops being written on one line.
const lineWidth = 100

// Doc is a mapping to be written in the canonical form, in the order it was filled. What is
// empty is left out.
type Doc struct {
	entries []docEntry
	flow    bool
}

type docEntry struct {
	key   string
	words []string // one is written as a scalar
	doc   *Doc
	docs  []*Doc
	flag  bool
}

// Flow returns a mapping that is written on one line.
func Flow() *Doc { return &Doc{flow: true} }

// Text adds a scalar.
func (d *Doc) Text(key, value string) *Doc {
	if value != "" {
		d.entries = append(d.entries, docEntry{key: key, words: []string{value}})
	}
	return d
}

// Words adds a scalar when there is one word, a list when there are more.
func (d *Doc) Words(key string, words []string) *Doc {
	if len(words) > 0 {
		d.entries = append(d.entries, docEntry{key: key, words: words})
	}
	return d
}

// Flag adds the value true.
func (d *Doc) Flag(key string, value bool) *Doc {
	if value {
		d.entries = append(d.entries, docEntry{key: key, flag: true})
	}
	return d
}

// Map adds a mapping.
func (d *Doc) Map(key string, m *Doc) *Doc {
	if m != nil && len(m.entries) > 0 {
		d.entries = append(d.entries, docEntry{key: key, doc: m})
	}
	return d
}

// Maps adds a list of mappings.
func (d *Doc) Maps(key string, ms []*Doc) *Doc {
	if len(ms) > 0 {
		d.entries = append(d.entries, docEntry{key: key, docs: ms})
	}
	return d
}

// Scalar adds a list item that is a scalar; only a Doc given to Maps has one.
func Scalar(value string) *Doc { return &Doc{entries: []docEntry{{words: []string{value}}}} }

// Bytes returns the canonical form.
func (d *Doc) Bytes() []byte {
	var b strings.Builder
	d.write(&b, "")
	return []byte(b.String())
}

func (d *Doc) write(b *strings.Builder, indent string) {
	for _, e := range d.entries {
		b.WriteString(indent + quoteKey(e.key) + ":")
		switch {
		case e.flag:
			b.WriteString(" true\n")
		case e.doc != nil && e.doc.flow:
			b.WriteString(" " + e.doc.inline() + "\n")
		case e.doc != nil:
			b.WriteString("\n")
			e.doc.write(b, indent+"  ")
		case e.docs != nil:
			b.WriteString("\n")
			writeItems(b, e.docs, indent+"  ")
		default:
			writeWords(b, e, indent+"  ")
		}
	}
}

func writeItems(b *strings.Builder, docs []*Doc, indent string) {
	for _, d := range docs {
		var item strings.Builder
		switch {
		case len(d.entries) == 1 && d.entries[0].key == "":
			item.WriteString(indent + "  " + Quote(d.entries[0].words[0]) + "\n")
		case d.flow:
			item.WriteString(indent + "  " + d.inline() + "\n")
		default:
			d.write(&item, indent+"  ")
		}
		b.WriteString(indent + "- " + strings.TrimPrefix(item.String(), indent+"  "))
	}
}

func writeWords(b *strings.Builder, e docEntry, indent string) {
	line := inlineWords(e.words)
	if len(e.words) == 1 || len(line)+len(indent)+len(e.key) <= lineWidth {
		b.WriteString(" " + line + "\n")
		return
	}
	b.WriteString("\n")
	for _, w := range e.words {
		b.WriteString(indent + "- " + Quote(w) + "\n")
	}
}

func inlineWords(words []string) string {
	if len(words) == 1 {
		return Quote(words[0])
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func (d *Doc) inline() string {
	parts := make([]string, len(d.entries))
	for i, e := range d.entries {
		value := inlineWords(e.words)
		if e.doc != nil {
			value = e.doc.inline()
		}
		parts[i] = quoteKey(e.key) + ": " + value
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// plain are the texts that every YAML reader takes as the same text without quotes.
var plain = regexp.MustCompile(`^(?:[\p{L}§](?:[\p{L}\p{N}_.'’()/§@ -]*[\p{L}\p{N}_.’()/§])?|\d{1,4} [a-z]+(?: \d{1,4} [a-z]+)*(?: more)?|\d{4}-\d\d-\d\d)$`)

// notText are the words that some YAML readers take for something else than text.
var notText = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}

// quoteKey leaves on and yes as they are: these files are YAML 1.2, where they are text.
func quoteKey(key string) string {
	if slices.Contains(notText[3:], key) {
		return key
	}
	return Quote(key)
}

// Quote returns s as a YAML scalar: as it is where that is safe, else in double quotes.
func Quote(s string) string {
	if plain.MatchString(s) && !slices.Contains(notText, strings.ToLower(s)) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteRune('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || c == '\ufeff':
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
