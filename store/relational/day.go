package relational

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// The days that a column without bounds may hold: those that ISO 8601 writes in ten characters.
var (
	firstDay = store.Day{Year: 1, Month: time.January, Day: 1}
	pastDays = store.Day{Year: 10000, Month: time.January, Day: 1}
)

// DayColumn is a column that is read as days, with its zones looked up.
type DayColumn struct {
	store.Col
	Ref        string
	Zone, From *time.Location
	How        Day
	lo, hi     store.Day // usable days: lo <= day < hi
	own        string    // the column itself, where Ref spells it anew
}

// Same reports that the column's clock readings are in the controller's zone already, so
// that the reading's own date is the day.
func (c DayColumn) Same() bool { return c.Zone.String() == c.From.String() }

// compared returns the column as it is compared.
func (c DayColumn) compared() string {
	if c.How.Expr != nil {
		return c.How.Expr(c.Ref)
	}
	return c.Ref
}

// dayColumn looks up what is needed to read the column as days.
func (w *Writer) dayColumn(c *store.Col) (DayColumn, error) {
	ref, info, err := w.ref(c)
	if err != nil {
		return DayColumn{}, err
	}
	out := DayColumn{Col: *c, Ref: ref, own: ref, lo: c.Min, hi: c.Max}
	if out.Zone, err = zone(c.Zone); err != nil {
		return out, fmt.Errorf("column %s: %w", c.Name, err)
	}
	if out.From, err = zone(c.From); err != nil {
		return out, fmt.Errorf("column %s: %w", c.Name, err)
	}
	var ok bool
	if out.How, ok = w.spelled(&out, info.Type); !ok {
		return out, fmt.Errorf("column %s is %s and cannot be read as %q: %w", c.Name, info.Native, c.As, errors.ErrUnsupported)
	}
	if out.lo.Before(firstDay) {
		out.lo = firstDay
	}
	if out.hi.IsZero() || out.hi.After(pastDays) {
		out.hi = pastDays
	}
	return out, nil
}

// spellings are the forms of day that are read once they are written as AsTextDate is: how long
// they are, what they look like, and where year, month and day begin.
var spellings = map[store.DayForm]struct {
	types            []store.Type
	length, like     string
	year, month, day string
}{
	store.AsDMY: {[]store.Type{store.Text, store.Other}, "10", "__/__/____", "7", "4", "1"},
	store.AsYMD: {[]store.Type{store.Text, store.Integer, store.Other}, "8", "________", "1", "5", "7"},
}

// spelled returns how the engine reads the column, which it writes anew where its form is
// another spelling of a date: what does not look like one becomes NULL.
func (w *Writer) spelled(c *DayColumn, t store.Type) (Day, bool) {
	s, other := spellings[c.As]
	if !other {
		return w.d.Day(c.As, t)
	}
	text := w.d.Exact(c.Ref)
	part := func(from, length string) string { return "SUBSTR(" + text + ", " + from + ", " + length + ")" }
	c.Ref = "CASE WHEN " + w.scalar(c.Ref) + "OCTET_LENGTH(" + text + ") = " + s.length + " AND " + text + " LIKE '" + s.like +
		"' THEN CONCAT(" + part(s.year, "4") + ", '-', " + part(s.month, "2") + ", '-', " + part(s.day, "2") + ") END"
	c.As = store.AsTextDate
	how, ok := w.d.Day(store.AsTextDate, store.Text)
	return how, ok && slices.Contains(s.types, t)
}

// scalar writes that a value is a text or a number, for engines whose columns hold any.
func (w *Writer) scalar(ref string) string {
	text := w.d.Guard(ref, true)
	if text == "" {
		return ""
	}
	return "(" + text + " OR " + w.d.Guard(ref, false) + ") AND "
}

// zero writes that the column holds a zero: nothing but noughts and what stands between them.
func (w *Writer) zero(c DayColumn) {
	text := w.d.Exact(c.own)
	for _, sign := range []string{"0", "-", "/", ":", ".", " "} {
		text = "REPLACE(" + text + ", '" + sign + "', '')"
	}
	w.Write("(", w.scalar(c.own), c.own, " IS NOT NULL AND ", text, " = '')")
}

