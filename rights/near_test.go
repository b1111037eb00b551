package rights

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// TestNear checks that the question put to a store holds for every row that a comparison of
// all rows would take for the person's: for the spellings people use, and for what chance
// makes of them.
func TestNear(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	for _, kind := range []string{"email", "phone", "id"} {
		agreed := 0
		for _, given := range spellings[kind] {
			w := newWanted(Wanted{Identifiers: map[string]string{kind: given}})
			for _, held := range append(spellings[kind], "", "?", "2024-01-12", "x@y", strings.Repeat(" ", 300)+given) {
				for i := range 400 {
					said := held
					for range i % 4 {
						said = respell(dice, said)
					}
					if w.is(kind, said) {
						agreed++
						if !holds(t, w.near(kind, store.Column{Name: "c", Type: store.Text}), said) {
							t.Errorf("%s of %d characters: %d characters agree and are not asked for", kind, len(given), len(said))
						}
					}
				}
			}
		}
		if agreed < 1000 {
			t.Errorf("%s: only %d spellings agreed", kind, agreed)
		}
	}
}

// TestNearNumbers does the same for identifiers that are kept as whole numbers.
func TestNearNumbers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind, given string
		held        int64
		want        bool
	}{
		{"id", "42", 42, true}, {"id", " 4 2 ", 42, true}, {"id", "042", 42, false}, {"id", "C-42", 42, false}, {"id", "-42", -42, true},
		{"id", "99999999999999999999", 42, false}, {"phone", "01 99 00 11 11", 199001111, true}, {"phone", "01 99 00 11 11", 33199001111, true},
		{"phone", "01 99 00 11 12", 199001111, false},
	} {
		w := newWanted(Wanted{Identifiers: map[string]string{tt.kind: tt.given}})
		asked := holds(t, w.near(tt.kind, store.Column{Name: "c", Type: store.Integer}), tt.held)
		if asked != tt.want || w.is(tt.kind, itoa(tt.held)) && !asked {
			t.Errorf("%s: asked for %t, want %t", tt.kind, asked, tt.want)
		}
	}
}

// TestNearText: SQLite keeps text in a column of whole numbers, and who bears it is asked for.
func TestNearText(t *testing.T) {
	t.Parallel()
	for held, want := range map[string]bool{"C-42": true, "c - 42 ": true, "D-42": false} {
		w := newWanted(Wanted{Identifiers: map[string]string{"id": "c-42"}})
		asked := holds(t, w.near("id", store.Column{Name: "c", Type: store.Integer}), held)
		if w.is("id", held) != want || want && !asked {
			t.Errorf("%q: asked for %t, is %t", held, asked, w.is("id", held))
		}
	}
}

func holds(t *testing.T, p store.Pred, v any) bool {
	t.Helper()
	ok, err := mem.Eval(p, map[string]any{"c": v}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// respell changes one sign as people and programs do, mostly into another way to write it.
func respell(dice *rand.Rand, s string) string {
	signs := []rune(s)
	if len(signs) == 0 || len(signs) > 400 {
		return s
	}
	i := dice.IntN(len(signs))
	switch dice.IntN(8) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return " " + s + "\t"
	case 2:
		return string(signs[:i]) + " " + string(signs[i:])
	case 3:
		return strings.ReplaceAll(s, " ", []string{"", ".", "-", "\u00a0"}[dice.IntN(4)])
	case 4: // full width
		if signs[i] > ' ' && signs[i] <= '~' {
			signs[i] += 0xfee0
		}
		return string(signs)
	case 5:
		return strings.ToLower(s) + "."
	case 6:
		return strings.TrimSpace(s)
	}
	return strings.TrimSuffix(s, ".")
}
