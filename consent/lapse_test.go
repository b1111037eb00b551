package consent

import (
	"testing"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// TestLapse lets proofs go three years after what they prove, to the day, and never a refusal.
func TestLapse(t *testing.T) {
	t.Parallel()
	p, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	zone := at("2026-09-01").Location()
	l, err := NewLapse(p.On(policy.MustDate("2029-09-02")), zone)
	if err != nil {
		t.Fatal(err)
	}
	old, edge := at("2020-01-01 10:00"), at("2026-09-02 10:00")
	for name, c := range map[string]struct {
		r    Record
		want bool
	}{
		"a consent that ended three years and a day ago": {Record{Kind: Given, At: old, Until: policy.MustDate("2026-09-01")}, true},
		"a consent that ended three years ago":           {Record{Kind: Given, At: old, Until: policy.MustDate("2026-09-02")}, false},
		"a consent without a period":                     {Record{Kind: Given, At: old}, false},
		"a consent that ended before it was given":       {Record{Kind: Given, At: edge, Until: policy.MustDate("2020-01-01")}, false},
		"an attempt":                    {Record{Kind: Reached, At: old, Outcome: Unanswered}, true},
		"an attempt of three years ago": {Record{Kind: Reached, At: edge, Outcome: Unanswered}, false},
		"a refusal in a call":           {Record{Kind: Reached, At: old, Outcome: Refused}, false},
		"stop calling":                  {Record{Kind: Reached, At: old, Outcome: Opposed}, false},
		"a request":                     {Record{Kind: Asked, At: old}, true},
		"a request dealt with":          {Record{Kind: AskedClosed, At: old}, true},
		"an appointment":                {Record{Kind: Agreed, At: old}, true},
		"an objection":                  {Record{Kind: Opposition, At: old}, false},
		"an objection lifted":           {Record{Kind: Lift, At: old}, false},
		"a withdrawal":                  {Record{Kind: Ended, At: old}, false},
		"a death":                       {Record{Kind: Died, At: old}, false},
		"a restriction":                 {Record{Kind: Limited, At: old}, false},
		"a quarantine":                  {Record{Kind: Quarantine, At: old}, false},
		"a contract":                    {Record{Kind: Signed, At: old}, false},
	} {
		if got := l.Gone(c.r); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !l.GoneAnswer(old) || l.GoneAnswer(edge) {
		t.Error("answers go at the wrong time")
	}
	if _, err := NewLapse(p.On(policy.MustDate("2020-01-01")), zone); err == nil {
		t.Error("there is a term on a day on which the law had none")
	}
}
