package db

import (
	"slices"
	"testing"
	"time"
)

// TestTraces checks that a trace is kept by step, is cut to its size, and is dropped when it
// is told to be or when a later one is saved and it is of before the instant from which backups are left.
func TestTraces(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var many Set
	for i := range uint64(3 * TraceSize) {
		many = append(many, i<<40)
	}
	save := func(tr Trace) {
		t.Helper()
		if err := s.SaveTrace(t.Context(), tr, tr.At.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	traces := func() []Trace {
		t.Helper()
		out, err := s.Traces(t.Context(), "clients")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := Trace{Plan: "p1", Step: "clients/erase/row", Dataset: "clients", Whole: true, At: at, Members: many}
	save(first)
	save(first)
	save(Trace{Plan: "p1", Step: "calls/erase/row", Dataset: "calls", At: at, Members: many[:1]})
	got := traces()
	if len(got) != 1 || !got[0].Whole || !got[0].At.Equal(at) || !slices.Equal(got[0].Members, many[:TraceSize]) {
		t.Fatalf("got %+v", got)
	}
	save(Trace{Plan: "p2", Step: "clients/erase/row", Dataset: "clients", At: at.Add(2 * time.Hour), Members: many[:2]})
	if got = traces(); len(got) != 1 || got[0].Plan != "p2" {
		t.Errorf("when no backup can need the first: %+v", got)
	}
	if err := s.DropTrace(t.Context(), got[0]); err != nil || len(traces()) != 0 {
		t.Errorf("dropped: %v", err)
	}
}
