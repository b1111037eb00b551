// Package read turns the text of a privacy policy into facts, each with the words it came
// from, into the questions that the text leaves open, and into the draft of a policy.
//
// It is deterministic: structure is recovered, lexicons find meanings, and what the text does
// not say is asked, never supplied.
package read

import (
	"fmt"
	"sync"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/notice"
	"github.com/garant-rgpd/garant/policy/read/prose"
	"github.com/garant-rgpd/garant/policy/read/terms"
)

// Reading is what a text states and what it leaves open, both in the order of the text.
type Reading struct {
	Source    string          `json:"source"`
	Facts     []fact.Fact     `json:"facts"`
	Questions []fact.Question `json:"questions"`
}

// Read reads a document. The source is a name for whoever reads the result.
func Read(source string, doc prose.Document) Reading {
	out := Reading{Source: source, Facts: []fact.Fact{}, Questions: []fact.Question{}}
	readers := []func(prose.Document) ([]fact.Fact, []fact.Question){terms.Find, notice.Find}
	facts, asks := make([][]fact.Fact, len(readers)), make([][]fact.Question, len(readers))
	var wg sync.WaitGroup
	for i, find := range readers {
		wg.Go(func() { facts[i], asks[i] = find(doc) })
	}
	wg.Wait()
	for i := range readers {
		out.Facts = append(out.Facts, distinct(facts[i])...)
		out.Questions = append(out.Questions, asks[i]...)
	}
	attach(out.Facts)
	fact.Sort(out.Facts)
	out.Questions = append(out.Questions, across(out.Facts)...)
	fact.SortQuestions(out.Questions)
	return out
}

// distinct leaves out a fact that repeats another: same kind, place and norm.
func distinct(facts []fact.Fact) []fact.Fact {
	seen := map[string]bool{}
	kept := make([]fact.Fact, 0, len(facts))
	for _, f := range facts {
		key := fmt.Sprint(f.Kind, f.Start, f.End, f.Norm)
		if !seen[key] {
			kept = append(kept, f)
		}
		seen[key] = true
	}
	return kept
}
