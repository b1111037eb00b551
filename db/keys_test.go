package db

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/ledger"
)

func TestDigestKey(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	key := func(store string, year int) []byte {
		t.Helper()
		k, err := s.DigestKey(t.Context(), store, year, noon)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first := key("crm", 2026)
	for name, bad := range map[string]bool{
		"differs the second time": !bytes.Equal(first, key("crm", 2026)),
		"same in another year":    bytes.Equal(first, key("crm", 2027)),
		"same in another store":   bytes.Equal(first, key("../odd/store", 2026)),
	} {
		if bad {
			t.Error(name)
		}
	}
	all, err := s.DigestKeys(t.Context())
	if err != nil || len(all) != 3 || all[1].Store != "crm" || all[1].Year != 2026 || !all[1].Made.Equal(noon) || !all[1].Destroyed.IsZero() {
		t.Errorf("got %+v, %v", all, err)
	}
}

func TestDigestKeyLost(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if _, err := s.DigestKey(t.Context(), "crm", 2026, noon); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(s.path("keys", "digest-crm-2026")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DigestKey(t.Context(), "crm", 2026, noon); !errors.Is(err, ErrKeyMissing) {
		t.Errorf("got %v, want ErrKeyMissing", err)
	}
}

func TestDestroyDigestKey(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if err := s.DestroyDigestKey(t.Context(), "crm", 2026, noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if _, err := s.DigestKey(t.Context(), "crm", 2026, noon); err != nil {
		t.Fatal(err)
	}
	path := s.path("keys", "digest-crm-2026")
	left, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time as after a crash before the file was removed
		if err := s.DestroyDigestKey(t.Context(), "crm", 2026, noon); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the key is still there: %v", err)
		}
		if err := os.WriteFile(path, left, 0o600); err != nil {
			t.Fatal(err)
		}
		if all, err := s.DigestKeys(t.Context()); err != nil || len(all) != 1 || !all[0].Left || !all[0].Destroyed.Equal(noon) {
			t.Errorf("a key that was destroyed, with its file: %+v, %v", all, err)
		}
	}
	if _, err := s.DigestKey(t.Context(), "crm", 2026, noon); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("got %v, want ErrKeyDestroyed", err)
	}
	if es := entries(t, s); len(es) != 1 || es[0].Kind != ledger.KeyDestroyed || es[0].Store != "crm" || es[0].Ref != "2026" {
		t.Errorf("got %+v, want one key_destroyed", es)
	}
}

// TestStandingKeys lists what was made, each once it was asked for.
func TestStandingKeys(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	names := func() string {
		t.Helper()
		all, err := s.StandingKeys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, " ")
	}
	if got := names(); got != "ledger seal" {
		t.Errorf("got %s", got)
	}
	if _, err := s.PersonKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(); got != "ledger seal people" {
		t.Errorf("got %s", got)
	}
}

// TestErrorsHideKeys checks that a damaged key is not shown.
func TestErrorsHideKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if err := os.WriteFile(s.path("keys", "ledger"), []byte("PRIVATE+KEY+needle+needleneedleneedleneedle\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir); err == nil || strings.Contains(err.Error(), "needle") {
		t.Errorf("got %v, want an error without the key", err)
	}
}

// entries returns what the ledger says.
func entries(t *testing.T, s *State) []ledger.Entry {
	t.Helper()
	var out []ledger.Entry
	err := s.Ledger().Show(t.Context(), 0, -1, func(_ int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		out = append(out, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
