package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
)

func (s *session) formCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "form", Short: "The forms of forms.yaml: list, show",
		Long: "forms.yaml says what people fill in, for which purposes, and where it goes; garant serve serves each form under\n" +
			"/formulaires/. docs/forms.md tells how a site takes them in.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.formListCmd(), s.formShowCmd())
}

// withForms runs fn with the state open where there is a forms.yaml that the law allows.
func (s *session) withForms(ctx context.Context, fn func(*project.Project) error) error {
	return s.withState(ctx, func(p *project.Project) error {
		if p.Forms == nil {
			return coded{errors.New("there is no forms.yaml: nobody wrote a form"), exitNotBound, "l’écrire comme docs/forms.md le montre", "write it as docs/forms.md shows"}
		}
		if err := p.LawfulForms(p.Today(s.instant())); err != nil {
			return err
		}
		if p.Failed() {
			s.problems(p, false)
			return project.ErrProblems
		}
		return fn(p)
	})
}

// formReport is a form, for programs.
type formReport struct {
	collect.Form
	Version string         `json:"version"`
	Notice  collect.Notice `json:"notice"`
	// Sentences are what the boxes say, by their names.
	Sentences map[string]consent.Text `json:"sentences"`
}

func reportForm(p *project.Project, f collect.Form) formReport {
	r := formReport{Form: f, Notice: collect.NoticeOf(f, p.Policy), Sentences: map[string]consent.Text{}}
	r.Version = f.Version(r.Notice)
	for _, b := range f.Boxes {
		r.Sentences[b.Name] = b.Sentence(p.Policy)
	}
	return r
}

func (s *session) formListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The forms, with their version and where what is sent goes", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withForms(c.Context(), func(p *project.Project) error {
				reports, rows := []formReport{}, [][]string{}
				for _, f := range p.Forms.Forms {
					r := reportForm(p, f)
					reports = append(reports, r)
					rows = append(rows, []string{string(f.ID), s.say(f.Title.FR, f.Title.EN), r.Version, s.goes(f.Forward)})
				}
				if s.json {
					return s.print(reports)
				}
				s.table([]string{s.say("formulaire", "form"), s.say("titre", "title"), "version", s.say("va vers", "goes to")}, rows)
				return nil
			})
		},
	}
}

func (s *session) goes(to collect.Forward) string {
	switch {
	case to.Webhook != "":
		return to.Webhook
	case to.Dataset != "":
		return s.say("jeu de données ", "dataset ") + to.Dataset
	}
	return s.say("nulle part", "nowhere")
}

func (s *session) formShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show FORM", Short: "What a form tells people: the notice of article 13, and the sentence of each box", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.withForms(c.Context(), func(p *project.Project) error {
				f, ok := p.Forms.Form(collect.FormID(args[0]))
				if !ok {
					return usage(fmt.Errorf("forms.yaml has no form %q", args[0]))
				}
				return s.showForm(reportForm(p, f))
			})
		},
	}
}

func (s *session) showForm(r formReport) error {
	if s.json {
		return s.print(r)
	}
	for _, l := range r.Notice.Lines {
		s.line("%s", "%s", s.say(l.Title.FR, l.Title.EN))
		for _, t := range l.Says {
			s.line("    %s", "    %s", s.say(t.FR, t.EN))
		}
	}
	for _, b := range r.Boxes {
		t := r.Sentences[b.Name]
		s.line("☐ %s", "☐ %s", s.say(t.FR, t.EN))
	}
	return nil
}
