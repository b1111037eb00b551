package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is a word, a number, an address of a page or a mailbox, or one of the signs that
// are read aloud (% and €).
type Token struct {
	Text       string // folded
	Start, End int    // in the text it was taken from
	Last       bool   // the sentence ends after it
}

// Tokens returns the words of s. Apostrophes and hyphens separate words; a number keeps its
// decimals and thousands; a number glued to its unit ("13mois", "72h") gives two words.
func Tokens(s string) []Token {
	out := make([]Token, 0, len(s)/6+1)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '%' || r == '€':
			out = append(out, Token{Text: s[i : i+n], Start: i, End: i + n})
		case isWord(r):
			n = wordLen(s, i)
			out = append(out, Token{Text: Fold(s[i : i+n]), Start: i, End: i + n})
		}
		i += n
	}
	markLast(s, out)
	return out
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// wordLen returns the length of the word that starts at s[i].
func wordLen(s string, i int) int {
	if n := addressLen(s, i); n > 0 {
		return n
	}
	if isDigit(s[i]) {
		return numberLen(s, i)
	}
	j := i
	for j < len(s) {
		r, n := utf8.DecodeRuneInString(s[j:])
		if !isWord(r) {
			break
		}
		j += n
	}
	return j - i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// numberLen returns the length of the number at s[i]: digits, a point or a comma between
// digits, a space between thousands, and the ending of an ordinal.
func numberLen(s string, i int) int {
	j := i
	for j < len(s) {
		switch {
		case isDigit(s[j]):
			j++
		case (s[j] == '.' || s[j] == ',') && j+1 < len(s) && isDigit(s[j+1]):
			j += 2
		case s[j] == ' ' && j-i <= 3 && thousands(s[j+1:]):
			j += 4
		default:
			return j + ordinalLen(s[j:]) - i
		}
	}
	return j - i
}

// thousands reports whether s begins with exactly three digits.
func thousands(s string) bool {
	return len(s) >= 3 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && (len(s) == 3 || !isDigit(s[3]))
}

// ordinalLen returns the length of "er", "ème" and so on when s begins with one.
func ordinalLen(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) {
			break
		}
		n += size
	}
	switch Fold(s[:n]) {
	case "er", "ere", "re", "e", "eme", "nd", "nde":
		return n
	}
	return 0
}

// longestAddress bounds how far a word is looked through for an address, in bytes.
const longestAddress = 320

// addressLen returns the length of the mailbox or page address at s[i], 0 when there is none.
func addressLen(s string, i int) int {
	j, at, dots := i, false, 0
	for j < len(s) && j-i < longestAddress && isAddress(s[j]) {
		at = at || s[j] == '@'
		if s[j] == '.' {
			dots++
		}
		j++
	}
	word := s[i:j]
	if !at && !strings.HasPrefix(word, "http://") && !strings.HasPrefix(word, "https://") && !(strings.HasPrefix(word, "www.") && dots > 1) {
		return 0
	}
	return len(strings.TrimRight(word, ".,;:!?)"))
}

func isAddress(c byte) bool {
	return isWord(rune(c)) && c < utf8.RuneSelf || strings.IndexByte("-._~:/?#@!$&+,;=%", c) >= 0
}

// markLast flags the last word of each sentence of s.
func markLast(s string, words []Token) {
	k := 0
	for _, end := range ends(s) {
		for k < len(words) && words[k].Start < end {
			k++
		}
		if k > 0 {
			words[k-1].Last = true
		}
	}
}
