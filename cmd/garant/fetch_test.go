package main

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var fetchLink = regexp.MustCompile(`https?://\S+/donnees/droits/reponse/\S+`)

// TestFetchInBrowser asks for a copy, confirms, is answered by a file that waits, has the link
// written without a script, and fetches the file three times, each by a link of its own, and no
// more; the passphrase opens it, and nothing of it stays.
func TestFetchInBrowser(t *testing.T) {
	t.Parallel()
	x, box := withMail(t)
	if status, page := x.post("/donnees/droits", "right", "access", "email", "one@shop.example"); status != http.StatusOK {
		t.Fatal(page)
	}
	_, words := letter(t, box, "1")
	follow := followLink.FindString(words)
	status, page := x.press(follow)
	if status != http.StatusOK || strings.Contains(page, "@") {
		t.Errorf("before identity: %d %s", status, page)
	}
	if out, code := called(t, x.dir, "request", "answer", "request-1", "--online", "--by", "dpo"); code != exitRefused {
		t.Errorf("before identity: %d %s", code, out)
	}
	if status, page := x.press(confirmLink.FindString(words)); status != http.StatusOK {
		t.Fatal(page)
	}
	out, code := called(t, x.dir, "request", "answer", "request-1", "--online", "--reviewed", "--by", "dpo", "--json")
	var told struct{ Passphrase, SHA256 string }
	if err := json.Unmarshal([]byte(out), &told); code != exitDone || err != nil || told.Passphrase == "" {
		t.Fatalf("%d %s %v", code, out, err)
	}
	if out, _ := called(t, x.dir, "request", "letter", "request-1", "answer"); !strings.Contains(out, "page de suivi") {
		t.Error(out)
	}
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("follow the request", chromedp.Navigate(follow), chromedp.WaitVisible("form button"))
	r.look("ask-waits")
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	r.do("follow it without a script", chromedp.Navigate(follow), chromedp.WaitVisible("form button"))
	r.click("form button", "main [role=status]")
	to, words := letter(t, box, "2")
	link := fetchLink.FindString(words)
	if to != "one@shop.example" || link == "" || strings.Contains(words, told.Passphrase) {
		t.Fatalf("to %s:\n%s", to, words)
	}
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false}); err != nil {
		t.Fatal(err)
	}
	r.do("follow the link", chromedp.Navigate(link), chromedp.WaitVisible("form button"))
	r.look("ask-fetch")
	for i := range 3 {
		status, file := x.press(link)
		if status != http.StatusOK || !strings.Contains(opens(t, file, told.Passphrase), "donnees.html") {
			t.Fatalf("%d times before: %d", i, status)
		}
		if status, page := x.press(link); status != http.StatusGone || strings.Contains(page, "age-encryption.org/v1") {
			t.Errorf("the same link again: %d", status)
		}
		if i < 2 {
			x.ahead.Add(int64(time.Hour))
			x.press(follow)
			_, words := letter(t, box, []string{"3", "4"}[i])
			link = fetchLink.FindString(words)
		}
	}
	if _, page := x.get(http.DefaultClient, follow); strings.Contains(page, "<form") || !strings.Contains(page, "Réponse téléchargée") {
		t.Errorf("it still waits:\n%s", page)
	}
	if n := x.parcels(); n != 0 {
		t.Errorf("%d answers stay", n)
	}
	if out, _ := called(t, x.dir, "ledger", "show", "--json"); strings.Count(out, `"answer_fetched"`) != 3 || !strings.Contains(out, told.SHA256) || strings.Contains(out, "@") {
		t.Error(out)
	}
	if strings.Contains(x.errs.String(), "@") {
		t.Errorf("the log names somebody: %s", x.errs.String())
	}
}

// TestFetchForgotten lets an answer that nobody fetched go with the working copies.
func TestFetchForgotten(t *testing.T) {
	t.Parallel()
	x, box := withMail(t)
	x.post("/donnees/droits", "right", "access", "email", "one@shop.example")
	_, words := letter(t, box, "1")
	x.press(confirmLink.FindString(words))
	if out, code := called(t, x.dir, "request", "answer", "request-1", "--online", "--reviewed", "--by", "dpo"); code != exitDone || x.parcels() != 1 {
		t.Fatal(out)
	}
	x.press(followLink.FindString(words))
	_, words = letter(t, box, "2")
	if out, code := called(t, x.dir, "request", "sweep", "--now", "2027-01-15"); code != exitDone || x.parcels() != 0 {
		t.Errorf("%s", out)
	}
	if status, _ := x.press(fetchLink.FindString(words)); status != http.StatusGone {
		t.Errorf("it is fetched all the same: %d", status)
	}
}

// press sends the one form of a page.
func (x *outsideShop) press(address string) (int, string) {
	x.Helper()
	at, _, _ := strings.Cut(address, "?")
	res, err := http.PostForm(at, url.Values{})
	if err != nil {
		x.Fatal(err)
	}
	return bodyOf(x.T, res)
}

// parcels counts the answers that wait.
func (x *outsideShop) parcels() (n int) {
	x.Helper()
	state, err := sql.Open("sqlite", filepath.Join(x.dir, ".garant", "state.db"))
	if err == nil {
		err = state.QueryRow("SELECT count(*) FROM parcels").Scan(&n)
	}
	if err != nil || state.Close() != nil {
		x.Fatal(err)
	}
	return n
}

// opens opens a sealed answer and returns the names of what is in it.
func opens(t *testing.T, file, phrase string) (names string) {
	t.Helper()
	who, err := age.NewScryptIdentity(phrase)
	if err != nil {
		t.Fatal(err)
	}
	clear, err := age.Decrypt(strings.NewReader(file), who)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(clear)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		names += f.Name + " "
	}
	return names
}
