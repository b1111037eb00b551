package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/garant-rgpd/garant/db"
)

// readers opens as many accounts with a session each, and returns their cookies' secrets.
// Signing in would measure the hash of the password, which is slow on purpose.
func (b bench) readers(ctx context.Context) ([]string, error) {
	s, err := db.Open(ctx, filepath.Join(b.dir, ".garant"))
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	var out []string
	for i := range b.users {
		secret := rand.Text()
		a := db.Account{Name: fmt.Sprintf("Personne %d %s", i+1, secret[:4]), Role: "dpo", Secret: secret, Made: begun, InviteEnds: begun.Add(time.Hour)}
		digest := sha256.Sum256([]byte(secret))
		if err := errors.Join(s.Invite(ctx, a, digest), s.Enrol(ctx, digest, "no password fits")); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		out = append(out, secret)
	}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	for i, a := range accounts[len(accounts)-b.users:] {
		x := db.Session{Secret: sha256.Sum256([]byte(out[i])), Account: a.ID, Browser: "bench", Made: begun, Ends: begun.Add(365 * 24 * time.Hour)}
		if err := s.OpenSession(ctx, x); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return out, s.Close()
}

// server is the console as it is served.
type server struct {
	cmd  *exec.Cmd
	base string
	// ready is how long it took from the start to the first answer.
	ready time.Duration
}

// start starts the console and waits for its first answer.
func start(b bench) (*server, error) {
	begun := time.Now()
	cmd := exec.Command(b.garant, "-C", b.dir, "serve", "--listen", "127.0.0.1:0", "--json")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	var told struct{ URL string }
	lines := bufio.NewReader(out)
	if err := json.NewDecoder(lines).Decode(&told); err != nil {
		s.stop()
		return nil, fmt.Errorf("read where the console is: %w", err)
	}
	s.base = strings.TrimSuffix(told.URL[:strings.Index(told.URL, "/entrer")], "/")
	r, err := http.Get(s.base + "/entrer")
	if err != nil {
		s.stop()
		return nil, err
	}
	s.ready = time.Since(begun)
	return s, r.Body.Close()
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGINT) // one that has ended is what is wanted
	_ = s.cmd.Wait()
}

// memory is how much the process holds, in bytes: its resident set, and the most it ever was.
func (s *server) memory() (now, most int64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for _, line := range strings.Split(string(b), "\n") {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.ParseInt(f[1], 10, 64)
		switch f[0] {
		case "VmRSS:":
			now = n << 10
		case "VmHWM:":
			most = n << 10
		}
	}
	return now, most, nil
}

// cpu is the processor time that the process has taken.
func (s *server) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:])) // a name may have spaces
	user, err1 := strconv.ParseInt(f[11], 10, 64)
	system, err2 := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * (time.Second / 100), errors.Join(err1, err2)
}
