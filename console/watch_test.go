package console_test

import (
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// TestLastLook shows what an earlier process found, with its day, while the first look of this
// one is under way, and never as today's.
func TestLastLook(t *testing.T) {
	t.Parallel()
	c := kept()
	yesterday := c.look
	yesterday.At, yesterday.Today = instant().AddDate(0, 0, -1), policy.MustDate("2026-11-21")
	yesterday.Truth.Promises = append([]retention.Promise{}, yesterday.Truth.Promises...)
	yesterday.Truth.Promises[1].Overdue = 1203
	c.last, c.looking = &yesterday, make(chan struct{})
	c.years = []console.Year{{Year: 2026, Due: map[policy.RuleID]int64{"quotes.end": 8}}}
	s := serve(t, c)
	home := s.page("/")
	s.has(home, "Nouveau contrôle en cours", "21&nbsp;novembre&nbsp;2026, 09:00", "1\u202f203", "était à traiter", "en retard au dernier contrôle", `href="/preuves/7"`, "8\u00a0fiches échoient")
	for _, today := range []string{"Aujourd’hui, est à traiter", "en retard aujourd’hui", "Premier contrôle"} {
		if strings.Contains(home, today) {
			t.Errorf("yesterday’s look is shown as today’s: %s", today)
		}
	}
	close(c.looking)
	s.until("look afresh", func() bool { return strings.Contains(s.page("/"), "Contrôlé dans les bases") })
	s.has(s.page("/"), "Contrôlé dans les bases le 22&nbsp;novembre", "Aujourd’hui, est à traiter")
}
