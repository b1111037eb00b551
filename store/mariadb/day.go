package mariadb

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// forms says how each form of day is read, and from columns of which types. MariaDB turns
// any text into a number or a date without a word, so the type must be right.
var forms = map[store.DayForm]struct {
	day   relational.Day
	types []store.Type
}{
	store.AsDate:      {relational.Day{As: store.AsDate, Valid: exists}, []store.Type{store.DateType, store.DateTime}},
	store.AsDateTime:  {relational.Day{As: store.AsDateTime, Valid: exists}, []store.Type{store.DateTime}},
	store.AsInstant:   {relational.Day{As: store.AsInstant, Valid: exists}, []store.Type{store.Instant}},
	store.AsTextDate:  {relational.Day{As: store.AsTextDate, Valid: matches(store.AsTextDate)}, []store.Type{store.Text}},
	store.AsTextTime:  {relational.Day{As: store.AsTextTime, Valid: matches(store.AsTextTime)}, []store.Type{store.Text}},
	store.AsUnix:      {relational.Day{As: store.AsUnix}, []store.Type{store.Integer, store.Number}},
	store.AsUnixMilli: {relational.Day{As: store.AsUnixMilli}, []store.Type{store.Integer, store.Number}},
}

func day(as store.DayForm, t store.Type) (relational.Day, bool) {
	f, ok := forms[as]
	return f.day, ok && (t == store.Other || slices.Contains(f.types, t))
}

// exists writes that a date is one of the calendar: with lenient modes a table can hold
// 2020-00-10 and 2023-02-30. Zero dates are below every bound already.
func exists(w *relational.Writer, ref string) {
	w.Write("MONTH(", ref, ") > 0 AND DAYOFMONTH(", ref, ") BETWEEN 1 AND DAYOFMONTH(LAST_DAY(", ref, "))")
}

// matches writes that a text is a date that exists; \z is the end of the text, and only that.
func matches(as store.DayForm) func(w *relational.Writer, ref string) {
	return func(w *relational.Writer, ref string) {
		w.Write(exact(ref), " REGEXP ")
		w.BindPlain(relational.TextPattern(as) + `\z`)
	}
}

// civil writes the column's day. Other zones than the column's own are reckoned with the
// table of the clocks' changes, as a server seldom has time zones loaded.
func civil(w *relational.Writer, c relational.DayColumn) error {
	wall := c.From
	switch c.As {
	case store.AsDate, store.AsTextDate:
		w.Write("DATE(", c.Ref, ")")
		return nil
	case store.AsDateTime, store.AsTextTime:
		if c.Same() {
			w.Write("DATE(", date(c), ")")
			return nil
		}
	case store.AsInstant, store.AsUnix, store.AsUnixMilli:
		wall = time.UTC
	default:
		return fmt.Errorf("unknown form of days %q", c.As)
	}
	secs := seconds(c)
	w.Write("DATE('1970-01-01 00:00:00' + INTERVAL (", secs, " + ")
	if err := w.Shift(c, wall, secs); err != nil {
		return err
	}
	w.Write(") SECOND)")
	return nil
}

// date returns the column as a date: of a text the part that is one.
func date(c relational.DayColumn) string {
	if c.As == store.AsTextTime {
		return "LEFT(" + c.Ref + ", 10)"
	}
	return c.Ref
}

// seconds returns the column's clock reading in whole seconds since 1970 by that clock.
func seconds(c relational.DayColumn) string {
	switch c.As {
	case store.AsUnix:
		return "FLOOR(" + c.Ref + ")"
	case store.AsUnixMilli:
		return "FLOOR(" + c.Ref + " / 1000)"
	case store.AsTextTime:
		return "((TO_DAYS(LEFT(" + c.Ref + ", 10)) - 719528) * 86400 + TIME_TO_SEC(SUBSTR(" + c.Ref + ", 12, 8)))"
	}
	return "((TO_DAYS(" + c.Ref + ") - 719528) * 86400 + HOUR(" + c.Ref + ") * 3600 + MINUTE(" + c.Ref + ") * 60 + SECOND(" + c.Ref + "))"
}

// later writes that date c is later than o plus a period; adding months clamps to the
// month's last day.
func later(w *relational.Writer, c, o string, months, days int) {
	w.Write(c, " > DATE_ADD(DATE_ADD(", o, ", INTERVAL ", strconv.Itoa(months), " MONTH), INTERVAL ", strconv.Itoa(days), " DAY)")
}
