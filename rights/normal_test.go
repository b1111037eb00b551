package rights_test

import (
	"testing"

	"github.com/garant-rgpd/garant/rights"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kind, in, want string }{
		{"case", "email", " Ada.Un@Shop.EXAMPLE ", "ada.un@shop.example"},
		{"dots before the at sign count", "email", "a.d.a@shop.example", "a.d.a@shop.example"},
		{"accents in the domain", "email", "ada@forêt.example", "ada@xn--fort-ipa.example"},
		{"full-width letters", "email", "ａｄａ@shop.example", "ada@shop.example"},
		{"no address", "email", "ada", ""},
		{"two addresses", "email", "ada@a.example, b@b.example", ""},
		{"spaces", "phone", "01 99 00 12 34", "+33199001234"},
		{"dots", "phone", "01.99.00.12.34", "+33199001234"},
		{"dashes", "phone", "01-99-00-12-34", "+33199001234"},
		{"plus", "phone", "+33199001234", "+33199001234"},
		{"plus and zero in brackets", "phone", "+33 (0)1 99 00 12 34", "+33199001234"},
		{"double zero", "phone", "0033 1 99 00 12 34", "+33199001234"},
		{"a mobile", "phone", "06 39 98 01 02", "+33639980102"},
		{"a date is no number", "phone", "2024-01-12", ""},
		{"a name folds", "name", "Éloïse  DE LA TOUR-d’Argent", "eloise de la tour d argent"},
		{"a customer number read out", "id", "ab 12 34", "ab1234"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := rights.Normal(tt.kind, tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
