package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Source is where it is seen when the last backup of a store was made.
type Source string

// The sources: a file's time of change, a question to the store, a note by command.
const (
	InFile  Source = "file"
	InStore Source = "query"
	ByNote  Source = "note"
)

// Backup is what is known today of the backups of a store.
type Backup struct {
	Store string        `json:"store"`
	Kept  policy.Period `json:"kept"`
	// Every is how often one is to be made; zero where nobody said.
	Every policy.Period `json:"every,omitzero"`
	From  Source        `json:"from"`
	// Last is when the last one was made, as far as it is known; Oldest the day of the oldest one
	// that is seen, which is so of files alone.
	Last   time.Time   `json:"last,omitzero"`
	Oldest policy.Date `json:"oldest,omitzero"`
	// Horizon is the first day whose backups may be there today: what was erased before it is in
	// none.
	Horizon policy.Date `json:"horizon"`
	// State says whether the last one is as it should be.
	State BackupState `json:"state"`
	// Why says what keeps the last one from being known; empty where it was looked for.
	Why string `json:"why,omitempty"`
}

// Day is the day of the last backup in a zone; none where it is not known.
func (b Backup) Day(zone *time.Location) policy.Date {
	if b.Last.IsZero() {
		return policy.Date{}
	}
	return policy.DateOf(b.Last, zone)
}

// BackupState says how the last backup stands to what the settings say.
type BackupState string

// The states of backups.
const (
	// BackupFine is a backup that is as old as it may be, BackupLate one that is older, and
	// BackupToCome one of a day to come, so that nothing is known.
	BackupFine   BackupState = "fine"
	BackupLate   BackupState = "late"
	BackupToCome BackupState = "to_come"
	// BackupNone says that none is seen, BackupUnread that it cannot be looked.
	BackupNone   BackupState = "none"
	BackupUnread BackupState = "unread"
	// BackupOutlived says that a backup is there that should be gone: they are kept longer than
	// the settings say.
	BackupOutlived BackupState = "outlived"
)

// Backups tells what is known of the backups of the stores whose settings say how long they are
// kept, by store. Of a store that is not open, what it said last counts; without a state there
// are no notes. What the stores say is noted in the state.
func (p *Project) Backups(ctx context.Context, now time.Time) ([]Backup, error) {
	var out []Backup
	for _, name := range slices.Sorted(maps.Keys(p.Config.Backups)) {
		c := p.Config.Backups[name]
		b := Backup{Store: name, Kept: c.Kept, Every: c.Every}
		if err := p.lastBackup(ctx, c, &b, now); err != nil {
			return nil, err
		}
		b.judge(p.Today(now), p.Config.Zone)
		out = append(out, b)
	}
	return out, nil
}

// lastBackup looks where the settings say. What is the company's to mend is noted in b and is no
// error.
func (p *Project) lastBackup(ctx context.Context, c config.Backup, b *Backup, now time.Time) (err error) {
	switch {
	case c.File != "":
		b.From = InFile
		p.backupFiles(c.File, b)
		return nil
	case c.Query != "":
		b.From = InStore
		if driver, ok := p.stores[b.Store]; ok {
			return p.askBackup(ctx, driver, c.Query, b, now)
		}
	default:
		b.From = ByNote
	}
	if p.State != nil {
		b.Last, err = p.State.LastBackup(ctx, b.Store)
	}
	if b.From == InStore && b.Last.IsZero() {
		b.Why = "the store does not answer"
	}
	return err
}

// backupFiles looks when the newest and the oldest of the files of a pattern were changed.
func (p *Project) backupFiles(pattern string, b *Backup) {
	names, err := filepath.Glob(p.in(pattern))
	for _, name := range names {
		var info os.FileInfo
		if info, err = os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			err = nil // it went while we looked
			continue
		}
		if err != nil {
			break
		}
		if day := policy.DateOf(info.ModTime(), p.Config.Zone); b.Oldest.IsZero() || day.Before(b.Oldest) {
			b.Oldest = day
		}
		if info.ModTime().After(b.Last) {
			b.Last = info.ModTime()
		}
	}
	if err != nil {
		b.Why = err.Error()
	}
}

