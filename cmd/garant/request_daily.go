package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/rights"
)

func (s *session) requestDailyCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "daily", Short: "What is to be done every day: look again, tell recipients, write of what is due", Args: exactly(0),
		Long: "request daily --by cron\n\nLets go what is over; takes in what came to the mailbox of garant.yaml; looks again for each case that waits for it, such as one whose store did not answer; tells the recipients of\n" +
			"answered cases who have an address and were not told yet; writes to requests.notify of what is due;\n" +
			"makes declared columns say what is restricted; names corrections that a restore undid. Each part is done whatever\n" +
			"becomes of the others. It decides nothing: what needs a human is listed.\n\n" +
			"Exit codes: 0 done; 1 error, some part was not done; 2 wrong usage; 3 some case is incomplete still.",
		RunE: func(c *cobra.Command, _ []string) error {
			if by == "" {
				return usage(errors.New("what is told is told by somebody: add --by"))
			}
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				failed := errors.Join(s.dailyIntake(ctx, p, d, by), s.dailyTelling(ctx, p, d, by), s.dailyDue(ctx, p, d), p.ShowRestrictions(ctx, s.instant()))
				_, err := s.showUndone(ctx, p)
				failed = errors.Join(failed, err)
				if err := s.dailyLook(ctx, p, d); failed == nil {
					return err // what is incomplete is shown, and said by the exit code
				}
				return failed
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "in whose name (required)")
	return c
}

// dailyLook looks again for the cases that wait for it.
func (s *session) dailyLook(ctx context.Context, p *project.Project, d rights.Desk) error {
	ids, err := waiting(ctx, d, nil)
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.look(ctx, p, d, ids)
}

// dailyTelling tells the recipients of decided cases that were not told.
func (s *session) dailyTelling(ctx context.Context, p *project.Project, d rights.Desk, by string) error {
	cases, err := d.Memory.Cases(ctx)
	for _, k := range cases {
		if !k.State.Tells() || k.Forgotten || len(p.Untold(k)) == 0 {
			continue
		}
		told, err1 := p.TellRecipients(ctx, d, k.ID, s.signed(by))
		if len(told) > 0 {
			s.note("%s"+narrow+": %s prévenus", "%s: %s told", k.ID, join(told))
		}
		err = errors.Join(err, err1)
	}
	return err
}

// dailyDue writes of what is due, where somebody is named to be written to.
func (s *session) dailyDue(ctx context.Context, p *project.Project, d rights.Desk) error {
	if p.Config.Requests.Notify == "" {
		return nil
	}
	urgent, err := s.views(ctx, p, d, listing{due: true})
	if err != nil {
		return err
	}
	return s.mailDue(ctx, p, urgent)
}
