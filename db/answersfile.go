package db

import (
	"context"
	"database/sql"
	"errors"
	"os"
)

// answersFile is the file of the answers that were given. They are apart from the rest
// because each commit makes all connections to its file forget the pages they hold: a log
// that grows with each question would take from the next question what the last one read.
const answersFile = "answers.db"

// openAnswers opens the file of the answers: one connection writes without waiting for the
// disk (see LogAnswers), another one reads what is to be sealed meanwhile.
func (s *State) openAnswers(ctx context.Context) error {
	if err := touch(s.path(answersFile)); err != nil {
		return err
	}
	var err1, err2 error
	s.notes, err1 = sql.Open("sqlite", s.dsn(answersFile, "NORMAL"))
	s.given, err2 = sql.Open("sqlite", s.dsn(answersFile, "NORMAL"))
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	s.notes.SetMaxOpenConns(1)
	s.given.SetMaxOpenConns(1)
	_, err := s.notes.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, body BLOB NOT NULL)")
	if err == nil {
		s.insert, err = s.notes.PrepareContext(ctx, "INSERT INTO answers (count, body) VALUES (?, ?)")
	}
	return err
}

// moveAnswers copies the answers of a state that had them in its one file. The copy is on the
// disk before the migration that follows drops them, and may be made twice.
func (s *State) moveAnswers(ctx context.Context) error {
	conn, err := s.db.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var there int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'answers'").Scan(&there); err != nil || there == 0 {
		return err
	}
	if _, err := conn.ExecContext(ctx, "ATTACH ? AS apart", s.path(answersFile)); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "PRAGMA apart.synchronous = FULL; INSERT OR IGNORE INTO apart.answers (id, count, body) SELECT id, count, body FROM main.answers")
	_, err2 := conn.ExecContext(ctx, "DETACH apart")
	return errors.Join(err, err2)
}

// keepNumbers sees to it that the numbers of answers go on after the last that was sealed,
// also where the file of the answers was lost and a new one is there: an empty batch stands
// for those that are missing, and none of the next is taken for one that has its leaf.
func (s *State) keepNumbers(ctx context.Context) error {
	var sealed, last int64
	err := errors.Join(
		s.db.DB.QueryRowContext(ctx, "SELECT coalesce(max(last), 0) FROM answer_seals").Scan(&sealed),
		s.notes.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM answers").Scan(&last))
	if err != nil || last >= sealed {
		return err
	}
	_, err = s.notes.ExecContext(ctx, "INSERT INTO answers (id, count, body) VALUES (?, 0, '')", sealed)
	return err
}

// syncAnswers puts on the disk what was written down. SQLite has written it into its log and
// handed that to the kernel; what is no longer in the log it has synchronised itself.
func (s *State) syncAnswers() error {
	f, err := os.OpenFile(s.path(answersFile+"-wal"), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
