package store

import (
	"slices"
	"strconv"
)

// Simplify returns a predicate that holds for the same rows and asks less. Built from parts, a
// predicate says the same thing many times; inside "a and …" a need not be asked again, nor
// what follows from a: that a day is later than one cutoff tells that it is usable, not NULL
// and not on or before that cutoff. Related rows of one table are looked up once.
func Simplify(p Pred) Pred {
	s := simplifier{names: map[string]int{}}
	return s.pred(p, nil)
}

// simplifier numbers atoms so that they are compared by number.
type simplifier struct{ names map[string]int }

// fact is an atom that is known to hold or not to, in the place being simplified.
type fact struct {
	id    int
	col   int // number of the column a day atom reads; -1 for others
	atom  Pred
	truth bool
}

// facts are what is known; the slice is extended on the way down and never changed in place.
type facts []fact

func (s simplifier) id(b []byte) int {
	n, ok := s.names[string(b)]
	if !ok {
		n = len(s.names)
		s.names[string(b)] = n
	}
	return n
}

func (s simplifier) pred(p Pred, known facts) Pred {
	switch p.Op {
	case OpTrue, OpFalse:
		return p
	case OpNot:
		return Not(s.pred(p.Args[0], known))
	case OpAnd:
		return s.join(p, known, true)
	case OpOr:
		return s.join(p, known, false)
	case OpExists:
		where := s.pred(*p.Where, nil)
		if where.Op == OpFalse {
			return False()
		}
		p.Where = &where
	}
	if truth, ok := known.decide(s.fact(p, true)); ok {
		return constant(truth)
	}
	return p
}

func constant(truth bool) Pred {
	if truth {
		return True()
	}
	return False()
}

// join simplifies a conjunction (and=true) or a disjunction: each operand may take for known
// that the ones before it hold (or do not). Plain operands come first, since they tell most.
// It is repeated while it helps, so that what a later operand tells reaches the earlier.
func (s simplifier) join(p Pred, known facts, and bool) Pred {
	for range 3 {
		before := s.id(appendPred(nil, &p))
		args := s.merge(flatten(p), and)
		slices.SortStableFunc(args, func(a, b Pred) int { return weight(a) - weight(b) })
		var out []Pred
		here := known
		for _, a := range args {
			x := s.pred(a, here)
			if x.Op == constant(!and).Op {
				return constant(!and)
			}
			if x.Op == constant(and).Op {
				continue
			}
			out = append(out, x)
			here = s.learn(here, x, and)
		}
		if p = fold(p.Op, constant(and).Op, constant(!and).Op, out); p.Op != OpAnd && p.Op != OpOr || s.id(appendPred(nil, &p)) == before {
			break
		}
		if (p.Op == OpAnd) != and {
			return s.pred(p, known)
		}
	}
	return p
}

func flatten(p Pred) []Pred {
	var out []Pred
	for _, a := range p.Args {
		if a.Op == p.Op {
			out = append(out, flatten(a)...)
		} else {
			out = append(out, a)
		}
	}
	return out
}

// weight ranks operands: plain ones, look-ups, compounds by size.
func weight(p Pred) int {
	switch p.Op {
	case OpNot:
		return weight(p.Args[0])
	case OpAnd, OpOr:
		n := 100
		for _, a := range p.Args {
			n += weight(a)
		}
		return n
	case OpExists:
		return 50
	}
	return 1
}

// merge asks once for related rows of one table: some row with a, or some row with b, is some
// row with a or b.
func (s simplifier) merge(args []Pred, and bool) []Pred {
	var out []Pred
	at := map[int]int{}
	for _, a := range args {
		e := a
		if and {
			e = Not(a)
		}
		if e.Op != OpExists {
			out = append(out, a)
			continue
		}
		k := s.id(appendPairs(appendText(nil, e.Table), e.On))
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, a)
			continue
		}
		was := out[i]
		if and {
			was = Not(was)
		}
		joined := Exists(e.Table, e.On, Or(*was.Where, *e.Where))
		if and {
			joined = Not(joined)
		}
		out[i] = joined
	}
	return out
}

