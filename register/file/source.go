package file

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
)

// binding reads where an event is found: a source, several, or a mapping that says more.
func (s scope) binding(n *file.Node) register.Binding {
	b := register.Binding{}
	from := n
	if n.IsMapping() {
		const what = "a binding of an event"
		f := n.Fields(what, "from", "missing", "sentinel", "because", "unrecorded")
		if f["unrecorded"] != nil {
			return unrecorded(f)
		}
		f.Need(n, what, "from")
		from = f["from"]
		b.Never = f["missing"].Choice("bad-choice", "meaning of a missing value", "unknown", "never") == "never"
		if b.Because = f["because"].Text(); f["sentinel"].Text() == "zero" {
			b.Zero = true
		} else {
			b.Sentinel = f["sentinel"].Day()
		}
	}
	for _, item := range from.Each() {
		src := s.source(item)
		b.Sources = append(b.Sources, src)
		if technical.MatchString(src.Column) && b.Because == "" {
			item.Error("technical-column", fmt.Sprintf("%s changes whenever a program writes the row, which is no act of the person", src.Column), "bind another column, or say why it is one: {from: …, because: …}")
		}
	}
	return b
}

// unrecorded reads an event that no store records; nothing else can be said of it.
func unrecorded(f file.Fields) register.Binding {
	for _, key := range []string{"from", "missing", "sentinel", "because"} {
		if f[key] != nil {
			f[key].KeyNode().Error("unrecorded-source", "an event that nothing records has no "+key, "remove "+key+", or unrecorded")
		}
	}
	return register.Binding{Unrecorded: f["unrecorded"].Text()}
}

// technical matches columns that programs write for themselves.
var technical = regexp.MustCompile(`(?i)^(?:modified|modification|updated|update_|last_?modif|last_?updat|date_modif|mtime$)`)

// source reads one source and reports a mistake at the character where it is.
func (s scope) source(n *file.Node) register.Source {
	text := n.Text()
	if text == "" {
		return register.Source{}
	}
	src, err := ParseSource(text)
	if err != nil {
		n.At(utf8.RuneCountInString(text[:err.At])).Error("bad-source", err.Message, err.Hint)
		return src
	}
	s.linked(n, src.Table)
	return src
}

// linked checks that a table sources read is joined by a link.
func (s scope) linked(n *file.Node, table string) {
	if table == "" {
		return
	}
	var tables []string
	for _, l := range s.d.Links {
		if l.Table == table {
			return
		}
		tables = append(tables, l.Table)
	}
	n.Error("unlinked-table", fmt.Sprintf("nothing says how %s is joined to %s", table, s.d.Table), file.Suggest(table, "linked tables", tables))
}

// SourceError says what is wrong with a source and at which byte of it.
type SourceError struct {
	At            int
	Message, Hint string
}

// Error returns the message.
func (e *SourceError) Error() string { return e.Message }

// ParseSource reads a source: a column ("created_at"), a column of a linked table
// ("form_versions.phone_term"), or an aggregate of a linked table's rows
// ("max(events.at where kind == 'visit')"). Names that are no plain identifiers are written
// in double quotes.
func ParseSource(text string) (register.Source, *SourceError) {
	p := &sourceParser{text: text}
	src := p.source()
	if p.err != nil {
		return register.Source{}, p.err
	}
	return src, nil
}

// sourceParser reads text from at on; the first mistake stays in err.
type sourceParser struct {
	text string
	at   int
	err  *SourceError
}

func (p *sourceParser) fail(message, hint string) {
	if p.err == nil {
		p.err = &SourceError{At: p.at, Message: message, Hint: hint}
	}
}

func (p *sourceParser) space() {
	rest := p.text[p.at:]
	p.at += len(rest) - len(strings.TrimLeft(rest, " \t\n"))
}

func (p *sourceParser) take(prefix string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.at:], prefix) {
		return false
	}
	p.at += len(prefix)
	return true
}

func (p *sourceParser) source() register.Source {
	p.space()
	start := p.at
	var src register.Source
	names := p.names()
	if p.err == nil && p.take("(") {
		return p.aggregate(start, names)
	}
	p.space()
	if p.at < len(p.text) {
		p.fail("a source ends after its column", "write a column, table.column, or max(table.column)")
	}
	src.Table, src.Column = split(names)
	return src
}

// aggregate reads what follows "max(".
func (p *sourceParser) aggregate(start int, names []string) register.Source {
	src := register.Source{Aggregate: strings.Join(names, ".")}
	if src.Aggregate != "max" && src.Aggregate != "min" {
		p.at = start
		p.fail(fmt.Sprintf("%s is no aggregate", src.Aggregate), "the aggregates are max and min")
		return src
	}
	p.space()
	inside := p.at
	src.Table, src.Column = split(p.names())
	if p.err == nil && src.Table == "" {
		p.at = inside
		p.fail(src.Aggregate+" is over the rows of a linked table", "write "+src.Aggregate+"(table."+src.Column+"), or several sources of which the latest counts")
	}
	if p.take("where") {
		src.Where = p.condition()
	}
	if p.err == nil && !p.take(")") {
		p.fail("the parenthesis is not closed", "write "+src.Aggregate+"(table.column where condition)")
	}
	p.space()
	if p.err == nil && p.at < len(p.text) {
		p.fail("a source ends with its parenthesis", "remove what follows")
	}
	return src
}

// condition reads the CEL up to the last parenthesis, which closes the aggregate.
func (p *sourceParser) condition() string {
	p.space()
	end := strings.LastIndexByte(p.text, ')')
	if end < p.at {
		end = len(p.text)
	}
	where := strings.TrimSpace(p.text[p.at:end])
	if where == "" {
		p.fail("where needs a condition", "write a condition over the columns of the linked table, such as kind == 'visit'")
	}
	p.at = end
	return where
}

var bare = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_$]*`)

// names reads names joined by dots.
func (p *sourceParser) names() []string {
	var names []string
	for {
		names = append(names, p.name())
		if p.err != nil || !strings.HasPrefix(p.text[p.at:], ".") {
			return names
		}
		p.at++
	}
}

func (p *sourceParser) name() string {
	rest := p.text[p.at:]
	if m := bare.FindString(rest); m != "" {
		p.at += len(m)
		return m
	}
	if strings.HasPrefix(rest, `"`) {
		if end := strings.IndexByte(rest[1:], '"'); end > 0 {
			p.at += end + 2
			return rest[1 : end+1]
		}
		p.fail("the quotes are not closed", `write "the name"`)
		return ""
	}
	p.fail("a column name is expected here", `a name that is no plain word is written in double quotes: "last call"`)
	return ""
}

// split takes the last name as the column; a table may have a schema before it.
func split(names []string) (table, column string) {
	last := len(names) - 1
	return strings.Join(names[:last], "."), names[last]
}

// formatSource writes what ParseSource reads.
func formatSource(s register.Source) string {
	column := quoteName(s.Column)
	if s.Table != "" {
		column = quoteTable(s.Table) + "." + column
	}
	switch {
	case s.Aggregate == "":
		return column
	case s.Where == "":
		return s.Aggregate + "(" + column + ")"
	}
	return s.Aggregate + "(" + column + " where " + s.Where + ")"
}

func quoteName(name string) string {
	if bare.FindString(name) == name {
		return name
	}
	return `"` + name + `"`
}

// quoteTable keeps the dot of a schema as it is where both parts are plain.
func quoteTable(table string) string {
	for part := range strings.SplitSeq(table, ".") {
		if bare.FindString(part) != part || part == "" {
			return `"` + table + `"`
		}
	}
	return table
}
