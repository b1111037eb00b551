package rights

import (
	"strings"
	"testing"
)

// TestShortCuts holds the quick comparison of identifiers, made once for each row, to the one
// form it stands for.
func TestShortCuts(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"email", "phone", "id"} {
		for _, given := range spellings[kind] {
			w := newWanted(Wanted{Identifiers: map[string]string{kind: given}})
			for _, held := range append(spellings[kind], "", "–", "2024-01-12", "x@y") {
				want := Normal(kind, held) == Normal(kind, given) && Normal(kind, given) != ""
				if got := w.is(kind, held); got != want {
					t.Errorf("%s %d and %d characters: got %t, want %t", kind, len(given), len(held), got, want)
				}
			}
		}
	}
}

var spellings = map[string][]string{
	"email": {"ada@maison.example", " ADA@Maison.Example ", "a.da@maison.example", "ada@forêt.example", "ada@xn--fort-ipa.example", "ADA@FORÊT.example", "ａｄａ@maison.example"},
	"phone": {"01 99 00 11 11", "0199001111", "+33 (0)1.99.00.11.11", "0033199001111", "01-99-00-11-12", "1199001111", "٠١٩٩٠٠١١١١", "+44 199001111"},
	"id":    {"C-1", "c-1", " c - 1", "C1"},
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b  string
		alike bool
		full  bool
	}{
		{"ada martin", "ada martin", true, true},
		{"ada martin", "martin ada", true, true},
		{"ada martin", "martin", true, false},
		{"ada martin", "a martin", true, true},
		{"ada martin", "ada marie martin", true, true},
		{"catherine lefebvre", "katherine lefevre", true, true},
		{"catherine lefebvre", "catherine lefebure", true, true},
		{"ada martin", "bruno petit", false, false},
		{"ada martin", "ada durand", false, false},
	} {
		got, full := likeness(strings.Fields(tt.a), strings.Fields(tt.b))
		if (got >= alike) != tt.alike || full != tt.full {
			t.Errorf("%s and %s: %.2f, full %t", tt.a, tt.b, got, full)
		}
	}
	if got, full := likeness(nil, []string{"ada"}); got != -1 || full {
		t.Errorf("without a name: %.2f, full %t", got, full)
	}
}

// TestWeigh orders what speaks for a row: a common name tells less than a rare one, a contrary
// address more than nothing.
func TestWeigh(t *testing.T) {
	t.Parallel()
	common, rare := Weight{Rows: 10_000, SameName: 200}, Weight{Rows: 10_000, SameName: 1}
	for _, tt := range []struct {
		name       string
		less, more int
	}{
		{"a common name", Weigh(nil, nil, 1, common), Weigh(nil, nil, 1, rare)},
		{"a contrary address", Weigh(nil, []string{"email"}, 1, rare), Weigh(nil, nil, 1, rare)},
		{"a telephone without the name", Weigh([]string{"phone"}, nil, -1, rare), Weigh([]string{"phone"}, nil, 1, rare)},
		{"a telephone with another's name", Weigh([]string{"phone"}, nil, 0.4, rare), Weigh([]string{"phone"}, nil, -1, rare)},
	} {
		if tt.less >= tt.more {
			t.Errorf("%s: %d %% is not less than %d %%", tt.name, tt.less, tt.more)
		}
	}
}
