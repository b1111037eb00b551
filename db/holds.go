package db

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

type holdRow struct {
	bun.BaseModel `bun:"table:holds"`
	ID            int64 `bun:",pk,autoincrement"`
	Matter        string
	Owner         string
	Reason        string
	Dataset       string
	Keys          []byte
	Condition     string
	Person        []byte
	Review        string
	Placed        time.Time
	Lifted        bun.NullTime
	LiftedBy      string
}

// PlaceHold places a hold and returns it with its ID. When it returns, every commit still
// to come has either seen the hold or is refused by the gate (see Commit). It waits for
// the commits that are under way, never for more than those.
func (s *State) PlaceHold(ctx context.Context, h retention.Hold) (retention.Hold, error) {
	if h.ID != "" || !h.Lifted.IsZero() {
		return h, errors.New("place a hold: its ID is given by the state and it is not lifted yet")
	}
	if len(h.Keys) == 0 && h.Condition == "" && len(h.Person) == 0 {
		return h, errors.New("place a hold: it names no record, condition or person")
	}
	row, err := rowOf(h)
	if err != nil {
		return h, err
	}
	err = s.moveHolds(ctx, "place a hold", func(tx bun.Tx) (ledger.Entry, error) {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return ledger.Entry{}, err
		}
		h.ID = holdID(row.ID)
		return ledger.Entry{Kind: ledger.HoldPlaced, At: h.Placed, Ref: h.ID}, nil
	})
	return h, err
}

// LiftHold ends a hold and notes who did. It deletes nothing: the hold stays on file, and
// what it covered re-enters planning.
func (s *State) LiftHold(ctx context.Context, id, by string, at time.Time) error {
	n, err := holdNumber(id)
	if err != nil {
		return err
	}
	return s.moveHolds(ctx, "lift a hold", func(tx bun.Tx) (ledger.Entry, error) {
		res, err := tx.NewUpdate().Model((*holdRow)(nil)).Set("lifted = ?, lifted_by = ?", at, by).
			Where("id = ? AND lifted IS NULL", n).Exec(ctx)
		if err != nil {
			return ledger.Entry{}, err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ledger.Entry{}, errors.Join(err, fmt.Errorf("active hold %s: %w", id, ErrNotFound))
		}
		return ledger.Entry{Kind: ledger.HoldLifted, At: at, Ref: id}, nil
	})
}

