package fact

import (
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Period returns the period of a statement on keeping; false when it gives none. Weeks are
// seven days; hours count as the days they begin.
func (f Fact) Period() (policy.Period, bool) {
	s := f.Norm.Text(DurationKey)
	if s == "" {
		return policy.Period{}, false
	}
	if s == "P0D" {
		return policy.Period{}, true
	}
	if p, err := policy.ParsePeriod(s); err == nil {
		return p, true
	}
	n, err := strconv.Atoi(strings.Trim(s, "PTWH"))
	switch {
	case err != nil:
		return policy.Period{}, false
	case strings.HasSuffix(s, "W"):
		return policy.Days(7 * n), true
	}
	return policy.Days((n + 23) / 24), true
}

// Brief returns the quote on one line, cut after n characters.
func (f Fact) Brief(n int) string {
	runes := []rune(strings.Join(strings.Fields(f.Quote), " "))
	if len(runes) <= n {
		return strings.TrimRight(string(runes), " ;,:")
	}
	return strings.TrimRight(string(runes[:n-1]), " ;,:") + "…"
}
