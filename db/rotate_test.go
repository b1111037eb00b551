package db

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/store"
)

// enters adds an entry and verifies the whole ledger, in the state and exported, with each of the
// keys.
func enters(t *testing.T, s *State, seq int64, keys ...string) {
	t.Helper()
	if err := s.Enter(t.Context(), "crm", []store.Receipt{receipt(seq)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.VerifyLedger(t.Context()); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := s.Ledger().Export(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	proof, err := s.Ledger().Prove(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range keys {
		if _, err := ledger.Verify(bytes.NewReader(text.Bytes()), key); err != nil {
			t.Errorf("the export, with key %d: %v", i, err)
		}
		if _, err := proof.Check(key); err != nil {
			t.Errorf("a proof, with key %d: %v", i, err)
		}
	}
}

// TestRotateLedgerKey changes the key twice: whoever has any of the three goes on verifying, the
// former keys are gone, and nobody may have the state open meanwhile.
func TestRotateLedgerKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	enters(t, s, 1, s.PublicKey())
	keys := []string{s.PublicKey()}
	before, err := s.Ledger().Prove(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := RotateLedgerKey(t.Context(), dir, noon); !errors.Is(err, ErrRunning) {
		t.Errorf("while it is open: %v", err)
	}
	for n := range int64(2) {
		old, err := os.ReadFile(s.path("keys", "ledger"))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		public, err := RotateLedgerKey(t.Context(), dir, noon)
		if err != nil || slices.Contains(keys, public) {
			t.Fatalf("got %s, %v", public, err)
		}
		keys = append(keys, public)
		s = open(t, dir)
		if at, err := s.KeyChanged(t.Context()); err != nil || !at.Equal(noon) {
			t.Errorf("changed at %v, %v", at, err)
		}
		if s.PublicKey() != public || !slices.Equal(s.FormerKeys(), keys[:len(keys)-1]) {
			t.Errorf("got %s after %v", s.PublicKey(), s.FormerKeys())
		}
		enters(t, s, n+2, keys...)
		gone(t, dir, old)
	}
	kinds := ""
	for _, e := range entries(t, s) {
		kinds += string(e.Kind) + " "
	}
	if kinds != "act key_rotated act key_rotated act " {
		t.Errorf("the ledger has %s", kinds)
	}
	if _, err := before.Check(keys[0]); err != nil {
		t.Errorf("a proof of before, with the key of then: %v", err)
	}
	if _, err := before.Check(keys[1]); err == nil {
		t.Error("a proof of before is one of the later key")
	}
}

// gone fails where a file of the folder of keys holds a key, or is left over.
func gone(t *testing.T, dir string, key []byte) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, "keys", f.Name()))
		if err != nil || bytes.Contains(b, bytes.TrimSpace(key)) || f.Name() == nextKey || f.Name() == formerKey {
			t.Errorf("%s is left: %v", f.Name(), err)
		}
	}
}

// TestRotationCutOff ends a rotation after each of its steps: the next to open the state has the
// key of before or the new one, whole, and the ledger goes on.
func TestRotationCutOff(t *testing.T) {
	t.Parallel()
	for done := range 6 {
		t.Run(fmt.Sprint(done), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir)
			enters(t, s, 1, s.PublicKey())
			first := s.PublicKey()
			old, err := os.ReadFile(s.path("keys", "ledger"))
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range s.rotation(noon)[:done] {
				if err := step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			keysDir := s.path("keys")
			s = open(t, dir)
			if changed := s.PublicKey() != first; changed != (done >= 2) {
				t.Errorf("after %d steps the key is %s", done, s.PublicKey())
			}
			enters(t, s, 2, first, s.PublicKey())
			if done >= 2 {
				gone(t, dir, old)
			}
			for _, name := range []string{nextKey, formerKey} {
				if _, err := os.Stat(filepath.Join(keysDir, name)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is left: %v", name, err)
				}
			}
		})
	}
}

// TestRotationKilled kills processes that change the key without end at random instants. The
// ledger verifies each time, with the first key too, and has an entry for each change.
func TestRotationKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	enters(t, s, 1, s.PublicKey())
	first := s.PublicKey()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for n := range int64(8) {
		cmd, out := start(t, "rotate", dir)
		if _, err := out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		s := open(t, dir)
		enters(t, s, n+2, first, s.PublicKey())
		changes := 0
		for _, e := range entries(t, s) {
			if e.Kind == ledger.KeyRotated {
				changes++
			}
		}
		if changes != len(s.FormerKeys()) || changes == 0 {
			t.Errorf("%d entries of %d changes", changes, len(s.FormerKeys()))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
