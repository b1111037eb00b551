package project_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/policy"
)

// TestBackupsOfAServer asks the servers themselves when the last backup was made, where the
// company's dumps are entered in a table.
func TestBackupsOfAServer(t *testing.T) {
	t.Parallel()
	for driver, c := range map[string]struct {
		engine demo.Engine
		fresh  func(testing.TB) string
		// instant is a type of column, and unix the function that makes one of its values.
		instant, unix string
	}{
		"pgx":   {demo.Postgres, testserver.Postgres, "timestamptz", "to_timestamp"},
		"mysql": {demo.MariaDB, testserver.MariaDB, "timestamp NULL", "FROM_UNIXTIME"},
	} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			crm, billing := c.fresh(t), c.fresh(t)
			server, err := sql.Open(driver, crm)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			exec := func(statement string) {
				t.Helper()
				if _, err := server.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			p := onServer(t, c.engine, driver, crm, billing)
			p.Config.Backups = map[string]config.Backup{"crm": {Kept: policy.Days(35), Every: policy.Days(1), Query: "SELECT max(finished) FROM dumps WHERE sound"}}
			state := func(want project.BackupState, last time.Time) {
				t.Helper()
				all, err := p.Backups(t.Context(), now)
				if err != nil || len(all) != 1 || all[0].State != want || !all[0].Last.Equal(last) || all[0].From != project.InStore {
					t.Errorf("got %+v, %v, want %s", all, err, want)
				}
			}
			made := func(text string, sound bool) time.Time {
				t.Helper()
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				exec(fmt.Sprintf("INSERT INTO dumps VALUES (%s(%d), %t)", c.unix, at.Unix(), sound))
				return at
			}
			state(project.BackupUnread, time.Time{})
			exec("CREATE TABLE dumps (finished " + c.instant + ", sound boolean)")
			state(project.BackupNone, time.Time{})
			late := made("2026-11-20T03:00:00Z", true)
			made("2026-11-21T03:00:00Z", false)
			state(project.BackupLate, late)
			last := made("2026-11-21T23:30:00Z", true)
			state(project.BackupFine, last)
			if kept, err := p.State.LastBackup(t.Context(), "crm"); err != nil || !kept.Equal(last) {
				t.Errorf("the state keeps %v, %v", kept, err)
			}
		})
	}
}
