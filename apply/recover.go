package apply

import (
	"context"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// enterAtOnce is how many receipts are entered in one go.
const enterAtOnce = 1000

// Recover makes good what an earlier run left behind in a store: receipts that were
// committed and not entered are entered, copies whose batch was committed are kept and the
// others forgotten. It returns how many receipts it entered. Run does it by itself.
func Recover(ctx context.Context, env Env, storeName string) (int, error) {
	st := &site{name: storeName}
	if st.driver, st.actor, st.err = env.Stores.Store(ctx, storeName); st.err != nil {
		return 0, st.err
	}
	return recoverSite(ctx, env, st)
}

func recoverSite(ctx context.Context, env Env, st *site) (int, error) {
	if err := st.genuine(ctx, env.Log); err != nil {
		return 0, err
	}
	n, err := st.enter(ctx, env.Log)
	if err != nil {
		return n, err
	}
	st.tidy(ctx) // a sweep may have crashed
	return n, st.settle(ctx, env.Archive, st.afterCrash(ctx, env.Clock()))
}

// genuine checks that the last receipt that was entered is still in the store.
func (st *site) genuine(ctx context.Context, log Log) error {
	last, err := log.LastReceipt(ctx, st.name)
	if err != nil {
		return state("read the ledger", err)
	}
	if last == 0 {
		return nil
	}
	var found bool
	err = st.actor.Receipts(ctx, last-1, func(r store.Receipt) bool {
		found = r.Seq == last
		return false
	})
	if err != nil {
		return fmt.Errorf("read receipts of %s: %w", st.name, err)
	}
	if !found {
		return fmt.Errorf("%s: %w", st.name, ErrRestored)
	}
	return nil
}

// enter enters every receipt that the ledger does not have.
func (st *site) enter(ctx context.Context, log Log) (int, error) {
	last, err := log.LastReceipt(ctx, st.name)
	if err != nil {
		return 0, state("read the ledger", err)
	}
	for entered := 0; ; {
		rs, err := st.receipts(ctx, last)
		if err != nil || len(rs) == 0 {
			return entered, err
		}
		if err := log.Enter(ctx, st.name, rs); err != nil {
			return entered, state("enter receipts of "+st.name, err)
		}
		entered, last = entered+len(rs), rs[len(rs)-1].Seq
	}
}

func (st *site) receipts(ctx context.Context, after int64) (rs []store.Receipt, err error) {
	err = st.actor.Receipts(ctx, after, func(r store.Receipt) bool {
		rs = append(rs, r)
		return len(rs) < enterAtOnce
	})
	if err != nil {
		return nil, fmt.Errorf("read receipts of %s: %w", st.name, err)
	}
	return rs, nil
}

// grace is how long after a crash a commit may still be on its way through a server. Copies
// without a receipt are forgotten only then: too late is untidy, too early loses records.
const grace = 10 * time.Minute

type decide = func(id string, at time.Time) (Fate, error)

// settle decides about the copies that are pending.
func (st *site) settle(ctx context.Context, a Archive, d decide) error {
	if a == nil {
		return nil
	}
	if err := a.Settle(ctx, st.name, d); err != nil {
		return fmt.Errorf("settle the archive of %s: %w", st.name, err)
	}
	return nil
}

// afterCrash decides by the receipt, and by the time where there is none.
func (st *site) afterCrash(ctx context.Context, now time.Time) decide {
	return func(id string, at time.Time) (Fate, error) {
		committed, err := st.actor.HasReceipt(ctx, id)
		switch {
		case err != nil:
			return Later, err
		case committed:
			return Keep, nil
		case now.Sub(at) > grace:
			return Forget, nil
		}
		return Later, nil
	}
}

// committed keeps what has a receipt.
func (st *site) committed(ctx context.Context) decide {
	return func(id string, _ time.Time) (Fate, error) {
		done, err := st.actor.HasReceipt(ctx, id)
		if err != nil || !done {
			return Later, err
		}
		return Keep, nil
	}
}

// of decides about one batch whose outcome is certain.
func (st *site) of(ctx context.Context, mine string) decide {
	return func(id string, _ time.Time) (Fate, error) {
		if id != mine {
			return Later, nil
		}
		committed, err := st.actor.HasReceipt(ctx, id)
		switch {
		case err != nil:
			return Later, err
		case committed:
			return Keep, nil
		}
		return Forget, nil
	}
}

// acted sums the rows of the step's receipts after a sequence.
func (st *site) acted(ctx context.Context, planDigest, step string, since int64) (rows int64, err error) {
	err = st.actor.Receipts(ctx, since, func(r store.Receipt) bool {
		if r.Plan == planDigest && r.Step == step {
			rows += r.Rows
		}
		return true
	})
	if err != nil {
		return 0, fmt.Errorf("read receipts of %s: %w", st.name, err)
	}
	return rows, nil
}
