package retention

import (
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// asking splits the rows of a rule that ends in a question of re-permission. A yes is one
// more event: the claim's start moves to its day. Only questions sent after the term count;
// a no, or silence through the window, ends the claim; a row without such a question is due
// to be asked.
func (c compiler) asking(r policy.Rule) (Split, error) {
	if r.Round != policy.NoRounding || r.Keep.Read != "" || r.Archive != nil || r.Earliest || r.Fallback != "" {
		return Split{}, fmt.Errorf("a re-permission question needs a plain term counted from the latest of its events; split the rule: %w", errors.ErrUnsupported)
	}
	if err := c.comparable(r); err != nil {
		return Split{}, err
	}
	t := c.term(r, r.Keep.Period, false)
	b := t.on(c.from, c.today)
	q, err := c.joined(starts(r), false, b)
	if err != nil {
		return Split{}, err
	}
	s := Split{Cutoff: b.cutoff}
	if c.ds.Asks == nil {
		s.Active, s.Unknown, s.AskDue = store.Or(q.alive, q.never), q.unknown, q.ended
		return s, nil
	}
	yes := yesSource(*c.ds.Asks)
	y := source(yes, b)
	s.Active = store.Or(q.alive, q.never, store.And(q.ended, y.alive))
	s.Unknown = store.Or(q.unknown, store.And(q.ended, y.unknown))
	q.ended = store.And(q.ended, store.Or(y.ended, y.never))
	c.answers(r, append(c.sources(r), yes), q.ended, &s)
	return s, nil
}

// comparable refuses events in tables that are not joined to the record as its questions are:
// "sent after the term" could not be asked of them in one statement.
func (c compiler) comparable(r policy.Rule) error {
	if c.ds.Asks == nil {
		return nil
	}
	for _, s := range c.sources(r) {
		if !s.Own() && len(across(c.ds.Asks.On, s.On)) < len(c.ds.Asks.On) {
			return fmt.Errorf("the question of re-permission cannot be compared with %s.%s, which is joined to the record by other columns than the questions; copy that date into the record or its rows: %w",
				s.Table.Name, s.Col.Name, errors.ErrUnsupported)
		}
	}
	return nil
}

// answers sorts the rows whose term has ended by what became of the question.
func (c compiler) answers(r policy.Rule, srcs []register.BoundSource, ended store.Pred, s *Split) {
	a := *c.ds.Asks
	window := term{add: []policy.Period{r.Ask.Window}}.cutoff(c.from, c.today)
	counted := func(p store.Pred) store.Pred { return countedQuestion(a, srcs, r.Keep.Period, p) }
	unanswered := store.IsNull(a.Answered)
	no := counted(store.And(store.Not(unanswered), a.Yes.False))
	waiting := counted(store.And(unanswered, store.LaterThan(a.Sent, window)))
	silent := counted(store.And(unanswered, store.OnOrBefore(a.Sent, window)))
	doubt := store.Exists(a.Table.Name, a.On, store.Or(
		store.Not(store.Usable(a.Sent)),
		store.And(store.Not(unanswered), store.Or(store.Not(store.Usable(a.Answered)), null(a.Yes)))))
	s.Unknown = store.Or(s.Unknown, store.And(ended, doubt))
	clear := store.And(ended, store.Not(doubt))
	s.Ended = store.And(clear, store.Or(no, store.And(store.Not(waiting), silent)))
	s.Waiting = store.And(clear, store.Not(no), waiting)
	s.AskDue = store.And(clear, store.Not(store.Or(no, waiting, silent)))
}

func (c compiler) sources(r policy.Rule) []register.BoundSource {
	var out []register.BoundSource
	for _, e := range starts(r) {
		out = append(out, c.ds.Events[e]...)
	}
	return out
}

// yesSource reads the last yes as an event; an unanswered question is no answer at all.
func yesSource(a register.BoundAsks) register.BoundSource {
	answered := store.Not(store.IsNull(a.Answered))
	return register.BoundSource{
		Aggregate: "max", Table: a.Table, On: a.On, Col: a.Answered, Never: true,
		Where: register.Condition{
			True:  store.And(answered, a.Yes.True),
			False: store.Or(store.Not(answered), a.Yes.False),
		},
	}
}

// countedQuestion holds where a question with p was sent after the term of every source had
// run out. For each source such a question must exist; the last one serves for all of them.
func countedQuestion(a register.BoundAsks, srcs []register.BoundSource, keep policy.Period, p store.Pred) store.Pred {
	all := []store.Pred{store.Exists(a.Table.Name, a.On, p)}
	for _, s := range srcs {
		from := s.Col
		from.Outer = true
		beyond := store.And(p, store.LaterThanPlus(a.Sent, from, keep.Months, keep.Days))
		if s.Table.Name == "" {
			all = append(all, store.Or(store.Not(store.Usable(s.Col)), store.Exists(a.Table.Name, a.On, beyond)))
			continue
		}
		known := store.And(s.Where.True, store.Usable(s.Col))
		asked := store.Exists(a.Table.Name, across(a.On, s.On), beyond)
		some := func(p store.Pred) store.Pred { return store.Exists(s.Table.Name, s.On, store.And(known, p)) }
		if s.Aggregate == "min" {
			all = append(all, store.Or(store.Not(some(store.True())), some(asked)))
			continue
		}
		all = append(all, store.Not(some(store.Not(asked))))
	}
	return store.And(all...)
}

// across joins two related tables that are both joined to the record, by the record's own
// columns they share.
func across(questions, events []store.Pair) []store.Pair {
	var out []store.Pair
	for _, q := range questions {
		for _, e := range events {
			if q.Parent == e.Parent {
				out = append(out, store.Pair{Child: q.Child, Parent: e.Child})
			}
		}
	}
	return out
}
