package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/api/hook"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// letterFlags say what becomes of a letter: without any of them it is only shown.
type letterFlags struct {
	send, handed bool
	why, by      string
}

func (f *letterFlags) flags(c *cobra.Command) {
	c.Flags().BoolVar(&f.send, "send", false, "send it by e-mail (mail in garant.yaml) and note it")
	c.Flags().BoolVar(&f.handed, "handed", false, "note it as posted or handed over")
	c.Flags().StringVar(&f.by, "by", "", "who sends it")
}

func (s *session) requestLetterCmd() *cobra.Command {
	var f letterFlags
	c := &cobra.Command{
		Use: "letter ID KIND", Short: "A letter to the person: shown, sent, or noted as posted", Args: exactly(2),
		Long: "request letter request-7 ack --send --by marie\nrequest letter request-7 refusal\n\nKinds: " + words(rights.PersonLetters()) + ".\n" +
			"It is in the language of the request (request language). The folder letters/ of the company may hold its own wording, KIND.txt\nand en/KIND.txt (docs/letters.md); where there is only a French one, the letter is French. What was left open in it is\nrefused. Letters are kept as sent for as long as the working copies; their digests are in the ledger.\n\n" +
			"Exit codes: 0 done; 1 error, or the mail server did not take it; 2 wrong usage; 6 the case does not stand there yet.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				k, err := p.State.Case(ctx, args[0])
				if err != nil {
					return err
				}
				o := project.Order{Kind: rights.LetterKind(args[1]), Today: p.Today(s.instant()), Add: func(w *rights.LetterWords) {
					if f.why != "" {
						w.Reason = f.why
					}
				}}
				l, err := p.Letter(ctx, d, k, o)
				if err != nil {
					return err
				}
				return s.dispatch(ctx, p, d, k, l, f)
			})
		},
	}
	f.flags(c)
	c.Flags().StringVar(&f.why, "because", "", "the reason, where the case does not say it")
	return c
}

// dispatch sends or notes a letter, or only shows it.
func (s *session) dispatch(ctx context.Context, p *project.Project, d rights.Desk, k rights.Case, l rights.Letter, f letterFlags) error {
	if f.send {
		if err := s.post(ctx, p, l); err != nil {
			return err
		}
	}
	if f.send || f.handed {
		if f.by == "" {
			return usage(errors.New("a letter is somebody's: add --by"))
		}
		if _, err := d.Sent(ctx, k.ID, l, s.signed(f.by)); err != nil {
			return err
		}
	}
	if s.json {
		return s.print(map[string]any{"id": k.ID, "letter": l, "sent": f.send, "noted": f.send || f.handed})
	}
	text := strings.TrimRight(l.Text(), "\n")
	s.line("%s", "%s", text)
	if l.Lacks != "" {
		s.note("La personne a demandé en anglais, et %s n’existe pas"+narrow+": la lettre est en français, avec vos mots, plutôt qu’à moitié traduite.",
			"The person asked in English, and there is no %s: the letter is in French, in your own words, rather than half translated.", l.Lacks)
	}
	return nil
}

func (s *session) post(ctx context.Context, p *project.Project, l rights.Letter) error {
	if err := p.Mail(ctx, l); errors.Is(err, project.ErrNoAddress) {
		return usage(errors.New("there is no address to send it to: post it, then --handed"))
	} else if err != nil {
		return err
	}
	return nil
}

