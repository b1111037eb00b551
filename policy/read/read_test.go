package read_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// wanted is a line of a .gold file: kind | words of the text | what they mean. A line that
// begins with maybe is neither asked for nor held against the reader.
type wanted struct {
	kind       fact.Kind
	words      string
	meaning    string
	start, end int
	maybe      bool
}

// golds reads what a careful reader found in a text; @2 after the words is their second place.
func golds(t *testing.T, file, text string) []wanted {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []wanted
	for s := bufio.NewScanner(f); s.Scan(); {
		parts := strings.SplitN(s.Text(), " | ", 3)
		if len(parts) < 2 {
			continue
		}
		kind, maybe := strings.CutPrefix(parts[0], "maybe ")
		w := wanted{kind: fact.Kind(kind), words: parts[1], maybe: maybe}
		if len(parts) == 3 {
			w.meaning = parts[2]
		}
		words, nth, _ := strings.Cut(w.words, "@")
		if w.start = strings.Index(text, words); nth == "2" {
			w.start += 1 + strings.Index(text[w.start+1:], words)
		}
		if w.start < 0 {
			words, w.start = w.words, strings.Index(text, w.words) // an address has an @ of its own
		}
		if w.start < 0 {
			t.Fatalf("%s: %q is not in the text", file, w.words)
		}
		w.end = w.start + len(words)
		out = append(out, w)
	}
	return out
}

// meets reports whether a fact is what was wanted, where it was wanted.
func meets(f fact.Fact, w wanted) bool {
	if f.Kind != w.kind {
		return false
	}
	if w.kind == fact.Right {
		return f.Norm.Text("right") == w.meaning // the set of rights counts, not their places
	}
	over := min(f.End, w.end) - max(f.Start, w.start)
	if over <= 0 || over*3 < min(f.End-f.Start, w.end-w.start) {
		return false
	}
	switch w.kind {
	case fact.LegalBasis:
		return f.Norm.Text(fact.BasisKey) == w.meaning
	case fact.Retention:
		parts := strings.Fields(w.meaning)
		ok := f.Norm.Text(fact.DurationKey) == strings.TrimPrefix(parts[0], "-")
		if len(parts) > 1 {
			ok = ok && slices.Contains(strings.Split(parts[1], "|"), f.Norm.Start())
		}
		return ok && (len(parts) < 3 || f.Norm.Text(fact.AfterKey) == parts[2])
	}
	return true
}

// TestTexts reads policies of many trades, written for this test, and holds the facts
// against those a careful reader found.
func TestTexts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.gold")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d texts, %v", len(files), err)
	}
	for _, gold := range files {
		t.Run(filepath.Base(gold), func(t *testing.T) {
			t.Parallel()
			name, text := textOf(t, gold)
			doc, err := prose.Open(name, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			found := read.Read(name, doc)
			list := golds(t, gold, text)
			checkQuotes(t, found, text)
			missed, extra := compare(found.Facts, list)
			if n := len(missed) + len(extra); n > 2 {
				t.Errorf("%d differences:\n%s", n, strings.Join(append(missed, extra...), "\n"))
			}
		})
	}
}

func textOf(t *testing.T, gold string) (name, text string) {
	t.Helper()
	for _, ext := range []string{".txt", ".md", ".html"} {
		name = strings.TrimSuffix(gold, ".gold") + ext
		if b, err := os.ReadFile(name); err == nil {
			return name, string(b)
		}
	}
	t.Fatalf("%s has no text", gold)
	return "", ""
}

// compare returns what was missed and what was found besides, of the kinds that golds have.
func compare(facts []fact.Fact, list []wanted) (missed, extra []string) {
	kinds := []fact.Kind{fact.Controller, fact.DPOContact, fact.Purpose, fact.LegalBasis, fact.Retention, fact.Recipient, fact.Transfer, fact.Right}
	for _, w := range list {
		if !w.maybe && !slices.ContainsFunc(facts, func(f fact.Fact) bool { return meets(f, w) }) {
			missed = append(missed, fmt.Sprintf("missed %s %s: %s", w.kind, w.meaning, w.words))
		}
	}
	for _, f := range facts {
		if slices.Contains(kinds, f.Kind) && !slices.ContainsFunc(list, func(w wanted) bool { return meets(f, w) }) {
			extra = append(extra, fmt.Sprintf("extra %s: %s", f.Kind, f.Quote))
		}
	}
	return missed, extra
}

// checkQuotes holds that every quote stands where it is said to.
func checkQuotes(t *testing.T, found read.Reading, text string) {
	t.Helper()
	for _, f := range found.Facts {
		if f.Start < 0 || f.End > len(text) || f.Quote != text[f.Start:f.End] {
			t.Errorf("%s: %q does not stand at %d to %d", f.Kind, f.Quote, f.Start, f.End)
		}
		if f.Confidence <= 0 || f.Confidence > 1 {
			t.Errorf("%s has confidence %g", f.Kind, f.Confidence)
		}
	}
	for _, q := range found.Questions {
		if q.Quote != text[q.Start:q.End] || q.Text == "" {
			t.Errorf("question %s does not quote the text", q.Kind)
		}
	}
}

// TestDrafts holds that the draft of every text loads, cites the text in every promise and
// says what is to be decided.
func TestDrafts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.gold")
	if err != nil {
		t.Fatal(err)
	}
	for _, gold := range files {
		name, text := textOf(t, gold)
		checkDraft(t, name, []byte(text))
	}
}

func checkDraft(t *testing.T, name string, text []byte) {
	t.Helper()
	doc, err := prose.Open(name, text)
	if err != nil {
		t.Fatal(err)
	}
	d := read.Read(name, doc).Draft("policy.txt")
	content := read.Annotate(policyfile.Format(d.Policy), d.Notes)
	p, problems := policyfile.Load("policy.yaml", content)
	for _, pr := range problems {
		if pr.Severity == policy.Error {
			t.Errorf("%s: %v", name, pr)
		}
	}
	if n := strings.Count(string(content), "# to decide: "); n != len(d.Notes) {
		t.Errorf("%s: %d of %d notes are in the draft", name, n, len(d.Notes))
	}
	if len(p.Purposes) == 0 {
		t.Errorf("%s: the draft has %d purposes", name, len(p.Purposes))
	}
	for _, pu := range p.Purposes {
		if pu.Says == "" {
			t.Errorf("%s: purpose %s cites nothing", name, pu.ID)
		}
		for _, r := range pu.Rules {
			if r.Says == "" {
				t.Errorf("%s: rule %s cites nothing", name, r.ID)
			}
		}
	}
}

// TestReferenceTexts drafts the five policies that Garant must make true.
func TestReferenceTexts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/policies/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("the reference texts are not beside the repository")
		}
		t.Skip("the reference texts are not beside the repository")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		checkDraft(t, filepath.Base(name), text)
	}
}