// moveHolds changes the holds, the epoch and the ledger together while no commit runs.
func (s *State) moveHolds(ctx context.Context, what string, change func(bun.Tx) (ledger.Entry, error)) error {
	release, err := s.shut(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer release()
	return s.write(ctx, what, func(tx bun.Tx) error {
		epoch, err := s.epoch(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.setMeta(ctx, tx, "holds_epoch", strconv.FormatInt(epoch+1, 10)); err != nil {
			return err
		}
		e, err := change(tx)
		if err != nil {
			return err
		}
		return s.enter(ctx, tx, e)
	})
}

// Holds returns the active holds and their epoch, a number that is another one as soon as a
// hold was placed or lifted.
func (s *State) Holds(ctx context.Context) (holds []retention.Hold, epoch int64, err error) {
	err = s.read(ctx, "read the holds", func(tx bun.Tx) error {
		var rows []holdRow
		if err := tx.NewSelect().Model(&rows).Where("lifted IS NULL").Order("id").Scan(ctx); err != nil {
			return err
		}
		if holds, err = holdsOf(rows); err != nil {
			return err
		}
		epoch, err = s.epoch(ctx, tx)
		return err
	})
	return holds, epoch, err
}

// HoldHistory returns every hold there ever was, the lifted ones included.
func (s *State) HoldHistory(ctx context.Context) (holds []retention.Hold, err error) {
	var rows []holdRow
	if err := s.db.NewSelect().Model(&rows).Order("id").Scan(ctx); err != nil {
		return nil, explain("read the holds", err)
	}
	return holdsOf(rows)
}

// Commit is the gate between holds and acts: it runs commit while no hold can be placed or
// lifted by any process, and only if the holds are still those of the epoch; else it
// returns plan.ErrHoldsMoved and commit was not run. Commits do not keep each other waiting.
// commit must be short: everybody who places a hold waits for it.
func (s *State) Commit(ctx context.Context, epoch int64, commit func() error) error {
	release, err := s.pass(ctx)
	if err != nil {
		return err
	}
	defer release()
	now, err := s.epoch(ctx, s.db)
	if err != nil {
		return explain("read the epoch of the holds", err)
	}
	if now != epoch {
		return plan.ErrHoldsMoved
	}
	return commit()
}

// The gate has two locks. holds.lock is shared by commits and taken alone by whoever moves
// the holds. Commits that follow each other closely would never leave it free, so both pass
// holds.next first, which the mover keeps while waiting: commits under way end, new ones
// queue behind it.

func (s *State) pass(ctx context.Context) (release func(), err error) {
	turn, err := flock(ctx, s.path("holds.next"), syscall.LOCK_SH)
	if err != nil {
		return nil, err
	}
	defer turn()
	return flock(ctx, s.path("holds.lock"), syscall.LOCK_SH)
}

func (s *State) shut(ctx context.Context) (release func(), err error) {
	turn, err := flock(ctx, s.path("holds.next"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	gate, err := flock(ctx, s.path("holds.lock"), syscall.LOCK_EX)
	if err != nil {
		turn()
		return nil, err
	}
	return func() { gate(); turn() }, nil
}

func (s *State) epoch(ctx context.Context, tx bun.IDB) (int64, error) {
	v, err := s.meta(ctx, tx, "holds_epoch")
	if err != nil || v == "" {
		return 0, err
	}
	return strconv.ParseInt(v, 10, 64)
}

func holdID(n int64) string { return "hold-" + strconv.FormatInt(n, 10) }

func holdNumber(id string) (int64, error) {
	digits, ok := strings.CutPrefix(id, "hold-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("a hold is named like hold-7: %w", ErrNotFound)
	}
	return n, nil
}

func rowOf(h retention.Hold) (holdRow, error) {
	person, err := json.Marshal(h.Person)
	if err != nil {
		return holdRow{}, errors.New("place a hold: the person's identifiers are no text")
	}
	return holdRow{
		Matter: h.Matter, Owner: h.Owner, Reason: h.Reason, Dataset: h.Dataset, Keys: packKeys(h.Keys),
		Condition: h.Condition, Person: person, Review: h.Review.String(), Placed: h.Placed,
	}, nil
}

func holdsOf(rows []holdRow) ([]retention.Hold, error) {
	var holds []retention.Hold
	for _, r := range rows {
		h := retention.Hold{
			ID: holdID(r.ID), Matter: r.Matter, Owner: r.Owner, Reason: r.Reason, Dataset: r.Dataset,
			Condition: r.Condition, Placed: r.Placed.UTC(), Lifted: r.Lifted.Time, LiftedBy: r.LiftedBy,
		}
		if !h.Lifted.IsZero() {
			h.Lifted = h.Lifted.UTC()
		}
		var err1, err2, err3 error
		h.Keys, err1 = unpackKeys(r.Keys)
		err2 = json.Unmarshal(r.Person, &h.Person)
		if r.Review != "" {
			h.Review, err3 = policy.ParseDate(r.Review)
		}
		if errors.Join(err1, err2, err3) != nil {
			return nil, fmt.Errorf("read %s: %w", h.ID, ErrDamaged)
		}
		holds = append(holds, h)
	}
	return holds, nil
}

func packKeys(keys []store.Key) []byte {
	var b []byte
	for _, k := range keys {
		e := ledger.EncodeKey(k)
		b = append(binary.AppendUvarint(b, uint64(len(e))), e...)
	}
	return b
}

func unpackKeys(b []byte) ([]store.Key, error) {
	var keys []store.Key
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, ErrDamaged
		}
		k, err := ledger.DecodeKey(b[size : size+int(n)])
		if err != nil {
			return nil, err
		}
		keys, b = append(keys, k), b[size+int(n):]
	}
	return keys, nil
}
