package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db/vault"
)

func (s *session) archiveCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "archive", Short: "The intermediate archive: read with a reason, list the readings",
		Long: "Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.archiveReadCmd(), s.archiveReadingsCmd())
}

func (s *session) archiveReadCmd() *cobra.Command {
	var reason, by string
	c := &cobra.Command{
		Use: "read DATASET GROUP KEY", Short: "Read what was archived of a record; the reading is logged", Args: exactly(3),
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				ds, err := findDataset(p, args[0])
				if err != nil {
					return err
				}
				k, err := readKey(ds, args[2])
				if err != nil {
					return err
				}
				v, err := p.OpenArchive(c.Context(), p.Today(s.instant()))
				if err != nil {
					return err
				}
				if v == nil {
					return usage(fmt.Errorf("no promise of the policy archives anything"))
				}
				values, err := v.Read(c.Context(), ds.Name, args[1], k, reason, by, s.instant())
				if err != nil {
					return err
				}
				if s.json {
					return s.print(values)
				}
				names := make([]string, 0, len(values))
				for n := range values {
					names = append(names, n)
				}
				slices.Sort(names)
				for _, n := range names {
					s.line("%s: %v", "%s: %v", n, values[n])
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why it is read (required)")
	c.Flags().StringVar(&by, "by", "", "who reads (required)")
	return c
}

func (s *session) archiveReadingsCmd() *cobra.Command {
	return &cobra.Command{
		Use: "readings", Short: "Who read what, when and why", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				v, err := p.OpenArchive(c.Context(), p.Today(s.instant()))
				if err != nil {
					return err
				}
				rs := []vault.Reading{}
				if v != nil {
					if rs, err = v.Readings(c.Context()); err != nil {
						return err
					}
				}
				if s.json {
					return s.print(map[string]any{"readings": append([]vault.Reading{}, rs...)})
				}
				if len(rs) == 0 {
					s.line("Personne n’a lu l’archive.", "Nobody has read the archive.")
				}
				for _, r := range rs {
					s.line("%s  %s  %s.%s  %s", "%s  %s  %s.%s  %s", r.At.Format("2006-01-02 15:04"), r.By, r.Dataset, r.Group, r.Reason)
				}
				return nil
			})
		},
	}
}
