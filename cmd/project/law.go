package project

import (
	"path/filepath"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/law/lint"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
)

// Legal is what the law says against a promise, with its place in the files.
type Legal struct {
	lint.Finding
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Law holds the policy against the French law of a day. It is no part of Problems: what the
// law faults must still be kept as promised until somebody changes the promise.
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
	return out, nil
}
