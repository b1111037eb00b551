package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

func (s *session) requestCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "request", Short: "What people ask: open, identify, extend, refuse, close",
		Long: "A request is one right asked by one person, with the clock of article 12(3) GDPR. Nothing is looked up before\n" +
			"identity is settled. Every act is in the ledger, without the person.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 6 the case does not stand where this can be done.",
	}
	return family(c, s.requestOpenCmd(), s.requestIntakeCmd(), s.requestConfirmCmd(), s.requestDismissCmd(), s.requestListCmd(), s.requestShowCmd(), s.requestAckCmd(), s.requestLinkCmd(),
		s.requestIdentifyCmd(), s.requestRunCmd(), s.requestReviewCmd(), s.requestPlanCmd(), s.requestApplyCmd(), s.requestCertificateCmd(), s.requestLiftCmd(), s.requestExecuteCmd(), s.requestRectifyCmd(), s.requestReturnedCmd(), s.requestLetterCmd(), s.requestLanguageCmd(), s.requestTellCmd(), s.requestAnswerCmd(), s.requestExtendCmd(), s.requestRefuseCmd(), s.requestCloseCmd(), s.requestSweepCmd(), s.requestDailyCmd())
}

// onDesk runs fn on the desk of the company's folder. What is over goes first, so that no
// working copy outlives its use because nobody asked.
func (s *session) onDesk(c *cobra.Command, fn func(ctx context.Context, p *project.Project, d rights.Desk) error) error {
	return s.onState(c, func(p *project.Project) error {
		d, err := p.Desk()
		if err != nil {
			return err
		}
		if _, err := d.Sweep(c.Context(), p.State, s.signed("")); err != nil {
			return err
		}
		return fn(c.Context(), p, d)
	})
}

// signed says who acts now.
func (s *session) signed(by string) rights.Signed { return rights.Signed{By: by, Now: s.instant()} }

// requestFlags are what a request is made of.
type requestFlags struct {
	email, phone, number, name, via, received, born string
	agent, guardian, heir, power, died              string
	owner, said, by, language                       string
	person, purposes                                []string
	marketing, directives                           bool
}

func (s *session) requestOpenCmd() *cobra.Command {
	var f requestFlags
	c := &cobra.Command{
		Use: "open RIGHT", Short: "Open a request: " + words(rights.Rights()), Args: exactly(1),
		Long: "request open access --email ada@a.example --via mail\n" +
			"request open erasure --phone \"01 99 00 12 34\" --number C-42 --via call --received 2026-11-20 --says \"asks to be forgotten\"\n\n" +
			"The answer is the same whether the person is known or not.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				k, err := f.request(p, s, args[0])
				if err != nil {
					return err
				}
				if k, err = d.Open(ctx, k, s.signed(f.by)); err != nil {
					return err
				}
				return s.tellCase(p, d, k, "Demande %s ouverte.", "Request %s opened.")
			})
		},
	}
	l := c.Flags()
	l.StringVar(&f.email, "email", "", "e-mail address the person gives")
	l.StringVar(&f.phone, "phone", "", "phone number, in any French notation")
	l.StringVar(&f.number, "number", "", "customer number (the identifier called id)")
	l.StringArrayVar(&f.person, "person", nil, "another identifier, KIND=VALUE")
	l.BoolVar(&f.marketing, "marketing", false, "an objection to prospecting, which nothing outweighs")
	l.StringSliceVar(&f.purposes, "purpose", nil, "of an objection or a withdrawal: only these purposes")
	l.StringVar(&f.name, "name", "", "name, for the letters and for candidates; never a match by itself")
	l.StringVar(&f.born, "born", "", "day of birth, where age matters")
	l.StringVar(&f.agent, "mandate", "", "who acts for the person, and under which mandate")
	l.StringVar(&f.guardian, "guardian", "", "holder of parental authority who asks for a child")
	l.StringVar(&f.heir, "heir", "", "heir who asks for a person who has died (article 85 of the French act)")
	l.StringVar(&f.died, "died", "", "day of death")
	l.BoolVar(&f.directives, "directives", false, "the directives of who died name the one who asks")
	l.StringVar(&f.power, "power", "", "what the power of who acts rests on, in words")
	l.StringVar(&f.via, "via", string(rights.ByMail), "how it came: "+words(rights.Channels()))
	l.StringVar(&f.received, "received", "", "day it arrived (default: today)")
	l.StringVar(&f.owner, "owner", "", "role that answers (default: requests.owner of garant.yaml)")
	l.StringVar(&f.language, "language", string(rights.InFrench), "the language the person asks in, and is written to in: "+words(rights.Languages()))
	l.StringVar(&f.said, "says", "", "what is asked, in words")
	l.StringVar(&f.by, "by", "", "who types it in")
	return c
}

func words[T ~string](list []T) string { return join(list) }

