package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// Ledger returns the ledger kept in the state.
func (s *State) Ledger() *ledger.Log { return s.log }

// PublicKey returns the key with which anybody verifies the ledger; former ones lead to it.
func (s *State) PublicKey() string { return s.public }

// VerifyLedger recomputes the whole ledger from the state. A *ledger.Broken names the first
// bad entry.
func (s *State) VerifyLedger(ctx context.Context) (ledger.Checkpoint, error) {
	c, err := ledger.VerifyStored(ctx, logStorage{s}, s.first())
	if err != nil {
		return c, err
	}
	n, err := s.db.NewSelect().Table("leaves").Count(ctx)
	if err != nil {
		return c, explain("count the ledger's entries", err)
	}
	if int64(n) > c.Size { // a later append makes both grow, never the first alone
		again, err := ledger.VerifyStored(ctx, logStorage{s}, s.first())
		if err != nil || again.Size == c.Size {
			return c, errors.Join(err, &ledger.Broken{At: c.Size, Reason: "entries follow the last that was signed"})
		}
		return again, nil
	}
	return c, nil
}

// first is the key that the ledger began with: from it the statements in the checkpoint must lead to
// the one that signs, and the log be the one for which each vouched.
func (s *State) first() string {
	if len(s.former) > 0 {
		return s.former[0]
	}
	return s.public
}

// logStorage keeps the ledger in the state's tables.
type logStorage struct{ s *State }

func (l logStorage) View(ctx context.Context, fn func(ledger.View) error) error {
	return l.s.read(ctx, "read the ledger", func(tx bun.Tx) error { return fn(logTx{ctx, tx}) })
}

func (l logStorage) Update(ctx context.Context, fn func(ledger.Tx) error) error {
	return l.s.write(ctx, "write the ledger", func(tx bun.Tx) error { return fn(logTx{ctx, tx}) })
}

// logTx is the ledger inside a transaction of the state.
type logTx struct {
	ctx context.Context
	tx  bun.Tx
}

type headRow struct {
	bun.BaseModel `bun:"table:ledger_head"`
	One           int `bun:",pk"`
	Size          int64
	Checkpoint    []byte
}

// leafRow keeps with a leaf the hashes that became complete with it, one after the other:
// one row a leaf, and one pass over the table verifies all.
type leafRow struct {
	bun.BaseModel `bun:"table:leaves"`
	Idx           int64 `bun:",pk"`
	Data          []byte
	Hashes        []byte
}

func (l logTx) Head() (int64, []byte, error) {
	row := headRow{One: 1}
	err := missing(l.tx.NewSelect().Model(&row).WherePK().Scan(l.ctx))
	if errors.Is(err, ErrNotFound) {
		return 0, nil, nil
	}
	return row.Size, row.Checkpoint, err
}

