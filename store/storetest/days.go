package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// The plausible days of the suite, and days that stand for never.
var (
	minDay, maxDay = day("1980-01-01"), day("2100-01-01")
	never          = day("2037-12-31")
	farNever       = day("9999-12-31")
)

func day(s string) store.Day {
	var d store.Day
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err) // a constant of this package
	}
	return d
}

// kinds returns the columns that days of the form are kept in.
func kinds(f store.DayForm) []store.Type {
	switch f {
	case store.AsDate:
		return []store.Type{store.DateType}
	case store.AsDateTime:
		return []store.Type{store.DateTime}
	case store.AsInstant:
		return []store.Type{store.Instant}
	case store.AsUnix:
		return []store.Type{store.Integer, store.Number}
	case store.AsUnixMilli:
		return []store.Type{store.Integer}
	case store.AsYMD:
		return []store.Type{store.Text, store.Integer}
	}
	return []store.Type{store.Text}
}

// dayCol reads the column in the form, with the suite's bounds.
func dayCol(name string, f store.DayForm, zone, from string) store.Col {
	return store.Col{Name: name, As: f, Zone: zone, From: from, Min: minDay, Max: maxDay, Sentinel: never}
}

// put returns the instant as a column of the form and type holds it.
func put(t time.Time, c store.Col, typ store.Type) any {
	zone, from := location(c.Zone), location(c.From)
	switch c.As {
	case store.AsDate:
		return dayIn(t, zone)
	case store.AsTextDate:
		return t.In(zone).Format(time.DateOnly)
	case store.AsDMY:
		return t.In(zone).Format("02/01/2006")
	case store.AsYMD:
		if typ == store.Integer {
			y, m, d := t.In(zone).Date()
			return int64(y*10000 + int(m)*100 + d)
		}
		return t.In(zone).Format("20060102")
	case store.AsTextTime:
		return t.In(from).Format("2006-01-02 15:04:05.999")
	case store.AsDateTime:
		return reading(t.In(from))
	case store.AsUnix:
		if typ == store.Number {
			return float64(t.UnixMilli()) / 1000
		}
		return t.Unix()
	case store.AsUnixMilli:
		return t.UnixMilli()
	}
	return t.UTC()
}

func location(name string) *time.Location {
	l, err := mem.Location(name)
	if err != nil {
		panic(err) // a constant of this package
	}
	return l
}

func dayIn(t time.Time, l *time.Location) store.Day {
	y, m, d := t.In(l).Date()
	return store.Day{Year: y, Month: m, Day: d}
}

