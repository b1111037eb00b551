package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) planCmd() *cobra.Command {
	var at, out string
	var check bool
	c := &cobra.Command{
		Use: "plan", Short: "What the promises require on a day, with reasons and counts", Args: cobra.NoArgs,
		Long: "Counts what is due, held and undetermined, and why. Nothing is touched. With -o the plan is sealed and\nkept, with the set of records it was shown with, so that it can be applied.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 4 something is due (with --check); 10 the files have errors;\n13 a store does not answer.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				today := p.Today(s.instant())
				if at != "" {
					d, err := policy.ParseDate(at)
					if err != nil {
						return usage(fmt.Errorf("--at %s: %w", at, err))
					}
					today = d
				}
				pl, err := s.makePlan(c.Context(), p, today, out)
				if err != nil {
					return err
				}
				if err := s.showPlan(pl, out); err != nil {
					return err
				}
				if check && len(pl.Pending()) > 0 {
					return quiet(exitNotTrue)
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "answer for another day (2028-01-01)")
	c.Flags().StringVarP(&out, "output", "o", "", "keep the plan and write it to this file")
	c.Flags().BoolVar(&check, "check", false, "exit 4 when something is due")
	return c
}

// makePlan computes the plan, and keeps and writes it where a file is named.
func (s *session) makePlan(ctx context.Context, p *project.Project, today policy.Date, out string) (plan.Plan, error) {
	pl, err := p.Plan(ctx, today, nil)
	if err != nil || out == "" {
		return pl, err
	}
	if pl, err = p.Keep(ctx, pl, s.instant()); err != nil {
		return pl, err
	}
	return pl, writeFile(out, plan.Encode(pl))
}

// writeFile writes a whole file or none.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".garant-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // after the renaming there is nothing
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func (s *session) showPlan(pl plan.Plan, out string) error {
	if s.json {
		return s.print(planView(pl))
	}
	s.line("Plan du %s", "Plan of %s", s.day(pl.AsOf))
	var rows [][]string
	for _, st := range pl.Steps {
		rows = append(rows, []string{st.Store + "." + st.Dataset, s.action(st.Action, st.WholeRow), groups(st),
			s.number(st.Due), s.number(st.Held), s.number(st.Undetermined)})
	}
	if len(rows) == 0 {
		s.line("Rien n’est dû.", "Nothing is due.")
		return nil
	}
	s.table([]string{s.say("jeu de données", "dataset"), "action", s.say("données", "data"), s.say("dû", "due"), s.say("gelé", "held"), s.say("indéterminé", "undetermined")}, rows, 3, 4, 5)
	s.line("Total"+narrow+": %s à traiter, %s gelées, %s indéterminées.", "Total: %s due, %s held, %s undetermined.",
		s.number(pl.Totals.Due), s.number(pl.Totals.Held), s.number(pl.Totals.Undetermined))
	s.because(pl)
	s.nextStep(pl, out)
	return nil
}

func groups(st plan.Step) string {
	if st.WholeRow {
		return "*"
	}
	return join(st.Groups)
}

// because writes the reasons of what is due.
func (s *session) because(pl plan.Plan) {
	if len(pl.Pending()) == 0 {
		return
	}
	s.line("\nPourquoi", "\nWhy")
	for _, st := range pl.Pending() {
		s.line("  %s", "  %s", st.ID)
		for _, r := range st.Because {
			cut := ""
			if !r.Cutoff.IsZero() {
				cut = s.say(" · dernier événement au plus tard le ", " · last event no later than ") + s.day(r.Cutoff)
			}
			s.line("    %s (%s)%s · %s", "    %s (%s)%s · %s", r.Says, r.Rule, cut, s.number(r.Due))
		}
		if len(st.Needs) > 0 {
			s.line("    à approuver"+narrow+": %s", "    to be approved: %s", s.needs(st.Needs))
		}
	}
}

// needs words why an approval is asked for.
func (s *session) needs(why []string) string {
	var out []string
	for _, w := range why {
		kind, rest, _ := strings.Cut(w, " ")
		switch kind {
		case "share":
			out = append(out, s.say(rest+narrow+"% du jeu de données", rest+"% of the dataset"))
		case "first":
			out = append(out, s.say("première exécution de "+rest, "first run of "+rest))
		case "refused":
			out = append(out, s.say("des personnes ont refusé avant le terme", "people refused before the term"))
		default:
			out = append(out, s.say("approbation exigée", "approval required"))
		}
	}
	return strings.Join(out, " ; ")
}

func (s *session) nextStep(pl plan.Plan, out string) {
	if len(pl.Pending()) == 0 {
		return
	}
	if out == "" {
		s.line("\nPour l’appliquer"+narrow+": garant plan -o plan.json", "\nTo apply it: garant plan -o plan.json")
		return
	}
	s.line("\nPour l’appliquer"+narrow+": garant apply %s --by NOM%s", "\nTo apply it: garant apply %s --by NAME%s", out, approvals(pl.Pending()))
}

// approvals writes the flags that approve the steps that need it.
func approvals(steps []plan.Step) string {
	var b strings.Builder
	for _, st := range steps {
		if len(st.Needs) > 0 {
			fmt.Fprintf(&b, " \\\n    --approve %s=%d", st.ID, st.Due)
		}
	}
	return b.String()
}

// planOut is the plan for programs: what is to be done and why, without the engine's work.
type planOut struct {
	AsOf          policy.Date `json:"as_of"`
	Digest        string      `json:"digest"`
	PolicyDigest  string      `json:"policy_digest"`
	BindingDigest string      `json:"binding_digest"`
	SchemaDigest  string      `json:"schema_digest"`
	Steps         []stepOut   `json:"steps"`
	Totals        plan.Totals `json:"totals"`
}

type stepOut struct {
	ID           string            `json:"id"`
	Dataset      string            `json:"dataset"`
	Store        string            `json:"store"`
	Action       policy.Action     `json:"action"`
	WholeRow     bool              `json:"whole_row"`
	Groups       []policy.Category `json:"groups"`
	Due          int64             `json:"due"`
	Held         int64             `json:"held"`
	Undetermined int64             `json:"undetermined"`
	Asking       int64             `json:"asking,omitempty"`
	Rows         int64             `json:"rows"`
	Because      []plan.Reason     `json:"because"`
	Needs        []string          `json:"needs,omitempty"`
	// Ended are the purposes that people ended themselves.
	Ended []policy.PurposeID `json:"ended,omitempty"`
}

func planView(pl plan.Plan) planOut {
	out := planOut{AsOf: pl.AsOf, Digest: pl.Digest(), PolicyDigest: pl.PolicyDigest, BindingDigest: pl.BindingDigest, SchemaDigest: pl.SchemaDigest,
		Steps: []stepOut{}, Totals: pl.Totals}
	for _, st := range pl.Steps {
		out.Steps = append(out.Steps, stepOut{st.ID, st.Dataset, st.Store, st.Action, st.WholeRow, st.Groups, st.Due, st.Held, st.Undetermined, st.Asking, st.Rows, st.Because, st.Needs, st.Ended})
	}
	return out
}
