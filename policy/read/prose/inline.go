package prose

import (
	"regexp"
	"unicode/utf8"
)

// inlineLevel is the level of a heading that stands in the line of its text.
const inlineLevel = 6

var (
	// asked is a short question before the sentences that answer it.
	asked = regexp.MustCompile(`^(\p{Lu}[^.?!:;]{2,70}[\s\x{a0}\x{202f}]?\?)[\s\x{a0}\x{202f}]+[\p{Lu}«(]`)
	// shouted is a label in capitals before its text.
	shouted = regexp.MustCompile(`^(\p{Lu}[\p{Lu}'’\-\s]{5,50}[\s\x{a0}\x{202f}]?[:?.–—])[\s\x{a0}\x{202f}]+\p{Lu}`)
)

// inlineHead returns where the heading ends and where the text begins when the line of a
// paragraph opens with a heading: "COMBIEN DE TEMPS ? Trois ans." They are 0 for any other
// block.
func inlineHead(b Block) (end, begin int) {
	if b.Kind != Paragraph || len(b.Text) < 24 {
		return 0, 0
	}
	for _, re := range []*regexp.Regexp{asked, shouted} {
		if m := re.FindStringSubmatchIndex(b.Text); m != nil {
			_, size := utf8.DecodeLastRuneInString(b.Text[:m[1]])
			return m[3], m[1] - size
		}
	}
	return 0, 0
}
