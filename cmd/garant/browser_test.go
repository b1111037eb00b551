package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/policy"
)

// chromium is a headless browser; the test is skipped at home where there is none, and fails
// on the machine that judges.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no chromium; make setup installs it as root")
		}
		t.Skip("there is no chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	a, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(a)
	t.Cleanup(cancel)
	ctx, end := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(end)
	return ctx
}

// serveExample starts the console on an example company of so many people, and returns its link.
// What is named is done to the folder before.
func serveExample(t *testing.T, people int, before ...func(dir string)) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "company")
	today := policy.MustDate("2026-11-22")
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(context.Background(), demo.Options{People: people, Seed: 1, Today: today, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	for _, do := range before {
		do(dir)
	}
	var out, errs heard
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: time.Now}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(ctx, []string{"-C", dir, "serve", "--listen", "127.0.0.1:0", "--json", "--now", "2026-11-22"})
	}()
	t.Cleanup(func() {
		interrupt()
		if code := <-ended; code != exitDone || errs.String() != "" {
			t.Errorf("the console exits %d and says %q", code, errs.String())
		}
	})
	soon(t, "print the link", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatal(err)
	}
	return told.URL
}

// reader is somebody in front of the browser, who counts clicks.
type reader struct {
	*testing.T
	ctx    context.Context
	base   string
	clicks int
}

func (r *reader) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	r.Helper()
	if err := chromedp.Do(r.ctx, steps...); err != nil {
		where, _ := chromedp.Run(r.ctx, chromedp.Location())
		page, _ := chromedp.Run(r.ctx, chromedp.Text("main"))
		r.Fatalf("%s: %v at %s\n%s", what, err, where, page)
	}
}

// click clicks on what the selector finds, and waits for what comes of it.
func (r *reader) click(selector, then string) {
	r.Helper()
	r.clicks++
	r.do("click "+selector, chromedp.Click(selector))
	// The page that comes may first say that it is being prepared and load itself again, which
	// a wait inside one page does not survive.
	soon(r.T, "see "+then, func() bool {
		there, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool]("document.querySelector("+strconv.Quote(then)+") !== null"))
		return err == nil && there
	})
}

func (r *reader) text(selector string) string {
	r.Helper()
	s, err := chromedp.Run(r.ctx, chromedp.Text(selector))
	if err != nil {
		r.Fatal(err)
	}
	return s
}

// TestNewcomer is somebody who has read no manual: sees which promise is broken and why, has
// the plan made, approves it, has it carried out, sees the word kept, and fetches the proof.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	link := serveExample(t, 80)
	r := &reader{T: t, ctx: chromium(t), base: link[:strings.Index(link, "/entrer")]}
	r.do("open the link", chromedp.Navigate(link), chromedp.WaitVisible("aside.truth.broken"))
	if why := r.text("aside.truth"); !strings.Contains(why, "non tenue") || !strings.Contains(why, "Pourquoi") {
		t.Errorf("the first thing shown is\n%s", why)
	}
	r.do("wait for the years to come", chromedp.Navigate(r.base+"/echeances"), chromedp.WaitVisible(".stack"), chromedp.Navigate(r.base+"/"), chromedp.WaitVisible("aside.truth.broken"))
	r.look("home")
	r.click(`aside form[action="/plan"] button`, "#decision")
	r.look("plan")
	count := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, r.text(`label:has(input[name=confirm]) b`))
	r.do("write", chromedp.SendKeys("input[name=name]", "Camille Exemple"), chromedp.SendKeys("input[name=reason]", "Durées échues, lues phrase par phrase."), chromedp.SendKeys("input[name=confirm]", count))
	r.click("#decision form.fields button", `#decision form[action$="appliquer"]`)
	r.look("approved")
	r.click(`#decision form[action$="appliquer"] button`, "#decision .verdict.kept")
	r.look("result")
	r.click(`#decision a[href^="/?controle"]`, ".tally")
	soon(t, "see the word kept", func() bool {
		n, err := chromedp.Run(r.ctx, chromedp.Text(".tally .broken .n"))
		return err == nil && n == "0"
	})
	r.look("kept")
	if entry, err := chromedp.Run(r.ctx, chromedp.AttributeValue(`aside a[href^="/preuves/"]`, "href")); err != nil || !entry.Exists {
		t.Errorf("there is no proof to fetch: %v %v", entry, err)
	}
	r.clicks++ // the proof
	t.Logf("%d clicks and three fields from the link to the proof", r.clicks)
	if r.clicks > 5 {
		t.Errorf("%d clicks are too many", r.clicks)
	}
}

