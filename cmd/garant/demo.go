package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// demoFlags are how the demo is asked for.
type demoFlags struct {
	dir    string
	people int
	seed   uint64
	yes    bool
	serve  bool
}

// demoSeed makes every demo the same.
const demoSeed = 1

func (s *session) demoCmd() *cobra.Command {
	var f demoFlags
	c := &cobra.Command{
		Use: "demo", Short: "Watch an invented company's promises become true, in a folder of its own", Args: cobra.NoArgs,
		Long: "Writes an invented company with twelve years of history into a new folder, shows which promises are\nbroken, plans, applies, verifies, explains one person and verifies the ledger. With --serve nothing is\ndone but the company, and the console opens on it. The folder stays.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 4 a promise is still broken; 5 not approved.",
		RunE: func(c *cobra.Command, _ []string) error {
			if f.serve {
				return s.demoServe(c.Context(), f)
			}
			if s.json && !f.yes {
				return usage(errors.New("demo --json cannot ask: add --yes"))
			}
			return s.demo(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.dir, "dir", "garant-demo", "the folder to make; it must be empty or not there")
	c.Flags().IntVar(&f.people, "people", 10_000, "how many people ever asked the company for something")
	c.Flags().Uint64Var(&f.seed, "seed", demoSeed, "start of the generator")
	c.Flags().BoolVar(&f.yes, "yes", false, "ask nothing: approve every step by name and count")
	c.Flags().BoolVar(&f.serve, "serve", false, "open the console on the company, to do all of it in a browser")
	return c
}

// demoServe opens the console on the company before anything was done about its promises: a
// newcomer finds which are broken, and makes them true.
func (s *session) demoServe(ctx context.Context, f demoFlags) error {
	if _, err := s.fillCompany(ctx, f); err != nil {
		return err
	}
	s.dir = f.dir
	s.text("\nCe qui a été promis est-il vrai"+narrow+"? Ouvrir ce lien dans un navigateur"+narrow+":\n", "\nIs what was promised true? Open this link in a browser:\n")
	flags := serveFlags{listen: defaultListen, every: time.Hour, entrance: console.LinkAlways}
	if l, err := net.Listen("tcp", flags.listen); err != nil {
		flags.listen = "127.0.0.1:0" // somebody has the usual port
	} else if err := l.Close(); err != nil {
		return err
	}
	return s.serve(ctx, flags)
}

// demoReport is the demo for programs.
type demoReport struct {
	Dir    string         `json:"dir"`
	Rows   map[string]int `json:"rows"`
	Before map[string]int `json:"before"`
	After  map[string]int `json:"after"`
	Steps  int            `json:"steps"`
	Due    int64          `json:"due"`
	Done   int64          `json:"done"`
	Ledger int64          `json:"ledger"`
}

func (s *session) demo(ctx context.Context, f demoFlags) error {
	facts, err := s.fillCompany(ctx, f)
	if err != nil {
		return err
	}
	s.dir = f.dir
	return s.with(ctx, func(p *project.Project) error {
		t := tour{s: s, p: p, flags: f, facts: facts, report: demoReport{Dir: f.dir, Rows: facts.Rows}}
		return t.run(ctx)
	})
}

// fillCompany writes the company into a folder that is empty or not there.
func (s *session) fillCompany(ctx context.Context, f demoFlags) (demo.Facts, error) {
	if there, err := os.ReadDir(f.dir); err == nil && len(there) > 0 {
		return demo.Facts{}, usage(fmt.Errorf("the folder %s is not empty: name another with --dir", f.dir))
	}
	if err := demo.WriteCompany(f.dir); err != nil {
		return demo.Facts{}, err
	}
	p, err := project.Read(f.dir, s.getenv)
	if err != nil {
		return demo.Facts{}, err
	}
	today := p.Today(s.instant())
	s.title("Une entreprise et douze ans d’histoire, pour %s personnes, dans %s", "A company and twelve years of history, for %s people, in %s", s.number(int64(f.people)), f.dir)
	facts, err := demo.Fill(ctx, demo.Options{People: f.people, Seed: f.seed, Today: today, Dir: f.dir})
	if err != nil {
		return facts, err
	}
	var rows int64
	for _, n := range facts.Rows {
		rows += int64(n)
	}
	s.text("%s lignes dans %s tables de deux bases, dont une que personne n’a déclarée.", "%s rows in %s tables of two stores, one of them declared by nobody.", s.number(rows), s.number(int64(len(facts.Rows))))
	return facts, nil
}

// tour is the demo on the open company.
type tour struct {
	s      *session
	p      *project.Project
	flags  demoFlags
	facts  demo.Facts
	report demoReport
	plan   plan.Plan
	broken int
}

func (t *tour) run(ctx context.Context) error {
	for _, stop := range []func(context.Context) error{t.before, t.planned, t.approved, t.applied, t.after, t.explained, t.proven} {
		if err := stop(ctx); err != nil {
			return err
		}
	}
	if t.s.json {
		if err := t.s.print(t.report); err != nil {
			return err
		}
	}
	t.next()
	if t.broken > 0 {
		return quiet(exitNotTrue)
	}
	return nil
}

func (t *tour) before(ctx context.Context) (err error) {
	t.s.title("1. Chaque promesse est-elle vraie aujourd’hui"+narrow+"?", "1. Is each promise true today?")
	t.report.Before, err = t.look(ctx)
	return err
}

// look verifies and shows, and counts the verdicts.
func (t *tour) look(ctx context.Context) (map[string]int, error) {
	v, err := t.s.verify(ctx, t.p, t.p.Today(t.s.instant()))
	if err != nil {
		return nil, err
	}
	n := map[string]int{}
	for _, p := range v.Promises {
		n[string(p.Verdict)]++
	}
	t.broken = n["broken"]
	if t.s.json {
		return n, nil
	}
	return n, t.s.showVerification(v, nil)
}

func (t *tour) planned(ctx context.Context) (err error) {
	t.s.title("2. Ce qu’il faudrait faire, et pourquoi", "2. What would have to be done, and why")
	out := filepath.Join(t.flags.dir, "plan.json")
	if t.plan, err = t.s.makePlan(ctx, t.p, t.p.Today(t.s.instant()), out); err != nil {
		return err
	}
	t.report.Steps, t.report.Due = len(t.plan.Pending()), t.plan.Totals.Due
	if t.s.json {
		return nil
	}
	return t.s.showPlan(t.plan, "")
}

// approved asks once for everything, or takes --yes for it, and approves each step with the
// count it shows.
func (t *tour) approved(ctx context.Context) error {
	t.s.title("3. L’approbation", "3. The approval")
	if !t.flags.yes && !t.s.yes("Approuver ces étapes, avec les nombres affichés"+narrow+"? [oui/non] ", "Approve these steps, with the counts shown? [yes/no] ") {
		return coded{plan.ErrNotApproved, exitUnapproved, "rien n’a été touché ; relancer avec --yes ou garant -C " + t.flags.dir + " plan",
			"nothing was touched; run again with --yes, or garant -C " + t.flags.dir + " plan"}
	}
	n := 0
	for _, st := range t.plan.Pending() {
		if len(st.Needs) == 0 {
			continue
		}
		n++
		if err := t.p.Approve(ctx, t.plan, st, project.Consent{By: "demo", At: t.s.instant()}); err != nil {
			return err
		}
	}
	t.s.text("%s étapes approuvées, chacune par son nom et son nombre.", "%s steps approved, each by its name and its count.", t.s.number(int64(n)))
	return nil
}

func (t *tour) applied(ctx context.Context) error {
	t.s.title("4. L’application", "4. Carrying it out")
	bar := t.s.progress(t.plan)
	rep, err := t.p.Apply(ctx, t.plan, project.Run{Clock: t.s.instant, Tell: bar.tell, Ratio: 0, At: t.s.at})
	bar.done()
	if err != nil {
		return err
	}
	t.report.Done = rep.Rows()
	if !rep.Complete() {
		return errors.Join(t.s.showReport(rep), quiet(exitPartly))
	}
	t.s.text("%s fiches traitées, aucune étape en suspens.", "%s records acted on, no step left.", t.s.number(rep.Rows()))
	return nil
}

func (t *tour) after(ctx context.Context) (err error) {
	t.s.title("5. Et maintenant"+narrow+"?", "5. And now?")
	t.report.After, err = t.look(ctx)
	return err
}

// explained shows a client whose marketing term ended and whose invoices are kept.
func (t *tour) explained(ctx context.Context) error {
	t.s.title("6. Une personne", "6. One person")
	if t.s.json {
		return nil
	}
	r := t.facts.Cases[demo.KeptForAccounts]
	return t.s.why(ctx, t.p, r.Dataset, fmt.Sprint(r.Key))
}

func (t *tour) proven(ctx context.Context) error {
	t.s.title("7. La preuve", "7. The proof")
	cp, err := t.p.State.VerifyLedger(ctx)
	if err != nil {
		return t.s.sound(cp, err)
	}
	t.report.Ledger = cp.Size
	if t.s.json {
		return nil
	}
	return t.s.sound(cp, nil)
}

// next prints five commands to go on with.
func (t *tour) next() {
	t.s.title("Cinq commandes pour continuer", "Five commands to go on with")
	year := t.p.Today(t.s.instant()).Add(policy.Years(2))
	r := t.facts.Cases[demo.InDispute]
	for _, c := range []string{"verify", "plan --at " + year.String(), fmt.Sprintf("why %s %d", r.Dataset, r.Key), "ledger show", "check"} {
		t.s.text("  %s -C %s %s", "  %s -C %s %s", t.s.program(), t.flags.dir, c)
	}
}

// title writes a heading where people read.
func (s *session) title(fr, en string, args ...any) {
	if !s.json {
		s.line("\n"+fr+"\n", "\n"+en+"\n", args...)
	}
}

// text writes a line where people read.
func (s *session) text(fr, en string, args ...any) {
	if !s.json {
		s.line(fr, en, args...)
	}
}

// yes asks a question; only a plain yes is one.
func (s *session) yes(fr, en string) bool {
	_, _ = fmt.Fprint(s.out, s.say(fr, en)) // see line
	in := bufio.NewScanner(s.in)
	if !in.Scan() {
		s.line("", "")
		return false
	}
	switch strings.ToLower(strings.TrimSpace(in.Text())) {
	case "oui", "o", "yes", "y":
		return true
	}
	return false
}
