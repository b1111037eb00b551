package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServeSeveral serves two companies to an outside data protection officer, each under its
// own name: who is in one is not in the other, and a name that is neither's is answered nothing.
func TestServeSeveral(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"un", "deux"} {
		if err := layCompany(filepath.Join(root, name), filepath.Join("testdata", "company")); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs heard
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: time.Now}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--json", "--company", "un=" + filepath.Join(root, "un"), "--company", "deux=" + filepath.Join(root, "deux")})
	}()
	soon(t, "print the links", func() bool { return strings.HasSuffix(out.String(), "\n}\n") })
	var told struct{ URLs map[string]string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil || len(told.URLs) != 2 {
		t.Fatal(out.String(), err)
	}
	in := comesIn(t, told.URLs["un"], "un")
	if status := in("un.localhost", "/equipe"); status != http.StatusOK {
		t.Errorf("at home: %d", status)
	}
	if status := in("deux.localhost", "/equipe"); status != http.StatusSeeOther {
		t.Errorf("at the other's: %d", status)
	}
	if status := in("un.localhost", "/v1/verdicts"); status != http.StatusUnauthorized {
		t.Errorf("the API without a token: %d", status)
	}
	for _, name := range []string{"localhost", "trois.localhost", "127.0.0.1"} {
		if status := in(name, "/equipe"); status != http.StatusMisdirectedRequest {
			t.Errorf("under %s: %d", name, status)
		}
	}
	interrupt()
	if code := <-ended; code != exitDone {
		t.Errorf("it exits %d: %s", code, errs.String())
	}
}

// comesIn follows a link, and returns what asks for a page under a name with the cookies given.
func comesIn(t *testing.T, link, name string) func(name, path string) int {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Host, name+".localhost:") {
		t.Fatal(link, err)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var cookies []*http.Cookie
	ask := func(name, path string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+u.Port()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = name + ":" + u.Port()
		for _, k := range cookies {
			r.AddCookie(k)
		}
		res, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, res.Cookies()...)
		_ = res.Body.Close()
		return res.StatusCode
	}
	if status := ask(name+".localhost", u.Path); status != http.StatusSeeOther || len(cookies) == 0 {
		t.Fatalf("the link does not let in: %d", status)
	}
	return ask
}

// TestServeSeveralWrongly refuses names and folders that would meet.
func TestServeSeveralWrongly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{{"un"}, {"=" + dir}, {"Un=" + dir}, {"un.b=" + dir}, {"-un=" + dir}, {"un=" + dir, "un=" + t.TempDir()}, {"un=" + dir, "deux=" + dir + "/."}} {
		full := []string{"serve", "--listen", "127.0.0.1:0"}
		for _, a := range args {
			full = append(full, "--company", a)
		}
		if out, code := called(t, "", full...); code != exitUsage {
			t.Errorf("%v: exit %d: %s", args, code, out)
		}
	}
}
