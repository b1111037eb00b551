package rights

import "regexp"

// address finds addresses for mail in free text.
var address = regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}`)

// speaksOfOthers reports whether a text names an address for mail that is not the person's: a
// human reads such a field before it is handed over (article 15(4)).
func (w wanted) speaksOfOthers(s string) bool {
	for _, a := range address.FindAllString(s, -1) {
		if !w.is("email", a) {
			return true
		}
	}
	return false
}
