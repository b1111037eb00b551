package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServeAPI asks over HTTP, reports an objection, and finds it counts: over HTTP and at
// the keyboard, after the service was interrupted.
func TestServeAPI(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "company"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "consent.yaml"), []byte("goods: other\npurposes:\n  newsletter: {use: prospecting}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	proof := "sha256:" + strings.Repeat("0", 64)
	if out, code := called(t, dir, "consent", "record", "someone@shop.example", "--for", "newsletter", "--by", "email", "--proof", proof); code != exitDone {
		t.Fatal(out)
	}
	var out, errs heard
	clock := func() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: clock}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(ctx, []string{"-C", dir, "consent", "serve", "--listen", "127.0.0.1:0", "--json", "--url", "https://choix.shop.example/"})
	}()
	soon(t, "print the address", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL, Token string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatal(err)
	}
	ask := func(path, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, told.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+told.Token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const question = `{"channel":"email","purpose":"newsletter","person":{"email":"someone@shop.example"}}`
	if got := ask("/v1/may", question); !strings.Contains(got, `"allowed":true`) {
		t.Error(got)
	}
	var link struct{ Page string }
	if err := json.Unmarshal([]byte(ask("/v1/links", `{"person":{"email":"someone@shop.example"},"purpose":"newsletter","channel":"email"}`)), &link); err != nil {
		t.Fatal(err)
	}
	path, ours := strings.CutPrefix(link.Page, "https://choix.shop.example/p/")
	if got := visit(t, http.DefaultClient, told.URL+"/p/"+path); !ours || !strings.Contains(got, "par courriel") || strings.Contains(got, "someone") {
		t.Errorf("the page at %s:\n%s", link.Page, got)
	}
	if got := ask("/v1/records", `{"key":"o-1","kind":"objection","person":{"email":"someone@shop.example"},"at":"2026-11-22T09:20:00Z"}`); !strings.Contains(got, `"fresh":true`) {
		t.Error(got)
	}
	if got := ask("/v1/may", question); !strings.Contains(got, `"rule":"objection"`) {
		t.Error(got)
	}
	interrupt()
	if code := <-ended; code != exitDone {
		t.Errorf("interrupted, it exits %d: %s", code, errs.String())
	}
	if got, code := called(t, dir, "--now", "2026-11-22T10:00:00Z", "may", "email", "someone@shop.example", "--for", "newsletter"); code != exitNotTrue || !strings.Contains(got, "objection") {
		t.Errorf("at the keyboard: %d %s", code, got)
	}
	if got, code := called(t, dir, "ledger", "verify"); code != exitDone {
		t.Error(got)
	}
	w.getenv = func(string) string { return "short" }
	if code := w.run(t.Context(), []string{"-C", dir, "consent", "serve", "--listen", "127.0.0.1:0"}); code != exitUsage {
		t.Errorf("a short token: exit %d", code)
	}
	if code := w.run(t.Context(), []string{"-C", dir, "consent", "serve", "--listen", "0.0.0.0:0"}); code != exitUsage {
		t.Errorf("an address of the network: exit %d", code)
	}
}
