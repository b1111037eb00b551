package all_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/all"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE t (id INTEGER PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	s, err := all.Open(t.Context(), "sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.(store.Actor); !ok {
		t.Error("the store cannot act")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		engine, address string
		unreachable     bool
	}{
		"unknown engine":       {"oracle", "x:hunter2@y", false},
		"no file":              {"sqlite", filepath.Join(t.TempDir(), "hunter2.db"), true},
		"no PostgreSQL":        {"postgres", "postgres://u:hunter2@127.0.0.1:1/d?connect_timeout=5", true},
		"no MariaDB":           {"mariadb", "u:hunter2@tcp(127.0.0.1:1)/d", true},
		"no PostgreSQL's form": {"postgres", "postgres://u:hunter2@[/d", false},
		"no MariaDB's form":    {"mariadb", "u:hunter2@x", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := all.Open(t.Context(), c.engine, c.address)
			if err == nil || s != nil {
				t.Fatalf("got %v, %v", s, err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error quotes the address: %v", err)
			}
			if got := errors.Is(err, store.ErrUnreachable); got != c.unreachable {
				t.Errorf("unreachable: got %v (%v)", got, err)
			}
		})
	}
}
