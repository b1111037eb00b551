package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/law/lint"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) lawCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "law", Short: "What the law says on a day: dated values with source and certainty",
		Long: "Exit codes: 0 done; 1 error; 2 wrong usage.",
	}
	return family(c, s.lawShowCmd())
}

// lawEntry is one value of the law as programs read it.
type lawEntry struct {
	ID        string        `json:"id"`
	Values    []string      `json:"values"`
	From      policy.Date   `json:"valid_from"`
	To        *policy.Date  `json:"valid_to,omitempty"`
	Source    string        `json:"source"`
	Certainty law.Certainty `json:"certainty"`
	Note      string        `json:"note,omitempty"`
}

func (s *session) lawShowCmd() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "show", Short: "The values of the law on a day", Args: cobra.NoArgs,
		Long: "garant law show --at 2026-08-10\n\nExit codes: 0 done; 1 error; 2 wrong usage.",
		RunE: func(*cobra.Command, []string) error { return s.lawShow(at) },
	}
	c.Flags().StringVar(&at, "at", "", "the day, YYYY-MM-DD (default: today)")
	return c
}

func (s *session) lawShow(at string) error {
	day := policy.DateOf(s.instant(), nil)
	if at != "" {
		d, err := policy.ParseDate(at)
		if err != nil {
			return usage(fmt.Errorf("--at: %w", err))
		}
		day = d
	}
	pack, err := law.French()
	if err != nil {
		return err
	}
	values := pack.On(day)
	entries := []lawEntry{}
	for _, id := range pack.IDs() {
		if e, ok := values.Entry(id); ok {
			x := lawEntry{ID: id, Values: e.Values, From: e.From, Source: e.Source, Certainty: e.Certainty, Note: e.Note}
			if !e.To.IsZero() {
				x.To = &e.To
			}
			entries = append(entries, x)
		}
	}
	if s.json {
		return s.print(map[string]any{"version": pack.Version, "day": day, "entries": entries})
	}
	s.line("Droit du %s, recueil %s", "Law of %s, pack %s", s.day(day), pack.Version)
	var rows [][]string
	for _, e := range entries {
		rows = append(rows, []string{e.ID, clip(strings.Join(e.Values, ", "), 40), clip(e.Source, 60), s.certainty(e.Certainty)})
	}
	s.table([]string{s.say("valeur", "value"), "", "source", s.say("certitude", "certainty")}, rows)
	return nil
}

func (s *session) certainty(c law.Certainty) string { return s.say(c.French(), string(c)) }

// legal writes what the law says against the policy.
func (s *session) legal(found []project.Legal) {
	for _, f := range found {
		word := s.say("droit", "law")
		if f.Severity == lint.Warning {
			word = s.say("droit, à voir", "law, to look at")
		}
		at := policy.Problem{File: f.File, Line: f.Line, Column: f.Column}
		s.note("%s: %s [%s] %s (%s ; %s)", "%s: %s [%s] %s (%s; %s)", place(at), word, f.Rule, s.say(f.Message.FR, f.Message.EN), f.Article, s.certainty(f.Certainty))
		if f.Says != "" {
			s.note("  « %s »", "  “%s”", clip(string(f.Says), 120))
		}
		s.note("  → %s", "  → %s", s.say(f.Remedy.FR, f.Remedy.EN))
	}
}