func zone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown zone %q", name)
	}
	return loc, nil
}

// day writes the questions about one column's day. Each is a range of days, so that it
// compares the bare column with constants computed here.
func (w *Writer) day(p store.Pred) error {
	c, err := w.dayColumn(p.Col)
	if err != nil {
		return err
	}
	switch {
	case p.Op == store.OpDaySentinel && !c.Zero && !c.Sentinel.IsZero():
		w.within(c, c.Sentinel, next(c.Sentinel))
		return nil
	case p.Op == store.OpDaySentinel:
		w.sentinel(c)
		return nil
	case p.Op == store.OpDayUsable:
	case p.Day == nil:
		return fmt.Errorf("operator %q needs a day", p.Op)
	default:
		if c.lo, c.hi, err = narrow(c, p.Cmp, *p.Day); err != nil {
			return err
		}
	}
	w.usable(c)
	return nil
}

// sentinel writes that the column holds what stands for never.
func (w *Writer) sentinel(c DayColumn) {
	w.Write("(")
	if c.Zero {
		w.zero(c)
	} else {
		w.Write("(1=0)")
	}
	if !c.Sentinel.IsZero() {
		w.Write(" OR ")
		w.within(c, c.Sentinel, next(c.Sentinel))
	}
	w.Write(")")
}

// since writes that a usable day is the constant or later. Of what is no usable day it may
// say anything.
func (w *Writer) since(p store.Pred) error {
	c, err := w.dayColumn(p.Col)
	switch {
	case err != nil:
		return err
	case !p.Day.After(c.lo):
		w.Write("(1=1)")
	case !p.Day.Before(c.hi):
		w.Write("(1=0)")
	default:
		w.lower(c, *p.Day)
	}
	return nil
}

// exact returns a column of text as it is compared with days.
func (w *Writer) exact(ref string) string {
	if w.scans && w.d.Plain != nil {
		ref = w.d.Plain(ref)
	}
	return w.d.Exact(ref)
}

func (w *Writer) lower(c DayColumn, d store.Day) {
	switch ref := c.compared(); c.How.As {
	case store.AsDate:
		w.from(ref, c, d.String())
	case store.AsTextDate:
		w.from(w.exact(ref), c, d.String())
	case store.AsDateTime, store.AsInstant:
		w.from(ref, c, c.wall(d))
	case store.AsTextTime:
		if c.Same() {
			w.from(w.exact(ref), c, d.String())
		} else {
			w.from(oneSpelling(w.exact(ref)), c, c.wall(d))
		}
	case store.AsUnix:
		w.Write(ref, " >= ")
		w.Bind(d.Start(c.Zone).Unix())
	case store.AsUnixMilli:
		w.Write(ref, " >= ")
		w.Bind(d.Start(c.Zone).UnixMilli())
	}
}

// narrow returns the usable days that compare to d.
func narrow(c DayColumn, cmp string, d store.Day) (lo, hi store.Day, err error) {
	lo, hi = c.lo, c.hi
	from, to := lo, hi
	switch cmp {
	case "<":
		to = d
	case "<=":
		to = next(d)
	case ">":
		from = next(d)
	case ">=":
		from = d
	case "=":
		from, to = d, next(d)
	default:
		return lo, hi, fmt.Errorf("unknown comparison %q", cmp)
	}
	if from.After(lo) {
		lo = from
	}
	if to.Before(hi) {
		hi = to
	}
	return lo, hi, nil
}

func next(d store.Day) store.Day { return d.Add(store.Period{Days: 1}) }

// usable writes that the column's day is in its bounds and does not stand for never.
func (w *Writer) usable(c DayColumn) {
	s := c.Sentinel
	day := !s.IsZero() && !s.Before(c.lo) && s.Before(c.hi)
	zero := c.Zero && (c.How.As == store.AsUnix || c.How.As == store.AsUnixMilli) // elsewhere no day is written so
	if !day && !zero {
		w.within(c, c.lo, c.hi)
		return
	}
	w.Write("(")
	w.within(c, c.lo, c.hi)
	if day {
		w.Write(" AND NOT ")
		w.within(c, s, next(s))
	}
	if zero {
		w.Write(" AND NOT ")
		w.zero(c)
	}
	w.Write(")")
}

