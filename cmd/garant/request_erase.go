package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// endingFlags say what a human decides beside the rule.
type endingFlags struct{ keep, end []string }

func (s *session) requestPlanCmd() *cobra.Command {
	var f endingFlags
	var by string
	c := &cobra.Command{
		Use: "plan ID", Short: "For erasure, objection, withdrawal: what would go, what stays, under which text and until when", Args: exactly(1),
		Long: "request plan request-7\nrequest plan request-7 --keep relationship=legal_claims --by dpo\n\n" +
			"Each purpose ends or stays by the bases it rests on; --keep keeps one on a ground of article 17(3) or for compelling\n" +
			"grounds (overriding_interest), --end ends one that is no longer necessary. The plan is kept: request apply carries it\n" +
			"out and nothing else.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 some place was not looked at; 6 not ready; 13 a store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				return s.planRequest(ctx, p, d, args[0], f, by)
			})
		},
	}
	c.Flags().StringArrayVar(&f.keep, "keep", nil, "keep a purpose, PURPOSE=GROUND")
	c.Flags().StringArrayVar(&f.end, "end", nil, "end a purpose that is no longer necessary")
	c.Flags().StringVar(&by, "by", "", "who decides (required with --keep and --end)")
	return c
}

func (f endingFlags) choice(by string) (rights.Choice, error) {
	c := rights.Choice{Keep: map[policy.PurposeID]rights.Ground{}}
	for _, id := range f.end {
		c.End = append(c.End, policy.PurposeID(id))
	}
	for _, k := range f.keep {
		id, ground, ok := strings.Cut(k, "=")
		if !ok {
			return c, usage(errors.New("--keep: write PURPOSE=GROUND"))
		}
		c.Keep[policy.PurposeID(id)] = rights.Ground(ground)
	}
	if len(c.Keep)+len(c.End) > 0 && by == "" {
		return c, usage(errors.New("a choice against the rule has a name: add --by"))
	}
	return c, nil
}

// erasingView is the plan of a request as it is shown.
type erasingView struct {
	ID      string            `json:"id"`
	Plan    string            `json:"plan"`
	Endings []rights.Ending   `json:"endings"`
	Goes    []going           `json:"goes"`
	Stays   []project.Staying `json:"stays"`
	Due     int64             `json:"due"`
}

type going struct {
	Step    string            `json:"step"`
	Store   string            `json:"store"`
	Dataset string            `json:"dataset"`
	Action  policy.Action     `json:"action"`
	Whole   bool              `json:"whole_row"`
	Groups  []policy.Category `json:"groups"`
	Due     int64             `json:"due"`
	Held    int64             `json:"held"`
}

func (s *session) planRequest(ctx context.Context, p *project.Project, d rights.Desk, id string, f endingFlags, by string) error {
	choice, err := f.choice(by)
	if err != nil {
		return err
	}
	planned, err := p.PlanCase(ctx, d, id, choice, s.signed(by))
	if errors.Is(err, project.ErrProspecting) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	return s.showErasing(viewErasing(id, planned.Erasing, planned.Plan, planned.Stays))
}

func viewErasing(id string, e rights.Erasing, pl plan.Plan, stays []project.Staying) erasingView {
	v := erasingView{ID: id, Plan: pl.Digest(), Endings: e.Endings, Goes: []going{}, Stays: stays, Due: pl.Totals.Due}
	for _, st := range pl.Steps {
		v.Goes = append(v.Goes, going{st.ID, st.Store, st.Dataset, st.Action, st.WholeRow, st.Groups, st.Due, st.Held})
	}
	return v
}

func (s *session) showErasing(v erasingView) error {
	if s.json {
		return s.print(v)
	}
	s.line("Demande %s"+narrow+": ce que la loi laisse finir", "Request %s: what the law lets end", v.ID)
	var rows [][]string
	for _, e := range v.Endings {
		word := s.say("reste", "stays")
		if e.Ends {
			word = s.say("finit", "ends")
		}
		rows = append(rows, []string{string(e.Purpose), word, e.Article, string(e.Ground), e.Title})
	}
	s.table([]string{s.say("finalité", "purpose"), "", s.say("texte", "text"), s.say("motif", "ground"), ""}, rows)
	s.line("\n"+"Ce qui part", "\n"+"What goes")
	rows = nil
	for _, g := range v.Goes {
		rows = append(rows, []string{g.Store + "." + g.Dataset, s.action(g.Action, g.Whole), groupsOf(g), s.number(g.Due), s.number(g.Held)})
	}
	s.table([]string{s.say("jeu de données", "dataset"), "", s.say("données", "data"), s.say("fiches", "records"), s.say("gelées", "held")}, rows, 3, 4)
	s.showStays(v.Stays)
	s.line("\n→ garant request apply %s --approve %d --by NOM", "\n→ garant request apply %s --approve %d --by NAME", v.ID, v.Due)
	return nil
}

func groupsOf(g going) string {
	if g.Whole {
		return "*"
	}
	return join(g.Groups)
}

