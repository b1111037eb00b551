package consent

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// TestLeadsOf counts the month of article 14, which the first contact cuts short.
func TestLeadsOf(t *testing.T) {
	t.Parallel()
	at := func(day string) time.Time { return policy.MustDate(day).Start(time.UTC).Add(9 * time.Hour) }
	lead := func(day string) Record { return Record{ID: "lead-1", Kind: Brought, Source: "broker", At: at(day)} }
	for name, c := range map[string]struct {
		records   []Record
		due, told string
		today     string
		late      bool
	}{
		"a month":                  {[]Record{lead("2026-11-10")}, "2026-12-10", "", "2026-12-10", false},
		"a day more":               {[]Record{lead("2026-11-10")}, "2026-12-10", "", "2026-12-11", true},
		"the month's last day":     {[]Record{lead("2026-01-31")}, "2026-02-28", "", "2026-02-28", false},
		"the first call":           {[]Record{lead("2026-11-10"), {Kind: Reached, At: at("2026-11-20")}}, "2026-11-20", "", "2026-11-21", true},
		"a call before":            {[]Record{lead("2026-11-10"), {Kind: Reached, At: at("2026-11-01")}}, "2026-12-10", "", "2026-11-21", false},
		"told":                     {[]Record{lead("2026-11-10"), {Kind: Told, At: at("2026-11-12")}}, "2026-12-10", "2026-11-12", "2027-01-01", false},
		"told with the first call": {[]Record{lead("2026-11-10"), {Kind: Reached, At: at("2026-11-20")}, {Kind: Told, At: at("2026-11-20")}}, "2026-11-20", "2026-11-20", "2027-01-01", false},
		"told too late":            {[]Record{lead("2026-11-10"), {Kind: Told, At: at("2026-12-12")}}, "2026-12-10", "2026-12-12", "2027-01-01", true},
		"told before, of others":   {[]Record{{Kind: Told, At: at("2026-11-01")}, lead("2026-11-10")}, "2026-12-10", "", "2027-01-01", true},
	} {
		l := LeadsOf(c.records, time.UTC)
		if len(l) != 1 || l[0].Due.String() != c.due || l[0].Told.String() != c.told || l[0].Overdue(policy.MustDate(c.today)) != c.late {
			t.Errorf("%s: %+v", name, l)
		}
	}
	if got := LeadsOf([]Record{{Kind: Given, At: at("2026-11-10")}}, time.UTC); got != nil {
		t.Errorf("nobody brought them: %+v", got)
	}
}
