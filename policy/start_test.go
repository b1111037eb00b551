package policy

import (
	"testing"
	"time"
)

// TestStart checks the first instant of days on which the clocks are moved at midnight.
func TestStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, day, want string }{
		{"UTC", "2024-02-29", "2024-02-29T00:00:00Z"},
		{"Europe/Paris", "2021-03-28", "2021-03-27T23:00:00Z"},
		{"America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00:00Z"}, // no midnight
		{"America/Havana", "2021-11-07", "2021-11-07T04:00:00Z"},    // midnight twice
		{"Asia/Amman", "2021-10-29", "2021-10-28T21:00:00Z"},        // midnight twice, east of Greenwich
		{"Asia/Colombo", "2006-04-15", "2006-04-14T18:00:00Z"},      // twice, half an hour apart
		{"Pacific/Rarotonga", "1985-10-27", "1985-10-27T10:00:00Z"}, // half an hour left out
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},      // after a day that was left out
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		start := MustDate(c.day).Start(zone)
		if got := start.UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s: got %s, want %s", c.day, c.zone, got, c.want)
		}
		if DateOf(start, zone) != MustDate(c.day) || !DateOf(start.Add(-time.Second), zone).Before(MustDate(c.day)) {
			t.Errorf("%s in %s: it is not the first instant", c.day, c.zone)
		}
	}
}
