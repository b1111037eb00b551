package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
)

func (s *session) consentImportCmd() *cobra.Command {
	var f recordFlags
	var source string
	var bought bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Enter consents, withdrawals and objections that you already have, with what they lack", Args: exactly(1),
		Long: "The list is CSV; its first line names the columns: email, phone, id; state (given, withdrawn, objected), purpose, channel,\n" +
			"date, until, goods, partner, notice and proof (sha256:…). Several words in a cell are separated by |. What a line does\n" +
			"not say is noted as missing, and a consent without its day or its proof counts for nothing. A line imported twice is\n" +
			"entered once. --bought puts in quarantine who comes without the form, the day, the channels and the recipients.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 some lines were refused; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.importList(c.Context(), f, args[0], consent.Import{Source: source, Bought: bought})
		},
	}
	f.scopeFlags(c)
	f.proofFlags(c)
	c.Flags().StringVar(&f.notice, "notice", "", "file with the text that all of them were shown, or sha256:…")
	c.Flags().StringSliceVar(&f.partners, "partner", nil, "third parties named in the notice")
	c.Flags().StringVar(&source, "source", "", "where the list comes from, in a word")
	c.Flags().BoolVar(&bought, "bought", false, "the people come from a third party")
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
		if im.Key, err = p.State.PersonKey(ctx); err != nil {
			return err
		}
		im.Policy, im.Now, im.Zone = p.Policy, s.instant(), p.Config.Zone
		i := importer{s: s, ctx: ctx, p: p, im: im, list: list}
		if err := i.run(); err != nil {
			return err
		}
		return i.sum()
	})
}

// importer enters the lines of a list.
type importer struct {
	s    *session
	ctx  context.Context
	p    *project.Project
	im   consent.Import
	list *consent.List

	drafts []consent.Draft
	refs   []consent.Ref
	// Counts for the reader.
	Entered     int            `json:"entered"`
	Known       int            `json:"already_known"`
	Incomplete  int            `json:"incomplete"`
	Quarantined int            `json:"quarantined"`
	Suppressed  int            `json:"objected_before"`
	Refused     []refusedLine  `json:"refused"`
	Missing     map[string]int `json:"missing"`
}

// refusedLine is a line that was not entered, and why.
type refusedLine struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
}

func (i *importer) run() error {
	i.Missing, i.Refused = map[string]int{}, []refusedLine{}
	for {
		cells, number, err := i.list.Next()
		if errors.Is(err, io.EOF) {
			return i.flush()
		}
		if err != nil {
			return fmt.Errorf("read the list: %w", err)
		}
		drafts, err := i.im.Read(i.list, cells)
		if err != nil {
			i.Refused = append(i.Refused, refusedLine{number, err.Error()})
			continue
		}
		i.add(drafts)
		if len(i.drafts) >= 4000 {
			if err := i.flush(); err != nil {
				return err
			}
		}
	}
}

func (i *importer) add(drafts []consent.Draft) {
	i.drafts = append(i.drafts, drafts...)
	i.refs = append(i.refs, consent.Refer(i.im.Key, drafts[0].Person[0]))
}

// flush screens the people who wait against the objections on file, and enters them.
func (i *importer) flush() error {
	before, err := i.p.State.RecordsOfEach(i.ctx, i.refs)
	if err != nil {
		return err
	}
	for _, ref := range i.refs {
		if objected(before[ref], i.im.Now) {
			i.Suppressed++
		}
	}
	entered, err := i.p.State.EnterRecords(i.ctx, i.drafts)
	if err != nil {
		return err
	}
	for _, r := range entered {
		i.count(r)
	}
	i.drafts, i.refs = i.drafts[:0], i.refs[:0]
	return nil
}

func objected(records []consent.Record, now time.Time) bool {
	for _, o := range consent.FactsOf(records, now).Objections {
		if o.Lifted.IsZero() {
			return true
		}
	}
	return false
}

func (i *importer) count(r consent.Entered) {
	switch {
	case !r.Fresh:
		i.Known++
		return
	case r.Kind == consent.Quarantine:
		i.Quarantined++
		return
	}
	i.Entered++
	if len(r.Missing) > 0 {
		i.Incomplete++
	}
	for _, m := range r.Missing {
		i.Missing[m]++
	}
}

func (i *importer) sum() error {
	if i.s.json {
		return i.s.print(i)
	}
	i.s.line("%d inscrits, %d déjà connus, %d incomplets, %d en quarantaine, %d déjà opposés, %d lignes refusées.",
		"%d entered, %d already known, %d incomplete, %d in quarantine, %d had objected, %d lines refused.",
		i.Entered, i.Known, i.Incomplete, i.Quarantined, i.Suppressed, len(i.Refused))
	for n, l := range i.Refused {
		if n == 20 {
			i.s.line("  … (--json les donne toutes)", "  … (--json gives all)")
			break
		}
		i.s.line("  ligne %d"+narrow+": %s", "  line %d: %s", l.Line, l.Why)
	}
	if len(i.Refused) > 0 {
		return quiet(exitPartly)
	}
	return nil
}
