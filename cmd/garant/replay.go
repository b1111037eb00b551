package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
)

func (s *session) replayCmd() *cobra.Command {
	return &cobra.Command{
		Use: "replay STORE", Short: "After a restore: erase again what had come back", Args: exactly(1),
		Long: "A store that lacks its last receipt was restored from a backup: plan and apply refuse it. replay notes the\nrestore in the ledger and does again what the promises require of the rows that came back, holds included.\nRules that never ran are left for an ordinary plan. Single tables that were\nrestored are noticed too, by what is due again though it was erased.\nFields that a person had corrected are named where they came back with the old value: a human corrects them again.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 partly done, or fields are to be corrected again; 10 the files have errors; 11 another run is at\nwork; 13 the store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				_, rep, err := p.Replay(c.Context(), args[0], project.Run{Clock: s.instant, Ratio: -1, At: s.at})
				if err != nil {
					return err
				}
				if err := s.showReport(rep); err != nil {
					return err
				}
				undone, err := s.showUndone(c.Context(), p)
				if err == nil && (undone || !rep.Complete()) {
					err = quiet(exitPartly)
				}
				return err
			})
		},
	}
}

// showUndone says which corrections are to be made again by a human, and whether there are any.
func (s *session) showUndone(ctx context.Context, p *project.Project) (bool, error) {
	list, err := p.UndoneCorrections(ctx)
	for _, u := range list {
		s.note("%s"+narrow+": %s de %s %s est comme avant sa correction"+narrow+"; corriger à nouveau"+narrow+": garant request rectify %s %s=%s %s=VALEUR",
			"%s: %s of %s %s is as it was before it was corrected; correct it again: garant request rectify %s %s=%s %s=VALUE",
			u.Request, u.Column, u.Dataset, u.Record, u.Request, u.Dataset, u.Record, u.Column)
	}
	return len(list) > 0, err
}
