package vault

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Store is the name under which the archive's receipts are entered in the ledger.
const Store = "archive"

// Count is how many copies of a group of a dataset there are.
type Count struct {
	Dataset string `json:"dataset"`
	Group   string `json:"group"`
	Items   int64  `json:"items"`
}

// Expired counts the settled copies whose last day is before today, held ones included, by
// dataset and group.
func (v *Vault) Expired(ctx context.Context, today policy.Date) (out []Count, err error) {
	counts := map[[2]string]int64{}
	err = v.read(ctx, "count what is over in the archive", func(tx *sql.Tx) error {
		return eachSheet(ctx, tx, func(s sheet) error {
			for _, n := range s.names {
				if n.over(today) {
					counts[[2]string{s.dataset, s.group}]++
				}
			}
			return nil
		}, "b.settled = 1 AND s.first_end < ?", today.String())
	})
	for c, n := range counts {
		out = append(out, Count{c[0], c[1], n})
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(strings.Compare(a.Dataset, b.Dataset), strings.Compare(a.Group, b.Group))
	})
	return out, err
}

// over reports whether the copy's last day is before today.
func (n name) over(today policy.Date) bool { return !n.until.IsZero() && n.until.Before(today) }

// Purge says what Vault.Purge may delete.
type Purge struct {
	// Today is the day it is, At the time for the receipts.
	Today policy.Date
	At    time.Time
	// Held tells which records of a dataset holds stop: those of the keys, or all where a hold
	// cannot be looked up by keys (see retention.HeldKeys).
	Held func(dataset string) (all bool, keys []store.Key, err error)
	// Gate calls commit while no hold can be placed, and returns its error, or one of its own
	// without having called it when the holds have moved; nil is no gate.
	Gate func(commit func() error) error
}

// purgeAtOnce is about how many copies one receipt speaks of: as many whole sheets as have so many.
const purgeAtOnce = 1000

