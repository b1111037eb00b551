package project

import (
	"path/filepath"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/law/lint"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// Legal is what the law says against a promise, with its place in the files.
type Legal struct {
	lint.Finding
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Law holds the policy, and the text it names, against the French law of a day. It is no part
// of Problems: what the law faults must still be kept as promised until somebody changes the
// promise. A text that cannot be read is not judged; Text says so.
func (p *Project) Law(day policy.Date) ([]Legal, error) {
	pack, err := law.French()
	if err != nil {
		return nil, err
	}
	out := []Legal{}
	for _, f := range lint.Judge(p.Policy, pack.On(day)) {
		line, column, _ := policyfile.Locate(p.sources[PolicyFile], f.Path)
		out = append(out, Legal{f, filepath.Join(p.Dir, PolicyFile), line, column})
	}
	if c, err := p.published(); err == nil {
		for _, f := range lint.Published(c.found.Facts, sentences(c.doc), pack.On(day)) {
			line, column := c.at(f.Offset)
			out = append(out, Legal{f, c.name, line, column})
		}
	}
	return out, nil
}

// sentences are those of a document, in order, with their places in its source.
func sentences(doc prose.Document) []lint.Said {
	var out []lint.Said
	for _, b := range doc.Blocks {
		for _, s := range b.Sentences() {
			start, _ := b.Span(s.Start, s.End)
			out = append(out, lint.Said{Text: s.Text, Start: start})
		}
	}
	return out
}
