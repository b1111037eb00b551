package main

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/emersion/go-smtp"
)

// letters is a mail server with its letter box.
func letters(t *testing.T) (address, box string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box = t.TempDir()
	s := smtp.NewServer(&letterBox{dir: box})
	s.Domain = "localhost"
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-ended })
	return l.Addr().String(), box
}

// letter waits for the nth letter and returns whom it is to, and its words.
func letter(t *testing.T, box, name string) (to, words string) {
	t.Helper()
	path := filepath.Join(box, name+".eml")
	soon(t, "receive letter "+name, func() bool { b, err := os.ReadFile(path); return err == nil && len(b) > 0 })
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to, mail, _ := strings.Cut(string(b), "\n")
	_, body, _ := strings.Cut(strings.ReplaceAll(mail, "\r\n", "\n"), "\n\n")
	plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	return to, string(plain)
}

var (
	confirmLink = regexp.MustCompile(`https?://\S+/donnees/droits/lien/\S+`)
	followLink  = regexp.MustCompile(`https?://\S+/donnees/droits/suivi/\S+`)
)

// withMail serves the shop with a mail server.
func withMail(t *testing.T) (*outsideShop, string) {
	t.Helper()
	address, box := letters(t)
	x := shopFolder(t)
	x.edit("garant.yaml", "state: .garant", "state: .garant\nmail: {server: \""+address+"\", from: donnees@shop.example, plain: true}")
	x.serve()
	return x, box
}

// TestAskInBrowser asks for erasure without a script, confirms it by the link of the letter, and
// follows it; asked again, the person is sent where it is followed, and nobody is told more.
func TestAskInBrowser(t *testing.T) {
	t.Parallel()
	x, box := withMail(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("open the page", chromedp.Navigate(x.url+"/donnees/droits?langue=fr"), chromedp.WaitVisible("form button"))
	r.look("ask")
	r.do("ask for a child", chromedp.Click("#for-child"), chromedp.WaitVisible("#born"), chromedp.WaitNotVisible("#died"))
	r.look("ask-child")
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	first := x.asks(r, "someone@shop.example")
	to, words := letter(t, box, "1")
	link := confirmLink.FindString(words)
	if to != "someone@shop.example" || link == "" || !strings.Contains(words, "request-1") {
		t.Fatalf("to %s:\n%s", to, words)
	}
	if out, code := called(t, x.dir, "request", "show", "request-1", "--json"); code != exitDone || !strings.Contains(out, `"state": "received"`) || !strings.Contains(out, `"via": "form"`) {
		t.Fatalf("%d %s", code, out)
	}
	for range 3 { // scanners of mail
		if res, err := http.Get(link); err != nil || res.StatusCode != http.StatusOK || res.Body.Close() != nil {
			t.Fatal(res, err)
		}
	}
	r.do("follow the link", chromedp.Navigate(link), chromedp.WaitVisible("form button"))
	r.click("form button", ".facts")
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false}); err != nil {
		t.Fatal(err)
	}
	r.look("ask-progress")
	if text := r.text("main"); !strings.Contains(text, "En cours") || !strings.Contains(text, "Identité établie") || strings.Contains(text, "someone") {
		t.Error(text)
	}
	if out, _ := called(t, x.dir, "request", "show", "request-1", "--json"); !strings.Contains(out, `"state": "searching"`) || !strings.Contains(out, `"email"`) {
		t.Error(out)
	}
	r.do("follow the link again", chromedp.Navigate(link), chromedp.WaitVisible("form button"))
	r.click("form button", "main [role=status]")
	if text := r.text("main"); !strings.Contains(text, "ne sert plus") {
		t.Error(text)
	}
	x.ahead.Add(int64(time.Hour))
	if again := x.asks(r, "Someone@shop.example"); again != first || x.asks(r, "nobody@a.example") != first {
		t.Error("the answer tells who asked before")
	}
	_, words = letter(t, box, "2")
	if confirmLink.MatchString(words) || !followLink.MatchString(words) {
		t.Errorf("the second letter says\n%s", words)
	}
	if to, words := letter(t, box, "3"); to != "nobody@a.example" || !confirmLink.MatchString(words) {
		t.Errorf("to %s:\n%s", to, words)
	}
	if strings.Contains(x.errs.String(), "@") {
		t.Errorf("the log names somebody: %s", x.errs.String())
	}
}

// asks asks for erasure, and returns what the page answers.
func (x *outsideShop) asks(r *reader, email string) string {
	x.Helper()
	r.do("open the page", chromedp.Navigate(x.url+"/donnees/droits?langue=fr"), chromedp.WaitVisible("form button"))
	x.ahead.Add(int64(time.Minute))
	r.do("write", chromedp.Click("#right-erasure"), chromedp.SendKeys("[name=email]", email))
	r.click("form button", "main [role=status]")
	return r.text("main")
}

// TestAskTiming answers a person who asked before, one who is in the store and one who is not
// after no less than the same time: what takes longer behind it does not show.
func TestAskTiming(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	var pages []string
	for _, email := range []string{"someone@shop.example", "someone@shop.example", "nobody@a.example"} {
		began := time.Now()
		status, page := x.post("/donnees/droits", "right", "access", "email", email)
		if took := time.Since(began); status != http.StatusOK || took < 400*time.Millisecond {
			t.Errorf("%d after %v", status, took)
		}
		pages = append(pages, page)
	}
	if len(slices.Compact(pages)) != 1 {
		t.Error("the pages differ")
	}
	out, code := called(t, x.dir, "request", "list", "--json")
	if n := bytes.Count([]byte(out), []byte(`"id": "request-`)); code != exitDone || n != 2 {
		t.Errorf("%d requests are open: %s", n, out)
	}
}

// TestOwnPageInBrowser is the person's own page of choices, served beside the others.
func TestOwnPageInBrowser(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	if out, code := called(t, x.dir, "consent", "record", "someone@shop.example", "--for", "newsletter", "--by", "email", "--method", "paper"); code != exitDone {
		t.Fatal(out)
	}
	out, code := called(t, x.dir, "consent", "link", "someone@shop.example", "--url", x.url)
	link, _, _ := strings.Cut(out, "\n")
	if code != exitDone || !strings.HasPrefix(link, x.url+"/p/") {
		t.Fatalf("%d %s", code, out)
	}
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("open it", chromedp.Navigate(link), chromedp.WaitVisible("form button"))
	r.look("choices")
	r.click("form button", "[role=status]")
	if out, code := called(t, x.dir, "may", "email", "someone@shop.example", "--for", "newsletter"); code == exitDone {
		t.Errorf("withdrawn, and allowed all the same: %s", out)
	}
}