// learn adds what an operand that holds (or, in a disjunction, does not) tells the next ones.
func (s simplifier) learn(known facts, p Pred, truth bool) facts {
	switch {
	case p.Op == OpNot:
		return s.learn(known, p.Args[0], !truth)
	case p.Op == OpAnd && truth, p.Op == OpOr && !truth:
		for _, a := range p.Args {
			known = s.learn(known, a, truth)
		}
		return known
	}
	return append(slices.Clip(known), s.fact(p, truth))
}

func (s simplifier) fact(p Pred, truth bool) fact {
	f := fact{id: s.id(appendPred(nil, &p)), col: -1, atom: p, truth: truth}
	if p.Col != nil {
		f.col = s.id(appendPairs(nil, []Pair{{Child: p.Col.Name, Parent: strconv.FormatBool(p.Col.Outer)}}))
	}
	return f
}

// decide tells whether an atom holds, from what is known.
func (known facts) decide(a fact) (truth, ok bool) {
	usable, past := false, false
	for _, f := range known {
		if f.id == a.id {
			return f.truth, true
		}
		if f.col < 0 || f.col != a.col {
			continue
		}
		if truth, ok := follows(f, a.atom); ok {
			return truth, true
		}
		// Usable and not on one side of the cutoff is on the other side.
		if sameReading(f.atom, a.atom) {
			usable = usable || f.truth && (f.atom.Op == OpDayUsable || f.atom.Op == OpDayCmp)
			past = past || !f.truth && opposite(f.atom, a.atom)
		}
	}
	return true, usable && past
}

// sameReading reports whether two day atoms read their column the same way: form, zone and
// bounds count.
func sameReading(a, b Pred) bool { return *a.Col == *b.Col }

func opposite(a, b Pred) bool {
	return a.Op == OpDayCmp && b.Op == OpDayCmp && a.Cmp != b.Cmp && *a.Day == *b.Day
}

// follows tells what a fact says of another atom on the same column.
func follows(f fact, a Pred) (truth, ok bool) {
	if f.atom.Op == OpIsNull {
		return nullSays(f.truth, a)
	}
	if a.Op == OpIsNull {
		// Every other atom that holds has read a value.
		return false, f.truth && f.atom.Op != OpDayAfter
	}
	if !dayAtom(f.atom) || !dayAtom(a) || !sameReading(f.atom, a) {
		return false, false
	}
	switch {
	case f.atom.Op == OpDaySentinel:
		return false, f.truth
	case f.atom.Op == OpDayUsable && f.truth:
		return false, a.Op == OpDaySentinel
	case f.atom.Op == OpDayUsable:
		return false, a.Op == OpDayCmp
	}
	return cutoffSays(f, a)
}

// nullSays tells what follows from a column being NULL, or not.
func nullSays(null bool, a Pred) (truth, ok bool) {
	switch a.Op {
	case OpCmp, OpIn, OpInBlock, OpStray, OpDayUsable, OpDaySentinel, OpDayCmp, OpCmpCols, OpDayAfter:
		return false, null
	}
	return false, false
}

func dayAtom(p Pred) bool {
	return p.Op == OpDayUsable || p.Op == OpDaySentinel || p.Op == OpDayCmp
}

// cutoffSays tells what a comparison with one day says of another.
func cutoffSays(f fact, a Pred) (truth, ok bool) {
	switch {
	case a.Op == OpDayUsable && f.truth:
		return true, true
	case a.Op == OpDaySentinel && f.truth:
		return false, true
	case a.Op != OpDayCmp:
		return false, false
	}
	c := f.atom.Day.Compare(*a.Day)
	up := f.atom.Cmp == ">"
	same := f.atom.Cmp == a.Cmp
	switch {
	case f.truth && same: // later than f: later than a where a is not later; and likewise
		return true, up && c >= 0 || !up && c <= 0
	case f.truth: // later than f: not on or before a where a is not later
		return false, up && c >= 0 || !up && c <= 0
	case same: // not later than f: not later than a where f is not later
		return false, up && c <= 0 || !up && c >= 0
	}
	return false, false
}
