package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// TestHookSurvives kills the console while a program keeps it waiting for an answer: what it was
// told of a request that a command opened is told again by the next console, under the same name.
func TestHookSurvives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := layCompany(dir, filepath.Join("testdata", "company")); err != nil {
		t.Fatal(err)
	}
	told, gone := make(chan string, 9), make(chan struct{})
	var down atomic.Bool
	down.Store(true)
	program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		told <- r.Header.Get("webhook-id")
		if down.Load() {
			<-gone
		}
	}))
	defer program.Close()
	defer close(gone)
	files, err := os.OpenFile(filepath.Join(dir, "garant.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = files.WriteString("hooks: {crm: {url: \"" + program.URL + "\", secret_env: PATH, events: [request.opened]}}\n")
	}
	if err != nil || files.Close() != nil {
		t.Fatal(err)
	}
	hear(t, dir)
	if out, code := called(t, dir, "request", "open", "access", "--email", "one@shop.example"); code != exitDone {
		t.Fatal(out)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	first := startConsole(t, dir, &http.Client{Jar: jar})
	name := next(t, told)
	first.kill()
	down.Store(false)
	startConsole(t, dir, &http.Client{Jar: jar})
	if again := next(t, told); again != name {
		t.Errorf("told %s, then %s", name, again)
	}
}

// hear has a folder's hooks begin to listen.
func hear(t *testing.T, dir string) {
	t.Helper()
	if out, code := called(t, dir, "hook", "send"); code != exitDone {
		t.Fatal(out)
	}
}

// next is what a program is told next.
func next(t *testing.T, told <-chan string) string {
	t.Helper()
	select {
	case id := <-told:
		return id
	case <-time.After(time.Minute):
		t.Fatal("nothing was told")
		return ""
	}
}
