package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/consent/page"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights/post"
)

func (s *session) consentAskCmd() *cobra.Command {
	var within, public string
	var send bool
	c := &cobra.Command{
		Use: "ask", Short: "Who must be asked whether their data may stay beyond their term; with --send, ask them", Args: cobra.NoArgs,
		Long: "garant consent ask --within \"1 month\"\ngarant consent ask --within \"1 month\" --send --url https://choix.a.example\n\n" +
			"For the rules of policy.yaml that end in ask, in datasets that bind no table of questions. One neutral message to the\n" +
			"address of the record, with a link to the person's own page, where yes and no are one click each. A yes counts for the\n" +
			"term that it was asked for and starts it again; no, or silence through the days to answer, ends it: see garant plan.\n" +
			"Nobody is asked who objected or withdrew, and no address that rows of several people bear.\n\n" +
			"Exit codes: 0 done; 1 error, or a message that was not taken; 2 wrong usage; 10 the files have errors;\n13 a store does not answer.",
		RunE: func(c *cobra.Command, _ []string) error {
			period, err := policy.ParsePeriod(within)
			if err != nil {
				return usage(fmt.Errorf("--within: %w", err))
			}
			if send {
				if public, err = publicAddress(public); err != nil {
					return usage(err)
				}
			}
			return s.with(c.Context(), func(p *project.Project) error {
				due, err := p.Questions(c.Context(), p.Today(s.instant()), period)
				if err != nil {
					return err
				}
				if !send {
					return s.showQuestions(due, 0, 0)
				}
				return s.putQuestions(c.Context(), p, due, public)
			})
		},
	}
	c.Flags().StringVar(&within, "within", "1 month", "also of terms that end within this period")
	c.Flags().BoolVar(&send, "send", false, "send the messages, by the mail server of garant.yaml")
	c.Flags().StringVar(&public, "url", "", "public address of people's own pages (garant consent serve --url)")
	return c
}

// putQuestions sends the questions one by one; what the mail server took is on file. A crash
// in between may send one message twice, and never counts a silence that nobody was asked for.
func (s *session) putQuestions(ctx context.Context, p *project.Project, due []project.Question, public string) error {
	server, err := p.Post()
	if err != nil {
		return usage(err)
	}
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return err
	}
	links, err := page.NewLinks(key)
	if err != nil {
		return err
	}
	sent, failed := 0, 0
	for _, q := range due {
		if q.Not != "" {
			continue
		}
		err := s.put(ctx, p, q, server, public, links)
		switch {
		case errors.Is(err, post.ErrServer):
			failed++
		case err != nil:
			return err
		default:
			sent++
		}
	}
	if err := s.showQuestions(due, sent, failed); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d messages were not taken by the mail server; run it again: nobody is asked twice", failed, sent+failed)
	}
	return nil
}

func (s *session) put(ctx context.Context, p *project.Project, q project.Question, server post.Server, public string, links page.Links) error {
	word, err := links.Seal(page.Link{Person: q.Person, Purpose: q.Purpose.ID, Channel: consent.Email})
	if err != nil {
		return err
	}
	subject, text := page.Question(q.Language, p.Policy.Controller.Name, cmp.Or(q.Purpose.Title, string(q.Purpose.ID)), q.Last)
	notice, err := p.State.KeepNotice(ctx, []byte(text), s.instant())
	if err != nil {
		return err
	}
	if err := server.Send(ctx, q.Person.Value, subject, text+"\n\n"+public+"/p/"+word+"\n"); err != nil {
		return err
	}
	r := consent.Record{Kind: consent.PermissionAsked, At: s.instant(), Entered: s.instant(), Method: "email", Scope: consent.Scope{Purposes: []policy.PurposeID{q.Purpose.ID}},
		From: q.Term, Until: q.Last, Notice: notice, Policy: p.PolicyDigest(), Language: q.Language}
	_, err = p.State.EnterRecords(ctx, []consent.Draft{{Person: []consent.Identifier{q.Person}, Record: r}})
	return err
}

// askLine is how many people are to be asked about a purpose, or are not and why.
type askLine struct {
	Dataset string           `json:"dataset"`
	Purpose policy.PurposeID `json:"purpose"`
	Not     project.NotAsked `json:"not,omitempty"`
	People  int              `json:"people"`
}

func (s *session) showQuestions(due []project.Question, sent, failed int) error {
	counts := map[askLine]int{}
	for _, q := range due {
		counts[askLine{Dataset: q.Dataset, Purpose: q.Purpose.ID, Not: q.Not}]++
	}
	lines := []askLine{}
	for l, n := range maps.All(counts) {
		l.People = n
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b askLine) int {
		return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Not, b.Not))
	})
	if s.json {
		return s.print(map[string]any{"questions": lines, "sent": sent, "failed": failed})
	}
	if len(lines) == 0 {
		s.line("Personne n’est à interroger.", "Nobody is to be asked.")
		return nil
	}
	var rows [][]string
	for _, l := range lines {
		rows = append(rows, []string{l.Dataset, string(l.Purpose), s.number(int64(l.People)), s.notAsked(l.Not)})
	}
	s.table([]string{s.say("jeu de données", "dataset"), s.say("finalité", "purpose"), s.say("personnes", "people"), ""}, rows, 2)
	if sent+failed > 0 {
		s.line("%s questions envoyées.", "%s questions sent.", s.number(int64(sent)))
		return nil
	}
	s.line("\nPour les envoyer"+narrow+": garant consent ask --send --url https://…", "\nTo send them: garant consent ask --send --url https://…")
	return nil
}

func (s *session) notAsked(n project.NotAsked) string {
	switch n {
	case project.NoAddress:
		return s.say("sans adresse : à interroger autrement", "no address: to be asked otherwise")
	case project.Refused:
		return s.say("ne plus solliciter", "not to be approached")
	case project.OfSeveral:
		return s.say("adresse de plusieurs personnes : à la main", "an address of several people: by hand")
	}
	return s.say("à interroger", "to be asked")
}
