package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Period is a calendar length: months (a year is twelve) and days. Hours do not exist:
// retention is counted in whole days.
type Period struct {
	Months int
	Days   int
}

// Years returns a period of n years.
func Years(n int) Period { return Period{Months: 12 * n} }

// Months returns a period of n months.
func Months(n int) Period { return Period{Months: n} }

// Days returns a period of n days.
func Days(n int) Period { return Period{Days: n} }

var periodPart = regexp.MustCompile(`(?i)^(\d{1,4})\s*(years?|ans?|months?|mois|weeks?|semaines?|days?|jours?)$`)
var isoPeriod = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$`)

// ParsePeriod reads "3 years", "13 months", "32 days", "1 year 6 months", the French
// words for them, and the ISO 8601 form without hours (P3Y, P32D). Negative lengths do
// not exist.
func ParsePeriod(s string) (Period, error) {
	s = strings.TrimSpace(s)
	if m := isoPeriod.FindStringSubmatch(s); m != nil && len(s) > 1 {
		return Period{Months: 12*atoi(m[1]) + atoi(m[2]), Days: 7*atoi(m[3]) + atoi(m[4])}, nil
	}
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields)%2 != 0 {
		return Period{}, fmt.Errorf("%q is not a period; write 3 years, 13 months, 32 days or P3Y", s)
	}
	var p Period
	for i := 0; i < len(fields); i += 2 {
		m := periodPart.FindStringSubmatch(fields[i] + " " + fields[i+1])
		if m == nil {
			return Period{}, fmt.Errorf("%q is not a period; write 3 years, 13 months, 32 days or P3Y", s)
		}
		p = p.plus(atoi(m[1]), strings.ToLower(m[2]))
	}
	return p, nil
}

func (p Period) plus(n int, unit string) Period {
	switch unit[0] {
	case 'y', 'a':
		p.Months += 12 * n
	case 'm':
		p.Months += n
	case 'w', 's':
		p.Days += 7 * n
	default:
		p.Days += n
	}
	return p
}

// IsZero reports whether the period has no length.
func (p Period) IsZero() bool { return p == Period{} }

// Plus returns the period that has the months and days of both. Adding it is not the
// same as adding one after the other: a clamp may happen between the two.
func (p Period) Plus(q Period) Period { return Period{p.Months + q.Months, p.Days + q.Days} }

// String returns the canonical English form, "1 year 6 months"; "0 days" for no length.
func (p Period) String() string {
	return p.words("year", "years", "month", "months", "day", "days")
}

// French returns the form a French reader expects, "1 an 6 mois".
func (p Period) French() string {
	return p.words("an", "ans", "mois", "mois", "jour", "jours")
}

func (p Period) words(y, ys, m, ms, d, ds string) string {
	var parts []string
	add := func(n int, one, many string) {
		if n == 1 || n == 0 && one == d {
			parts = append(parts, fmt.Sprintf("%d %s", n, one))
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(p.Months/12, y, ys)
	add(p.Months%12, m, ms)
	if p.Days > 0 {
		add(p.Days, d, ds)
	}
	if len(parts) == 0 {
		return "0 " + ds
	}
	return strings.Join(parts, " ")
}

// MarshalText writes the canonical English form.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads.
func (p *Period) UnmarshalText(b []byte) error {
	v, err := ParsePeriod(string(b))
	*p = v
	return err
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
