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
	return family(c, s.lawShowCmd(), s.lawDiffCmd())
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
	entries := entriesOn(pack, day)
	if s.json {
		return s.print(map[string]any{"version": pack.Version, "day": day, "entries": entries})
	}
	s.line("Droit du %s, recueil %s", "Law of %s, pack %s", s.day(day), pack.Version)
	var rows [][]string
	for _, e := range entries {
		rows = append(rows, []string{e.ID, clip(s.values(e.Values), 40), clip(e.Source, 60), s.certainty(e.Certainty)})
	}
	s.table([]string{s.say("valeur", "value"), "", "source", s.say("certitude", "certainty")}, rows)
	return nil
}

func (s *session) lawDiffCmd() *cobra.Command {
	return &cobra.Command{
		Use: "diff DAY DAY", Short: "What changes in the law from one day to another", Args: exactly(2),
		Long: "garant law diff 2026-08-10 2026-08-12\n\nExit codes: 0 done, also when nothing changes; 1 error; 2 wrong usage.",
		RunE: func(_ *cobra.Command, args []string) error { return s.lawDiff(args[0], args[1]) },
	}
}

// lawChange is one value of the law on two days; a side without values was silent.
type lawChange struct {
	ID     string    `json:"id"`
	Before *lawEntry `json:"before,omitempty"`
	After  *lawEntry `json:"after,omitempty"`
}

func (s *session) lawDiff(first, second string) error {
	pack, err := law.French()
	if err != nil {
		return err
	}
	var sides [2]map[string]lawEntry
	for i, arg := range []string{first, second} {
		day, err := policy.ParseDate(arg)
		if err != nil {
			return usage(err)
		}
		sides[i] = map[string]lawEntry{}
		for _, e := range entriesOn(pack, day) {
			sides[i][e.ID] = e
		}
	}
	changes := []lawChange{}
	for _, id := range pack.IDs() {
		before, was := sides[0][id]
		after, is := sides[1][id]
		if c := (lawChange{ID: id}); was != is || was && before.From != after.From {
			if was {
				c.Before = &before
			}
			if is {
				c.After = &after
			}
			changes = append(changes, c)
		}
	}
	if s.json {
		return s.print(map[string]any{"version": pack.Version, "changes": changes})
	}
	s.showChanges(changes)
	return nil
}

func (s *session) showChanges(changes []lawChange) {
	if len(changes) == 0 {
		s.line("Rien ne change.", "Nothing changes.")
	}
	told := func(e *lawEntry) string {
		if e == nil {
			return "–"
		}
		return clip(s.values(e.Values), 60) + " (" + clip(e.Source, 60) + ")"
	}
	for _, c := range changes {
		s.line("%s\n  avant : %s\n  après : %s", "%s\n  before: %s\n  after: %s", c.ID, told(c.Before), told(c.After))
	}
}

// entriesOn returns the values that hold on a day, in the order of their names.
func entriesOn(pack law.Pack, day policy.Date) []lawEntry {
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
	return entries
}

// values writes the values of an entry, periods in the reader's language.
func (s *session) values(list []string) string {
	return s.say(strings.Join(law.InFrench(list), ", "), strings.Join(list, ", "))
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
