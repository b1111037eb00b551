package consent

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// TestPermitted follows a term of three years that ends on 2026-09-30 through questions.
func TestPermitted(t *testing.T) {
	t.Parallel()
	at := func(day string) time.Time { return policy.MustDate(day).Start(time.UTC).Add(9 * time.Hour) }
	asked := func(id, day, term, last string) Record {
		return Record{ID: id, Kind: PermissionAsked, At: at(day), Scope: Scope{Purposes: []policy.PurposeID{"news"}}, From: policy.MustDate(term), Until: policy.MustDate(last)}
	}
	said := func(kind, of, day string) Record { return Record{Kind: kind, Of: of, At: at(day)} }
	opened := Record{Kind: Reached, At: at("2026-09-21"), Channel: Email, Outcome: Opened}
	before := asked("q1", "2026-09-20", "2026-09-30", "2026-10-20")
	for name, c := range map[string]struct {
		today   string
		records []Record
		end     string
		want    Standing
	}{
		"running":                       {"2026-09-30", nil, "2026-09-30", Running},
		"ended, nobody asked":           {"2026-10-01", nil, "2026-09-30", ToAsk},
		"asked before the term":         {"2026-09-25", []Record{before}, "2026-09-30", Running},
		"an open is not an answer":      {"2026-10-21", []Record{before, opened}, "2026-09-30", Over},
		"the last day to answer":        {"2026-10-20", []Record{before}, "2026-09-30", Waiting},
		"silence":                       {"2026-10-21", []Record{before}, "2026-09-30", Over},
		"no, before the last day":       {"2026-10-02", []Record{before, said(LetGo, "q1", "2026-09-22")}, "2026-09-30", Over},
		"no, before the term":           {"2026-09-30", []Record{before, said(LetGo, "q1", "2026-09-22")}, "2026-09-30", Running},
		"yes before the term":           {"2026-10-21", []Record{before, said(Kept, "q1", "2026-09-22")}, "2029-09-22", Running},
		"the first answer counts":       {"2026-10-21", []Record{before, said(LetGo, "q1", "2026-09-22"), said(Kept, "q1", "2026-09-23")}, "2026-09-30", Over},
		"yes for another term":          {"2026-10-21", []Record{asked("q0", "2026-09-20", "2026-09-12", "2026-10-20"), said(Kept, "q0", "2026-09-22")}, "2026-09-30", ToAsk},
		"yes to no question":            {"2026-10-21", []Record{before, said(Kept, "q9", "2026-09-22")}, "2026-09-30", Over},
		"yes before it was asked":       {"2026-10-21", []Record{before, said(Kept, "q1", "2026-09-01")}, "2026-09-30", Over},
		"the new term ends too":         {"2029-09-23", []Record{before, said(Kept, "q1", "2026-09-22")}, "2029-09-22", ToAsk},
		"asked for the new term":        {"2029-09-23", []Record{before, said(Kept, "q1", "2026-09-22"), asked("q2", "2029-09-01", "2029-09-22", "2029-10-01")}, "2029-09-22", Waiting},
		"an old silence is no new one":  {"2026-10-21", []Record{asked("q0", "2023-01-01", "2023-01-10", "2023-02-01")}, "2026-09-30", ToAsk},
		"asked again, another purpose":  {"2026-10-21", []Record{{ID: "q1", Kind: PermissionAsked, At: at("2026-09-20"), Scope: Scope{Purposes: []policy.PurposeID{"other"}}, From: policy.MustDate("2026-09-30"), Until: policy.MustDate("2026-10-20")}}, "2026-09-30", ToAsk},
		"a consent is not its answer":   {"2026-10-21", []Record{before, {Kind: Given, At: at("2026-09-22"), Scope: Scope{Channels: []Channel{Email}, Purposes: []policy.PurposeID{"news"}}}}, "2026-09-30", Over},
		"a yes on the day of the term":  {"2026-10-21", []Record{before, said(Kept, "q1", "2026-09-30")}, "2029-09-30", Running},
		"a late yes, while data remain": {"2026-10-25", []Record{before, said(Kept, "q1", "2026-10-24")}, "2029-10-24", Running},
	} {
		f := FactsOf(c.records, at(c.today))
		end, got := f.Permitted("news", policy.MustDate("2026-09-30"), policy.Years(3), policy.MustDate(c.today), time.UTC)
		if got != c.want || end != policy.MustDate(c.end) {
			t.Errorf("%s: %s until %s, not %s until %s", name, got, end, c.want, c.end)
		}
	}
}
