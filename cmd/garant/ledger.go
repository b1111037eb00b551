package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/ledger"
)

func (s *session) ledgerCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "ledger", Short: "What was done: verify, show, prove, export, key",
		Long: "The ledger is append-only and holds no personal value. Exit codes: 0 done; 1 error; 2 wrong usage;\n12 the ledger is broken.",
	}
	return family(c, s.ledgerVerifyCmd(), s.ledgerShowCmd(), s.ledgerProveCmd(), s.ledgerExportCmd(), s.ledgerKeyCmd())
}

// onState runs fn on the folder's state alone: the ledger needs no store to answer.
func (s *session) onState(c *cobra.Command, fn func(p *project.Project) error) (err error) {
	p, err := project.Read(s.dir, s.getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.OpenState(c.Context()); err != nil {
		return err
	}
	return fn(p)
}

// onSoundState is onState where the files have no errors.
func (s *session) onSoundState(c *cobra.Command, fn func(p *project.Project) error) error {
	return s.onState(c, func(p *project.Project) error {
		if p.Failed() {
			s.problems(p, false)
			return project.ErrProblems
		}
		return fn(p)
	})
}

func (s *session) ledgerVerifyCmd() *cobra.Command {
	var file, certificate, key string
	c := &cobra.Command{
		Use: "verify", Short: "Recompute the whole ledger; with --key, an exported one (--file) or a certificate alone", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if certificate != "" {
				return s.verifyCertificate(certificate, key)
			}
			if file != "" {
				return s.verifyFile(file, key)
			}
			return s.onState(c, func(p *project.Project) error {
				cp, err := p.State.VerifyLedger(c.Context())
				return s.sound(cp, err)
			})
		},
	}
	c.Flags().StringVar(&file, "file", "", "an exported ledger")
	c.Flags().StringVar(&certificate, "certificate", "", "a certificate, as request certificate writes it")
	c.Flags().StringVar(&key, "key", "", "the public key, as garant ledger key prints it")
	return c
}

func (s *session) verifyFile(path, key string) error {
	if key == "" {
		return usage(errors.New("an exported ledger is verified with a public key: add --key"))
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the exported ledger: %w", err)
	}
	cp, err := ledger.Verify(f, key)
	return errors.Join(s.sound(cp, err), f.Close())
}

func (s *session) sound(cp ledger.Checkpoint, err error) error {
	switch {
	case err != nil:
		return coded{err, exitLedger, "ne plus rien effacer ; comparer avec une copie du registre", "erase nothing more; compare with a copy of the ledger"}
	case s.json:
		return s.print(map[string]any{"verified": true, "size": cp.Size})
	}
	s.line("Registre intact"+narrow+": %s inscriptions, recalculées et signées.", "Ledger intact: %s entries, recomputed and signed.", s.number(cp.Size))
	return nil
}

func (s *session) ledgerShowCmd() *cobra.Command {
	var from, to int64
	c := &cobra.Command{
		Use: "show", Short: "The entries, one line each", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onState(c, func(p *project.Project) error {
				cp, err := p.State.VerifyLedger(c.Context())
				if err != nil {
					return s.sound(cp, err)
				}
				end := cp.Size
				if to > 0 {
					end = min(to, end)
				}
				return p.State.Ledger().Show(c.Context(), from, end, func(i int64, leaf []byte) error {
					if s.json {
						s.line("%s", "%s", leaf)
						return nil
					}
					e, err := ledger.Parse(leaf)
					if err == nil {
						s.line("%6d  %s  %-10s %s", "%6d  %s  %-10s %s", i, e.At.Format("2006-01-02 15:04:05"), e.Kind, summary(e))
					}
					return err
				})
			})
		},
	}
	c.Flags().Int64Var(&from, "from", 0, "first entry")
	c.Flags().Int64Var(&to, "to", 0, "entry after the last one; 0 is the end")
	return c
}

func summary(e ledger.Entry) string {
	var parts []string
	for _, w := range []string{e.Store, e.Step, e.Ref, e.Outcome} {
		if w != "" {
			parts = append(parts, w)
		}
	}
	if e.Rows > 0 {
		parts = append(parts, strconv.FormatInt(e.Rows, 10))
	}
	return strings.Join(parts, " ")
}

func (s *session) ledgerProveCmd() *cobra.Command {
	return &cobra.Command{
		Use: "prove INDEX", Short: "The proof that an entry is in the ledger, verified offline", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			i, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usage(fmt.Errorf("INDEX is the number of an entry"))
			}
			return s.onState(c, func(p *project.Project) error {
				proof, err := p.State.Ledger().Prove(c.Context(), i)
				if err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]any{"index": i, "proof": string(proof.Text()), "key": p.State.PublicKey()})
				}
				_, err = s.out.Write(proof.Text())
				return err
			})
		},
	}
}

func (s *session) ledgerExportCmd() *cobra.Command {
	return &cobra.Command{
		Use: "export", Short: "The whole ledger, for verification elsewhere", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onState(c, func(p *project.Project) error { return p.State.Ledger().Export(c.Context(), s.out) })
		},
	}
}

func (s *session) ledgerKeyCmd() *cobra.Command {
	return &cobra.Command{
		Use: "key", Short: "The public key that verifies the ledger", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onState(c, func(p *project.Project) error {
				if s.json {
					return s.print(map[string]any{"key": p.State.PublicKey(), "former": append([]string{}, p.State.FormerKeys()...)})
				}
				s.line("%s", "%s", p.State.PublicKey())
				return nil
			})
		},
	}
}
