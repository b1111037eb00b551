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

// TestTimeMachine goes to a month by the slider or a link: the first days of years are known with
// the years, other months are counted once and kept, and today is the look.
func TestTimeMachine(t *testing.T) {
	t.Parallel()
	c := kept()
	s := serve(t, c)
	s.until("know the years to come", func() bool { return strings.Contains(s.page("/echeances"), "<rect class") })
	today := s.page("/echeances")
	s.has(today, `type="range" id="dans" name="dans" min="0" max="120" value="0"`, "Aujourd’hui", "1\u202f204</b>", `href="/echeances?dans=2#mois">2027</a>`, `href="/echeances?dans=1#mois" rel="next"`)
	s.has(s.page("/echeances?dans=2"), "1<sup>er</sup>&nbsp;janvier&nbsp;2027", "<b>2\u202f408</b>", `aria-current="true">2027</a>`)
	if n := c.days.Load(); n != 0 {
		t.Errorf("what is known was looked at %d times", n)
	}
	s.has(s.page("/echeances?dans=4"), "en cours de calcul", "http-equiv")
	s.until("count the month", func() bool { return strings.Contains(s.page("/echeances?dans=4"), "2\u202f027") })
	s.has(s.page("/echeances?dans=4"), "1<sup>er</sup>&nbsp;mars&nbsp;2027", "<code>crm</code>", "<code>mail</code>", "<b>2\u202f030</b>", "Lettre")
	if n := c.days.Load(); n != 1 {
		t.Errorf("one month was counted %d times", n)
	}
	for _, odd := range []string{"-1", "121", "x", "%3Cscript%3E", "99999999999999999999"} {
		s.has(s.page("/echeances?dans="+odd), `value="0"`)
	}
	s.until("tell that a month cannot be counted", func() bool { return strings.Contains(s.page("/echeances?dans=100"), "n’a pas pu être compté") })
	if strings.Contains(s.page("/"), "Le dernier contrôle a échoué") {
		t.Error("a month that cannot be counted is told as a check that failed")
	}
}
