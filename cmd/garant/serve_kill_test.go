package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// process is the console as a process of its own, which can be killed.
type process struct {
	*testing.T
	cmd  *exec.Cmd
	base string
	*http.Client
}

// startConsole starts the console on a folder and comes in by its link, unless the browser still has
// a session.
func startConsole(t *testing.T, dir string, browser *http.Client, more ...string) *process {
	t.Helper()
	name := filepath.Join(t.TempDir(), "garant") // the test's binary is the command under this name
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	p := &process{T: t, Client: browser, cmd: exec.Command(name, append([]string{"-C", dir, "serve", "--json"}, more...)...)}
	p.cmd.Env = append(os.Environ(), "GARANT_NOW=2026-11-22T09:00:00Z", "LANG=fr_FR.UTF-8")
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	var told struct{ URL string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&told); err != nil {
		t.Fatal(err)
	}
	p.base = told.URL[:strings.Index(told.URL, "/entrer")]
	visit(t, browser, told.URL)
	return p
}

// kill ends the process with the signal that nobody can catch.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // one that has ended is what is wanted
	_ = p.cmd.Wait()
}

func (p *process) page(path string) string { p.Helper(); return visit(p.T, p.Client, p.base+path) }

// sends posts a form and returns the address it leads to.
func (p *process) sends(path string, form url.Values) string {
	p.Helper()
	r, err := p.PostForm(p.base+path, form)
	if err != nil {
		p.Fatal(err)
	}
	if err := r.Body.Close(); err != nil || r.StatusCode != http.StatusOK {
		p.Fatalf("POST %s: %s, %v", path, r.Status, err)
	}
	return r.Request.URL.Path
}

// crowd is how many records are due, enough to be met in the middle.
const crowd = 4000

// slowShop is the small company of the scripts with a crowd whose time is over, carried out
// gently.
func slowShop(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "company"))); err != nil {
		t.Fatal(err)
	}
	fill, err := os.ReadFile(filepath.Join(dir, "crm.sql"))
	if err != nil {
		t.Fatal(err)
	}
	crm, err := sql.Open("sqlite", filepath.Join(dir, "crm.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := crm.Exec(string(fill))
	_, err2 := crm.Exec(`INSERT INTO clients (id, name, email, note, contacted_on, ordered_on)
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 100 + i, 'Personne ' || i, 'p' || i || '@shop.example', 'n', '2014-03-01', '2014-02-01' FROM n`, crowd)
	settings, err3 := os.OpenFile(filepath.Join(dir, "garant.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err := errors.Join(err1, err2, err3, crm.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = settings.WriteString("throttle: {batch_ms: 5, pause: 8}\n")
	if err := errors.Join(err, settings.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestServeKilled kills the console in the middle of carrying out a plan. The plan, its approval
// and the session are there when it comes back, it goes on where it was, and what was done is in
// the ledger once.
func TestServeKilled(t *testing.T) {
	t.Parallel()
	dir := slowShop(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	p := startConsole(t, dir, browser, "--listen", "127.0.0.1:0")
	p.sends("/plan", nil)
	var plan string
	soon(t, "make the plan", func() bool {
		r, err := p.Get(p.base + "/plan?prepare")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		plan = r.Request.URL.Path
		return strings.HasPrefix(plan, "/plan/")
	})
	due := regexp.MustCompile(`recopiez le nombre d’actes.{1,12}<b>([0-9\x{202f}]+)</b>`).FindStringSubmatch(p.page(plan))
	if due == nil {
		t.Fatal("the plan shows no count")
	}
	p.sends(plan+"/approuver", url.Values{"name": {"Camille"}, "reason": {"lu"}, "confirm": {due[1]}})
	p.sends(plan+"/appliquer", nil)
	soon(t, "act on some records", func() bool { return regexp.MustCompile(`en cours… [1-9]`).MatchString(p.page(plan)) })
	p.kill()

	address := strings.TrimPrefix(p.base, "http://")
	p = startConsole(t, dir, browser, "--listen", address)
	if page := p.page(plan); !strings.Contains(page, "Reprendre") || !strings.Contains(page, "Camille") {
		t.Fatalf("after the crash the plan shows\n%s", page)
	}
	p.sends(plan+"/appliquer", nil)
	soon(t, "carry the rest out", func() bool { return strings.Contains(p.page(plan), "appliqué</strong>") })
	if page := p.page("/registre/verifier"); !strings.Contains(page, "Registre intact") {
		t.Errorf("the ledger says\n%s", page)
	}
	p.kill()
	crm, err := sql.Open("sqlite", filepath.Join(dir, "crm.db"))
	if err != nil {
		t.Fatal(err)
	}
	var left, kept int
	err = crm.QueryRow("SELECT count(*) FILTER (WHERE id > 100), count(*) FILTER (WHERE id = 11 AND email IS NOT NULL) FROM clients").Scan(&left, &kept)
	if err := errors.Join(err, crm.Close()); err != nil || left != 0 || kept != 1 {
		t.Errorf("%d records of the crowd are left and %d of who must stay, %v", left, kept, err)
	}
	if out, code := called(t, "", "-C", dir, "ledger", "verify"); code != exitDone {
		t.Errorf("garant ledger verify exits %d: %s", code, out)
	}
}
