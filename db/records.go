package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

type recordRow struct {
	bun.BaseModel `bun:"table:records"`
	ID            int64 `bun:",pk"`
	Kind          string
	Body          []byte
	Leaf          int64
	Key           *string
}

type subjectRow struct {
	bun.BaseModel `bun:"table:subjects"`
	Ref           []byte `bun:",pk"`
	Record        int64  `bun:",pk"`
}

type noticeRow struct {
	bun.BaseModel `bun:"table:notices"`
	Digest        string `bun:",pk"`
	Body          []byte
	Kept          time.Time
}

// PersonKey returns the key under which persons are digested. It is made when first asked
// for, and a lost one is never replaced: every objection would be forgotten with it.
func (s *State) PersonKey(ctx context.Context) ([]byte, error) {
	if k := s.people.Load(); k != nil {
		return *k, nil
	}
	var key []byte
	err := s.write(ctx, "open the key of persons", func(tx bun.Tx) error {
		known, err := s.meta(ctx, tx, "people_key")
		if err != nil {
			return err
		}
		if key, err = s.secret("people", known != "", randomKey); err != nil || known != "" {
			return err
		}
		return s.setMeta(ctx, tx, "people_key", "made")
	})
	if err == nil {
		s.people.Store(&key)
	}
	return key, err
}

// EnterRecords implements consent.Keeper: the records, those whom they are about and the
// ledger's leaves are one transaction.
func (s *State) EnterRecords(ctx context.Context, drafts []consent.Draft) ([]consent.Entered, error) {
	key, err := s.PersonKey(ctx)
	if err != nil {
		return nil, err
	}
	var out []consent.Entered
	err = s.write(ctx, "enter records", func(tx bun.Tx) error {
		w := recordWriter{s: s, ctx: ctx, tx: tx, key: key, drafts: map[string]consent.Record{}}
		out, err = w.enter(drafts)
		return err
	})
	return out, err
}

// recordWriter enters records in one transaction.
type recordWriter struct {
	s        *State
	ctx      context.Context
	tx       bun.Tx
	key      []byte
	drafts   map[string]consent.Record // by their keys
	rows     []recordRow
	subjects []subjectRow
	leaves   []ledger.Entry
}

func (w *recordWriter) enter(drafts []consent.Draft) ([]consent.Entered, error) {
	var last int64
	if err := w.tx.NewSelect().Table("records").ColumnExpr("coalesce(max(id), 0)").Scan(w.ctx, &last); err != nil {
		return nil, err
	}
	out := make([]consent.Entered, len(drafts))
	for i, d := range drafts {
		r, fresh, err := w.add(d, last+1)
		if err != nil {
			return nil, err
		}
		if fresh {
			last++
		}
		out[i] = consent.Entered{Record: r, Fresh: fresh}
	}
	return out, w.flush()
}

// add makes the rows of a draft, unless its key was entered before.
func (w *recordWriter) add(d consent.Draft, number int64) (consent.Record, bool, error) {
	if d.Record.Key != "" {
		r, err := w.entered(d.Record.Key)
		if !errors.Is(err, ErrNotFound) {
			return r, false, err
		}
	}
	r, body, refs, err := consent.Seal(w.key, d, number)
	if err != nil {
		return r, false, err
	}
	row := recordRow{ID: number, Kind: r.Kind, Body: body}
	if r.Key != "" {
		row.Key, w.drafts[r.Key] = &r.Key, r
	}
	w.rows = append(w.rows, row)
	w.leaves = append(w.leaves, ledger.Entry{Kind: ledger.Recorded, At: r.Entered, Ref: r.ID, Root: consent.BodyDigest(body)})
	seen := map[consent.Ref]bool{}
	for _, ref := range refs {
		if !seen[ref] {
			w.subjects = append(w.subjects, subjectRow{Ref: bytes.Clone(ref[:]), Record: number})
		}
		seen[ref] = true
	}
	return r, true, nil
}

// entered returns the record of a key.
func (w *recordWriter) entered(key string) (consent.Record, error) {
	if r, ok := w.drafts[key]; ok {
		return r, nil
	}
	var row recordRow
	if err := missing(w.tx.NewSelect().Model(&row).Where("key = ?", key).Scan(w.ctx)); err != nil {
		return consent.Record{}, err
	}
	return consent.ReadRecord(row.Body)
}

func (w *recordWriter) flush() error {
	if len(w.rows) == 0 {
		return nil
	}
	first, _, err := w.s.log.AppendIn(logTx{w.ctx, w.tx}, w.leaves...)
	if err != nil {
		return err
	}
	for i := range w.rows {
		w.rows[i].Leaf = first + int64(i)
	}
	if _, err := w.tx.NewInsert().Model(&w.rows).Exec(w.ctx); err != nil {
		return err
	}
	_, err = w.tx.NewInsert().Model(&w.subjects).Exec(w.ctx)
	return err
}

// RecordsOf implements consent.Keeper.
func (s *State) RecordsOf(ctx context.Context, refs []consent.Ref) ([]consent.Record, error) {
	each, err := s.RecordsOfEach(ctx, refs)
	return consent.Together(each, refs), err
}

// Record returns one record, the bytes that were digested, and its leaf in the ledger.
func (s *State) Record(ctx context.Context, id string) (r consent.Record, body []byte, leaf int64, err error) {
	i := bytes.LastIndexByte([]byte(id), '-')
	n, err := strconv.ParseInt(id[i+1:], 10, 64)
	if err != nil {
		return r, nil, 0, fmt.Errorf("a record is named like consent-7: %w", ErrNotFound)
	}
	var row recordRow
	if err := missing(s.db.NewSelect().Model(&row).Where("id = ?", n).Scan(ctx)); err != nil {
		return r, nil, 0, explain("read a record", err)
	}
	if r, err = consent.ReadRecord(row.Body); err == nil && r.ID != id {
		err = fmt.Errorf("no record has that name: %w", ErrNotFound)
	}
	return r, row.Body, row.Leaf, err
}

// EnterReceipt enters in the ledger that a receipt of so many records was made, by its
// digest, and returns the leaf.
func (s *State) EnterReceipt(ctx context.Context, name, digest string, records int, at time.Time) (leaf int64, err error) {
	err = s.write(ctx, "enter a receipt", func(tx bun.Tx) error {
		e := ledger.Entry{Kind: ledger.Receipt, At: at, Ref: name, Rows: int64(records), Root: digest}
		leaf, _, err = s.log.AppendIn(logTx{ctx, tx}, e)
		return err
	})
	return leaf, err
}

// KeepNotice keeps a text that was shown to people under the digest of its content, and
// returns the digest. A text that is there is not kept twice.
func (s *State) KeepNotice(ctx context.Context, text []byte, at time.Time) (string, error) {
	row := noticeRow{Digest: consent.Digest(text), Body: text, Kept: at}
	err := s.write(ctx, "keep a notice", func(tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (digest) DO NOTHING").Exec(ctx)
		return err
	})
	return row.Digest, err
}

// Notice returns the text kept under a digest.
func (s *State) Notice(ctx context.Context, digest string) ([]byte, error) {
	row := noticeRow{Digest: digest}
	err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx))
	return row.Body, explain("read a notice", err)
}
