package read

import (
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read/fact"
)

// told lists recipients, transfers, rights and cookies.
func (d *drafter) told() {
	d.each(fact.Recipient, d.recipient)
	d.each(fact.Transfer, d.transfer)
	d.each(fact.Right, func(f fact.Fact) {
		name := f.Norm.Text("right")
		has := slices.ContainsFunc(d.p.Rights, func(r policy.Right) bool { return r.Name == name })
		if !has && slices.Contains(policy.RightNames(), name) {
			d.p.Rights = append(d.p.Rights, policy.Right{Name: name, Says: policy.Says(said(f.Quote))})
		}
	})
	d.each(fact.Cookie, d.cookie)
}

// roles are the parts that the reader tells apart, as a policy writes them.
var roles = map[string]string{"internal": "internal", "authority": "authority", "processor": "processor", "professional": "controller"}

func (d *drafter) recipient(f fact.Fact) {
	if f.Norm.Text("recipient") == "none" {
		return
	}
	title := short(f.Quote, 100)
	r := policy.Recipient{ID: policy.RecipientID(d.name("recipient", title, 4)), Title: title, Role: roles[f.Norm.Text("role")], Says: policy.Says(said(f.Quote))}
	if r.Role == "" {
		d.note("recipients."+string(r.ID), "Qui est-ce, et à quel titre : sous-traitant (processor) ou responsable (controller) ?")
	}
	d.p.Recipients = append(d.p.Recipients, r)
}

func (d *drafter) transfer(f fact.Fact) {
	out, _ := f.Norm.Get("outside_eu").(bool)
	list, _ := f.Norm.Get("safeguards").([]string)
	id := policy.TransferID(d.name("transfer", f.Quote, 4))
	t := policy.Transfer{ID: id, To: f.Norm.Text("country"), Never: !out, Safeguards: list, Says: policy.Says(said(f.Quote))}
	if out && len(list) == 0 {
		d.note("transfers."+string(id), "Sur quelle garantie ce transfert repose-t-il ?")
	}
	if out && t.To == "" {
		d.note("transfers."+string(id), "Vers quel pays ?")
	}
	d.p.Transfers = append(d.p.Transfers, t)
}

func (d *drafter) cookie(f fact.Fact) {
	title := short(f.Quote, 80)
	consent, _ := f.Norm.Get("consent_required").(bool)
	d.p.Cookies = append(d.p.Cookies, policy.Cookie{ID: policy.CookieID(d.name("cookie", title, 4)), Title: title, Consent: consent, Says: policy.Says(said(f.Quote))})
}

// Annotate writes the notes as comments above the keys they are about, in a policy in its
// canonical form.
func Annotate(policyFile []byte, notes []Note) []byte {
	lines := strings.SplitAfter(string(policyFile), "\n")
	var out strings.Builder
	for _, n := range notes {
		if n.Key == "" {
			out.WriteString("# to decide: " + n.Text + "\n")
		}
	}
	section := ""
	for _, line := range lines {
		key, indent := keyOf(line)
		path := key
		switch indent {
		case 0:
			section = key
		case 2:
			path = section + "." + key
		}
		for _, n := range notes {
			if key != "" && indent <= 2 && n.Key == path {
				out.WriteString(strings.Repeat(" ", indent) + "# to decide: " + n.Text + "\n")
			}
		}
		out.WriteString(line)
	}
	return []byte(out.String())
}

// keyOf returns the key that a line begins with and how far it is indented.
func keyOf(line string) (string, int) {
	body := strings.TrimLeft(line, " ")
	key, _, ok := strings.Cut(body, ":")
	if !ok || strings.ContainsAny(key, " \"-#") {
		return "", -1
	}
	return key, len(line) - len(body)
}
