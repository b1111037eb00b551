package demo

import (
	"regexp"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
)

var paragraph = regexp.MustCompile(`(?s)### (§ \d+) [^\n]+\n(.*?)(?:\n##|$)`)

// paragraphs cuts the published text by number.
func paragraphs(text string) map[string]string {
	out := map[string]string{}
	for rest := text; ; {
		at := paragraph.FindStringSubmatchIndex(rest)
		if at == nil {
			return out
		}
		out[rest[at[2]:at[3]]] = rest[at[4]:at[5]]
		rest = rest[at[5]:]
	}
}

// TestEveryPromiseIsInTheText checks that each purpose and rule cites a paragraph, or a
// letter of one, that the published text has, and that every letter is cited.
func TestEveryPromiseIsInTheText(t *testing.T) {
	t.Parallel()
	text := paragraphs(string(read(t, "policy.fr.md")))
	p, _, _ := company(t)
	cited := map[string]bool{}
	cite := func(s policy.Says) {
		words := strings.Fields(string(s))
		if len(words) < 2 || text[words[0]+" "+words[1]] == "" {
			t.Errorf("the text has no %s", s)
		} else if len(words) == 3 && !strings.Contains(text[words[0]+" "+words[1]], "**"+words[2]+")**") {
			t.Errorf("the text has no %s", s)
		}
		cited[string(s)] = true
	}
	for _, purpose := range p.Purposes {
		cite(purpose.Says)
		for _, rule := range purpose.Rules {
			cite(rule.Says)
		}
	}
	for number, body := range text {
		for _, m := range regexp.MustCompile(`(?m)^\*\*([a-z])\)\*\*`).FindAllStringSubmatch(body, -1) {
			if !cited[number+" "+m[1]] {
				t.Errorf("%s %s promises something that no rule says", number, m[1])
			}
		}
	}
}

// TestTypography checks what a French printer would: no plain space before tall punctuation
// or inside quotation marks, no straight apostrophe.
func TestTypography(t *testing.T) {
	t.Parallel()
	for n, line := range strings.Split(string(read(t, "policy.fr.md")), "\n") {
		if regexp.MustCompile(` [:;?!»]|« |'|\.\.\.`).MatchString(line) {
			t.Errorf("line %d: poor typography", n+1)
		}
	}
}
