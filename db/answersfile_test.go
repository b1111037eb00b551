package db

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

// asked logs so many answers of one instant.
func asked(t *testing.T, s *State, n int, at time.Time) {
	t.Helper()
	for range n {
		a := consent.Logged{At: at, Person: "x", Channel: consent.Call, Rule: consent.SectorBan}
		if err := s.LogAnswers(t.Context(), []consent.Logged{a}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SealAnswers(t.Context(), at); err != nil {
		t.Fatal(err)
	}
}

func batches(t *testing.T, s *State) (n, last int64) {
	t.Helper()
	if err := s.notes.QueryRow("SELECT count(*), max(id) FROM answers").Scan(&n, &last); err != nil {
		t.Fatal(err)
	}
	return n, last
}

// TestAnswersMove opens a state that has its answers in its one file: they are all in the
// file of their own afterwards, and the next ones go on from their numbers and their leaves.
func TestAnswersMove(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := &State{dir: dir}
	pool, err := sql.Open("sqlite", old.dsn(stateFile, "FULL"))
	if err != nil {
		t.Fatal(err)
	}
	if err := touch(old.path(stateFile)); err != nil {
		t.Fatal(err)
	}
	sub, err1 := fs.Sub(migrations, "migrations")
	g, err2 := goose.NewProvider(goose.DialectSQLite3, pool, sub, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	_, err1 = g.UpTo(t.Context(), 32)
	_, err2 = pool.Exec("INSERT INTO answers VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, 'c'), (4, 1, 'not sealed'); INSERT INTO answer_seals VALUES (3, 0)")
	if err := errors.Join(err1, err2, pool.Close(), os.Chmod(dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if n, last := batches(t, s); n != 4 || last != 4 {
		t.Errorf("%d batches, the last is %d", n, last)
	}
	var there int
	if err := s.db.QueryRow("SELECT count(*) FROM sqlite_master WHERE name = 'answers'").Scan(&there); err != nil || there != 0 {
		t.Errorf("they are in both files: %v", err)
	}
	asked(t, s, 1, noon.Add(time.Hour))
	if es := entries(t, s); es[len(es)-1].Ref != "answers-5" || es[len(es)-1].Rows != 2 {
		t.Errorf("the ledger says %+v", es)
	}
}

// TestAnswersLost opens a state whose file of answers is gone: those of the future have
// numbers of their own and get their leaf.
func TestAnswersLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	asked(t, s, 3, noon)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, answersFile)); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	asked(t, s, 2, noon.Add(time.Hour))
	es, told := entries(t, s), int64(0)
	for _, e := range es { // the first answer may be sealed alone, before the others are given
		if e.Kind == ledger.Answers {
			told += e.Rows
		}
	}
	if e := es[len(es)-1]; e.Kind != ledger.Answers || e.Ref != "answers-5" || told != 5 {
		t.Errorf("the ledger says %+v", es)
	}
	if _, err := s.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAnswersUnsealed gives no further answer while the ledger cannot be told of those that
// were given, and goes on as soon as it can.
func TestAnswersUnsealed(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if _, err := s.db.Exec("CREATE TRIGGER shut BEFORE INSERT ON answer_seals BEGIN SELECT RAISE(ABORT, 'shut'); END"); err != nil {
		t.Fatal(err)
	}
	a := []consent.Logged{{At: noon, Person: "x", Channel: consent.Call, Rule: consent.SectorBan}}
	if err := s.LogAnswers(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	s.sealers.Wait()
	if err := s.LogAnswers(t.Context(), a); err == nil {
		t.Error("an answer is given that the ledger cannot be told of")
	}
	if _, err := s.db.Exec("DROP TRIGGER shut"); err != nil {
		t.Fatal(err)
	}
	if err := s.LogAnswers(t.Context(), a); err != nil {
		t.Error(err)
	}
	if es := entries(t, s); len(es) != 1 || es[0].Rows != 1 {
		t.Errorf("the ledger says %+v", es)
	}
}

// TestAnswersFull says so when there is no room for another answer: it was not given.
func TestAnswersFull(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if _, err := s.notes.Exec("PRAGMA max_page_count = 3"); err != nil {
		t.Fatal(err)
	}
	a := consent.Logged{At: noon, Person: "x", Channel: consent.Call, Rule: consent.SectorBan}
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		err = s.LogAnswers(context.Background(), []consent.Logged{a, a, a, a})
	}
	if !errors.Is(err, ErrFull) {
		t.Error(err)
	}
}
