package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store/mariadb"
	"github.com/garant-rgpd/garant/store/postgres"
	"github.com/garant-rgpd/garant/store/sqlite"
)

// errNoServer says that the command does not run under withservers.
var errNoServer = errors.New("no server; run it under internal/testserver/cmd/withservers")

// execAll runs statements one after another on one connection.
func execAll(ctx context.Context, db *sql.DB, statements ...string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for _, q := range statements {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%.40s: %w", q, err)
		}
	}
	return nil
}

// pgBed makes copies of the set by copying the database's files.
type pgBed struct {
	admin *sql.DB
	url   url.URL
}

func (b *bench) newPG(ctx context.Context) (*pgBed, error) {
	u, err := url.Parse(os.Getenv(testserver.PostgresVar))
	if err != nil || u.Host == "" {
		return nil, errNoServer
	}
	p := &pgBed{url: *u}
	if p.admin, err = sql.Open("pgx", u.String()); err != nil {
		return nil, err
	}
	if err := execAll(ctx, p.admin, "DROP DATABASE IF EXISTS bench_base", "CREATE DATABASE bench_base"); err != nil {
		return nil, err
	}
	raw, err := sql.Open("pgx", p.at("bench_base"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }()
	d := spelling{fmt.Sprintf("SELECT generate_series(1, %d) AS n", b.rows), bars, func(s string) string { return "CAST(" + s + " AS DATE)" }}
	if err := b.fill(ctx, raw, d); err != nil {
		return nil, err
	}
	return p, execAll(ctx, raw, "VACUUM ANALYZE", "CHECKPOINT")
}

func (p *pgBed) at(name string) string {
	u := p.url
	u.Path = "/" + name
	return u.String()
}

func (p *pgBed) fresh(ctx context.Context) (s site, err error) {
	if err := execAll(ctx, p.admin, "DROP DATABASE IF EXISTS bench WITH (FORCE)", "CREATE DATABASE bench TEMPLATE bench_base STRATEGY file_copy"); err != nil {
		return s, err
	}
	if s.raw, err = sql.Open("pgx", p.at("bench")); err != nil {
		return s, err
	}
	own, err := postgres.Open(ctx, p.at("bench"))
	if err != nil {
		return s, err
	}
	s.own, s.close = own, func() { _, _ = own.Close(), s.raw.Close() }
	// The cache is warm, and nothing is left of the copying.
	return s, errors.Join(own.Prepare(ctx), execAll(ctx, s.raw, "SELECT count(note) FROM clients", "SELECT count(made) FROM calls", "CHECKPOINT"))
}

func (p *pgBed) drop(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	_ = execAll(ctx, p.admin, "DROP DATABASE IF EXISTS bench WITH (FORCE)", "DROP DATABASE IF EXISTS bench_base WITH (FORCE)")
	_ = p.admin.Close()
}

// mariaBed makes copies of the set by copying its tablespaces.
type mariaBed struct {
	raw     *sql.DB
	address string
	config  *mysql.Config
	data    string // the server's folder of the database
	kept    string
}

func (b *bench) newMaria(ctx context.Context) (*mariaBed, error) {
	c, err := mysql.ParseDSN(os.Getenv(testserver.MariaDBVar))
	if err != nil || c.Addr == "" || os.Getenv(testserver.MariaDBVar) == "" {
		return nil, errNoServer
	}
	admin, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		return nil, err
	}
	defer func() { _ = admin.Close() }()
	if err := execAll(ctx, admin, "DROP DATABASE IF EXISTS bench", "CREATE DATABASE bench CHARACTER SET utf8mb4"); err != nil {
		return nil, err
	}
	c.DBName = "bench"
	m := &mariaBed{address: c.FormatDSN(), config: c, kept: filepath.Join(b.dir, "tablespaces")}
	if m.raw, err = sql.Open("mysql", m.address); err != nil {
		return nil, err
	}
	if err := m.raw.QueryRowContext(ctx, "SELECT @@datadir").Scan(&m.data); err != nil {
		return nil, err
	}
	m.data = filepath.Join(m.data, "bench")
	d := spelling{fmt.Sprintf("SELECT seq AS n FROM seq_1_to_%d", b.rows), func(parts ...string) string { return "CONCAT(" + strings.Join(parts, ", ") + ")" }, same}
	if err := b.fill(ctx, m.raw, d); err != nil {
		return nil, err
	}
	return m, m.keep(ctx)
}

