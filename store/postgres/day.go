package postgres

import (
	"fmt"
	"strconv"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// forms says how each form of day is read, and from columns of which types.
var forms = map[store.DayForm]struct {
	day   relational.Day
	types []store.Type
}{
	store.AsDate:      {relational.Day{As: store.AsDate, Cast: "::date"}, []store.Type{store.DateType, store.DateTime}},
	store.AsDateTime:  {relational.Day{As: store.AsDateTime, Cast: "::timestamp"}, []store.Type{store.DateTime}},
	store.AsInstant:   {relational.Day{As: store.AsInstant, Cast: "::timestamptz"}, []store.Type{store.Instant}},
	store.AsTextDate:  {relational.Day{As: store.AsTextDate, Valid: matches(store.AsTextDate)}, []store.Type{store.Text}},
	store.AsTextTime:  {relational.Day{As: store.AsTextTime, Valid: matches(store.AsTextTime)}, []store.Type{store.Text}},
	store.AsUnix:      {relational.Day{As: store.AsUnix}, []store.Type{store.Integer, store.Number}},
	store.AsUnixMilli: {relational.Day{As: store.AsUnixMilli}, []store.Type{store.Integer, store.Number}},
}

func day(as store.DayForm, t store.Type) (relational.Day, bool) {
	f, ok := forms[as]
	for _, allowed := range f.types {
		if t == allowed || t == store.Other {
			return f.day, ok
		}
	}
	return f.day, false
}

// matches writes that a text is a date that exists; \Z is the end of the text, and only that.
func matches(as store.DayForm) func(w *relational.Writer, ref string) {
	return func(w *relational.Writer, ref string) {
		w.Write("(", ref, ")::text ~ ")
		w.BindAs("text", relational.TextPattern(as)+`\Z`)
	}
}

// civil writes the column's day. Zones are PostgreSQL's own, under the same IANA names; the
// names were looked up before and hold no quote.
func civil(w *relational.Writer, c relational.DayColumn) error {
	zone, from := literal(c.Zone.String()), literal(c.From.String())
	switch c.As {
	case store.AsDate, store.AsTextDate:
		w.Write("(", c.Ref, ")::date")
	case store.AsDateTime, store.AsTextTime:
		if c.Same() {
			w.Write("(", c.Ref, ")::timestamp::date")
			return nil
		}
		w.Write("((", c.Ref, ")::timestamp AT TIME ZONE ", from, " AT TIME ZONE ", zone, ")::date")
	case store.AsInstant:
		w.Write("(", c.Ref, " AT TIME ZONE ", zone, ")::date")
	case store.AsUnix:
		w.Write("(to_timestamp((", c.Ref, ")::float8) AT TIME ZONE ", zone, ")::date")
	case store.AsUnixMilli:
		w.Write("(to_timestamp((", c.Ref, ")::float8 / 1000) AT TIME ZONE ", zone, ")::date")
	default:
		return fmt.Errorf("unknown form of days %q", c.As)
	}
	return nil
}

func literal(s string) string { return "'" + s + "'" }

// later writes that date c is later than o plus a period; adding months clamps to the
// month's last day.
func later(w *relational.Writer, c, o string, months, days int) {
	w.Write(c, " > (", o, " + make_interval(months => ", strconv.Itoa(months), "))::date + ", strconv.Itoa(days))
}