func (s *session) requestTellCmd() *cobra.Command {
	var send bool
	var by, confirmed string
	c := &cobra.Command{
		Use: "tell ID", Short: "Tell the recipients of the data (article 19), and note who confirmed", Args: exactly(1),
		Long: "request tell request-7\nrequest tell request-7 --send --by marie\nrequest tell request-7 --confirmed mailer --by marie\n\n" +
			"Addresses are those of requests.recipients in garant.yaml, for mail or https:// for a program; who has none is shown, to be\n" +
			"told by another way. Programs get a signed message (docs/letters.md). Who cannot be told now keeps nobody else from it:\n" +
			"the same command tries again, and tells nobody twice.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				if (send || confirmed != "") && by == "" {
					return usage(errors.New("say who does it: add --by"))
				}
				if confirmed != "" {
					k, err := d.Confirmed(ctx, args[0], policy.RecipientID(confirmed), s.signed(by))
					if err != nil {
						return err
					}
					return s.tellCase(p, d, k, "Demande %s.", "Request %s.")
				}
				return s.tellRecipients(ctx, p, d, args[0], send, by)
			})
		},
	}
	c.Flags().BoolVar(&send, "send", false, "send the notices by e-mail and note them")
	c.Flags().StringVar(&confirmed, "confirmed", "", "a recipient that said it is done")
	c.Flags().StringVar(&by, "by", "", "who does it")
	return c
}

func (s *session) tellRecipients(ctx context.Context, p *project.Project, d rights.Desk, id string, send bool, by string) error {
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return err
	}
	if !k.State.Decided() {
		return fmt.Errorf("%s: tell recipients before it is done: %w", id, rights.ErrAct)
	}
	told, err := []policy.RecipientID(nil), error(nil)
	if send {
		if told, err = p.TellRecipients(ctx, d, id, s.signed(by)); err != nil {
			return err
		}
		if k, err = p.State.Case(ctx, id); err != nil {
			return err
		}
	}
	var rows [][]string
	for _, r := range rights.Receivers(p.Policy, k.Right) {
		rows = append(rows, []string{string(r.ID), r.Title, s.way(p.Config.Requests.Recipients[string(r.ID)], k, r.ID), s.confirmed(k, r.ID)})
	}
	if s.json {
		return s.print(map[string]any{"id": id, "told": append([]policy.RecipientID{}, told...), "notices": append([]rights.Notice{}, k.Notices...)})
	}
	s.table([]string{s.say("destinataire", "recipient"), "", s.say("comment", "how"), s.say("confirmé", "confirmed")}, rows)
	return nil
}

// way says how a recipient is told, and whether it was.
func (s *session) way(address string, k rights.Case, id policy.RecipientID) string {
	program, done := hook.Is(address), slices.ContainsFunc(k.Notices, func(n rights.Notice) bool { return n.Recipient == id })
	switch {
	case program && done:
		return s.say("● prévenu par webhook", "● told by webhook")
	case program:
		return s.say("○ par webhook, avec --send", "○ by webhook, with --send")
	case address != "" && done:
		return s.say("● prévenu par courriel", "● told by e-mail")
	case address != "":
		return s.say("○ par courriel, avec --send", "○ by e-mail, with --send")
	}
	return s.say("! par un autre moyen : aucune adresse", "! by another way: no address")
}

func (s *session) confirmed(k rights.Case, id policy.RecipientID) string {
	for _, n := range k.Notices {
		if n.Recipient == id {
			return s.day(n.Confirmed)
		}
	}
	return s.day(policy.Date{})
}

// mailDue sends the list of what is due to whoever answers for the cases.
func (s *session) mailDue(ctx context.Context, p *project.Project, views []caseView) error {
	to := p.Config.Requests.Notify
	if to == "" {
		return usage(errors.New("garant.yaml names nobody to write to (requests.notify)"))
	}
	if len(views) == 0 {
		return nil
	}
	const in = rights.InFrench
	w := rights.LetterWords{Language: in, Controller: rights.ToldController(p.Policy.Controller), Today: in.Day(p.Today(s.instant()))}
	for _, v := range views {
		line := fmt.Sprintf("%s, %s, limite le %s", v.ID, in.Right(v.Right), in.Day(v.Due.Limit))
		if v.Due.Standing == rights.Overdue {
			line += " (dépassée)"
		}
		w.Due = append(w.Due, line)
	}
	l, err := rights.Write(p.OwnLetters(), rights.DueLetter, w)
	if err != nil {
		return err
	}
	l.To = to
	return s.post(ctx, p, l)
}
