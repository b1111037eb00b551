package file

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
)

// Format writes the policy in its one canonical form: keys in a fixed order, defaults left
// out, one way to write each thing. Loading the result gives the policy back; comments of
// the file it came from are gone.
func Format(p policy.Policy) []byte {
	d := &Doc{}
	c := p.Controller
	d.Map("controller", (&Doc{}).Text("name", c.Name).Text("legal_form", c.LegalForm).Text("registration", c.Registration).
		Text("address", c.Address).Text("contact", c.Contact).Text("dpo", c.DPO))
	if p.Language != "fr" {
		d.Text("language", p.Language)
	}
	d.Text("text", p.Text)
	d.Map("people", titles(p.People)).Map("data", titles(p.Data)).Map("events", titles(p.Events))
	purposes := &Doc{}
	for _, pu := range p.Purposes {
		purposes.Map(string(pu.ID), formatPurpose(pu))
	}
	d.Map("purposes", purposes)
	formatTold(d, p)
	return d.Bytes()
}

func titles[T ~string](all []policy.Named[T]) *Doc {
	d := &Doc{}
	for _, n := range all {
		d.Text(string(n.ID), n.Title)
	}
	return d
}

func formatPurpose(p policy.Purpose) *Doc {
	d := (&Doc{}).Text("title", p.Title).Words("basis", Strings(p.Basis)).
		Words("people", Strings(p.People)).Words("data", Strings(p.Data)).Text("automated", p.Automated).Text("says", string(p.Says))
	rules := make([]*Doc, len(p.Rules))
	for i, r := range p.Rules {
		rules[i] = formatRule(r, policy.RuleID(fmt.Sprintf("%s.%d", p.ID, i+1)))
	}
	return d.Maps("retention", rules)
}

func formatRule(r policy.Rule, other policy.RuleID) *Doc {
	d := &Doc{}
	if r.ID != other {
		d.Text("id", string(r.ID))
	}
	d.Words("for", Strings(r.For)).Words("data", Strings(r.Data)).Text("when", r.When).Text("while", r.While)
	formatKeep(d, r.Keep)
	formatEvents(d, "after", r.After, r.Earliest)
	d.Text("round", string(r.Round))
	formatEvents(d, "until", r.Until, r.Earliest)
	if r.Archive != nil {
		d.Text("archive", r.Archive.Period.String()+map[bool]string{true: " more"}[r.Archive.More])
	}
	formatThen(d, r)
	if r.Fallback != "" {
		d.Map("unknown", Flow().Text("use", string(r.Fallback)))
	}
	return d.Text("by", r.By).Flag("paper", r.Paper).Text("says", string(r.Says))
}

func formatKeep(d *Doc, k policy.Keep) {
	switch {
	case k.Read != "":
		periods := make([]string, len(k.OneOf))
		for i, p := range k.OneOf {
			periods[i] = p.String()
		}
		d.Map("keep", Flow().Text("read", k.Read).Words("one_of", periods))
	case k.Operator:
		d.Text("keep", "operator")
	case k.AtLeast:
		d.Text("keep", "at least "+k.Period.String())
	case k.Set:
		d.Text("keep", k.Period.String())
	}
}

func formatEvents(d *Doc, key string, events []policy.Event, earliest bool) {
	if earliest && len(events) > 1 {
		d.Map(key, Flow().Words("earliest", Strings(events)))
		return
	}
	d.Words(key, Strings(events))
}

// formatThen leaves out the action of rules that order nothing: a floor, a third party's.
func formatThen(d *Doc, r policy.Rule) {
	switch {
	case r.Ask != nil:
		d.Map("then", Flow().Text("ask", r.Ask.Window.String()).Text("else", string(r.Ask.Then)))
	case r.Then == policy.Erase && (r.Keep.AtLeast || r.By != ""):
	default:
		d.Text("then", string(r.Then))
	}
}
