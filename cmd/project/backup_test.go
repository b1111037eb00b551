package project

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/policy"
)

// TestHorizon looks for the horizon day by day, over leap years and months of all lengths: the
// backup of that day may be there, that of the day before may not.
func TestHorizon(t *testing.T) {
	t.Parallel()
	one := policy.Period{Days: 1}
	for _, kept := range []policy.Period{
		policy.Days(1), policy.Days(7), policy.Days(35), policy.Days(400), policy.Months(1), policy.Months(3), policy.Years(1), policy.Years(10),
		{Months: 1, Days: 1}, {Months: 1, Days: 31}, {Months: 11, Days: 400}, {Months: 25, Days: 2},
	} {
		for today := policy.MustDate("2023-12-01"); today.Year < 2029; today = today.Add(one) {
			h := horizon(kept, today)
			if h.Add(kept).Before(today) || !h.Add(policy.Period{Days: -1}).Add(kept).Before(today) {
				t.Fatalf("kept %s, on %s: %s", kept, today, h)
			}
		}
	}
}

// TestJudge tells a backup that is late from one that is not, by whole days of the zone.
func TestJudge(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	today := policy.MustDate("2026-11-22")
	at := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, c := range map[string]struct {
		b    Backup
		want BackupState
	}{
		"of last night":              {Backup{Every: policy.Days(1), Last: at("2026-11-21T22:59:00Z")}, BackupFine},
		"of the night before":        {Backup{Every: policy.Days(1), Last: at("2026-11-20T23:30:00Z")}, BackupFine}, // the 21st in Paris
		"of a night too early":       {Backup{Every: policy.Days(1), Last: at("2026-11-20T22:30:00Z")}, BackupLate},
		"nobody said how often":      {Backup{Last: at("2020-11-20T22:30:00Z")}, BackupFine},
		"of tomorrow":                {Backup{Last: at("2026-11-22T23:30:00Z")}, BackupToCome},
		"none":                       {Backup{Every: policy.Days(1)}, BackupNone},
		"it cannot be looked":        {Backup{Why: "denied", Last: at("2026-11-21T22:59:00Z")}, BackupUnread},
		"an old one is left":         {Backup{Last: at("2026-11-21T22:59:00Z"), Oldest: policy.MustDate("2026-10-17")}, BackupOutlived},
		"none is older than allowed": {Backup{Last: at("2026-11-21T22:59:00Z"), Oldest: policy.MustDate("2026-10-18")}, BackupFine},
	} {
		c.b.Kept = policy.Days(35)
		if c.b.judge(today, paris); c.b.State != c.want {
			t.Errorf("%s: %s, want %s", name, c.b.State, c.want)
		}
		want := policy.MustDate("2026-10-18")
		if c.want == BackupOutlived {
			want = c.b.Oldest
		}
		if c.b.Horizon != want {
			t.Errorf("%s: horizon %s", name, c.b.Horizon)
		}
	}
}

// TestFarthest keeps what shows a restore for as long as any backup may be there: 400 days for a
// store of which nobody said, or whose backups cannot be looked at.
func TestFarthest(t *testing.T) {
	t.Parallel()
	dir, today := t.TempDir(), policy.MustDate("2026-11-22")
	old := filepath.Join(dir, "old.dump")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	made := policy.MustDate("2025-03-01").Start(time.UTC)
	if err := os.Chtimes(old, made, made); err != nil {
		t.Fatal(err)
	}
	stores := map[string]config.Store{"crm": {Engine: "sqlite"}, "billing": {Engine: "sqlite"}}
	short, long := config.Backup{Kept: policy.Days(35)}, config.Backup{Kept: policy.Years(2)}
	for name, c := range map[string]struct {
		backups map[string]config.Backup
		want    string
	}{
		"nobody said":      {nil, "2025-10-18"},
		"of one store":     {map[string]config.Backup{"crm": short}, "2025-10-18"},
		"of both":          {map[string]config.Backup{"crm": short, "billing": short}, "2026-10-18"},
		"for two years":    {map[string]config.Backup{"crm": long}, "2024-11-22"},
		"one outlived":     {map[string]config.Backup{"crm": short, "billing": {Kept: policy.Days(35), File: "*.dump"}}, "2025-03-01"},
		"none is seen yet": {map[string]config.Backup{"crm": short, "billing": {Kept: policy.Days(35), File: "nowhere/*"}}, "2026-10-18"},
	} {
		p := &Project{Dir: dir, Config: config.Config{Stores: stores, Backups: c.backups, Zone: time.UTC}}
		if got := p.farthest(today); got != policy.MustDate(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
