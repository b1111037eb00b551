package project

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Correction is one field of one record with its right value.
type Correction struct {
	Dataset register.BoundDataset
	Key     store.Key
	Column  string
	// Value is as the column's type takes it; nil empties it.
	Value any
	// Shown is what the field was seen to hold by who corrects it; nil where nobody looked.
	Shown *string
}

// ErrNotTheirs says that a record is not among those that were found for the case.
var ErrNotTheirs = errors.New("the record was not found for this person")

// Rectify corrects a field (article 16 GDPR) in one transaction with its receipt, and enters
// that. It returns the field with keyed digests of the value before and of the one after.
// Only a record that was found for the person is touched. It refuses where a store was restored and
// not replayed (apply.ErrRestored): its receipt would take the place of a lost one, and the store
// would seem whole.
func (p *Project) Rectify(ctx context.Context, c rights.Case, f rights.Found, x Correction, s rights.Signed) (rights.Corrected, error) {
	out := rights.Corrected{RecordRef: rights.RefOf(x.Dataset.Name, x.Key), Column: x.Column, Day: p.Today(s.Now)}
	if among(f, x.Dataset, x.Key) == nil {
		return out, fmt.Errorf("%s: %s: %w", c.ID, x.Dataset.Name, ErrNotTheirs)
	}
	if err := p.Genuine(ctx); err != nil {
		return out, err
	}
	_, actor, err := stores{p}.Store(ctx, x.Dataset.Store)
	if err != nil {
		return out, err
	}
	if err := actor.Prepare(ctx); err != nil {
		return out, err
	}
	key, err := p.State.DigestKey(ctx, x.Dataset.Store, p.Today(s.Now).Year, s.Now)
	if err != nil {
		return out, err
	}
	out.Before, out.After, err = p.correct(ctx, actor, c, x, correcting{s.Now, ledger.DatasetKey(key, x.Dataset.Name)})
	if err != nil {
		return out, err
	}
	return out, p.enterNew(ctx, x.Dataset.Store, actor)
}

// correcting is when a field is corrected, and the key of its digests.
type correcting struct {
	at  time.Time
	key []byte
}

// correct reads, sets and proves in one transaction.
func (p *Project) correct(ctx context.Context, actor store.Actor, c rights.Case, x Correction, how correcting) (was, is string, err error) {
	tx, err := actor.Begin(ctx)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	t, keys := x.Dataset.Table, []store.Key{x.Key}
	locked, err := tx.Lock(ctx, store.LockQuery{Table: t, Where: store.KeyIn(t.Key, keys), Limit: 1})
	if err != nil {
		return "", "", err
	}
	if len(locked) != 1 {
		return "", "", fmt.Errorf("%s: %w", x.Dataset.Name, ErrNotTheirs)
	}
	before, err := tx.Read(ctx, t, keys, []string{x.Column})
	if err != nil {
		return "", "", err
	}
	if x.Shown != nil && (len(before) != 1 || *x.Shown != fieldText(before[0][0])) {
		return "", "", fmt.Errorf("%s.%s: %w", x.Dataset.Name, x.Column, ErrMoved)
	}
	set := store.Assign{Column: x.Column, To: store.Constant, Value: x.Value}
	if x.Value == nil {
		set.To = store.Null
	}
	if _, err := tx.Set(ctx, t, keys, []store.Assign{set}); err != nil {
		return "", "", err
	}
	after, err := tx.Read(ctx, t, keys, []string{x.Column})
	if err != nil {
		return "", "", err
	}
	if err := tx.WriteReceipt(ctx, x.receipt(c, how)); err != nil {
		return "", "", err
	}
	return valueDigest(how.key, before), valueDigest(how.key, after), tx.Commit(ctx)
}

func (x Correction) receipt(c rights.Case, how correcting) store.Receipt {
	return store.Receipt{ID: fmt.Sprintf("%s/rectify/%d", c.ID, len(c.Steps)), Step: x.Dataset.Name + "/rectify/" + x.Column, Action: "rectify",
		Dataset: x.Dataset.Name, Rows: 1, Root: ledger.KeyedRoot(how.key, []store.Key{x.Key}), AsOf: c.Received, At: how.at}
}

// valueDigest is a keyed digest of a value, with which nobody guesses it.
func valueDigest(key []byte, rows []store.Row) string {
	h := hmac.New(sha256.New, key)
	for _, r := range rows {
		fmt.Fprintf(h, "%T %v", r[0], r[0])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// enterNew enters the receipts of a store that the ledger does not have.
func (p *Project) enterNew(ctx context.Context, name string, actor store.Actor) error {
	last, err := p.State.LastReceipt(ctx, name)
	if err != nil {
		return err
	}
	var rs []store.Receipt
	err = actor.Receipts(ctx, last, func(r store.Receipt) bool { rs = append(rs, r); return true })
	if err != nil {
		return err
	}
	return p.State.Enter(ctx, name, rs)
}
