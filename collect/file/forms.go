package file

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

// LoadForms reads the forms of a company from src, the content of the file called name, and
// returns them with everything found about them. A field of a category that none of the form's
// purposes uses is an error (article 5(1)(c) GDPR).
func LoadForms(name string, src []byte, p policy.Policy) (collect.FormSet, []policy.Problem) {
	r := file.NewReader(name, src)
	l := formLoader{policy: p}
	if root := r.Root(); root != nil {
		l.load(root)
	}
	return l.set, r.Problems()
}

// formLoader fills set.
type formLoader struct {
	policy policy.Policy
	set    collect.FormSet
}

func (l *formLoader) load(root *file.Node) {
	const what = "the forms"
	f := root.Fields(what, "sites", "privacy", "forms")
	f.Need(root, what, "forms")
	if f["sites"] != nil {
		for _, n := range f["sites"].Each() {
			l.set.Origins = append(l.set.Origins, origin(n))
		}
	}
	if l.set.Privacy = f["privacy"].Text(); !address(l.set.Privacy) {
		f["privacy"].Error("bad-address", "privacy is no address of a page", "write https://… or a path such as /confidentialite")
	}
	for _, n := range f["forms"].Entries() {
		l.set.Forms = append(l.set.Forms, l.form(n))
	}
}

// longest is how long a submission may wait at most: the outbox is a way, not a place.
const longest = 31

func (l *formLoader) form(n *file.Node) collect.Form {
	const what = "a form"
	file.CheckName(n.KeyNode())
	f := n.Fields(what, "title", "intro", "thanks", "purposes", "fields", "boxes", "asks", "keep", "forward")
	f.Need(n, what, "title", "purposes", "fields", "forward")
	x := collect.Form{ID: collect.FormID(n.Key()), Title: wording(f["title"]), Keep: policy.Days(7)}
	x.Intro, x.Thanks = wording(f["intro"]), wording(f["thanks"])
	x.Purposes = file.Words(f["purposes"], "purpose", "purposes", l.purposes())
	if f["asks"] != nil {
		x.Asks = file.Word(f["asks"], "goods", "goods", consent.AllGoods())
	}
	if k := f["keep"]; k != nil {
		x.Keep = k.Period()
		if x.Keep.IsZero() || x.Keep.Months > 0 || x.Keep.Days > longest {
			k.Error("bad-period", fmt.Sprintf("a submission waits from 1 to %d days", longest), "write a number of days, such as 7 days")
		}
	}
	for _, e := range f["boxes"].Entries() {
		x.Boxes = append(x.Boxes, l.box(e))
	}
	for _, e := range f["fields"].Entries() {
		x.Fields = append(x.Fields, l.field(e, x))
	}
	if len(x.Fields) == 0 {
		f["fields"].Error("empty-value", "the form has no field", "add a field")
	}
	l.complete(n, x)
	if f["forward"] != nil {
		x.Forward = forward(f["forward"], x)
	}
	return x
}

func (l *formLoader) purposes() []policy.PurposeID {
	ids := make([]policy.PurposeID, len(l.policy.Purposes))
	for i, p := range l.policy.Purposes {
		ids[i] = p.ID
	}
	return ids
}

// complete checks what a form can only be as a whole.
func (l *formLoader) complete(n *file.Node, x collect.Form) {
	for _, b := range x.Boxes {
		if _, ok := x.Has(b.Needs()); b.Needs() != "" && !ok {
			n.KeyNode().Error("box-without-field", fmt.Sprintf("the box %s needs a field of kind %s", b.Name, b.Needs()), "add the field, or take the box out")
		}
		if slices.ContainsFunc(x.Fields, func(f collect.Field) bool { return f.Name == b.Name }) {
			n.KeyNode().Error("duplicate-name", fmt.Sprintf("%q names a field and a box", b.Name), "rename one")
		}
	}
	l.agreed(n, x)
	_, mail := x.Has(collect.Mail)
	_, phone := x.Has(collect.Phone)
	if (len(x.Boxes) > 0 || x.Asks != "") && !mail && !phone {
		n.KeyNode().Error("box-without-field", "a consent is about a person, and the form asks for no way to know one", "add a field of kind email or phone")
	}
}

