package law

import (
	"errors"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
)

func pack(t *testing.T) Pack {
	t.Helper()
	p, err := French()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestOn asks for values on both sides of the days on which the law changed.
func TestOn(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for _, c := range []struct{ day, id, want string }{
		{"2026-08-10", "phone.regime", "opposition"},
		{"2026-08-11", "phone.regime", "consent"},
		{"2026-08-10", "phone.refusal.silence", "60 days"},
		{"2026-08-11", "phone.refusal.silence", ""},
		{"2026-08-10", "phone.consent.max", ""},
		{"2026-08-11", "phone.consent.max", "1 year"},
		{"2025-07-01", "sector.ban.messages", ""},
		{"2025-07-02", "sector.ban.messages", "energy saving renewable energy home adaptation"},
		{"2026-08-10", "sector.ban.phone", "energy saving renewable energy"},
		{"2018-05-24", "answer.period", ""},
		{"2026-11-22", "retention.accounting", "10 years"},
	} {
		if got := strings.Join(p.On(policy.MustDate(c.day)).List(c.id), " "); got != c.want {
			t.Errorf("%s on %s is %q, not %q", c.id, c.day, got, c.want)
		}
	}
}

// TestTypes reads every value of the pack as what its name says it is.
func TestTypes(t *testing.T) {
	t.Parallel()
	p := pack(t)
	if v := p.On(policy.MustDate("2026-11-22")); v.Version != "fr-2026-11" || len(p.IDs()) < 45 {
		t.Errorf("version %s with %d ids", v.Version, len(p.IDs()))
	}
	for _, e := range p.Entries {
		v, err := p.On(e.From), error(nil)
		switch {
		case strings.HasPrefix(e.ID, "retention."), strings.HasPrefix(e.ID, "prescription."), strings.HasPrefix(e.ID, "cookie."):
			_, err = v.Period(e.ID)
		case strings.HasSuffix(e.ID, ".hours") && e.ID != "phone.hours", e.ID == "child.age", e.ID == "phone.attempts", e.ID == "phone.callback.days":
			_, err = v.Int(e.ID)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestSilent tells a law that says nothing from one that says something else.
func TestSilent(t *testing.T) {
	t.Parallel()
	v := pack(t).On(policy.MustDate("2026-11-22"))
	if _, err := v.Period("retention.none"); !errors.Is(err, ErrSilent) {
		t.Error(err)
	}
	if _, err := v.Int("phone.regime"); err == nil || errors.Is(err, ErrSilent) {
		t.Error(err)
	}
	if _, err := v.Period("phone.regime"); err == nil || errors.Is(err, ErrSilent) {
		t.Error(err)
	}
}

// TestLoad says what is wrong with a pack, and where.
func TestLoad(t *testing.T) {
	t.Parallel()
	entry := "  - {id: a, value: 1 year, valid_from: 2020-01-01, source: s, certainty: settled}\n"
	for name, c := range map[string]struct{ src, want string }{
		"certainty": {strings.Replace(entry, "settled", "setled", 1), "p.yaml:3:74: unknown certainty"},
		"date":      {strings.Replace(entry, "01-01", "02-30", 1), "p.yaml:3:40: "},
		"key":       {strings.Replace(entry, "source", "sources", 1), "has no key \"sources\""},
		"source":    {strings.Replace(entry, "source: s, ", "", 1), "needs the key source"},
		"overlap":   {entry + entry, "p.yaml:4:5: two entries say what a is"},
		"order":     {strings.Replace(entry, "source", "valid_to: 2019-01-01, source", 1), "before it begins"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Load("p.yaml", []byte("version: v\nentries:\n"+c.src))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
