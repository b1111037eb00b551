package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/api/hook"
	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
)

// ErrNoHook says that garant.yaml declares no hook of that name.
var ErrNoHook = errors.New("no such hook")

// HooksTold is what came of a round of telling hooks.
type HooksTold struct {
	Queued int `json:"queued"`
	Taken  int `json:"taken"`
	// Deferred were not taken and are tried later, GivenUp were tried for the last time.
	Deferred int `json:"deferred"`
	GivenUp  int `json:"given_up"`
}

// Hook returns the hook of a name, or ErrNoHook with those there are.
func (p *Project) Hook(name string) (config.Hook, error) {
	var known []string
	for _, h := range p.Config.Hooks {
		if h.Name == name {
			return h, nil
		}
		known = append(known, h.Name)
	}
	return config.Hook{}, fmt.Errorf("%s: %w; %s declares: %s", name, ErrNoHook, ConfigFile, strings.Join(known, ", "))
}

// TellHooks reads what happened since the last time off the ledger and sends what is due. The
// state must be open. db.ErrRunning says that another process is at it.
func (p *Project) TellHooks(ctx context.Context, clock func() time.Time) (out HooksTold, err error) {
	if len(p.Config.Hooks) == 0 {
		return out, nil
	}
	release, err := p.State.LockHooks()
	if err != nil {
		return out, err
	}
	defer release()
	if out.Queued, err = p.hear(ctx, clock()); err != nil {
		return out, err
	}
	if err := p.State.ForgetHooks(ctx, clock().Add(-hookMemory)); err != nil {
		return out, err
	}
	told, errs := make([]HooksTold, len(p.Config.Hooks)), make([]error, len(p.Config.Hooks))
	var all sync.WaitGroup // who does not answer holds up itself alone
	for i, h := range p.Config.Hooks {
		all.Go(func() { errs[i] = p.tellHook(ctx, h, clock, &told[i]) })
	}
	all.Wait()
	for _, t := range told {
		out.Taken, out.Deferred, out.GivenUp = out.Taken+t.Taken, out.Deferred+t.Deferred, out.GivenUp+t.GivenUp
	}
	return out, errors.Join(errs...)
}

// hookMemory is how long a message stays that was taken or given up.
const hookMemory = 30 * 24 * time.Hour

// together is how many entries, and how many messages, are handled at once.
const together = 2000

// hear queues what happened since the last time. The first time there is nothing to tell: what
// was before a hook was declared is told by ReplaySince.
func (p *Project) hear(ctx context.Context, now time.Time) (int, error) {
	mark, err := p.State.HookMark(ctx)
	if errors.Is(err, db.ErrNotFound) {
		if mark.Next, err = p.ledgerSize(ctx); err == nil {
			err = p.State.QueueHooks(ctx, nil, &mark)
		}
	}
	if err != nil {
		return 0, err
	}
	n, err := p.listen(ctx, p.Config.Hooks, mark, true, now)
	if err != nil {
		return n, err
	}
	due, err := p.dueEvents(ctx, now)
	if err != nil {
		return n, err
	}
	messages, err := addressed(p.Config.Hooks, due, now)
	if err != nil || len(messages) == 0 {
		return n, err
	}
	return n, p.State.QueueHooks(ctx, messages, nil)
}

func (p *Project) ledgerSize(ctx context.Context) (int64, error) {
	signed, err := p.State.Ledger().Checkpoint(ctx)
	if err != nil {
		return 0, err
	}
	c, err := ledger.OpenCheckpoint(signed, p.State.PublicKey())
	return c.Size, err
}

// listen queues for those hooks what the entries from the mark on tell, some at a time, and moves
// the mark with them where it is kept.
func (p *Project) listen(ctx context.Context, hooks []config.Hook, mark db.HookMark, keep bool, now time.Time) (int, error) {
	reader := p.eventReader(ctx, mark.Broken)
	for n := 0; ; {
		entries, err := p.entries(ctx, mark.Next)
		if err != nil || len(entries) == 0 {
			return n, err
		}
		var events []event.Event
		for i, e := range entries {
			events = append(events, reader.Read(mark.Next+int64(i), e)...)
		}
		messages, err := addressed(hooks, events, now)
		if err != nil {
			return n, err
		}
		mark = db.HookMark{Next: mark.Next + int64(len(entries)), Broken: reader.Broken}
		var moved *db.HookMark
		if keep {
			moved = &mark
		}
		if err := p.State.QueueHooks(ctx, messages, moved); err != nil {
			return n, err
		}
		n += len(messages)
	}
}

func (p *Project) entries(ctx context.Context, from int64) ([]ledger.Entry, error) {
	var out []ledger.Entry
	size, err := p.ledgerSize(ctx)
	if err != nil || from >= size {
		return nil, err
	}
	err = p.State.Ledger().Show(ctx, from, min(from+together, size), func(_ int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		out = append(out, e)
		return err
	})
	return out, err
}

