package collect

import (
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

func promised() policy.Policy {
	return policy.Policy{
		Controller: policy.Controller{Name: "Boutique Exemple", Contact: "droits@shop.example", DPO: "dpo@shop.example"},
		Events:     []policy.Named[policy.Event]{{ID: "last_contact", Title: "Dernier contact"}},
		Purposes: []policy.Purpose{
			{ID: "answer", Title: "Répondre", Basis: []policy.Basis{policy.Precontract}, Data: []policy.Category{"contact"},
				Rules: []policy.Rule{{Keep: policy.Keep{Set: true, Period: policy.Years(3)}, After: []policy.Event{"last_contact"}, Data: []policy.Category{"contact"}},
					{Keep: policy.Keep{Set: true, Period: policy.Years(9)}, Data: []policy.Category{"income"}}}},
			{ID: "calls", Title: "Démarchage", Basis: []policy.Basis{policy.Consent}, Data: []policy.Category{"contact"}},
		},
		Recipients: []policy.Recipient{{ID: "host", Title: "Hébergeur Exemple"}},
		Transfers:  []policy.Transfer{{ID: "none", Never: true}},
	}
}

func callForm() Form {
	return Form{ID: "contact", Purposes: []policy.PurposeID{"answer"}, Keep: policy.Days(7), Fields: []Field{
		{Name: "email", Title: consent.Text{FR: "Courriel", EN: "E-mail"}, Data: "contact", Kind: Mail, Most: 200, Without: consent.Text{FR: "sans lui, rien.", EN: "without it, nothing."}},
		{Name: "phone", Title: consent.Text{FR: "Téléphone", EN: "Telephone"}, Data: "contact", Kind: Phone, Most: 20},
		{Name: "words", Data: "contact", Kind: Long, Most: 20},
		{Name: "about", Data: "contact", Kind: Choose, Most: 200, Choices: []Option{{Name: "a"}, {Name: "b"}}},
		{Name: "rooms", Data: "contact", Kind: Number, Most: 10},
		{Name: "built", Data: "contact", Kind: Day, Most: 10},
	}, Boxes: []Box{{Name: "call", Purpose: "calls", Channel: consent.Call, Goods: []consent.Goods{consent.OtherGoods}, Lasts: policy.Months(6)},
		{Name: "mails", Purpose: "calls", Channel: consent.Email}}}
}

func said(n Notice, pick func(consent.Text) string) string {
	var out []string
	for _, l := range n.Lines {
		out = append(out, pick(l.Title))
		for _, s := range l.Says {
			out = append(out, pick(s))
		}
	}
	if n.Phone != nil {
		out = append(out, pick(*n.Phone))
	}
	return strings.Join(out, "\n")
}

// TestNotice tells what article 13 wants told, in both languages, and the notice of L. 223-2
// only where a telephone number is asked for.
func TestNotice(t *testing.T) {
	t.Parallel()
	n := NoticeOf(callForm(), promised())
	fr, en := said(n, func(t consent.Text) string { return t.FR }), said(n, func(t consent.Text) string { return t.EN })
	for _, want := range []string{"Boutique Exemple, droits@shop.example", "dpo@shop.example", "Pourquoi : Répondre", "Pourquoi : Démarchage", "que vous pouvez retirer à tout moment",
		"Gardé 3 ans à compter de « Dernier contact ».", "Courriel : sans lui, rien.", "Le reste est facultatif", "Hébergeur Exemple", "n’en sortent pas", "CNIL", "L. 223-2"} {
		if !strings.Contains(fr, want) {
			t.Errorf("the notice does not say %q:\n%s", want, fr)
		}
	}
	for _, want := range []string{"What for: Répondre", "Kept 3 years from", "E-mail: without it, nothing.", "do not leave it", "may complain", "requires your prior consent"} {
		if !strings.Contains(en, want) {
			t.Errorf("the notice does not say %q:\n%s", want, en)
		}
	}
	if strings.Contains(fr, "9 ans") {
		t.Error("it tells the term of data that nobody asks for")
	}
	f := callForm()
	f.Fields = f.Fields[:1]
	if strings.Contains(said(NoticeOf(f, promised()), func(t consent.Text) string { return t.FR }), "L. 223-2") {
		t.Error("it speaks of telephones where none is asked for")
	}
	if f.Version(n) == callForm().Version(n) {
		t.Error("another form has the same version")
	}
}

// TestSentence holds the sentence of a consent to be called to the five points of R. 223-1.
func TestSentence(t *testing.T) {
	t.Parallel()
	b := callForm().Boxes[0]
	got := b.Sentence(promised())
	for _, want := range []string{"J’accepte que Boutique Exemple m’appelle au téléphone", "« Démarchage »", "nos autres biens et services", "pendant 6 mois à compter d’aujourd’hui",
		"retirer cet accord à tout moment", "droits@shop.example", "pendant un appel", "support durable"} {
		if !strings.Contains(got.FR, want) {
			t.Errorf("%q is not in %q", want, got.FR)
		}
	}
	share := Box{Purpose: "calls", Channel: consent.Share, Partners: []string{"Un", "Deux"}, About: consent.Text{FR: "Rien d’autre.", EN: "Nothing else."}}
	if got := share.Sentence(promised()); !strings.Contains(got.EN, "namely Un, Deux") || !strings.HasSuffix(got.EN, "Nothing else.") {
		t.Error(got.EN)
	}
}

// TestLawful asks the law of the days before and after a change.
func TestLawful(t *testing.T) {
	t.Parallel()
	pack, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, day string
		box       Box
		want      string
	}{
		{"other goods", "2026-11-22", Box{Channel: consent.Call, Goods: []consent.Goods{consent.OtherGoods}, Lasts: policy.Years(1)}, ""},
		{"too long", "2026-11-22", Box{Channel: consent.Call, Goods: []consent.Goods{consent.OtherGoods}, Lasts: policy.Months(13)}, "R. 223-1"},
		{"before the decree", "2026-08-10", Box{Channel: consent.Call, Goods: []consent.Goods{consent.OtherGoods}, Lasts: policy.Months(13)}, ""},
		{"banned by phone", "2026-11-22", Box{Channel: consent.Call, Goods: []consent.Goods{consent.HomeAdaptation}, Lasts: policy.Months(6)}, "L. 223-1"},
		{"not yet banned", "2026-08-10", Box{Channel: consent.Call, Goods: []consent.Goods{consent.HomeAdaptation}, Lasts: policy.Months(6)}, ""},
		{"banned by message", "2026-11-22", Box{Channel: consent.SMS, Goods: []consent.Goods{consent.EnergySaving}}, "L. 223-8"},
		{"a letter", "2026-11-22", Box{Channel: consent.Post, Goods: []consent.Goods{consent.EnergySaving}}, ""},
	} {
		got := strings.Join(Form{Boxes: []Box{c.box}}.Lawful(pack.On(policy.MustDate(c.day))), "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
