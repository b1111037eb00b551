package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// aClient is the e-mail address of a client of the example company.
func aClient(t *testing.T, dir string) string {
	t.Helper()
	crm, err := sql.Open("sqlite", filepath.Join(dir, "crm.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer crm.Close()
	var email string
	if err := crm.QueryRow("SELECT email FROM clients WHERE email IS NOT NULL ORDER BY id LIMIT 1").Scan(&email); err != nil {
		t.Fatal(err)
	}
	return email
}

// TestRequestsInBrowser handles an erasure from the list to the plan, answers a caller, and looks
// at each page on the way.
func TestRequestsInBrowser(t *testing.T) {
	t.Parallel()
	var email string
	link := serveExample(t, 40, func(dir string) {
		email = aClient(t, dir)
		for _, args := range [][]string{
			{"request", "open", "erasure", "--email", email, "--received", "2026-11-02"},
			{"request", "open", "access", "--email", "absente@a.example", "--received", "2026-10-12"},
			{"request", "open", "rectification", "--email", email, "--received", "2026-11-20"},
			{"consent", "record", email, "--for", "email_marketing", "--by", "email", "--method", "form"},
		} {
			if out, code := called(t, dir, args...); code != exitDone {
				t.Fatalf("%v exits %d: %s", args, code, out)
			}
		}
	})
	r := &reader{T: t, ctx: chromium(t), base: link[:strings.Index(link, "/entrer")]}
	r.do("open the link", chromedp.Navigate(link), chromedp.WaitVisible("aside.truth"))
	if text := r.text(".waits"); !strings.Contains(text, "3\u00a0demandes à répondre") || !strings.Contains(text, "hors délai") {
		t.Errorf("the home page says %q", text)
	}
	r.click(`.waits a[href="/demandes"]`, ".ledger td")
	r.look("requests")
	r.do("open the board", chromedp.Navigate(r.base+"/demandes?vue=tableau"), chromedp.WaitVisible(".board"))
	r.look("board")
	at := r.base + "/demandes/request-1"
	r.do("open the request", chromedp.Navigate(at), chromedp.WaitVisible("#main .split"))
	r.look("request")
	r.signs(`form[action$="/identite"]`, "form[action$='/chercher']")
	r.signs(`form[action$="/chercher"]`, `form[action$="/chercher"] ~ table`)
	r.look("found")
	for { // whoever may be the person is not
		more, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool](`document.querySelector("button[name=theirs][value=no]") !== null`))
		if err != nil || !more {
			break
		}
		r.do("decide", chromedp.SendKeys(`form[action$="/candidat"] input[name=name]`, "Camille"), chromedp.Click("button[name=theirs][value=no]"), chromedp.WaitVisible("#main .split"))
	}
	r.signs(`form[action$="/demandes/request-1/plan"]`, "#plan")
	r.look("request-plan")
	r.do("write a letter", chromedp.Navigate(at+"/lettres/ack"), chromedp.WaitVisible(".sheet"))
	r.look("letter")
	r.do("ask for agreements", chromedp.Navigate(r.base+"/accords"), chromedp.SendKeys("input[name=person]", email))
	r.click(`form[action="/accords/chercher"] button`, `form[action="/accords/dire"]`)
	r.look("agreement")
	r.do("ask for the person", chromedp.Navigate(r.base+"/personne"), chromedp.SendKeys("input[name=person]", email), chromedp.SendKeys("input[name=reason]", "appel, rappelée au numéro connu"))
	r.signs(`form[action="/personne"]`, "svg.lanes")
	r.look("held")
	if where, err := chromedp.Run(r.ctx, chromedp.Location()); err != nil || strings.Contains(where, "@") {
		t.Errorf("the address is %s, %v", where, err)
	}
	r.click(`form[action="/personne/valeurs"] button`, `.ledger form[action="/personne"]`)
	r.look("values")
	r.corrects("/demandes/request-3")
}

// corrects takes a request for rectification to the change of a field, and looks at the pages.
func (r *reader) corrects(at string) {
	r.Helper()
	r.do("open the request", chromedp.Navigate(r.base+at), chromedp.WaitVisible("#main .split"))
	r.signs(`form[action$="/identite"]`, "form[action$='/chercher']")
	r.signs(`form[action$="/chercher"]`, `form[action$="/fiche"]`)
	r.signs(`form[action$="/fiche"]`, `form[action$="/corriger"] textarea`)
	r.look("correct")
	r.do("write", chromedp.SendKeys(`form[action$="/corriger"] textarea`, " bis"))
	r.click(`form[action$="/corriger"] button`, "button[name=sure]")
	r.look("before-after")
	r.click("button[name=sure]", "#main .split")
	if text := r.text("aside.decision"); !strings.Contains(text, "rectifiée") {
		r.Errorf("the case says %q", text)
	}
}

// signs fills in the name, which who came by the link has to, and sends the form.
func (r *reader) signs(form, then string) {
	r.Helper()
	r.do("sign "+form, chromedp.SendKeys(form+" input[name=name]", "Camille Exemple"))
	r.click(form+" button", then)
}
