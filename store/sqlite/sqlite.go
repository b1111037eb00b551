// Package sqlite is for companies whose data are in an SQLite file: it connects
// store/relational to it and knows what SQLite does its own way. It erases on the disk
// too: what is deleted is overwritten, in the database and in its write-ahead log. Copies that
// SQLite made in free space while an application wrote without secure_delete are beyond its
// reach until the application's next VACUUM.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// Store is an SQLite database. It implements store.Driver and store.Actor.
type Store struct{ *relational.DB }

// pragmas are set on every connection.
var pragmas = []string{"busy_timeout(5000)", "foreign_keys(1)", "secure_delete(1)"}

// Open opens the existing file at the path, or at a URL file:…; a file that is not there is
// unreachable and never created.
func Open(ctx context.Context, path string) (*Store, error) {
	name, err := uri(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, errors.New("open: the address is not a path of SQLite")
	}
	s := &Store{relational.New(db, dialect())}
	// The driver opens lazily: reading the schema shows whether this is a database at all.
	if _, err := s.Inspect(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	tidyAfterCrash(ctx, db)
	return s, nil
}

// tidyAfterCrash empties the log where Garant acted before: a process that was killed while
// it swept has left in it what the batches of the last second erased. Nobody is waited for.
func tidyAfterCrash(ctx context.Context, db *sql.DB) {
	var acted bool
	err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'garant_receipts')").Scan(&acted)
	if err != nil || !acted {
		return
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = conn.ExecContext(ctx, "PRAGMA busy_timeout = 0")
	checkpoint(ctx, conn)
	_, _ = conn.ExecContext(ctx, "PRAGMA busy_timeout = 5000")
}

// uri returns the URL of the path, for a file that must exist.
func uri(path string) (string, error) {
	name, query, query0 := path, url.Values{}, ""
	if rest, ok := strings.CutPrefix(path, "file:"); ok {
		name, query0, _ = strings.Cut(rest, "?")
		var err error
		if query, err = url.ParseQuery(query0); err != nil {
			return "", errors.New("open: the address is no file URL")
		}
	} else {
		name = escape(path)
	}
	if query.Get("mode") != "ro" {
		query.Set("mode", "rw")
	}
	for _, p := range pragmas {
		query.Add("_pragma", p)
	}
	query.Set("_txlock", "immediate")
	return "file:" + name + "?" + query.Encode(), nil
}

// escape writes a path as part of a URL, slashes kept.
func escape(path string) string {
	return strings.ReplaceAll(url.PathEscape(path), "%2F", "/")
}

// Grants returns no statements: SQLite has no accounts, only permissions of files.
func (s *Store) Grants([]store.Table) []string { return nil }

// checkpoint moves the write-ahead log into the database and truncates it, as old pages in
// it hold what was erased. Where others read at the moment, a later one does it.
func checkpoint(ctx context.Context, db relational.Execer) {
	_, _ = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}
