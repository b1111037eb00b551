package torture

import (
	"fmt"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// civil is a date of the suite's own calendar, written apart from policy.Date so that no
// mistake of that is repeated here.
type civil struct{ y, m, d int }

var monthDays = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func lastDay(y, m int) int {
	if m == 2 && leap(y) {
		return 29
	}
	return monthDays[m-1]
}

// plusMonths is article 3(2)(c) of Regulation 1182/71: the day of the same date, or the last
// of the month where there is none.
func (c civil) plusMonths(n int) civil {
	for range n {
		if c.m++; c.m > 12 {
			c.y, c.m = c.y+1, 1
		}
	}
	return civil{c.y, c.m, min(c.d, lastDay(c.y, c.m))}
}

// next is the day after.
func (c civil) next() civil {
	if c.d++; c.d > lastDay(c.y, c.m) {
		c.d, c.m = 1, c.m+1
	}
	if c.m > 12 {
		c.y, c.m = c.y+1, 1
	}
	return c
}

func (c civil) String() string { return fmt.Sprintf("%04d-%02d-%02d", c.y, c.m, c.d) }

// or is the date, or nothing for no date.
func (c civil) or() string {
	if (c == civil{}) {
		return ""
	}
	return c.String()
}

func (c civil) before(o civil) bool { return c.String() < o.String() }

func later(a, b civil) civil {
	if a.before(b) {
		return b
	}
	return a
}

func parseCivil(s string) (c civil) {
	_, _ = fmt.Sscanf(s, "%d-%d-%d", &c.y, &c.m, &c.d) // constants of the suite
	return c
}

func (c civil) policy() policy.Date { return policy.Date{Year: c.y, Month: time.Month(c.m), Day: c.d} }

// calendar is how a term is added to a day; policy.Date.Add is the right one.
type calendar func(from policy.Date, months int) policy.Date

// lengths are the terms of the checks, in months.
func lengths() []int { return []int{1, 3, 6, 12, 13, 24, 36, 48, 60, 120} }

// checkCalendar compares a calendar with the suite's own, for every day of four years around
// a leap day and every length up to ten years.
func checkCalendar(add calendar) string { return checkYears(add, 2023, 2027) }

// checkYears is checkCalendar from the beginning of one year to that of another.
func checkYears(add calendar, from, to int) string {
	for c := (civil{from, 1, 1}); c.y < to; c = c.next() {
		for _, months := range lengths() {
			if got, want := add(c.policy(), months), c.plusMonths(months).policy(); got != want {
				return fmt.Sprintf("%s + %d months is %s, not %s", c, months, got, want)
			}
		}
	}
	return ""
}

// cutoffOf says which is the last day of an event whose term has run out on a day.
type cutoffOf func(today policy.Date, months int) policy.Date

// checkCutoffs compares a cutoff with the definition: a record of day e is due when e plus
// the term is before today, for every day around each today.
func checkCutoffs(cutoff cutoffOf) string {
	for today := (civil{2027, 1, 1}); today.y < 2029; today = today.next() {
		for _, months := range []int{1, 6, 12, 36} {
			last := cutoff(today.policy(), months)
			for back, e := 0, (civil{today.y - months/12 - 1, today.m, 1}); back < 430; back, e = back+1, e.next() {
				due := e.plusMonths(months).before(today)
				if due != !e.policy().After(last) {
					return fmt.Sprintf("on %s a record of %s and a term of %d months: due is %v", today, e, months, due)
				}
			}
		}
	}
	return ""
}

// rightCutoff is the one that is searched for with the calendar, as the product does.
func rightCutoff(today policy.Date, months int) policy.Date {
	d := today
	for !d.Add(policy.Months(months)).Before(today) {
		d = d.Add(policy.Days(-1))
	}
	return d
}

// TestP06Calendar checks the product's calendar against the suite's own, on every day from
// 1970 to 2100.
func TestP06Calendar(t *testing.T) {
	t.Parallel()
	if wrong := checkYears(func(from policy.Date, months int) policy.Date { return from.Add(policy.Months(months)) }, 1970, 2101); wrong != "" {
		t.Error(wrong)
	}
	if wrong := checkCutoffs(rightCutoff); wrong != "" {
		t.Error(wrong)
	}
	results.add("P6", "days from 1970 to 2100 under ten lengths, in Go", 47847*len(lengths()), 0)
}
