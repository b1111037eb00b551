package torture

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/all"
)

// hits counts how often Garant's failpoints are reached in a run of the trial.
func (tr *trial) hits() (n int, err error) {
	tr.at = func(string) { n++ }
	err = tr.run()
	tr.at = nil
	return n, err
}

// onHit calls fn when a failpoint is reached for the nth time.
func onHit(n int, fn func()) func(string) {
	return func(string) {
		if n--; n == 0 {
			fn()
		}
	}
}

// TestP08ServerKilled kills the database server at random instants of a run, starts it
// again, and resumes.
func TestP08ServerKilled(t *testing.T) {
	t.Parallel()
	e := effortOf(3, 150, 0.3, "")
	for engine, start := range map[string]func(testing.TB) *testserver.Server{onPostgres: testserver.StartPostgres, onMariaDB: testserver.StartMariaDB} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			address, err := server.DSN("trial")
			if err != nil {
				t.Fatal(err)
			}
			tr := newTrial(t, engine, address)
			// The suite's own reading must not meet a connection of before the kill: a dying
			// backend may have left its farewell in it, which the pool does not see.
			tr.db.SetMaxIdleConns(0)
			each(t, tr, e, "server killed at random instants on "+engine, func(rnd *rand.Rand, hits int) string {
				var restart sync.WaitGroup
				tr.at = onHit(1+rnd.IntN(hits), func() {
					server.Kill()
					restart.Go(func() { err = server.Restart() })
				})
				first := tr.run()
				restart.Wait()
				if err != nil {
					return err.Error()
				}
				// A run whose server comes back in time may end well.
				_ = first
				return tr.resumed()
			})
		})
	}
}

// each resets the trial for every case, disturbs it and checks the end.
func each(t *testing.T, tr *trial, e effort, what string, disturb func(rnd *rand.Rand, hits int) (wrong string)) {
	t.Helper()
	results.ask("P8", what, e.cases)
	if err := tr.reset(); err != nil {
		t.Fatal(err)
	}
	hits, err := tr.hits()
	if err != nil {
		t.Fatal(err)
	}
	n, lost := 0, 0
	for ; e.more(n); n++ {
		if err := tr.reset(); err != nil {
			t.Fatal(err)
		}
		if wrong := disturb(rand.New(rand.NewPCG(uint64(n), 4)), hits); wrong != "" {
			t.Errorf("case %d: %s", n, wrong)
			lost++
		}
	}
	results.add("P8", what, n, lost)
}

// TestP08CommitAnswerLost breaks the connection after COMMIT was sent and before its answer,
// for every batch; in half of the cases the server stays out of reach, so that only the next
// run can find out.
func TestP08CommitAnswerLost(t *testing.T) {
	t.Parallel()
	e := effortOf(3, 120, 0.3, "")
	for _, engine := range []string{onPostgres, onMariaDB} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			direct := freshDatabase(t, engine)
			tr := newTrial(t, engine, direct)
			p, address := through(t, direct)
			each(t, tr, e, "connection cut after COMMIT on "+engine, func(rnd *rand.Rand, _ int) string {
				batch, away := 1+rnd.IntN(5), rnd.IntN(2) == 0
				tr.address, tr.at = address, func(point string) {
					if point != "before commit" {
						return
					}
					if batch--; batch == 0 {
						p.closed.Store(away)
						p.mute.Store(true)
					}
				}
				cut := p.cut.Load()
				err := tr.run()
				p.mute.Store(false)
				p.closed.Store(false)
				tr.address = direct
				if p.cut.Load() == cut {
					return "nothing was cut"
				}
				if err != nil && !away {
					return "the outcome was not found out: " + err.Error()
				}
				return tr.resumed()
			})
		})
	}
}

// TestP08PrivilegeRevoked takes the right to delete away in the middle of a run.
func TestP08PrivilegeRevoked(t *testing.T) {
	t.Parallel()
	e := effortOf(4, 80, 0.2, "")
	for _, engine := range []string{onPostgres, onMariaDB} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			admin := freshDatabase(t, engine)
			tr := madeTrial(t, engine, admin)
			account := fmt.Sprintf("app%d%d", os.Getpid(), len(engine))
			tr.limit(t, account)
			if err := tr.prepare(); err != nil {
				t.Fatal(err)
			}
			each(t, tr, e, "privilege revoked at random instants on "+engine, func(rnd *rand.Rand, hits int) string {
				tr.at = onHit(1+rnd.IntN(hits), func() { tr.must(t, "REVOKE DELETE ON customers FROM "+tr.who(account)) })
				_ = tr.run() // it may have finished with customers before
				if granted := tr.allow(account); granted != nil {
					return granted.Error()
				}
				return tr.resumed()
			})
		})
	}
}

