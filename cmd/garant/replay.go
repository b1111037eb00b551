package main

import (
	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
)

func (s *session) replayCmd() *cobra.Command {
	return &cobra.Command{
		Use: "replay STORE", Short: "After a restore: erase again what had come back", Args: exactly(1),
		Long: "A store that lacks its last receipt was restored from a backup: plan and apply refuse it. replay notes the\nrestore in the ledger and does again what the promises require of the rows that came back, holds included.\nRules that never ran are left for an ordinary plan. It also serves after one table was restored.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 partly done; 10 the files have errors; 11 another run is at\nwork; 13 the store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				_, rep, err := p.Replay(c.Context(), args[0], project.Run{Clock: s.instant, Ratio: -1, At: s.at})
				if err != nil {
					return err
				}
				if err := s.showReport(rep); err != nil {
					return err
				}
				if !rep.Complete() {
					return quiet(exitPartly)
				}
				return nil
			})
		},
	}
}
