package prose

import (
	"unicode"
	"unicode/utf8"
)

// splitWord reports whether text ends in a hyphen that only a line end put there: letters
// before it, small letters after.
func splitWord(text, next []byte) bool {
	if len(text) < 2 || text[len(text)-1] != '-' {
		return false
	}
	before, _ := utf8.DecodeLastRune(text[:len(text)-1])
	after, _ := utf8.DecodeRune(next)
	return unicode.IsLower(before) && unicode.IsLower(after)
}
