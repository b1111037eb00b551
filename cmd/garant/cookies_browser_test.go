package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// shopCookies are what the text of the shop declares.
const shopCookies = `
cookies:
  session: {title: Session, consent: false, says: "§ 1"}
  audience: {title: Mesure d'audience, consent: true, keep: 13 months, says: "§ 1"}
  video: {title: Vidéos, consent: true, says: "§ 1"}
`

// shopSite is a web site with a banner: the site itself, the third party that it loads, and
// what the third party was asked.
type shopSite struct {
	dir, url    string
	third       *httptest.Server
	asked       atomic.Int64
	interrupted func()
}

// home is a page of the site; the third party's host is put into it.
const home = `<!doctype html><html lang="fr"><head><title>Boutique</title><meta name="viewport" content="width=device-width"><script src="/temoins/fr.js"></script></head>
<body><main><h1>Boutique</h1><p>Bonjour. <a href="/temoins/">Cookies</a></p>
<template data-temoin="counter"><script src="http://THIRD/count.js"></script></template>
<template data-temoin="film"><iframe title="Un film" src="http://THIRD/film"></iframe></template></main></body></html>`

// newShopSite starts garant serve behind a web site, as a proxy of the site does.
func newShopSite(t *testing.T) *shopSite {
	t.Helper()
	x := &shopSite{dir: t.TempDir()}
	x.third = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x.asked.Add(1)
		if r.URL.Path == "/count.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `document.cookie="_cnt=1;path=/";localStorage.setItem("_cnt.visits","1");`)
		}
	}))
	t.Cleanup(x.third.Close)
	third := x.third.Listener.Addr().String()
	var garant atomic.Pointer[httputil.ReverseProxy]
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/temoins/") {
			garant.Load().ServeHTTP(w, r)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "PHPSESSID", Value: "1", Path: "/"})
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(home, "THIRD", third))
	}))
	t.Cleanup(site.Close)
	x.url = strings.Replace(site.URL, "127.0.0.1", "localhost", 1)
	x.write(t, third)
	base, err := url.Parse(x.serve(t))
	if err != nil {
		t.Fatal(err)
	}
	garant.Store(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(base)
		r.Out.Host = r.In.Host
	}})
	return x
}

// write makes the company's folder.
func (x *shopSite) write(t *testing.T, third string) {
	t.Helper()
	if err := os.CopyFS(x.dir, os.DirFS(filepath.Join("testdata", "company"))); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(x.dir, "policy.yaml")
	b, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, append(b, shopCookies...), 0o600)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(x.dir, "cookies.yaml"), fmt.Appendf(nil, `sites: [%s]
privacy: /confidentialite
cookies:
  session: {names: [PHPSESSID]}
  audience:
    about: {fr: "Compter les visites.", en: "Count visits."}
    services: [counter]
  video: {services: [film]}
services:
  counter: {kind: audience, title: Compteur, company: Compteur Exemple, country: France, hosts: ["%s"], names: ["_cnt*"], signals: [analytics_storage]}
  film: {kind: video, title: Cinéma, company: Cinéma Exemple, country: France, hosts: ["%s"]}
`, x.url, third, third), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// serve starts garant serve and returns its address.
func (x *shopSite) serve(t *testing.T) string {
	t.Helper()
	var out, errs heard
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: time.Now}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() { ended <- w.run(ctx, []string{"-C", x.dir, "serve", "--listen", "127.0.0.1:0", "--json"}) }()
	t.Cleanup(func() {
		interrupt()
		if code := <-ended; code != exitDone {
			t.Errorf("the server exits %d and says %q", code, errs.String())
		}
	})
	soon(t, "print the link", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatal(err)
	}
	return told.URL[:strings.Index(told.URL, "/entrer")]
}

// inShadow finds an element of the banner, which is in a shadow of the page.
func inShadow(selector string) chromedp.JSPath {
	return chromedp.JSPath(fmt.Sprintf(`[...document.querySelectorAll("body *")].map(e => e.shadowRoot && e.shadowRoot.querySelector(%q)).find(e => e) || null`, selector))
}

func (r *reader) is(what, expression string) {
	r.Helper()
	soon(r.T, what, func() bool {
		ok, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		return err == nil && ok
	})
}

const (
	bannerShown = `[...document.querySelectorAll("body *")].some(e => e.shadowRoot && e.shadowRoot.querySelector(".bar"))`
	cornerShown = `[...document.querySelectorAll("body *")].some(e => e.shadowRoot && e.shadowRoot.querySelector(".corner"))`
)

