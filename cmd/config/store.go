package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/file"
)

// Store says which engine a store has and where its address is found: exactly one of
// Address, AddressEnv and AddressFile is set. An address that holds a password is never
// written in the file itself.
type Store struct {
	Engine      string
	Address     string
	AddressEnv  string
	AddressFile string
}

// ErrNoAddress says that the environment variable or the file of an address holds nothing.
var ErrNoAddress = errors.New("no address")

// Resolve returns the store's address. Relative files are looked up in dir, variables with
// getenv. The error names the variable or the file and never what it holds.
func (s Store) Resolve(dir string, getenv func(string) string) (string, error) {
	address, from := s.Address, ""
	switch {
	case s.AddressEnv != "":
		address, from = getenv(s.AddressEnv), "environment variable "+s.AddressEnv
	case s.AddressFile != "":
		b, err := readSecret(in(dir, s.AddressFile))
		if err != nil {
			return "", err
		}
		address, from = string(b), "file "+s.AddressFile
	}
	if address = strings.TrimSpace(address); address == "" {
		return "", fmt.Errorf("%s: %w", from, ErrNoAddress)
	}
	return address, nil
}

// readSecret reads a file that nobody else may read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if loose(info) {
		return nil, fmt.Errorf("%s may be read by others: %w", path, fs.ErrPermission)
	}
	return os.ReadFile(path)
}

func loose(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }

func in(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func (l *loader) store(n *file.Node) Store {
	const what = "a store"
	f := n.Fields(what, "engine", "address", "address_env", "address_file")
	f.Need(n, what, "engine")
	s := Store{
		Engine:     f["engine"].Choice("unknown-engine", "engine", "sqlite", "postgres", "mariadb"),
		Address:    f["address"].Text(),
		AddressEnv: f["address_env"].Text(), AddressFile: f["address_file"].Text(),
	}
	addresses := 0
	for _, k := range []string{"address", "address_env", "address_file"} {
		if f[k] != nil {
			addresses++
		}
	}
	if addresses != 1 && n.IsMapping() {
		n.KeyNode().Error("one-address", "a store has one address", "write one of address, address_env and address_file")
	}
	refusePassword(f["address"])
	l.checkSecret(f["address_file"])
	return s
}

// passwords finds the ways in which engines take a password in an address: a URL's, the one
// of the MariaDB driver (user:password@tcp(host)/name), and keywords.
var passwords = regexp.MustCompile(`(?i)://[^/@\s?]*:[^@?]+@|^[^/@\s:]+:[^/@][^@]*@|\b(?:password|passwd|pwd|pass)\s*=`)

// refusePassword keeps passwords out of a file that goes into version control. The message
// does not repeat the address.
func refusePassword(n *file.Node) {
	s := n.Text()
	if holdsPassword(s) {
		n.Error("password-inline", "the address holds a password, and this file is for everybody to read", "move the address to an environment variable (address_env) or to a file with permissions 0600 (address_file)")
	}
}

func holdsPassword(address string) bool {
	if passwords.MatchString(address) {
		return true
	}
	u, err := url.Parse(address)
	if err != nil {
		return strings.Contains(address, "://") && strings.Contains(address, "@")
	}
	_, ok := u.User.Password()
	return ok
}

// checkSecret checks that the file of an address or a password is there and readable by its owner alone.
func (l *loader) checkSecret(n *file.Node) {
	path := n.Text()
	if path == "" {
		return
	}
	info, err := os.Stat(in(l.dir, path))
	switch {
	case err != nil:
		n.Error("missing-file", fmt.Sprintf("%s cannot be opened", path), "create it with the address or password as its only line, permissions 0600")
	case info.IsDir():
		n.Error("missing-file", fmt.Sprintf("%s is a folder", path), "name a file with the address or password as its only line")
	case loose(info):
		n.Error("loose-permissions", fmt.Sprintf("%s may be read by others (%04o)", path, info.Mode().Perm()), "chmod 600 "+path)
	}
}