func (f requestFlags) request(p *project.Project, s *session, right string) (rights.Case, error) {
	k := rights.Case{Right: rights.Right(right), Via: rights.Channel(f.via), Owner: f.owner, Language: rights.Language(f.language), Marketing: f.marketing, Received: p.Today(s.instant())}
	if k.Owner == "" {
		k.Owner = p.Config.Requests.Owner
	}
	for _, id := range f.purposes {
		if !slices.ContainsFunc(p.Policy.Purposes, func(pu policy.Purpose) bool { return string(pu.ID) == id }) {
			return k, usage(fmt.Errorf("--purpose %s: the policy has no such purpose", id))
		}
		k.Purposes = append(k.Purposes, policy.PurposeID(id))
	}
	k.Person = rights.Person{Identifiers: map[string]string{}, Name: f.name, Agent: f.agent, Guardian: f.guardian, Heir: f.heir, Power: f.power, Directives: f.directives, Said: f.said}
	for kind, v := range map[string]string{"email": f.email, "phone": f.phone, "id": f.number} {
		if v != "" {
			k.Person.Identifiers[kind] = v
		}
	}
	for _, id := range f.person {
		kind, value, ok := strings.Cut(id, "=")
		if !ok || kind == "name" {
			return k, usage(errors.New("--person: write KIND=VALUE, such as id=…; a name is given with --name"))
		}
		k.Person.Identifiers[kind] = value
	}
	return k, errors.Join(dayFlag("received", f.received, &k.Received), dayFlag("born", f.born, &k.Person.Born), dayFlag("died", f.died, &k.Person.Died))
}

func (s *session) requestLanguageCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "language ID LANGUAGE", Short: "Write to the person in another language from now on: " + words(rights.Languages()), Args: exactly(2),
		Long: "request language request-7 en --by marie\n\nFor who asked by another way than the page of rights, which keeps the language it was read in.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.moved(c, func(ctx context.Context, d rights.Desk) (rights.Case, error) {
				return d.WriteIn(ctx, args[0], rights.Language(args[1]), s.signed(by))
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "who acts")
	return c
}

// dayFlag reads a day where one is written.
func dayFlag(name, text string, to *policy.Date) error {
	if text == "" {
		return nil
	}
	d, err := policy.ParseDate(text)
	if err != nil {
		return usage(fmt.Errorf("--%s: %w", name, err))
	}
	*to = d
	return nil
}

func (s *session) requestAckCmd() *cobra.Command {
	return s.requestActCmd("ack ID", "Note that the person was told that the request arrived", func(ctx context.Context, d rights.Desk, id, by string) (rights.Case, error) {
		return d.Acknowledge(ctx, id, s.signed(by))
	})
}

func (s *session) requestCloseCmd() *cobra.Command {
	return s.requestActCmd("close ID", "Close a request that was answered or refused", func(ctx context.Context, d rights.Desk, id, by string) (rights.Case, error) {
		return d.Close(ctx, id, s.signed(by))
	})
}

// requestActCmd is a verb that moves a case and needs no more than its name.
func (s *session) requestActCmd(use, short string, act func(ctx context.Context, d rights.Desk, id, by string) (rights.Case, error)) *cobra.Command {
	var by string
	c := &cobra.Command{Use: use, Short: short, Args: exactly(1), RunE: func(c *cobra.Command, args []string) error {
		return s.moved(c, func(ctx context.Context, d rights.Desk) (rights.Case, error) { return act(ctx, d, args[0], by) })
	}}
	c.Flags().StringVar(&by, "by", "", "who acts")
	return c
}

// moved runs an act on the desk and tells how the case stands.
func (s *session) moved(c *cobra.Command, act func(ctx context.Context, d rights.Desk) (rights.Case, error)) error {
	return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
		k, err := act(ctx, d)
		if err != nil {
			return err
		}
		return s.tellCase(p, d, k, "Demande %s.", "Request %s.")
	})
}

func (s *session) requestLinkCmd() *cobra.Command {
	var by string
	var send bool
	c := &cobra.Command{
		Use: "link ID", Short: "Make the one link that shows that the e-mail address is the person's", Args: exactly(1),
		Long: "The link is signed, works once and for seven days, and replaces the one before. Send it to the address that the\nrequest gives, and to nowhere else; then: request identify --link LINK.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				nonce := make([]byte, 16)
				if _, err := rand.Read(nonce); err != nil {
					return err
				}
				if send {
					k, err := p.MailLink(ctx, d, args[0], nonce, s.signed(by))
					if err != nil {
						return err
					}
					return s.tellCase(p, d, k, "Demande %s"+narrow+": lien envoyé.", "Request %s: link sent.")
				}
				links, err := p.Links(ctx, s.instant())
				if err != nil {
					return err
				}
				link, k, err := d.Link(ctx, links, args[0], nonce, s.signed(by))
				if err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]string{"id": k.ID, "link": link})
				}
				s.line("%s", "%s", link)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&send, "send", false, "send it by e-mail to that address, and show it to nobody")
	c.Flags().StringVar(&by, "by", "", "who acts")
	return c
}

