package policy

import (
	"fmt"
	"time"
)

// Date is a civil date of the proleptic Gregorian calendar, without hour or zone.
// Events at any hour count as their day in the controller's zone. The zero Date is
// no date at all and sorts before every other.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the civil date of the instant t in the zone loc. A nil loc is UTC.
func DateOf(t time.Time, loc *time.Location) Date {
	if loc == nil {
		loc = time.UTC
	}
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// ParseDate reads the form 2006-01-02 and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("a date looks like 2026-11-22")
	}
	return DateOf(t, time.UTC), nil
}

// MustDate is ParseDate for constants of tests and tables; it panics on a bad one.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the form 2006-01-02, or the empty string for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Compare orders dates: -1 when d is earlier than e, 0 when equal, 1 when later.
func (d Date) Compare(e Date) int {
	switch {
	case d == e:
		return 0
	case d.Year != e.Year:
		return sign(d.Year - e.Year)
	case d.Month != e.Month:
		return sign(int(d.Month - e.Month))
	default:
		return sign(d.Day - e.Day)
	}
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Start returns the first instant of d in loc (which is not always midnight: some zones
// skip it, and some have it twice). A nil loc is UTC.
func (d Date) Start(loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
	for DateOf(t, loc).Before(d) {
		t = t.Add(30 * time.Minute)
	}
	// Where clocks are set back to midnight, time.Date may give the second one.
	for !DateOf(t.Add(-30*time.Minute), loc).Before(d) {
		t = t.Add(-30 * time.Minute)
	}
	return t
}

// EndOfYear returns 31 December of d's year.
func (d Date) EndOfYear() Date { return Date{d.Year, time.December, 31} }

// Add is the one calendar function of Garant. It moves d by the period's months first
// and clamps to the month's last day where the day does not exist there (Regulation
// 1182/71, article 3(2)(c): 29 February + 1 year = 28 February), then by its days.
// time.AddDate and SQLite overflow into the next month instead and are used nowhere.
func (d Date) Add(p Period) Date {
	m := d.Year*12 + int(d.Month) - 1 + p.Months
	year, month := floorDiv(m, 12), time.Month(m-floorDiv(m, 12)*12+1)
	day := min(d.Day, daysIn(year, month))
	if p.Days == 0 {
		return Date{year, month, day}
	}
	return DateOf(time.Date(year, month, day+p.Days, 0, 0, 0, 0, time.UTC), time.UTC)
}

// MarshalText writes the form 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form 2006-01-02; the empty text is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// daysIn returns the number of days of a month: day 0 of the next month is its last.
func daysIn(year int, m time.Month) int {
	return time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
