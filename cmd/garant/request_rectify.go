package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
	xs, err := corrections(p, args[1], args[2:])
	if err != nil {
		return err
	}
	k, found, err := p.LookCase(ctx, d, args[0], s.signed(""))
	if err != nil {
		return err
	}
	if k.Right != rights.Rectification {
		return usage(fmt.Errorf("%s asks for %s", k.ID, k.Right))
	}
	for _, x := range xs {
		done, err := p.Rectify(ctx, k, found, x, s.signed(by))
		if err != nil {
			return err
		}
		if k, err = d.Rectify(ctx, k.ID, done, s.signed(by)); err != nil {
			return err
		}
	}
	if s.json {
		return s.print(map[string]any{"id": k.ID, "corrected": len(xs)})
	}
	s.line("Demande %s"+narrow+": %d champs corrigés.", "Request %s: %d fields corrected.", k.ID, len(xs))
	return nil
}

func corrections(p *project.Project, of string, fields []string) ([]project.Correction, error) {
	name, key, ok := strings.Cut(of, "=")
	if !ok {
		return nil, usage(errors.New("name the record, DATASET=KEY"))
	}
	ds, k, err := record(p, name, key)
	if err != nil {
		return nil, err
	}
	var out []project.Correction
	for _, f := range fields {
		column, text, ok := strings.Cut(f, "=")
		if !ok || !personal(ds, column) {
			return nil, usage(fmt.Errorf("write COLUMN=VALUE, with a personal column of %s", ds.Name))
		}
		v, err := rightValue(ds.Info, column, text)
		if err != nil {
			return nil, usage(err)
		}
		out = append(out, project.Correction{Dataset: ds, Key: k, Column: column, Value: v})
	}
	return out, nil
}

// personal reports whether a column is in a field group, and no part of the key.
func personal(ds register.BoundDataset, column string) bool {
	return !slices.Contains(ds.Table.Key, column) && slices.ContainsFunc(ds.Groups, func(g register.BoundGroup) bool { return slices.Contains(g.Columns, column) })
}

// rightValue reads a value as its column takes it. Errors do not repeat it.
func rightValue(t store.TableInfo, column, text string) (any, error) {
	i := slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == column })
	if text == "" && !t.Columns[i].NotNull {
		return nil, nil
	}
	switch t.Columns[i].Type {
	case store.Integer, store.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("column %s holds numbers", column)
		}
		return n, nil
	case store.Boolean:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("column %s holds true or false", column)
		}
		return b, nil
	}
	return text, nil
}