// keep puts the tablespaces aside.
func (m *mariaBed) keep(ctx context.Context) error {
	if err := os.MkdirAll(m.kept, 0o700); err != nil {
		return err
	}
	conn, err := m.raw.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "FLUSH TABLES clients, calls FOR EXPORT"); err != nil {
		return err
	}
	for _, t := range []string{"clients", "calls"} {
		for _, ext := range []string{".ibd", ".cfg"} {
			if err := copyFile(filepath.Join(m.data, t+ext), filepath.Join(m.kept, t+ext)); err != nil {
				return err
			}
		}
	}
	_, err = conn.ExecContext(ctx, "UNLOCK TABLES")
	return err
}

func (m *mariaBed) fresh(ctx context.Context) (s site, err error) {
	for _, t := range []string{"clients", "calls"} {
		if err := execAll(ctx, m.raw, "ALTER TABLE "+t+" DISCARD TABLESPACE"); err != nil {
			return s, err
		}
		for _, ext := range []string{".ibd", ".cfg"} {
			if err := copyFile(filepath.Join(m.kept, t+ext), filepath.Join(m.data, t+ext)); err != nil {
				return s, err
			}
		}
		if err := execAll(ctx, m.raw, "ALTER TABLE "+t+" IMPORT TABLESPACE", "ANALYZE TABLE "+t); err != nil {
			return s, err
		}
	}
	own, err := mariadb.Open(ctx, m.address)
	if err != nil {
		return s, err
	}
	s.raw, s.own, s.close = m.raw, own, func() { _ = own.Close() }
	return s, errors.Join(own.Prepare(ctx), execAll(ctx, m.raw, "DELETE FROM garant_receipts WHERE seq > 0", "SELECT COUNT(note) FROM clients"))
}

func (m *mariaBed) drop(ctx context.Context) {
	_ = execAll(context.WithoutCancel(ctx), m.raw, "DROP DATABASE bench")
	_ = m.raw.Close()
}

// copyFile copies a file into one that anybody may read and write: the server may run as
// another account.
func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to, b, 0o666); err != nil {
		return err
	}
	return os.Chmod(to, 0o666)
}

// liteBed makes copies of the set by copying the file.
type liteBed struct{ base, path string }

func (b *bench) newLite(ctx context.Context) (*liteBed, error) {
	l := &liteBed{filepath.Join(b.dir, "base.db"), filepath.Join(b.dir, "bench.db")}
	raw, err := sql.Open("sqlite", "file:"+l.base+"?_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }()
	d := spelling{fmt.Sprintf("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c", b.rows), bars, same}
	if err := b.fill(ctx, raw, d); err != nil {
		return nil, err
	}
	return l, execAll(ctx, raw, "PRAGMA wal_checkpoint(TRUNCATE)")
}

func (l *liteBed) fresh(ctx context.Context) (s site, err error) {
	for _, ext := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(l.path + ext)
	}
	if err := copyFile(l.base, l.path); err != nil {
		return s, err
	}
	if s.raw, err = sql.Open("sqlite", "file:"+l.path+"?_pragma=busy_timeout(5000)&_pragma=secure_delete(1)"); err != nil {
		return s, err
	}
	own, err := sqlite.Open(ctx, l.path)
	if err != nil {
		return s, err
	}
	s.own, s.close = own, func() { _, _ = own.Close(), s.raw.Close() }
	return s, own.Prepare(ctx)
}
