package serve

import (
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// text reads the published text with the terms that each sentence announces. A text that
// cannot be read is none: the promises are shown without it, and garant check says why.
func text(p *project.Project) (console.Text, error) {
	if p.Policy.Text == "" {
		return console.Text{}, nil
	}
	name := filepath.Join(p.Dir, p.Policy.Text)
	data, err := os.ReadFile(name)
	if err != nil {
		return console.Text{}, nil
	}
	doc, err := prose.Open(name, data)
	if err != nil {
		return console.Text{}, nil
	}
	terms := announced(read.Read(name, doc))
	out := console.Text{File: p.Policy.Text}
	for _, b := range doc.Blocks {
		block := console.Block{Kind: kind(b.Kind), Level: b.Level, Label: label(doc, b)}
		for _, s := range b.Sentences() {
			start, end := b.Span(s.Start, s.End)
			block.Sentences = append(block.Sentences, console.Sentence{Text: typeset(doc, b, s), Terms: terms.in(start, end)})
		}
		out.Blocks = append(out.Blocks, block)
	}
	return out, nil
}

func kind(k prose.Kind) console.BlockKind {
	switch k {
	case prose.Heading:
		return console.Heading
	case prose.Item:
		return console.Item
	}
	return console.Paragraph
}

// label is the sign of an item, which the reader of prose takes for a part of the layout: what
// stands on its line before the words, if that has a letter or a figure.
func label(doc prose.Document, b prose.Block) string {
	if b.Kind != prose.Item {
		return ""
	}
	line := string(doc.Source[:b.Pos[0]])
	line = line[strings.LastIndexByte(line, '\n')+1:]
	sign := strings.Trim(line, "*_ \t>-+•·")
	if !strings.ContainsFunc(sign, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) || len(sign) > 8 {
		return ""
	}
	return sign
}

// typeset returns the sentence with the typography of the source, which the reader of prose
// makes regular: apostrophes and the spaces before high signs.
func typeset(doc prose.Document, b prose.Block, s prose.Sentence) string {
	if doc.Extracted {
		return s.Text
	}
	var out strings.Builder
	for i, r := range s.Text {
		if r == ' ' || r == '\'' {
			if was, _ := utf8.DecodeRune(doc.Source[b.Pos[s.Start+i]:]); was == '’' || was == '\u00a0' || was == '\u202f' {
				r = was
			}
		}
		out.WriteRune(r)
	}
	return out.String()
}

// terms are the periods of retention that a text announces, each with its place.
type terms []term

type term struct {
	start, end int
	period     policy.Period
}

func announced(r read.Reading) terms {
	var out terms
	for _, f := range r.Facts {
		if period, ok := f.Period(); ok && f.Kind == fact.Retention {
			out = append(out, term{f.Start, f.End, period})
		}
	}
	return out
}

func (ts terms) in(start, end int) []policy.Period {
	var out []policy.Period
	for _, t := range ts {
		if t.start < end && start < t.end {
			out = append(out, t.period)
		}
	}
	return out
}
