package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// flowing is a company two of whose purposes keep data, one of them with a third party that
// the policy does not list.
func flowing() *company {
	c := kept()
	seat := console.Seat{Dataset: "leads", Store: "crm", Table: "leads"}
	c.look.Flows = []console.Flow{{Purpose: "quotes", Data: "phone", Seat: seat}, {Purpose: "letters", Data: "email", With: "Réseau Exemple"}}
	c.look.Policy.Recipients = []policy.Recipient{{ID: "mailer", Title: "Routeur Exemple", Role: "processor"}}
	return c
}

// TestDataMap draws what flows where, in red what nobody declared, and follows one box.
func TestDataMap(t *testing.T) {
	t.Parallel()
	s := serve(t, flowing())
	page := s.page("/carte")
	s.has(page, `href="/carte?suivre=purpose%3Aquotes"`, `href="/carte?suivre=store%3Acrm.leads"`, "Routeur Exemple", "Réseau Exemple", "crm.audit_log", `class="bad"`, "sous-traitant")
	if n := strings.Count(page, `<path class="on"`); n != 4 {
		t.Errorf("%d lines are drawn", n)
	}
	followed := s.page("/carte?suivre=store:crm.leads")
	if on, off := strings.Count(followed, `<path class="on"`), strings.Count(followed, `<path class="off"`); on != 2 || off != 2 {
		t.Errorf("%d lines are followed and %d are not", on, off)
	}
	if strings.Contains(followed, "<th scope=\"row\">Lettre") {
		t.Error("the table does not follow")
	}
	for _, odd := range []string{"nothing", "%22%3E%3Cscript%3E"} {
		if r := s.get("/carte?suivre=" + odd); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", odd, r.Status)
		}
	}
}

// TestTrend shows the last look of each month.
func TestTrend(t *testing.T) {
	t.Parallel()
	c := kept()
	day := func(d string, v retention.Outcome, n int64) console.Tally {
		return console.Tally{Day: policy.MustDate(d), Verdict: v, N: n}
	}
	c.look.Trend = []console.Tally{day("2026-10-02", retention.Broken, 7), day("2026-10-30", retention.Broken, 5), day("2026-10-30", retention.Kept, 3), day("2026-11-22", retention.Kept, 8)}
	page := serve(t, c).page("/")
	for _, want := range []string{`<rect class="broken" x="0"[^>]*/>`, `<rect class="kept" x="44" y="0" width="34" height="72"/>`, `30&nbsp;octobre&nbsp;2026</th><td class="num">5</td>`} {
		if !regexp.MustCompile(want).MatchString(page) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if strings.Contains(page, "2&nbsp;octobre") {
		t.Error("an earlier look of the month is shown")
	}
	if strings.Contains(serve(t, kept()).page("/"), "mois par mois") {
		t.Error("there is a trend without months")
	}
}

// TestWaits tells on the home page what wants a decision, as soon as somebody did something.
func TestWaits(t *testing.T) {
	t.Parallel()
	c := asks(rights.Erasure)
	c.holds = []retention.Hold{{ID: "hold-1", Matter: "Litige 2025-014", Owner: "Direction", Dataset: "leads", Review: policy.MustDate("2026-12-01")}}
	s := serve(t, c)
	s.has(s.page("/"), "demande à répondre", `href="/demandes/request-1"`, "Gel à revoir", "Litige 2025-014")
	if strings.Contains(s.page("/"), "Plan à approuver") {
		t.Error("a plan waits that nobody made")
	}
	s.prepared()
	s.post("/regarder", nil)
	s.has(s.page("/"), "Plan à approuver", "1\u202f210")
}

// TestLaw shows the law of the day, what it says against the promises and the owner's choices.
func TestLaw(t *testing.T) {
	t.Parallel()
	s := serve(t, kept())
	page := s.page("/droit")
	s.has(page, "Trois ans au plus.", "answer.period", "Un refus dit pendant un appel", "<code>noted</code>", "Direction", "<code>energy_saving</code>")
	if strings.Contains(page, "2&nbsp;janvier&nbsp;2027") {
		t.Error("a choice that is not in force yet is shown as one")
	}
}
