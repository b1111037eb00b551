package retention

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Split sorts all rows by the state of one claim on them. The predicates are disjoint and
// cover every row.
type Split struct {
	Claim register.Claim
	// Active rows are kept and used; Waiting rows too, while an answer is awaited.
	Active, Waiting store.Pred
	// AskDue rows are kept until the question of re-permission has been put.
	AskDue store.Pred
	// Archived rows are past the active phase and within the archived one.
	Archived store.Pred
	// Ended rows are past a ceiling; Settled rows are past a floor, which orders nothing.
	Ended, Settled store.Pred
	// Unknown rows cannot be told; Absent rows are not claimed at all.
	Unknown, Absent store.Pred
	// Cutoff is the last event day for which the whole claim has run out; zero where the
	// claim has no term.
	Cutoff policy.Date
}

// compiler turns the claims of one dataset into predicates for one day.
type compiler struct {
	ds       *register.BoundDataset
	closings []policy.Date
	from     policy.Date
	today    policy.Date
	releases []Release
}

func newCompiler(b *register.Bound, ds *register.BoundDataset, today policy.Date) compiler {
	return compiler{ds: ds, closings: b.Closings[ds.Entity], from: b.Options.From, today: today}
}

// Split compiles one claim.
func (c compiler) split(cl register.Claim) (Split, error) {
	s, err := c.bare(cl)
	if err != nil {
		return Split{}, fmt.Errorf("rule %s on %s: %w", cl.Rule.ID, c.ds.Name, err)
	}
	s = s.while(cl.While).applies(applies(c.ds, cl)).simple().release(c.freed(cl, false)).silence(c.freed(cl, true))
	s.Claim = cl
	return s, nil
}

// simple asks no more than needed.
func (s Split) simple() Split {
	for _, p := range []*store.Pred{&s.Active, &s.Waiting, &s.AskDue, &s.Archived, &s.Ended, &s.Settled, &s.Unknown, &s.Absent} {
		*p = store.Simplify(*p)
	}
	return s
}

// bare splits by the term alone, as if the claim were on every row.
func (c compiler) bare(cl register.Claim) (Split, error) {
	r := cl.Rule
	switch {
	case r.By != "" || r.Paper || r.Keep.Operator || !r.Keep.Set && r.Keep.Read == "" && len(r.Until) == 0:
		return Split{Active: store.True()}, nil
	case r.Then == policy.AskAgain:
		return c.asking(r)
	}
	active, err := c.phase(r, false)
	if err != nil {
		return Split{}, err
	}
	s := Split{
		Active:  store.Or(active.alive, active.never),
		Ended:   active.ended,
		Unknown: active.unknown,
		Cutoff:  c.term(r, r.Keep.Period, false).cutoff(c.from, c.today),
	}
	if r.Archive != nil {
		all, err := c.phase(r, true)
		if err != nil {
			return Split{}, err
		}
		s.Ended = all.ended
		s.Archived = store.And(active.ended, all.alive)
		s.Unknown = store.Or(s.Unknown, store.And(active.ended, store.Or(all.unknown, all.never)))
		s.Cutoff = c.term(r, r.Keep.Period, true).cutoff(c.from, c.today)
	}
	if r.Keep.AtLeast {
		s.Settled, s.Ended = s.Ended, store.False()
	}
	return s, nil
}

// term builds the calendar of a rule: of its active phase, or of both phases.
func (c compiler) term(r policy.Rule, keep policy.Period, whole bool) term {
	t := term{round: r.Round, closings: c.closings, add: []policy.Period{keep}}
	switch {
	case !whole || r.Archive == nil:
	case r.Archive.More:
		t.add = append(t.add, r.Archive.Period)
	default:
		t.atLeast = []policy.Period{r.Archive.Period}
	}
	return t
}

// phase splits by the active phase, or by both, reading the term from the record where the
// rule says so.
func (c compiler) phase(r policy.Rule, whole bool) (quad, error) {
	if r.Keep.Read == "" {
		return c.events(r, c.term(r, r.Keep.Period, whole))
	}
	src, ok := c.ds.Terms[r.Keep.Read]
	if !ok {
		return quad{}, fmt.Errorf("the term %s is bound nowhere", r.Keep.Read)
	}
	var when []store.Pred
	var qs []quad
	for _, p := range r.Keep.OneOf {
		q, err := c.events(r, c.term(r, p, whole))
		if err != nil {
			return quad{}, err
		}
		when, qs = append(when, reads(src, p)), append(qs, q)
	}
	return choose(when, qs), nil
}

