package apply

import (
	"context"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/store"
)

// branch is what names some rows along one link.
type branch struct {
	child plan.Child
	// parents are the values by which the link names the rows above it.
	parents []store.Key
	// keys are the rows that name them, locked; stay are those of them that stay linked
	// because kept rows name them. None for a link that keeps a shell.
	keys, stay []store.Key
	below      []branch
}

// gather reads and locks what would go or be blanked with the rows, before their reason is
// looked at again: a call whose date somebody is just moving is waited for, and its new date
// then counts.
func (a *act) gather(ctx context.Context, t store.Table, rows []store.Key, children []plan.Child) ([]branch, error) {
	var bs []branch
	for _, c := range children {
		b := branch{child: c}
		var err error
		if b.parents, err = a.named(ctx, t, rows, c.Link); err != nil {
			return nil, err
		}
		if c.Do != plan.KeepShell && len(b.parents) > 0 {
			if b.keys, err = a.linked(ctx, c.Link, b.parents); err != nil {
				return nil, err
			}
		}
		if c.Do == plan.DeleteChild && len(b.keys) > 0 {
			if b.below, err = a.gather(ctx, c.Link.Table, b.keys, c.Children); err != nil {
				return nil, err
			}
		}
		bs = append(bs, b)
	}
	return bs, nil
}

func (a *act) linked(ctx context.Context, l store.Link, parents []store.Key) ([]store.Key, error) {
	keys, err := a.tx.Linked(ctx, l, parents)
	if err != nil {
		return nil, fmt.Errorf("read the rows of %s that are linked to %s: %w", l.Table.Name, a.step.Dataset, err)
	}
	return keys, nil
}

// lockRead locks the rows of other tables that the reason reads and that belong to one row
// each, for the same cause as gather. Rows that many share, such as those of a table of
// terms, are read without a lock, so that nobody waits for us who only refers to them.
func (a *act) lockRead(ctx context.Context, keys []store.Key) error {
	t := a.step.Work.Table
	for _, l := range reads(a.due, t) {
		if gathered(l, a.step.Work.Children) {
			continue
		}
		if _, err := a.linked(ctx, l, keys); err != nil {
			return err
		}
	}
	return nil
}

// reads lists the links along which a predicate reads rows that name the table's key. The
// key of their table is not known here; their linking columns do for locking.
func reads(p store.Pred, t store.Table) []store.Link {
	var ls []store.Link
	if p.Op == store.OpExists {
		l := store.Link{Table: store.Table{Name: p.Table}}
		for _, on := range p.On {
			l.Columns, l.To = append(l.Columns, on.Child), append(l.To, on.Parent)
		}
		l.Table.Key = l.Columns
		if slices.Equal(l.To, t.Key) {
			ls = append(ls, l)
		}
	}
	for _, arg := range p.Args {
		for _, l := range reads(arg, t) {
			if !slices.ContainsFunc(ls, func(m store.Link) bool { return alike(l, m) }) {
				ls = append(ls, l)
			}
		}
	}
	return ls
}

// gathered reports whether the link is one of those whose rows are locked by gather.
func gathered(l store.Link, children []plan.Child) bool {
	return slices.ContainsFunc(children, func(c plan.Child) bool { return c.Do != plan.KeepShell && alike(l, c.Link) })
}

func alike(l, m store.Link) bool {
	return l.Table.Name == m.Table.Name && slices.Equal(l.Columns, m.Columns) && slices.Equal(l.To, m.To)
}

// cut deletes and blanks what was gathered, deepest first.
func (a *act) cut(ctx context.Context, bs []branch) error {
	for i := range bs {
		b := &bs[i]
		if len(b.keys) == 0 {
			continue
		}
		var err error
		if b.child.Do == plan.BlankLink {
			a.batch.linked += int64(len(b.keys))
			err = a.blank(ctx, b.child.Link, b.keys)
		} else {
			err = a.cutRows(ctx, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *act) cutRows(ctx context.Context, b *branch) (err error) {
	t := b.child.Link.Table
	if b.stay, err = a.stay(ctx, t, b.keys, b.child.Children); err != nil {
		return err
	}
	if err := a.cut(ctx, b.below); err != nil {
		return err
	}
	going := without(b.keys, b.stay)
	a.batch.linked += int64(len(going))
	return a.drop(ctx, t, going, b.child.Children)
}

// guard looks once more at the links that no foreign key guards: whoever names the rows now,
// apart from those that stay, came meanwhile. drop does the same for links that keep.
func (a *act) guard(ctx context.Context, bs []branch) error {
	for _, b := range bs {
		l := b.child.Link
		if !b.child.Fenced && len(b.parents) > 0 && b.child.Do != plan.KeepShell {
			keys, err := a.linked(ctx, l, b.parents)
			if err != nil {
				return err
			}
			if len(without(keys, b.stay)) > 0 {
				return fmt.Errorf("%s: %w", l.Table.Name, errNewChild)
			}
		}
		if err := a.guard(ctx, b.below); err != nil {
			return err
		}
	}
	return nil
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
