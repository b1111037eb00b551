package vault

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/store"
)

// asVersion1 writes the archive as version 1 had it: a row and a seal for each copy.
func asVersion1(t *testing.T, v *Vault) {
	t.Helper()
	tables, err := os.ReadFile("testdata/schema1.sql")
	if err != nil {
		t.Fatal(err)
	}
	err = v.write(t.Context(), "go back", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), "ALTER TABLE batches RENAME TO b; ALTER TABLE sheets RENAME TO s; DROP INDEX batches_pending; DROP TABLE readings; DROP TABLE garant_receipts; "+
			"ALTER TABLE meta RENAME TO m; "+string(tables)+"; INSERT INTO meta SELECT * FROM m; "+
			"INSERT INTO batches (seq, id, store, at, settled, wrapped_key) SELECT seq, id, store, at, settled, wrapped_key FROM b")
		if err != nil {
			return err
		}
		if err := v.itemsOf1(t.Context(), tx); err != nil {
			return err
		}
		_, err = tx.ExecContext(t.Context(), "DROP TABLE places; DROP TABLE s; DROP TABLE b; DROP TABLE m; PRAGMA user_version = 1")
		return err
	})
	if err := errors.Join(err, v.Close()); err != nil {
		t.Fatal(err)
	}
}

// itemsOf1 writes the sheets, which were put aside as s, as items.
func (v *Vault) itemsOf1(ctx context.Context, tx *sql.Tx) error {
	var all []sheet
	err := query(ctx, tx, func(rows *sql.Rows) error {
		var s sheet
		var names []byte
		err := rows.Scan(&s.batch, &s.dataset, &s.group, &names, &s.sealed)
		if err == nil {
			s.names, err = unpackNames(names)
		}
		all = append(all, s)
		return err
	}, "SELECT s.batch, b.dataset, b.grp, s.names, s.payload FROM s JOIN b ON b.seq = s.batch")
	for _, s := range all {
		key, err1 := v.keyOf(ctx, tx, s.batch)
		copies, err2 := s.open(key)
		if err = errors.Join(err, err1, err2); err != nil {
			return err
		}
		for i, n := range s.names {
			sealed := key.Seal(nil, nil, copies[i], ledger.EncodeKey(store.Key{s.dataset, s.group, n.digest[:], n.until}))
			if _, err := tx.ExecContext(ctx, "INSERT INTO items (batch, dataset, store, grp, key_digest, until, payload, settled) SELECT seq, ?, store, ?, ?, ?, ?, settled FROM batches WHERE seq = ?",
				s.dataset, s.group, n.digest[:], untilOf(n.until), sealed, s.batch); err != nil {
				return err
			}
		}
	}
	return err
}

// TestUpgrade opens an archive of version 1: everything is there, what was pending still is.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.open(t, mixed)
	four(t, v)
	asVersion1(t, v)
	v = p.open(t, mixed)
	for n := range int64(6) {
		got, err := contact(t, v, n)
		if there := n >= 1 && n <= 4; there != (err == nil && got["phone"] == "b") || !there && !errors.Is(err, ErrNotFound) {
			t.Errorf("record %d: %d values, %v", n, len(got), err)
		}
	}
	expired, err := v.Expired(t.Context(), today)
	if diff := cmp.Diff([]Count{{"leads", "contact", 2}}, expired); diff != "" || err != nil {
		t.Error(diff, err)
	}
	settle(t, v, map[string]apply.Fate{"pending": apply.Keep})
	if got, err := contact(t, v, 5); err != nil || got["email"] != "a" {
		t.Errorf("what was pending: %d values, %v", len(got), err)
	}
	if n := count(t, v, "sqlite_master WHERE type = 'table' AND name LIKE '%1'"); n != 0 {
		t.Errorf("%d tables of version 1 are left", n)
	}
}

// TestUpgradeDamaged checks that a copy which does not open stops the upgrade, and that all
// is as it was.
func TestUpgradeDamaged(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.open(t, mixed)
	four(t, v)
	asVersion1(t, v)
	raw, err := sql.Open("sqlite", dsn(p.file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	if _, err := raw.ExecContext(t.Context(), "UPDATE items SET until = '2126-01-01' WHERE id = 3"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), p.file, p.key, nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	var items, version int
	err = raw.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM items), (SELECT user_version FROM pragma_user_version)").Scan(&items, &version)
	if err != nil || items != 5 || version != 1 {
		t.Errorf("%d items in version %d, %v", items, version, err)
	}
}