// press clicks on an element of the banner.
func (r *reader) press(selector string) {
	r.Helper()
	r.clicks++
	r.do("press "+selector, chromedp.Click(inShadow(selector)))
}

// TestBannerInBrowser is a visitor: refuses in one click, changes their mind, allows all,
// takes it back; third parties act only in between.
func TestBannerInBrowser(t *testing.T) {
	t.Parallel()
	x := newShopSite(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("open the site", chromedp.Navigate(x.url))
	r.is("be asked", bannerShown)
	r.is("see why a film is not there", `document.querySelector("iframe") === null && document.querySelector("template[data-temoin=film]").box`)
	r.keyboard()
	r.look("cookies")
	r.press("button[value=refuser]")
	r.is("be left alone", "!"+bannerShown+"&&"+cornerShown)
	if r.clicks != 1 || x.asked.Load() != 0 {
		t.Errorf("refusing took %d clicks, and the third party was asked %d times", r.clicks, x.asked.Load())
	}
	r.do("come back", chromedp.Navigate(x.url))
	r.is("find the way back", cornerShown+"&&!"+bannerShown)
	r.press(".corner button")
	r.is("be asked again, at the title", bannerShown+`&&document.activeElement.shadowRoot.activeElement.tagName === "H2"`)
	r.press("button[value=accepter]")
	r.is("load the third party", `document.cookie.includes("_cnt=1") && localStorage.getItem("_cnt.visits") && document.querySelector("iframe")`)
	r.is("tell Google", `dataLayer.map(a => a[1] + a[2].analytics_storage).join() === "defaultdenied,updatedenied,updategranted"`)
	r.do("come back", chromedp.Navigate(x.url))
	r.is("load it again", `document.querySelector("iframe") && `+cornerShown)
	soon(t, "hear of it", func() bool { return x.asked.Load() >= 4 })
	r.press(".corner button")
	r.is("be asked", bannerShown)
	r.press("button[value=refuser]")
	r.is("be rid of it", `!document.cookie.includes("_cnt") && localStorage.length === 0 && !document.querySelector("iframe") && `+cornerShown)
	if out, code := called(t, x.dir, "cookies", "--json"); code != exitDone || !strings.Contains(out, `"chosen": 3`) || !strings.Contains(out, `"agreed": 1`) {
		t.Errorf("%d %s", code, out)
	}
}

// keyboard walks through the banner: it comes first in the page, refusing before accepting.
func (r *reader) keyboard() {
	r.Helper()
	r.do("focus the page", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(), void 0`))
	var order []string
	for range 4 {
		r.do("tab", chromedp.KeyEvent(kb.Tab))
		at, err := chromedp.Run(r.ctx, chromedp.Evaluate[string](`(e => e.value || e.tagName)(document.activeElement.shadowRoot ? document.activeElement.shadowRoot.activeElement : document.activeElement)`))
		if err != nil {
			r.Fatal(err)
		}
		order = append(order, at)
	}
	if got := strings.Join(order, " "); got != "A refuser accepter SUMMARY" {
		r.Errorf("the order of the keyboard is %s", got)
	}
}

// TestBannerWithoutScript chooses on the page, with a plain form.
func TestBannerWithoutScript(t *testing.T) {
	t.Parallel()
	x := newShopSite(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	r.do("open the site", chromedp.Navigate(x.url), chromedp.WaitVisible("h1"))
	r.click(`a[href="/temoins/"]`, "form button[value=refuser]")
	r.click("form button[value=choisir]", "[role=status]")
	r.click("[role=status] a", "h1")
	if x.asked.Load() != 0 {
		t.Error("a third party was asked")
	}
	if out, code := called(t, x.dir, "cookies", "--json"); code != exitDone || !strings.Contains(out, `"refused": 1`) {
		t.Errorf("%d %s", code, out)
	}
}

// TestBannerSignal: who sends Global Privacy Control is not asked, and nothing is loaded.
func TestBannerSignal(t *testing.T) {
	t.Parallel()
	x := newShopSite(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	script := cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: `Object.defineProperty(Navigator.prototype, "globalPrivacyControl", {value: true})`}
	if _, err := chromedp.Call(r.ctx, cdpage.AddScriptToEvaluateOnNewDocument, script); err != nil {
		t.Fatal(err)
	}
	r.do("open the site", chromedp.Navigate(x.url))
	r.is("not be asked, and find the way to the question", cornerShown+"&&!"+bannerShown)
	if x.asked.Load() != 0 {
		t.Error("a third party was asked")
	}
	r.do("open the page", chromedp.Navigate(x.url+"/temoins/"), chromedp.WaitVisible("form button[value=refuser]"))
	r.look("cookies-page")
}
