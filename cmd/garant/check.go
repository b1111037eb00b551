package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
)

// checkReport is what check says, for programs.
type checkReport struct {
	Problems    []policy.Problem `json:"problems"`
	Law         []project.Legal  `json:"law"`
	Errors      int              `json:"errors"`
	Datasets    []coverage       `json:"datasets"`
	Unreachable []string         `json:"unreachable"`
}

// coverage counts how the columns of a bound table are accounted for.
type coverage struct {
	Dataset     string `json:"dataset"`
	Store       string `json:"store"`
	Columns     int    `json:"columns"`
	Personal    int    `json:"personal"`
	NotPersonal int    `json:"not_personal"`
}

func (s *session) checkCmd() *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Check the files, the binding and the coverage of every column", Args: cobra.NoArgs,
		Long: "Checks policy.yaml, register.yaml and garant.yaml, looks the stores up, and says what no promise\ncovers. The published text that policy.yaml names is read: a period, a right, a recipient or a transfer that stands on\none side only is a finding, and so is another basis. Both are held against the law of the day, each remark with article, certainty and remedy; the law\nstops nothing here, since promises made are kept until they are changed. A column by which people are found and that no\nindex serves is a warning, with the statement that makes one, and so is a backup that is older than garant.yaml says (backups). Exit codes: 0 no error; 1 error; 10 the files have errors; 13 a store does not answer.",
		RunE: func(c *cobra.Command, _ []string) (err error) {
			p, err := project.Read(s.dir, s.getenv)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, p.Close()) }()
			err = p.Connect(c.Context())
			if err != nil && !errors.Is(err, project.ErrProblems) {
				return err
			}
			if lawful := p.LawfulForms(p.Today(s.instant())); lawful != nil {
				return lawful
			}
			p.Problems = append(p.Problems, p.Text()...)
			if err == nil {
				slow, err := p.Unindexed(c.Context())
				if err != nil {
					return err
				}
				late, err := p.LateBackups(c.Context(), s.instant())
				if err != nil {
					return err
				}
				p.Problems = append(p.Problems, append(slow, late...)...)
			}
			s.problems(p, true)
			if !s.json && !p.Failed() {
				legal, err := p.Law(p.Today(s.instant()))
				if err != nil {
					return err
				}
				s.legal(legal)
			}
			switch {
			case err != nil, p.Failed():
				return quiet(exitNotBound)
			case len(p.Unreachable) > 0 && s.json:
				return quiet(exitUnreachable)
			}
			return p.Answered()
		},
	}
}

// problems writes what is wrong in the files; all also writes findings and the coverage.
func (s *session) problems(p *project.Project, all bool) {
	rep := checkReport{Problems: []policy.Problem{}, Law: []project.Legal{}, Datasets: []coverage{}, Unreachable: []string{}}
	for _, pr := range p.Problems {
		if pr.Severity == policy.Error {
			rep.Errors++
		}
		if all || pr.Severity == policy.Error {
			rep.Problems = append(rep.Problems, pr)
		}
	}
	rep.Unreachable = append(rep.Unreachable, slices.Sorted(maps.Keys(p.Unreachable))...)
	for _, d := range p.Register.Datasets {
		if p.Unreachable[d.Store] == nil {
			rep.Datasets = append(rep.Datasets, covered(p, d))
		}
	}
	if s.json && all && !p.Failed() {
		if legal, err := p.Law(p.Today(s.instant())); err == nil {
			rep.Law = legal
		}
	}
	if s.json && all {
		_ = s.print(rep) // a closed pipe is the reader's wish
		return
	}
	for _, pr := range rep.Problems {
		s.problem(pr)
	}
	if all && rep.Errors == 0 && len(rep.Datasets) > 0 {
		s.coverage(rep)
	}
}

func (s *session) problem(pr policy.Problem) {
	word := map[policy.Severity]string{policy.Error: s.say("erreur", "error"), policy.Warning: s.say("attention", "warning"), policy.Finding: s.say("constat", "finding")}[pr.Severity]
	at := pr.File
	if pr.Line > 0 {
		at = place(pr)
	}
	s.note("%s: %s [%s] %s", "%s: %s [%s] %s", at, word, pr.Code, pr.Message)
	if pr.Excerpt != "" {
		s.note("%s", "%s", pr.Excerpt)
	}
	if pr.Hint != "" {
		s.note("  → %s", "  → %s", pr.Hint)
	}
}

// covered counts nothing for a dataset that could not be bound.
func covered(p *project.Project, src register.Dataset) coverage {
	c := coverage{Dataset: src.Name, Store: src.Store}
	d, ok := p.Bound.Dataset(src.Name)
	if !ok {
		return c
	}
	c.Columns = len(d.Info.Columns)
	for _, g := range d.Groups {
		c.Personal += len(g.Columns)
	}
	c.NotPersonal = c.Columns - c.Personal
	return c
}

func (s *session) coverage(rep checkReport) {
	var rows [][]string
	for _, d := range rep.Datasets {
		rows = append(rows, []string{d.Store + "." + d.Dataset, s.number(int64(d.Columns)), s.number(int64(d.Personal)), s.number(int64(d.NotPersonal))})
	}
	s.table([]string{s.say("jeu de données", "dataset"), s.say("colonnes", "columns"), s.say("personnelles", "personal"), s.say("autres", "other")}, rows, 1, 2, 3)
	if len(rep.Unreachable) > 0 {
		return // of the others nothing is known
	}
	s.line("Chaque colonne des tables reliées est déclarée.", "Every column of the bound tables is declared.")
}

// place writes where a problem is, as compilers do.
func place(p policy.Problem) string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }
