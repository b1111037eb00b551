package db

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestOpenIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a dir? with #odd % name", "state")
	s := open(t, dir)
	if _, err := s.DigestKey(t.Context(), "crm", 2026, noon); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		n++
		if info, err := d.Info(); err != nil || info.Mode()&private != 0 {
			t.Errorf("%s has mode %v", d.Name(), info.Mode())
		}
		return nil
	})
	if err != nil || n < 8 {
		t.Errorf("%d files, %v", n, err)
	}
}

func TestOpenAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, dir)
	second := open(t, dir)
	if first.PublicKey() != second.PublicKey() {
		t.Error("another key for the same ledger")
	}
	var journal, secure, sync string
	for pragma, into := range map[string]*string{"journal_mode": &journal, "secure_delete": &secure, "synchronous": &sync} {
		if err := second.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	if journal != "wal" || secure != "1" || sync != "2" {
		t.Errorf("got %s, %s, %s; want wal, 1, 2", journal, secure, sync)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string) error
		want  error
	}{
		{"newer schema", func(t *testing.T, dir string) error {
			s := open(t, dir)
			_, err := s.db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
			return err
		}, ErrNewer},
		{"directory open to others", func(_ *testing.T, dir string) error { return os.Chmod(dir, 0o755) }, ErrExposed},
		{"file open to others", func(_ *testing.T, dir string) error { return os.Chmod(filepath.Join(dir, "state.db"), 0o640) }, ErrExposed},
		{"key open to others", func(_ *testing.T, dir string) error {
			return os.Chmod(filepath.Join(dir, "keys", "ledger"), 0o644)
		}, ErrExposed},
		{"key of the ledger gone", func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "keys", "ledger")) }, ErrKeyMissing},
		{"seal gone", func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "keys", "seal")) }, ErrKeyMissing},
		{"key cut short", func(_ *testing.T, dir string) error { return os.Truncate(filepath.Join(dir, "keys", "seal"), 5) }, ErrKeyMissing},
		{"key of another ledger", func(t *testing.T, dir string) error {
			other := t.TempDir()
			open(t, other)
			return os.Rename(filepath.Join(other, "keys", "ledger"), filepath.Join(dir, "keys", "ledger"))
		}, ErrKeyMissing},
		{"no state file", func(_ *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, "state.db"), make([]byte, 8192), 0o600)
		}, ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "state")
			s, err := Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Close(), c.spoil(t, dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(t.Context(), dir); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestOpenNotWritable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), filepath.Join(file, "state")); !errors.Is(err, ErrNotWritable) {
		t.Errorf("got %v, want ErrNotWritable", err)
	}
}

func TestLocked(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	tx, err := s.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	conn, err := s.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "PRAGMA busy_timeout = 1"); err != nil {
		t.Fatal(err)
	}
	_, err = conn.ExecContext(t.Context(), "DELETE FROM meta")
	if err := explain("try", err); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v, want ErrLocked", err)
	}
}

func TestLockRun(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	release, err := s.LockRun()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.LockRun(); !errors.Is(err, ErrRunning) {
		t.Errorf("got %v, want ErrRunning", err)
	}
	release()
	again, err := s.LockRun()
	if err != nil {
		t.Fatal(err)
	}
	again()
}