func (s *session) requestIdentifyCmd() *cobra.Command {
	var means, doubt, link, by string
	var destroyed bool
	c := &cobra.Command{
		Use: "identify [ID]", Short: "Settle who asks: by a means, by the link, or stop the clock on a doubt",
		Long: "request identify request-7 --means customer_number --by marie\nrequest identify --link LINK\n" +
			"request identify request-7 --doubt \"the address is not the one on file\"\n\nMeans: " + words(rights.AllMeans()) + ".\n" +
			"A document is asked only on a recorded doubt, and its copy must be destroyed (--document-destroyed).",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				k, err := s.identify(ctx, p, d, identification{args, means, doubt, link, by, destroyed})
				if err == nil && k.State == rights.Searching {
					err = p.TakeEffect(ctx, k, s.instant())
				}
				if err != nil {
					return err
				}
				return s.tellCase(p, d, k, "Demande %s.", "Request %s.")
			})
		},
	}
	c.Flags().StringVar(&means, "means", "", "how identity was settled: "+words(rights.AllMeans()))
	c.Flags().StringVar(&doubt, "doubt", "", "why identity is reasonably doubted; stops the clock")
	c.Flags().StringVar(&link, "link", "", "the link that the person followed")
	c.Flags().BoolVar(&destroyed, "document-destroyed", false, "the copy of the document is destroyed")
	c.Flags().StringVar(&by, "by", "", "who vouches for it")
	return c
}

// identification is what identify was asked.
type identification struct {
	args                   []string
	means, doubt, link, by string
	destroyed              bool
}

func (s *session) identify(ctx context.Context, p *project.Project, d rights.Desk, f identification) (rights.Case, error) {
	if f.link != "" && len(f.args) == 0 && f.means+f.doubt == "" {
		links, err := p.Links(ctx, s.instant())
		if err != nil {
			return rights.Case{}, err
		}
		return d.Follow(ctx, links, f.link, s.signed(f.by))
	}
	switch {
	case len(f.args) != 1 || f.link != "" || (f.means == "") == (f.doubt == ""):
		return rights.Case{}, usage(errors.New("name a request and either --means or --doubt, or give --link alone"))
	case f.doubt != "":
		return d.Doubt(ctx, f.args[0], f.doubt, s.signed(f.by))
	case f.by == "":
		return rights.Case{}, usage(errors.New("identity is vouched for by somebody: add --by"))
	case rights.Means(f.means) == rights.Document && !f.destroyed:
		return rights.Case{}, usage(errors.New("destroy the copy of the document, then add --document-destroyed"))
	}
	return d.Identify(ctx, f.args[0], rights.Means(f.means), s.signed(f.by))
}

func (s *session) requestExtendCmd() *cobra.Command {
	var why, by string
	c := &cobra.Command{
		Use: "extend ID", Short: "Take up to three months from the receipt; the person must be told why within the first", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.moved(c, func(ctx context.Context, d rights.Desk) (rights.Case, error) {
				return d.Extend(ctx, args[0], why, s.signed(by))
			})
		},
	}
	c.Flags().StringVar(&why, "because", "", "the reason the person is told (complex, many requests)")
	c.Flags().StringVar(&by, "by", "", "who acts")
	return c
}

func (s *session) requestRefuseCmd() *cobra.Command {
	var ground, why, by string
	c := &cobra.Command{
		Use: "refuse ID", Short: "Refuse on a ground of the law, with the reason the person is told", Args: exactly(1),
		Long: "request refuse request-7 --ground identity_not_shown --because \"no answer to our two letters\" --by dpo\n\n" +
			"Grounds: those of articles 11, 12(5), 15(4) and 17(3) GDPR that the right knows; a wrong one lists them.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.moved(c, func(ctx context.Context, d rights.Desk) (rights.Case, error) {
				return d.Refuse(ctx, args[0], rights.Ground(ground), why, s.signed(by))
			})
		},
	}
	c.Flags().StringVar(&ground, "ground", "", "the ground")
	c.Flags().StringVar(&why, "because", "", "the reason, in words for the person")
	c.Flags().StringVar(&by, "by", "", "who decides")
	return c
}

func (s *session) requestSweepCmd() *cobra.Command {
	return &cobra.Command{
		Use: "sweep", Short: "Let go what is over: lapsed requests, working copies, old files", Args: exactly(0),
		Long: "Every other verb of request does it first; this one does nothing else.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onState(c, func(p *project.Project) error {
				d, err := p.Desk()
				if err != nil {
					return err
				}
				n, err := d.Sweep(c.Context(), p.State, s.signed(""))
				if err != nil || s.json {
					return errors.Join(err, s.printed(n))
				}
				s.line("%d éteintes, %d oubliées, %d supprimées.", "%d lapsed, %d forgotten, %d dropped.", n.Lapsed, n.Forgotten, n.Dropped)
				return nil
			})
		},
	}
}

// printed prints a value for programs, where programs read.
func (s *session) printed(v any) error {
	if !s.json {
		return nil
	}
	return s.print(v)
}
