package db

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// TestFull fills the state up to a limit of SQLite's own, which every machine can do.
func TestFull(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.ExecContext(t.Context(), "PRAGMA max_page_count = 80"); err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	if _, err := s.db.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	goOn(t, s)
}

// TestFullDisk fills a real file system, which needs the right to mount one.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %s", bytes.TrimSpace(out))
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	s := open(t, filepath.Join(dir, "state"))
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 800<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	goOn(t, s)
}

// fill enters receipts until there is no room, and checks that the last attempt left no
// trace.
func fill(t *testing.T, s *State) {
	t.Helper()
	for i := int64(1); i < 100000; i++ {
		r := receipt(i)
		r.Root = fmt.Sprintf("%0900d", i)
		err := s.Enter(t.Context(), "crm", []store.Receipt{r})
		if err == nil {
			continue
		}
		if !errors.Is(err, ErrFull) {
			t.Fatalf("got %v, want ErrFull", err)
		}
		last, err1 := s.LastReceipt(t.Context(), "crm")
		c, err2 := s.VerifyLedger(t.Context())
		if err1 != nil || err2 != nil || last != i-1 || c.Size != i-1 {
			t.Fatalf("after the disk was full: cursor %d, %d leaves, want %d of both (%v, %v)", last, c.Size, i-1, err1, err2)
		}
		return
	}
	t.Fatal("the disk never was full")
}

func goOn(t *testing.T, s *State) {
	t.Helper()
	if err := s.Enter(t.Context(), "crm", []store.Receipt{receipt(200000)}); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if _, err := s.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}
