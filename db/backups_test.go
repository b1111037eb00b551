package db

import (
	"testing"
	"time"
)

// TestNoteBackup keeps the last note of each store, over a restart, also one that corrects it.
func TestNoteBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if at, err := s.LastBackup(t.Context(), "crm"); err != nil || !at.IsZero() {
		t.Errorf("before a note: %v, %v", at, err)
	}
	for _, at := range []time.Time{noon, noon.Add(time.Hour), noon.Add(-time.Hour)} {
		if err := s.NoteBackup(t.Context(), "crm", at, noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if at, err := s.LastBackup(t.Context(), "crm"); err != nil || !at.Equal(noon.Add(-time.Hour)) {
		t.Errorf("got %v, %v", at, err)
	}
	if at, err := s.LastBackup(t.Context(), "billing"); err != nil || !at.IsZero() {
		t.Errorf("another store: %v, %v", at, err)
	}
}
