package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
)

func (s *session) consentLeadsCmd() *cobra.Command {
	var told string
	var check bool
	var f recordFlags
	c := &cobra.Command{
		Use: "leads", Short: "Contacts that third parties brought, and by when they are told so; --told FILE enters that they were", Args: cobra.NoArgs,
		Long: "Who came by garant consent import --bought is told who holds their data, why and from where within a month, and with\n" +
			"the first message or call at the latest (article 14(3) GDPR).\n\n" +
			"garant consent leads --told sent.csv --notice information.html --at 2026-11-20\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 some lines were refused; 4 somebody is overdue (with --check);\n10 the files have errors.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				if told != "" {
					return s.tellLeads(c.Context(), p, told, f)
				}
				leads, err := p.Leads(c.Context(), p.Today(s.instant()))
				if err != nil {
					return err
				}
				return s.showLeads(leads, check)
			})
		},
	}
	c.Flags().StringVar(&told, "told", "", "list in CSV of the people who were told")
	c.Flags().StringVar(&f.notice, "notice", "", "with --told: file with the words, which are kept by their digest, or sha256:…")
	c.Flags().StringVar(&f.at, "at", "", "with --told: when it happened (default: now)")
	c.Flags().BoolVar(&check, "check", false, "exit 4 when somebody is overdue")
	return c
}

func (s *session) tellLeads(ctx context.Context, p *project.Project, name string, f recordFlags) error {
	file, err := os.Open(name)
	if err != nil {
		return usage(errors.New("--told: the list cannot be read"))
	}
	defer file.Close()
	list, err := consent.ReadList(file)
	if err != nil {
		return usage(err)
	}
	if f.notice == "" {
		return usage(errors.New("--notice: name the file with the words that they were told in"))
	}
	r, err := s.record(ctx, p, consent.Told, f)
	if err != nil {
		return usage(err)
	}
	n, refused, err := p.Told(ctx, list, r.Notice, r.At, s.instant())
	if err != nil {
		return err
	}
	if s.json {
		err = s.print(map[string]any{"entered": n, "refused": refused})
	} else {
		s.line("%d inscrits, %d lignes refusées.", "%d entered, %d lines refused.", n, len(refused))
	}
	if err != nil {
		return err
	}
	return s.partly(len(refused))
}

func (s *session) showLeads(leads []project.LeadsOf, check bool) error {
	overdue := 0
	var rows [][]string
	for _, l := range leads {
		overdue += l.Overdue
		next := ""
		if !l.Next.IsZero() {
			next = s.day(l.Next)
		}
		rows = append(rows, []string{l.Source, s.number(int64(l.People)), s.number(int64(l.Told)), s.number(int64(l.Late)), s.number(int64(l.Overdue)), next})
	}
	switch {
	case s.json:
		if err := s.print(map[string]any{"leads": leads}); err != nil {
			return err
		}
	case len(leads) == 0:
		s.line("Aucun contact ne vient d’un tiers.", "No contact was brought by a third party.")
	default:
		s.table([]string{"source", s.say("personnes", "people"), s.say("informées", "told"), s.say("dont en retard", "of these late"), s.say("en retard", "overdue"), s.say("les autres, avant le", "the others, by")}, rows, 1, 2, 3, 4)
	}
	if check && overdue > 0 {
		return quiet(exitNotTrue)
	}
	return nil
}
