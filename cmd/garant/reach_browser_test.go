package main

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// unreached lists what the keyboard cannot reach, or reaches without showing it, and an order of
// reading that is not the page's (WCAG 2.1.1, 2.4.3, 2.4.7).
const unreached = `(() => {
	const out = [], short = e => e.outerHTML.slice(0, 120);
	for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) out.push("an order of its own: " + short(e));
	let met = 0;
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
		if (!e.checkVisibility({visibilityProperty: true}) || e.disabled) continue;
		met++;
		e.focus({focusVisible: true});
		const s = getComputedStyle(e);
		if (document.activeElement !== e) out.push("not reached: " + short(e));
		else if ((s.outlineStyle === "none" || parseFloat(s.outlineWidth) === 0) && s.boxShadow === "none") out.push("reached unseen: " + short(e));
	}
	if (met === 0) out.push("nothing to reach");
	return JSON.stringify(out);
})()`

// TestReachInBrowser holds the pages for people outside, in both languages, to what axe-core does
// not look at by itself: 320 pixels wide, which is 1280 at four times the size (WCAG 1.4.10), by
// the keyboard, and with targets that a thumb hits (2.5.8).
func TestReachInBrowser(t *testing.T) {
	t.Parallel()
	x, _ := withMail(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("turn the phone", chromedp.EmulateViewport(320, 640))
	for _, path := range []string{"droits", "verifier", "droits/recue", "nulle-part"} {
		for _, lang := range []string{"fr", "en"} {
			where := path + " in " + lang
			r.do("open "+where, chromedp.Navigate(x.url+"/donnees/"+path+"?langue="+lang), chromedp.WaitVisible("main"))
			r.accessible(where)
			r.reachable(where)
		}
	}
}

// reachable holds the page that is open to the keyboard and to thumbs.
func (r *reader) reachable(where string) {
	r.Helper()
	// A window in the background shows no focus.
	if _, err := chromedp.Call(r.ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		r.Fatal(err)
	}
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		r.Fatal(err)
	}
	const targets = `axe.run({runOnly: ["wcag22aa"], rules: {"target-size": {enabled: true}}}).then(r => JSON.stringify(r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html))))`
	for what, script := range map[string]string{"keyboard": unreached, "targets": string(axe) + ";" + targets} {
		found, err := chromedp.Run(r.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
		var wrong []string
		if err == nil {
			err = json.Unmarshal([]byte(found), &wrong)
		}
		if err != nil {
			r.Fatal(fmt.Errorf("%s, %s: %w", where, what, err))
		}
		for _, w := range wrong {
			r.Errorf("%s, %s: %s", where, what, w)
		}
	}
}
