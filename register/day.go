package register

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Options say how days are read and where problems are placed.
type Options struct {
	// Zone is the IANA name of the controller's zone; "Europe/Paris" when empty.
	Zone string
	// From and To bound the plausible days, From <= day < To; 1980-01-01 and 2100-01-01
	// when zero.
	From, To policy.Date
	// PolicyFile and RegisterFile are the file names that problems carry; "policy.yaml" and
	// "register.yaml" when empty.
	PolicyFile, RegisterFile string
}

// filled returns the options with their defaults.
func (o Options) filled() Options {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.Zone, "Europe/Paris")
	set(&o.PolicyFile, "policy.yaml")
	set(&o.RegisterFile, "register.yaml")
	if o.From.IsZero() {
		o.From = policy.Date{Year: 1980, Month: time.January, Day: 1}
	}
	if o.To.IsZero() {
		o.To = policy.Date{Year: 2100, Month: time.January, Day: 1}
	}
	return o
}

// issue is a problem without its place.
type issue struct{ code, message, hint string }

// isDay reports whether conditions read the column as days.
func isDay(col store.Column, decl ColumnDecl) bool {
	switch col.Type {
	case store.DateType, store.DateTime, store.Instant:
		return true
	}
	return decl.As != ""
}

// forms says, by column type, which forms a declaration may give; the first is the default,
// "" where the schema alone says too little.
var forms = map[store.Type][]store.DayForm{
	store.DateType: {store.AsDate, store.AsTextDate, store.AsTextTime},
	store.DateTime: {store.AsDateTime, store.AsTextTime, store.AsTextDate, store.AsUnix, store.AsUnixMilli},
	store.Instant:  {store.AsInstant},
	store.Text:     {"", store.AsTextDate, store.AsTextTime, store.AsDMY, store.AsYMD},
	store.Integer:  {"", store.AsUnix, store.AsUnixMilli, store.AsYMD},
	store.Number:   {"", store.AsUnix, store.AsUnixMilli},
}

// dayColumn resolves how days are read from a column, or says what must be declared first.
func dayColumn(col store.Column, decl ColumnDecl, opt Options) (store.Col, *issue) {
	opt = opt.filled()
	as, bad := dayForm(col, decl.As)
	if bad != nil {
		return store.Col{}, bad
	}
	c := store.Col{Name: col.Name, As: as, Zone: opt.Zone, Min: opt.From, Max: opt.To}
	if as != store.AsDateTime && as != store.AsTextTime {
		return c, nil
	}
	if decl.Zone == "" {
		return store.Col{}, &issue{"no-zone",
			fmt.Sprintf("column %s holds clock readings without a zone, so its days are not known", col.Name),
			fmt.Sprintf("declare it: columns: {%s: {zone: UTC}}, or the zone the program writes in", col.Name)}
	}
	if _, err := time.LoadLocation(decl.Zone); err != nil {
		return store.Col{}, &issue{"bad-zone", fmt.Sprintf("column %s: there is no time zone %q", col.Name, decl.Zone),
			"use an IANA name such as UTC or Europe/Paris"}
	}
	c.From = decl.Zone
	return c, nil
}

func dayForm(col store.Column, as store.DayForm) (store.DayForm, *issue) {
	allowed := forms[col.Type]
	if len(allowed) == 0 {
		return "", &issue{"not-a-date", fmt.Sprintf("column %s is %s and cannot hold days", col.Name, col.Type), "bind a column of dates"}
	}
	if as == "" {
		as = allowed[0]
	}
	for _, f := range allowed {
		if f == as && f != "" {
			return f, nil
		}
	}
	if as == "" {
		return "", &issue{"text-date", fmt.Sprintf("column %s is a date column of %s type: how it writes days is not known", col.Name, col.Type),
			fmt.Sprintf("declare it: columns: {%s: {as: %s}}", col.Name, allowed[1])}
	}
	return "", &issue{"bad-form", fmt.Sprintf("column %s is %s and cannot hold days as %s", col.Name, col.Type, as),
		"it may be " + joinOr(allowed)}
}