// eventReader reads the events off this company's ledger; the number of its first key begins their
// names, so that they stay the same when the key is changed.
func (p *Project) eventReader(ctx context.Context, broken []string) *event.Reader {
	first := append(p.State.FormerKeys(), p.State.PublicKey())[0]
	_, rest, _ := strings.Cut(first, "+")
	source, _, _ := strings.Cut(rest, "+")
	return &event.Reader{
		Source: source, Broken: broken, Plan: func(digest string) (plan.Plan, error) { return p.State.LoadPlan(ctx, digest) },
		Record: func(id string) (consent.Scope, error) {
			r, _, _, err := p.State.Record(ctx, id)
			return r.Scope, err
		},
	}
}

// dueEvents are what the calendar brings about for the open cases.
func (p *Project) dueEvents(ctx context.Context, now time.Time) ([]event.Event, error) {
	if !slices.ContainsFunc(p.Config.Hooks, func(h config.Hook) bool {
		return slices.Contains(h.Events, event.RequestDueSoon) || slices.Contains(h.Events, event.RequestOverdue)
	}) {
		return nil, nil
	}
	d, err := p.Desk()
	if err != nil {
		return nil, err
	}
	cases, err := p.State.Cases(ctx)
	if err != nil {
		return nil, err
	}
	var out []event.Event
	reader := p.eventReader(ctx, nil)
	for _, c := range cases {
		due, err := d.Clock.Of(c, p.Today(now))
		if err != nil {
			return nil, err
		}
		out = append(out, reader.Due(c, due, now)...)
	}
	return out, nil
}

// addressed makes a message of each event for each hook that is told of it.
func addressed(hooks []config.Hook, events []event.Event, now time.Time) ([]db.HookMessage, error) {
	var out []db.HookMessage
	for _, e := range events {
		body, err := json.Marshal(e.Data)
		if err != nil {
			return nil, err
		}
		for _, h := range hooks {
			if slices.Contains(h.Events, e.Type) {
				out = append(out, db.HookMessage{Hook: h.Name, ID: e.ID, Type: string(e.Type), At: e.At, Body: body, Next: now})
			}
		}
	}
	return out, nil
}

// tellHook sends a hook what is due. Where one message finds nobody, those behind it wait for the
// next round.
func (p *Project) tellHook(ctx context.Context, h config.Hook, clock func() time.Time, out *HooksTold) error {
	for {
		due, err := p.State.DueHooks(ctx, h.Name, clock(), together)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, m := range due {
			failed := p.SendHook(ctx, h, m, clock())
			if ctx.Err() != nil {
				return nil // it is sent again, under the same name
			}
			if err := p.settleHook(ctx, m, failed, clock(), out); err != nil {
				return err
			}
			if errors.Is(failed, hook.ErrUnanswered) {
				return nil
			}
		}
	}
}

// SendHook sends a hook one message, once. The errors are those of api/hook.
func (p *Project) SendHook(ctx context.Context, h config.Hook, m db.HookMessage, now time.Time) error {
	secret := p.getenv(h.SecretEnv)
	if secret == "" {
		return fmt.Errorf("%w: the environment variable %s holds none", hook.ErrSecret, h.SecretEnv)
	}
	return hook.Sender{Secret: secret, Tries: 1}.Send(ctx, h.URL, hook.Message{ID: m.ID, Type: m.Type, At: m.At, Sent: now, Data: m.Body})
}

func (p *Project) settleHook(ctx context.Context, m db.HookMessage, failed error, now time.Time, out *HooksTold) error {
	if failed == nil {
		out.Taken++
		return p.State.SettleHook(ctx, m.Hook, m.ID, now)
	}
	next := time.Time{}
	if waits := hookPauses(); m.Tries < len(waits) {
		out.Deferred++
		next = now.Add(waits[m.Tries])
	} else {
		out.GivenUp++
	}
	return p.State.PostponeHook(ctx, m, now, next, failed.Error())
}

// hookPauses are how long to wait after each failure, as Standard Webhooks advises: over three
// days in all, so that a program that is down for a weekend misses nothing.
func hookPauses() []time.Duration {
	const m, h = time.Minute, time.Hour
	return []time.Duration{5 * time.Second, 5 * m, 30 * m, 2 * h, 5 * h, 10 * h, 14 * h, 20 * h, 24 * h}
}

// ReplayHook has a hook told again what x says. What happened since a day is read off the ledger
// anew, from what was broken at the first look of that time on; what was told before keeps its
// name. It returns how many messages wait. db.ErrRunning says that another process is at it.
func (p *Project) ReplayHook(ctx context.Context, h config.Hook, x db.HookReplay, now time.Time) (int64, error) {
	release, err := p.State.LockHooks()
	if err != nil {
		return 0, err
	}
	defer release()
	if !x.Since.IsZero() {
		from, err := p.firstEntry(ctx, x.Since)
		if err == nil {
			_, err = p.listen(ctx, []config.Hook{h}, db.HookMark{Next: from}, false, now)
		}
		if err != nil {
			return 0, err
		}
	}
	return p.State.ReplayHook(ctx, h.Name, x, now)
}

// firstEntry is the number of the first entry of an instant or later; the ledger's size where
// there is none.
func (p *Project) firstEntry(ctx context.Context, since time.Time) (int64, error) {
	size, err := p.ledgerSize(ctx)
	if err != nil {
		return 0, err
	}
	from := size
	err = p.State.Ledger().Show(ctx, 0, size, func(i int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		if err == nil && from == size && !e.At.Before(since) {
			from = i
		}
		return err
	})
	return from, err
}
