package law

import (
	"testing"

	"github.com/garant-rgpd/garant/policy"
)

func calendar(t *testing.T, where Territory) Calendar {
	t.Helper()
	c, err := pack(t).Calendar(where)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAnswer counts one month and three from a receipt, over ends of months, week-ends,
// Easter and holidays.
func TestAnswer(t *testing.T) {
	t.Parallel()
	c := calendar(t, Metropole)
	v := pack(t).On(policy.MustDate("2026-11-22"))
	for _, x := range []struct{ received, raw, due, raw3, due3 string }{
		{"2026-11-22", "2026-12-22", "2026-12-22", "2027-02-22", "2027-02-22"},
		{"2026-11-30", "2026-12-30", "2026-12-30", "2027-02-28", "2027-03-01"},
		{"2026-08-31", "2026-09-30", "2026-09-30", "2026-11-30", "2026-11-30"},
		{"2027-01-31", "2027-02-28", "2027-03-01", "2027-04-30", "2027-04-30"},
		{"2026-03-05", "2026-04-05", "2026-04-07", "2026-06-05", "2026-06-05"},
		{"2026-04-08", "2026-05-08", "2026-05-11", "2026-07-08", "2026-07-08"},
		{"2026-11-25", "2026-12-25", "2026-12-28", "2027-02-25", "2027-02-25"},
		{"2026-10-14", "2026-11-14", "2026-11-16", "2027-01-14", "2027-01-14"},
		{"2027-04-01", "2027-05-01", "2027-05-03", "2027-07-01", "2027-07-01"},
		{"2028-01-31", "2028-02-29", "2028-02-29", "2028-04-30", "2028-05-02"},
	} {
		got, err := v.Answer(c, policy.MustDate(x.received), 0)
		day := policy.MustDate
		want := Answer{Deadline{day(x.raw), day(x.due)}, Deadline{day(x.raw3), day(x.due3)}}
		if err != nil || got != want {
			t.Errorf("received %s: got %v, want %v, %v", x.received, got, want, err)
		}
	}
}

// TestSuspended moves the deadline by the days the clock stood still, then off a Saturday.
func TestSuspended(t *testing.T) {
	t.Parallel()
	v := pack(t).On(policy.MustDate("2026-11-22"))
	got, err := v.Answer(calendar(t, Metropole), policy.MustDate("2026-11-22"), 4)
	want := Deadline{policy.MustDate("2026-12-26"), policy.MustDate("2026-12-28")}
	if err != nil || got.First != want {
		t.Errorf("got %v, %v", got.First, err)
	}
}

// TestEaster compares with published days, the earliest and the latest possible among them.
func TestEaster(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]string{1818: "1818-03-22", 1943: "1943-04-25", 1970: "1970-03-29", 2000: "2000-04-23", 2008: "2008-03-23",
		2011: "2011-04-24", 2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2028: "2028-04-16", 2038: "2038-04-25"} {
		if got := Easter(year).String(); got != want {
			t.Errorf("%d: got %s, want %s", year, got, want)
		}
	}
}

// TestHolidays asks in each territory for days that are holidays in some and not in others.
func TestHolidays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		where Territory
		day   string
		want  bool
	}{
		{Metropole, "2026-04-06", true}, {Metropole, "2026-05-14", true}, {Metropole, "2026-05-25", true}, {Metropole, "2026-04-05", false},
		{Metropole, "2026-04-03", false}, {AlsaceMoselle, "2026-04-03", true}, {AlsaceMoselle, "2026-12-26", true}, {AlsaceMoselle, "2026-07-14", true},
		{Metropole, "2026-12-26", false}, {Guadeloupe, "2026-05-27", true}, {Guyane, "2026-06-10", true}, {Martinique, "2026-05-22", true},
		{Mayotte, "2026-04-27", true}, {Reunion, "2026-12-20", true}, {SaintBarthelemy, "2026-10-09", true}, {Metropole, "2026-12-20", false},
		{SaintMartin, "2018-05-27", true}, {SaintMartin, "2019-05-27", false}, {SaintMartin, "2026-05-28", true}, {Guadeloupe, "2026-05-22", false},
	} {
		if _, got := calendar(t, c.where).Holiday(policy.MustDate(c.day)); got != c.want {
			t.Errorf("%s in %s: %v", c.day, c.where, got)
		}
	}
	for _, where := range Territories() {
		calendar(t, where)
	}
	if _, err := pack(t).Calendar("atlantis"); err == nil {
		t.Error("a territory that does not exist has a calendar")
	}
}

// TestWorkingDays counts over a week-end and a holiday; the first day is not counted.
func TestWorkingDays(t *testing.T) {
	t.Parallel()
	got := calendar(t, Metropole).WorkingDays(policy.MustDate("2026-05-06"), 5)
	if got.String() != "2026-05-15" { // 7, 11, 12, 13, 15: the 8th and the 14th are holidays
		t.Errorf("got %s", got)
	}
}
