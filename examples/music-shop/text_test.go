package musicshop_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/cmd/project"
	musicshop "github.com/garant-rgpd/garant/examples/music-shop"
	policyfile "github.com/garant-rgpd/garant/policy/file"
)

// TestText checks that every rule cites a place of the published text, and that every place
// that promises a term is cited.
func TestText(t *testing.T) {
	t.Parallel()
	cited := map[string]bool{}
	p, problems := policyfile.Load(project.PolicyFile, file(t, project.PolicyFile))
	if len(problems) > 0 {
		t.Error(problems)
	}
	for _, purpose := range p.Purposes {
		for _, rule := range purpose.Rules {
			cited[string(rule.Says)] = true
		}
	}
	promised := places(t)
	for place := range cited {
		if !slices.Contains(promised, place) {
			t.Errorf("the text has no %s", place)
		}
	}
	for _, place := range promised {
		if !cited[place] {
			t.Errorf("%s promises something that no rule says", place)
		}
	}
}

// places lists the paragraphs of the text from the third on, or their letters.
func places(t *testing.T) []string {
	t.Helper()
	var out []string
	number := ""
	for _, m := range regexp.MustCompile(`(?m)^### (§ \d+) |^\*\*([a-z])\)\*\*`).FindAllStringSubmatch(string(file(t, "policy.fr.md")), -1) {
		if m[2] == "" {
			number = m[1]
			out = append(out, number)
			continue
		}
		out = slices.DeleteFunc(out, func(p string) bool { return p == number })
		out = append(out, number+" "+m[2])
	}
	return out[2:]
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := musicshop.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
