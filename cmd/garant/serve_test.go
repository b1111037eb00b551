package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/policy"
)

// heard is what a command that goes on has written so far.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

// soon waits for what must happen.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it did not happen", what)
		}
	}
}

// TestServe starts the console on a company, comes in by the printed link, reads a broken
// promise in its sentence, and interrupts it.
func TestServe(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "company")
	today := policy.MustDate("2026-11-22")
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(context.Background(), demo.Options{People: 60, Seed: 1, Today: today, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	var out, errs heard
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: time.Now}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(ctx, []string{"-C", dir, "serve", "--listen", "127.0.0.1:0", "--json", "--now", "2026-11-22"})
	}()
	soon(t, "print the link", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	visit(t, browser, told.URL)
	base := told.URL[:strings.Index(told.URL, "/entrer")]
	soon(t, "look at the stores", func() bool { return strings.Contains(visit(t, browser, base), "Rénovation Exemple") })
	home := visit(t, browser, base)
	if !strings.Contains(home, "non tenues") || !strings.Contains(home, "Si vous ne devenez pas client") {
		t.Errorf("the page is\n%s", home)
	}
	interrupt()
	if code := <-ended; code != exitDone || errs.String() != "" {
		t.Errorf("interrupted, it exits %d and says %q", code, errs.String())
	}
}

func visit(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	r, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	if cerr := r.Body.Close(); err != nil || cerr != nil || r.StatusCode != http.StatusOK {
		t.Fatal(r.Status, err, cerr)
	}
	return string(b)
}

// TestServeElsewhere is refused: what leaves the machine would not be encrypted.
func TestServeElsewhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "[::]:0", "console.example:80", "8484"} {
		if out, code := called(t, "", "-C", dir, "serve", "--listen", address); code != exitUsage {
			t.Errorf("--listen %s exits %d: %s", address, code, out)
		}
	}
	for _, address := range []string{"http://console.example", "console.example", "https://", "https://console.example/garant"} {
		if out, code := called(t, "", "-C", dir, "serve", "--url", address); code != exitUsage {
			t.Errorf("--url %s exits %d: %s", address, code, out)
		}
	}
}

// TestDemoServe opens the console on the demo company, with nothing done yet and a link that
// lets in again and again.
func TestDemoServe(t *testing.T) {
	t.Parallel()
	var out, errs heard
	w := world{in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, clock: time.Now}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- w.run(ctx, []string{"demo", "--serve", "--people", "20", "--dir", filepath.Join(t.TempDir(), "demo"), "--now", "2026-11-22"})
	}()
	soon(t, "print the link", func() bool { return strings.Contains(out.String(), "Ctrl-C") })
	_, link, _ := strings.Cut(out.String(), "http://")
	link, _, _ = strings.Cut("http://"+link, "\n")
	for range 2 {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		if page := visit(t, &http.Client{Jar: jar}, link); !strings.Contains(page, "Notre parole") {
			t.Errorf("the link shows\n%s", page)
		}
	}
	interrupt()
	if code := <-ended; code != exitDone || errs.String() != "" {
		t.Errorf("interrupted, it exits %d and says %q", code, errs.String())
	}
}
