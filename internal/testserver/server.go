package testserver

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Server is a throwaway server, or a running one that was named by the environment.
type Server struct {
	engine engine
	admin  string // the address of the administrator; holds a password only where a running server has one

	mu   sync.Mutex
	dir  string // empty for a running server of others
	port int
	exit chan error // closed when the process has ended; nil when none runs
	proc *os.Process
}

// engine is what one product does its own way.
type engine interface {
	// command returns how to start the server on its data folder and port.
	command(dir string, port int) *exec.Cmd
	// run executes statements as the administrator, in the named database or in none.
	run(admin, database, statements string) error
	// at returns the address of a database, given the administrator's.
	at(admin, database string) string
}

// DSN returns the address of a fresh database with that name, creating it where it is not
// there yet.
func (s *Server) DSN(database string) (string, error) {
	if err := s.create(database); err != nil && s.engine.run(s.admin, database, "SELECT 1") != nil {
		return "", err
	}
	return s.address(database), nil
}

// Exec executes statements as the administrator in the named database, for example to make
// an account with few privileges.
func (s *Server) Exec(database, statements string) error {
	return s.engine.run(s.admin, database, statements)
}

// Port returns the port on 127.0.0.1, zero for a running server of others.
func (s *Server) Port() int { return s.port }

// Kill ends the server with SIGKILL, as a power cut would, and waits until it is gone.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Restart starts the server again on the same data and port and waits until it answers.
func (s *Server) Restart() error {
	s.end(syscall.SIGKILL)
	return s.start()
}

// Stop ends the server and removes its data. It is idempotent and leaves a running server
// of others alone.
func (s *Server) Stop() {
	if s.dir == "" {
		return
	}
	s.end(syscall.SIGKILL) // the data are thrown away, so nothing is gained by waiting
	_ = os.RemoveAll(s.dir)
}

func (s *Server) create(name string) error {
	return s.engine.run(s.admin, "", "CREATE DATABASE "+name)
}

func (s *Server) drop(name string) error {
	if _, ok := s.engine.(*postgres); ok {
		name += " WITH (FORCE)"
	}
	return s.engine.run(s.admin, "", "DROP DATABASE "+name)
}

func (s *Server) address(name string) string { return s.engine.at(s.admin, name) }

// start starts the process and waits until it answers.
func (s *Server) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd := s.engine.command(s.dir, s.port)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &output, &output, s.dir
	exit, err := launch(cmd)
	if err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(cmd.Path), err)
	}
	s.exit = exit
	s.proc = cmd.Process
	return s.ready(&output)
}

// launch starts a process that dies with us and returns what is given its end.
func launch(cmd *exec.Cmd) (chan error, error) {
	exit, started := make(chan error, 1), make(chan error)
	go func() {
		// Pdeathsig fires when the thread that started the child ends, not the process, so
		// the thread is kept for the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			exit <- cmd.Wait()
		}
	}()
	return exit, <-started
}

// ready waits until the server answers a statement.
func (s *Server) ready(output *bytes.Buffer) error {
	deadline := time.Now().Add(60 * time.Second)
	for {
		select {
		case <-s.exit:
			s.proc = nil
			return fmt.Errorf("the server ended at once:\n%s", output.String())
		case <-time.After(20 * time.Millisecond):
		}
		if listening(s.port) && s.engine.run(s.admin, "", "SELECT 1") == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return errors.New("the server does not answer")
		}
	}
}

func (s *Server) end(signal syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		return
	}
	_ = s.proc.Signal(signal)
	<-s.exit
	s.proc = nil
}

func listening(port int) bool {
	c, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(port), time.Second)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// folder makes the data folder, owned by the account that the server runs as: the servers
// refuse to run as root.
func folder(prefix string, cred *syscall.Credential) (string, error) {
	dir, err := os.MkdirTemp("", prefix)
	if err != nil || cred == nil {
		return dir, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(cred.Uid), int(cred.Gid))
}

// account returns the identity to run a server with: none unless we are root.
func account(name string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("%w: no account %s", errAbsent, name)
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// as prepares a command to run under the account and to die with us.
func as(cred *syscall.Credential, dir, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	// Two servers that start at once stumble over each other's temporary files in /tmp.
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGKILL}
	return cmd
}

// output runs a command and returns what it said as the error.
func output(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, out)
	}
	return nil
}
