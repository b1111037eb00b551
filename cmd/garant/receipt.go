package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
)

func (s *session) consentExportCmd() *cobra.Command {
	var out string
	var more []string
	c := &cobra.Command{
		Use: "export PERSON", Short: "A receipt of a person's records that an outsider verifies with the public key alone", Args: exactly(1),
		Long: "garant consent export someone@a.example -o receipt.json\ngarant ledger key\n\n" +
			"The member receipt is JSON-LD in the W3C profile of ISO/IEC TS 27560. It names nobody: whoever knows an identifier\ncan see that it is the person's.",
		RunE: func(c *cobra.Command, args []string) error {
			who, err := identify(args[0], more...)
			if err != nil {
				return usage(err)
			}
			return s.withState(c.Context(), func(p *project.Project) error {
				x, err := p.Receipt(c.Context(), who, s.instant())
				if err != nil || out == "" {
					return errors.Join(err, s.printUnless(err, x))
				}
				b, err := json.MarshalIndent(x, "", "  ")
				if err != nil {
					return err
				}
				if err := os.WriteFile(out, append(b, '\n'), 0o600); err != nil {
					return errors.New("the receipt cannot be written")
				}
				s.note("Reçu écrit ; la clé publique : garant ledger key", "Receipt written; the public key: garant ledger key")
				return nil
			})
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "file to write (default: standard output)")
	c.Flags().StringArrayVar(&more, "person", nil, "another identifier of the same person, KIND=VALUE")
	return c
}

// printUnless writes a value unless there was an error.
func (s *session) printUnless(err error, v any) error {
	if err != nil {
		return nil
	}
	return s.print(v)
}

func (s *session) consentVerifyCmd() *cobra.Command {
	var key string
	var who []string
	c := &cobra.Command{
		Use: "verify FILE --key KEY", Short: "Check a receipt with nothing but the public key; no folder is needed", Args: exactly(1),
		Long: "garant consent verify receipt.json --key garant-…+…+… --person someone@a.example\n\n" +
			"Exit codes: 0 it holds; 1 error; 2 wrong usage; 12 it does not hold: forged, altered, or about somebody else.",
		RunE: func(_ *cobra.Command, args []string) error { return s.verifyReceipt(args[0], key, who) },
	}
	c.Flags().StringVar(&key, "key", "", "the company's public key, as garant ledger key gives it, or a file with it")
	c.Flags().StringArrayVar(&who, "person", nil, "check that the records are about this person, KIND=VALUE")
	return c
}

func (s *session) verifyReceipt(file, key string, person []string) error {
	if key == "" {
		return usage(errors.New("a receipt is checked with the company's public key: add --key"))
	}
	var who []consent.Identifier
	for _, w := range person {
		i, err := consent.Identify(w)
		if err != nil {
			return usage(fmt.Errorf("--person: %w", err))
		}
		who = append(who, i)
	}
	if k, err := os.ReadFile(key); err == nil { // the key may be in a file
		key = strings.TrimSpace(string(k))
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return usage(errors.New("the receipt cannot be read"))
	}
	v, err := consent.Verify(b, key, who...)
	if err != nil {
		return coded{err, exitLedger, "ne pas s’y fier ; demander un autre reçu", "do not rely on it; ask for another receipt"}
	}
	if s.json {
		return s.print(map[string]any{"verified": true, "receipt": v})
	}
	s.line("Reçu authentique de %s"+narrow+": %d inscriptions, dans un registre de %s.", "Authentic receipt of %s: %d records, in a ledger of %s.", v.Publisher, len(v.Records), s.number(v.Size))
	if v.Person {
		s.line("Toutes concernent la personne nommée.", "All are about the person named.")
	}
	return s.showRecords(v.Records)
}
