package vault

import (
	"context"
	"database/sql"
	_ "embed" // for the schema
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

//go:embed schema.sql
var schema string

// version is the version of the schema.
const version = 2

// Ends tells, for the records of an archive step in the order of their keys, the last day on
// which the copy may stay; the zero date is an open end. It is called while the records are
// locked in their store, so it reads and never writes there.
type Ends func(ctx context.Context, step plan.Step, keys []store.Key) ([]policy.Date, error)

// Vault is an open archive. It is safe for concurrent use, also by several processes.
type Vault struct {
	db   *sql.DB
	ends Ends
	keys
}

var _ apply.Archive = (*Vault)(nil)

// Open opens the archive at path with the identity in keyFile, and makes what is not there
// yet. A key file or an archive that others can read is refused, and so is the key of another
// archive; a lost key is never made anew. Without ends the archive can be read and purged,
// and takes nothing in.
func Open(ctx context.Context, path string, keyFile string, ends Ends) (*Vault, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the archive: %w", err)
	}
	if err := touch(path); err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	v := &Vault{ends: ends}
	if v.db, err = sql.Open("sqlite", dsn(path)); err != nil {
		return nil, explain("open the archive", err)
	}
	if err := v.prepare(ctx, keyFile); err != nil {
		return nil, errors.Join(explain("open the archive", err), v.Close())
	}
	return v, nil
}

// dsn says how every connection behaves. Commits are synchronous: a copy must outlive a
// power cut before its row is erased.
func dsn(path string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)", "foreign_keys(1)",
	}}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// prepare makes the tables and reads the key while no other process does.
func (v *Vault) prepare(ctx context.Context, keyFile string) error {
	return v.write(ctx, "prepare the archive", func(tx *sql.Tx) error {
		found, err := migrate(ctx, tx)
		if err != nil {
			return err
		}
		if err := v.openWith(ctx, tx, keyFile); err != nil || found != 1 {
			return err
		}
		return v.upgrade(ctx, tx)
	})
}

// openWith reads the key file, and notes whose key it is in an archive that is new.
func (v *Vault) openWith(ctx context.Context, tx *sql.Tx, keyFile string) error {
	var known string
	err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'recipient'").Scan(&known)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if v.keys, err = openKeys(keyFile, known); err != nil || known != "" {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('recipient', ?)", v.recipient())
	return err
}

// migrate makes the tables of this version and returns the version that was found, 0 for a new
// archive; what is in one of an earlier version is left aside for upgrade.
func migrate(ctx context.Context, tx *sql.Tx) (found int, err error) {
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&found); err != nil {
		return 0, err
	}
	switch {
	case found > version:
		return found, ErrNewer
	case found == version:
		return found, nil
	}
	tables := schema
	if found == 1 {
		tables = setAside + schema
	}
	if _, err := tx.ExecContext(ctx, tables); err != nil {
		return found, err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version))
	return found, err
}

// Close truncates the write-ahead log and releases everything. It may be called twice.
func (v *Vault) Close() error {
	v.tidy(context.Background())
	return v.db.Close()
}

// tidy truncates the write-ahead log, where deleted items and keys can still be read. A
// process that reads at the moment may prevent it; that one tidies when it closes.
func (v *Vault) tidy(ctx context.Context) {
	_, _ = v.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// write runs fn in a transaction that nobody interleaves with.
func (v *Vault) write(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	return v.writeIf(ctx, what, fn, func(commit func() error) error { return commit() })
}

// wideCache makes room for the index of records, which have no order. It is no pragma of the
// address: there it would read the schema, and meet the process that is just making it.
const wideCache = "PRAGMA cache_size = -32768"

// writeIf is write, and leaves it to gate to call the commit.
func (v *Vault) writeIf(ctx context.Context, what string, fn func(*sql.Tx) error, gate func(commit func() error) error) error {
	tx, err := v.db.BeginTx(ctx, nil)
	if err != nil {
		return explain(what, err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if _, err := tx.ExecContext(ctx, wideCache); err != nil {
		return explain(what, err)
	}
	if err := fn(tx); err != nil {
		return explain(what, err)
	}
	return explain(what, gate(tx.Commit))
}

// query calls scan for each row.
func query(ctx context.Context, tx *sql.Tx, scan func(*sql.Rows) error, q string, args ...any) error {
	rows, err := tx.QueryContext(ctx, q, args...)
	return each(rows, err, scan)
}

// each calls scan for each row of what was asked, unless asking failed, and closes the rows.
func each(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// read runs fn on one unchanging state of the archive.
func (v *Vault) read(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	tx, err := v.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return explain(what, err)
	}
	defer func() { _ = tx.Rollback() }()
	return explain(what, fn(tx))
}