// askBackup asks the store, and notes what it says.
func (p *Project) askBackup(ctx context.Context, driver store.Driver, query string, b *Backup, now time.Time) error {
	dater, ok := driver.(store.Dater)
	if !ok {
		b.Why = "the store takes no questions in a language of its own"
		return nil
	}
	last, err := dater.Instant(ctx, query, p.Config.Zone)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		b.Why = err.Error()
		return nil
	}
	if b.Last = last; last.IsZero() || p.State == nil {
		return nil
	}
	return p.State.NoteBackup(ctx, b.Store, last, now)
}

// judge fills in what follows of the day of the last backup.
func (b *Backup) judge(today policy.Date, zone *time.Location) {
	b.Horizon = horizon(b.Kept, today)
	outlived := !b.Oldest.IsZero() && b.Oldest.Before(b.Horizon)
	if outlived {
		b.Horizon = b.Oldest
	}
	switch last := b.Day(zone); {
	case b.Why != "":
		b.State = BackupUnread
	case last.IsZero():
		b.State = BackupNone
	case last.After(today):
		b.State = BackupToCome
	case !b.Every.IsZero() && last.Add(b.Every).Before(today):
		b.State = BackupLate
	case outlived:
		b.State = BackupOutlived
	default:
		b.State = BackupFine
	}
}

// horizon is the first day whose backups may be there today, where a backup stays for the period
// from its day: months differ in length, so the way back is looked for by the way there.
func horizon(kept policy.Period, today policy.Date) policy.Date {
	day := policy.Period{Days: 1}
	h := today.Add(policy.Period{Months: -kept.Months, Days: -kept.Days - 7})
	for h.Add(kept).Before(today) {
		h = h.Add(day)
	}
	return h
}

// undeclared is how old the oldest backup is that somebody restores, where the settings do not
// say how long backups are kept.
func undeclared() policy.Period { return policy.Period{Days: 400} }

// reach is the first day whose backups of a store may be there today. It is not known where the
// settings do not say how long they are kept, or the files cannot be looked at.
func (p *Project) reach(name string, today policy.Date) (day policy.Date, known bool) {
	c, ok := p.Config.Backups[name]
	if !ok {
		return day, false
	}
	b := Backup{Kept: c.Kept}
	if c.File != "" {
		p.backupFiles(c.File, &b)
	}
	b.judge(today, p.Config.Zone)
	return b.Horizon, b.Why == ""
}

// farthest is the first day whose backups may be there today, of whatever store: one of which
// nobody knows counts with 400 days.
func (p *Project) farthest(today policy.Date) policy.Date {
	first := today
	for name := range p.Config.Stores {
		day, known := p.reach(name, today)
		if !known {
			day = horizon(undeclared(), today)
		}
		first = earlier(first, day)
	}
	return first
}

func earlier(a, b policy.Date) policy.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// NoteBackup keeps that the last backup of a store was made at an instant. It is refused where
// the settings do not say how long it is kept, or say that the date is to be seen elsewhere.
func (p *Project) NoteBackup(ctx context.Context, name string, made, now time.Time) error {
	c, ok := p.Config.Backups[name]
	switch {
	case p.Config.Stores[name] == config.Store{}:
		return fmt.Errorf("there is no store %s", name)
	case !ok:
		return fmt.Errorf("%s does not say how long backups of %s are kept: write backups", ConfigFile, name)
	case c.File != "" || c.Query != "":
		return fmt.Errorf("the last backup of %s is seen by itself, as %s says: no note is needed", name, ConfigFile)
	case made.After(now):
		return fmt.Errorf("a backup of %s at a time to come", name)
	}
	return p.State.NoteBackup(ctx, name, made, now)
}
