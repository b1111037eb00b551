package project

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// LateBackups warns of backups that are not as the settings say. Notes count where there is a
// state; none is made for it.
func (p *Project) LateBackups(ctx context.Context, now time.Time) ([]policy.Problem, error) {
	if len(p.Config.Backups) == 0 {
		return nil, nil
	}
	if _, err := os.Stat(filepath.Join(p.in(p.Config.State), stateFile)); err == nil {
		if err := p.OpenState(ctx); err != nil {
			return nil, err
		}
	}
	all, err := p.Backups(ctx, now)
	var out []policy.Problem
	for _, b := range all {
		if pr := p.warning(b); pr.Message != "" {
			pr.File, pr.Severity = filepath.Join(p.Dir, ConfigFile), policy.Warning
			pr.Path = "$.backups.stores." + b.Store
			out = append(out, p.place(pr))
		}
	}
	return out, err
}

// stateFile is there once there is a state.
const stateFile = "state.db"

// warning says what is wrong with a backup, and what to do; nothing where it is fine, or where
// nobody said how often one is made and none was noted.
func (p *Project) warning(b Backup) policy.Problem {
	last := b.Day(p.Config.Zone)
	switch b.State {
	case BackupLate:
		return policy.Problem{Code: "late-backup", Message: fmt.Sprintf("the last backup of %s is of %s, and one is made every %s", b.Store, last, b.Every),
			Hint: p.noteHint(b, "see why the next one is not there")}
	case BackupToCome:
		return policy.Problem{Code: "late-backup", Message: fmt.Sprintf("the last backup of %s is of %s, a day to come", b.Store, last), Hint: "see whose clock is wrong"}
	case BackupUnread:
		return policy.Problem{Code: "unread-backup", Message: fmt.Sprintf("it cannot be told when the last backup of %s was made: %s", b.Store, b.Why),
			Hint: "what made_file or made_query names must be there and readable"}
	case BackupOutlived:
		return policy.Problem{Code: "old-backup", Message: fmt.Sprintf("a backup of %s is of %s, and none is kept for more than %s", b.Store, b.Oldest, b.Kept),
			Hint: "delete it, or write in kept how long backups stay"}
	case BackupNone:
		if b.From != ByNote || !b.Every.IsZero() {
			return policy.Problem{Code: "late-backup", Message: fmt.Sprintf("no backup of %s is known", b.Store),
				Hint: p.noteHint(b, "see whether made_file or made_query names where it is seen")}
		}
	}
	return policy.Problem{}
}

// noteHint is what to do about a backup that is not known: where they are noted by command, that.
func (p *Project) noteHint(b Backup, otherwise string) string {
	if b.From == ByNote {
		return "after each backup: garant backups note " + b.Store
	}
	return otherwise
}
