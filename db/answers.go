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
// Where the ledger could not be told, no further answer is written before it is.
func (s *State) LogAnswers(ctx context.Context, answers []consent.Logged) error {
	if len(answers) == 0 {
		return nil
	}
	var body []byte
	for _, a := range answers {
		body = append(a.AppendJSON(body), '\n')
	}
	at := answers[len(answers)-1].At
	if s.unfit.Load() {
		if err := s.SealAnswers(ctx, at); err != nil {
			return err
		}
	}
	if _, err := s.insert.ExecContext(ctx, len(answers), body); err != nil {
		return explain("log answers", err)
	}
	s.unsealed.Store(&at)
	if last := s.sealed.Load(); last == nil || at.Sub(*last).Abs() >= sealEvery {
		s.sealMeanwhile(at)
	}
	return nil
}

// sealMeanwhile seals what was written while others are answered, unless that is being done.
func (s *State) sealMeanwhile(at time.Time) {
	if !s.sealing.TryLock() {
		return
	}
	s.sealed.Store(&at)
	s.sealers.Go(func() {
		defer s.sealing.Unlock()
		s.unfit.Store(s.SealAnswers(context.Background(), at) != nil)
	})
}

// SealAnswers puts the answers that have no leaf yet on the disk and enters them in the
// ledger, as one.
func (s *State) SealAnswers(ctx context.Context, at time.Time) error {
	waiting := s.unsealed.Load()
	var upto int64
	err := s.given.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM answers").Scan(&upto)
	if err == nil {
		err = s.syncAnswers()
	}
	if err != nil {
		return explain("seal answers", err)
	}
	err = s.write(ctx, "seal answers", func(tx bun.Tx) error {
		e, last, err := s.leafOfAnswers(ctx, tx, upto)
		if err != nil || e.Rows == 0 {
			return err
		}
		e.At = at
		leaf, _, err := s.log.AppendIn(logTx{ctx, tx}, e)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO answer_seals (last, leaf) VALUES (?, ?)", last, leaf)
		return err
	})
	if err == nil {
		s.unfit.Store(false)
		s.sealed.Store(&at)
		s.unsealed.CompareAndSwap(waiting, nil) // those that came meanwhile still wait
	}
	return err
}

// leafOfAnswers makes the leaf of the answers that have none, as far as a number: the digest
// of their digests, in order, and how many there are.
func (s *State) leafOfAnswers(ctx context.Context, tx bun.Tx, upto int64) (e ledger.Entry, last int64, err error) {
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(last), 0) FROM answer_seals").Scan(&last); err != nil {
		return e, 0, err
	}
	rows, err := s.given.QueryContext(ctx, "SELECT id, count, body FROM answers WHERE id > ? AND id <= ? ORDER BY id", last, upto)
	if err != nil {
		return e, 0, err
	}
	defer rows.Close()
	sum := sha256.New()
	var count int64
	var body sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&last, &count, &body); err != nil {
			return e, 0, err
		}
		e.Rows += count
		fmt.Fprintln(sum, consent.BodyDigest(body))
	}
	e.Kind, e.Ref, e.Root = ledger.Answers, fmt.Sprintf("answers-%d", last), base64.StdEncoding.EncodeToString(sum.Sum(nil))
	return e, last, rows.Err()
}

// sealLast enters what waits when the state is closed. What fails here is entered by whoever
// logs answers next.
func (s *State) sealLast() {
	s.sealers.Wait()
	if at := s.unsealed.Load(); at != nil {
		_ = s.SealAnswers(context.Background(), *at)
	}
}
