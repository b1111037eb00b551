package law

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zones must be known on machines without a zone database

	"github.com/garant-rgpd/garant/policy"
)

// TestOuvrables counts days that are neither Sundays nor holidays: Saturdays are among them.
func TestOuvrables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		where         Territory
		from, fifth   string
		sixth, reason string
	}{
		{Metropole, "2026-09-07", "2026-09-12", "2026-09-14", "Monday to Saturday"},
		{Metropole, "2026-09-10", "2026-09-16", "2026-09-17", "over a Sunday"},
		{Metropole, "2026-11-06", "2026-11-13", "2026-11-14", "over a Sunday and 11 November"},
		{Reunion, "2026-12-17", "2026-12-23", "2026-12-24", "20 December is a Sunday there"},
		{AlsaceMoselle, "2026-12-22", "2026-12-30", "2026-12-31", "25 and 26 December"},
		{Metropole, "2026-12-22", "2026-12-29", "2026-12-30", "25 December alone"},
	} {
		cal := calendar(t, c.where)
		day := policy.MustDate(c.from)
		if got := cal.Ouvrables(day, 5).String(); got != c.fifth {
			t.Errorf("%s: the fifth is %s, not %s", c.reason, got, c.fifth)
		}
		if got := cal.Ouvrables(day, 6).String(); got != c.sixth {
			t.Errorf("%s: the sixth is %s, not %s", c.reason, got, c.sixth)
		}
	}
}

// TestPlaces finds territories by postcode, and each has a clock.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for postcode, want := range map[string]Territory{
		"75001": Metropole, "20000": Metropole, "67000": AlsaceMoselle, "57000": AlsaceMoselle, "68100": AlsaceMoselle, "97100": Guadeloupe,
		"97133": SaintBarthelemy, "97150": SaintMartin, "97200": Martinique, "97300": Guyane, "97400": Reunion, "97600": Mayotte,
		"97500": "", "98800": "", "7500": "", "2A000": "", "00100": "", "": "", "750011": "",
	} {
		if got, ok := PlaceOf(postcode); got != want || ok != (want != "") {
			t.Errorf("%q is in %q, %v", postcode, got, ok)
		}
	}
	noon := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	hours := map[Territory]int{Metropole: 14, AlsaceMoselle: 14, Guadeloupe: 8, Guyane: 9, Martinique: 8, Mayotte: 15, Reunion: 16, SaintBarthelemy: 8, SaintMartin: 8}
	for _, place := range Territories() {
		zone, err := place.Zone()
		if err != nil || noon.In(zone).Hour() != hours[place] {
			t.Errorf("%s: %v, %v", place, noon.In(zone), err)
		}
	}
	if _, err := Territory("atlantis").Zone(); err == nil {
		t.Error("a place that does not exist has a clock")
	}
}

// TestSpans reads the hours of calls.
func TestSpans(t *testing.T) {
	t.Parallel()
	p := pack(t)
	got, err := p.On(policy.MustDate("2026-11-22")).Spans("phone.hours")
	if err != nil || !slices.Equal(got, []Span{{600, 780}, {840, 1200}}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := p.On(policy.MustDate("2023-02-28")).Spans("phone.hours"); err == nil {
		t.Error("there are hours before the decree")
	}
	if _, err := p.On(policy.MustDate("2026-11-22")).Spans("phone.regime"); err == nil {
		t.Error("a word is a part of a day")
	}
}
