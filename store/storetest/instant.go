package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// testInstant asks for dates in the store's own language: of each kind of column, of nothing,
// and of what is no date; and what would write changes nothing.
func testInstant(t *testing.T, open Open) {
	f := setup(t, open)
	s, ok := f.Store.(store.Dater)
	if !ok {
		return
	}
	const needle = "somebody-unmistakable"
	f.create(store.TableInfo{Name: "backups", Key: []string{"id"}, Columns: []store.Column{
		{Name: "id", Type: store.Integer, NotNull: true}, {Name: "made_on", Type: store.DateType}, {Name: "clock", Type: store.DateTime},
		{Name: "finished", Type: store.Instant}, {Name: "words", Type: store.Text}, {Name: "iso", Type: store.Text}}})
	clock := time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC)
	for id, day := range map[int64]string{1: "2026-11-21", 2: "2026-11-22"} {
		f.insert("backups", row{"id": id, "made_on": policy.MustDate(day), "clock": clock, "finished": clock, "words": needle, "iso": "2026-11-22T00:30:00+05:00"})
	}
	west := time.FixedZone("west", -3*60*60)
	for query, want := range map[string]time.Time{
		"SELECT max(made_on) FROM backups":                  time.Date(2026, 11, 22, 0, 0, 0, 0, west),
		"SELECT clock FROM backups WHERE id = 1":            time.Date(2026, 11, 22, 0, 30, 0, 0, west),
		"SELECT iso FROM backups WHERE id = 1;":             time.Date(2026, 11, 21, 19, 30, 0, 0, time.UTC),
		"SELECT '2026-11-22 04:05'":                         time.Date(2026, 11, 22, 4, 5, 0, 0, west),
		"SELECT max(made_on) FROM backups WHERE id > 7":     {},
		"SELECT made_on FROM backups WHERE id > 7":          {},
		"WITH b AS (SELECT 1 AS x) SELECT NULL FROM b":      {},
		"SELECT finished FROM backups WHERE id = 1":         instantAs(f.Fixture, clock, west),
		"SELECT max(finished) FROM backups WHERE id IN (1)": instantAs(f.Fixture, clock, west),
	} {
		if got, err := s.Instant(t.Context(), query, west); err != nil || !got.Equal(want) || got.IsZero() != want.IsZero() {
			t.Errorf("%s: got %v, %v, want %v", query, got, err, want)
		}
	}
	for _, query := range []string{
		"SELECT words FROM backups WHERE id = 1", "SELECT id FROM backups WHERE id = 1", "SELECT made_on, words FROM backups WHERE id = 1",
		"SELECT made_on FROM backups", "SELECT made_on FROM nowhere", "SELECT '" + needle + "' FROM", "DELETE FROM backups", "UPDATE backups SET words = '2026-11-22'",
	} {
		if got, err := s.Instant(t.Context(), query, west); err == nil || !got.IsZero() || strings.Contains(err.Error(), needle) {
			t.Errorf("%s: got %v, %v", query, got, err)
		}
	}
	testInstantLeavesNothing(t, f, s)
}

// instantAs is the instant of a clock reading of UTC in a column of instants; an engine without
// that type holds the reading, which counts in the zone.
func instantAs(f Fixture, clock time.Time, zone *time.Location) time.Time {
	if f.Instants {
		return clock
	}
	return time.Date(clock.Year(), clock.Month(), clock.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
}

// testInstantLeavesNothing looks that nothing was changed, that the store can be written to
// again, and that who gave up is told so.
func testInstantLeavesNothing(t *testing.T, f *rig, s store.Dater) {
	t.Helper()
	table := store.Table{Name: "backups", Key: []string{"id"}}
	n, err := f.Store.Count(t.Context(), table, []store.Pred{store.True()})
	if err != nil || n[0] != 2 {
		t.Fatalf("%v rows are left: %v", n, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Instant(gone, "SELECT max(made_on) FROM backups", time.UTC); err == nil {
		t.Error("an answer to who gave up")
	}
	for range 4 { // more than one connection was used
		tx, err := f.Store.Begin(t.Context())
		f.ok(err)
		_, err = tx.Erase(t.Context(), table, []store.Key{{int64(1)}})
		f.ok(err)
		f.ok(tx.Rollback())
	}
}
