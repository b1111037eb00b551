package db

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

// recorder is a handler that remembers its steps.
type recorder struct {
	mu    sync.Mutex
	steps []string
	do    func(step string, times int) error
}

func (r *recorder) handle(_ context.Context, _, step string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steps = append(r.steps, step)
	times := 0
	for _, s := range r.steps {
		if s == step {
			times++
		}
	}
	if r.do == nil {
		return nil
	}
	return r.do(step, times)
}

func enqueue(t *testing.T, s *State, steps ...string) {
	t.Helper()
	if err := s.Jobs().Enqueue(t.Context(), "p", steps...); err != nil {
		t.Fatal(err)
	}
}

func TestJobsRunOnce(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	enqueue(t, s, "a", "b", "c")
	enqueue(t, s, "b", "c", "d")
	if got, err := s.Jobs().Waiting(t.Context(), "p"); err != nil || len(got) != 4 {
		t.Errorf("%v wait, %v", got, err)
	}
	var r recorder
	if err := s.Jobs().Drain(t.Context(), 2, r.handle); err != nil {
		t.Fatal(err)
	}
	if slices.Sort(r.steps); !slices.Equal(r.steps, []string{"a", "b", "c", "d"}) {
		t.Errorf("got %v, want each once", r.steps)
	}
	enqueue(t, s, "a") // a step that is done can be asked for again
	if err := s.Jobs().Drain(t.Context(), 1, r.handle); err != nil || len(r.steps) != 5 {
		t.Errorf("got %v, %v", r.steps, err)
	}
}

func TestJobsFail(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	enqueue(t, s, "fails once", "never works", "is hopeless")
	broken, hopeless := errors.New("broken"), errors.New("hopeless")
	r := recorder{do: func(step string, times int) error {
		switch {
		case step == "is hopeless":
			return Final(hopeless)
		case step == "never works", times == 1:
			return broken
		}
		return nil
	}}
	err := s.Jobs().Drain(t.Context(), 1, r.handle)
	if !errors.Is(err, broken) || !errors.Is(err, hopeless) {
		t.Errorf("got %v, want both errors", err)
	}
	if slices.Sort(r.steps); !slices.Equal(r.steps, []string{"fails once", "fails once", "is hopeless", "never works", "never works", "never works"}) {
		t.Errorf("got %v", r.steps)
	}
	if left, err := s.Jobs().Waiting(t.Context(), "p"); err != nil || len(left) != 0 {
		t.Errorf("%v wait, %v", left, err)
	}
}

func TestJobsStopped(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	enqueue(t, s, "a", "b")
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Jobs().Drain(ctx, 1, func(ctx context.Context, _, _ string) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
	var r recorder
	if err := s.Jobs().Drain(t.Context(), 1, r.handle); err != nil || len(r.steps) != 2 {
		t.Errorf("after the stop: %v, %v; want both steps", r.steps, err)
	}
}

// TestJobsSurviveKill kills the process that works on a step; the next one takes it up at
// once.
func TestJobsSurviveKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	enqueue(t, s, "a", "b")
	cmd, out := start(t, "work", dir)
	if _, err := out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := s.LockRun(); !errors.Is(err, ErrRunning) {
		t.Errorf("got %v, want ErrRunning", err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	release, err := s.LockRun()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	begin := time.Now()
	var r recorder
	if err := s.Jobs().Drain(t.Context(), 1, r.handle); err != nil || len(r.steps) != 2 {
		t.Errorf("got %v, %v; want both steps", r.steps, err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestJobsCannotBeNoted: where the state takes no change any more (its disk is full), River
// can neither take a job nor note its end, and is silent. Drain says so instead of waiting
// for ever, and the job is worked once there is room.
func TestJobsCannotBeNoted(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	enqueue(t, s, "a")
	if _, err := s.db.ExecContext(t.Context(), "CREATE TRIGGER deny BEFORE UPDATE ON river_job BEGIN SELECT RAISE(ABORT, 'no room'); END"); err != nil {
		t.Fatal(err)
	}
	var r recorder
	if err := s.Jobs().Drain(t.Context(), 1, r.handle); err == nil || len(r.steps) > 0 {
		t.Fatalf("got %v, %v", r.steps, err)
	}
	if _, err := s.db.ExecContext(t.Context(), "DROP TRIGGER deny"); err != nil {
		t.Fatal(err)
	}
	if err := s.Jobs().Drain(t.Context(), 1, r.handle); err != nil || !slices.Equal(r.steps, []string{"a"}) {
		t.Errorf("then: %v, %v", r.steps, err)
	}
}
