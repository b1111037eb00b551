package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s in lower case, without accents, with œ as oe and regular apostrophes: the
// form in which words are compared.
func Fold(s string) string {
	if folded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		foldRune(&b, r)
	}
	return b.String()
}

// folded reports whether folding would change nothing, which is so of most words.
func folded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

func foldRune(b *strings.Builder, r rune) {
	switch {
	case r < utf8.RuneSelf:
		b.WriteRune(unicode.ToLower(r))
	case isSpace(r):
		b.WriteByte(' ')
	case isInvisible(r) || unicode.Is(unicode.Mn, r):
	case r == 'œ' || r == 'Œ':
		b.WriteString("oe")
	case r == 'æ' || r == 'Æ':
		b.WriteString("ae")
	case r == 'ß':
		b.WriteString("ss")
	default:
		foldAccent(b, r)
	}
}

// foldAccent writes the letter under an accent, or the letters of a ligature.
func foldAccent(b *strings.Builder, r rune) {
	if i := strings.IndexRune(accented, r); i >= 0 {
		b.WriteByte(bare[utf8.RuneCountInString(accented[:i])])
		return
	}
	if long := ligature(r); long != "" {
		b.WriteString(long)
		return
	}
	for _, c := range norm.NFD.String(string(regular(r))) {
		if !unicode.Is(unicode.Mn, c) {
			b.WriteRune(unicode.ToLower(c))
		}
	}
}

// The accented letters of French and the letters under them, rune by rune: the common case,
// for which the tables of Unicode would be slow.
const (
	accented = "éèàêçùâîôûëïüÉÈÀÊÇÙÂÎÔÛËÏÜ’"
	bare     = "eeaecuaioueiueeaecuaioueiu'"
)
