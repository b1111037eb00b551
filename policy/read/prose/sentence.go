package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is a part of a block that ends with a full stop or with the block.
type Sentence struct {
	Text       string
	Start, End int // in Block.Text
}

// Sentences returns the sentences of the block, without the spaces between them. The points
// of abbreviations, initials, numbers and addresses do not end a sentence; an inline bullet
// starts one.
func (b Block) Sentences() []Sentence {
	var out []Sentence
	start := 0
	for _, end := range append(ends(b.Text), len(b.Text)) {
		from, to := trimmed(b.Text, start, end)
		if from < to {
			out = append(out, Sentence{b.Text[from:to], from, to})
		}
		start = end
	}
	return out
}

func trimmed(s string, i, j int) (int, int) {
	for i < j && s[i] == ' ' {
		i++
	}
	for i < j && s[j-1] == ' ' {
		j--
	}
	return i, j
}

// ends returns where the sentences of s end, the last excepted.
func ends(s string) []int {
	var out []int
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.' || c == '!' || c == '?':
			if end, ok := stop(s, i); ok {
				out = append(out, end)
				i = end - 1
			}
		case c >= utf8.RuneSelf:
			if end, ok := mark(s, i); ok {
				out = append(out, end)
			}
		}
	}
	return out
}

// mark handles the signs outside ASCII: an ellipsis ends a sentence before a capital, a
// bullet starts one.
func mark(s string, i int) (int, bool) {
	switch {
	case strings.HasPrefix(s[i:], "…"):
		return stop(s, i+len("…")-1)
	case strings.HasPrefix(s[i:], "• "), strings.HasPrefix(s[i:], "▪ "), strings.HasPrefix(s[i:], "● "):
		return i, i > 0
	}
	return 0, false
}

// stop reports whether the sign at s[i] ends a sentence that is not the last, and where.
func stop(s string, i int) (int, bool) {
	end := i + 1
	for end < len(s) && (s[end] == '.' || s[end] == '!' || s[end] == '?') {
		end++
	}
	end += closing(s[end:])
	if end >= len(s) {
		return 0, false
	}
	glued := s[end] != ' '
	if glued && !gluedSentence(s, i, end) {
		return 0, false
	}
	if !begins(strings.TrimLeft(s[end:], " ")) {
		return 0, false
	}
	return end, s[i] != '.' || glued || !abbreviation(s[:i])
}

// closing returns the length of the quotes and brackets that close right after a stop.
func closing(s string) int {
	n := 0
	for n < len(s) {
		switch rest := s[n:]; {
		case rest[0] == '"' || rest[0] == ')' || rest[0] == ']':
			n++
		case strings.HasPrefix(rest, " »"):
			n += len(" »")
		case strings.HasPrefix(rest, "»"):
			n += len("»")
		default:
			return n
		}
	}
	return n
}

// begins reports whether s can begin a sentence: a capital, a figure, an opening sign.
func begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("«\"([-–—•▪●*", r)
}

// gluedSentence recognises a stop whose space was lost: "vos données.Nous" but not
// "contact.Lyon@exemple.example" or "S.A.S".
func gluedSentence(s string, i, end int) bool {
	if end != i+1 || s[i] != '.' {
		return false
	}
	from := strings.LastIndexByte(s[:i], ' ') + 1
	to := len(s)
	if n := strings.IndexByte(s[end:], ' '); n >= 0 {
		to = end + n
	}
	before, after := s[from:i], s[end:to]
	first, n := utf8.DecodeRuneInString(after)
	second, _ := utf8.DecodeRuneInString(after[n:])
	last, _ := utf8.DecodeLastRuneInString(before)
	return len(before) > 2 && unicode.IsLower(last) && unicode.IsUpper(first) && (unicode.IsLower(second) || second == '\'') &&
		!strings.ContainsAny(before+after, "@/") && !strings.Contains(before, ".")
}

// abbreviation reports whether a point after s only shortens its last word.
func abbreviation(s string) bool {
	word := s[strings.LastIndexAny(s, " ('\"")+1:]
	letters := strings.TrimLeft(word, "«\u00a0 ")
	if letters == "" || isDigit(letters[len(letters)-1]) {
		return len(letters) > 0 && len(letters) <= 2 && strings.TrimSpace(s) == letters // "1. Objet"
	}
	if utf8.RuneCountInString(letters) == 1 {
		r, _ := utf8.DecodeRuneInString(letters)
		return unicode.IsUpper(r) // M., L. 123-1, R. 10
	}
	if strings.Contains(letters, ".") && !strings.ContainsAny(letters, "@/") && initials(letters) {
		return true
	}
	return strings.Contains(abbreviated, " "+Fold(letters)+" ")
}

// initials reports whether s is single letters between points, such as S.A.S or c.-à-d.
func initials(s string) bool {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '-' }) {
		if utf8.RuneCountInString(part) > 1 {
			return false
		}
	}
	return true
}

// abbreviated are the words, folded, after which a point ends nothing. "etc" is absent: a
// capital after it starts a sentence.
const abbreviated = " art arts al cf ex no num tel fax ref av bd bld blvd st ste dr me mlle mme mm pr prof " +
	"p pp vol env max min resp ss sq chap sect par parag dec circ ord regl dir adm app cass civ com soc crim " +
	"janv fevr avr juil sept oct nov approx compl tit suppl ed coll inc ltd cie "
