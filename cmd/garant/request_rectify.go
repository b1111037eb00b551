package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

func (s *session) requestRectifyCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "rectify ID DATASET=KEY COLUMN=VALUE…", Short: "Correct fields of a record of the person, with proof of before and after", Args: atLeast(3),
		Long: "request rectify request-7 clients=42 email=ada@b.example street= --by marie\n\n" +
			"Only personal columns of a record that was found for the person are corrected; an empty VALUE empties the field. Each\n" +
			"correction is one transaction with its receipt; the ledger has keyed digests of the value before and after.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 6 not ready, or the record is not the person's; 13 the store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				return s.rectify(ctx, p, d, args, by)
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "who corrects (required)")
	return c
}

func (s *session) rectify(ctx context.Context, p *project.Project, d rights.Desk, args []string, by string) error {
	if by == "" {
		return usage(errors.New("a correction is somebody's: add --by"))
	}
	ds, key, changes, err := corrections(p, args[1], args[2:])
	if err != nil {
		return err
	}
	k, err := p.RectifyCase(ctx, d, args[0], project.Rectifying{Dataset: ds, Key: key, Changes: changes}, s.signed(by))
	if errors.Is(err, project.ErrValue) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	if s.json {
		return s.print(map[string]any{"id": k.ID, "corrected": len(changes)})
	}
	s.line("Demande %s"+narrow+": %d champs corrigés.", "Request %s: %d fields corrected.", k.ID, len(changes))
	return nil
}

// corrections reads which record is corrected, and the fields as they are written.
func corrections(p *project.Project, of string, fields []string) (register.BoundDataset, store.Key, []project.Change, error) {
	name, key, ok := strings.Cut(of, "=")
	if !ok {
		return register.BoundDataset{}, nil, nil, usage(errors.New("name the record, DATASET=KEY"))
	}
	ds, k, err := record(p, name, key)
	if err != nil {
		return ds, nil, nil, err
	}
	var out []project.Change
	for _, f := range fields {
		column, text, ok := strings.Cut(f, "=")
		if !ok {
			return ds, nil, nil, usage(fmt.Errorf("write COLUMN=VALUE, with a personal column of %s", ds.Name))
		}
		out = append(out, project.Change{Column: column, Value: text})
	}
	return ds, k, out, nil
}
