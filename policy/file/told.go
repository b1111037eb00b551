package file

import "github.com/garant-rgpd/garant/policy"

// told reads what a policy tells people beside retention.
func (l *loader) told(f Fields) {
	for _, n := range f["recipients"].Entries() {
		l.p.Recipients = append(l.p.Recipients, l.recipient(n))
	}
	for _, n := range f["transfers"].Entries() {
		l.p.Transfers = append(l.p.Transfers, transfer(n))
	}
	for _, n := range f["rights"].Entries() {
		l.p.Rights = append(l.p.Rights, right(n))
	}
	for _, n := range f["cookies"].Entries() {
		l.p.Cookies = append(l.p.Cookies, cookie(n))
	}
}

func (l *loader) recipient(n *Node) policy.Recipient {
	const what = "a recipient"
	CheckName(n.KeyNode())
	f := n.Fields(what, "title", "role", "country", "purposes", "says")
	f.Need(n, what, "title")
	return policy.Recipient{
		ID: policy.RecipientID(n.Key()), Title: f["title"].Text(), Country: f["country"].Text(), Says: policy.Says(f["says"].Text()),
		Role:     f["role"].Choice("unknown-role", "role", policy.RecipientRoles()...),
		Purposes: Words(f["purposes"], "purpose", "declared purposes", l.purposeIDs()),
	}
}

func (l *loader) purposeIDs() (ids []policy.PurposeID) {
	for _, p := range l.p.Purposes {
		ids = append(ids, p.ID)
	}
	return ids
}

func transfer(n *Node) policy.Transfer {
	CheckName(n.KeyNode())
	f := n.Fields("a transfer", "to", "never", "safeguards", "says")
	t := policy.Transfer{ID: policy.TransferID(n.Key()), To: f["to"].Text(), Never: f["never"].Bool(), Says: policy.Says(f["says"].Text())}
	t.Safeguards = Words(f["safeguards"], "safeguard", "safeguards", policy.TransferSafeguards())
	if t.Never && len(t.Safeguards) > 0 {
		f["safeguards"].Error("contradiction", "a transfer that never happens needs no safeguard", "remove never or the safeguards")
	}
	return t
}

func right(n *Node) policy.Right {
	f := n.Fields("a right", "says")
	r := policy.Right{Name: n.Key(), Says: policy.Says(f["says"].Text())}
	n.KeyNode().Choice("unknown-right", "right", policy.RightNames()...)
	return r
}

func cookie(n *Node) policy.Cookie {
	const what = "a cookie"
	CheckName(n.KeyNode())
	f := n.Fields(what, "title", "consent", "keep", "says")
	f.Need(n, what, "title")
	return policy.Cookie{
		ID: policy.CookieID(n.Key()), Title: f["title"].Text(), Consent: f["consent"].Bool(), Keep: f["keep"].Period(), Says: policy.Says(f["says"].Text()),
	}
}

// formatTold adds the same in the canonical form.
func formatTold(d *Doc, p policy.Policy) {
	recipients, transfers, rights, cookies := &Doc{}, &Doc{}, &Doc{}, &Doc{}
	for _, r := range p.Recipients {
		recipients.Map(string(r.ID), (&Doc{}).Text("title", r.Title).Text("role", r.Role).Text("country", r.Country).Words("purposes", Strings(r.Purposes)).Text("says", string(r.Says)))
	}
	for _, t := range p.Transfers {
		transfers.Map(string(t.ID), (&Doc{}).Text("to", t.To).Flag("never", t.Never).Words("safeguards", t.Safeguards).Text("says", string(t.Says)))
	}
	for _, r := range p.Rights {
		rights.Map(r.Name, (&Doc{}).Text("says", string(r.Says)))
	}
	for _, c := range p.Cookies {
		keep := ""
		if !c.Keep.IsZero() {
			keep = c.Keep.String()
		}
		cookies.Map(string(c.ID), (&Doc{}).Text("title", c.Title).Flag("consent", c.Consent).Text("keep", keep).Text("says", string(c.Says)))
	}
	d.Map("recipients", recipients).Map("transfers", transfers).Map("rights", rights).Map("cookies", cookies)
}