// TestScreens looks at the other screens.
func TestScreens(t *testing.T) {
	t.Parallel()
	link := serveExample(t, 40)
	r := &reader{T: t, ctx: chromium(t), base: link[:strings.Index(link, "/entrer")]}
	r.do("open the link", chromedp.Navigate(link), chromedp.WaitVisible("aside.truth"))
	for _, s := range []struct{ name, path, shows string }{
		{"due-dates", "/echeances", ".stack"}, {"time-machine", "/echeances?dans=26#mois", "#mois tbody"}, {"record", "/fiche?jeu=clients&cle=3", ".group"}, {"holds", "/gels", "form.fields"},
		{"ledger", "/registre", ".ledger td"}, {"verified", "/registre/verifier", ".note.kept"}, {"plans", "/plan", "form.first"},
		{"map", "/carte", ".flow svg"}, {"law", "/droit", ".ledger td"}, {"agreements", "/accords", "form.fields"}, {"person", "/personne", "form.fields"},
		{"permission", "/permission", "form.fields"}, {"processing", "/traitements", ".facts"}, {"stores", "/bases", ".ledger td"}, {"settings", "/reglages", ".facts"}, {"missing", "/nothing", ".words"},
	} {
		r.do("go to "+s.path, chromedp.Navigate(r.base+s.path), chromedp.WaitVisible(s.shows))
		r.look(s.name)
	}
}

// TestTeamInBrowser looks at the pages of people: the team, an invitation taken up, signing in.
func TestTeamInBrowser(t *testing.T) {
	t.Parallel()
	link := serveExample(t, 20)
	r := &reader{T: t, ctx: chromium(t), base: link[:strings.Index(link, "/entrer")]}
	r.do("open the link", chromedp.Navigate(link), chromedp.WaitVisible("aside.truth"))
	r.click(`a[href="/equipe"]`, "input[name=name]")
	r.do("write", chromedp.SendKeys("input[name=name]", "Camille Exemple"))
	r.click(`form[action="/equipe"] button`, ".note.kept")
	r.look("team")
	r.click(".note.kept a", "#take")
	r.look("enrol")
	r.takeUp()
	if who := r.text(".foot"); !strings.Contains(who, "Camille Exemple") {
		t.Errorf("the foot of the page says %q", who)
	}
	r.click(`form[action="/sortir"] button`, "input[name=password]")
	r.look("sign")
}

// look holds the page against the rules of accessibility, light and dark, on a desk and on a
// phone, and keeps a picture of two of them in the folder that GARANT_SCREENSHOTS names.
func (r *reader) look(name string) {
	r.Helper()
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"desk", 1280, 900}} {
		for _, scheme := range []string{"dark", "light"} {
			r.do("resize", chromedp.EmulateViewport(size.width, size.height))
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
			if _, err := chromedp.Call(r.ctx, emulation.SetEmulatedMedia, media); err != nil {
				r.Fatal(err)
			}
			r.accessible(fmt.Sprintf("%s, %s, %s", name, size.name, scheme))
			r.keep(name + "-" + size.name + "-" + scheme)
		}
	}
	r.reachable(name)
}

// accessible runs axe-core on the page.
func (r *reader) accessible(where string) {
	r.Helper()
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		r.Fatal(err)
	}
	const ask = `axe.run({resultTypes:["violations"]}).then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.html + " " + n.failureSummary).join("\n"))))`
	found, err := chromedp.Run(r.ctx, chromedp.Evaluate[string](string(axe)+";"+ask, chromedp.EvalAwaitPromise))
	if err != nil {
		r.Fatal(err)
	}
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		r.Fatal(err)
	}
	for _, v := range violations {
		r.Errorf("%s: %s", where, v)
	}
	wide, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`))
	if err != nil || wide {
		r.Errorf("%s: the page is wider than the screen (%v)", where, err)
	}
}

func (r *reader) keep(name string) {
	r.Helper()
	dir := os.Getenv("GARANT_SCREENSHOTS")
	if kept := strings.HasSuffix(name, "desk-light") || strings.HasSuffix(name, "phone-dark"); dir == "" || !kept {
		return
	}
	b, err := chromedp.Run(r.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), b, 0o644)
	}
	if err != nil {
		r.Fatal(err)
	}
}