// Purge deletes the settled copies whose last day is over and that no hold stops. Each
// transaction deletes copies of one group and writes the receipt of that; the receipts are
// returned, and those of a purge that was cut short are found by Receipts. They bear the
// root over the keyed digests of the copies' names, made with a key of the archive.
func (v *Vault) Purge(ctx context.Context, p Purge) ([]store.Receipt, error) {
	counts, err := v.Expired(ctx, p.Today)
	if err != nil {
		return nil, err
	}
	defer v.tidy(ctx)
	var out []store.Receipt
	for _, c := range counts {
		rs, err := v.purge(ctx, p, c)
		out = append(out, rs...)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// purge deletes what is over of one group.
func (v *Vault) purge(ctx context.Context, p Purge, c Count) (out []store.Receipt, err error) {
	all, keys, err := p.Held(c.Dataset)
	if err != nil || all {
		return nil, err
	}
	held := v.digestsOf(c.Dataset, keys)
	w := purging{Vault: v, Purge: p, Count: c, goes: func(n name) bool { return n.over(p.Today) && !held[n.digest] }}
	for {
		var r store.Receipt
		err := v.writeIf(ctx, "purge the archive", func(tx *sql.Tx) (err error) {
			r, err = w.next(ctx, tx)
			return err
		}, p.gate())
		if err != nil {
			return out, err
		}
		if r.Rows > 0 {
			out = append(out, r)
		}
		if w.finished {
			return out, nil
		}
	}
}

// gate returns the gate, which lets everything through where none is set.
func (p Purge) gate() func(commit func() error) error {
	if p.Gate == nil {
		return func(commit func() error) error { return commit() }
	}
	return p.Gate
}

// purging is the purge of one group.
type purging struct {
	*Vault
	Purge
	Count
	// goes reports whether a copy is to go.
	goes func(name) bool
	// plan and step are written into receipts; empty for a purge by ends.
	plan, step string
	// after is the last sheet that was looked at.
	after    int64
	finished bool
}

// next deletes the next copies and writes their receipt; it has no rows where all were held.
func (p *purging) next(ctx context.Context, tx *sql.Tx) (store.Receipt, error) {
	sheets, err := p.sheets(ctx, tx)
	if err != nil {
		return store.Receipt{}, err
	}
	return p.remove(ctx, tx, sheets)
}

// remove deletes from the sheets what goes.
func (p *purging) remove(ctx context.Context, tx *sql.Tx, sheets []sheet) (store.Receipt, error) {
	d := p.newDesk(tx)
	var names []store.Key
	for _, s := range sheets {
		gone, err := p.clear(ctx, d, s)
		if err != nil {
			return store.Receipt{}, err
		}
		names = append(names, gone...)
	}
	if len(names) == 0 {
		return store.Receipt{}, nil
	}
	if err := errors.Join(d.put(ctx), sweep(ctx, tx)); err != nil {
		return store.Receipt{}, err
	}
	return p.receipt(ctx, tx, names)
}

// clear takes what goes out of a sheet, and returns what it was known by.
func (p *purging) clear(ctx context.Context, d desk, s sheet) (gone []store.Key, err error) {
	if !slices.ContainsFunc(s.names, p.goes) {
		return nil, nil
	}
	o, err := d.take(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := len(o.names) - 1; i >= 0; i-- {
		n := o.names[i]
		if !p.goes(n) {
			continue
		}
		o.remove(i)
		if err := leavePlace(ctx, d.tx, spot{short(n.digest), s.id}); err != nil {
			return nil, err
		}
		gone = append(gone, store.Key{n.digest[:]})
	}
	return gone, nil
}

// errEnough ends a walk through sheets.
var errEnough = errors.New("enough")

// sheets returns the next sheets that hold a copy which is over.
func (p *purging) sheets(ctx context.Context, tx *sql.Tx) (out []sheet, err error) {
	n := 0
	err = eachSheet(ctx, tx, func(s sheet) error {
		if n >= purgeAtOnce {
			return errEnough
		}
		n += len(s.names)
		p.after, out = s.id, append(out, s)
		return nil
	}, "b.settled = 1 AND b.dataset = ? AND b.grp = ? AND s.first_end < ? AND s.id > ?", p.Dataset, p.Group, p.Today.String(), p.after)
	if p.finished = !errors.Is(err, errEnough); p.finished {
		return out, err
	}
	return out, nil
}

// receipt enters the receipt of the deleted copies in the archive's own table.
func (p *purging) receipt(ctx context.Context, tx *sql.Tx, names []store.Key) (store.Receipt, error) {
	groups := []policy.Category{policy.Category(p.Group)}
	step := p.step
	if step == "" {
		step = plan.StepID(p.Dataset, policy.Erase, groups, false)
	}
	r := store.Receipt{
		ID: "purge-" + rand.Text(), Plan: p.plan, Step: step, Action: string(policy.Erase), Dataset: p.Dataset,
		Groups: []string{p.Group}, Rows: int64(len(names)), Root: ledger.KeyedRoot(p.roots, names), AsOf: p.Today, At: p.At.UTC(),
	}
	body, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO garant_receipts (id, body) VALUES (?, ?)", r.ID, body)
	if err != nil {
		return r, err
	}
	r.Seq, err = res.LastInsertId()
	return r, err
}

// Receipts calls fn for every receipt of the archive with a sequence above after, in sequence
// order; a false from fn ends the walk. db.State enters them like those of any store.
func (v *Vault) Receipts(ctx context.Context, after int64, fn func(store.Receipt) bool) error {
	var rs []store.Receipt
	err := v.read(ctx, "read the receipts of the archive", func(tx *sql.Tx) error {
		return query(ctx, tx, func(rows *sql.Rows) error {
			var seq int64
			var body []byte
			if err := rows.Scan(&seq, &body); err != nil {
				return err
			}
			var r store.Receipt
			if err := json.Unmarshal(body, &r); err != nil {
				return fmt.Errorf("receipt %d: %w", seq, ErrDamaged)
			}
			r.Seq = seq
			rs = append(rs, r)
			return nil
		}, "SELECT seq, body FROM garant_receipts WHERE seq > ? ORDER BY seq", after)
	})
	for _, r := range rs {
		if err != nil || !fn(r) {
			break
		}
	}
	return err
}
