package vault

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

var (
	noon  = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)
	today = policy.MustDate("2026-11-22")
	later = policy.MustDate("2036-11-22")
	over  = policy.MustDate("2026-11-21")
)

// place is where an archive and its key are.
type place struct{ file, key string }

func newPlace(t *testing.T) place {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a dir? with #odd % name")
	return place{filepath.Join(dir, "archive.db"), filepath.Join(dir, "keys", "archive.key")}
}

// until is an Ends that gives all copies one end.
func until(d policy.Date) Ends {
	return func(_ context.Context, _ plan.Step, keys []store.Key) ([]policy.Date, error) {
		ends := make([]policy.Date, len(keys))
		for i := range ends {
			ends[i] = d
		}
		return ends, nil
	}
}

func (p place) open(t *testing.T, ends Ends) *Vault {
	t.Helper()
	v, err := Open(t.Context(), p.file, p.key, ends)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// copies is a batch of records of leads with their contact.
func copies(id string, rows map[int64]store.Row) apply.Copies {
	c := apply.Copies{ID: id, At: noon, Step: plan.Step{
		ID: "leads/archive/contact", Dataset: "leads", Store: "crm", Action: policy.ToArchive, Groups: []policy.Category{"contact"},
		Work: plan.Work{Copy: []string{"email", "phone"}, Set: []store.Assign{{Column: "email", To: store.Unique}, {Column: "phone", To: store.Null}}},
	}}
	for n := range int64(len(rows) * 100) {
		if r, ok := rows[n]; ok {
			c.Keys, c.Rows = append(c.Keys, key(n)), append(c.Rows, r)
		}
	}
	return c
}

func key(n int64) store.Key { return store.Key{n} }

func put(t *testing.T, v *Vault, c apply.Copies) {
	t.Helper()
	if err := errors.Join(v.Put(t.Context(), c), v.Verify(t.Context(), c)); err != nil {
		t.Fatal(err)
	}
}

// settle decides about the batches named, and later about the others.
func settle(t *testing.T, v *Vault, fates map[string]apply.Fate) {
	t.Helper()
	err := v.Settle(t.Context(), "crm", func(id string, at time.Time) (apply.Fate, error) {
		if !at.Equal(noon) {
			t.Errorf("%s was put at %v", id, at)
		}
		return fates[id], nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func contact(t *testing.T, v *Vault, n int64) (map[string]any, error) {
	t.Helper()
	return v.Read(t.Context(), "leads", "contact", key(n), "test", "tester", noon)
}

func count(t *testing.T, v *Vault, table string) (n int) {
	t.Helper()
	if err := v.db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// copiesIn counts the copies that are in the archive, pending ones among them.
func copiesIn(t *testing.T, v *Vault) (n int) {
	t.Helper()
	if err := v.db.QueryRowContext(t.Context(), "SELECT coalesce(sum(length(names)), 0) FROM sheets").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n / nameSize
}

// named returns the name of the record in the archive.
func named(v *Vault, n int64) []byte {
	d := v.digester("leads").Digest(key(n))
	return d[:]
}

// moveEnds gives the first copy of each sheet an end far away, as somebody would who wants to
// keep it.
const moveEnds = "UPDATE sheets SET first_end = '2126-01-01', names = CAST(substr(names, 1, 32) || x'01446745' || substr(names, 37) AS BLOB)"

func TestOpenIsPrivate(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.open(t, until(later))
	put(t, v, copies("b", map[int64]store.Row{1: {"a", "b"}}))
	n := 0
	err := filepath.WalkDir(filepath.Dir(p.file), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		n++
		if info, err := d.Info(); err != nil || info.Mode()&private != 0 {
			t.Errorf("%s has mode %v, %v", d.Name(), info.Mode(), err)
		}
		return nil
	})
	if err != nil || n != 6 {
		t.Errorf("%d files, %v", n, err)
	}
	var journal, secure, sync string
	for pragma, into := range map[string]*string{"journal_mode": &journal, "secure_delete": &secure, "synchronous": &sync} {
		if err := v.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	if journal != "wal" || secure != "1" || sync != "2" {
		t.Errorf("got %s, %s, %s; want wal, 1, 2", journal, secure, sync)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, p place, v *Vault) error
		want  error
	}{
		{"archive open to others", func(_ *testing.T, p place, _ *Vault) error { return os.Chmod(p.file, 0o640) }, ErrExposed},
		{"key open to others", func(_ *testing.T, p place, _ *Vault) error { return os.Chmod(p.key, 0o604) }, ErrExposed},
		{"key gone", func(_ *testing.T, p place, _ *Vault) error { return os.Remove(p.key) }, ErrKeyMissing},
		{"key cut short", func(_ *testing.T, p place, _ *Vault) error { return os.Truncate(p.key, 200) }, ErrKeyMissing},
		{"key empty", func(_ *testing.T, p place, _ *Vault) error { return os.Truncate(p.key, 0) }, ErrKeyMissing},
		{"key of another archive", func(t *testing.T, p place, _ *Vault) error {
			other := newPlace(t)
			other.open(t, nil)
			return os.Rename(other.key, p.key)
		}, ErrOtherKey},
		{"newer schema", func(t *testing.T, _ place, v *Vault) error {
			_, err := v.db.ExecContext(t.Context(), "PRAGMA user_version = 99")
			return err
		}, ErrNewer},
		{"no archive", func(_ *testing.T, p place, v *Vault) error {
			return errors.Join(v.Close(), os.WriteFile(p.file, bytes.Repeat([]byte("x"), 8192), 0o600))
		}, ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			v := p.open(t, until(later))
			if err := c.spoil(t, p, v); err != nil {
				t.Fatal(err)
			}
			v, err := Open(t.Context(), p.file, p.key, nil)
			if err == nil {
				_ = v.Close()
			}
			if !errors.Is(err, c.want) || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// TestOpenTogether opens a new archive many times at once: there is one key.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var g sync.WaitGroup
	for n := range int64(6) {
		g.Go(func() {
			v, err := Open(t.Context(), p.file, p.key, until(later))
			if err != nil {
				t.Error(err)
				return
			}
			c := copies(string('a'+rune(n)), map[int64]store.Row{n: {"a", "b"}})
			if err := errors.Join(v.Put(t.Context(), c), v.Verify(t.Context(), c), v.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
	v := p.open(t, nil)
	settle(t, v, map[string]apply.Fate{"a": apply.Keep, "b": apply.Keep, "c": apply.Keep, "d": apply.Keep, "e": apply.Keep, "f": apply.Keep})
	for n := range int64(6) {
		if got, err := contact(t, v, n); err != nil || got["phone"] != "b" {
			t.Errorf("record %d: %v", n, err)
		}
	}
}

// TestNothingInClear looks for what was archived in every file beside the key.
func TestNothingInClear(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.open(t, until(later))
	needles := []string{"needle-value", "needle-key", "needle-reason", "needle-reader", "SECRET"}
	c := copies("b", map[int64]store.Row{1: {needles[0], []byte(needles[0])}})
	c.Keys[0] = store.Key{needles[1]}
	put(t, v, c)
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	if _, err := v.Read(t.Context(), "leads", "contact", c.Keys[0], needles[2], needles[3], noon); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{p.file, p.file + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil || len(b) == 0 {
			t.Fatalf("%d bytes, %v", len(b), err)
		}
		for _, n := range needles {
			if bytes.Contains(b, []byte(n)) {
				t.Errorf("%s shows %s", filepath.Ext(file), n)
			}
		}
	}
}
