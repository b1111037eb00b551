package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
)

//go:embed migrations/*.sql
var migrations embed.FS

// State is an open state directory. It is safe for concurrent use.
type State struct {
	dir    string
	db     *bun.DB
	jobs   *sql.DB // River's own pool of one connection: it never waits for ours
	log    *ledger.Log
	public string
	former []string // see FormerKeys
	seal   []byte
	leave  func() // lets go of the lock that says that the state is open
	// turn is held by the one that writes: SQLite lets writers wait in no order, and one of
	// many may wait for ever.
	turn chan struct{}
	// last is the plan whose receipts were entered last: a run enters many of one plan, and
	// plans never change.
	last atomic.Pointer[knownPlan]
	// people is the key of persons once it was read.
	people atomic.Pointer[[]byte]
	// finder is the pool of find, which looks people up; recall is what is held of them in
	// memory, nil where nothing is (see Recall).
	finder *sql.DB
	find   finder
	recall atomic.Pointer[recall]
	// notes writes answers into their file without waiting for the disk, given reads them; see
	// LogAnswers. sealed is when they were last entered in the ledger, unsealed the instant of
	// those that wait, nil when there are none; unfit says that the last attempt failed.
	notes, given     *sql.DB
	insert           *sql.Stmt
	sealed, unsealed atomic.Pointer[time.Time]
	sealing          sync.Mutex
	sealers          sync.WaitGroup
	unfit            atomic.Bool
}

// knownPlan is a plan under its digest, which is dear to compute.
type knownPlan struct {
	digest string
	plan   plan.Plan
}

// Open opens the state in dir and makes what is not there yet: the directory, the file, its
// tables, the keys. An older state is brought up to date; a newer one is refused.
func Open(ctx context.Context, dir string) (*State, error) { return openAs(ctx, dir, false) }

// openAs opens the state beside others, or alone: then ErrRunning says that it is open elsewhere.
func openAs(ctx context.Context, dir string, alone bool) (*State, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the state directory: %w", err)
	}
	if err := secureDir(dir); err != nil {
		return nil, err
	}
	s := &State{dir: dir, turn: make(chan struct{}, 1)}
	release, err := flock(ctx, s.path("open.lock"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer release()
	if s.leave, err = s.use(ctx, alone); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// inUse is locked by all who have the state open.
const inUse = "use.lock"

func (s *State) use(ctx context.Context, alone bool) (release func(), err error) {
	if alone {
		return s.lockAlone(inUse)
	}
	return flock(ctx, s.path(inUse), syscall.LOCK_SH)
}

// open does the work of Open while no other process does.
func (s *State) open(ctx context.Context) error {
	if err := touch(s.path(stateFile)); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", s.dsn(stateFile, "FULL"))
	if err != nil {
		return explain("open the state", err)
	}
	s.db = bun.NewDB(pool, sqlitedialect.New())
	if s.jobs, err = sql.Open("sqlite", s.dsn(stateFile, "FULL")); err != nil {
		return explain("open the state", err)
	}
	s.jobs.SetMaxOpenConns(1)
	if s.finder, err = sql.Open("sqlite", s.dsn(stateFile, "FULL", "query_only(1)", "cache_size(-8192)")); err != nil {
		return explain("open the state", err)
	}
	s.find.from = s.finder
	s.finder.SetMaxOpenConns(finders)
	s.finder.SetMaxIdleConns(finders)
	if err := s.prepare(ctx); err != nil {
		return explain("prepare the state", err)
	}
	return s.openKeys(ctx)
}

// stateFile is the file of everything but the answers that were given.
const stateFile = "state.db"

// finders is how many look people up at the same time: each may hold 8 MB of pages, all that leads to a million people.
const finders = 3

// prepare brings both files up to date.
func (s *State) prepare(ctx context.Context) error {
	for _, step := range []func(context.Context) error{s.openAnswers, s.migrate, s.keepNumbers} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// dsn says how every connection behaves. Commits are synchronous: a hold that was
// acknowledged must be there after a power cut. The log is cut back when it has been taken over:
// keeping an approved set makes it as long as the set, once. Answers are the exception (see LogAnswers).
func (s *State) dsn(file, synchronous string, more ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "secure_delete(1)", "foreign_keys(1)", "journal_size_limit(262144)",
	}, more...)}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(s.path(file)), RawQuery: q.Encode()}
	return u.String()
}

func (s *State) path(name ...string) string {
	return filepath.Join(append([]string{s.dir}, name...)...)
}

func (s *State) migrate(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	g, err := goose.NewProvider(goose.DialectSQLite3, s.db.DB, sub, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	version, err := g.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	known := g.ListSources()
	switch latest := known[len(known)-1].Version; {
	case version > latest:
		return ErrNewer
	case version < latest:
		if err := s.moveAnswers(ctx); err != nil {
			return err
		}
		if _, err := g.Up(ctx); err != nil {
			return err
		}
	}
	return s.migrateJobs(ctx)
}

// migrateJobs brings River's tables up to date in one transaction of theirs.
func (s *State) migrateJobs(ctx context.Context) error {
	m, err := rivermigrate.New(riversqlite.New(s.jobs), &rivermigrate.Config{Logger: quiet()})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// Close truncates the write-ahead log and releases everything. It may be called twice.
func (s *State) Close() error {
	var errs []error
	if s.jobs != nil {
		errs = append(errs, s.jobs.Close())
	}
	if s.db != nil {
		s.sealLast()
		errs = append(errs, s.drop(s.recall.Load()), s.find.close())
		if s.insert != nil {
			errs = append(errs, s.insert.Close())
		}
		s.tidy(context.Background())
		for _, pool := range []*sql.DB{s.finder, s.given, s.notes} {
			if pool != nil {
				errs = append(errs, pool.Close())
			}
		}
		errs = append(errs, s.db.Close())
	}
	if s.leave != nil {
		s.leave()
	}
	return errors.Join(errs...)
}

// tidy truncates the write-ahead logs, where deleted values can still be read. Another
// process that reads at the moment prevents it; that one tidies when it closes.
func (s *State) tidy(ctx context.Context) {
	_, _ = s.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	if s.notes != nil {
		_, _ = s.notes.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// write runs fn in a transaction that nobody interleaves with.
func (s *State) write(ctx context.Context, what string, fn func(bun.Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
	err := s.db.RunInTx(ctx, nil, func(_ context.Context, tx bun.Tx) error { return fn(tx) })
	return explain(what, err)
}

// read runs fn on one unchanging state.
func (s *State) read(ctx context.Context, what string, fn func(bun.Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	err := s.db.RunInTx(ctx, opts, func(_ context.Context, tx bun.Tx) error { return fn(tx) })
	return explain(what, err)
}

// missing turns "no rows" into ErrNotFound.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, os.ErrNotExist) {
		return ErrNotFound
	}
	return err
}
