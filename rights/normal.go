package rights

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Mark is an identifier in its one form, by which a person is known again.
type Mark struct{ Kind, Value string }

// Marks returns the identifiers in their one form, by kind. Those that have none are left out.
func Marks(identifiers map[string]string) []Mark {
	var out []Mark
	for _, kind := range slices.Sorted(maps.Keys(identifiers)) {
		if v := Normal(kind, identifiers[kind]); v != "" {
			out = append(out, Mark{kind, v})
		}
	}
	return out
}

// Normal returns the one form of an identifier, the empty string where it is none of its kind:
//
//	email   lower case, the domain in ASCII; dots before the @ count, as they do for most servers
//	phone   E.164 of a valid number, French unless it says otherwise: 01 99…, 01.99…, +33 (0)1 99…
//	name    folded: no case, no accents, one space between words, no other signs
//	others  no case and no spaces, as customer numbers are read out
func Normal(kind, value string) string {
	value = strings.TrimSpace(norm.NFKC.String(value))
	switch kind {
	case "email":
		return email(value)
	case "phone":
		return phone(value)
	case "name":
		return Fold(value)
	}
	return strings.ToLower(strings.Join(strings.Fields(value), ""))
}

func email(s string) string {
	local, domain, ok := strings.Cut(strings.ToLower(s), "@")
	if !ok || local == "" || strings.ContainsAny(s, " \t<>,;") {
		return ""
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(domain, "."))
	if err != nil || ascii == "" {
		return ""
	}
	return local + "@" + ascii
}

// phone takes only what is a valid number, since the library reads a date as one without an
// error; and French numbers of the right length in ranges that the library does not know, such
// as those set aside for fiction (06 39 98).
func phone(s string) string {
	n, err := phonenumbers.Parse(strings.ReplaceAll(s, "(0)", ""), "FR")
	if err != nil {
		return ""
	}
	french := n.GetCountryCode() == 33 && n.GetNationalNumber() >= 100_000_000 && n.GetNationalNumber() < 1_000_000_000
	if !french && !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// Fold returns a name without case, accents and signs, its words apart by one space.
func Fold(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		plain = name
	}
	words := strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}
