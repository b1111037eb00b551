package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// TestPasskeyInBrowser adds a key to an account and comes in by it, with a device that the
// browser plays.
func TestPasskeyInBrowser(t *testing.T) {
	t.Parallel()
	link := strings.Replace(serveExample(t, 20), "127.0.0.1", "localhost", 1)
	r := &reader{T: t, ctx: chromium(t), base: link[:strings.Index(link, "/entrer")]}
	r.device()
	r.do("open the link", chromedp.Navigate(link), chromedp.WaitVisible("aside.truth"))
	r.enrol("Camille Exemple")
	r.click(`.foot a[href="/compte"]`, "form[data-make]:not([hidden])")
	r.unseen("form[data-make] [role=alert]")
	r.do("write", chromedp.SendKeys("form[data-make] input[name=name]", "téléphone"))
	r.click("form[data-make] button", ".ledger td")
	r.look("account")
	r.click(`form[action="/sortir"] button`, `form[action="/entrer/cle"]:not([hidden])`)
	r.look("sign-key")
	r.click(`form[action="/entrer/cle"] button`, ".tally")
	if who := r.text(".foot"); !strings.Contains(who, "Camille Exemple") {
		t.Errorf("the foot of the page says %q", who)
	}
}

// unseen fails where what the selector finds takes room on the page.
func (r *reader) unseen(selector string) {
	r.Helper()
	high, err := chromedp.Run(r.ctx, chromedp.Evaluate[int]("document.querySelector("+strconv.Quote(selector)+").offsetHeight"))
	if err != nil || high != 0 {
		r.Errorf("%s is shown: %v", selector, err)
	}
}

// device gives the browser one that holds keys and knows its owner.
func (r *reader) device() {
	r.Helper()
	if _, err := chromedp.Call(r.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		r.Fatal(err)
	}
	_, err := chromedp.Call(r.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		r.Fatal(err)
	}
}

// enrol invites somebody and takes the account up in the same browser.
func (r *reader) enrol(name string) {
	r.Helper()
	r.click(`a[href="/equipe"]`, "input[name=name]")
	r.do("write", chromedp.SendKeys("input[name=name]", name))
	r.click(`form[action="/equipe"] button`, ".note.kept")
	r.click(".note.kept a", "#take")
	r.takeUp()
}

// takeUp takes up the account of the invitation that is shown.
func (r *reader) takeUp() {
	r.Helper()
	key, err := chromedp.Run(r.ctx, chromedp.TextContent(".steps-in code"))
	if err != nil {
		r.Fatal(err)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(strings.TrimSpace(key), " ", ""), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	if err != nil {
		r.Fatal(err)
	}
	r.do("write", chromedp.SendKeys("input[name=password]", "une phrase assez longue"), chromedp.SendKeys("input[name=code]", code))
	r.click("#take button", ".tally")
}
