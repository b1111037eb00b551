package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) keysCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "keys", Short: "The keys of the installation: what for, since when, until when; destroy those that are spent, change the ledger's",
		Long: "No key is ever shown. Keys of records are one for each store and year; they are needed as long as a backup may\n" +
			"hold what was acted on then (backups in garant.yaml). Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.keysListCmd(), s.keysDestroyCmd(), s.keysRotateCmd())
}

func (s *session) keysListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Each key: what it is for, since when, until when it is needed", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onSoundState(c, func(p *project.Project) error {
				keys, err := p.Keys(c.Context(), s.instant())
				if err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]any{"keys": keys})
				}
				s.showKeys(p, keys)
				return nil
			})
		},
	}
}

func (s *session) showKeys(p *project.Project, keys []project.Key) {
	var rows [][]string
	for _, k := range keys {
		var since policy.Date
		if !k.Since.IsZero() {
			since = p.Today(k.Since)
		}
		rows = append(rows, []string{s.keyName(k), s.keyUse(k.For), s.day(since), s.keyUntil(p, k)})
	}
	s.table([]string{s.say("clé", "key"), s.say("pour", "for"), s.say("depuis", "since"), s.say("nécessaire jusqu’au", "needed until")}, rows)
}

// keyName is what a key is called; those of records by store and year.
func (s *session) keyName(k project.Key) string {
	switch k.For {
	case project.KeyOfRecords:
		return k.Store + " " + strconv.Itoa(k.Year)
	case project.KeyOfSets, project.KeyOfLinks:
		return k.Store
	}
	return string(k.For)
}

func (s *session) keyUse(u project.KeyUse) string {
	switch u {
	case project.KeyOfLedger:
		return s.say("signer le registre", "signing the ledger")
	case project.KeyOfSeal:
		return s.say("sceller les plans et les secrets", "sealing plans and secrets")
	case project.KeyOfPeople:
		return s.say("reconnaître qui a refusé", "recognising who refused")
	case project.KeyOfLeads:
		return s.say("sceller ce que prennent les formulaires", "sealing what forms take in")
	case project.KeyOfLinks:
		return s.say("signer les liens et nommer les messages", "signing links and naming messages")
	case project.KeyOfSets:
		return s.say("ensembles approuvés, traces d’une restauration", "approved sets, traces of a restore")
	}
	return s.say("empreintes des fiches touchées", "digests of records acted on")
}

// keyUntil says until when a key is needed, or what has become of it.
func (s *session) keyUntil(p *project.Project, k project.Key) string {
	switch k.State {
	case project.KeySpent:
		return s.say("plus nécessaire depuis le ", "not needed since ") + s.day(k.Until.Add(policy.Days(1)))
	case project.KeyDestroyed:
		return s.say("détruite le ", "destroyed on ") + s.day(p.Today(k.Destroyed))
	case project.KeyLeft:
		return s.say("destruction interrompue", "destruction cut off")
	case project.KeyUnknown:
		return s.say("inconnu", "not known")
	}
	if k.Until.IsZero() {
		return s.say("toujours", "always")
	}
	return s.day(k.Until)
}

func (s *session) keysDestroyCmd() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "destroy", Short: "Destroy the keys of records that no backup can need; with --yes it is done", Args: cobra.NoArgs,
		Long: "The key of a store and a year is spent when every backup of that year is gone: the year is over, and kept (backups in\n" +
			"garant.yaml) has run out since. With it nobody can tie what the ledger proves to records any more. What is proven stays\n" +
			"proven. The ledger is told first. A destruction that was cut off is ended. It cannot be undone.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onSoundState(c, func(p *project.Project) error {
				keys, err := s.spent(c, p, yes)
				if err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]any{"keys": append([]project.Key{}, keys...), "done": yes})
				}
				if len(keys) == 0 {
					s.line("Aucune clé à détruire"+narrow+": garant keys list dit jusqu’à quand chacune est nécessaire.", "No key to destroy: garant keys list says until when each is needed.")
					return nil
				}
				s.showKeys(p, keys)
				if yes {
					s.line("Détruites"+narrow+": %d. Le registre le dit.", "Destroyed: %d. The ledger says so.", len(keys))
					return nil
				}
				s.line("À détruire"+narrow+": %d. Pour le faire, sans retour"+narrow+": --yes", "To be destroyed: %d. To do it, for good: --yes", len(keys))
				return nil
			})
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "destroy them")
	return c
}

// spent lists the keys that can go, and destroys them where that is said.
func (s *session) spent(c *cobra.Command, p *project.Project, yes bool) ([]project.Key, error) {
	if yes {
		return p.DestroyKeys(c.Context(), s.instant())
	}
	return p.SpentKeys(c.Context(), s.instant())
}

func (s *session) keysRotateCmd() *cobra.Command {
	return &cobra.Command{
		Use: "rotate ledger", Short: "Give the ledger a new key; whoever has the old one goes on verifying with it", Args: exactly(1),
		Long: "The old key signs a statement that names the new one, and is destroyed. Each later checkpoint bears the statement, so that\n" +
			"proofs, certificates and exports are verified with either public key. Proofs of before are verified with the old one. Stop\n" +
			"garant serve for it: nobody else may have the state open. Cut off, it is ended or taken back by the next command.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors; 11 another command, or garant serve, has the state open.",
		RunE: func(c *cobra.Command, args []string) error {
			if args[0] != "ledger" {
				return usage(fmt.Errorf("keys rotate %s: the key that can be changed is that of the ledger", args[0]))
			}
			p, err := project.Read(s.dir, s.getenv)
			if err != nil {
				return err
			}
			if p.Failed() {
				s.problems(p, false)
				return project.ErrProblems
			}
			public, err := p.RotateLedgerKey(c.Context(), s.instant())
			if errors.Is(err, db.ErrRunning) {
				return coded{err, exitLocked, "arrêter garant serve et attendre la fin des autres commandes", "stop garant serve and wait for other commands to end"}
			}
			if err != nil {
				return err
			}
			if s.json {
				return s.print(map[string]string{"key": public})
			}
			s.line("La nouvelle clé publique du registre"+narrow+": %s", "The new public key of the ledger: %s", public)
			s.line("Qui a l’ancienne continue de vérifier avec elle.", "Whoever has the old one goes on verifying with it.")
			return nil
		},
	}
}
