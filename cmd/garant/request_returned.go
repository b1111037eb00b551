package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/rights"
)

func (s *session) requestReturnedCmd() *cobra.Command {
	return &cobra.Command{
		Use: "returned [KIND=VALUE…]", Short: "Data of people who had them erased: found again, or about to be imported",
		Long: "request returned\nrequest returned email=someone@a.example phone=0199000000\n\n" +
			"Without an identifier, looks in every store. With some, says whether one is of somebody whose data were erased: ask it\nbefore an import. Only digests are kept of them. Whoever came back by themselves is for a human to tell.\n\n" +
			"Exit codes: 0 none; 1 error; 2 wrong usage; 3 a store does not answer; 4 some are.",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return s.onDesk(c, func(ctx context.Context, p *project.Project, _ rights.Desk) error { return s.wasErased(ctx, p, args) })
			}
			return s.onStores(c, func(ctx context.Context, p *project.Project, _ rights.Desk) error { return s.returned(ctx, p) })
		},
	}
}

// wasErased tells of identifiers whether they are of somebody whose data were erased, without
// repeating them.
func (s *session) wasErased(ctx context.Context, p *project.Project, args []string) error {
	gone, err := p.State.Suppressed(ctx)
	if err != nil {
		return err
	}
	by := []string{}
	for _, a := range args {
		kind, value, ok := strings.Cut(a, "=")
		v := rights.Normal(kind, value)
		if !ok || v == "" {
			return usage(errors.New("write KIND=VALUE, such as email=… or phone=…"))
		}
		if request, ok := gone(rights.Mark{Kind: kind, Value: v}); ok {
			by = append(by, request)
		}
	}
	if s.json {
		err = s.print(map[string]any{"erased_by": by})
	} else if len(by) > 0 {
		s.line("Effacé à sa demande"+narrow+": %s", "Erased on request: %s", strings.Join(by, ", "))
	}
	if err == nil && len(by) > 0 {
		return quiet(exitNotTrue)
	}
	return err
}

func (s *session) returned(ctx context.Context, p *project.Project) error {
	back, gaps, err := p.Returned(ctx, p.Today(s.instant()))
	if err != nil {
		return err
	}
	if s.json {
		if err := s.print(map[string]any{"returned": append([]rights.Back{}, back...), "gaps": append([]rights.Gap{}, gaps...)}); err != nil {
			return err
		}
	} else {
		s.showReturned(back, gaps)
	}
	switch {
	case len(gaps) > 0:
		return quiet(exitPartly)
	case len(back) > 0:
		return quiet(exitNotTrue)
	}
	return nil
}

func (s *session) showReturned(back []rights.Back, gaps []rights.Gap) {
	var rows [][]string
	for _, b := range back {
		what := s.say("nouvelles fiches"+narrow+": demander à la personne, ou garant request open erasure", "new records: ask the person, or garant request open erasure")
		if b.Same {
			what = s.say("champs remplis de nouveau"+narrow+": garant replay "+b.Store, "fields filled again: garant replay "+b.Store)
		}
		rows = append(rows, []string{b.Request, b.Store + "." + b.Dataset, s.number(b.Rows), what})
	}
	if len(rows) > 0 {
		s.table([]string{"id", s.say("jeu de données", "dataset"), s.say("fiches", "records"), ""}, rows, 2)
	} else {
		s.line("Personne n’est revenu.", "Nobody came back.")
	}
	for _, g := range gaps {
		s.line("  %s %s"+narrow+": %s", "  %s %s: %s", s.gapMark(g), g.Where, s.gapText(g))
	}
}
