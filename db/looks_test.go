package db

import (
	"errors"
	"testing"
	"time"
)

// TestKeptLook keeps one look for each part, the last one, over a restart.
func TestKeptLook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.KeptLook(t.Context(), "today"); !errors.Is(err, ErrNotFound) {
		t.Errorf("before a look: %v", err)
	}
	for i, body := range []string{"first", "second"} {
		l := Look{Model: "m", At: noon.Add(time.Duration(i) * time.Hour), Body: []byte(body)}
		if err := errors.Join(s.KeepLook(t.Context(), "today", l), s.KeepLook(t.Context(), "ahead", Look{Model: "m", At: noon, Body: []byte("years")})); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := open(t, dir).KeptLook(t.Context(), "today")
	if err != nil || string(got.Body) != "second" || got.Model != "m" || !got.At.Equal(noon.Add(time.Hour)) {
		t.Errorf("got %+v, %v", got, err)
	}
}
