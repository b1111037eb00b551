package retention

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// dayOf reads a value as a civil day of the controller's zone, the way the column writes
// days. It reports false for what is no date; bounds are the caller's.
func dayOf(v any, c store.Col) (policy.Date, bool) {
	switch x := v.(type) {
	case policy.Date:
		return x, c.As == store.AsDate && !x.IsZero()
	case time.Time:
		return timeDay(x, c)
	case string:
		return textDay(x, c)
	case int64:
		if c.As == store.AsYMD {
			return textDay(strconv.FormatInt(x, 10), c)
		}
		return unixDay(float64(x), c)
	case float64:
		return unixDay(x, c)
	}
	return policy.Date{}, false
}

func timeDay(t time.Time, c store.Col) (policy.Date, bool) {
	switch c.As {
	case store.AsInstant:
		return policy.DateOf(t, zone(c.Zone)), true
	case store.AsDateTime:
		return policy.DateOf(clockIn(t, c.From), zone(c.Zone)), true
	case store.AsDate:
		return policy.DateOf(t, time.UTC), true
	}
	return policy.Date{}, false
}

// clockIn returns the instant at which a clock in the zone from shows what t shows in UTC.
func clockIn(t time.Time, from string) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone(from))
}

func textDay(s string, c store.Col) (policy.Date, bool) {
	switch c.As {
	case store.AsTextDate, store.AsDate:
		d, err := policy.ParseDate(s)
		return d, err == nil
	case store.AsDMY:
		return dayParts(s, dmy)
	case store.AsYMD:
		return dayParts(s, ymd)
	case store.AsTextTime, store.AsDateTime:
		t, err := time.Parse("2006-01-02 15:04:05", strings.Replace(s, "T", " ", 1))
		if err != nil {
			return policy.Date{}, false
		}
		return policy.DateOf(clockIn(t, c.From), zone(c.Zone)), true
	}
	return policy.Date{}, false
}

var (
	dmy = regexp.MustCompile(`^(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})$`)
	ymd = regexp.MustCompile(`^(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})$`)
)

// dayParts reads a day that is written in another order than ISO 8601's.
func dayParts(s string, form *regexp.Regexp) (policy.Date, bool) {
	m := form.FindStringSubmatch(s)
	if m == nil {
		return policy.Date{}, false
	}
	part := func(name string) string { return m[form.SubexpIndex(name)] }
	d, err := policy.ParseDate(part("y") + "-" + part("m") + "-" + part("d"))
	return d, err == nil
}

// isZero reports whether a value is one that stands for never in a column with zeros.
func isZero(v any) bool {
	switch x := v.(type) {
	case string:
		return strings.Trim(x, "0-/:. ") == ""
	case int64:
		return x == 0
	case float64:
		return x == 0
	}
	return false
}

func unixDay(f float64, c store.Col) (policy.Date, bool) {
	if math.IsNaN(f) || math.Abs(f) > 1e15 {
		return policy.Date{}, false
	}
	switch c.As {
	case store.AsUnix:
		return policy.DateOf(time.Unix(int64(math.Floor(f)), 0), zone(c.Zone)), true
	case store.AsUnixMilli:
		return policy.DateOf(time.UnixMilli(int64(math.Floor(f))), zone(c.Zone)), true
	}
	return policy.Date{}, false
}

// zone loads an IANA zone; Bind has refused names that are none, so UTC is only for "".
func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}
