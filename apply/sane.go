package apply

import (
	"fmt"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// sane checks what the engine relies on; a plan that fails here was not made by Garant.
func sane(s plan.Step) error {
	w := s.Work
	switch {
	case len(w.Table.Key) == 0:
		return fmt.Errorf("%w: step %s acts on a table without key", ErrRefused, s.ID)
	case !s.WholeRow && len(w.Set) == 0:
		return fmt.Errorf("%w: step %s has no effect", ErrRefused, s.ID)
	case s.Action == policy.ToArchive && len(w.Copy) == 0:
		return fmt.Errorf("%w: step %s copies nothing", ErrRefused, s.ID)
	}
	return saneChildren(s.ID, w.Children)
}

func saneChildren(id string, cs []plan.Child) error {
	for _, c := range cs {
		l := c.Link
		if len(l.Table.Key) == 0 && c.Do != plan.KeepShell || len(l.Columns) == 0 || len(l.Columns) != len(l.To) {
			return fmt.Errorf("%w: step %s has a link that leads nowhere", ErrRefused, id)
		}
		if c.Do != plan.DeleteChild && c.Do != plan.BlankLink && c.Do != plan.KeepShell {
			return fmt.Errorf("%w: step %s has a link with nothing to do", ErrRefused, id)
		}
		if err := saneChildren(id, c.Children); err != nil {
			return err
		}
	}
	return nil
}
