package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

func (s *session) verifyCmd() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Is each promise true now?", Args: cobra.NoArgs,
		Long: "Looks at the stores afresh: kept, broken (how many, since when), undetermined, unbound, not checkable.\nWhat was found is entered in the ledger.\nBackups that are older than garant.yaml says are warned of.\n\n" +
			"Exit codes: 0 no promise is broken; 1 error; 4 a promise is broken; 10 the files have errors;\n13 a store does not answer (the others are still looked at).",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				v, err := s.verify(c.Context(), p, p.Today(s.instant()))
				if err != nil {
					return err
				}
				late, err := p.LateBackups(c.Context(), s.instant())
				if err != nil {
					return err
				}
				if err := s.showVerification(v, late); err != nil {
					return err
				}
				return verdictCode(v)
			})
		},
	}
}

func verdictCode(v retention.Verification) error {
	for _, p := range v.Promises {
		if p.Verdict == retention.Broken {
			return quiet(exitNotTrue)
		}
	}
	if len(v.Unreachable) > 0 {
		return quiet(exitUnreachable)
	}
	return nil
}

// verify looks at the stores, and enters what was found.
func (s *session) verify(ctx context.Context, p *project.Project, today policy.Date) (retention.Verification, error) {
	v, err := p.Verify(ctx, today)
	if err != nil {
		return v, err
	}
	var found []ledger.Verdict
	for _, pr := range v.Promises {
		found = append(found, ledger.Verdict{Promise: string(pr.ID), Verdict: string(pr.Verdict), Overdue: pr.Overdue, Undetermined: pr.Undetermined})
	}
	return v, p.State.SaveCheck(ctx, today, found, s.instant())
}

// verified is what verify says, for programs.
type verified struct {
	retention.Verification
	Warnings []policy.Problem `json:"warnings,omitempty"`
}

func (s *session) showVerification(v retention.Verification, late []policy.Problem) error {
	if s.json {
		return s.print(verified{v, late})
	}
	s.line("Les promesses au %s", "The promises on %s", s.day(v.AsOf))
	var rows [][]string
	tally := map[retention.Outcome]int64{}
	for _, p := range v.Promises {
		tally[p.Verdict]++
		rows = append(rows, []string{s.verdict(p.Verdict), string(p.Says), string(p.ID), s.count(p.Overdue), s.since(p), s.count(p.Undetermined), s.count(p.Held)})
	}
	s.table([]string{"", s.say("phrase", "sentence"), s.say("promesse", "promise"), s.say("en retard", "overdue"), s.say("depuis", "since"),
		s.say("indéterminées", "undetermined"), s.say("gelées", "held")}, rows, 3, 5, 6)
	many := func(o retention.Outcome) string { // in French none and one are singular
		if tally[o] > 1 {
			return "s"
		}
		return ""
	}
	s.line("%s tenue"+many(retention.Kept)+" · %s non tenue"+many(retention.Broken)+" · %s indéterminée"+many(retention.Undetermined)+" · %s non reliée"+many(retention.Unbound)+" · %s non vérifiable"+many(retention.NotCheckable), "%s kept · %s broken · %s undetermined · %s unbound · %s not checkable",
		s.number(tally[retention.Kept]), s.number(tally[retention.Broken]), s.number(tally[retention.Undetermined]), s.number(tally[retention.Unbound]), s.number(tally[retention.NotCheckable]))
	for _, g := range v.Gaps {
		s.gap(g)
	}
	for _, u := range v.Unreachable {
		s.line("✗ %s ne répond pas"+narrow+": ses promesses sont indéterminées", "✗ %s does not answer: its promises are undetermined", u)
	}
	for _, w := range late {
		s.problem(w)
	}
	return nil
}

func (s *session) count(n int64) string {
	if n == 0 {
		return "·"
	}
	return s.number(n)
}

func (s *session) since(p retention.Promise) string {
	if p.Overdue == 0 {
		return "·"
	}
	return s.day(p.Oldest)
}

func (s *session) gap(g retention.Gap) {
	switch g.Kind {
	case "unjustified":
		s.line("  constat"+narrow+": %s.%s, %s fiches sans aucune promesse qui les couvre", "  finding: %s.%s, %s records no promise covers", g.Dataset, g.Group, s.number(g.Rows))
	case "question":
		s.line("  constat"+narrow+": %s.%s, %s fiches au-delà d’un minimum sans maximum"+narrow+": à décider", "  finding: %s.%s, %s records past a minimum without a maximum: to be decided", g.Dataset, g.Group, s.number(g.Rows))
	case "table":
		s.line("  constat"+narrow+": la table %s n’est reliée à rien"+narrow+": son contenu est inconnu", "  finding: table %s is bound to nothing: what it holds is unknown", g.Table)
	default:
		s.line("  constat"+narrow+": la finalité %s n’est reliée à aucune base", "  finding: purpose %s is bound to no store", g.Purpose)
	}
}
