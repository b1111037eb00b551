package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
)

func (s *session) consentSMSCmd() *cobra.Command {
	return &cobra.Command{
		Use: "sms FILE", Short: "Take in the SMS that people sent: STOP is an objection to messages and a withdrawal", Args: exactly(1),
		Long: "The file is CSV whose first line names the columns from, text, at and id, or JSON: an array, or an object a line; - is\n" +
			"the input. STOP, ARRÊT and the like count in any spelling; other messages are passed over. A message read twice is\n" +
			"entered once, and neither numbers nor texts are kept. Operators' own software posts to /v1/sms.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 some messages were refused; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error { return s.takeSMS(c.Context(), args[0]) },
	}
}

// smsTaken is what became of the messages of a file.
type smsTaken struct {
	Messages int   `json:"messages"`
	Stops    int   `json:"stops"`
	Known    int   `json:"known"`
	Refused  []int `json:"refused"`
}

func (s *session) takeSMS(ctx context.Context, name string) error {
	src := s.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return usage(errors.New("the file of messages cannot be read"))
		}
		defer file.Close()
		src = file
	}
	return s.withState(ctx, func(p *project.Project) error {
		key, err := p.State.PersonKey(ctx)
		if err != nil {
			return err
		}
		done := smsTaken{Refused: []int{}}
		var drafts []consent.Draft
		enter := func() error {
			entered, err := p.State.EnterRecords(ctx, drafts)
			drafts = drafts[:0]
			for i := 0; i < len(entered); i += 2 { // an objection and a withdrawal each
				if entered[i].Fresh {
					done.Stops++
				} else {
					done.Known++
				}
			}
			return err
		}
		err = consent.ReadInbound(src, p.Config.Zone, func(n int, m consent.Inbound, err error) error {
			done.Messages++
			var d []consent.Draft
			if err == nil {
				d, err = m.Drafts(key, s.instant())
			}
			if err != nil {
				done.Refused = append(done.Refused, n)
				return nil
			}
			if drafts = append(drafts, d...); len(drafts) < 2000 {
				return nil
			}
			return enter()
		})
		// What could be read counts even where the file breaks off.
		if err := errors.Join(enter(), err); err != nil {
			return err
		}
		return s.smsTaken(done)
	})
}

func (s *session) smsTaken(t smsTaken) error {
	if s.json {
		if err := s.print(t); err != nil {
			return err
		}
	} else {
		s.line("%d messages, %d STOP inscrits, %d déjà connus, %d refusés.", "%d messages, %d STOP entered, %d already known, %d refused.", t.Messages, t.Stops, t.Known, len(t.Refused))
		for i, n := range t.Refused {
			if i == 20 {
				s.line("  … (--json les donne tous)", "  … (--json gives all)")
				break
			}
			s.line("  message %d"+narrow+": pas de numéro, ou illisible", "  message %d: no number, or not to be read", n)
		}
	}
	return s.partly(len(t.Refused))
}
