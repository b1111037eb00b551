package testserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// mariadb starts MariaDB and talks to it through its command-line client.
type mariadb struct {
	server, client, install string
	cred                    *syscall.Credential
}

// newMariaDB returns the running server at the address admin, or starts one when it is empty.
func newMariaDB(admin string) (*Server, error) {
	m, err := findMariaDB()
	if err != nil {
		return nil, err
	}
	s := &Server{engine: m, admin: admin}
	if admin != "" {
		return s, m.run(admin, "", "SELECT 1")
	}
	if m.cred, err = account("mysql"); err != nil {
		return nil, err
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if s.dir, err = folder("garant-mariadb-", m.cred); err != nil {
		return nil, err
	}
	s.admin = fmt.Sprintf("root@tcp(127.0.0.1:%d)/", s.port)
	err = output(as(m.cred, s.dir, m.install, "--no-defaults", "--datadir="+filepath.Join(s.dir, "data"),
		"--auth-root-authentication-method=normal", "--skip-test-db"))
	if err == nil {
		err = s.start()
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func findMariaDB() (*mariadb, error) {
	var m mariadb
	for target, names := range map[*string][]string{
		&m.server:  {"mariadbd", "/usr/sbin/mariadbd"},
		&m.client:  {"mariadb", "mysql"},
		&m.install: {"mariadb-install-db", "mysql_install_db"},
	} {
		for _, name := range names {
			if path, err := exec.LookPath(name); err == nil && *target == "" {
				*target = path
			}
		}
		if *target == "" {
			return nil, fmt.Errorf("%w: %s", errAbsent, names[0])
		}
	}
	return &m, nil
}

func (m *mariadb) command(dir string, port int) *exec.Cmd {
	return as(m.cred, dir, m.server, "--no-defaults", "--datadir="+filepath.Join(dir, "data"),
		"--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "pid"),
		"--bind-address=127.0.0.1", "--port="+strconv.Itoa(port), "--skip-name-resolve",
		// 2 writes the log at each commit without fsync, so commits survive a kill of the process.
		"--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=128M", "--max-connections=200",
		"--character-set-server=utf8mb4")
}

func (m *mariadb) run(admin, database, statements string) error {
	a, ok := parseMariaDB(admin)
	if !ok {
		return fmt.Errorf("%s is not of the form user:password@tcp(host:port)/", MariaDBVar)
	}
	cmd := exec.Command(m.client, "--no-defaults", "--protocol=tcp", "-h", a.host, "-P", a.port, "-u", a.user, database)
	if database == "" {
		cmd.Args = cmd.Args[:len(cmd.Args)-1]
	}
	cmd.Env = append(os.Environ(), "MYSQL_PWD="+a.password)
	cmd.Stdin = strings.NewReader(statements)
	return output(cmd)
}

func (m *mariadb) at(admin, database string) string {
	before, _, _ := strings.Cut(admin, ")/")
	return before + ")/" + database
}

// address is the parsed address of a MariaDB server.
type address struct{ user, password, host, port string }

var mariadbAddress = regexp.MustCompile(`^([^:@]*)(?::(.*))?@tcp\(([^:)]+):(\d+)\)/`)

func parseMariaDB(dsn string) (address, bool) {
	m := mariadbAddress.FindStringSubmatch(dsn)
	if m == nil {
		return address{}, false
	}
	return address{m[1], m[2], m[3], m[4]}, true
}
