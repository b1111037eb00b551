package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) backupsCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "backups", Short: "The company's backups: the last one of each store, how far back they reach, note one",
		Long: "The company makes its backups itself; garant.yaml says how long they are kept and where the last one is seen (backups).\n" +
			"What was erased before the horizon of a store is in none of its backups. Exit codes: 0 done; 1 error; 2 wrong usage;\n10 the files have errors.",
	}
	return family(c, s.backupsListCmd(), s.backupsNoteCmd())
}

func (s *session) backupsListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The last backup of each store, how long it is kept, and the horizon", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				all, err := p.Backups(c.Context(), s.instant())
				if err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]any{"backups": append([]project.Backup{}, all...)})
				}
				return s.showBackups(p, all)
			})
		},
	}
}

func (s *session) showBackups(p *project.Project, all []project.Backup) error {
	var rows [][]string
	for _, b := range all {
		rows = append(rows, []string{b.Store, s.day(b.Day(p.Config.Zone)), s.period(b.Kept), s.day(b.Horizon), s.backupState(b)})
	}
	if len(rows) == 0 {
		s.line("garant.yaml ne dit d’aucune base combien de temps ses sauvegardes sont gardées (backups).", "garant.yaml says of no store how long its backups are kept (backups).")
		return nil
	}
	s.table([]string{s.say("base", "store"), s.say("dernière", "last"), s.say("gardée", "kept"), s.say("horizon", "horizon"), ""}, rows)
	s.line("Ce qui a été effacé avant l’horizon n’est plus dans aucune sauvegarde.", "What was erased before the horizon is in no backup any more.")
	return nil
}

// backupState words how a last backup stands to what garant.yaml says.
func (s *session) backupState(b project.Backup) string {
	switch b.State {
	case project.BackupLate:
		return s.say("✗ en retard", "✗ late")
	case project.BackupToCome:
		return s.say("✗ d’un jour à venir", "✗ of a day to come")
	case project.BackupNone:
		return s.say("? aucune connue", "? none known")
	case project.BackupUnread:
		return s.say("? illisible", "? unreadable")
	case project.BackupOutlived:
		return s.say("✗ gardée trop longtemps", "✗ kept too long")
	}
	return s.say("● à jour", "● fine")
}

// period writes a length of time the way the reader does.
func (s *session) period(d policy.Period) string { return s.say(d.French(), d.String()) }

func (s *session) backupsNoteCmd() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "note STORE", Short: "Note that a backup of a store was made: now, or --at", Args: exactly(1),
		Long: "backups note crm\nbackups note crm --at 2026-11-22\n\nFor a script, after each backup, where garant.yaml names nothing by which it is seen. A later note replaces an earlier one.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onSoundState(c, func(p *project.Project) error {
				made, err := s.madeAt(at, p.Config.Zone)
				if err != nil {
					return err
				}
				if err := p.NoteBackup(c.Context(), args[0], made, s.instant()); err != nil {
					return usage(err)
				}
				if s.json {
					return s.print(map[string]any{"store": args[0], "last": made})
				}
				s.line("Sauvegarde de %s notée"+narrow+": %s", "Backup of %s noted: %s", args[0], s.day(policy.DateOf(made, p.Config.Zone)))
				return nil
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "when it was made: a day, or an instant (RFC 3339)")
	return c
}

// madeAt reads when a backup was made; an empty text is now, a day is its beginning.
func (s *session) madeAt(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return s.instant(), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	day, err := policy.ParseDate(text)
	if err != nil {
		return time.Time{}, usage(errors.New("--at: write 2026-11-22 or 2026-11-22T09:00:00Z"))
	}
	return day.Start(zone), nil
}
