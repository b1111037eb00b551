package main

import (
	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
)

func (s *session) consentSweepCmd() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "sweep", Short: "Let go of proofs and answers whose three years are over; with --yes it is done", Args: cobra.NoArgs,
		Long: "Consents whose own period ended, requests, appointments, attempts and answers go three years later (C. conso.,\n" +
			"art. R. 223-2). What people refused never goes: it is kept as keyed digests. The ledger keeps its digests.\n\n" +
			"Exit codes: 0 done, or nothing to do; 1 error; 2 wrong usage; 10 the files have errors.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				pack, err := law.French()
				if err != nil {
					return err
				}
				lapse, err := consent.NewLapse(pack.On(p.Today(s.instant())), p.Config.Zone)
				if err != nil {
					return err
				}
				swept, err := p.State.SweepUse(c.Context(), lapse, s.instant(), yes)
				if err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]any{"swept": swept, "done": yes})
				}
				if yes {
					s.line("Effacés"+narrow+": %d inscriptions, %d réponses.", "Deleted: %d records, %d answers.", swept.Records, swept.Answers)
					return nil
				}
				s.line("À effacer"+narrow+": %d inscriptions, %d réponses. Pour le faire"+narrow+": --yes", "To be deleted: %d records, %d answers. To do it: --yes", swept.Records, swept.Answers)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "delete them")
	return c
}
