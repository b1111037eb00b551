package console

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/policy"
)

// TestPlace finds the sentence of each promise by what its says cites and the term it announces.
func TestPlace(t *testing.T) {
	t.Parallel()
	three, ten := policy.Years(3), policy.Years(10)
	text := Text{Blocks: []Block{
		{Kind: Heading, Level: 1, Sentences: []Sentence{{Text: "Notre texte"}}},
		{Kind: Heading, Level: 3, Sentences: []Sentence{{Text: "§ 4 Demandes"}}},
		{Kind: Paragraph, Sentences: []Sentence{{Text: "Nous vous rappelons."}, {Text: "Trois ans.", Terms: []policy.Period{three}}, {Text: "Dix ans.", Terms: []policy.Period{ten}}}},
		{Kind: Item, Label: "a)", Sentences: []Sentence{{Text: "Le téléphone est effacé."}}},
		{Kind: Item, Sentences: []Sentence{{Text: "b) Le reste demeure."}}},
		{Kind: Heading, Level: 2, Sentences: []Sentence{{Text: "Autre chapitre"}}},
		{Kind: Paragraph, Sentences: []Sentence{{Text: "Nous gardons tout cela trois ans.", Terms: []policy.Period{three}}}},
		{Kind: Paragraph, Sentences: []Sentence{{Text: "§\u00a05. Lettre :"}, {Text: "nous la gardons."}}},
		{Kind: Heading, Level: 2, Sentences: []Sentence{{Text: "Article 6.2 Divers"}}},
		{Kind: Paragraph, Sentences: []Sentence{{Text: "Rien."}}},
	}}
	tests := []struct {
		name string
		rule policy.Rule
		want string
	}{
		{"the sentence with the term", policy.Rule{Says: "§ 4", Keep: policy.Keep{Set: true, Period: ten}}, "Dix ans."},
		{"the sentence with the archive's term", policy.Rule{Says: "§ 4", Archive: &policy.Archive{Period: ten}}, "Dix ans."},
		{"any term is better than none", policy.Rule{Says: "§ 4", Keep: policy.Keep{Set: true, Period: policy.Days(2)}}, "Trois ans."},
		{"a letter that is a label", policy.Rule{Says: "§ 4 a"}, "Le téléphone est effacé."},
		{"a letter in the words", policy.Rule{Says: "§ 4 b"}, "b) Le reste demeure."},
		{"a section that is a paragraph", policy.Rule{Says: "§ 5"}, "nous la gardons."},
		{"a section with a point", policy.Rule{Says: "article 6.2"}, "Rien."},
		{"words after the section", policy.Rule{Says: "§ 4, Devis", Keep: policy.Keep{Set: true, Period: three}}, "Trois ans."},
		{"a section that is not there", policy.Rule{Says: "§ 7"}, ""},
		{"a letter that is not there", policy.Rule{Says: "§ 4 c"}, ""},
		{"no section at all", policy.Rule{Says: "Devis"}, ""},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.rule.ID = "x"
			placed, lost := text.Place(policy.Policy{Purposes: []policy.Purpose{{Rules: []policy.Rule{c.rule}}}})
			got := ""
			for _, b := range placed.Blocks {
				for _, s := range b.Sentences {
					if len(s.Rules) > 0 {
						got = s.Text
					}
				}
			}
			if got != c.want || (c.want == "") != (len(lost) == 1) {
				t.Errorf("got %q, lost %v, want %q", got, lost, c.want)
			}
		})
	}
	if diff := cmp.Diff([]policy.RuleID(nil), text.Blocks[2].Sentences[2].Rules); diff != "" {
		t.Error("the text itself was changed: ", diff)
	}
}