// agreed warns of a purpose that rests on consent alone and that no box asks for: to send a form
// is not to agree (article 4(11) GDPR).
func (l *formLoader) agreed(n *file.Node, x collect.Form) {
	for _, p := range l.policy.Purposes {
		box := slices.ContainsFunc(x.Boxes, func(b collect.Box) bool { return b.Purpose == p.ID })
		if slices.Contains(x.Purposes, p.ID) && slices.Equal(p.Basis, []policy.Basis{policy.Consent}) && !box {
			n.KeyNode().Warn("consent-without-box", fmt.Sprintf("the purpose %s rests on consent, and no box asks for it", p.ID), "add a box for it; to send a form is not to agree")
		}
	}
}

// reserved are the names that the page itself sends.
var reserved = []string{"langue", "page", "v", "site", "cadre"}

// own refuses a name that the page itself sends.
func own(n *file.Node) {
	if slices.Contains(reserved, n.Key()) {
		n.KeyNode().Error("bad-name", fmt.Sprintf("%q is a name of the page's own", n.Key()), "choose another")
	}
}

// autofill are the words of WCAG 1.3.5 that forms of companies need.
var autofill = []string{"name", "given-name", "family-name", "honorific-prefix", "organization", "street-address", "address-line1", "postal-code", "address-level2",
	"country-name", "email", "tel", "bday"}

func (l *formLoader) field(n *file.Node, x collect.Form) collect.Field {
	const what = "a field"
	file.CheckName(n.KeyNode())
	f := n.Fields(what, "title", "help", "data", "kind", "required", "choices", "most", "autofill")
	f.Need(n, what, "title", "data", "kind")
	out := collect.Field{Name: n.Key(), Title: wording(f["title"]), Help: wording(f["help"]), Without: wording(f["required"])}
	out.Kind = file.Word(f["kind"], "kind", "kinds", collect.FieldKinds())
	own(n)
	if out.Most = 200; out.Kind == collect.Long {
		out.Most = 2000
	}
	if f["most"] != nil {
		out.Most = f["most"].Int(1, 10_000)
	}
	if a := f["autofill"]; a != nil {
		out.Autofill = a.Choice("unknown-autofill", "autofill", autofill...)
	}
	for _, e := range f["choices"].Entries() {
		out.Choices = append(out.Choices, collect.Option{Name: e.Key(), Title: wording(e)})
	}
	if (len(out.Choices) > 0) != (out.Kind == collect.Choose) {
		n.KeyNode().Error("bad-choices", "choices belong to a field of kind choice, and to no other", "write kind: choice with choices, or neither")
	}
	out.Data = file.Word(f["data"], "data", "data", file.IDs(l.policy.Data))
	l.within(f["data"], out, x)
	return out
}

// within refuses a field that no purpose of the form uses: what is not needed is not asked. One
// that only a box needs may stay empty, since a consent that is forced is none (article 7(4)).
func (l *formLoader) within(n *file.Node, out collect.Field, x collect.Form) {
	boxes := make([]policy.PurposeID, len(x.Boxes))
	for i, b := range x.Boxes {
		boxes[i] = b.Purpose
	}
	switch {
	case out.Data == "" || l.uses(out.Data, x.Purposes):
	case !l.uses(out.Data, boxes):
		n.Error("outside-purpose", fmt.Sprintf("no purpose of the form uses the category %s", out.Data), "take the field out, or add the purpose that promises to use it")
	case out.Required():
		n.Error("forced-consent", fmt.Sprintf("the category %s serves a box alone, and the field is required", out.Data), "leave required out: an agreement that is forced is none")
	}
}

func (l *formLoader) uses(c policy.Category, ids []policy.PurposeID) bool {
	return slices.ContainsFunc(l.policy.Purposes, func(p policy.Purpose) bool {
		return slices.Contains(ids, p.ID) && slices.Contains(p.Data, c)
	})
}

