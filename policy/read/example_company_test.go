package read_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// paragraph is the number by which the example's model cites its text.
var paragraph = regexp.MustCompile(`^§ [0-9]+`)

// The example company has both a text and the model that somebody wrote from it: what the
// reader drafts from the text is held against that model, purpose by purpose.
func TestDraftOfTheExample(t *testing.T) {
	t.Parallel()
	const folder = "../../examples/energy-renovation/"
	raw, err := os.ReadFile(folder + "policy.fr.md")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := prose.Open("policy.fr.md", raw)
	if err != nil {
		t.Fatal(err)
	}
	model, err := os.ReadFile(folder + "policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := policyfile.Load("policy.yaml", model) // one promise has no ceiling on purpose: a problem
	draft := read.Read("policy.fr.md", doc).Draft("policy.fr.md").Policy
	drafted := map[string]policy.Purpose{}
	for _, p := range draft.Purposes {
		drafted[paragraph.FindString(string(p.Says))] = p
	}
	purposes, bases, periods, found := 0, 0, 0, 0
	for _, p := range want.Purposes {
		got, ok := drafted[paragraph.FindString(string(p.Says))]
		if !ok {
			t.Logf("%s %s: not a purpose of the draft", p.Says, p.ID)
			continue
		}
		purposes++
		if slices.Equal(got.Basis, p.Basis) {
			bases++
		} else {
			t.Logf("%s %s: basis %v, want %v", p.Says, p.ID, got.Basis, p.Basis)
		}
		for _, r := range p.Rules {
			periods++
			if slices.ContainsFunc(got.Rules, func(g policy.Rule) bool { return sameTerm(g, r) }) {
				found++
			} else {
				t.Logf("%s %s: no rule like %v until %v", r.Says, r.ID, r.Keep, r.Until)
			}
		}
	}
	t.Logf("%d of %d purposes, %d bases, %d of %d terms", purposes, len(want.Purposes), bases, found, periods)
	if all := len(want.Purposes); purposes*10 < all*9 || bases*10 < all*9 || found*10 < periods*8 {
		t.Error("the draft is too far from the model")
	}
}

// sameTerm reports whether two rules end data alike: after the same period, or at an event.
func sameTerm(a, b policy.Rule) bool {
	return a.Keep.Period == b.Keep.Period && a.Keep.AtLeast == b.Keep.AtLeast && (len(a.Until) > 0) == (len(b.Until) > 0) && (a.By == "") == (b.By == "")
}
