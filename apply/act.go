package apply

import (
	"context"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// act carries out a step on locked rows inside a transaction.
type act struct {
	*runner
	tx    store.Tx
	batch *batch
}

// carryOut acts on those of the keys that are still due.
func (a *act) carryOut(ctx context.Context, keys []store.Key) error {
	if err := a.lockRead(ctx, keys); err != nil {
		return err
	}
	w := a.step.Work
	if a.step.WholeRow && a.step.Action != policy.ToArchive && len(w.Children) == 0 {
		return a.eraseIf(ctx, keys)
	}
	bs, err := a.gather(ctx, w.Table, keys, w.Children)
	if err != nil {
		return err
	}
	live, err := a.recheck(ctx, keys)
	if err != nil || len(live) == 0 {
		return err
	}
	if a.step.WholeRow {
		return a.remove(ctx, live, bs)
	}
	return a.blankFields(ctx, live)
}

// recheck looks again, in a new statement and with every row locked that the reason reads.
func (a *act) recheck(ctx context.Context, keys []store.Key) ([]store.Key, error) {
	a.opt.at("before recheck")
	live, err := a.tx.Recheck(ctx, a.step.Work.Table, keys, a.due)
	if err != nil {
		return nil, fmt.Errorf("look at %s again: %w", a.step.Dataset, err)
	}
	a.opt.at("after recheck")
	a.batch.changed = int64(len(keys) - len(live))
	return live, nil
}

// eraseIf looks again and deletes in one statement.
func (a *act) eraseIf(ctx context.Context, keys []store.Key) error {
	a.opt.at("before effect")
	gone, err := a.tx.EraseIf(ctx, a.step.Work.Table, keys, a.due)
	if err != nil {
		return fmt.Errorf("erase from %s: %w", a.step.Dataset, err)
	}
	a.opt.at("after effect")
	a.batch.keys, a.batch.done = gone, int64(len(gone))
	a.batch.changed = int64(len(keys) - len(gone))
	return nil
}

// blankFields carries out a step on fields.
func (a *act) blankFields(ctx context.Context, live []store.Key) error {
	if err := a.copyOut(ctx, live); err != nil {
		return err
	}
	a.opt.at("before effect")
	if err := a.set(ctx, live); err != nil {
		return err
	}
	a.opt.at("after effect")
	a.batch.keys, a.batch.done = live, int64(len(live))
	return nil
}

// remove deletes rows after what belongs to them; those that kept rows name become shells.
func (a *act) remove(ctx context.Context, live []store.Key, bs []branch) (err error) {
	w := a.step.Work
	shells, err := a.stay(ctx, w.Table, live, w.Children)
	if err != nil {
		return err
	}
	going, acted := without(live, shells), live
	if len(w.Set) == 0 {
		a.batch.named = int64(len(shells))
		acted, shells = going, nil
	}
	if len(acted) == 0 {
		return nil
	}
	if a.batch.changed+a.batch.named > 0 { // the branches are of rows that stay, too
		if bs, err = a.gather(ctx, w.Table, acted, w.Children); err != nil {
			return err
		}
	}
	if err := a.copyOut(ctx, acted); err != nil {
		return err
	}
	a.opt.at("before effect")
	if err := a.cut(ctx, bs); err != nil {
		return err
	}
	if err := a.guard(ctx, bs); err != nil {
		return err
	}
	if err := a.set(ctx, shells); err != nil {
		return err
	}
	if err := a.drop(ctx, w.Table, going, w.Children); err != nil {
		return err
	}
	a.opt.at("after effect")
	a.batch.keys, a.batch.done, a.batch.shells = acted, int64(len(going)), int64(len(shells))
	return nil
}

// drop deletes rows, unless a row that is kept came to name one of them meanwhile.
func (a *act) drop(ctx context.Context, t store.Table, going []store.Key, children []plan.Child) error {
	if slices.ContainsFunc(children, func(c plan.Child) bool { return c.Do == plan.KeepShell && !c.Fenced }) {
		named, err := a.stay(ctx, t, going, children)
		if err != nil {
			return err
		}
		if len(named) > 0 {
			return fmt.Errorf("%s: %w", t.Name, errNewChild)
		}
	}
	return a.erase(ctx, t, going)
}

// erase deletes rows and makes sure that they are gone: the database may count otherwise
// when rows of one statement hang on each other.
func (a *act) erase(ctx context.Context, t store.Table, keys []store.Key) error {
	if len(keys) == 0 {
		return nil
	}
	n, err := a.tx.Erase(ctx, t, keys)
	if err != nil {
		return fmt.Errorf("erase from %s: %w", t.Name, err)
	}
	if n == int64(len(keys)) {
		return nil
	}
	left, err := a.tx.Recheck(ctx, t, keys, store.True())
	if err != nil || len(left) == 0 {
		return err
	}
	return fmt.Errorf("erase from %s: %d of %d rows stayed", t.Name, len(left), len(keys))
}

// set assigns the step's columns. The first time it makes sure that the rows are no longer
// due then, or else every plan would show them again.
func (a *act) set(ctx context.Context, keys []store.Key) error {
	if len(keys) == 0 {
		return nil
	}
	w := a.step.Work
	n, err := a.tx.Set(ctx, w.Table, keys, w.Set)
	if err != nil {
		return fmt.Errorf("set in %s: %w", a.step.Dataset, err)
	}
	if n != int64(len(keys)) {
		return fmt.Errorf("set in %s: %d of %d rows were there", a.step.Dataset, n, len(keys))
	}
	if a.proved {
		return nil
	}
	still, err := a.tx.Recheck(ctx, w.Table, keys, a.due)
	if err != nil {
		return fmt.Errorf("look at %s again: %w", a.step.Dataset, err)
	}
	a.proved, a.batch.repeats = true, len(still) > 0
	return nil
}

// copyOut copies rows to the archive and reads the copies back, before anything is done to
// the rows. What becomes of the copies is decided by the receipt.
func (a *act) copyOut(ctx context.Context, keys []store.Key) error {
	if a.step.Action != policy.ToArchive {
		return nil
	}
	rows, err := a.tx.Read(ctx, a.step.Work.Table, keys, a.step.Work.Copy)
	if err != nil {
		return fmt.Errorf("read %s: %w", a.step.Dataset, err)
	}
	return a.archive(ctx, keys, rows)
}

// archive puts copies into the archive and reads them back; without a step that copies it does
// nothing.
func (r *runner) archive(ctx context.Context, keys []store.Key, rows []store.Row) error {
	if r.step.Action != policy.ToArchive {
		return nil
	}
	if len(rows) != len(keys) {
		return fmt.Errorf("read %s: %d of %d rows were there", r.step.Dataset, len(rows), len(keys))
	}
	c := Copies{ID: r.receiptID(), Step: r.step, At: r.env.Clock().UTC(), Keys: keys, Rows: rows}
	r.opt.at("before copy")
	if err := r.env.Archive.Put(ctx, c); err != nil {
		return fmt.Errorf("copy %s to the archive: %w", r.step.Dataset, err)
	}
	r.opt.at("after copy")
	if err := r.env.Archive.Verify(ctx, c); err != nil {
		return fmt.Errorf("verify the archived copies of %s: %w", r.step.Dataset, err)
	}
	return nil
}
