package relational

import "regexp"

var copying = regexp.MustCompile(`(?i)\b(insert|replace|call|perform|execute)\b`)

// Copies reports whether the body of a trigger may write elsewhere what a row held: it inserts
// or calls what may. One that only sets the time of the last change does neither.
func Copies(body string) bool { return copying.MatchString(body) }
