package db

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func digestOf(c byte) (out [32]byte) {
	out[0] = c
	return out
}

// enrolled is an account that was taken up.
func enrolled(t *testing.T, s *State, name, role string, c byte) Account {
	t.Helper()
	a := Account{Name: name, Role: role, Secret: "SECRET", Made: noon, InviteEnds: noon.Add(time.Hour)}
	if err := s.Invite(t.Context(), a, digestOf(c)); err != nil {
		t.Fatal(err)
	}
	a, err := s.Invited(t.Context(), digestOf(c), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Enrol(t.Context(), digestOf(c), "hash"); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestInvitation is taken up once, before it ends.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	a := enrolled(t, s, "Camille", Owner, 1)
	if a.Enrolled() || a.Secret != "SECRET" || !a.InviteEnds.Equal(noon.Add(time.Hour)) {
		t.Errorf("invited as %+v", a)
	}
	if err := s.Enrol(t.Context(), digestOf(1), "another"); !errors.Is(err, ErrNotFound) {
		t.Errorf("taken up twice: %v", err)
	}
	if err := s.Invite(t.Context(), Account{Name: "Camille", Role: "dpo"}, digestOf(2)); !errors.Is(err, ErrTaken) {
		t.Errorf("a name that is taken: %v", err)
	}
	late := Account{Name: "Dominique", Role: "dpo", Made: noon, InviteEnds: noon}
	if err := s.Invite(t.Context(), late, digestOf(3)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Invited(t.Context(), digestOf(3), noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("an invitation that has ended: %v", err)
	}
	late.InviteEnds = noon.Add(time.Hour)
	if err := s.Invite(t.Context(), late, digestOf(4)); err != nil {
		t.Errorf("invited again: %v", err)
	}
	got, err := s.Accounts(t.Context())
	if err != nil || len(got) != 2 || !got[0].Enrolled() || got[1].Enrolled() {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestUseCode lets many bring the same code at once: it counts once, and none before it.
func TestUseCode(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	a := enrolled(t, s, "Camille", Owner, 1)
	var used atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			ok, err := s.UseCode(t.Context(), a.ID, 100)
			if err != nil {
				t.Error(err)
			}
			if ok {
				used.Add(1)
			}
		})
	}
	all.Wait()
	if used.Load() != 1 {
		t.Errorf("the code counted %d times", used.Load())
	}
	for step, want := range map[int64]bool{99: false, 100: false} {
		if ok, err := s.UseCode(t.Context(), a.ID, step); err != nil || ok != want {
			t.Errorf("step %d: %v, %v", step, ok, err)
		}
	}
	if ok, err := s.UseCode(t.Context(), a.ID, 101); err != nil || !ok {
		t.Errorf("the next code: %v, %v", ok, err)
	}
}

// TestSessions end by themselves, when they are ended and with their account.
func TestSessions(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	owner, dpo := enrolled(t, s, "Camille", Owner, 1), enrolled(t, s, "Dominique", "dpo", 2)
	for i, a := range []int64{0, owner.ID, dpo.ID} {
		x := Session{Secret: digestOf(byte(10 + i)), Account: a, Browser: "Firefox", Made: noon, Ends: noon.Add(time.Duration(i+1) * time.Hour)}
		if err := s.OpenSession(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	if x, err := s.Session(t.Context(), digestOf(12), noon); err != nil || x.Name != "Dominique" || x.Role != "dpo" {
		t.Errorf("got %+v, %v", x, err)
	}
	if _, err := s.Session(t.Context(), digestOf(10), noon.Add(time.Hour)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a session that has ended: %v", err)
	}
	if all, err := s.Sessions(t.Context(), noon); err != nil || len(all) != 3 || all[0].Name != "" || all[2].Name != "Dominique" {
		t.Errorf("got %+v, %v", all, err)
	}
	if err := s.EndSession(t.Context(), digestOf(11)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(t.Context(), digestOf(11), noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("a session that was ended: %v", err)
	}
	if err := s.CloseAccount(t.Context(), dpo.ID, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(t.Context(), digestOf(12), noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("a session of a closed account: %v", err)
	}
	if err := s.CloseAccount(t.Context(), owner.ID, noon); !errors.Is(err, ErrLastOwner) {
		t.Errorf("the last owner: %v", err)
	}
	if again := enrolled(t, s, "Dominique", "auditor", 5); again.ID == dpo.ID {
		t.Error("a closed account came back")
	}
}
