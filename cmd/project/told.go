package project

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// bases compares the legal bases of the purposes that both sides can be seen to name: by the
// number of a paragraph, by the words cited, or by the title.
func (c *comparison) bases() {
	said := map[string][]policy.Basis{}
	for _, f := range c.found.Facts {
		if b, ok := read.Basis(f); ok && f.Kind == fact.LegalBasis {
			name := f.Norm.Text(fact.PurposeKey)
			if !slices.Contains(said[name], b) {
				said[name] = append(said[name], b)
			}
		}
	}
	for _, pu := range c.p.Policy.Purposes {
		f, ok := c.purposeLike(pu)
		published := said[f.Norm.Text("name")]
		if !ok || len(published) == 0 || sameBases(published, pu.Basis) {
			continue
		}
		c.atText(f, "published-basis", fmt.Sprintf("the text rests this purpose on %s and %s of policy.yaml on %s", basisNames(published), pu.ID, basisNames(pu.Basis)), "make one of them follow the other")
	}
}

// sameBases compares two lists as sets.
func sameBases(a, b []policy.Basis) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x policy.Basis) bool { return !slices.Contains(b, x) })
}

func basisNames(list []policy.Basis) string {
	var out []string
	for _, b := range list {
		out = append(out, string(b))
	}
	return strings.Join(out, ", ")
}

// paragraphNumber is how a text numbers its parts and how a policy cites them.
var paragraphNumber = regexp.MustCompile(`^§ ?[0-9.]+`)

// purposeLike returns the purpose of the text that one of the policy stands for.
func (c *comparison) purposeLike(pu policy.Purpose) (fact.Fact, bool) {
	number, title := paragraphNumber.FindString(string(pu.Says)), prose.Fold(pu.Title)
	for _, f := range c.found.Facts {
		if f.Kind != fact.Purpose {
			continue
		}
		quote := strings.Join(strings.Fields(f.Quote), " ")
		switch {
		case number != "" && paragraphNumber.FindString(quote) == number,
			number == "" && pu.Says != "" && (quote == string(pu.Says) || strings.HasPrefix(quote, strings.TrimSuffix(string(pu.Says), "…"))),
			prose.Fold(f.Norm.Text("title")) == title:
			return f, true
		}
	}
	return fact.Fact{}, false
}

// recipients compares who receives data, where policy.yaml lists them.
func (c *comparison) recipients() {
	listed := c.p.Policy.Recipients
	if len(listed) == 0 {
		return
	}
	met := make([]bool, len(listed))
	for _, f := range c.found.Facts {
		if f.Kind != fact.Recipient || f.Norm.Text("recipient") == "none" {
			continue
		}
		known := false
		for i, r := range listed {
			if sharesWord(f.Quote, r.Title) || r.Says != "" && sharesWord(f.Quote, string(r.Says)) {
				met[i], known = true, true
			}
		}
		if !known && f.Norm.Text("role") != "internal" {
			c.atText(f, "published-recipient", fmt.Sprintf("the text names recipients that policy.yaml does not list: « %s »", f.Brief(120)), "add them under recipients")
		}
	}
	for i, r := range listed {
		if !met[i] && !sharesWord(string(c.doc.Source), r.Title) {
			c.problems = append(c.problems, c.p.atPolicy("$.recipients."+string(r.ID), "unpublished-recipient", fmt.Sprintf("%s does not name the recipient %s", c.p.Policy.Text, r.ID), "name it in the text, or its category (GDPR, art. 13(1)(e)), or remove it"))
		}
	}
}

// sharesWord reports whether two texts share a word that tells one party from another.
func sharesWord(a, b string) bool {
	words := map[string]bool{}
	for _, t := range prose.Tokens(a) {
		if len(t.Text) > 4 {
			words[t.Text] = true
		}
	}
	for _, t := range prose.Tokens(b) {
		if words[t.Text] && !strings.Contains(everyParty, " "+t.Text+" ") {
			return true
		}
	}
	return false
}

// everyParty are words that stand beside any recipient.
const everyParty = " donnees personnelles transmises communiquees societe societes service services prestataire prestataires partenaire partenaires notre votre leurs gestion clients client "

// transfers compares what is said of data leaving the European Economic Area.
func (c *comparison) transfers() {
	listed, told := c.p.Policy.Transfers, false
	leaves := slices.ContainsFunc(listed, func(t policy.Transfer) bool { return !t.Never })
	for _, f := range c.found.Facts {
		out, _ := f.Norm.Get("outside_eu").(bool)
		if f.Kind != fact.Transfer || !out {
			continue
		}
		country := f.Norm.Text("country")
		switch {
		case len(listed) > 0 && !leaves:
			c.atText(f, "published-transfer", "the text says that data leave the Union and policy.yaml promises that none do", "correct one of them")
		case country != "" && leaves && !slices.ContainsFunc(listed, func(t policy.Transfer) bool { return t.To == "" || t.To == country || t.Never }):
			c.atText(f, "published-transfer", fmt.Sprintf("the text sends data to %s and policy.yaml lists no such transfer", country), "add it under transfers")
		}
		told = true
	}
	if leaves && !told {
		i := slices.IndexFunc(listed, func(t policy.Transfer) bool { return !t.Never })
		c.problems = append(c.problems, c.p.atPolicy("$.transfers."+string(listed[i].ID), "unpublished-transfer", fmt.Sprintf("no sentence of %s says that data leave the Union", c.p.Policy.Text), "say so, with the safeguard (GDPR, art. 13(1)(f)), or remove it"))
	}
}
