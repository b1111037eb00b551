package file

import (
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

const whole = `goods: other
purposes:
  calls: {use: prospecting, goods: energy saving}
  visits: {use: service}
choices:
  - point: heating_replacement
    mode: other
    by: direction
    on: 2026-09-01
    why: our boilers are repaired, never replaced
`

func shop() *policy.Policy {
	return &policy.Policy{Purposes: []policy.Purpose{{ID: "calls", Basis: []policy.Basis{policy.Consent}}, {ID: "visits", Basis: []policy.Basis{policy.Contract}}, {ID: "accounts", Basis: []policy.Basis{policy.LegalObligation}}, {ID: "news", Basis: []policy.Basis{policy.Contract, policy.LegitimateInterest}}}}
}

// TestLoad reads a whole file, and says what each purpose does.
func TestLoad(t *testing.T) {
	t.Parallel()
	p := shop()
	s, problems := Load("consent.yaml", []byte(strings.Replace(whole, "{use: service}", "{use: service, channels: [post, email]}", 1)), p)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if by := s.Uses["visits"].Channels; !slices.Equal(by, []consent.Channel{consent.Post, consent.Email}) {
		t.Errorf("visits reach people by %v", by)
	}
	if c := s.Choices[0]; c.Point != consent.Heating || c.Mode != "other" || c.By != "direction" || c.On != policy.MustDate("2026-09-01") || c.Why == "" {
		t.Errorf("the choice is %+v", c)
	}
	for id, want := range map[policy.PurposeID]consent.UseOf{
		"calls": {Use: consent.Prospecting, Goods: consent.EnergySaving}, "visits": {Use: consent.Service, Goods: consent.OtherGoods},
		"accounts": {Use: consent.Service, Goods: consent.OtherGoods}, "news": {Use: "", Goods: consent.OtherGoods},
	} {
		got, err := s.Purpose(*p, id)
		if err != nil || got.Use != want.Use || got.Goods != want.Goods {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
	if _, err := s.Purpose(*p, "none"); err == nil {
		t.Error("a purpose that the policy has not is found")
	}
}

// TestProblems finds each slip at its place.
func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, now, want string }{
		"goods":    {"goods: other", "goods: others", "unknown kind of goods"},
		"purpose":  {"visits:", "visit:", "no purpose called"},
		"use":      {"use: service", "use: services", "unknown use"},
		"channel":  {"{use: service}", "{use: service, channels: [fax]}", "unknown channel"},
		"no use":   {"{use: service}", "{goods: other}", "needs the key use"},
		"point":    {"heating_replacement", "heating", "unknown contested point"},
		"mode":     {"mode: other", "mode: others", "has no mode"},
		"unsigned": {"    by: direction\n", "", "needs the key by"},
		"no day":   {"    on: 2026-09-01\n", "", "needs the key on"},
		"day":      {"2026-09-01", "2026-09-31", ""},
		"key":      {"choices:", "choice:", "has no key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := Load("consent.yaml", []byte(strings.Replace(whole, c.old, c.now, 1)), shop())
			if len(problems) == 0 {
				t.Fatal("nothing is found")
			}
			if !strings.Contains(problems[0].Message, c.want) || problems[0].Line == 0 {
				t.Errorf("%+v", problems[0])
			}
		})
	}
}
