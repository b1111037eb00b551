package db

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

// Swept is what went, or would go.
type Swept struct {
	Records int `json:"records"`
	Answers int `json:"answers"`
}

// SweepUse deletes the records and answers that prove nothing any more, and enters in the
// ledger how many; the leaves about them stay, and so do the last record and the last batch
// of answers, whose numbers nobody may have again. With do false nothing is deleted. What is
// deleted is overwritten. The answers go when the ledger was told: should the process end in
// between, the next sweep finds them and tells it again.
func (s *State) SweepUse(ctx context.Context, l consent.Lapse, at time.Time, do bool) (Swept, error) {
	var out Swept
	var old []int64
	err := s.write(ctx, "sweep records", func(tx bun.Tx) error {
		out = Swept{}
		records, err := lapsedRecords(ctx, tx, l)
		if err != nil {
			return err
		}
		batches, answers, err := s.lapsedAnswers(ctx, tx, l)
		out = Swept{Records: len(records), Answers: answers}
		if err != nil || !do || out == (Swept{}) {
			return err
		}
		if err := errors.Join(deleteRecords(ctx, tx, records), s.markSwept(ctx, tx)); err != nil {
			return err
		}
		old = batches
		return s.enter(ctx, tx,
			ledger.Entry{Kind: ledger.Swept, At: at, Ref: "records", Rows: int64(out.Records)},
			ledger.Entry{Kind: ledger.Swept, At: at, Ref: "answers", Rows: int64(out.Answers)})
	})
	if err == nil {
		err = explain("sweep answers", s.deleteAnswers(ctx, old))
	}
	if err == nil && do {
		s.tidy(ctx)
	}
	return out, err
}

func lapsedRecords(ctx context.Context, tx bun.Tx, l consent.Lapse) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, body FROM records WHERE id < (SELECT max(id) FROM records) ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return nil, err
		}
		r, err := consent.ReadRecord(body)
		if err != nil {
			return nil, err
		}
		if l.Gone(r) {
			out = append(out, id)
		}
	}
	return out, rows.Err()
}

// lapsedAnswers looks from the oldest batch on, as far as batches are old; only those that
// the ledger knows may go.
func (s *State) lapsedAnswers(ctx context.Context, tx bun.Tx, l consent.Lapse) (batches []int64, answers int, err error) {
	var sealed int64
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(last), 0) FROM answer_seals").Scan(&sealed); err != nil {
		return nil, 0, err
	}
	rows, err := s.given.QueryContext(ctx, "SELECT id, count, body FROM answers WHERE id < ? AND count > 0 ORDER BY id", sealed)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var count int
		var body []byte
		if err := rows.Scan(&id, &count, &body); err != nil {
			return nil, 0, err
		}
		var last consent.Logged
		lines := bytes.Split(bytes.TrimSpace(body), []byte("\n"))
		if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
			return nil, 0, ErrDamaged
		}
		if !l.GoneAnswer(last.At) {
			break
		}
		batches, answers = append(batches, id), answers+count
	}
	return batches, answers, rows.Err()
}

func deleteRecords(ctx context.Context, tx bun.Tx, records []int64) error {
	for _, id := range records {
		if _, err := tx.ExecContext(ctx, "DELETE FROM records WHERE id = ?", id); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM subjects WHERE record NOT IN (SELECT id FROM records)")
	return err
}

// deleteAnswers deletes batches of answers, all or none.
func (s *State) deleteAnswers(ctx context.Context, batches []int64) error {
	if len(batches) == 0 {
		return nil
	}
	tx, err := s.notes.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to take back
	for _, id := range batches {
		if _, err := tx.ExecContext(ctx, "DELETE FROM answers WHERE id = ?", id); err != nil {
			return err
		}
	}
	return tx.Commit()
}
