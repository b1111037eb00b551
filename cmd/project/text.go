package project

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// Text compares the published text with the policy: a period that the text announces and no
// promise has, a promise whose period no sentence announces, a purpose on another basis, a
// right, a recipient or a transfer on one side only. What
// it says are findings for the owner, since a reader of prose may miss a sentence; nothing is
// compared when the policy names no text.
func (p *Project) Text() []policy.Problem {
	if p.Policy.Text == "" {
		return nil
	}
	c, err := p.published()
	switch {
	case errors.Is(err, errNoText):
		return []policy.Problem{p.atPolicy("$.text", "text-missing", fmt.Sprintf("the published text %s cannot be read", p.Policy.Text), "write the path of the text, relative to policy.yaml")}
	case err != nil:
		return []policy.Problem{p.atPolicy("$.text", "text-unreadable", fmt.Sprintf("%s: %v", p.Policy.Text, err), "")}
	}
	c.periods()
	c.bases()
	c.rights()
	c.recipients()
	c.transfers()
	return c.problems
}

// errNoText says that the file of the published text cannot be read, or that none is named.
var errNoText = errors.New("no text")

// published reads the text that the policy names.
func (p *Project) published() (*comparison, error) {
	name := filepath.Join(p.Dir, p.Policy.Text)
	data, err := os.ReadFile(name)
	if err != nil || p.Policy.Text == "" {
		return nil, errNoText
	}
	doc, err := prose.Open(name, data)
	if err != nil {
		return nil, err
	}
	return &comparison{p: p, name: name, doc: doc, found: read.Read(name, doc)}, nil
}

// atPolicy places a finding in policy.yaml.
func (p *Project) atPolicy(path, code, message, hint string) policy.Problem {
	return p.place(policy.Problem{File: filepath.Join(p.Dir, PolicyFile), Path: path, Code: code, Severity: policy.Finding, Message: message, Hint: hint})
}

// comparison is one text beside one policy.
type comparison struct {
	p        *Project
	name     string
	doc      prose.Document
	found    read.Reading
	problems []policy.Problem
}

// atText places a finding at a quote of the text.
func (c *comparison) atText(f fact.Fact, code, message, hint string) {
	pr := policy.Problem{File: c.name, Code: code, Severity: policy.Finding, Message: message, Hint: hint}
	pr.Line, pr.Column = c.at(f.Start)
	c.problems = append(c.problems, pr)
}

// at returns the line and the column of a byte of the text, from 1; they are 0 in a document
// whose text was extracted, which has no lines.
func (c *comparison) at(offset int) (line, column int) {
	if c.doc.Extracted {
		return 0, 0
	}
	before := c.doc.Source[:offset]
	return bytes.Count(before, []byte("\n")) + 1, len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
}

// periods holds the figures of the text against those of the promises.
func (c *comparison) periods() {
	promised := c.promised()
	published := map[policy.Period]bool{}
	for _, f := range c.found.Facts {
		period, ok := f.Period()
		if f.Kind != fact.Retention || !ok || period.IsZero() {
			continue
		}
		published[period] = true
		if !slices.ContainsFunc(promised, func(x promise) bool { return slices.Contains(x.periods, period) }) {
			c.atText(f, "published-period", fmt.Sprintf("the text announces %s and no promise has this period: « %s »", period, f.Brief(120)), "add the rule to policy.yaml, or correct the text")
		}
	}
	for _, x := range promised {
		for _, period := range x.periods {
			if x.path != "" && !published[period] && !period.IsZero() {
				c.problems = append(c.problems, c.p.atPolicy(x.path, "unpublished-period", fmt.Sprintf("no sentence of %s announces the %s of %s", c.p.Policy.Text, period, x.what), "announce it in the text, or correct the figure"))
			}
		}
	}
}

// promise is a place of policy.yaml with the periods it promises.
type promise struct {
	path, what string
	periods    []policy.Period
}

func (c *comparison) promised() []promise {
	var out []promise
	for _, pu := range c.p.Policy.Purposes {
		for i, r := range pu.Rules {
			x := promise{path: fmt.Sprintf("$.purposes.%s.retention[%d]", pu.ID, i), what: string(r.ID)}
			if r.Keep.Set && r.Keep.Read == "" {
				x.periods = append(x.periods, r.Keep.Period)
			}
			if r.Archive != nil {
				x.periods = append(x.periods, r.Archive.Period)
			}
			out = append(out, x)
		}
	}
	for _, k := range c.p.Policy.Cookies {
		out = append(out, promise{path: "$.cookies." + string(k.ID), what: string(k.ID), periods: []policy.Period{k.Keep}})
	}
	return append(out, c.terms())
}

// terms are the periods that records bring themselves and the windows of questions: the text
// may announce each of them and need not.
func (c *comparison) terms() promise {
	var x promise
	for _, pu := range c.p.Policy.Purposes {
		for _, r := range pu.Rules {
			if r.Ask != nil {
				x.periods = append(x.periods, r.Ask.Window)
			}
			x.periods = append(x.periods, r.Keep.OneOf...)
		}
	}
	return x
}

// rights compares the rights where policy.yaml lists them.
func (c *comparison) rights() {
	if len(c.p.Policy.Rights) == 0 {
		return
	}
	said := map[string]fact.Fact{}
	for _, f := range c.found.Facts {
		if f.Kind == fact.Right {
			said[f.Norm.Text("right")] = f
		}
	}
	for _, name := range policy.RightNames() {
		f, published := said[name]
		listed := slices.ContainsFunc(c.p.Policy.Rights, func(r policy.Right) bool { return r.Name == name })
		switch {
		case published && !listed:
			c.atText(f, "published-right", fmt.Sprintf("the text gives the right of %s and policy.yaml does not list it", name), "add it under rights")
		case listed && !published:
			c.problems = append(c.problems, c.p.atPolicy("$.rights."+name, "unpublished-right", fmt.Sprintf("no sentence of %s gives the right of %s", c.p.Policy.Text, name), "give it in the text, or remove it"))
		}
	}
}
