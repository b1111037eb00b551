package mem

import (
	"fmt"

	"github.com/garant-rgpd/garant/store"
)

// check refuses questions about tables and columns that are not there, before any row is
// looked at: an empty table answers them no more than a full one.
func (st state) check(t table, preds ...store.Pred) error {
	for _, p := range preds {
		if err := st.checkPred(p, t, table{}); err != nil {
			return err
		}
	}
	return nil
}

func (st state) checkPred(p store.Pred, t, outer table) error {
	if err := t.has(p.KeyCols); err != nil {
		return err
	}
	for _, c := range []*store.Col{p.Col, p.Other} {
		if err := checkCol(c, t, outer); err != nil {
			return err
		}
	}
	for _, arg := range p.Args {
		if err := st.checkPred(arg, t, outer); err != nil {
			return err
		}
	}
	if p.Op == store.OpExists {
		return st.checkExists(p, t)
	}
	return nil
}

func (st state) checkExists(p store.Pred, t table) error {
	related, err := st.table(p.Table)
	if err != nil {
		return err
	}
	for _, on := range p.On {
		if err := related.has([]string{on.Child}); err != nil {
			return err
		}
		if err := t.has([]string{on.Parent}); err != nil {
			return err
		}
	}
	if p.Where == nil {
		return nil
	}
	return st.checkPred(*p.Where, related, t)
}

func checkCol(c *store.Col, t, outer table) error {
	switch {
	case c == nil:
		return nil
	case c.Outer && outer.info.Name == "":
		return fmt.Errorf("outer column %s of no enclosing question: %w", c.Name, store.ErrNoColumn)
	case c.Outer:
		t = outer
	}
	return t.has([]string{c.Name})
}
