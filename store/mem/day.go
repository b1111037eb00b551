package mem

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// usable returns the day that a column gives, if it is a date that exists, is plausible and
// does not stand for never.
func usable(v any, c store.Col) (store.Day, bool, error) {
	d, ok, err := civil(v, c)
	switch {
	case err != nil, !ok:
		return store.Day{}, false, err
	case d.Before(c.Min), !c.Max.IsZero() && !d.Before(c.Max), d == c.Sentinel, c.Zero && zero(v):
		return store.Day{}, false, nil
	}
	return d, true, nil
}

// civil returns the day that a column's value falls on in the controller's zone, if it is a
// date that exists.
func civil(v any, c store.Col) (store.Day, bool, error) {
	zone, err := Location(c.Zone)
	if err != nil {
		return store.Day{}, false, fmt.Errorf("column %s: unknown zone %q", c.Name, c.Zone)
	}
	from, err := Location(c.From)
	if err != nil {
		return store.Day{}, false, fmt.Errorf("column %s: unknown zone %q", c.Name, c.From)
	}
	var d store.Day
	var ok bool
	switch c.As {
	case store.AsDate:
		d, ok = dateOf(v)
	case store.AsTextDate:
		d, ok = textDate(v)
	case store.AsDMY, store.AsYMD:
		d, ok = spelledDay(v, c.As)
	case store.AsDateTime:
		d, ok = readingDay(v, from, zone)
	case store.AsTextTime:
		if _, text := v.(string); text {
			d, ok = readingDay(v, from, zone)
		}
	case store.AsInstant:
		d, ok = instantDay(v, zone)
	case store.AsUnix:
		d, ok = unixDay(v, 1, zone)
	case store.AsUnixMilli:
		d, ok = unixDay(v, 1000, zone)
	default:
		return d, false, fmt.Errorf("column %s: unknown form of days %q", c.Name, c.As)
	}
	return d, ok, nil
}

// dateOf reads an engine's date. A string is what an engine let into such a column.
func dateOf(v any) (store.Day, bool) {
	if d, ok := v.(store.Day); ok {
		return d, !d.IsZero()
	}
	return textDate(v)
}

var dateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

func textDate(v any) (store.Day, bool) {
	s, ok := v.(string)
	if !ok || !dateForm.MatchString(s) {
		return store.Day{}, false
	}
	t, err := time.Parse(time.DateOnly, s)
	return dayOf(t), err == nil
}

// spellings are the forms of a day in a text that are not ISO 8601, for Go's calendar.
var spellings = map[store.DayForm]struct {
	form   *regexp.Regexp
	layout string
}{
	store.AsDMY: {regexp.MustCompile(`^[0-9]{2}/[0-9]{2}/[0-9]{4}$`), "02/01/2006"},
	store.AsYMD: {regexp.MustCompile(`^[0-9]{8}$`), "20060102"},
}

func spelledDay(v any, as store.DayForm) (store.Day, bool) {
	s, text := v.(string)
	if n, whole := v.(int64); whole && as == store.AsYMD {
		s, text = strconv.FormatInt(n, 10), true
	}
	how := spellings[as]
	if !text || !how.form.MatchString(s) {
		return store.Day{}, false
	}
	t, err := time.Parse(how.layout, s)
	return dayOf(t), err == nil
}

// zero reports whether a value stands for never where zeros do.
func zero(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Trim(v, "0-/:. ") == ""
	case int64:
		return v == 0
	case float64:
		return v == 0
	}
	return false
}

var readingForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$`)

// readingDay turns a clock reading of the zone from into a day of zone. Where both are one
// zone the reading's own date is the day, even of an hour that the clocks skip; otherwise
// the reading is an instant first.
func readingDay(v any, from, zone *time.Location) (store.Day, bool) {
	var t time.Time
	switch v := v.(type) {
	case time.Time:
		t = v
	case string:
		if !readingForm.MatchString(v) {
			return store.Day{}, false
		}
		var err error
		// Only the first 19 characters: a fraction never moves a day.
		if t, err = time.Parse("2006-01-02 15:04:05", v[:10]+" "+v[11:19]); err != nil {
			return store.Day{}, false
		}
	default:
		return store.Day{}, false
	}
	if from.String() == zone.String() {
		return dayOf(t), true
	}
	t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), from)
	return dayOf(t.In(zone)), true
}

func instantDay(v any, zone *time.Location) (store.Day, bool) {
	t, ok := v.(time.Time)
	if s, text := v.(string); text {
		var err error
		t, err = time.Parse(time.RFC3339, s)
		ok = err == nil
	}
	return dayOf(t.In(zone)), ok
}

// farthest bounds the seconds that time.Unix reads without overflow, some 30,000 years on.
const farthest = 1e12

func unixDay(v any, perSecond float64, zone *time.Location) (store.Day, bool) {
	if _, isBool := v.(bool); isBool {
		return store.Day{}, false
	}
	f, ok := number(v)
	seconds := math.Floor(f / perSecond)
	if !ok || math.IsNaN(f) || math.Abs(seconds) > farthest {
		return store.Day{}, false
	}
	return dayOf(time.Unix(int64(seconds), 0).In(zone)), true
}

func dayOf(t time.Time) store.Day {
	y, m, d := t.Date()
	return store.Day{Year: y, Month: m, Day: d}
}

// locations holds what Location found. It is a memo of a pure function, not a state.
var locations sync.Map

// Location is time.LoadLocation with a memory: that one reads a file every time, and a
// question is asked of every row.
func Location(name string) (*time.Location, error) {
	if l, ok := locations.Load(name); ok {
		return l.(*time.Location), nil
	}
	l, err := time.LoadLocation(name)
	if err == nil {
		locations.Store(name, l)
	}
	return l, err
}
