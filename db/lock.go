package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// flock takes a lock on the file at path and returns its release. The lock is the kernel's
// and belongs to the open file: it works between processes and within one, and is released
// by the death of its holder.
func flock(ctx context.Context, path string, how int) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the state: %w", errors.Join(ErrNotWritable, err))
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock the state: %w", err)
		}
		if err := pause(ctx); err != nil {
			f.Close()
			return nil, fmt.Errorf("wait for the lock of the state: %w", err)
		}
	}
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Millisecond):
		return nil
	}
}

// LockRun makes this process the only one that carries out plans on the state, until
// release is called or the process dies. It does not wait: ErrRunning says that another is.
func (s *State) LockRun() (release func(), err error) { return s.lockAlone("run.lock") }

// LockLeads makes this process the only one that forwards leads, as LockRun does for plans.
func (s *State) LockLeads() (release func(), err error) { return s.lockAlone("leads.lock") }

// LockHooks makes this process the only one that tells hooks, as LockRun does for plans.
func (s *State) LockHooks() (release func(), err error) { return s.lockAlone("hooks.lock") }

func (s *State) lockAlone(name string) (release func(), err error) {
	f, err := os.OpenFile(s.path(name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the run: %w", errors.Join(ErrNotWritable, err))
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, ErrRunning
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock the run: %w", err)
	}
	return func() { f.Close() }, nil
}
