package mem

import (
	"context"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Prepare implements store.Actor. The list of receipts is always there.
func (s *Store) Prepare(ctx context.Context) error {
	_, err := s.open(ctx)
	return err
}

// Receipts implements store.Actor.
func (s *Store) Receipts(ctx context.Context, after int64, fn func(store.Receipt) bool) error {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	for _, r := range st.receipts {
		r.Groups = slices.Clone(r.Groups)
		if r.Seq > after && !fn(r) {
			return nil
		}
	}
	return nil
}

// HasReceipt implements store.Actor.
func (s *Store) HasReceipt(ctx context.Context, id string) (bool, error) {
	st, err := s.open(ctx)
	return st.hasReceipt(id), err
}

// WriteReceipt implements store.Tx.
func (t *tx) WriteReceipt(ctx context.Context, r store.Receipt) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	if t.state.hasReceipt(r.ID) {
		return fmt.Errorf("receipt %s: written before: %w", r.ID, ErrConstraint)
	}
	t.state.seq++
	r.Seq = t.state.seq
	r.Groups = slices.Clone(r.Groups)
	t.state.receipts = append(t.state.receipts, r)
	return nil
}

func (st state) hasReceipt(id string) bool {
	return slices.ContainsFunc(st.receipts, func(r store.Receipt) bool { return r.ID == id })
}
