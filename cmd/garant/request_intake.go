package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/rights/mailbox"
)

func (s *session) requestIntakeCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "intake", Short: "Take in what people wrote to the mailbox of garant.yaml", Args: exactly(0),
		Long: "request intake --by cron\n\nReads requests.mailbox over IMAP (docs/mailbox.md). Each new message opens one request, from the day the server had it, or is\n" +
			"joined to the open one that it repeats. Which right is asked is guessed from its words: request confirm says which it is, and\n" +
			"nothing is looked up or done before. Reports that a letter did not arrive, answers by programs, lists and spam are left to a human\n" +
			"and listed. A message is marked or moved once it was taken; after a crash the same message is known again.\n\n" +
			"Exit codes: 0 done; 1 error, the rest is taken next time; 2 wrong usage; 3 some messages are left to a human.",
		RunE: func(c *cobra.Command, _ []string) error {
			if by == "" {
				return usage(errors.New("what is taken in is taken by somebody: add --by"))
			}
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				in, err := p.Intake(ctx, d, project.Reading{Signed: s.signed(by), At: s.at})
				if s.json {
					err = errors.Join(err, s.print(in))
				} else {
					s.showIntake(in)
				}
				if err == nil && len(in.Aside) > 0 {
					return quiet(exitPartly)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "in whose name (required)")
	return c
}

// dailyIntake takes in what came, where a mailbox is named.
func (s *session) dailyIntake(ctx context.Context, p *project.Project, d rights.Desk, by string) error {
	if p.Config.Requests.Mailbox.Server == "" {
		return nil
	}
	in, err := p.Intake(ctx, d, project.Reading{Signed: s.signed(by), At: s.at})
	for _, id := range in.Opened {
		s.note("%s"+narrow+": ouverte par un courriel, à confirmer", "%s: opened by an e-mail, to be confirmed", id)
	}
	for _, m := range in.Aside {
		s.note("message %d"+narrow+": %s", "message %d: %s", m.UID, s.kept(m.Why))
	}
	return err
}

func (s *session) showIntake(in project.Intake) {
	s.line("%d demandes ouvertes, %d messages joints, %d accusés de réception.", "%d requests opened, %d messages joined, %d acknowledged.",
		len(in.Opened), len(in.Joined), len(in.Acknowledged))
	for _, l := range []struct {
		fr, en string
		ids    []string
	}{{"ouvertes", "opened", in.Opened}, {"jointes", "joined", in.Joined}, {"accusées", "acknowledged", in.Acknowledged}} {
		if len(l.ids) > 0 {
			s.line("  %s"+narrow+": %s", "  %s: %s", s.say(l.fr, l.en), strings.Join(l.ids, ", "))
		}
	}
	for _, m := range in.Aside {
		s.line("  message %d laissé à une personne"+narrow+": %s", "  message %d left to a human: %s", m.UID, s.kept(m.Why))
	}
	if in.Left > 0 {
		s.line("  %d messages attendent la prochaine lecture", "  %d messages wait for the next reading", in.Left)
	}
}

// kept says why a message is left to a human.
func (s *session) kept(k mailbox.Kept) string {
	fr := map[mailbox.Kept]string{
		mailbox.Automatic: "envoyé par un programme", mailbox.Bounce: "retour d’un envoi", mailbox.ToMany: "envoi à une liste",
		mailbox.Spam: "signalé comme indésirable", mailbox.Nobody: "sans expéditeur unique",
	}
	en := map[mailbox.Kept]string{
		mailbox.Automatic: "sent by a program", mailbox.Bounce: "report of a delivery", mailbox.ToMany: "sent to a list",
		mailbox.Spam: "called spam by the server", mailbox.Nobody: "without a single sender",
	}
	if en[k] == "" {
		return s.say("de notre propre adresse", "from our own address")
	}
	return s.say(fr[k], en[k])
}

// guess says how a right was read from words.
func (s *session) guess(g rights.Guess) string {
	switch g {
	case rights.ByWords:
		return s.say("droit deviné d’après les mots", "right guessed from the words")
	case rights.Several:
		return s.say("plusieurs droits possibles d’après les mots", "the words speak of several rights")
	}
	return s.say("les mots ne disent pas quel droit", "the words do not say which right")
}

func (s *session) requestConfirmCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "confirm ID [RIGHT]", Short: "Say which right a request asks that came by e-mail", Args: oneOrTwo,
		Long: "request confirm request-7 --by marie\nrequest confirm request-7 erasure --by marie\n\nWithout RIGHT the guess is right. Rights: " + words(rights.Rights()) + ".\n" +
			"Where it is settled who asks, an objection, a withdrawal or a restriction takes effect now. Several rights in one message: confirm\n" +
			"one, and open the others with request open.",
		RunE: func(c *cobra.Command, args []string) error {
			if by == "" {
				return usage(errors.New("a right is confirmed by somebody: add --by"))
			}
			right := rights.Right("")
			if len(args) > 1 {
				right = rights.Right(args[1])
			}
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				k, err := p.ConfirmRight(ctx, d, args[0], right, s.signed(by))
				if err != nil {
					return err
				}
				return s.tellCase(p, d, k, "Demande %s.", "Request %s.")
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "who read it (required)")
	return c
}

// oneOrTwo accepts a request, and what more is said of it.
func oneOrTwo(c *cobra.Command, args []string) error {
	if err := cobra.RangeArgs(1, 2)(c, args); err != nil {
		return usage(err)
	}
	return nil
}

func (s *session) requestDismissCmd() *cobra.Command {
	var why, by string
	c := &cobra.Command{
		Use: "dismiss ID", Short: "Close a request that an e-mail opened and that asks nothing", Args: exactly(1),
		Long: "request dismiss request-7 --because \"an advertisement\" --by marie\n\nOnly while its right is unconfirmed: a request is answered or refused. Nobody is written to.",
		RunE: func(c *cobra.Command, args []string) error {
			if by == "" {
				return usage(errors.New("who read it: add --by"))
			}
			return s.moved(c, func(ctx context.Context, d rights.Desk) (rights.Case, error) {
				return d.NotARequest(ctx, args[0], why, s.signed(by))
			})
		},
	}
	c.Flags().StringVar(&why, "because", "", "what it is instead")
	c.Flags().StringVar(&by, "by", "", "who read it (required)")
	return c
}