// applies joins the people of the rule and its When. A rule for all the people of a dataset
// is on every record, also where nobody can tell which of them it is.
func applies(ds *register.BoundDataset, cl register.Claim) register.Condition {
	if len(cl.People) == len(ds.People) {
		return cl.When
	}
	return cl.Who.And(cl.When)
}

// null holds where the condition is neither true nor false.
func null(c register.Condition) store.Pred { return store.Not(store.Or(c.True, c.False)) }

// reads holds where the record's term is p, in one of its spellings.
func reads(src register.BoundTerm, p policy.Period) store.Pred {
	in := store.In(store.Col{Name: src.Column}, spellings(src.Words, p)...)
	if src.Table.Name == "" {
		return in
	}
	return store.Exists(src.Table.Name, src.On, in)
}

// spellings lists the values of a term column that mean p: a number of months, or the
// English, French and ISO 8601 spellings.
func spellings(words bool, p policy.Period) []any {
	if !words {
		return []any{int64(p.Months)}
	}
	return []any{p.String(), p.French(), iso(p)}
}

func iso(p policy.Period) string {
	switch {
	case p.Days > 0:
		return fmt.Sprintf("P%dD", p.Days)
	case p.Months%12 == 0:
		return fmt.Sprintf("P%dY", p.Months/12)
	}
	return fmt.Sprintf("P%dM", p.Months)
}

// events splits by the rule's events under a term, with its fallback.
func (c compiler) events(r policy.Rule, t term) (quad, error) {
	b := t.on(c.from, c.today)
	q, err := c.joined(starts(r), r.Earliest, b)
	if err != nil || r.Fallback == "" {
		return q, err
	}
	f, err := c.joined([]policy.Event{r.Fallback}, false, b)
	return fallback(q, f).simple(), err
}

// starts returns the events a rule counts from: a rule with an end event instead of a term
// keeps through the day of that event.
func starts(r policy.Rule) []policy.Event {
	if len(r.Until) > 0 {
		return r.Until
	}
	return r.After
}

func (c compiler) joined(events []policy.Event, first bool, b bound) (quad, error) {
	var qs []quad
	for _, e := range events {
		ev, ok := c.ds.Events[e]
		if !ok {
			return quad{}, fmt.Errorf("the event %s is bound nowhere", e)
		}
		var ss []quad
		for _, s := range ev {
			ss = append(ss, source(s, b))
		}
		qs = append(qs, latest(ss))
	}
	if first {
		return earliest(qs).simple(), nil
	}
	return latest(qs).simple(), nil
}

// while ends the claim at once where the condition is false, and makes it unknown where
// the condition is null and the claim has not ended anyway.
func (s Split) while(w register.Condition) Split {
	lives := store.Or(s.Active, s.Waiting, s.AskDue, s.Archived)
	out := Split{Cutoff: s.Cutoff, Settled: store.And(s.Settled, store.Not(w.False))}
	out.Active, out.Waiting = store.And(s.Active, w.True), store.And(s.Waiting, w.True)
	out.AskDue, out.Archived = store.And(s.AskDue, w.True), store.And(s.Archived, w.True)
	out.Ended = store.Or(s.Ended, w.False)
	out.Unknown = store.Or(store.And(s.Unknown, store.Not(w.False)), store.And(lives, null(w)))
	return out
}

// applies takes away the rows the claim is not on; where the condition is null the claim is
// possible: unknown, unless it has ended anyway.
func (s Split) applies(a register.Condition) Split {
	lives := store.Or(s.Active, s.Waiting, s.AskDue, s.Archived)
	may := store.Not(a.False)
	return Split{
		Active: store.And(s.Active, a.True), Waiting: store.And(s.Waiting, a.True),
		AskDue: store.And(s.AskDue, a.True), Archived: store.And(s.Archived, a.True),
		Ended: store.And(s.Ended, may), Settled: store.And(s.Settled, may),
		Unknown: store.Or(store.And(s.Unknown, may), store.And(lives, null(a))),
		Absent:  a.False, Cutoff: s.Cutoff,
	}
}
