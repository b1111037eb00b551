package apply

import (
	"context"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// act carries out a step on locked rows inside a transaction.
type act struct {
	*runner
	tx     store.Tx
	batch  *batch
	fences []fence
}

// fence is a link without a foreign key that is read again before the rows go: whoever names
// the parents then, other than the known rows, came meanwhile.
type fence struct {
	link    store.Link
	parents []store.Key
	known   []store.Key
}

// carryOut acts on those of the keys that are still due.
func (a *act) carryOut(ctx context.Context, keys []store.Key) error {
	w := a.step.Work
	if a.step.WholeRow && a.step.Action != policy.ToArchive && len(w.Children) == 0 {
		return a.eraseIf(ctx, keys)
	}
	a.opt.at("before recheck")
	live, err := a.tx.Recheck(ctx, w.Table, keys, a.due)
	if err != nil {
		return fmt.Errorf("look at %s again: %w", a.step.Dataset, err)
	}
	a.opt.at("after recheck")
	a.batch.changed = int64(len(keys) - len(live))
	if len(live) == 0 {
		return nil
	}
	if a.step.WholeRow {
		return a.remove(ctx, live)
	}
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

// remove deletes rows after what belongs to them; those that kept rows name become shells.
func (a *act) remove(ctx context.Context, live []store.Key) error {
	w := a.step.Work
	shells, err := a.stay(ctx, w.Table, live, w.Children)
	if err != nil {
		return err
	}
	going := without(live, shells)
	if len(w.Set) == 0 {
		a.batch.named = int64(len(shells))
		live, shells = going, nil
	}
	if len(live) == 0 {
		return nil
	}
	if err := a.copyOut(ctx, live); err != nil {
		return err
	}
	a.opt.at("before effect")
	if err := a.children(ctx, level{w.Table, live, going, w.Children}); err != nil {
		return err
	}
	if err := a.guard(ctx); err != nil {
		return err
	}
	if err := a.set(ctx, shells); err != nil {
		return err
	}
	if err := a.erase(ctx, w.Table, going); err != nil {
		return err
	}
	a.opt.at("after effect")
	a.batch.keys, a.batch.done, a.batch.shells = live, int64(len(going)), int64(len(shells))
	return nil
}

// level is a set of rows of one table with what is linked to it.
type level struct {
	table store.Table
	// rows are those whose children go, going those of them that go themselves.
	rows, going []store.Key
	children    []plan.Child
}

// children deals with the rows that name rows of the level, deepest first.
func (a *act) children(ctx context.Context, l level) error {
	for _, c := range l.children {
		parents := l.rows
		if c.Do == plan.KeepShell {
			parents = l.going
		}
		parents, err := a.named(ctx, l.table, parents, c.Link)
		if err != nil {
			return err
		}
		known, err := a.child(ctx, c, parents)
		if err != nil {
			return err
		}
		if !c.Fenced && len(parents) > 0 && len(c.Link.Table.Key) > 0 {
			a.fences = append(a.fences, fence{c.Link, parents, known})
		}
	}
	return nil
}

// child deals with the rows of one link and returns those of them that stay linked.
func (a *act) child(ctx context.Context, c plan.Child, parents []store.Key) ([]store.Key, error) {
	if c.Do == plan.KeepShell || len(parents) == 0 {
		return nil, nil
	}
	t := c.Link.Table
	keys, err := a.tx.Linked(ctx, c.Link, parents)
	if err != nil {
		return nil, fmt.Errorf("read the rows of %s that are linked to %s: %w", t.Name, a.step.Dataset, err)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	if c.Do == plan.BlankLink {
		a.batch.linked += int64(len(keys))
		return nil, a.blank(ctx, c.Link, keys)
	}
	stay, err := a.stay(ctx, t, keys, c.Children)
	if err != nil {
		return nil, err
	}
	going := without(keys, stay)
	if err := a.children(ctx, level{t, keys, going, c.Children}); err != nil {
		return nil, err
	}
	a.batch.linked += int64(len(going))
	return stay, a.erase(ctx, t, going)
}

// stay returns those of the rows that kept rows name, directly or through rows that would
// have gone with them.
func (a *act) stay(ctx context.Context, t store.Table, keys []store.Key, children []plan.Child) ([]store.Key, error) {
	p := kept(children)
	if p.Op == store.OpFalse {
		return nil, nil
	}
	stay, err := a.tx.Recheck(ctx, t, keys, p)
	if err != nil {
		return nil, fmt.Errorf("look who names rows of %s: %w", t.Name, err)
	}
	return stay, nil
}

// kept holds for rows that kept rows name.
func kept(children []plan.Child) store.Pred {
	p := store.False()
	for _, c := range children {
		switch c.Do {
		case plan.KeepShell:
			p = store.Or(p, linked(c.Link, store.True()))
		case plan.DeleteChild:
			p = store.Or(p, linked(c.Link, kept(c.Children)))
		}
	}
	return p
}

// named returns the values by which the link's rows name the parents: their keys, unless the
// link names other columns.
func (a *act) named(ctx context.Context, t store.Table, parents []store.Key, l store.Link) ([]store.Key, error) {
	if len(parents) == 0 || slices.Equal(l.To, t.Key) {
		return parents, nil
	}
	rows, err := a.tx.Read(ctx, t, parents, l.To)
	if err != nil {
		return nil, fmt.Errorf("read the links of %s: %w", t.Name, err)
	}
	var names []store.Key
	for _, r := range rows {
		if !slices.Contains(r, nil) {
			names = append(names, store.Key(r))
		}
	}
	return names, nil
}

// guard looks once more at the links that no foreign key guards.
func (a *act) guard(ctx context.Context) error {
	for _, f := range a.fences {
		keys, err := a.tx.Linked(ctx, f.link, f.parents)
		if err != nil {
			return fmt.Errorf("read the rows of %s that are linked to %s: %w", f.link.Table.Name, a.step.Dataset, err)
		}
		if len(without(keys, f.known)) > 0 {
			return fmt.Errorf("%s: %w", f.link.Table.Name, errNewChild)
		}
	}
	return nil
}

func (a *act) blank(ctx context.Context, l store.Link, keys []store.Key) error {
	var null []store.Assign
	for _, c := range l.Columns {
		null = append(null, store.Assign{Column: c, To: store.Null})
	}
	if _, err := a.tx.Set(ctx, l.Table, keys, null); err != nil {
		return fmt.Errorf("blank the links of %s: %w", l.Table.Name, err)
	}
	return nil
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
	if len(rows) != len(keys) {
		return fmt.Errorf("read %s: %d of %d rows were there", a.step.Dataset, len(rows), len(keys))
	}
	c := Copies{ID: a.receiptID(), Step: a.step, At: a.env.Clock().UTC(), Keys: keys, Rows: rows}
	a.opt.at("before copy")
	if err := a.env.Archive.Put(ctx, c); err != nil {
		return fmt.Errorf("copy %s to the archive: %w", a.step.Dataset, err)
	}
	a.opt.at("after copy")
	if err := a.env.Archive.Verify(ctx, c); err != nil {
		return fmt.Errorf("verify the archived copies of %s: %w", a.step.Dataset, err)
	}
	return nil
}

// without returns the keys that are not among the others, in order.
func without(keys, others []store.Key) []store.Key {
	if len(others) == 0 {
		return keys
	}
	out := make(map[string]bool, len(others))
	for _, k := range others {
		out[string(ledger.EncodeKey(k))] = true
	}
	var rest []store.Key
	for _, k := range keys {
		if !out[string(ledger.EncodeKey(k))] {
			rest = append(rest, k)
		}
	}
	return rest
}
