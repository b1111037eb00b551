package collect

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// outbox keeps leads without a file.
type outbox struct {
	waiting []Waiting
	next    map[string]time.Time
	why     string
	broken  error
}

func (o *outbox) DueLeads(_ context.Context, form FormID, now time.Time, limit int) (out []Waiting, _ error) {
	for _, w := range o.waiting {
		if w.Form == form && !o.next[w.ID].After(now) && len(out) < limit {
			out = append(out, w)
		}
	}
	return out, o.broken
}

func (o *outbox) SettleLead(_ context.Context, id string) error {
	o.waiting = slices.DeleteFunc(o.waiting, func(w Waiting) bool { return w.ID == id })
	return o.broken
}

func (o *outbox) PostponeLead(_ context.Context, id string, next time.Time, why string) error {
	o.next[id], o.why = next, why
	for i := range o.waiting {
		if o.waiting[i].ID == id {
			o.waiting[i].Tries++
		}
	}
	return o.broken
}

type sender func(Lead) error

func (s sender) Send(_ context.Context, l Lead) error { return s(l) }

// TestForward sends each lead its way, puts off what is not taken, longer each time, and keeps
// one form's trouble from another's.
func TestForward(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	o := &outbox{next: map[string]time.Time{}}
	for _, id := range []string{"a1", "a2", "b1", "c1"} {
		o.waiting = append(o.waiting, Waiting{Lead: Lead{ID: id, Form: FormID(id[:1])}})
	}
	var taken []string
	to := map[FormID]Sender{"a": sender(func(l Lead) error { taken = append(taken, l.ID); return nil }), "b": sender(func(Lead) error { return errors.New("busy") })}
	clock := func() time.Time { return now }
	got, err := Send(t.Context(), o, to, clock)
	if err != nil || got != (Forwarded{Taken: 2, Deferred: 1}) || !slices.Equal(taken, []string{"a1", "a2"}) || len(o.waiting) != 2 || o.why != "busy" {
		t.Fatalf("%+v, %v, %v, %+v", got, err, taken, o)
	}
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if o.next["b1"] != now.Add(want) {
			t.Errorf("the next try is after %v, want %v", o.next["b1"].Sub(now), want)
		}
		now = o.next["b1"]
		if _, err := Send(t.Context(), o, to, clock); err != nil {
			t.Fatal(err)
		}
	}
	if pause(60) != 6*time.Hour || pause(8) != 256*time.Minute {
		t.Errorf("%v, %v", pause(60), pause(8))
	}
	o.broken = errors.New("the disk is gone")
	if _, err := Send(t.Context(), o, to, clock); !errors.Is(err, o.broken) {
		t.Errorf("the outbox fails: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	o.broken, now = nil, now.Add(time.Hour)
	if got, err := Send(gone, o, to, clock); err == nil || got.Taken+got.Deferred != 0 {
		t.Errorf("after the end: %+v, %v", got, err)
	}
}