// reading returns the clock reading without its zone.
func reading(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// eachForm runs test on a table days(id, at, later) for every form and column type.
func eachForm(t *testing.T, open Open, test func(r *rig, table store.Table, f store.DayForm, typ store.Type)) {
	r := setup(t, open)
	for _, f := range r.DayForms {
		for _, typ := range kinds(f) {
			name := fmt.Sprintf("%s_%s", f, typ)
			table := r.create(store.TableInfo{Name: name, Key: []string{"id"}, Columns: []store.Column{
				column("id", store.Integer), column("at", typ), column("later", typ),
			}})
			t.Run(name, func(t *testing.T) {
				sub := *r
				sub.TB = t
				test(&sub, table, f, typ)
			})
		}
	}
}

// testDays pins which values are usable days, form by form, without help of the oracle.
func testDays(t *testing.T, open Open) {
	eachForm(t, open, func(r *rig, table store.Table, f store.DayForm, typ store.Type) {
		c := dayCol("at", f, "Europe/Paris", "UTC")
		good, bad := goodDays(r, c, typ), badDays(r, f, typ)
		for i, v := range append(good, bad...) {
			r.insert(table.Name, row{"id": int64(i + 1), "at": v})
		}
		usable := upTo(len(good) - 1) // the last one is the sentinel
		r.want(table, store.Usable(c), usable)
		r.want(table, store.IsSentinel(c), fmt.Sprint(len(good)))
		r.want(table, store.OnOrBefore(c, day("2099-12-31")), usable)
		r.want(table, store.LaterThan(c, day("1979-12-31")), usable)
		r.want(table, store.OnOrBefore(c, day("2024-02-28")), "1 2")
		r.want(table, store.OnOrBefore(c, day("2024-02-29")), "1 2 3")
		r.want(table, store.LaterThan(c, day("2024-02-29")), strings.TrimPrefix(usable, "1 2 3 "))
		r.agree(table, aroundDays(c))
		open := c
		open.Min, open.Max = store.Day{}, store.Day{}
		null := store.KeyIn([]string{"id"}, keys(int64(len(good)+1)))
		r.want(table, store.And(null, store.Not(store.Usable(open))), fmt.Sprint(len(good)+1))
		r.want(table, store.And(store.Usable(open), store.LaterThan(open, day("2024-12-31")), store.OnOrBefore(open, day("2025-01-01"))), "6")
	})
}

// goodDays returns usable days, 2024-02-29 third, and the sentinel last.
func goodDays(r *rig, c store.Col, typ store.Type) []any {
	days := []string{"1980-01-01", "2023-02-28", "2024-02-29", "2024-03-31", "2024-10-27", "2025-01-01"}
	if c.As != store.AsInstant || r.MaxInstant.IsZero() || r.MaxInstant.After(maxDay) {
		days = append(days, "2099-12-31")
	}
	var out []any
	for _, s := range append(days, never.String()) {
		out = append(out, put(day(s).Start(location(c.Zone)), c, typ))
	}
	if c.As == store.AsTextTime {
		sentinel := out[len(out)-1]
		out = append(out[:len(out)-1], "2025-06-01T10:00:00", "2025-06-01 10:00:00.1", "2025-06-01T10:00:00.123456789", sentinel)
	}
	return out
}

// badDays returns what is no usable day of the form, NULL first.
func badDays(r *rig, f store.DayForm, typ store.Type) []any {
	c := dayCol("at", f, "Europe/Paris", "UTC")
	bad := append([]any{nil}, r.Odd[f]...)
	switch f {
	case store.AsTextDate:
		bad = append(bad, badTextDates()...)
	case store.AsTextTime:
		bad = append(bad, badTextTimes()...)
	case store.AsDMY:
		bad = append(bad, "", "31/02/2024", "29/02/2023", "00/00/0000", "1/01/2024", "01/1/2024", "01/01/24", "01-01-2024", "2024/01/01", " 01/01/2024", "01/01/2024 ",
			"01/01/2024\n", "01/01/2024 10:00", "12/31/2024", "0a/01/2024", "٠١/٠١/٢٠٢٤", "31/12/12024", "__/__/____")
	case store.AsYMD:
		bad = append(bad, badCompact(typ)...)
	case store.AsUnix, store.AsUnixMilli:
		bad = append(bad, badUnix(typ)...)
	}
	for _, s := range []string{"1000-01-01", "1971-06-01", "1979-12-31", "2100-01-01", "2200-02-28", farNever.String()} {
		if f != store.AsInstant || r.holds(day(s)) {
			bad = append(bad, put(day(s).Start(location(c.Zone)).Add(12*time.Hour), c, typ))
		}
	}
	return bad
}

// holds reports whether a column of instants can hold the day.
func (r *rig) holds(d store.Day) bool {
	return !d.Before(r.MinInstant) && (r.MaxInstant.IsZero() || !d.After(r.MaxInstant))
}

func badTextDates() []any {
	return []any{
		"", "abc", "2023-02-29", "2023-02-30", "2024-04-31", "0000-00-00", "2024-00-10", "2024-10-00", "2024-13-01", "2024-1-1",
		" 2024-01-01", "2024-01-01 ", "2024-01-01\n", "\n2024-01-01", "20240101", "2024/01/01", "01-02-2024", "2024-01-01 10:00:00",
		"2024-01-01T10:00:00", "٢٠٢٤-٠١-٠١", "２０２４-０１-０１", "now", "today", "infinity", "-2024-01-01", "12024-01-01", "2024-01",
		"2458849.5", "2024-01-01'", "2024-01-1a", "1900-02-29", "2024‐01‐01", "+024-01-01", "2024-W01-1",
	}
}

func badTextTimes() []any {
	return []any{
		"", "abc", "2024-01-01", "2024-01-01 10:00", "2024-01-01 24:00:00", "2024-01-01 10:60:00", "2024-01-01 10:00:60", "2024-01-01 10:00:00.",
		"2024-01-01 10:00:00Z", "2024-01-01T10:00:00+02:00", "2024-01-01  10:00:00", "2024-01-01t10:00:00", "2024-02-30 10:00:00",
		"0000-00-00 00:00:00", "2024-01-01 10:00:00,5", "2024-01-01 10:00:00 ", " 2024-01-01 10:00:00", "2024-01-01 10:00:00\n", "2024-01-01_10:00:00",
		"2024-01-01 1:00:00", "2024-01-01 10:00:00 UTC", "2024-01-01 10:00:00.5a", "2024-01-01 -1:00:00", "2023-02-29T00:00:00", "now",
	}
}

func badUnix(typ store.Type) []any {
	if typ == store.Number {
		return []any{0.0, -1.0, 1e300, -1e300, 4e18, 1e-300}
	}
	return []any{int64(0), int64(-1), int64(1)<<62 - 1, -(int64(1) << 62)}
}

func badCompact(typ store.Type) []any {
	if typ == store.Integer {
		return []any{int64(0), int64(20230229), int64(20241301), int64(202401), int64(240101), int64(120240101), int64(-2024010), int64(-20240101)}
	}
	return []any{"", "00000000", "20230229", "20241301", "202401", "2024-01-01", " 20240101", "20240101 ", "20240101\n", "2024010a", "020240101", "________"}
}

// testZeros pins what counts as a zero where zeros stand for never, and that it does not
// elsewhere.
func testZeros(t *testing.T, open Open) {
	eachForm(t, open, func(r *rig, table store.Table, f store.DayForm, typ store.Type) {
		c := dayCol("at", f, "Europe/Paris", "UTC")
		c.Sentinel, c.Min = store.Day{}, store.Day{} // so that 1970-01-01 is a day
		zeros := zerosOf(r, f, typ)
		for i, v := range append(zeros, nil, put(day("2024-02-29").Start(location(c.Zone)), c, typ)) {
			r.insert(table.Name, row{"id": int64(i + 1), "at": v})
		}
		r.want(table, store.IsSentinel(c), "")
		c.Zero = true
		r.want(table, store.IsSentinel(c), upTo(len(zeros)))
		r.want(table, store.Usable(c), fmt.Sprint(len(zeros)+2))
		c.Sentinel = day("2024-02-29")
		r.want(table, store.IsSentinel(c), strings.TrimSpace(upTo(len(zeros))+" "+fmt.Sprint(len(zeros)+2)))
		r.want(table, store.Usable(c), "")
		r.agree(table, aroundDays(c))
	})
}

// zerosOf returns the zeros that a column of the form and type can hold.
func zerosOf(r *rig, f store.DayForm, typ store.Type) []any {
	switch typ {
	case store.Text:
		return []any{"", "0", "00000000", "0000-00-00", "00/00/0000", "0000-00-00 00:00:00"}
	case store.Integer:
		return []any{int64(0)}
	case store.Number:
		return []any{0.0}
	}
	return slices.DeleteFunc(slices.Clone(r.Odd[f]), func(v any) bool {
		s, text := v.(string)
		return !text || !strings.HasPrefix(s, "0000-00-00")
	})
}

// aroundDays asks every atom on days around those of the suite.
func aroundDays(c store.Col) []store.Pred {
	preds := []store.Pred{store.Usable(c), store.IsSentinel(c)}
	far := c
	far.Sentinel = farNever
	preds = append(preds, store.Usable(far), store.IsSentinel(far))
	for _, s := range []string{"1979-12-31", "1980-01-01", "2023-02-28", "2024-02-29", "2024-03-30", "2024-03-31", "2024-10-26", "2024-10-27", "2037-12-31", "2099-12-31", "2100-01-01"} {
		preds = append(preds, store.OnOrBefore(c, day(s)), store.LaterThan(c, day(s)), store.LaterThan(far, day(s)))
	}
	return preds
}

func upTo(n int) string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprint(i+1))
	}
	return strings.Join(ids, " ")
}

