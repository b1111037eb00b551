package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/api"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) tokenCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "token", Short: "What the company's own programs may do over HTTP, and how often: add, list, rate, end",
		Long: "A token lets one program use the API of garant serve and garant consent serve, for some rights and some purposes.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.tokenAddCmd(), s.tokenListCmd(), s.tokenRateCmd(), s.tokenEndCmd())
}

func (s *session) tokenAddCmd() *cobra.Command {
	var may, purposes []string
	var perSecond int
	c := &cobra.Command{
		Use: "add NAME --may RIGHT,…", Short: "Make a token; it is printed once", Args: exactly(1),
		Long: "The rights: ask (may this person be reached?), report (what came of it), record (what people agreed to or\n" +
			"refused), requests (what people ask), read (verdicts and plans). With --for it serves for those purposes alone.\n" +
			"With --rate it may make so many requests a second; who makes more is answered 429. Only its digest is kept.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				t, err := s.newToken(p, args[0], may, purposes)
				if err == nil && c.Flags().Changed("rate") {
					t.Rate, err = perSecond, checkRate(perSecond)
				}
				if err != nil {
					return usage(err)
				}
				return s.addToken(c.Context(), p, t)
			})
		},
	}
	c.Flags().StringSliceVar(&may, "may", nil, "what it may do: ask, report, record, requests, read")
	c.Flags().StringSliceVar(&purposes, "for", nil, "the purposes that it is for; all unless given")
	c.Flags().IntVar(&perSecond, "rate", api.DefaultRate, "how many requests a second it may make")
	return c
}

// mostRate is how many requests a second a token may be allowed at most: more than a machine answers.
const mostRate = 1_000_000

func checkRate(perSecond int) error {
	if perSecond < 1 || perSecond > mostRate {
		return fmt.Errorf("the rate: write how many requests a second the token may make, from 1 to %d", mostRate)
	}
	return nil
}

func (s *session) tokenRateCmd() *cobra.Command {
	return &cobra.Command{
		Use: "rate NAME PER_SECOND", Short: "Change how many requests a second a token may make; within a second it counts", Args: exactly(2),
		Long: "token rate crm 200\n\nExit codes: 0 done; 1 error; 2 wrong usage, or there is no such token; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			perSecond, _ := strconv.Atoi(args[1]) // what is no number is zero, which is no rate
			if err := checkRate(perSecond); err != nil {
				return usage(err)
			}
			return s.withState(c.Context(), func(p *project.Project) error {
				err := p.State.SetTokenRate(c.Context(), args[0], perSecond)
				if errors.Is(err, db.ErrNotFound) {
					return noToken(args[0])
				}
				if err != nil || s.json {
					return s.jsonOr(err, map[string]any{"name": args[0], "rate": perSecond})
				}
				s.line("Jeton de %s"+narrow+": %d demandes par seconde.", "Token of %s: %d requests a second.", args[0], perSecond)
				return nil
			})
		},
	}
}

func noToken(name string) error {
	return usage(fmt.Errorf("there is no token %q; see garant token list", name))
}

// longestTokenName is how long a token's name may be.
const longestTokenName = 60

func (s *session) newToken(p *project.Project, name string, may, purposes []string) (db.Token, error) {
	out := db.Token{Name: strings.TrimSpace(name), Rights: may, Made: s.instant()}
	if out.Name == "" || len(out.Name) > longestTokenName {
		return out, errors.New("a token has a short name: that of the program it is for")
	}
	if len(may) == 0 {
		return out, fmt.Errorf("--may: say what it may do, of %v", api.Rights())
	}
	for _, r := range may {
		if !slices.Contains(api.Rights(), api.Right(r)) {
			return out, fmt.Errorf("--may: there is no right %q; there are %v", r, api.Rights())
		}
	}
	for _, id := range purposes {
		if !slices.ContainsFunc(p.Policy.Purposes, func(x policy.Purpose) bool { return string(x.ID) == id }) {
			return out, fmt.Errorf("--for: policy.yaml has no purpose %q", id)
		}
		out.Purposes = append(out.Purposes, policy.PurposeID(id))
	}
	return out, nil
}

func (s *session) addToken(ctx context.Context, p *project.Project, t db.Token) error {
	token := rand.Text()
	switch err := p.State.AddToken(ctx, t, sha256.Sum256([]byte(token))); {
	case errors.Is(err, db.ErrTaken):
		return usage(fmt.Errorf("%s has a token; end it first: garant token end", t.Name))
	case err != nil:
		return err
	}
	if s.json {
		return s.print(map[string]string{"name": t.Name, "token": token})
	}
	s.line("Jeton de %s, montré cette seule fois"+narrow+": %s", "Token of %s, shown this once: %s", t.Name, token)
	return nil
}

