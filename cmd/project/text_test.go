package project

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	policyfile "github.com/garant-rgpd/garant/policy/file"
)

const shortPolicy = `controller: {name: Copeaux, contact: droits@copeaux.example}
text: policy.fr.md
people: {client: Client}
data: {contact: Coordonnées}
events: {last_contact: Dernier contact}
purposes:
  quotes:
    title: Devis
    basis: precontract
    people: client
    data: contact
    retention:
      - {keep: 3 years, after: last_contact, then: erase}
      - {keep: 10 years, after: last_contact, then: erase}
rights:
  access: {says: "§ 2"}
  portability: {says: "§ 2"}
`

// TestText compares texts with one policy. A figure that differs is found from both sides.
func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string // code, line of the file
	}{
		{"the same", "# § 1\n\nLes devis sont conservés trois ans, les factures dix ans.\n\n# § 2 Vos droits\n\nVous avez un droit d'accès et de portabilité.\n", nil},
		{"figures that differ", "# § 1\n\nLes devis sont conservés deux ans, les factures dix ans.\n\n# § 2 Vos droits\n\nVous avez un droit d'accès et de portabilité.\n",
			[]string{"published-period policy.fr.md:3", "unpublished-period policy.yaml:13"}},
		{"a sentence more, a right less", "# § 1\n\nLes devis sont conservés trois ans, les factures dix ans. Les appels sont effacés après six mois.\n\n# § 2 Vos droits\n\nVous avez un droit d'accès et de rectification.\n",
			[]string{"published-period policy.fr.md:3", "published-right policy.fr.md:7", "unpublished-right policy.yaml:17"}},
		{"no text", "", []string{"text-unreadable policy.yaml:2"}},
	} {
		if diff := cmp.Diff(c.want, compared(t, shortPolicy, c.text)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, diff)
		}
	}
}

// compared returns the code and the place of what a comparison of a text with a policy finds.
func compared(t *testing.T, policyText, text string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "policy.fr.md"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	pol, problems := policyfile.Load(PolicyFile, []byte(policyText))
	if policyfile.Failed(problems) {
		t.Fatal(problems)
	}
	p := &Project{Dir: dir, Policy: pol, sources: map[string][]byte{PolicyFile: []byte(policyText)}}
	var got []string
	for _, pr := range p.Text() {
		got = append(got, fmt.Sprintf("%s %s:%d", pr.Code, filepath.Base(pr.File), pr.Line))
	}
	slices.Sort(got)
	return got
}
