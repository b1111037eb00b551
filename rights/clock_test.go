package rights_test

import (
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// TestClock holds the ten reference days of receipt: one month and three months by Regulation
// 1182/71, the plain date and the one moved to a working day.
func TestClock(t *testing.T) {
	t.Parallel()
	k := clock(t)
	for _, tt := range []struct{ received, raw, due, raw3, due3 string }{
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
		t.Run(tt.received, func(t *testing.T) {
			t.Parallel()
			c := rights.Case{Received: policy.MustDate(tt.received), State: rights.Received}
			one, err := k.Of(c, c.Received)
			if err != nil {
				t.Fatal(err)
			}
			c.Extended = true
			three, err := k.Of(c, c.Received)
			if err != nil {
				t.Fatal(err)
			}
			got := [4]string{one.Target.String(), one.Limit.String(), three.Target.String(), three.Limit.String()}
			if want := [4]string{tt.raw, tt.due, tt.raw3, tt.due3}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestStoodClock stops the clock for twelve days: both dates move by twelve days and are then
// moved to a working day; the clock of an open stop moves with today.
func TestStoodClock(t *testing.T) {
	t.Parallel()
	day := policy.MustDate
	c := rights.Case{Received: day("2026-11-02"), State: rights.Identity, Stops: []rights.Stop{{From: day("2026-11-04")}}}
	got := map[string]rights.Due{}
	for name, at := range map[string]string{"waiting": "2026-11-10", "later": "2026-11-16"} {
		d, err := clock(t).Of(c, day(at))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = d
	}
	if d := got["waiting"]; d.Suspended != 6 || d.Target != day("2026-12-08") || d.Standing != rights.Stopped {
		t.Errorf("while it waits: %+v", d)
	}
	c.State, c.Stops[0].Until = rights.Searching, day("2026-11-16")
	d, err := clock(t).Of(c, day("2026-12-20"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Suspended != 12 || d.Target != day("2026-12-14") || d.Limit != day("2026-12-14") || d.Standing != rights.Overdue || d.Left != -6 {
		t.Errorf("resumed: %+v", d)
	}
}