// midnights are days on which a zone's clocks do something at or near midnight.
var midnights = []struct{ zone, day, what string }{
	{"Europe/Paris", "2021-03-28", "an hour less"},
	{"Europe/Paris", "2021-10-31", "an hour more"},
	{"America/Sao_Paulo", "2017-10-15", "no midnight"},
	{"America/Sao_Paulo", "2018-02-18", "the hour before midnight twice"},
	{"America/Havana", "2021-03-14", "no midnight"},
	{"America/Havana", "2021-11-07", "midnight twice"},
	{"Asia/Amman", "2021-10-29", "midnight twice, east of Greenwich"},
	{"Asia/Beirut", "2021-03-28", "no midnight"},
	{"Pacific/Apia", "2011-12-31", "after a day that was skipped"},
	{"Pacific/Kiritimati", "2024-02-29", "14 hours ahead"},
	{"Asia/Kolkata", "2024-01-01", "half an hour off"},
}

// testZones asks for the day of instants around unusual midnights, kept in UTC and in the
// zone's own clock. What is right is told by Go's calendar and not by the oracle.
func testZones(t *testing.T, open Open) {
	eachForm(t, open, func(r *rig, table store.Table, f store.DayForm, typ store.Type) {
		for _, m := range midnights {
			for _, from := range []string{"UTC", m.zone} {
				c := dayCol("at", f, m.zone, from)
				r.clear(table.Name)
				days := insertAround(r, table, c, typ, day(m.day))
				for shift := -2; shift <= 2; shift++ {
					d := day(m.day).Add(store.Period{Days: shift})
					if !zoned(r, table, c, d, days) {
						r.Errorf("zone %s, %s on %s, kept in %s", m.zone, m.what, m.day, from)
					}
				}
			}
		}
		skippedReading(r, table, f)
	})
}

