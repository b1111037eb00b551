package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

// sealEvery is how long answers that were written down may wait for their leaf in the
// ledger, counted by the clock of the answers. A leaf costs as much as a thousand answers.
const sealEvery = time.Second

// LogAnswers implements consent.Keeper. When it returns the answers are written: the end of
// the process, however it comes, loses none. Within a second of further answers, or when the
// state is closed, they are on the disk and the ledger knows them by a digest: a power cut
// may take the answers of the last second, and nobody waits for a disk to be told yes or no.
func (s *State) LogAnswers(ctx context.Context, answers []consent.Logged) error {
	if len(answers) == 0 {
		return nil
	}
	var body []byte
	for _, a := range answers {
		body = append(a.AppendJSON(body), '\n')
	}
	if _, err := s.insertAnswers(ctx, len(answers), body); err != nil {
		return explain("log answers", err)
	}
	at := answers[len(answers)-1].At
	if last := s.sealed.Load(); last != nil && at.Sub(*last).Abs() < sealEvery {
		s.unsealed.Store(&at)
		return nil
	}
	return s.SealAnswers(ctx, at)
}

// insertAnswers carries out a statement that is prepared once.
func (s *State) insertAnswers(ctx context.Context, count int, body []byte) (sql.Result, error) {
	const insert = "INSERT INTO answers (count, body) VALUES (?, ?)"
	stmt, ok := s.stmts.Load(insert)
	if !ok {
		fresh, err := s.notes.PrepareContext(ctx, insert)
		if err != nil {
			return nil, err
		}
		var was bool
		if stmt, was = s.stmts.LoadOrStore(insert, fresh); was {
			_ = fresh.Close() // another one was faster, with the same
		}
	}
	return stmt.(*sql.Stmt).ExecContext(ctx, count, body)
}

// SealAnswers enters the answers that have no leaf yet in the ledger, as one.
func (s *State) SealAnswers(ctx context.Context, at time.Time) error {
	err := s.write(ctx, "seal answers", func(tx bun.Tx) error {
		e, last, err := unsealed(ctx, tx, at)
		if err != nil || e.Rows == 0 {
			return err
		}
		leaf, _, err := s.log.AppendIn(logTx{ctx, tx}, e)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO answer_seals (last, leaf) VALUES (?, ?)", last, leaf)
		return err
	})
	if err == nil {
		s.sealed.Store(&at)
		s.unsealed.Store(nil)
	}
	return err
}

// unsealed makes the leaf of the answers that have none: the digest of their digests, in
// order, and how many there are.
func unsealed(ctx context.Context, tx bun.Tx, at time.Time) (e ledger.Entry, last int64, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, count, body FROM answers WHERE id > (SELECT coalesce(max(last), 0) FROM answer_seals) ORDER BY id")
	if err != nil {
		return e, 0, err
	}
	defer rows.Close()
	sum := sha256.New()
	for rows.Next() {
		var count int64
		var body []byte
		if err := rows.Scan(&last, &count, &body); err != nil {
			return e, 0, err
		}
		e.Rows += count
		fmt.Fprintln(sum, consent.BodyDigest(body))
	}
	e.Kind, e.At, e.Ref, e.Root = ledger.Answers, at, fmt.Sprintf("answers-%d", last), base64.StdEncoding.EncodeToString(sum.Sum(nil))
	return e, last, rows.Err()
}

// sealLast enters what waits when the state is closed. What fails here is entered by whoever
// logs answers next.
func (s *State) sealLast() {
	if at := s.unsealed.Load(); at != nil {
		_ = s.SealAnswers(context.Background(), *at)
	}
}