func (l *formLoader) box(n *file.Node) collect.Box {
	const what = "a box"
	file.CheckName(n.KeyNode())
	f := n.Fields(what, "purpose", "channel", "goods", "lasts", "partners", "about")
	f.Need(n, what, "purpose", "channel")
	b := collect.Box{Name: n.Key(), About: wording(f["about"])}
	own(n)
	b.Purpose = file.Word(f["purpose"], "purpose", "purposes", l.purposes())
	b.Channel = file.Word(f["channel"], "channel", "channels", consent.Channels())
	if f["goods"] != nil {
		b.Goods = file.Words(f["goods"], "goods", "goods", consent.AllGoods())
	}
	if f["lasts"] != nil {
		b.Lasts = f["lasts"].Period()
	}
	for _, p := range f["partners"].Each() {
		b.Partners = append(b.Partners, p.Text())
	}
	switch {
	case (b.Channel == consent.Call || b.Channel == consent.Automated) && (len(b.Goods) == 0 || b.Lasts.IsZero()):
		n.KeyNode().Error("missing-key", "a consent to be called needs goods and lasts (C. conso., art. R. 223-1)", "add goods: [other] and lasts: 1 year")
	case b.Channel == consent.Share && len(b.Partners) == 0:
		n.KeyNode().Error("missing-key", "a consent to share names the partners", "add partners: [Name]")
	}
	return b
}

var variable = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

func forward(n *file.Node, x collect.Form) collect.Forward {
	const what = "a forwarding"
	f := n.Fields(what, "webhook", "secret_env", "dataset", "key", "columns", "received", "objects")
	out := collect.Forward{Webhook: f["webhook"].Text(), Secret: f["secret_env"].Text(), Dataset: f["dataset"].Text(), Key: f["key"].Text(), Received: f["received"].Text(), Objects: f["objects"].Text()}
	switch {
	case out.Webhook != "" && out.Dataset == "":
		f.Need(n, "a webhook", "secret_env")
		webhook(f, out)
	case out.Dataset != "" && out.Webhook == "":
		f.Need(n, "an insertion", "key", "columns")
	default:
		n.KeyNode().Error("one-way", "submissions go one way", "write webhook, or dataset")
	}
	for _, e := range f["columns"].Entries() {
		if out.Columns == nil {
			out.Columns = map[string]string{}
		}
		if !slices.ContainsFunc(x.Fields, func(y collect.Field) bool { return y.Name == e.Key() }) {
			e.KeyNode().Error("unknown-field", fmt.Sprintf("the form has no field %q", e.Key()), "write a field of the form, then the column that takes it")
			continue
		}
		out.Columns[e.Key()] = e.Text()
	}
	if out.Dataset != "" {
		dropped(f["columns"], out, x)
	}
	return out
}

// dropped reports a field that no column takes: its answers would be lost once forwarded.
func dropped(n *file.Node, out collect.Forward, x collect.Form) {
	for _, y := range x.Fields {
		if _, ok := out.Columns[y.Name]; !ok {
			n.KeyNode().Error("lost-field", fmt.Sprintf("no column takes the field %s", y.Name), "add the column, or take the field out of the form")
		}
	}
	taken := map[string]bool{out.Key: true}
	for _, c := range append(slices.Sorted(maps.Values(out.Columns)), out.Received, out.Objects) {
		if taken[c] && c != "" {
			n.KeyNode().Error("duplicate-item", fmt.Sprintf("the column %s takes two things", c), "name another column")
		}
		taken[c] = true
	}
}

func webhook(f file.Fields, out collect.Forward) {
	u, err := url.Parse(out.Webhook)
	local := err == nil && u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1"}, u.Hostname())
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !local {
		f["webhook"].Error("bad-address", "webhook is no address", "write https://…, without a password")
	}
	if out.Secret != "" && !variable.MatchString(out.Secret) {
		f["secret_env"].Error("bad-name", "secret_env names an environment variable", "write its name, such as CRM_SECRET; the key itself is for nobody to read")
	}
}

// wording is a text in both languages: French alone serves for both.
func wording(n *file.Node) consent.Text {
	if n == nil {
		return consent.Text{}
	}
	t := text(n)
	if t.EN == "" {
		t.EN = t.FR
	}
	t.FR, t.EN = strings.TrimSpace(t.FR), strings.TrimSpace(t.EN)
	return t
}
