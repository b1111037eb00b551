package sqlite

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// texts are the columns that dates are written in. SQLite has no dates: a column declared
// DATE holds text like any other.
var texts = []store.Type{store.Text, store.DateType, store.DateTime, store.Instant, store.Other}

// numbers are the columns that seconds are written in; DATETIME columns are often full of them.
var numbers = []store.Type{store.Integer, store.Number, store.DateType, store.DateTime, store.Instant, store.Other}

var forms = map[store.DayForm]struct {
	day   relational.Day
	types []store.Type
}{
	store.AsDate:      {relational.Day{As: store.AsTextDate, Valid: validDay}, texts},
	store.AsTextDate:  {relational.Day{As: store.AsTextDate, Valid: validDay}, texts},
	store.AsDateTime:  {relational.Day{As: store.AsTextTime, Valid: validTime}, texts},
	store.AsTextTime:  {relational.Day{As: store.AsTextTime, Valid: validTime}, texts},
	store.AsInstant:   {relational.Day{As: store.AsUnix, Expr: epoch, Valid: validInstant}, texts},
	store.AsUnix:      {relational.Day{As: store.AsUnix, Valid: validNumber}, numbers},
	store.AsUnixMilli: {relational.Day{As: store.AsUnixMilli, Valid: validNumber}, numbers},
}

func day(as store.DayForm, t store.Type) (relational.Day, bool) {
	f, ok := forms[as]
	return f.day, ok && slices.Contains(f.types, t)
}

// glob patterns of a day and of an hour.
const (
	dayGlob  = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
	hourGlob = "[0-9][0-9]:[0-5][0-9]:[0-5][0-9]"
)

// validDay writes that the text is a date of the calendar: date() moves 2023-02-30 into
// March, so a date that exists is one that stays. It is asked of the last days of a month only, as it
// costs more than all else. Lengths are counted in bytes, as a text may go on behind a NUL.
// The plus keeps a column that is declared DATE from trying each text as a number.
func validDay(w *relational.Writer, ref string) {
	w.Write("typeof(", ref, ") = 'text' AND ", ref, " GLOB '", dayGlob, "' AND octet_length(", ref, ") = 10 AND (",
		"substr(", ref, ", 6) BETWEEN '01-01' AND '12-28' AND substr(", ref, ", 9) BETWEEN '01' AND '28' OR date(", ref, ", '+0 days') = +", ref, ")")
}

func validTime(w *relational.Writer, ref string) {
	prefix(w, ref)
	w.Write(" AND (octet_length(", ref, ") = 19 OR ", fraction(ref, "substr("+ref+", 21)"), ")")
}

// validInstant allows an offset behind the reading; without one SQLite's own times are UTC.
func validInstant(w *relational.Writer, ref string) {
	prefix(w, ref)
	tail := "substr(" + ref + ", 20)"
	plain := "CASE WHEN substr(" + ref + ", -1) = 'Z' THEN substr(" + tail + ", 1, length(" + tail + ") - 1)" +
		" WHEN substr(" + ref + ", -6) GLOB '[+-][0-2][0-9]:[0-5][0-9]' THEN substr(" + tail + ", 1, length(" + tail + ") - 6) ELSE " + tail + " END"
	w.Write(" AND octet_length(", ref, ") = length(", ref, ") AND (", plain, " = '' OR ", plain, " GLOB '.[0-9]*' AND NOT substr(", plain, ", 2) GLOB '*[^0-9]*')")
}

// prefix writes that the first 19 characters are a reading of the clock.
func prefix(w *relational.Writer, ref string) {
	w.Write("typeof(", ref, ") = 'text' AND ", ref, " GLOB '", dayGlob, "[ T]", hourGlob, "*' AND substr(", ref, ", 12, 2) <= '23' AND date(substr(",
		ref, ", 1, 10), '+0 days') = substr(", ref, ", 1, 10)")
}

// fraction returns the condition that the text goes on with a fraction of a second alone.
func fraction(ref, digits string) string {
	return "(substr(" + ref + ", 20, 1) = '.' AND length(" + digits + ") > 0 AND NOT " + digits + " GLOB '*[^0-9]*' AND octet_length(" + ref + ") = length(" + ref + "))"
}

func validNumber(w *relational.Writer, ref string) { w.Write(guard(ref, false)) }

func epoch(ref string) string { return "unixepoch(" + ref + ")" }

// civil writes the column's day as text. SQLite has no time zones: those other than the
// column's own are reckoned with the table of the clocks' changes.
func civil(w *relational.Writer, c relational.DayColumn) error {
	wall := c.From
	switch c.As {
	case store.AsDate, store.AsTextDate:
		w.Write(c.Ref)
		return nil
	case store.AsDateTime, store.AsTextTime:
		if c.Same() {
			w.Write("substr(", c.Ref, ", 1, 10)")
			return nil
		}
	case store.AsInstant, store.AsUnix, store.AsUnixMilli:
		wall = time.UTC
	default:
		return fmt.Errorf("unknown form of days %q", c.As)
	}
	secs := seconds(c)
	w.Write("date(", secs, " + ")
	if err := w.Shift(c, wall, secs); err != nil {
		return err
	}
	w.Write(", 'unixepoch')")
	return nil
}

// seconds returns the column's clock reading in whole seconds since 1970 by that clock.
func seconds(c relational.DayColumn) string {
	switch c.As {
	case store.AsUnix:
		return "CAST(floor(" + c.Ref + ") AS INTEGER)"
	case store.AsUnixMilli:
		return "CAST(floor(" + c.Ref + " / 1000.0) AS INTEGER)"
	case store.AsInstant:
		return epoch(c.Ref)
	}
	return "unixepoch(substr(" + c.Ref + ", 1, 19))"
}

// later writes that date c is later than o plus a period. The modifier floor clamps to the
// month's last day, where SQLite would flow into the next month.
func later(w *relational.Writer, c, o string, months, days int) {
	w.Write(c, " > date(", o, ", '", signed(months), " months', 'floor', '", signed(days), " days')")
}

func signed(n int) string {
	if n < 0 {
		return strconv.Itoa(n)
	}
	return "+" + strconv.Itoa(n)
}
