package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) hookCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "hook", Short: "Programs that are told what happens (hooks in garant.yaml): list, show, test, replay, send",
		Long: "A hook is told of a promise that is broken or kept again, of a plan that waits, of runs, requests, consents and\n" +
			"objections, by a signed message without any person in it (docs/api.md). What a command does is told too:\n" +
			"events are read off the ledger. garant serve sends them; without it, garant hook send does.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 something was not taken and is tried again later; 11 another process\nsends; 10 the files have errors.",
	}
	return family(c, s.hookListCmd(), s.hookShowCmd(), s.hookTestCmd(), s.hookReplayCmd(), s.hookSendCmd())
}

// hookReport is a hook as it is listed.
type hookReport struct {
	Name   string       `json:"name"`
	URL    string       `json:"url"`
	Events []event.Type `json:"events"`
	db.HookCount
}

func (s *session) hookListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The hooks, and how many messages wait, were taken and were given up", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				counts, err := p.State.HookCounts(c.Context())
				if err != nil {
					return err
				}
				return s.listHooks(p, counts)
			})
		},
	}
}

func (s *session) listHooks(p *project.Project, counts []db.HookCount) error {
	reports, rows := []hookReport{}, [][]string{}
	for _, h := range p.Config.Hooks {
		r := hookReport{Name: h.Name, URL: h.URL, Events: h.Events}
		for _, n := range counts {
			if n.Hook == h.Name {
				r.HookCount = n
			}
		}
		reports = append(reports, r)
		rows = append(rows, []string{r.Name, r.URL, s.number(r.Waiting), s.number(r.Taken), s.number(r.GivenUp), r.Why})
	}
	switch {
	case s.json:
		return s.print(reports)
	case len(rows) == 0:
		s.line("garant.yaml ne déclare aucun abonné (hooks).", "garant.yaml declares no hook.")
	default:
		s.table([]string{s.say("abonné", "hook"), s.say("adresse", "address"), s.say("en attente", "waiting"), s.say("reçus", "taken"), s.say("abandonnés", "given up"), s.say("dernier échec", "last failure")}, rows, 2, 3, 4)
	}
	return nil
}

// shownMessages is how many messages show prints.
const shownMessages = 100

func (s *session) hookShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show HOOK", Short: "What a hook was told in the last thirty days and what it is to be told, latest first", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.onHook(c.Context(), args[0], func(p *project.Project, h config.Hook) error {
				all, err := p.State.HookMessages(c.Context(), h.Name, shownMessages)
				if err != nil {
					return err
				}
				if s.json {
					return s.print(all)
				}
				var rows [][]string
				for _, m := range all {
					rows = append(rows, []string{s.day(p.Today(m.At)), m.ID, m.Type, s.hookState(m), m.Why})
				}
				s.table([]string{s.say("jour", "day"), s.say("message", "message"), s.say("fait", "event"), s.say("état", "state"), s.say("dernier échec", "last failure")}, rows)
				return nil
			})
		},
	}
}

func (s *session) hookState(m db.HookMessage) string {
	switch {
	case m.Taken:
		return s.say("● reçu", "● taken")
	case !m.Over.IsZero():
		return s.say("✗ abandonné", "✗ given up")
	}
	return s.say("○ en attente", "○ waiting")
}

// onHook runs fn on the hook of a name and the state.
func (s *session) onHook(ctx context.Context, name string, fn func(p *project.Project, h config.Hook) error) error {
	return s.withState(ctx, func(p *project.Project) error {
		h, err := p.Hook(name)
		if err != nil {
			return usage(err)
		}
		return fn(p, h)
	})
}

func (s *session) hookTestCmd() *cobra.Command {
	return &cobra.Command{
		Use: "test HOOK", Short: "Send a hook one message of type hook.test, once, and tell whether it was taken", Args: exactly(1),
		Long: "The message is kept nowhere and is not tried again.\n\nExit codes: 0 it was taken; 1 it was not; 2 wrong usage; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onHook(c.Context(), args[0], func(p *project.Project, h config.Hook) error {
				now := s.instant()
				m := db.HookMessage{Hook: h.Name, ID: "test-" + rand.Text(), Type: string(event.Test), At: now, Body: json.RawMessage("{}")}
				if err := p.SendHook(c.Context(), h, m, now); err != nil {
					return fmt.Errorf("hook %s: %w", h.Name, err)
				}
				if s.json {
					return s.print(map[string]any{"hook": h.Name, "id": m.ID, "taken": true})
				}
				s.line("%s a reçu le message %s.", "%s took the message %s.", h.Name, m.ID)
				return nil
			})
		},
	}
}

func (s *session) hookReplayCmd() *cobra.Command {
	var since string
	c := &cobra.Command{
		Use: "replay HOOK [MESSAGE]", Short: "Tell a hook again: what was given up, one message, or everything since a day", Args: oneOrTwo,
		Long: "garant hook replay crm                       what was given up\n" +
			"garant hook replay crm 5f2a9c01-1204         one message\n" +
			"garant hook replay crm --since 2026-11-01    everything the ledger tells since that day\n\n" +
			"What was told before keeps its name (webhook-id), so that a program that knows it does nothing twice.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 something was not taken and is tried again later; 11 another process\nsends; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onHook(c.Context(), args[0], func(p *project.Project, h config.Hook) error {
				x, err := s.replayed(p, args[1:], since)
				if err != nil {
					return err
				}
				n, err := p.ReplayHook(c.Context(), h, x, s.instant())
				if err != nil {
					return err
				}
				if n == 0 && x.ID != "" {
					return usage(fmt.Errorf("%s was told no message %s; see garant hook show", h.Name, x.ID))
				}
				return s.sendHooks(c.Context(), p)
			})
		},
	}
	c.Flags().StringVar(&since, "since", "", "first day of what is told again")
	return c
}

func (s *session) replayed(p *project.Project, id []string, since string) (x db.HookReplay, err error) {
	var day policy.Date
	if err := dayFlag("since", since, &day); err != nil {
		return x, err
	}
	if len(id) > 0 {
		x.ID = id[0]
	}
	if !day.IsZero() {
		x.Since = day.Start(p.Config.Zone)
	}
	if x.ID != "" && !x.Since.IsZero() {
		err = usage(errors.New("name a message or --since, not both"))
	}
	return x, err
}

func (s *session) hookSendCmd() *cobra.Command {
	return &cobra.Command{
		Use: "send", Short: "Send now what waits and is due; garant serve does it by itself", Args: cobra.NoArgs,
		Long: "Reads what happened since the last time off the ledger, and sends it. What is not taken is tried again later and\n" +
			"later, for three days.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 something was not taken; 11 another process sends; 10 the files have errors.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withState(c.Context(), func(p *project.Project) error { return s.sendHooks(c.Context(), p) })
		},
	}
}

func (s *session) sendHooks(ctx context.Context, p *project.Project) error {
	told, err := p.TellHooks(ctx, s.instant)
	if err != nil {
		return err
	}
	if s.json {
		err = s.print(told)
	} else {
		s.line("Reçus"+narrow+": %d. Remis à plus tard"+narrow+": %d. Abandonnés"+narrow+": %d.", "Taken: %d. Put off: %d. Given up: %d.", told.Taken, told.Deferred, told.GivenUp)
	}
	if err == nil && told.Deferred+told.GivenUp > 0 {
		return quiet(exitPartly)
	}
	return err
}
