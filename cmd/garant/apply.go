package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/plan"
)

func (s *session) applyCmd() *cobra.Command {
	var approve []string
	var by string
	c := &cobra.Command{
		Use: "apply PLAN", Short: "Carry out a plan: approved, throttled, resumable, proven", Args: exactly(1),
		Long: "Carries out the plan file. It is refused, and nothing is touched, when it was edited, is of a day to come,\nlacks an approval, or when the policy, the binding, the schema or the data moved since it was made.\n" +
			"Stopped or killed, it goes on where it ended when it is run again.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 partly done; 5 not approved; 6 plan refused;\n10 the files have errors; 11 another run is at work; 13 a store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				pl, err := readPlan(args[0])
				if err != nil {
					return err
				}
				if err := s.approve(c.Context(), p, pl, approve, by); err != nil {
					return err
				}
				return s.apply(c.Context(), p, pl)
			})
		},
	}
	c.Flags().StringArrayVar(&approve, "approve", nil, "approve STEP=COUNT or DATASET=COUNT as the plan shows it")
	c.Flags().StringVar(&by, "by", "", "who approves")
	return c
}

func (s *session) approveCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "approve PLAN STEP=COUNT…", Short: "Approve steps of a plan by name and count", Args: atLeast(2),
		Long: "Approves steps (STEP=COUNT) or all steps of a dataset (DATASET=COUNT, their sum). The count must be the\none the plan shows. Exit codes: 0 done; 1 error; 2 wrong usage; 6 the plan was edited.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				pl, err := readPlan(args[0])
				if err != nil {
					return err
				}
				return s.approve(c.Context(), p, pl, args[1:], by)
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "who approves")
	return c
}

func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usage(fmt.Errorf("%s takes %d arguments, not %d", c.CommandPath(), n, len(args)))
		}
		return nil
	}
}

func atLeast(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < n {
			return usage(fmt.Errorf("%s takes %d arguments or more, not %d", c.CommandPath(), n, len(args)))
		}
		return nil
	}
}

func readPlan(path string) (plan.Plan, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("read the plan: %w", err)
	}
	pl, err := plan.Decode(b)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("read the plan %s: %w", path, err)
	}
	return pl, nil
}

// approve notes approvals written as NAME=COUNT.
func (s *session) approve(ctx context.Context, p *project.Project, pl plan.Plan, given []string, by string) error {
	if len(given) == 0 {
		return nil
	}
	if by == "" {
		return usage(errors.New("an approval has a name: add --by"))
	}
	if err := p.State.CheckSeal(pl); err != nil {
		return err
	}
	for _, g := range given {
		steps, err := named(pl, g)
		if err != nil {
			return err
		}
		for _, st := range steps {
			if err := p.Approve(ctx, pl, st, project.Consent{By: by, At: s.instant()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// named finds the steps that NAME=COUNT approves: a step, or those of a dataset that need it.
func named(pl plan.Plan, given string) ([]plan.Step, error) {
	name, count, ok := cutLast(given, "=")
	n, err := strconv.ParseInt(count, 10, 64)
	if !ok || err != nil {
		return nil, usage(fmt.Errorf("--approve %s: write STEP=COUNT or DATASET=COUNT", given))
	}
	var steps []plan.Step
	var sum int64
	for _, st := range pl.Pending() {
		if st.ID == name || st.Dataset == name && len(st.Needs) > 0 {
			steps, sum = append(steps, st), sum+st.Due
		}
	}
	switch {
	case len(steps) == 0:
		return nil, usage(fmt.Errorf("--approve %s: the plan has no such step or dataset to approve", given))
	case sum != n:
		return nil, usage(fmt.Errorf("--approve %s: the plan shows %d records, not %d", given, sum, n))
	}
	return steps, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// apply carries out the plan and shows how it ended.
func (s *session) apply(ctx context.Context, p *project.Project, pl plan.Plan) error {
	bar := s.progress(pl)
	rep, err := p.Apply(ctx, pl, project.Run{Clock: s.instant, Tell: bar.tell, Ratio: -1, At: s.at})
	bar.done()
	var un *project.Unapproved
	if errors.As(err, &un) {
		return coded{err, exitUnapproved, "garant apply … --by NOM" + approvals(un.Steps), "garant apply … --by NAME" + approvals(un.Steps)}
	}
	if err != nil {
		return err
	}
	if err := s.showReport(rep); err != nil {
		return err
	}
	switch {
	case len(rep.Unreachable) > 0:
		return quiet(exitUnreachable)
	case !rep.Complete():
		return quiet(exitPartly)
	}
	return nil
}

func (s *session) showReport(rep apply.Report) error {
	if s.json {
		return s.print(rep)
	}
	if len(rep.Steps) == 0 && rep.Stopped == "" {
		s.line("Rien n’est dû.", "Nothing is due.")
		return nil
	}
	var rows [][]string
	for _, st := range rep.Steps {
		kept := st.Changed + st.Held + st.Locked + st.Named
		rows = append(rows, []string{st.Step, s.state(st.State), s.number(st.Due), s.number(st.Done + st.Shells + st.Earlier), s.number(kept), s.number(st.Left), st.Why})
	}
	s.table([]string{s.say("étape", "step"), s.say("état", "state"), s.say("dû", "due"), s.say("fait", "done"), s.say("écarté", "dropped"), s.say("reste", "left"), ""}, rows, 2, 3, 4, 5)
	if rep.Recovered > 0 {
		s.line("%s reçus d’une exécution interrompue ont été inscrits.", "%s receipts of an interrupted run were entered.", s.number(int64(rep.Recovered)))
	}
	if rep.Stopped != "" {
		s.line("Arrêté (%s)"+narrow+": relancer la même commande pour continuer.", "Stopped (%s): run the same command to go on.", rep.Stopped)
	}
	return nil
}

func (s *session) state(st apply.State) string {
	switch st {
	case apply.Done:
		return s.say("● fait", "● done")
	case apply.Partly:
		return s.say("◐ en partie", "◐ partly")
	case apply.Asking:
		return s.say("? à demander", "? asking")
	case apply.Waiting:
		return s.say("○ à faire", "○ waiting")
	case apply.Unreachable:
		return s.say("✗ injoignable", "✗ unreachable")
	case apply.NotApproved:
		return s.say("✗ non approuvé", "✗ not approved")
	}
	return s.say("✗ échec", "✗ failed")
}
