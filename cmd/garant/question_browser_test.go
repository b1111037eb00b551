package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

// pageLink is the address of a person's own page.
var pageLink = regexp.MustCompile(`https?://\S+/p/[^\s"]+`)

// TestQuestionInBrowser answers two questions of re-permission on a telephone without a script,
// one click each: both answers are offered alike, each is entered once and at once.
func TestQuestionInBrowser(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	x.questions("newsletter", "relationship")
	out, code := called(t, x.dir, "consent", "link", "someone@shop.example", "--url", x.url)
	link := pageLink.FindString(out)
	if code != exitDone || link == "" {
		t.Fatalf("%d %s", code, out)
	}
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("open the page", chromedp.Navigate(link), chromedp.WaitVisible("form button"))
	r.look("question")
	r.do("take a telephone", chromedp.EmulateViewport(390, 844))
	r.script(false)
	r.do("open the page without a script", chromedp.Navigate(link), chromedp.WaitVisible("form button[value=kept]"))
	r.alike("form button[value=kept]", "form button[value=let_go]")
	if text := r.text("main"); !strings.Contains(text, "May we keep") && !strings.Contains(text, "Pouvons-nous garder") {
		t.Errorf("the words of the question are not there:\n%s", text)
	}
	r.click("form:has(input[value=question-1]) button[value=kept]", "main:has([role=status]):not(:has(input[value=question-1]))")
	if kinds := x.kinds(); kinds != "question question kept" {
		t.Errorf("after a yes there are %s", kinds)
	}
	r.click("form:has(input[value=question-2]) button[value=let_go]", "main:has([role=status]):not(:has(button[value=kept]))")
	if kinds := x.kinds(); kinds != "question question kept let_go" {
		t.Errorf("after a no there are %s", kinds)
	}
	r.script(true)
	r.look("question-answered")
}

// questions puts questions of re-permission to someone, open for a month.
func (x *outsideShop) questions(purposes ...policy.PurposeID) {
	x.Helper()
	state := x.state()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	notice, err := state.KeepNotice(x.Context(), []byte("Pouvons-nous garder vos données ?"), now)
	if err != nil {
		x.Fatal(err)
	}
	for _, p := range purposes {
		q := consent.Record{Kind: consent.PermissionAsked, At: now, Entered: now, Scope: consent.Scope{Purposes: []policy.PurposeID{p}},
			From: policy.MustDate("2026-12-01"), Until: policy.MustDate("2026-12-22"), Notice: notice}
		if _, err := state.EnterRecords(x.Context(), []consent.Draft{{Person: someone(), Record: q}}); err != nil {
			x.Fatal(err)
		}
	}
}

func someone() []consent.Identifier {
	return []consent.Identifier{{Kind: consent.ByEmail, Value: "someone@shop.example"}}
}

// state opens the company's state beside the server, as another process would.
func (x *outsideShop) state() *db.State {
	x.Helper()
	state, err := db.Open(x.Context(), filepath.Join(x.dir, ".garant"))
	if err != nil {
		x.Fatal(err)
	}
	x.Cleanup(func() { _ = state.Close() })
	return state
}

// kinds lists what is on file about someone.
func (x *outsideShop) kinds() string {
	x.Helper()
	state := x.state()
	key, err := state.PersonKey(x.Context())
	if err != nil {
		x.Fatal(err)
	}
	records, err := state.RecordsOf(x.Context(), []consent.Ref{consent.Refer(key, someone()[0])})
	if err != nil {
		x.Fatal(err)
	}
	var kinds []string
	for _, r := range records {
		kinds = append(kinds, r.Kind)
	}
	return strings.Join(kinds, " ")
}

// script lets the page's scripts run, or none.
func (r *reader) script(on bool) {
	r.Helper()
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		r.Fatal(err)
	}
}

// alike checks that two choices are offered alike: the same looks, each large enough for a
// thumb, both on the screen.
func (r *reader) alike(one, other string) {
	r.Helper()
	const looks = `(s => { const e = document.querySelector(s), c = getComputedStyle(e), b = e.getBoundingClientRect();
		return [c.color, c.backgroundColor, c.borderColor, c.fontSize, c.fontWeight, Math.round(b.height), b.height >= 44, b.right <= innerWidth].join() })`
	var seen []string
	for _, s := range []string{one, other} {
		look, err := chromedp.Run(r.ctx, chromedp.Evaluate[string](looks+"('"+s+"')"))
		if err != nil {
			r.Fatal(err)
		}
		seen = append(seen, look)
	}
	if seen[0] != seen[1] || !strings.HasSuffix(seen[0], "true,true") {
		r.Errorf("the choices are not offered alike: %q", seen)
	}
}