func (l logTx) Leaves(from, to int64, fn func(int64, ledger.Leaf) error) error {
	rows, err := l.tx.QueryContext(l.ctx, "SELECT idx, data, hashes FROM leaves WHERE idx >= ? AND idx < ? ORDER BY idx", from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var i int64
	var data, packed sql.RawBytes
	var hashes []tlog.Hash
	for rows.Next() {
		if err := rows.Scan(&i, &data, &packed); err != nil {
			return err
		}
		hashes = unpack(hashes[:0], packed)
		if err := fn(i, ledger.Leaf{Data: data, Hashes: hashes}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// unpack cuts the hashes apart. Bytes left over count as one more hash, which none matches.
func unpack(into []tlog.Hash, packed []byte) []tlog.Hash {
	for len(packed) > 0 {
		var h tlog.Hash
		packed = packed[copy(h[:], packed):]
		into = append(into, h)
	}
	return into
}

func (l logTx) Hashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, index := range at {
		level, n := tlog.SplitStoredHashIndex(index)
		var h []byte
		err := l.tx.NewSelect().Table("leaves").ColumnExpr("substr(hashes, ?, 32)", 1+32*level).
			Where("idx = ?", (n+1)<<level-1).Scan(l.ctx, &h)
		if err != nil {
			return nil, err
		}
		copy(out[i][:], h)
	}
	return out, nil
}

func (l logTx) Put(leaves []ledger.Leaf, checkpoint []byte) error {
	size, _, err := l.Head()
	if err != nil {
		return err
	}
	rows := make([]leafRow, len(leaves))
	for i, leaf := range leaves {
		rows[i] = leafRow{Idx: size + int64(i), Data: leaf.Data}
		for _, h := range leaf.Hashes {
			rows[i].Hashes = append(rows[i].Hashes, h[:]...)
		}
	}
	if _, err := l.tx.NewInsert().Model(&rows).Exec(l.ctx); err != nil {
		return err
	}
	head := headRow{One: 1, Size: size + int64(len(leaves)), Checkpoint: checkpoint}
	_, err = l.tx.NewInsert().Model(&head).On("CONFLICT (one) DO UPDATE").Exec(l.ctx)
	return err
}

// enter appends leaves inside a transaction of the state.
func (s *State) enter(ctx context.Context, tx bun.Tx, entries ...ledger.Entry) error {
	_, _, err := s.log.AppendIn(logTx{ctx, tx}, entries...)
	return err
}

type receiptRow struct {
	bun.BaseModel `bun:"table:receipts"`
	Store         string `bun:",pk"`
	ID            string `bun:",pk"`
	Leaf          int64
}

type cursorRow struct {
	bun.BaseModel `bun:"table:cursors"`
	Store         string `bun:",pk"`
	Seq           int64
}

// Enter makes leaves of receipts found in the store of that name, and moves the store's
// cursor, in one transaction. A receipt that was entered before is passed over: each has
// exactly one leaf however often it is handed in.
func (s *State) Enter(ctx context.Context, storeName string, receipts []store.Receipt) error {
	if len(receipts) == 0 {
		return nil
	}
	return s.write(ctx, "enter receipts", func(tx bun.Tx) error {
		fresh, err := notEntered(ctx, tx, storeName, receipts)
		if err != nil {
			return err
		}
		if err := s.enterFresh(ctx, tx, storeName, fresh); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&cursorRow{Store: storeName, Seq: highest(receipts)}).
			On("CONFLICT (store) DO UPDATE").Set("seq = max(cursor_row.seq, excluded.seq)").Exec(ctx)
		return err
	})
}

func highest(receipts []store.Receipt) int64 {
	var seq int64
	for _, r := range receipts {
		seq = max(seq, r.Seq)
	}
	return seq
}

func notEntered(ctx context.Context, tx bun.Tx, storeName string, receipts []store.Receipt) ([]store.Receipt, error) {
	ids := make([]string, len(receipts))
	for i, r := range receipts {
		ids[i] = r.ID
	}
	var known []string
	err := tx.NewSelect().Model((*receiptRow)(nil)).Column("id").
		Where("store = ? AND id IN (?)", storeName, bun.List(ids)).Scan(ctx, &known)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(known))
	for _, id := range known {
		seen[id] = true
	}
	var fresh []store.Receipt
	for _, r := range receipts {
		if !seen[r.ID] {
			fresh = append(fresh, r)
		}
		seen[r.ID] = true
	}
	return fresh, nil
}

func (s *State) enterFresh(ctx context.Context, tx bun.Tx, storeName string, receipts []store.Receipt) error {
	if len(receipts) == 0 {
		return nil
	}
	plans := map[string]plan.Plan{}
	entries := make([]ledger.Entry, len(receipts))
	for i, r := range receipts {
		p, ok := plans[r.Plan]
		if !ok {
			// A plan that is not known here (a state restored from a backup) leaves the leaf
			// without its grounds; the act is entered all the same.
			p = s.planOf(ctx, tx, r.Plan)
			plans[r.Plan] = p
		}
		entries[i] = ledger.ActOf(storeName, r, ledger.WhyOf(p, r.Step))
	}
	first, _, err := s.log.AppendIn(logTx{ctx, tx}, entries...)
	if err != nil {
		return err
	}
	rows := make([]receiptRow, len(receipts))
	for i, r := range receipts {
		rows[i] = receiptRow{Store: storeName, ID: r.ID, Leaf: first + int64(i)}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// planOf returns the plan of that digest, or the empty plan when it is not known.
func (s *State) planOf(ctx context.Context, tx bun.Tx, digest string) plan.Plan {
	if k := s.last.Load(); k != nil && k.digest == digest {
		return k.plan
	}
	p, err := loadPlan(ctx, tx, digest)
	if err == nil {
		s.last.Store(&knownPlan{digest, p})
	}
	return p
}

// LastReceipt returns the highest sequence number entered of the store; 0 before the first.
func (s *State) LastReceipt(ctx context.Context, storeName string) (int64, error) {
	row := cursorRow{Store: storeName}
	err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx))
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return row.Seq, explain("read the last receipt", err)
}

// LeafOf returns the position of the leaf of a receipt, or ErrNotFound.
func (s *State) LeafOf(ctx context.Context, storeName, receipt string) (int64, error) {
	row := receiptRow{Store: storeName, ID: receipt}
	err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx))
	return row.Leaf, explain("find the entry of a receipt", err)
}

// Rewind puts the cursor of a store that was restored from a backup back to the last
// receipt the store has, and enters in the ledger that it was found so.
func (s *State) Rewind(ctx context.Context, storeName string, seq int64, at time.Time) error {
	return s.write(ctx, "note the restore", func(tx bun.Tx) error {
		row := cursorRow{Store: storeName, Seq: seq}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (store) DO UPDATE").Exec(ctx); err != nil {
			return err
		}
		return s.enter(ctx, tx, ledger.Entry{Kind: ledger.Restored, At: at, Store: storeName, Seq: seq})
	})
}
