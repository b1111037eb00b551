package law

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Calendar tells working days from the others in one territory. The zero Calendar knows no
// public holiday.
type Calendar struct{ days []dated }

// dated is a holiday with the entry that says when it is one.
type dated struct {
	holiday
	entry Entry
}

// holiday is a day of each year: a fixed one, or one counted from Easter Sunday.
type holiday struct {
	name   string
	month  time.Month // zero when counted from Easter
	day    int
	easter int
}

// parseHoliday reads "05-08 Victoire de 1945" and "easter+1 Lundi de Pâques".
func parseHoliday(s string) (holiday, error) {
	when, name, _ := strings.Cut(s, " ")
	if rest, ok := strings.CutPrefix(when, "easter"); ok {
		n, err := strconv.Atoi(rest)
		if err == nil && name != "" {
			return holiday{name: name, easter: n}, nil
		}
	} else if d, err := policy.ParseDate("2024-" + when); err == nil && name != "" {
		return holiday{name: name, month: d.Month, day: d.Day}, nil
	}
	return holiday{}, fmt.Errorf("%q is not a holiday; write 05-08 NAME or easter+1 NAME", s)
}

// in returns the holiday's day of a year.
func (h holiday) in(year int) policy.Date {
	if h.month == 0 {
		return plusDays(Easter(year), h.easter)
	}
	return policy.Date{Year: year, Month: h.month, Day: h.day}
}

// plusDays moves a day either way; policy.Period has no negative lengths to be written, and
// none is needed but for Good Friday.
func plusDays(d policy.Date, n int) policy.Date { return d.Add(policy.Period{Days: n}) }

// Easter returns Easter Sunday of a Gregorian year, by the anonymous algorithm published in
// Nature in 1876 (Meeus, Astronomical Algorithms, chapter 8).
func Easter(year int) policy.Date {
	a, b, c := year%19, year/100, year%100
	g := (8*b + 13) / 25
	h := (19*a + b - b/4 - g + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return policy.Date{Year: year, Month: time.Month(month), Day: day}
}

// Holiday returns the French name of the public holiday that a day is, and whether it is one.
func (c Calendar) Holiday(d policy.Date) (string, bool) {
	for _, h := range c.days {
		if h.entry.holds(d) && h.in(d.Year) == d {
			return h.name, true
		}
	}
	return "", false
}

// Working reports whether a day is a working day in the sense of Regulation 1182/71, article
// 2: neither a public holiday nor a Saturday nor a Sunday.
func (c Calendar) Working(d policy.Date) bool {
	w := weekday(d)
	_, holiday := c.Holiday(d)
	return w != time.Saturday && w != time.Sunday && !holiday
}

func weekday(d policy.Date) time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// Roll returns d when it is a working day, else the next one (article 3(4)).
func (c Calendar) Roll(d policy.Date) policy.Date {
	for !c.Working(d) {
		d = plusDays(d, 1)
	}
	return d
}

// WorkingDays returns the n-th working day after d: the day itself is not counted. It is no
// count of jours ouvrables, as French texts have them: Saturdays are among those.
func (c Calendar) WorkingDays(d policy.Date, n int) policy.Date {
	for ; n > 0; n-- {
		d = c.Roll(plusDays(d, 1))
	}
	return d
}

// Ouvrables returns the n-th jour ouvrable after d: every day but Sundays and public
// holidays is one, so that a working week has six. The day itself is not counted.
func (c Calendar) Ouvrables(d policy.Date, n int) policy.Date {
	for n > 0 {
		d = plusDays(d, 1)
		if _, holiday := c.Holiday(d); !holiday && weekday(d) != time.Sunday {
			n--
		}
	}
	return d
}

// Deadline is the last day of a period.
type Deadline struct {
	// Raw is the last day by the calendar alone: what to aim at.
	Raw policy.Date
	// Due is the last lawful day: Raw, or the next working day when nobody works on it.
	Due policy.Date
}

// Within returns the deadline of a period of months or days that begins with an event on
// day: the event's day is not counted, a month ends on the day of the same number or on its
// last, and an end on a Saturday, Sunday or holiday moves to the next working day
// (Regulation 1182/71, article 3). Periods of hours, such as the 72 of article 33 GDPR, are
// none of its business: they are not moved.
func (c Calendar) Within(day policy.Date, p policy.Period) Deadline {
	raw := day.Add(p)
	return Deadline{raw, c.Roll(raw)}
}

// Answer are the two deadlines of a request: that of the answer, and that of the answer when
// the person was told within the first that it will take longer (article 12(3) GDPR). Both
// count from the receipt, so that the second is not the first, moved, plus two months.
type Answer struct{ First, Extended Deadline }

// Answer returns the deadlines of a request received on a day. Suspended is how many whole
// days the clock stood still because identity was reasonably doubted and not yet shown.
func (v Values) Answer(c Calendar, received policy.Date, suspended int) (Answer, error) {
	first, err := v.Period("answer.period")
	if err != nil {
		return Answer{}, err
	}
	more, err := v.Period("answer.extension")
	if err != nil {
		return Answer{}, err
	}
	return Answer{c.suspended(received.Add(first), suspended), c.suspended(received.Add(first.Plus(more)), suspended)}, nil
}

func (c Calendar) suspended(raw policy.Date, days int) Deadline {
	raw = plusDays(raw, days)
	return Deadline{raw, c.Roll(raw)}
}
