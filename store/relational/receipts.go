package relational

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/garant-rgpd/garant/store"
)

// receiptsPage is how many receipts are read at once.
const receiptsPage = 1000

// Prepare implements store.Actor.
func (s *DB) Prepare(ctx context.Context) error {
	table := s.d.Quote(receiptsTable)
	err := s.exec(ctx, "SELECT 1 FROM "+table+" WHERE 1=0")
	if errors.Is(s.cause0(ctx, err), store.ErrNoTable) {
		err = s.create(ctx)
	}
	if err == nil {
		// It writes nothing, but the engine checks that it might.
		err = s.exec(ctx, "INSERT INTO "+table+" (seq, id, body) SELECT seq, id, body FROM "+table+" WHERE 1=0")
	}
	return s.clean(ctx, "prepare the table of receipts", err)
}

// create makes the table of receipts. Another may make it at the same moment, which some
// engines answer with an error even to IF NOT EXISTS; so that error counts only while the
// table is not there.
func (s *DB) create(ctx context.Context) error {
	for _, q := range s.d.CreateReceipts {
		if err := s.exec(ctx, q); err != nil && s.exec(ctx, "SELECT 1 FROM "+s.d.Quote(receiptsTable)+" WHERE 1=0") != nil {
			return err
		}
	}
	return nil
}

func (s *DB) exec(ctx context.Context, query string) error {
	_, err := s.db.ExecContext(ctx, query)
	return err
}

// cause0 is cause for an error that may be nil.
func (s *DB) cause0(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return s.cause(ctx, err)
}

// WriteReceipt implements store.Tx.
func (t *tx) WriteReceipt(ctx context.Context, r store.Receipt) error {
	r.Seq = 0
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.do(ctx, "write the receipt", func(w *Writer) error {
		table := w.d.Quote(receiptsTable)
		w.Write("INSERT INTO ", table, " (seq, id, body) SELECT COALESCE(MAX(seq), 0) + 1, ")
		w.Bind(r.ID)
		w.Write(", ")
		w.Bind(string(body))
		w.Write(" FROM ", table)
		return nil
	}, func(w *Writer) error {
		if t.s.d.LockReceipts != "" {
			if _, err := t.conn.ExecContext(ctx, t.s.d.LockReceipts); err != nil {
				return err
			}
		}
		_, err := t.conn.ExecContext(ctx, w.text.String(), w.args...)
		return err
	})
}

// Receipts implements store.Actor. A store in which nothing was prepared has none.
func (s *DB) Receipts(ctx context.Context, after int64, fn func(store.Receipt) bool) error {
	for {
		page, err := s.receipts(ctx, after)
		if errors.Is(s.cause0(ctx, err), store.ErrNoTable) {
			return nil
		}
		if err != nil {
			return s.clean(ctx, "read receipts", err)
		}
		for _, r := range page {
			if !fn(r) {
				return nil
			}
			after = r.Seq
		}
		if len(page) < receiptsPage {
			return nil
		}
	}
}

func (s *DB) receipts(ctx context.Context, after int64) (page []store.Receipt, err error) {
	w := Writer{d: &s.d}
	w.Write("SELECT seq, body FROM ", s.d.Quote(receiptsTable), " WHERE seq > ")
	w.Bind(max(after, 0))
	w.Write(" ORDER BY seq LIMIT ")
	w.Bind(int64(receiptsPage))
	rows, err := s.db.QueryContext(ctx, w.text.String(), w.args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return nil, err
		}
		var r store.Receipt
		if err := json.Unmarshal(body, &r); err != nil {
			return nil, safeError{errors.New("a receipt is not well formed")}
		}
		r.Seq = seq
		page = append(page, r)
	}
	return page, rows.Err()
}

// HasReceipt implements store.Actor.
func (s *DB) HasReceipt(ctx context.Context, id string) (bool, error) {
	w := Writer{d: &s.d}
	w.Write("SELECT COUNT(*) FROM ", s.d.Quote(receiptsTable), " WHERE seq > 0 AND id = ")
	w.Bind(id)
	var n int64
	err := s.db.QueryRowContext(ctx, w.text.String(), w.args...).Scan(&n)
	if errors.Is(s.cause0(ctx, err), store.ErrNoTable) {
		return false, nil
	}
	return n > 0, s.clean(ctx, "look for a receipt", err)
}