func (tr *trial) who(account string) string {
	if tr.engine == onMariaDB {
		return "'" + account + "'@'%'"
	}
	return account
}

// limit makes an account with rights on each table alone, and lets Garant use it.
func (tr *trial) limit(t *testing.T, account string) {
	t.Helper()
	if err := withReceipts(tr.engine, tr.address); err != nil {
		t.Fatal(err)
	}
	if tr.engine == onPostgres {
		tr.must(t, "CREATE ROLE "+account+" LOGIN")
		t.Cleanup(func() { _, _ = tr.db.Exec("DROP OWNED BY " + account); _, _ = tr.db.Exec("DROP ROLE " + account) })
	} else {
		tr.must(t, "CREATE USER "+tr.who(account))
		t.Cleanup(func() { _, _ = tr.db.Exec("DROP USER " + tr.who(account)) })
	}
	if err := tr.allow(account); err != nil {
		t.Fatal(err)
	}
	tr.address = strings.NewReplacer("postgres@", account+"@", "root@", account+"@").Replace(tr.address)
}

// withReceipts makes the table of receipts, as an administrator does for an account that may
// make no table.
func withReceipts(engine, address string) error {
	d, err := all.Open(ctx(), engine, address)
	if err != nil {
		return err
	}
	return errors.Join(d.(store.Actor).Prepare(ctx()), d.Close())
}

func (tr *trial) allow(account string) error {
	for _, table := range []string{"customers", "visits", "mailings", "garant_receipts"} {
		if _, err := tr.db.Exec("GRANT SELECT, INSERT, UPDATE, DELETE ON " + table + " TO " + tr.who(account)); err != nil {
			return err
		}
	}
	return nil
}

func (tr *trial) must(t *testing.T, statement string) {
	t.Helper()
	if _, err := tr.db.Exec(statement); err != nil {
		t.Error(err)
	}
}

// TestP08ClockJumps lets the clock jump back and forth during a run, over the turn of a year
// too.
func TestP08ClockJumps(t *testing.T) {
	t.Parallel()
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, engine, freshDatabase(t, engine))
			each(t, tr, effortOf(3, 60, 0.2, ""), "clock jumping both ways on "+engine, func(rnd *rand.Rand, _ int) string {
				looks := 0
				tr.clock = func() time.Time {
					if looks++; looks < 2 {
						return now() // the plan must not be of a day to come
					}
					return now().Add(time.Duration(rnd.IntN(800*24)-400*24) * time.Hour)
				}
				// A plan of a day to come is refused, and the day is to come while the clock is back.
				if err := tr.run(); err != nil && !errors.Is(err, apply.ErrRefused) {
					return err.Error()
				}
				return tr.resumed()
			})
		})
	}
}

// TestP08StateDiskFull fills the disk of the state to within a few pages before a run: it
// ends with an error or well, and never half done.
func TestP08StateDiskFull(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		skip(t, "only root can mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16m,mode=0700"); err != nil {
		skip(t, err.Error())
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	tr := newTrial(t, onSQLite, freshDatabase(t, onSQLite))
	tr.dir = filepath.Join(disk, "work")
	full := 0
	each(t, tr, effortOf(4, 120, 0.2, ""), "disk of the state full, on sqlite", func(rnd *rand.Rand, _ int) string {
		ballast := filepath.Join(disk, "ballast")
		if err := fillDisk(disk, ballast, 4096*uint64(rnd.IntN(120))); err != nil {
			return err.Error()
		}
		if err := tr.run(); err != nil {
			full++
		}
		if err := os.Remove(ballast); err != nil {
			return err.Error()
		}
		return tr.resumed()
	})
	if full == 0 {
		t.Error("the disk was never full")
	}
}

// fillDisk leaves so many bytes free.
func fillDisk(disk, ballast string, free uint64) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(disk, &fs); err != nil {
		return err
	}
	size := fs.Bfree*uint64(fs.Bsize) - free
	return os.WriteFile(ballast, make([]byte, size), 0o600)
}
