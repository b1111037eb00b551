package retention

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Dataset holds the predicates of one dataset on one day.
type Dataset struct {
	Bound *register.BoundDataset
	// Held holds for the rows a hold stops. It is not part of the groups' predicates.
	Held   store.Pred
	Groups []Group
	// WholeRow holds for the rows all of whose groups are due or empty, and at least one is
	// due, and whose deletion no floor on a part of them forbids. False for a dataset that
	// keeps its rows.
	WholeRow store.Pred
	// Forbidden holds for the rows that a floor on a part of them keeps whole.
	Forbidden store.Pred
}

// Group sorts all rows by what must be done with one field group. The predicates from Kept
// to Empty are disjoint and cover every row; holds are apart.
type Group struct {
	Bound  register.BoundGroup
	Claims []Split
	// Then is what is done with due rows: Erase or Anonymise.
	Then policy.Action
	// Kept rows have a claim that lives in the active tier, or awaits an answer.
	Kept         store.Pred
	Undetermined store.Pred
	AskDue       store.Pred
	ArchiveDue   store.Pred
	Due          store.Pred
	// Question rows are past every floor and under no ceiling: the owner decides.
	Question store.Pred
	// Unjustified rows are under no claim at all.
	Unjustified store.Pred
	Empty       store.Pred
}

// Compile turns the claims on every dataset into predicates for the day today. Holds are
// added by Hold.
func Compile(b *register.Bound, today policy.Date) ([]Dataset, error) {
	return CompileReleased(b, today, nil)
}

// CompileReleased is Compile where requests of people have ended claims.
func CompileReleased(b *register.Bound, today policy.Date, releases []Release) ([]Dataset, error) {
	var out []Dataset
	for i := range b.Datasets {
		c := newCompiler(b, &b.Datasets[i], today)
		c.releases = releases
		d, err := compileDataset(&b.Datasets[i], c)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	for i := range out {
		out[i].Forbidden = floors(out, out[i].Bound, nil)
		out[i].WholeRow = store.Simplify(store.And(out[i].WholeRow, store.Not(out[i].Forbidden)))
	}
	return out, nil
}

func compileDataset(ds *register.BoundDataset, c compiler) (Dataset, error) {
	d := Dataset{Bound: ds}
	for _, g := range ds.Groups {
		var splits []Split
		for _, cl := range g.Claims {
			s, err := c.split(cl)
			if err != nil {
				return Dataset{}, err
			}
			splits = append(splits, s)
		}
		d.Groups = append(d.Groups, group(g, splits).release(c.asked()))
	}
	d.WholeRow = wholeRow(ds, d.Groups)
	return d, nil
}

// group joins the claims on a group: longest wins.
func group(g register.BoundGroup, ss []Split) Group {
	var lives, asks, ended, archived, settled, unknown []store.Pred
	var closed, moved, asked, absent, over []store.Pred
	for _, s := range ss {
		gone := store.Or(s.Absent, s.Ended, s.Settled)
		lives = append(lives, s.Active, s.Waiting)
		asks, archived, unknown = append(asks, s.AskDue), append(archived, s.Archived), append(unknown, s.Unknown)
		ended, settled = append(ended, s.Ended), append(settled, s.Settled)
		closed, moved = append(closed, gone), append(moved, store.Or(gone, s.Archived))
		asked = append(asked, store.Or(gone, s.Archived, s.AskDue))
		absent, over = append(absent, s.Absent), append(over, store.Or(s.Absent, s.Settled))
	}
	g.Empty = nothing(g)
	some := store.Not(g.Empty)
	out := Group{
		Bound: g, Claims: ss, Then: g.Then, Empty: g.Empty,
		Kept:         store.And(some, store.Or(lives...)),
		Undetermined: store.And(some, store.Not(store.Or(lives...)), store.Or(unknown...)),
		AskDue:       store.And(all(asked, asks), some),
		ArchiveDue:   store.And(all(moved, archived), some),
		Due:          store.And(due(closed, ended, over), some),
		Question:     store.And(all(over, settled), some),
		Unjustified:  store.And(store.And(absent...), some),
	}
	for _, p := range []*store.Pred{&out.Kept, &out.Undetermined, &out.AskDue, &out.ArchiveDue, &out.Due, &out.Question, &out.Unjustified} {
		*p = store.Simplify(*p)
	}
	return out
}

// all holds where every claim is in one of its quiet states and some claim is in the state
// that decides. With one claim the deciding state alone says both.
func all(quiet, deciding []store.Pred) store.Pred {
	if len(quiet) == 1 {
		return deciding[0]
	}
	return store.And(append(append([]store.Pred{}, quiet...), store.Or(deciding...))...)
}

// due holds where every claim is closed and some has ended: not all are absent or settled,
// which is shorter to ask.
func due(closed, ended, over []store.Pred) store.Pred {
	if len(closed) == 1 {
		return ended[0]
	}
	return store.And(append(append([]store.Pred{}, closed...), store.Not(store.And(over...)))...)
}

// nothing holds for the rows where the group holds no personal value any more: it is empty,
// or was anonymised where that is its end.
func nothing(g register.BoundGroup) store.Pred {
	if g.Then == policy.Anonymise {
		return store.Or(g.Empty, g.Anonymised)
	}
	return g.Empty
}

// wholeRow says which rows are deleted rather than blanked.
func wholeRow(ds *register.BoundDataset, gs []Group) store.Pred {
	if ds.KeepRows || len(ds.Table.Key) == 0 || len(gs) == 0 {
		return store.False()
	}
	var each, empty []store.Pred
	for _, g := range gs {
		if g.Then != policy.Erase {
			return store.False()
		}
		if len(gs) == 1 {
			return g.Due
		}
		each, empty = append(each, store.Or(g.Due, g.Empty)), append(empty, g.Empty)
	}
	// Each is due or empty, and not all are empty: some is due.
	return store.Simplify(store.And(append(each, store.Not(store.And(empty...)))...))
}

// floors holds for the rows with a part (a part_of row, at any depth) under a living floor:
// no rule of the owner's may cut it.
func floors(all []Dataset, ds *register.BoundDataset, seen []string) store.Pred {
	out := store.False()
	for _, l := range ds.Links {
		child := find(all, l.Dataset)
		if l.Kind != register.PartOf || child == nil || has(seen, l.Dataset) {
			continue
		}
		alive := floors(all, child.Bound, append(seen, ds.Name))
		for _, g := range child.Groups {
			for _, s := range g.Claims {
				if s.Claim.Rule.Keep.AtLeast {
					alive = store.Or(alive, s.Active, s.Unknown)
				}
			}
		}
		if alive.Op != store.OpFalse {
			out = store.Or(out, store.Exists(l.Table.Name, l.On, alive))
		}
	}
	return out
}

func find(all []Dataset, name string) *Dataset {
	for i := range all {
		if name != "" && all[i].Bound.Name == name {
			return &all[i]
		}
	}
	return nil
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
