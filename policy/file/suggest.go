package file

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Suggest returns a hint for a word that is not among the known ones: the nearest of them
// when it is near enough to be meant, else all of them.
func Suggest(word, kind string, known []string) string {
	best := meant(word, known)
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %s?", best)
	case len(known) == 0:
		return fmt.Sprintf("there are no %s yet", kind)
	}
	return fmt.Sprintf("%s: %s", kind, strings.Join(known, ", "))
}

// meant returns the known word that differs from word by at most a third of its letters, or
// the empty string.
func meant(word string, known []string) string {
	best, distance := "", max(1, len(word)/3)+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}
