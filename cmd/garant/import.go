package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
)

func (s *session) consentImportCmd() *cobra.Command {
	var f recordFlags
	var source string
	var bought bool
	var obtained string
	c := &cobra.Command{
		Use: "import FILE", Short: "Enter consents, withdrawals and objections that you already have, with what they lack", Args: exactly(1),
		Long: "The list is CSV; its first line names the columns: email, phone, id; state (given, withdrawn, objected), purpose, channel,\n" +
			"date, until, goods, partner, notice and proof (sha256:…). Several words in a cell are separated by |. What a line does\n" +
			"not say is noted as missing, and a consent without its day or its proof counts for nothing. A line imported twice is\n" +
			"entered once. --bought puts in quarantine who comes without source, form, day, channels and the company itself among the\nrecipients, and counts the month in which they are told (art. 14 GDPR).\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 some lines were refused; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			im := consent.Import{Source: source, Bought: bought}
			if obtained != "" {
				at, err := readInstant(obtained)
				if err != nil {
					return usage(fmt.Errorf("--obtained: %w", err))
				}
				im.Obtained = at
			}
			return s.importList(c.Context(), f, args[0], im)
		},
	}
	f.scopeFlags(c)
	f.proofFlags(c)
	c.Flags().StringVar(&f.notice, "notice", "", "file with the text that all of them were shown, or sha256:…")
	c.Flags().StringSliceVar(&f.partners, "partner", nil, "third parties named in the notice")
	c.Flags().StringVar(&source, "source", "", "where the list comes from, in a word")
	c.Flags().BoolVar(&bought, "bought", false, "the people come from a third party")
	c.Flags().StringVar(&obtained, "obtained", "", "when they were handed over (default: now): they are told within a month, see garant consent leads")
	return c
}

func (s *session) importList(ctx context.Context, f recordFlags, name string, im consent.Import) error {
	src := s.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return usage(errors.New("the list cannot be read"))
		}
		defer file.Close()
		src = file
	}
	return s.withState(ctx, func(p *project.Project) error {
		list, err := consent.ReadList(src)
		if err != nil {
			return usage(err)
		}
		f.method = "import"
		if im.Defaults, err = s.record(ctx, p, consent.Given, f); err != nil {
			return usage(err)
		}
		im.Now = s.instant()
		done, err := p.ImportConsents(ctx, list, im)
		if err != nil {
			return err
		}
		return s.imported(done)
	})
}

// imported tells what became of the lines.
func (s *session) imported(i project.Imported) error {
	if s.json {
		if err := s.print(i); err != nil {
			return err
		}
		return s.partly(len(i.Refused))
	}
	s.line("%d inscrits, %d déjà connus, %d incomplets, %d en quarantaine, %d déjà opposés, %d lignes refusées.",
		"%d entered, %d already known, %d incomplete, %d in quarantine, %d had objected, %d lines refused.",
		i.Entered, i.Known, i.Incomplete, i.Quarantined, i.Suppressed, len(i.Refused))
	for n, l := range i.Refused {
		if n == 20 {
			s.line("  … (--json les donne toutes)", "  … (--json gives all)")
			break
		}
		s.line("  ligne %d"+narrow+": %s", "  line %d: %s", l.Line, l.Why)
	}
	return s.partly(len(i.Refused))
}

// partly is the exit code of a list of which some lines were refused.
func (s *session) partly(refused int) error {
	if refused > 0 {
		return quiet(exitPartly)
	}
	return nil
}
