package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) publishCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "publish", Short: "Publish the policy and its text as they are: a dated version, which garant serve shows; list",
		Long: "Keeps policy.yaml and the text that it names as the next version, with its date and its leaf of the ledger; what says\n" +
			"the same as the latest is not published again. garant serve shows the latest under /donnees/confidentialite, the\n" +
			"others beside it, and what has changed from each to the next.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	family(c, s.publishListCmd())
	c.RunE = func(c *cobra.Command, _ []string) error {
		return s.withState(c.Context(), func(p *project.Project) error {
			if p.Failed() {
				s.problems(p, false)
				return project.ErrProblems
			}
			e, fresh, err := serve.Publish(c.Context(), p, s.instant())
			if err != nil {
				return err
			}
			if s.json {
				return s.print(map[string]any{"edition": e, "fresh": fresh})
			}
			if !fresh {
				s.line("Rien n’a changé depuis la version %d.", "Nothing has changed since version %d.", e.Number)
				return nil
			}
			s.line("Version %d publiée"+narrow+": %s, feuille %d du registre.", "Version %d is published: %s, leaf %d of the ledger.", e.Number, e.Digest, e.Leaf)
			return nil
		})
	}
	return c
}

func (s *session) publishListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "What was published, the latest first", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				all, err := p.State.Editions(c.Context())
				if err == nil {
					err = s.stale(c.Context(), p)
				}
				if err != nil {
					return err
				}
				if s.json {
					return s.print(append([]db.Edition{}, all...))
				}
				var rows [][]string
				for _, e := range all {
					rows = append(rows, []string{strconv.FormatInt(e.Number, 10), s.day(policy.DateOf(e.At, p.Config.Zone)), e.Digest})
				}
				if len(rows) == 0 {
					s.line("Rien n’a été publié"+narrow+": garant publish le fait.", "Nothing was published: garant publish does it.")
					return nil
				}
				s.table([]string{"version", s.say("publiée le", "published on"), s.say("empreinte", "digest")}, rows, 0)
				return nil
			})
		},
	}
}

// stale says so where the folder has moved on since the latest edition.
func (s *session) stale(ctx context.Context, p *project.Project) error {
	stale, err := serve.Stale(ctx, p)
	if stale {
		s.note("La politique a changé depuis la dernière version publiée. → garant publish", "The policy has changed since the latest version that was published. → garant publish")
	}
	return err
}