func (s *session) showStays(stays []project.Staying) {
	s.line("\n"+"Ce qui reste", "\n"+"What stays")
	var rows [][]string
	for _, st := range stays {
		var why []string
		for _, c := range st.For {
			why = append(why, strings.TrimSpace(c.Title+" "+string(c.Says)))
		}
		rows = append(rows, []string{st.Dataset + " " + st.Record, string(st.Group), s.groupState(st.State), s.day(st.Until), strings.Join(why, "; ")})
	}
	s.table([]string{s.say("fiche", "record"), s.say("données", "data"), "", s.say("jusqu’au", "until"), s.say("pour", "for")}, rows)
}

func (s *session) requestApplyCmd() *cobra.Command {
	var count int64
	var by string
	c := &cobra.Command{
		Use: "apply ID", Short: "Carry out the plan of a request as it was shown, and look that it is done", Args: exactly(1),
		Long: "request apply request-7 --approve 4 --by dpo\n\nThe count is the one that request plan shows. Run again after a crash it goes on where it ended.\n\n" +
			"Exit codes: 0 done and seen; 1 error; 2 wrong usage; 3 partly done; 5 the count is not the one shown; 6 what was planned moved;\n11 another run is at work; 13 a store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				return s.applyRequest(ctx, p, d, args[0], count, by)
			})
		},
	}
	c.Flags().Int64Var(&count, "approve", -1, "how many records the plan shows (required)")
	c.Flags().StringVar(&by, "by", "", "who approves (required)")
	return c
}

func (s *session) applyRequest(ctx context.Context, p *project.Project, d rights.Desk, id string, count int64, by string) error {
	k, err := p.State.Case(ctx, id)
	switch {
	case err != nil:
		return err
	case k.Right == rights.Restriction && by != "":
		return s.restrict(ctx, p, d, id, by)
	case by == "" || count < 0:
		return usage(errors.New("an approval has a count and a name: add --approve and --by"))
	}
	done, err := p.ApplyCase(ctx, d, id, count, s.signed(by), project.Run{Clock: s.instant, Ratio: -1, At: s.at})
	if err != nil {
		return err
	}
	if s.json {
		err = s.print(map[string]any{"id": id, "seen": done.Seen, "report": done.Report, "stays": done.Stays})
	} else if err = s.showReport(done.Report); err == nil {
		s.showStays(done.Stays)
	}
	switch {
	case err != nil:
		return err
	case len(done.Report.Unreachable) > 0:
		return quiet(exitUnreachable)
	case !done.Seen:
		s.note("Un nouveau regard trouve encore des données"+narrow+": refaire garant request run %s, puis plan.", "A fresh look still finds data: make garant request run %s again, then plan.", id)
		return quiet(exitPartly)
	}
	s.note("Vu dans les bases"+narrow+": il ne reste rien à effacer.", "Seen in the stores: nothing is left to erase.")
	return nil
}

// restrict keeps what is found and stops its use.
func (s *session) restrict(ctx context.Context, p *project.Project, d rights.Desk, id, by string) error {
	k, records, err := p.RestrictCase(ctx, d, id, s.signed(by))
	if err != nil || s.json {
		return s.jsonOr(err, map[string]any{"id": k.ID, "holds": k.Holds, "records": records})
	}
	s.line("Demande %s"+narrow+": %d fiches gardées et plus utilisées (%s).", "Request %s: %d records kept and no longer used (%s).", id, records, strings.Join(k.Holds, ", "))
	return nil
}

func (s *session) requestExecuteCmd() *cobra.Command {
	var proof, by string
	c := &cobra.Command{
		Use: "execute ID", Short: "Carry out directives for after death, on proof of death", Args: exactly(1),
		Long: "request execute request-7 --proof \"acte de décès 2026-12\" --by dpo\n\n" +
			"From then on nothing of the person is used. What they asked to have erased or handed over is opened as a request of its own.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				if by == "" {
					return usage(errors.New("it is carried out by somebody: add --by"))
				}
				k, err := d.Execute(ctx, args[0], proof, s.signed(by))
				if err != nil {
					return err
				}
				if err := p.Died(ctx, k, s.instant()); err != nil {
					return err
				}
				return s.tellCase(p, d, k, "Demande %s.", "Request %s.")
			})
		},
	}
	c.Flags().StringVar(&proof, "proof", "", "reference of the proof of death (required)")
	c.Flags().StringVar(&by, "by", "", "who carries it out (required)")
	return c
}

func (s *session) requestLiftCmd() *cobra.Command {
	var told bool
	var by string
	c := &cobra.Command{
		Use: "lift ID", Short: "End a restriction, after the person was told (article 18(3))", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				if by == "" {
					return usage(errors.New("lifting has a name: add --by"))
				}
				k, err := d.Lift(ctx, args[0], told, s.signed(by))
				if err != nil {
					return err
				}
				if err := p.Unrestrict(ctx, k, by, s.instant()); err != nil {
					return err
				}
				return s.tellCase(p, d, k, "Demande %s"+narrow+": la limitation est levée.", "Request %s: the restriction is lifted.")
			})
		},
	}
	c.Flags().BoolVar(&told, "told", false, "the person was told before")
	c.Flags().StringVar(&by, "by", "", "who lifts it")
	return c
}
