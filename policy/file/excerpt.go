package file

import (
	"fmt"
	"regexp"
	"strings"
)

// excerptWidth is how many characters of a line are shown.
const excerptWidth = 100

// secrets finds what looks like a password in an address, with what stands before it:
// "://user:", "user:" up to an @, and "password=". An excerpt must not print what the file
// should not hold in the first place.
var secrets = []*regexp.Regexp{
	regexp.MustCompile(`(://[^\s:/@]*:)(\S+)@`),
	regexp.MustCompile(`([\w.-]+:)([^\s@/][^\s@]*)@`),
	regexp.MustCompile(`(?i)(\b(?:password|passwd|pwd|pass)\s*[=:]\s*)([^\s&]+)`),
}

// excerpt shows a line with a caret under the column; a long line is cut around it.
func (r *Reader) excerpt(line, column int) string {
	if line < 1 || line > len(r.lines) {
		return ""
	}
	text := []rune(mask(strings.ReplaceAll(r.lines[line-1], "\t", " ")))
	from := 0
	if column > excerptWidth {
		from = min(column-excerptWidth/2, len(text))
	}
	to := min(from+excerptWidth, len(text))
	gutter := fmt.Sprintf("%5d | ", line)
	under := strings.Repeat(" ", len(gutter)-2) + "| " + strings.Repeat(" ", max(column-1-from, 0)) + "^"
	return strings.TrimRight(gutter+string(text[from:to]), " ") + "\n" + under
}

// mask replaces passwords by as many asterisks, so that columns stay where they are.
func mask(line string) string {
	for _, re := range secrets {
		for _, at := range re.FindAllStringSubmatchIndex(line, -1) {
			from, to := at[4], at[5]
			hidden := strings.Repeat("*", len([]rune(line[from:to])))
			line = line[:from] + hidden + strings.Repeat("\x00", to-from-len(hidden)) + line[to:]
		}
	}
	return strings.ReplaceAll(line, "\x00", "")
}
