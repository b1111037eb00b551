package consent

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// TestRefused asks when a person's word alone ends what a purpose rests on.
func TestRefused(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 9, n, 10, 0, 0, 0, time.UTC) }
	news := func(ch ...Channel) Scope { return Scope{Channels: ch, Purposes: []policy.PurposeID{"news"}} }
	agreed := func(n int, ch ...Channel) Consent { return Consent{At: day(n), Scope: news(ch...)} }
	took := func(n int, ch ...Channel) Withdrawal { return Withdrawal{At: day(n), Scope: news(ch...)} }
	against := func(n int, ch ...Channel) Objection { return Objection{At: day(n), Scope: Scope{Channels: ch}} }
	by := func(b ...policy.Basis) []policy.Basis { return b }
	said := FactsOf([]Record{{ID: "contact-1", Kind: Reached, At: day(3), Channel: Call, Outcome: Opposed}}, day(9))
	for name, c := range map[string]struct {
		use   Use
		basis []policy.Basis
		by    []Channel
		facts Facts
		want  int // day of September; 0 for not refused
	}{
		"nothing said":                      {Prospecting, by(policy.Consent), nil, Facts{}, 0},
		"withdrawn":                         {Prospecting, by(policy.Consent), nil, Facts{Withdrawals: []Withdrawal{took(3)}}, 3},
		"another purpose":                   {Prospecting, by(policy.Consent), nil, Facts{Withdrawals: []Withdrawal{{At: day(3), Scope: Scope{Purposes: []policy.PurposeID{"other"}}}}}, 0},
		"agreed again":                      {Prospecting, by(policy.Consent), nil, Facts{Withdrawals: []Withdrawal{took(3)}, Consents: []Consent{agreed(4, Email)}}, 0},
		"by one channel of two":             {Prospecting, by(policy.Consent), nil, Facts{Consents: []Consent{agreed(1, Email, SMS)}, Withdrawals: []Withdrawal{took(3, Email)}}, 0},
		"by each channel":                   {Prospecting, by(policy.Consent), nil, Facts{Consents: []Consent{agreed(1, Email, SMS)}, Withdrawals: []Withdrawal{took(3, Email), took(5, SMS)}}, 5},
		"by a channel, none on file":        {Prospecting, by(policy.Consent), nil, Facts{Withdrawals: []Withdrawal{took(3, Email)}}, 0},
		"by the purpose's only channel":     {Prospecting, by(policy.Consent), []Channel{Email}, Facts{Withdrawals: []Withdrawal{took(3, Email)}}, 3},
		"withdrawal beside interest":        {Prospecting, by(policy.Consent, policy.LegitimateInterest), nil, Facts{Withdrawals: []Withdrawal{took(3)}}, 0},
		"objection to prospecting":          {Prospecting, by(policy.LegitimateInterest), nil, Facts{Objections: []Objection{against(3)}}, 3},
		"objection and consent":             {Prospecting, by(policy.Consent), nil, Facts{Objections: []Objection{against(3)}}, 3},
		"a later consent lifts none":        {Prospecting, by(policy.Consent), nil, Facts{Objections: []Objection{against(3)}, Consents: []Consent{agreed(4, Email)}}, 3},
		"lifted":                            {Prospecting, by(policy.LegitimateInterest), nil, Facts{Objections: []Objection{{At: day(3), Lifted: day(4)}}}, 0},
		"SMS alone":                         {Prospecting, by(policy.LegitimateInterest), nil, Facts{Objections: []Objection{against(3, SMS)}}, 0},
		"said in a call, only called":       {Prospecting, by(policy.LegitimateInterest), []Channel{Call}, said, 3},
		"said in a call, also written to":   {Prospecting, by(policy.LegitimateInterest), []Channel{Call, Email}, said, 0},
		"said in a call, no channel known":  {Prospecting, by(policy.LegitimateInterest), nil, said, 0},
		"interest without prospecting":      {Other, by(policy.LegitimateInterest), nil, Facts{Objections: []Objection{{At: day(3), Everything: true}}}, 0},
		"consent without prospecting":       {Other, by(policy.Consent), nil, Facts{Withdrawals: []Withdrawal{took(3)}}, 3},
		"a contract":                        {Prospecting, by(policy.Contract), nil, Facts{Objections: []Objection{against(3)}, Withdrawals: []Withdrawal{took(3)}}, 0},
		"a duty beside a consent":           {Prospecting, by(policy.Consent, policy.LegalObligation), nil, Facts{Withdrawals: []Withdrawal{took(3)}}, 0},
		"no ground known":                   {Prospecting, nil, nil, Facts{Withdrawals: []Withdrawal{took(3)}, Objections: []Objection{against(3)}}, 0},
		"the use not known, objection only": {"", by(policy.LegitimateInterest), nil, Facts{Objections: []Objection{against(3)}}, 0},
	} {
		since, ok := c.facts.Refused(Purpose{ID: "news", Use: c.use, Basis: c.basis}, c.by)
		if ok != (c.want > 0) || ok && !since.Equal(day(c.want)) {
			t.Errorf("%s: %v since %v, not day %d", name, ok, since, c.want)
		}
	}
}

// TestAhead lets a refusal count at once that a clock running ahead dated later.
func TestAhead(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 1, 10, 0, 0, 0, time.UTC)
	for _, kind := range []string{Opposition, Ended, Reached} {
		f := FactsOf([]Record{{Kind: kind, Outcome: Opposed, Channel: Call, At: now.Add(4 * time.Minute), Entered: now}}, now)
		if len(f.Objections)+len(f.Withdrawals) != 1 {
			t.Errorf("%s waits for the clock", kind)
		}
	}
	if f := FactsOf([]Record{{Kind: Given, At: now.Add(4 * time.Minute), Entered: now}}, now); len(f.Consents) != 0 {
		t.Error("a consent counts before it was given")
	}
}
