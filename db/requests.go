package db

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/rights"
)

type requestRow struct {
	bun.BaseModel `bun:"table:requests"`
	ID            int64 `bun:",pk,autoincrement"`
	Asked         string
	State         string
	Received      string
	Body          []byte
}

type requestMarkRow struct {
	bun.BaseModel `bun:"table:request_marks"`
	Request       int64
	Mark          []byte
}

// OpenCase implements rights.Memory. The marks are kept as digests under the state's key.
func (s *State) OpenCase(ctx context.Context, marks []rights.Mark, open func([]rights.Case) (rights.Case, error)) (c rights.Case, err error) {
	err = s.write(ctx, "open a request", func(tx bun.Tx) error {
		earlier, err := s.casesOf(ctx, tx, marks)
		if err != nil {
			return err
		}
		if c, err = open(earlier); err != nil {
			return err
		}
		row := requestRow{Asked: string(c.Right), State: string(c.State), Received: c.Received.String(), Body: []byte{}}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		c.ID = requestID(row.ID)
		for _, m := range marks {
			if _, err := tx.NewInsert().Model(&requestMarkRow{Request: row.ID, Mark: s.mark(m)}).Exec(ctx); err != nil {
				return err
			}
		}
		return s.putCase(ctx, tx, c, 0)
	})
	return c, err
}

// ChangeCase implements rights.Memory.
func (s *State) ChangeCase(ctx context.Context, id string, change func(*rights.Case) error) (c rights.Case, err error) {
	gone := false
	err = s.write(ctx, "change a request", func(tx bun.Tx) error {
		if c, err = s.caseOf(ctx, tx, id); err != nil {
			return err
		}
		known, waited := len(c.Steps), c.Parcel != nil
		if err := change(&c); err != nil {
			return err
		}
		if gone = c.Forgotten || waited && c.Parcel == nil; gone {
			if err := s.lighten(ctx, tx, c); err != nil {
				return err
			}
		}
		return s.putCase(ctx, tx, c, known)
	})
	if err == nil && gone {
		s.tidy(ctx)
	}
	return c, err
}

// lighten deletes what stands beside a case and has no use any more.
func (s *State) lighten(ctx context.Context, tx bun.Tx, c rights.Case) error {
	if err := parcelGone(ctx, tx, c); err != nil || !c.Forgotten {
		return err
	}
	return s.dropPlansOf(ctx, tx, c.ID)
}

// dropPlansOf deletes the plans made for a case: they name the person's records.
func (s *State) dropPlansOf(ctx context.Context, tx bun.Tx, id string) error {
	made := `%"occasion": "request ` + id
	_, err := tx.NewDelete().Model((*planRow)(nil)).
		Where("CAST(body AS TEXT) LIKE ? OR CAST(body AS TEXT) LIKE ?", made+`"%`, made+` %`).Exec(ctx)
	return err
}

// putCase writes the case and enters the steps that follow the known ones.
func (s *State) putCase(ctx context.Context, tx bun.Tx, c rights.Case, known int) error {
	n, err := requestNumber(c.ID)
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	row := requestRow{ID: n, Asked: string(c.Right), State: string(c.State), Received: c.Received.String(), Body: body}
	if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
		return err
	}
	var entries []ledger.Entry
	for _, step := range c.Steps[known:] {
		entries = append(entries, ledger.Entry{Kind: ledger.Request, At: step.At, Ref: c.ID, Action: string(c.Right), Outcome: string(step.What), Root: step.Digest})
	}
	if len(entries) == 0 {
		return nil
	}
	return s.enter(ctx, tx, entries...)
}

func (s *State) caseOf(ctx context.Context, tx bun.IDB, id string) (rights.Case, error) {
	n, err := requestNumber(id)
	if err != nil {
		return rights.Case{}, err
	}
	row := requestRow{ID: n}
	if err := missing(tx.NewSelect().Model(&row).WherePK().Scan(ctx)); err != nil {
		return rights.Case{}, err
	}
	return row.read()
}

func (r requestRow) read() (rights.Case, error) {
	var c rights.Case
	if err := json.Unmarshal(r.Body, &c); err != nil {
		return c, fmt.Errorf("read %s: %w", requestID(r.ID), ErrDamaged)
	}
	return c, nil
}

// Case returns a case by its name, or ErrNotFound.
func (s *State) Case(ctx context.Context, id string) (rights.Case, error) {
	c, err := s.caseOf(ctx, s.db, id)
	return c, explain("read a request", err)
}

// Cases implements rights.Memory.
func (s *State) Cases(ctx context.Context) ([]rights.Case, error) {
	var rows []requestRow
	if err := s.db.NewSelect().Model(&rows).Order("id").Scan(ctx); err != nil {
		return nil, explain("read the requests", err)
	}
	return casesOf(rows)
}

func casesOf(rows []requestRow) ([]rights.Case, error) {
	out := []rights.Case{}
	for _, r := range rows {
		c, err := r.read()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// casesOf returns the cases that share a mark, oldest first.
func (s *State) casesOf(ctx context.Context, tx bun.Tx, marks []rights.Mark) ([]rights.Case, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	digests := make([][]byte, len(marks))
	for i, m := range marks {
		digests[i] = s.mark(m)
	}
	var rows []requestRow
	err := tx.NewSelect().Model(&rows).
		Where("id IN (SELECT request FROM request_marks WHERE mark IN (?))", bun.List(digests)).Order("id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	return casesOf(rows)
}

// DropCase implements rights.Dropper.
func (s *State) DropCase(ctx context.Context, id string) error {
	n, err := requestNumber(id)
	if err != nil {
		return err
	}
	err = s.write(ctx, "drop a request", func(tx bun.Tx) error {
		if err := parcelGone(ctx, tx, rights.Case{ID: id}); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*requestMarkRow)(nil)).Where("request = ?", n).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*requestRow)(nil)).Where("id = ?", n).Exec(ctx)
		return err
	})
	s.tidy(ctx)
	return err
}

// mark is the keyed digest of an identifier.
func (s *State) mark(m rights.Mark) []byte {
	h := hmac.New(sha256.New, s.seal)
	h.Write([]byte("garant person\x00" + m.Kind + "\x00" + m.Value))
	return h.Sum(nil)
}

func requestID(n int64) string { return "request-" + strconv.FormatInt(n, 10) }

func requestNumber(id string) (int64, error) {
	digits, ok := strings.CutPrefix(id, "request-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("a request is named like request-7: %w", ErrNotFound)
	}
	return n, nil
}

// Suppressed returns what tells whether an identifier is that of somebody whose data were
// erased on request. It reads the digests once.
func (s *State) Suppressed(ctx context.Context) (rights.Suppressed, error) {
	cases, err := s.Cases(ctx)
	if err != nil {
		return nil, err
	}
	erased := map[int64]string{}
	for _, c := range cases {
		if n, err := requestNumber(c.ID); err == nil && c.Right == rights.Erasure && c.Erasing != nil && !c.Erasing.Done.IsZero() {
			erased[n] = c.ID
		}
	}
	var rows []requestMarkRow
	if err := s.db.NewSelect().Model(&rows).Order("request").Scan(ctx); err != nil {
		return nil, explain("read who was erased", err)
	}
	known := map[string]string{}
	for _, r := range rows {
		if id, ok := erased[r.Request]; ok {
			known[string(r.Mark)] = id
		}
	}
	return func(m rights.Mark) (string, bool) {
		if len(known) == 0 {
			return "", false
		}
		id, ok := known[string(s.mark(m))]
		return id, ok
	}, nil
}
