package config

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

// Backup is how the backups of a store are kept, and where the last one is seen.
type Backup struct {
	// Kept is how long a backup stays at most, whatever it is made of: dumps, snapshots, logs.
	Kept policy.Period
	// Every is how often one is made; zero where nobody said, and then none is late.
	Every policy.Period
	// File is a path, or a pattern of paths as filepath.Glob has it, the latest of which is the
	// last backup; Query is a question to the store, in its own language, that gives its date.
	// Where both are empty it is noted by command.
	File, Query string
}

// aBackup is what messages call a mapping of them.
const aBackup = "a backup"

// backupKeys are what may be said of the backups of all stores, and otherwise of one.
func backupKeys() []string { return []string{"kept", "every", "made_file", "made_query"} }

// backups reads how backups are kept: of all stores, and what is different for one.
func (l *loader) backups(n *file.Node) {
	if n == nil {
		return
	}
	f := n.Fields(aBackup, append(backupKeys(), "stores")...)
	if f["stores"] == nil {
		f.Need(n, aBackup, "kept")
	}
	all := backup(f, Backup{})
	own := map[string]Backup{}
	for _, e := range f["stores"].Entries() {
		own[e.Key()] = l.storeBackup(e, all)
	}
	for _, name := range slices.Sorted(maps.Keys(l.c.Stores)) {
		b, ok := own[name]
		if !ok {
			b = all
		}
		if b.Kept.IsZero() {
			continue
		}
		if l.c.Backups == nil {
			l.c.Backups = map[string]Backup{}
		}
		l.c.Backups[name] = b
	}
}

func (l *loader) storeBackup(e *file.Node, all Backup) Backup {
	if _, ok := l.c.Stores[e.Key()]; !ok {
		e.KeyNode().Error("unknown-store", "there is no store "+e.Key(), file.Suggest(e.Key(), "stores", slices.Sorted(maps.Keys(l.c.Stores))))
	}
	f := e.Fields(aBackup, backupKeys()...)
	if all.Kept.IsZero() {
		f.Need(e, aBackup, "kept")
	}
	return backup(f, all)
}

// oneQuestion is a single statement that asks.
var oneQuestion = regexp.MustCompile(`(?is)^\s*(?:select|with)\b[^;]*;?\s*$`)

// backup reads what is said; what is not is as for all.
func backup(f file.Fields, b Backup) Backup {
	lasting(f["kept"], &b.Kept)
	lasting(f["every"], &b.Every)
	if f["made_file"] == nil && f["made_query"] == nil {
		return b
	}
	b.File, b.Query = f["made_file"].Text(), f["made_query"].Text()
	if b.File != "" && b.Query != "" {
		f["made_query"].KeyNode().Error("one-source", "the last backup is seen in one place", "write one of made_file and made_query")
	}
	if _, err := filepath.Match(b.File, ""); err != nil {
		f["made_file"].Error("bad-pattern", "made_file is no pattern of paths", "write a path, or a pattern such as /var/backups/crm-*.dump")
	}
	if q := b.Query; q != "" && !oneQuestion.MatchString(q) {
		f["made_query"].Error("bad-query", "made_query is not one question", "write one SELECT that gives the date of the last backup, without a semicolon in it")
	}
	return b
}

// lasting replaces the period where one is written that lasts.
func lasting(n *file.Node, p *policy.Period) {
	text := n.Text()
	if text == "" {
		return
	}
	if *p = n.Period(); *p == (policy.Period{}) && isPeriod(text) {
		n.Error("bad-period", n.Key()+" must last a day at least", "write 1 day, 35 days or 3 months")
	}
}

func isPeriod(text string) bool {
	_, err := policy.ParsePeriod(text)
	return err == nil
}