func (s *session) tokenListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The tokens there are, and those that have ended", Args: exactly(0),
		Long: "Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				all, err := p.State.Tokens(c.Context())
				if err != nil {
					return err
				}
				return s.listTokens(p, all)
			})
		},
	}
}

// tokenView is a token as it is listed.
type tokenView struct {
	Name     string             `json:"name"`
	Rights   []string           `json:"rights"`
	Purposes []policy.PurposeID `json:"purposes,omitempty"`
	Rate     int                `json:"rate"`
	Made     policy.Date        `json:"made"`
	Ended    *policy.Date       `json:"ended,omitempty"`
}

func (s *session) listTokens(p *project.Project, all []db.Token) error {
	views := []tokenView{}
	for _, t := range all {
		v := tokenView{Name: t.Name, Rights: t.Rights, Purposes: t.Purposes, Rate: cmp.Or(t.Rate, api.DefaultRate), Made: p.Today(t.Made)}
		if !t.Ended.IsZero() {
			day := p.Today(t.Ended)
			v.Ended = &day
		}
		views = append(views, v)
	}
	if s.json {
		return s.print(views)
	}
	if len(views) == 0 {
		s.line("Aucun jeton.", "No token.")
	}
	for _, v := range views {
		s.line("%s%s : %s, depuis le %s, %d demandes par seconde%s", "%s%s: %s, since %s, %d requests a second%s", v.Name, s.tokenPurposes(v), strings.Join(v.Rights, " "), s.day(v.Made), v.Rate, s.tokenEnd(v))
	}
	return nil
}

func (s *session) tokenPurposes(v tokenView) string {
	if len(v.Purposes) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%v)", v.Purposes)
}

func (s *session) tokenEnd(v tokenView) string {
	if v.Ended == nil {
		return ""
	}
	return s.say(", fini le ", ", ended on ") + s.day(*v.Ended)
}

func (s *session) tokenEndCmd() *cobra.Command {
	return &cobra.Command{
		Use: "end NAME", Short: "Let a token in no more; within a second nothing is answered to it", Args: exactly(1),
		Long: "Exit codes: 0 done; 1 error; 2 wrong usage, or there is no such token; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.withState(c.Context(), func(p *project.Project) error {
				err := p.State.EndToken(c.Context(), args[0], s.instant())
				if errors.Is(err, db.ErrNotFound) {
					return noToken(args[0])
				}
				if err != nil || s.json {
					return s.jsonOr(err, map[string]string{"name": args[0]})
				}
				s.line("Jeton de %s : fini.", "Token of %s: ended.", args[0])
				return nil
			})
		},
	}
}

// grants finds the company's tokens in its state.
type grants struct{ state *db.State }

// Grant implements api.Grants.
func (g grants) Grant(ctx context.Context, digest [32]byte) (api.Grant, error) {
	t, err := g.state.Token(ctx, digest)
	if errors.Is(err, db.ErrNotFound) {
		return api.Grant{}, api.ErrNoGrant
	}
	out := api.Grant{Name: t.Name, Purposes: t.Purposes, Rate: t.Rate}
	for _, r := range t.Rights {
		out.Rights = append(out.Rights, api.Right(r))
	}
	return out, err
}

// findings reads what was found and planned in the company's state.
type findings struct{ state *db.State }

// Verdicts implements api.Findings.
func (f findings) Verdicts(ctx context.Context) (out api.Verdicts, err error) {
	all, err := f.state.LastVerdicts(ctx)
	for _, v := range all {
		out.AsOf = v.AsOf
		out.Verdicts = append(out.Verdicts, api.Verdict{Promise: v.Promise, Verdict: v.Verdict.Verdict, Overdue: v.Overdue, Undetermined: v.Undetermined})
	}
	return out, err
}

// shownPlans is how many plans are listed.
const shownPlans = 50

// Plans implements api.Findings.
func (f findings) Plans(ctx context.Context) (out []api.PlanLine, err error) {
	all, err := f.state.Plans(ctx, shownPlans)
	for _, p := range all {
		out = append(out, api.PlanLine{Digest: p.Digest, Saved: p.Saved, Finished: p.Finished})
	}
	return out, err
}

// Plan implements api.Findings.
func (f findings) Plan(ctx context.Context, digest string) (plan.Plan, error) {
	p, err := f.state.LoadPlan(ctx, digest)
	if errors.Is(err, db.ErrNotFound) {
		err = api.ErrNothing
	}
	return p, err
}
