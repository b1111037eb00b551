package project

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/api/hook"
	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

// listener is a company's program: it answers with what is at hand and notes what it was sent.
type listener struct {
	mu     sync.Mutex
	answer int
	ids    []string
	heard  func()
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, r.Header.Get("webhook-id"))
	if l.heard != nil {
		l.heard()
	}
	w.WriteHeader(l.answer)
}

// told returns what came since the last time.
func (l *listener) told() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.ids
	l.ids = nil
	return out
}

// hooked is a folder with one hook that is told of broken promises.
type hooked struct {
	*testing.T
	*Project
	listener
	now time.Time
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	x := &hooked{T: t, listener: listener{answer: http.StatusNoContent}, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	server := httptest.NewServer(&x.listener)
	t.Cleanup(server.Close)
	state, err := db.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	x.Project = &Project{State: state, getenv: func(string) string { return "secret" },
		Config: config.Config{Zone: time.UTC, Hooks: []config.Hook{{Name: "crm", URL: server.URL, SecretEnv: "HOOK", Events: []event.Type{event.PromiseBroken}}}}}
	t.Cleanup(func() { _ = x.Project.Close() })
	x.round(t.Context(), HooksTold{})
	return x
}

// broken enters a look that found promises broken.
func (x *hooked) broken(names ...string) {
	x.Helper()
	var found []ledger.Verdict
	for _, n := range names {
		found = append(found, ledger.Verdict{Promise: n, Verdict: "broken", Overdue: 1})
	}
	if err := x.State.SaveCheck(x.Context(), policy.MustDate("2026-11-22"), found, x.now); err != nil {
		x.Fatal(err)
	}
}

func (x *hooked) round(ctx context.Context, want HooksTold) {
	x.Helper()
	got, err := x.TellHooks(ctx, func() time.Time { return x.now })
	if err != nil {
		x.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		x.Error(diff)
	}
}

// TestHookDown tries for three days, later and later, gives up, and tells it again when asked.
func TestHookDown(t *testing.T) {
	t.Parallel()
	x := newHooked(t)
	x.broken("a")
	x.answer = http.StatusInternalServerError
	began := x.now
	x.round(t.Context(), HooksTold{Queued: 1, Deferred: 1})
	first := x.told()
	x.round(t.Context(), HooksTold{}) // it is not due yet
	for i, pause := range hookPauses() {
		x.now = x.now.Add(pause)
		want := HooksTold{Deferred: 1}
		if i == len(hookPauses())-1 {
			want = HooksTold{GivenUp: 1}
		}
		x.round(t.Context(), want)
		if diff := cmp.Diff(first, x.told()); diff != "" {
			t.Error(diff)
		}
	}
	if tried := x.now.Sub(began); tried < 72*time.Hour {
		t.Errorf("it was tried for %s", tried)
	}
	x.now = x.now.Add(365 * 24 * time.Hour / 12)
	x.answer = http.StatusOK
	x.broken("a", "b")
	x.round(t.Context(), HooksTold{Queued: 1, Taken: 1})
	x.told()
	if n, err := x.ReplayHook(t.Context(), x.Config.Hooks[0], db.HookReplay{Since: began}, x.now); n != 2 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	x.round(t.Context(), HooksTold{Taken: 2})
	if again := x.told(); len(again) != 2 || again[0] != first[0] {
		t.Errorf("told %v, first %v", again, first)
	}
}

// TestHookTwice dies between the sending and the noting: it is sent again under the same name.
func TestHookTwice(t *testing.T) {
	t.Parallel()
	x := newHooked(t)
	x.broken("a", "b")
	ctx, die := context.WithCancel(t.Context())
	x.heard = die
	x.round(ctx, HooksTold{Queued: 2})
	x.heard = nil
	before := x.told()
	x.round(t.Context(), HooksTold{Taken: 2})
	after := x.told()
	if len(before) != 1 || len(after) != 2 || before[0] != after[0] {
		t.Errorf("told %v, then %v", before, after)
	}
	x.round(t.Context(), HooksTold{})
}

// TestHookBehind finds nobody once in a round, however much waits, and sends it all in order later.
func TestHookBehind(t *testing.T) {
	t.Parallel()
	x := newHooked(t)
	x.broken("a", "b", "c")
	x.answer = http.StatusServiceUnavailable
	x.round(t.Context(), HooksTold{Queued: 3, Deferred: 1})
	x.answer = http.StatusOK
	x.told()
	x.now = x.now.Add(time.Hour)
	x.round(t.Context(), HooksTold{Taken: 3})
	if got := x.told(); len(got) != 3 {
		t.Error(got)
	}
}

// TestHookRefuses passes over what is not taken, and goes on with the next.
func TestHookRefuses(t *testing.T) {
	t.Parallel()
	x := newHooked(t)
	x.broken("a", "b")
	x.answer = http.StatusUnauthorized
	x.round(t.Context(), HooksTold{Queued: 2, Deferred: 2})
	all, err := x.State.HookMessages(t.Context(), "crm", 10)
	if err != nil || len(all) != 2 || all[0].Why != hook.ErrRefused.Error()+": answer 401" {
		t.Errorf("%v, %v", all, err)
	}
}
