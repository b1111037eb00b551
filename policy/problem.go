package policy

import "fmt"

// Problem is one finding about what a person wrote, for that person: what is wrong, where,
// why, and what to do next. It never holds a value of the stores.
type Problem struct {
	// File is the name of the file as given; Path leads to the place inside it, such as
	// $.purposes.quotes.retention[0].after (the YAMLPath of goccy/go-yaml).
	File string `json:"file"`
	Path string `json:"path,omitempty"`
	// Line and Column count from 1; zero until somebody looked the path up.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Code is stable, lower-case and dashed, such as unknown-column; tests and ignore lists use it.
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	// Message says what is wrong and why; Hint says what to do next.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Excerpt shows the place with a caret under it; empty when there is none.
	Excerpt string `json:"excerpt,omitempty"`
}

// Severity ranks problems.
type Severity string

// An Error stops; a Warning is shown and stops nothing; a Finding is for the owner to decide.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Finding Severity = "finding"
)

// Error returns file:line:column, the message and the hint on one line.
func (p Problem) Error() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if where != "" {
		where += ": "
	}
	if p.Hint != "" {
		return fmt.Sprintf("%s%s (%s)", where, p.Message, p.Hint)
	}
	return where + p.Message
}
