package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/collect"
)

// TestCrawl looks at a site that keeps its word: what waits for a consent is seen after it
// alone, through the banner in its shadow.
func TestCrawl(t *testing.T) {
	t.Parallel()
	chromium(t)
	x := newShopSite(t)
	out, code := called(t, x.dir, "crawl", x.url, "--wait", "1s", "--json")
	var rep crawlReport
	if err := json.Unmarshal([]byte(out), &rep); err != nil {
		t.Fatal(err, out)
	}
	if code != exitDone || rep.Wrong != 0 || len(rep.Reached) != 3 {
		t.Errorf("exit %d: %s", code, out)
	}
	third := x.third.Listener.Addr().String()
	for _, want := range []collect.Sighting{
		{Phase: collect.Before, Kind: collect.SeenCookie, Name: "PHPSESSID"}, {Phase: collect.Refused, Kind: collect.SeenCookie, Name: "garant_choice"},
		{Phase: collect.Agreed, Kind: collect.SeenCookie, Name: "_cnt"}, {Phase: collect.Agreed, Kind: collect.SeenStorage, Name: "_cnt.visits"},
		{Phase: collect.Agreed, Kind: collect.SeenRequest, Name: third},
	} {
		if !slices.ContainsFunc(rep.Seen, func(j collect.Judged) bool {
			return j.Phase == want.Phase && j.Kind == want.Kind && j.Name == want.Name
		}) {
			t.Errorf("%s %s %s was not seen:\n%s", want.Phase, want.Kind, want.Name, out)
		}
	}
}

// TestCrawlBroken looks at a site whose banner is for show: a tracker acts at once, goes on
// after a refusal, and something was never declared.
func TestCrawlBroken(t *testing.T) {
	t.Parallel()
	chromium(t)
	x := newShopSite(t)
	third := x.third.Listener.Addr().String()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(`<!doctype html><title>Boutique</title><script src="http://THIRD/count.js"></script><img src="http://127.0.0.1:1/px.gif" alt="">
<script>sessionStorage.setItem("spy", "a personal value"); document.cookie = "_cntlong=1; max-age=63072000";</script>
<button>Tout refuser</button><button>Tout accepter</button>`, "THIRD", third))
	}))
	t.Cleanup(site.Close)
	out, code := called(t, x.dir, "crawl", strings.Replace(site.URL, "127.0.0.1", "localhost", 1), "--wait", "1s")
	if code != exitNotTrue {
		t.Errorf("exit %d: %s", code, out)
	}
	for _, want := range []string{"✗ without consent  cookie    _cnt ", "✗ without consent  request   " + third, "✗ undeclared       storage   spy", "✗ undeclared       request   127.0.0.1:1", "✗ too long         cookie    _cntlong"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if strings.Contains(out, "a personal value") {
		t.Error("a value is written")
	}
}

// TestCrawlErrors: no browser, no site, no button, no address.
func TestCrawlErrors(t *testing.T) {
	t.Parallel()
	chromium(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "company"))); err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!doctype html><title>Boutique</title><p>Bonjour.</p>")
	}))
	t.Cleanup(plain.Close)
	for _, c := range []struct {
		name, want string
		code       int
		args       []string
	}{
		{"no address", "https://", exitUsage, []string{"crawl", "shop.example"}},
		{"no browser", "apt-get install chromium", exitError, []string{"crawl", plain.URL, "--chromium", "/nonexistent/chromium"}},
		{"no site", "does not open", exitUnreachable, []string{"crawl", "http://127.0.0.1:1/", "--wait", "10ms"}},
		{"no button", "the button was not found", exitPartly, []string{"crawl", plain.URL, "--wait", "10ms"}},
	} {
		if out, code := called(t, dir, c.args...); code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d: %s", c.name, code, out)
		}
	}
}
