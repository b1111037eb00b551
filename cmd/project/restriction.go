package project

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// restriction is the reason of the holds that keep what is restricted.
const restriction = "art. 18"

// ShowRestrictions makes the declared columns of all stores say of which records the use is
// restricted, and of no others, so that other software sees it (article 18 GDPR). It looks at
// what is in force and at what the columns say, so it may be called at any time: after a
// restriction or its end, after a restore, or after a store was away. A store that does not
// answer is an error that keeps no other from being done.
func (p *Project) ShowRestrictions(ctx context.Context, now time.Time) error {
	if !slices.ContainsFunc(p.Register.Datasets, func(d register.Dataset) bool { return d.Restricted != "" }) {
		return nil
	}
	if err := p.Genuine(ctx); err != nil {
		return err
	}
	holds, _, err := p.State.Holds(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, d := range p.Register.Datasets {
		if d.Restricted == "" {
			continue
		}
		ds, ok := p.Bound.Dataset(d.Name)
		if !ok {
			failed = errors.Join(failed, fmt.Errorf("tell %s of restrictions: store %s: %w", d.Name, d.Store, store.ErrUnreachable))
			continue
		}
		if err := p.showRestricted(ctx, ds, restrictedKeys(holds, ds.Name), now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("tell %s of restrictions: %w", d.Name, err))
		}
	}
	return failed
}

// restrictedKeys are the records of a dataset whose use is restricted, by their references.
func restrictedKeys(holds []retention.Hold, dataset string) map[rights.RecordRef]store.Key {
	out := map[rights.RecordRef]store.Key{}
	for _, h := range holds {
		if h.Dataset != dataset || h.Reason != restriction {
			continue
		}
		for _, k := range h.Keys {
			out[rights.RefOf(dataset, k)] = k
		}
	}
	return out
}

// showRestricted sets what is to be set in one dataset and clears what is to be cleared.
func (p *Project) showRestricted(ctx context.Context, ds register.BoundDataset, want map[rights.RecordRef]store.Key, now time.Time) error {
	driver, actor, err := stores{p}.Store(ctx, ds.Store)
	if err != nil {
		return err
	}
	col := store.Col{Name: ds.Restricted}
	q := store.Query{Table: ds.Table, Columns: ds.Table.Key, Where: store.Compare(col, "=", true)}
	if c, _ := restrictedColumn(ds); c.Type == store.Integer {
		q.Where = store.Not(store.Or(store.IsNull(col), store.Compare(col, "=", int64(0))))
	}
	set, clear := maps.Clone(want), []store.Key{}
	err = driver.Find(ctx, q, func(r store.Row) bool {
		k := store.Key(r)
		if _, ok := want[rights.RefOf(ds.Name, k)]; ok {
			delete(set, rights.RefOf(ds.Name, k))
		} else {
			clear = append(clear, k)
		}
		return true
	})
	if err != nil || len(set)+len(clear) == 0 {
		return err
	}
	if err := actor.Prepare(ctx); err != nil {
		return err
	}
	err = errors.Join(p.writeRestricted(ctx, actor, ds, slices.Collect(maps.Values(set)), true, now), p.writeRestricted(ctx, actor, ds, clear, false, now))
	return errors.Join(err, p.enterNew(ctx, ds.Store, actor))
}

func restrictedColumn(ds register.BoundDataset) (store.Column, bool) {
	i := slices.IndexFunc(ds.Info.Columns, func(c store.Column) bool { return c.Name == ds.Restricted })
	if i < 0 {
		return store.Column{}, false
	}
	return ds.Info.Columns[i], true
}

// writeRestricted sets the column of the records that are there, with a receipt, in one
// transaction.
func (p *Project) writeRestricted(ctx context.Context, actor store.Actor, ds register.BoundDataset, keys []store.Key, on bool, now time.Time) (err error) {
	if len(keys) == 0 {
		return nil
	}
	key, err := p.State.DigestKey(ctx, ds.Store, p.Today(now).Year, now)
	if err != nil {
		return err
	}
	tx, err := actor.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	locked, err := tx.Lock(ctx, store.LockQuery{Table: ds.Table, Where: store.KeyIn(ds.Table.Key, keys), Limit: len(keys)})
	if err != nil || len(locked) == 0 {
		return err
	}
	if _, err := tx.Set(ctx, ds.Table, locked, []store.Assign{{Column: ds.Restricted, To: store.Constant, Value: restrictedValue(ds, on)}}); err != nil {
		return err
	}
	if err := tx.WriteReceipt(ctx, restrictedReceipt(ds, ledger.KeyedRoot(ledger.DatasetKey(key, ds.Name), locked), len(locked), on, p.Today(now), now)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func restrictedValue(ds register.BoundDataset, on bool) any {
	if c, _ := restrictedColumn(ds); c.Type == store.Boolean {
		return on
	}
	if on {
		return 1.0
	}
	return 0.0
}

func restrictedReceipt(ds register.BoundDataset, root string, rows int, on bool, day policy.Date, now time.Time) store.Receipt {
	action := "lift_restriction"
	if on {
		action = "restrict"
	}
	return store.Receipt{ID: action + "-" + rand.Text(), Step: ds.Name + "/" + action, Action: action, Dataset: ds.Name, Rows: int64(rows), Root: root, AsOf: day, At: now}
}
