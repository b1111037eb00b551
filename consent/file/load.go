// Package file is for the owner's settings about uses written down: it reads consent.yaml,
// in which each purpose says what it does with people and each contested point of law has
// the owner's signed choice.
package file

import (
	"fmt"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

// Load reads settings from src, the content of the file called name, and returns them with
// everything found about them. Purposes are checked against the policy; a nil p checks the
// file alone.
func Load(name string, src []byte, p *policy.Policy) (consent.Settings, []policy.Problem) {
	r := file.NewReader(name, src)
	s := consent.Settings{Uses: map[policy.PurposeID]consent.UseOf{}}
	if root := r.Root(); root != nil {
		f := root.Fields("the settings about uses", "goods", "purposes", "choices", "contracts", "sales")
		s.Goods = goods(f["goods"])
		for _, n := range f["purposes"].Entries() {
			known(n, p)
			s.Uses[policy.PurposeID(n.Key())] = use(n)
		}
		for _, n := range f["contracts"].Items() {
			s.Contracts = append(s.Contracts, contracts(n))
		}
		for _, n := range f["sales"].Items() {
			s.Sales = append(s.Sales, sales(n))
		}
		for _, n := range f["choices"].Items() {
			s.Choices = append(s.Choices, choice(n))
		}
	}
	return s, r.Problems()
}

// words lists what may be written, as strings.
func words[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

func goods(n *file.Node) consent.Goods {
	if n == nil {
		return ""
	}
	return consent.Goods(n.Choice("unknown-goods", "kind of goods", words(consent.AllGoods()...)...))
}

func known(n *file.Node, p *policy.Policy) {
	if p == nil || slices.ContainsFunc(p.Purposes, func(x policy.Purpose) bool { return string(x.ID) == n.Key() }) {
		return
	}
	n.KeyNode().Error("unknown-purpose", fmt.Sprintf("the policy has no purpose called %q", n.Key()), "write it as policy.yaml does")
}

func use(n *file.Node) consent.UseOf {
	f := n.Fields("a purpose's use", "use", "goods", "channels")
	f.Need(n, "a purpose's use", "use")
	u := f["use"].Choice("unknown-use", "use", words(consent.Prospecting, consent.Service, consent.Other)...)
	out := consent.UseOf{Use: consent.Use(u), Goods: goods(f["goods"])}
	for _, c := range f["channels"].Items() {
		out.Channels = append(out.Channels, consent.Channel(c.Choice("unknown-channel", "channel", words(consent.Channels()...)...)))
	}
	return out
}

func contracts(n *file.Node) consent.ContractsIn {
	const what = "a binding of contracts"
	f := n.Fields(what, "in", "from", "to", "goods")
	f.Need(n, what, "in", "from", "goods")
	return consent.ContractsIn{Dataset: f["in"].Text(), From: policy.Event(f["from"].Text()), To: policy.Event(f["to"].Text()), About: kinds(f["goods"])}
}

func sales(n *file.Node) consent.SalesIn {
	const what = "a binding of sales"
	f := n.Fields(what, "in", "on", "goods", "told", "free")
	f.Need(n, what, "in", "on", "goods")
	return consent.SalesIn{Dataset: f["in"].Text(), On: policy.Event(f["on"].Text()), Goods: kinds(f["goods"]), Told: f["told"].Bool(), Free: f["free"].Bool()}
}

func kinds(n *file.Node) []consent.Goods {
	var out []consent.Goods
	for _, g := range n.Each() {
		out = append(out, goods(g))
	}
	return out
}

func choice(n *file.Node) consent.Choice {
	const what = "a choice"
	f := n.Fields(what, "point", "mode", "by", "on", "why")
	f.Need(n, what, "point", "mode", "by", "on", "why")
	c := consent.Choice{Point: consent.Point(f["point"].Choice("unknown-point", "contested point", words(consent.Points()...)...)),
		Mode: f["mode"].Text(), By: f["by"].Text(), On: f["on"].Day(), Why: f["why"].Text()}
	if modes := c.Point.Modes(); len(modes) > 0 && c.Mode != "" && !slices.Contains(modes, c.Mode) {
		f["mode"].Error("unknown-mode", fmt.Sprintf("%s has no mode %q", c.Point, c.Mode), "write one of "+strings.Join(modes, ", "))
	}
	return c
}
