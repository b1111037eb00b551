package retention

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// quad splits all rows in four by what an event says of a term: it still runs, it has run
// out, the event never happened, or nobody can tell. The four are disjoint and cover every
// row; that law is tested.
type quad struct{ alive, ended, never, unknown store.Pred }

// simple asks no more than needed.
func (q quad) simple() quad {
	return quad{store.Simplify(q.alive), store.Simplify(q.ended), store.Simplify(q.never), store.Simplify(q.unknown)}
}

// bound is a term on one day: the cutoff, and the days whose accounting year is untold.
type bound struct {
	cutoff policy.Date
	holes  []span
	// blind is true when no day can be placed: rounding without any closing.
	blind bool
}

func (t term) on(from, today policy.Date) bound {
	b := bound{cutoff: t.cutoff(from, today)}
	if t.round.Accounting() {
		b.holes, b.blind = holes(t.closings), len(t.closings) == 0
	}
	return b
}

// clear holds for the usable days that lie in no hole.
func (b bound) clear(c store.Col, p store.Pred) store.Pred {
	if b.blind {
		return store.False()
	}
	ps := []store.Pred{p}
	for _, h := range b.holes {
		in := store.OnOrBefore(c, h.through)
		if !h.after.IsZero() {
			in = store.And(store.LaterThan(c, h.after), in)
		}
		ps = append(ps, store.Not(in))
	}
	return store.And(ps...)
}

// column reads one column of the row it stands in.
func column(src register.BoundSource, b bound) quad {
	q := quad{
		alive: b.clear(src.Col, store.LaterThan(src.Col, b.cutoff)),
		ended: b.clear(src.Col, store.OnOrBefore(src.Col, b.cutoff)),
		never: store.IsSentinel(src.Col),
	}
	if src.Never {
		q.never = store.Or(q.never, store.IsNull(src.Col))
	}
	q.unknown = store.Not(store.Or(b.clear(src.Col, store.Usable(src.Col)), q.never))
	return q
}

// source reads a source of an event: the row's own column, a lookup, or an aggregate.
func source(src register.BoundSource, b bound) quad {
	if src.Unrecorded {
		return quad{store.False(), store.False(), store.False(), store.True()}
	}
	in := column(src, b)
	if src.Table.Name == "" {
		return in
	}
	sure, maybe := src.Where.True, null(src.Where)
	some := func(p store.Pred) store.Pred { return store.Exists(src.Table.Name, src.On, p) }
	doubt := some(store.Or(store.And(sure, in.unknown), maybe))
	switch src.Aggregate {
	case "max":
		return quad{
			alive:   some(store.And(sure, in.alive)),
			ended:   store.And(some(store.And(sure, in.ended)), store.Not(some(store.Or(store.And(sure, store.Or(in.alive, in.unknown)), maybe)))),
			never:   store.Not(some(store.Or(store.And(sure, store.Not(in.never)), maybe))),
			unknown: store.And(store.Not(some(store.And(sure, in.alive))), doubt),
		}
	case "min":
		past := some(store.And(sure, in.ended))
		return quad{
			alive:   store.And(some(store.And(sure, in.alive)), store.Not(some(store.Or(store.And(sure, store.Or(in.ended, in.unknown)), maybe)))),
			ended:   past,
			never:   store.Not(some(store.Or(store.And(sure, store.Not(in.never)), maybe))),
			unknown: store.And(store.Not(past), doubt),
		}
	}
	q := quad{alive: some(store.And(sure, in.alive)), ended: some(store.And(sure, in.ended)), never: some(store.And(sure, in.never))}
	q.unknown = store.Not(store.Or(q.alive, q.ended, q.never))
	return q
}

// latest joins events of which the latest counts: any that runs keeps, one that never
// happened is left out, an unknown one makes the whole unknown.
func latest(qs []quad) quad {
	if len(qs) == 1 {
		return qs[0]
	}
	var alive, never, unknown, ended, gone []store.Pred
	for _, q := range qs {
		alive, never, unknown = append(alive, q.alive), append(never, q.never), append(unknown, q.unknown)
		ended, gone = append(ended, q.ended), append(gone, store.Or(q.ended, q.never))
	}
	return quad{
		alive:   store.Or(alive...),
		ended:   store.And(append(gone, store.Or(ended...))...),
		never:   store.And(never...),
		unknown: store.And(store.Not(store.Or(alive...)), store.Or(unknown...)),
	}
}

// earliest joins events of which the earliest counts: one that has run out has ended the
// claim, whatever the others are.
func earliest(qs []quad) quad {
	swapped := make([]quad, len(qs))
	for i, q := range qs {
		swapped[i] = quad{alive: q.ended, ended: q.alive, never: q.never, unknown: q.unknown}
	}
	q := latest(swapped)
	return quad{alive: q.ended, ended: q.alive, never: q.never, unknown: q.unknown}
}

// fallback uses f where q gives no usable day.
func fallback(q, f quad) quad {
	none := store.Or(q.unknown, q.never)
	return quad{
		alive:   store.Or(q.alive, store.And(none, f.alive)),
		ended:   store.Or(q.ended, store.And(none, f.ended)),
		never:   store.And(q.never, f.never),
		unknown: store.Or(store.And(none, f.unknown), store.And(q.unknown, f.never)),
	}
}

// choose joins alternatives by disjoint conditions; where none holds nobody can tell.
func choose(when []store.Pred, qs []quad) quad {
	var q quad
	for i, w := range when {
		q.alive = store.Or(q.alive, store.And(w, qs[i].alive))
		q.ended = store.Or(q.ended, store.And(w, qs[i].ended))
		q.never = store.Or(q.never, store.And(w, qs[i].never))
		q.unknown = store.Or(q.unknown, store.And(w, qs[i].unknown))
	}
	q.unknown = store.Or(q.unknown, store.Not(store.Or(when...)))
	return q
}
