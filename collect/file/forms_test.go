package file

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

// formPolicy promises what the forms of the test are for.
func formPolicy() policy.Policy {
	return policy.Policy{
		Data: []policy.Named[policy.Category]{{ID: "identity"}, {ID: "contact"}, {ID: "notes"}, {ID: "income"}},
		Purposes: []policy.Purpose{{ID: "relationship", Data: []policy.Category{"identity", "contact", "notes"}},
			{ID: "newsletter", Data: []policy.Category{"contact", "income"}}},
	}
}

func wholeForms(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/forms/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestLoadForms reads a whole file.
func TestLoadForms(t *testing.T) {
	t.Parallel()
	set, problems := LoadForms("forms.yaml", []byte(wholeForms(t)), formPolicy())
	if len(problems) > 0 || len(set.Forms) != 2 {
		t.Fatal(problems, set)
	}
	f, ok := set.Form("contact")
	if !ok || len(f.Fields) != 5 || len(f.Boxes) != 3 || f.Keep != policy.Days(7) || f.Asks != "other" {
		t.Fatalf("the form is %+v", f)
	}
	if f.Fields[0].Required() || !f.Fields[1].Required() || f.Fields[2].Title.EN != "Téléphone" || f.Fields[4].Most != 2000 || f.Fields[0].Most != 80 {
		t.Errorf("the fields are %+v", f.Fields)
	}
	if f.Boxes[1].Lasts != policy.Months(6) || f.Boxes[1].Needs() != collect.Phone || f.Forward.Columns["message"] != "note" {
		t.Errorf("%+v, %+v", f.Boxes, f.Forward)
	}
	if _, ok := set.Form("nothing"); ok {
		t.Error("a form nobody wrote")
	}
}

// TestFormProblems writes one thing wrong at a time; each has its line.
func TestFormProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, now, code string }{
		{"forced", "data: contact\n        kind: email", "data: income\n        kind: email", "forced-consent"},
		{"a category of nobody", "data: identity", "data: genes", "unknown-data"},
		{"a purpose of nobody", "purposes: [relationship]", "purposes: [spying]", "unknown-purpose"},
		{"a channel", "channel: email", "channel: fax", "unknown-channel"},
		{"an address of another scheme", "https://crm.shop.example/hook", "file:///etc/passwd", "bad-address"},
		{"a webhook without encryption", "https://crm.shop.example/hook", "http://crm.shop.example/hook", "bad-address"},
		{"a password in the address", "https://crm.shop.example/hook", "https://u:p@crm.shop.example/hook", "bad-address"},
		{"a key for all to read", "secret_env: CRM_SECRET", "secret_env: s3cret", "bad-name"},
		{"lost", "\n    forward: {webhook: \"https://crm.shop.example/hook\", secret_env: CRM_SECRET}", "", "missing-key"},
		{"unsigned", ", secret_env: CRM_SECRET", "", "missing-key"},
		{"two ways", "key: web_lead", `webhook: "https://crm.shop.example/", key: web_lead`, "one-way"},
		{"a field nobody stores", "phone: phone, ", "", "lost-field"},
		{"a column that takes two", "phone: phone, ", "phone: email, ", "duplicate-item"},
		{"a column for no field", "{name: name,", "{age: age, name: name,", "unknown-field"},
		{"calls without goods", "goods: [other], ", "", "missing-key"},
		{"calls without an end", "lasts: 6 months, ", "", "missing-key"},
		{"sharing with anybody", ", partners: [Partenaire Exemple]", "", "missing-key"},
		{"a box without its field", "data: contact, kind: phone}\n      subject", "data: contact, kind: text}\n      subject", "box-without-field"},
		{"choices of a text", "kind: choice", "kind: text", "bad-choices"},
		{"too long a wait", "keep: 7 days", "keep: 2 months", "bad-period"},
		{"a box of the page's own", "      news: {purpose", "      site: {purpose", "bad-name"},
		{"a name of the page's own", "      message: {title", "      page: {title", "bad-name"},
		{"one name for two", "      friends: {purpose", "      phone: {purpose", "duplicate-name"},
		{"ticked in advance", "channel: email}", "channel: email, checked: true}", "unknown-key"},
		{"no site", "https://www.shop.example", "https://www.shop.example/path", "bad-site"},
		{"an unknown autofill", "autofill: name", "autofill: cc-number", "unknown-autofill"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			src := wholeForms(t)
			if !strings.Contains(src, c.old) {
				t.Fatalf("the file does not say %q", c.old)
			}
			_, problems := LoadForms("forms.yaml", []byte(strings.Replace(src, c.old, c.now, 1)), formPolicy())
			i := slices.IndexFunc(problems, func(p policy.Problem) bool { return p.Code == c.code })
			if !file.Failed(problems) || i < 0 || problems[i].Line == 0 {
				t.Errorf("found %v, not %s", problems, c.code)
			}
		})
	}
}

// TestAgreed warns of a form that takes its sending for a consent.
func TestAgreed(t *testing.T) {
	t.Parallel()
	p := formPolicy()
	p.Purposes[0].Basis = []policy.Basis{policy.Consent}
	_, problems := LoadForms("forms.yaml", []byte(wholeForms(t)), p)
	if len(problems) != 2 || problems[0].Code != "consent-without-box" || problems[0].Severity != policy.Warning {
		t.Errorf("found %v", problems)
	}
	p.Purposes[0].Basis = []policy.Basis{policy.Consent, policy.Contract}
	if _, problems := LoadForms("forms.yaml", []byte(wholeForms(t)), p); len(problems) != 0 {
		t.Errorf("another basis carries it: %v", problems)
	}
}

// TestOutside refuses a field that no purpose uses, required or not, and one that only a box
// needs as long as it is required.
func TestOutside(t *testing.T) {
	t.Parallel()
	p := formPolicy()
	p.Purposes[1].Data = []policy.Category{"contact"}
	src := strings.Replace(wholeForms(t), "data: notes, kind: long", "data: income, kind: long", 1)
	_, problems := LoadForms("forms.yaml", []byte(src), p)
	if len(problems) != 1 || problems[0].Code != "outside-purpose" {
		t.Errorf("found %v", problems)
	}
	if _, problems := LoadForms("forms.yaml", []byte(src), formPolicy()); len(problems) != 0 {
		t.Errorf("a box needs it, and it may stay empty: %v", problems)
	}
}
