package testserver

import (
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// postgres starts PostgreSQL and talks to it through psql.
type postgres struct {
	bin  string // the folder of its programs
	cred *syscall.Credential
}

// newPostgres returns the running server at the address admin, or starts one when it is empty.
func newPostgres(admin string) (*Server, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	p := &postgres{bin: bin}
	s := &Server{engine: p, admin: admin}
	if admin != "" {
		return s, p.run(admin, "", "SELECT 1")
	}
	if p.cred, err = account("postgres"); err != nil {
		return nil, err
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if s.dir, err = folder("garant-postgres-", p.cred); err != nil {
		return nil, err
	}
	s.admin = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	data := filepath.Join(s.dir, "data")
	err = output(as(p.cred, s.dir, p.program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"))
	if err == nil {
		err = s.start()
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// postgresBin finds the newest PostgreSQL where Debian puts it, else the one in PATH.
func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	newest, version := "", -1
	for _, f := range found {
		dir := filepath.Dir(f)
		if v, err := strconv.Atoi(filepath.Base(filepath.Dir(dir))); err == nil && v > version {
			newest, version = dir, v
		}
	}
	if newest != "" {
		return newest, nil
	}
	if f, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(f), nil
	}
	return "", fmt.Errorf("%w: PostgreSQL", errAbsent)
}

func (p *postgres) program(name string) string { return filepath.Join(p.bin, name) }

func (p *postgres) command(dir string, port int) *exec.Cmd {
	return as(p.cred, dir, p.program("postgres"), "-D", filepath.Join(dir, "data"), "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB",
		// Commits stay synchronous: without fsync they cost nothing, and what was committed
		// must survive a kill of the process.
		"-c", "fsync=off", "-c", "full_page_writes=off")
}

func (p *postgres) run(admin, database, statements string) error {
	cmd := exec.Command(p.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", p.at(admin, database))
	cmd.Stdin = strings.NewReader(statements)
	return output(cmd)
}

func (p *postgres) at(admin, database string) string {
	u, err := url.Parse(admin)
	if err != nil || database == "" {
		return admin
	}
	u.Path = "/" + database
	return u.String()
}