// within writes lo <= day < hi for days that exist.
func (w *Writer) within(c DayColumn, lo, hi store.Day) {
	if !lo.Before(hi) {
		w.Write("(1=0)")
		return
	}
	w.Write("(")
	w.bounds(c, lo, hi)
	if c.How.Valid != nil {
		w.Write(" AND ")
		c.How.Valid(w, c.Ref)
	}
	w.Write(")")
}

func (w *Writer) bounds(c DayColumn, lo, hi store.Day) {
	switch ref := c.compared(); c.How.As {
	case store.AsDate:
		w.between(ref, c, lo.String(), hi.String())
	case store.AsTextDate:
		w.between(w.exact(ref), c, lo.String(), hi.String())
	case store.AsDateTime, store.AsInstant:
		w.between(ref, c, c.wall(lo), c.wall(hi))
	case store.AsTextTime:
		w.textTimes(ref, c, lo, hi)
	case store.AsUnix:
		w.unix(ref, lo.Start(c.Zone).Unix(), hi.Start(c.Zone).Unix())
	case store.AsUnixMilli:
		w.unix(ref, lo.Start(c.Zone).UnixMilli(), hi.Start(c.Zone).UnixMilli())
	}
}

// wall returns the clock reading in the column's zone at which the day starts. Where the
// zones are one it is the day's midnight, even if the clocks skip that.
func (c DayColumn) wall(d store.Day) string {
	from := c.From
	switch {
	case c.How.As == store.AsInstant:
		from = time.UTC
	case c.Same():
		return d.String() + " 00:00:00"
	}
	t := d.Start(c.Zone).In(from)
	if t.Year() < firstDay.Year {
		return firstDay.String() + " 00:00:00"
	}
	return t.Format(time.DateTime)
}

// between writes that the expression lies in [lo, hi). Readings of four-digit years sort as
// text; a bound in the year 10000 is one that nothing reaches, except where the engine has
// such dates. The upper bound comes first: it is the one that turns away most rows of a
// table in which little is over.
func (w *Writer) between(expr string, c DayColumn, lo, hi string) {
	text := c.How.As == store.AsTextDate || c.How.As == store.AsTextTime
	if len(hi) == len(lo) || !text && w.d.FarBounds {
		w.Write(expr, " < ")
		w.BindAs(c.boundType(), hi)
		w.Write(c.How.Cast, " AND ")
	}
	w.from(expr, c, lo)
}

// from writes that the expression is the bound or more.
func (w *Writer) from(expr string, c DayColumn, bound string) {
	w.Write(expr, " >= ")
	w.BindAs(c.boundType(), bound)
	w.Write(c.How.Cast)
}

// boundType stands for the type of the column's bounds, in BindAs.
func (c DayColumn) boundType() string {
	if c.How.Cast == "" {
		return exactText
	}
	return c.How.Cast
}

// textTimes compares readings written with a space or a T. A day's date is a prefix of
// both, so where the zones are one the bare days are the bounds. Otherwise the days around
// them narrow the search and the reading decides.
func (w *Writer) textTimes(ref string, c DayColumn, lo, hi store.Day) {
	exact := w.exact(ref)
	if c.Same() {
		w.between(exact, c, lo.String(), hi.String())
		return
	}
	from, to := c.wall(lo), c.wall(hi)
	w.Write(exact, " >= ")
	w.BindAs(c.boundType(), from[:len(time.DateOnly)])
	w.Write(" AND ")
	w.between(oneSpelling(exact), c, from, to)
}

// oneSpelling writes a text of a clock reading with a space, whichever way it is written.
func oneSpelling(exact string) string { return "REPLACE(" + exact + ", 'T', ' ')" }

func (w *Writer) unix(expr string, lo, hi int64) {
	w.Write(expr, " >= ")
	w.Bind(lo)
	w.Write(" AND ", expr, " < ")
	w.Bind(hi)
}

