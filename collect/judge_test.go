package collect

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// TestJudge holds each kind of sighting against the shop, in each phase.
func TestJudge(t *testing.T) {
	t.Parallel()
	s := shop()
	s.Purposes[1].Keep = policy.Months(13)
	today := policy.MustDate("2026-11-25")
	last := today.Add(policy.Months(13)).Start(time.UTC).Add(23 * time.Hour)
	for _, c := range []struct {
		name string
		seen Sighting
		want Verdict
	}{
		{"exempt", Sighting{Phase: Before, Kind: SeenCookie, Name: "PHPSESSID"}, Declared},
		{"the choice itself", Sighting{Phase: Refused, Kind: SeenCookie, Name: CookieName}, Declared},
		{"before", Sighting{Phase: Before, Kind: SeenCookie, Name: "_cnt1"}, Early},
		{"after a refusal", Sighting{Phase: Refused, Kind: SeenStorage, Name: "own_x"}, Early},
		{"after an agreement", Sighting{Phase: Agreed, Kind: SeenCookie, Name: "_cnt1"}, Declared},
		{"a request before", Sighting{Phase: Before, Kind: SeenRequest, Name: "film.example", Host: "film.example"}, Early},
		{"a request after", Sighting{Phase: Agreed, Kind: SeenRequest, Name: "a.counter.example", Host: "a.counter.example"}, Declared},
		{"nobody's cookie", Sighting{Phase: Agreed, Kind: SeenCookie, Name: "spy"}, Undeclared},
		{"nobody's host", Sighting{Phase: Agreed, Kind: SeenRequest, Name: "spy.example", Host: "spy.example"}, Undeclared},
		{"the last day", Sighting{Phase: Agreed, Kind: SeenCookie, Name: "_cnt1", Until: last}, Declared},
		{"a day too long", Sighting{Phase: Agreed, Kind: SeenCookie, Name: "_cnt1", Until: last.Add(2 * time.Hour)}, Longer},
		{"long, and early", Sighting{Phase: Before, Kind: SeenCookie, Name: "_cnt1", Until: last.Add(2 * time.Hour)}, Early},
	} {
		if got := s.Judge([]Sighting{c.seen}, today, time.UTC); len(got) != 1 || got[0].Verdict != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	order := s.Judge([]Sighting{{Phase: Agreed, Kind: SeenCookie, Name: "PHPSESSID"}, {Phase: Agreed, Kind: SeenCookie, Name: "spy"}, {Phase: Before, Kind: SeenCookie, Name: "own_1"}}, today, time.UTC)
	if order[0].Verdict != Early || order[1].Verdict != Undeclared || order[2].Verdict != Declared {
		t.Errorf("the order is %+v", order)
	}
}
