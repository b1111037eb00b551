package register

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// suggest returns the hint for an unknown name: the nearest candidate when one is near, else
// the candidates themselves when they are few, introduced by the words given.
func suggest(name string, candidates []string, introduction string) string {
	best, least := "", len(name)/3+1
	for _, c := range candidates {
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c))
		if d < least || d == least && best == "" {
			best, least = c, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	if len(candidates) == 0 || len(candidates) > 12 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(candidates))
	return introduction + " " + strings.Join(sorted, ", ")
}