// dayAfter writes that one column's day is later than another's plus a period. CASE keeps
// the arithmetic away from values that are no dates.
func (w *Writer) dayAfter(p store.Pred) error {
	c, err := w.dayColumn(p.Col)
	if err != nil {
		return err
	}
	o, err := w.dayColumn(p.Other)
	if err != nil {
		return err
	}
	cs, err := w.civil(c)
	if err != nil {
		return err
	}
	os, err := w.civil(o)
	if err != nil {
		return err
	}
	w.Write("(CASE WHEN ")
	w.usable(c)
	w.Write(" AND ")
	w.usable(o)
	w.Write(" THEN ")
	w.d.Later(w, cs, os, p.Months, p.Days)
	w.Write(" ELSE (1=0) END)")
	return nil
}

// civil returns the SQL of the column's day. It binds nothing: its text is used in the
// midst of others.
func (w *Writer) civil(c DayColumn) (string, error) {
	sub := &Writer{d: w.d}
	if err := w.d.Civil(sub, c); err != nil {
		return "", fmt.Errorf("column %s: %w", c.Name, err)
	}
	return sub.text.String(), nil
}

// maxShifts is the most changes of the clocks that a question is written with.
const maxShifts = 2000

// Shift writes the seconds by which a reading of the clock of from (secs, since 1970 by that
// clock) differs from the same instant's in the column's zone, as a search in the table of the
// clocks' changes. So the engine needs no time zones of its own, and they cannot differ.
func (w *Writer) Shift(c DayColumn, from *time.Location, secs string) error {
	steps := shifts(c, from)
	if len(steps) > maxShifts {
		return fmt.Errorf("days of zone %s need plausible bounds: %w", c.Zone, errors.ErrUnsupported)
	}
	w.search(steps, secs)
	return nil
}

// step is a change of the difference between two clocks, from a reading of the first on.
type step struct{ from, shift int64 }

func shifts(c DayColumn, from *time.Location) []step {
	start, end := c.lo.Add(store.Period{Days: -2}).Start(time.UTC), c.hi.Add(store.Period{Days: 2}).Start(time.UTC)
	instants := append(changes(c.Zone, start, end), changes(from, start, end)...)
	slices.SortFunc(instants, func(a, b time.Time) int { return a.Compare(b) })
	var out []step
	for _, t := range append([]time.Time{start}, instants...) {
		_, there := t.In(c.Zone).Zone()
		_, here := t.In(from).Zone()
		s := step{t.Unix() + int64(here), int64(there - here)}
		if len(out) == 0 || s.shift != out[len(out)-1].shift {
			out = append(out, s)
		}
	}
	return out
}

func changes(loc *time.Location, start, end time.Time) []time.Time {
	var out []time.Time
	for t := start; len(out) <= maxShifts; {
		_, change := t.In(loc).ZoneBounds()
		if change.IsZero() || change.After(end) {
			break
		}
		out = append(out, change)
		t = change
	}
	return out
}

func (w *Writer) search(steps []step, secs string) {
	if len(steps) == 1 {
		w.Write(strconv.FormatInt(steps[0].shift, 10))
		return
	}
	mid := len(steps) / 2
	w.Write("CASE WHEN ", secs, " < ", strconv.FormatInt(steps[mid].from, 10), " THEN ")
	w.search(steps[:mid], secs)
	w.Write(" ELSE ")
	w.search(steps[mid:], secs)
	w.Write(" END")
}

// The regular expressions of dates and clock readings, in the common language of the
// engines: no escapes, and no end of line taken for the end. They accept exactly the days
// that exist, so that no cast can fail.
const (
	dayPattern = `([0-9]{4}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|[0-9]{4}-(0[469]|11)-(0[1-9]|[12][0-9]|30)|` +
		`[0-9]{4}-02-(0[1-9]|1[0-9]|2[0-8])|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)`
	clockPattern = `[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?`
)

// TextPattern returns the regular expression of a text form of day, without the anchor of
// the end, which engines write differently.
func TextPattern(as store.DayForm) string {
	if as == store.AsTextTime {
		return "^" + dayPattern + clockPattern
	}
	return "^" + dayPattern
}
