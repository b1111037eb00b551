package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
)

func (s *session) formCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "form", Short: "The forms of forms.yaml: list, show, forward",
		Long: "forms.yaml says what people fill in, for which purposes, and where it goes; garant serve serves each form under\n" +
			"/donnees/formulaires/. docs/forms.md tells how a site takes them in.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.formListCmd(), s.formShowCmd(), s.formForwardCmd())
}

func noForms() error {
	return coded{errors.New("there is no forms.yaml: nobody wrote a form"), exitNotBound, "l’écrire comme docs/forms.md le montre", "write it as docs/forms.md shows"}
}

// withForms runs fn with the state open where there is a forms.yaml that the law allows.
func (s *session) withForms(ctx context.Context, fn func(*project.Project) error) error {
	return s.withState(ctx, func(p *project.Project) error {
		if p.Forms == nil {
			return noForms()
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
	Outbox    db.LeadCount            `json:"outbox"`
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
				counts, err := p.State.LeadCounts(c.Context())
				if err != nil {
					return err
				}
				return s.listForms(p, counts)
			})
		},
	}
}

func (s *session) listForms(p *project.Project, counts []db.LeadCount) error {
	reports, rows := []formReport{}, [][]string{}
	for _, f := range p.Forms.Forms {
		r := reportForm(p, f)
		if i := slices.IndexFunc(counts, func(n db.LeadCount) bool { return n.Form == f.ID }); i >= 0 {
			r.Outbox = counts[i]
		}
		reports = append(reports, r)
		rows = append(rows, []string{string(f.ID), s.say(f.Title.FR, f.Title.EN), r.Version, s.goes(f.Forward), s.number(r.Outbox.Waiting), r.Outbox.Why})
	}
	for _, n := range counts { // of a form that was taken out of the file
		if _, ok := p.Forms.Form(n.Form); !ok {
			reports = append(reports, formReport{Form: collect.Form{ID: n.Form}, Outbox: n})
			rows = append(rows, []string{string(n.Form), "–", "–", s.say("nulle part"+narrow+": forms.yaml ne l’a plus", "nowhere: forms.yaml has it no more"), s.number(n.Waiting), n.Why})
		}
	}
	if s.json {
		return s.print(reports)
	}
	s.table([]string{s.say("formulaire", "form"), s.say("titre", "title"), "version", s.say("va vers", "goes to"), s.say("en attente", "waiting"), s.say("dernier échec", "last failure")}, rows, 4)
	return nil
}

func (s *session) goes(to collect.Forward) string {
	if to.Webhook != "" {
		return to.Webhook
	}
	return s.say("jeu de données ", "dataset ") + to.Dataset
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
	if p := r.Notice.Phone; p != nil {
		s.line("%s", "%s", s.say(p.FR, p.EN))
	}
	for _, b := range r.Boxes {
		t := r.Sentences[b.Name]
		s.line("☐ %s", "☐ %s", s.say(t.FR, t.EN))
	}
	return nil
}

func (s *session) formForwardCmd() *cobra.Command {
	return &cobra.Command{
		Use: "forward", Short: "Forward now what waits and is due; garant serve does it by itself", Args: cobra.NoArgs,
		Long: "Forwards what people sent and nobody took yet, as forms.yaml says, and deletes what was taken and what may not be\n" +
			"held any longer. What is not taken is tried again later and later, until its last day.\n\n" +
			"Exit codes: 0 done; 1 error; 3 something was not taken; 10 the files have errors; 11 another process forwards.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				if p.Forms == nil {
					return noForms()
				}
				out, err := p.ForwardLeads(c.Context(), s.instant)
				if err != nil {
					return err
				}
				if s.json {
					err = s.print(out)
				} else {
					s.line("Transmis"+narrow+": %d. Remis à plus tard"+narrow+": %d. Effacés à leur terme"+narrow+": %d.", "Forwarded: %d. Put off: %d. Deleted at their term: %d.", out.Taken, out.Deferred, out.Expired)
				}
				if err == nil && out.Deferred > 0 {
					return quiet(exitPartly)
				}
				return err
			})
		},
	}
}