func joinOr(fs []store.DayForm) string {
	var names []string
	for _, f := range fs {
		if f != "" {
			names = append(names, string(f))
		}
	}
	return strings.Join(names, " or ")
}

// ReadDay returns the civil day that a value of the column stands for, in the column's zone,
// and whether it is usable: a day that exists, within the column's bounds and not its
// sentinel. The value is one that a store.Row may hold.
func ReadDay(c store.Col, v any) (policy.Date, bool) {
	d, ok := civilDay(c, v)
	low := !c.Min.IsZero() && d.Before(c.Min)
	high := !c.Max.IsZero() && !d.Before(c.Max)
	return d, ok && !low && !high && (c.Sentinel.IsZero() || d != c.Sentinel)
}

func civilDay(c store.Col, v any) (policy.Date, bool) {
	if d, ok := v.(policy.Date); ok {
		return d, !d.IsZero()
	}
	switch c.As {
	case store.AsDate:
		return plainDay(v)
	case store.AsTextDate:
		s, ok := v.(string)
		d, err := policy.ParseDate(s)
		return d, ok && err == nil
	case store.AsDMY, store.AsYMD:
		return spelledDay(c.As, v)
	}
	t, ok := instant(c, v)
	if !ok {
		return policy.Date{}, false
	}
	return policy.DateOf(t, zone(c.Zone)), true
}

// spelledDay reads a day that is not written as ISO 8601 does. Go's calendar takes the forms'
// digits as they stand, and nothing before or behind.
func spelledDay(as store.DayForm, v any) (policy.Date, bool) {
	s, ok := v.(string)
	layout := map[store.DayForm]string{store.AsDMY: "02/01/2006", store.AsYMD: "20060102"}[as]
	if n, whole := v.(int64); whole && as == store.AsYMD {
		s, ok = strconv.FormatInt(n, 10), true
	}
	t, err := time.Parse(layout, s)
	return policy.DateOf(t, time.UTC), ok && err == nil && len(s) == len(layout)
}

// plainDay reads an engine's date, which has no zone whatever type carries it.
func plainDay(v any) (policy.Date, bool) {
	switch x := v.(type) {
	case time.Time:
		y, m, d := x.Date()
		return policy.Date{Year: y, Month: m, Day: d}, !x.IsZero()
	case string:
		d, err := policy.ParseDate(x)
		return d, err == nil
	}
	return policy.Date{}, false
}

// instant returns the moment a value stands for.
func instant(c store.Col, v any) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		if c.As == store.AsDateTime || c.As == store.AsTextTime {
			return reading(x, c.From), !x.IsZero()
		}
		return x, c.As == store.AsInstant && !x.IsZero()
	case string:
		return textTime(c, x)
	case int64:
		return unix(c.As, float64(x))
	case float64:
		return unix(c.As, x)
	}
	return time.Time{}, false
}

// reading takes the clock face of t as one of the zone.
func reading(t time.Time, from string) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone(from))
}

func textTime(c store.Col, s string) (time.Time, bool) {
	if c.As != store.AsDateTime && c.As != store.AsTextTime {
		t, err := time.Parse(time.RFC3339Nano, s)
		return t, err == nil && c.As == store.AsInstant
	}
	t, err := time.Parse("2006-01-02 15:04:05", strings.Replace(s, "T", " ", 1))
	return reading(t, c.From), err == nil
}

func unix(as store.DayForm, n float64) (time.Time, bool) {
	if as == store.AsUnixMilli {
		n /= 1000
	}
	// Beyond 9999 no column means a day; converting would overflow.
	ok := (as == store.AsUnix || as == store.AsUnixMilli) && math.Abs(n) < 253402300800
	if !ok {
		return time.Time{}, false
	}
	whole := math.Floor(n)
	return time.Unix(int64(whole), int64((n-whole)*1e9)), true
}

// zone returns the location of a name that was checked when it was bound.
func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}