// insertAround inserts instants near the day's first and returns their days.
func insertAround(r *rig, table store.Table, c store.Col, typ store.Type, d store.Day) []store.Day {
	r.Helper()
	var rows []row
	var days []store.Day
	for minutes := -26 * 60; minutes <= 26*60; minutes += 15 {
		for _, shift := range []time.Duration{-500 * time.Millisecond, 0} {
			at := d.Start(location(c.Zone)).Add(time.Duration(minutes)*time.Minute + shift)
			days = append(days, dayIn(at, location(c.Zone)))
			rows = append(rows, row{"id": int64(len(days)), "at": put(at, c, typ)})
		}
	}
	r.insert(table.Name, rows...)
	return days
}

// zoned checks how many rows are on or before d, and how many later.
func zoned(r *rig, table store.Table, c store.Col, d store.Day, days []store.Day) bool {
	r.Helper()
	before := int64(0)
	for _, other := range days {
		if !other.After(d) {
			before++
		}
	}
	got, err := r.Store.Count(r.Context(), table, []store.Pred{store.OnOrBefore(c, d), store.LaterThan(c, d)})
	if err != nil || got[0] != before || got[1] != int64(len(days))-before {
		r.Errorf("on or before %s: got %v %v, want %d of %d", d, got, err, before, len(days))
		return false
	}
	return true
}

// skippedReading asks for the day of a clock reading that never was: São Paulo went from
// 23:59 to 01:00. It has a date, and that is its day.
func skippedReading(r *rig, table store.Table, f store.DayForm) {
	r.Helper()
	reading := map[store.DayForm]any{
		store.AsDateTime: time.Date(2017, 10, 15, 0, 30, 0, 0, time.UTC), store.AsTextTime: "2017-10-15 00:30:00",
	}[f]
	if reading == nil {
		return
	}
	c := dayCol("at", f, "America/Sao_Paulo", "America/Sao_Paulo")
	r.clear(table.Name)
	r.insert(table.Name, row{"id": int64(1), "at": reading})
	r.want(table, store.OnOrBefore(c, day("2017-10-14")), "")
	r.want(table, store.LaterThan(c, day("2017-10-14")), "1")
	r.want(table, store.OnOrBefore(c, day("2017-10-15")), "1")
}

// testLaterThanPlus pins the clamp of the calendar arithmetic in the engine.
func testLaterThanPlus(t *testing.T, open Open) {
	eachForm(t, open, func(r *rig, table store.Table, f store.DayForm, typ store.Type) {
		at, later := dayCol("at", f, "Europe/Paris", "UTC"), dayCol("later", f, "Europe/Paris", "UTC")
		if _, err := r.Store.Count(r.Context(), table, []store.Pred{store.LaterThanPlus(later, at, 1, 1)}); errors.Is(err, errors.ErrUnsupported) {
			r.Skipf("this engine cannot add to days kept as %s: %v", f, err)
		}
		for _, c := range sums {
			id := int64(len(r.rows[table.Name]) + 1)
			from, sum := day(c.from).Start(location("Europe/Paris")), day(c.sum).Start(location("Europe/Paris"))
			r.clear(table.Name)
			r.insert(table.Name,
				row{"id": id, "at": put(from, at, typ), "later": put(sum, later, typ)},
				row{"id": id + 1, "at": put(from.Add(5*time.Hour), at, typ), "later": put(time.Date(sum.Year(), sum.Month(), sum.Day()+1, sum.Hour(), sum.Minute(), sum.Second(), sum.Nanosecond(), sum.Location()), later, typ)},
				row{"id": id + 2, "at": put(from, at, typ)},
				row{"id": id + 3, "later": put(sum, at, typ)},
			)
			if !r.agree(table, []store.Pred{store.LaterThanPlus(later, at, c.months, c.days)}) {
				r.Errorf("%s plus %d months and %d days is %s", c.from, c.months, c.days, c.sum)
			}
			r.want(table, store.LaterThanPlus(later, at, c.months, c.days), fmt.Sprint(id+1))
		}
	})
}

// sums are periods added to days, with the last day that is not later.
var sums = []struct {
	from         string
	months, days int
	sum          string
}{
	{"2024-01-31", 1, 0, "2024-02-29"},
	{"2023-01-31", 1, 0, "2023-02-28"},
	{"2024-02-29", 12, 0, "2025-02-28"},
	{"2024-02-29", 48, 0, "2028-02-29"},
	{"2024-08-31", 6, 0, "2025-02-28"},
	{"2024-08-31", 18, 1, "2026-03-01"},
	{"2024-12-31", 2, 0, "2025-02-28"},
	{"2024-03-30", 0, 1, "2024-03-31"},
	{"2024-10-26", 0, 1, "2024-10-27"},
	{"2024-05-15", 0, 0, "2024-05-15"},
	{"2024-05-31", 0, 32, "2024-07-02"},
	{"2010-03-31", 120, 0, "2020-03-31"},
	{"2024-01-30", 13, 2, "2025-03-02"},
}
