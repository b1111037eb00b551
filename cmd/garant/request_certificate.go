package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

func (s *session) requestCertificateCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "certificate ID", Short: "What was done for the person, with its proofs, verified offline", Args: exactly(1),
		Long: "request certificate request-7 -o certificat.txt\n\nAnybody verifies it with the public key alone: ledger verify --certificate certificat.txt --key KEY. It names the\nrequest and nobody.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, _ rights.Desk) error {
				k, err := p.State.Case(ctx, args[0])
				if err != nil {
					return err
				}
				proofs, err := p.State.Ledger().Certify(ctx, k.ID)
				if err != nil {
					return err
				}
				text := ledger.Certificate(s.certificate(p, k, proofs), proofs)
				if out == "" {
					_, err = s.out.Write(text)
					return err
				}
				if err := writeNew(out, text); err != nil {
					return err
				}
				s.line("%d preuves dans %s"+narrow+"; clé %s", "%d proofs in %s; key %s", len(proofs), out, p.State.PublicKey())
				return nil
			})
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the file to write (default: the standard output)")
	return c
}

// certificate says in words what the leaves behind it prove.
func (s *session) certificate(p *project.Project, k rights.Case, proofs []ledger.Proof) []byte {
	var b strings.Builder
	line := func(fr, en string, args ...any) { fmt.Fprintf(&b, s.say(fr, en)+"\n", args...) }
	line("Certificat de la demande %s", "Certificate of request %s", k.ID)
	line("%s, le %s", "%s, on %s", p.Policy.Controller.Name, s.day(p.Today(s.instant())))
	for _, proof := range proofs {
		if e, err := ledger.Parse(proof.Leaf); err == nil {
			line("  %s  %s", "  %s  %s", e.At.Format("2006-01-02 15:04"), s.proven(e))
		}
	}
	s.copiesGone(p, proofs, line)
	line("Les preuves qui suivent se vérifient avec la clé publique seule"+narrow+": %s", "The proofs below are verified with the public key alone: %s", p.State.PublicKey())
	line("Elles montrent que ces actes ont eu lieu, dans cet ordre, sans retouche ; non qu’aucune copie non déclarée n’existe.",
		"They show that these acts took place, in this order, unaltered; not that no undeclared copy exists.")
	return []byte(b.String())
}

// copiesGone says by when no backup of a store holds what was erased there.
func (s *session) copiesGone(p *project.Project, proofs []ledger.Proof, line func(fr, en string, args ...any)) {
	last := map[string]policy.Date{}
	for _, proof := range proofs {
		e, err := ledger.Parse(proof.Leaf)
		if err == nil && e.Kind == ledger.Act && e.Action == string(policy.Erase) {
			last[e.Store] = p.Today(e.At)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(last)) {
		if b, ok := p.Config.Backups[name]; ok {
			line("  Selon l’entreprise, plus aucune sauvegarde de %s ne le contient après le %s", "  By what the company says, no backup of %s holds it after %s", name, s.day(last[name].Add(b.Kept)))
		}
	}
}

// proven says what a leaf of a case says.
func (s *session) proven(e ledger.Entry) string {
	if e.Kind == ledger.Act {
		return fmt.Sprintf("%s.%s %s %d", e.Store, e.Dataset, strings.Join(append([]string{e.Action}, e.Groups...), " "), e.Rows)
	}
	return s.act(rights.Act(e.Outcome))
}

func (s *session) verifyCertificate(path, key string) error {
	if key == "" {
		return usage(errors.New("a certificate is verified with a public key: add --key"))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("open the certificate: %w", err)
	}
	entries, err := ledger.CheckCertificate(b, key)
	if err != nil {
		return coded{err, exitLedger, "ce certificat ne prouve rien ; en demander un autre", "this certificate proves nothing; ask for another"}
	}
	if s.json {
		return s.print(map[string]any{"verified": true, "entries": entries})
	}
	s.line("Certificat authentique"+narrow+": %d actes prouvés.", "Genuine certificate: %d acts proven.", len(entries))
	for _, e := range entries {
		s.line("  %s  %s  %s", "  %s  %s  %s", e.At.Format("2006-01-02 15:04"), e.Ref, s.proven(e))
	}
	return nil
}
