package retention

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
)

// happened says what an event of one record says of a term.
type happened int

const (
	alive  happened = iota // the term runs
	past                   // the term has run out
	never                  // the event did not happen
	untold                 // nobody can tell
)

// outcome is an event of one record under a term.
type outcome struct {
	is  happened
	day policy.Date // the event's day; zero unless known
	end policy.Date // the term's last day; zero when open or untold
}

// occurred interprets the rule's events, forward: the end of each known day is computed and
// compared with today.
func (in Interpreter) occurred(ds *register.BoundDataset, rule policy.Rule, r Record, t term) (outcome, error) {
	o, err := in.eventsOf(ds, starts(rule), rule.Earliest, r, t)
	if err != nil || rule.Fallback == "" || o.is == alive || o.is == past {
		return o, err
	}
	f, err := in.eventsOf(ds, []policy.Event{rule.Fallback}, false, r, t)
	if err != nil || f.is == alive || f.is == past {
		return f, err
	}
	if o.is == never && f.is == never {
		return o, nil
	}
	return outcome{is: untold}, nil
}

func (in Interpreter) eventsOf(ds *register.BoundDataset, events []policy.Event, first bool, r Record, t term) (outcome, error) {
	var os []outcome
	for _, e := range events {
		var ss []outcome
		for _, src := range ds.Events[e] {
			o, err := in.sourceOf(src, r, t)
			if err != nil {
				return outcome{}, err
			}
			ss = append(ss, o)
		}
		os = append(os, latestOf(ss))
	}
	if first {
		return earliestOf(os), nil
	}
	return latestOf(os), nil
}

// sourceOf reads one source: a column of the record, of its lookup row, or the latest or
// earliest over related rows.
func (in Interpreter) sourceOf(src register.BoundSource, r Record, t term) (outcome, error) {
	if src.Unrecorded {
		return outcome{is: untold}, nil
	}
	var os []outcome
	for _, row := range related(src.Table, src.On, r) {
		rel := Record{Row: row, Related: r.Related}
		where := yes
		if src.Table.Name != "" {
			w, err := in.kleene(src.Where, rel)
			if err != nil {
				return outcome{}, err
			}
			where = w
		}
		switch where {
		case yes:
			os = append(os, in.dayOutcome(row[src.Col.Name], src, t))
		case unsure:
			os = append(os, outcome{is: untold})
		}
	}
	switch {
	case src.Aggregate == "min":
		return earliestOf(os), nil
	case src.Aggregate == "" && len(os) == 0:
		return outcome{is: untold}, nil
	}
	return latestOf(os), nil
}

func (in Interpreter) dayOutcome(v any, src register.BoundSource, t term) outcome {
	if v == nil && src.Never || src.Col.Zero && isZero(v) {
		return outcome{is: never}
	}
	d, ok := dayOf(v, src.Col)
	switch {
	case !ok:
		return outcome{is: untold}
	case d == src.Col.Sentinel && !d.IsZero():
		return outcome{is: never}
	case d.Before(src.Col.Min) || !d.Before(src.Col.Max):
		return outcome{is: untold}
	}
	e, f := t.end(d)
	switch {
	case f == unclear:
		return outcome{is: untold}
	case f == open:
		return outcome{is: alive, day: d}
	case e.Before(in.Today):
		return outcome{is: past, day: d, end: e}
	}
	return outcome{is: alive, day: d, end: e}
}

// latestOf: any that runs keeps; one that never happened is left out; unknown else.
func latestOf(os []outcome) outcome { return pick(os, alive, past) }

// earliestOf: one that has run out has ended it; one that never happened is left out.
func earliestOf(os []outcome) outcome { return pick(os, past, alive) }

// pick returns the outcome that decides: of the kind that wins the latest (or, when past
// wins, the earliest) day; else unknown if any is; else of the other kind; else never.
func pick(os []outcome, wins, other happened) outcome {
	best := outcome{is: never}
	rank := map[happened]int{wins: 3, untold: 2, other: 1, never: 0}
	for _, o := range os {
		switch {
		case rank[o.is] > rank[best.is]:
			best = o
		case o.is == best.is && further(o, best, wins):
			best = o
		}
	}
	return best
}

// further reports whether o decides rather than best: the latest day where running terms
// win, the earliest where ended ones do. An open end is later than any day.
func further(o, best outcome, wins happened) bool {
	if wins == past {
		return o.day.Before(best.day)
	}
	if o.end.IsZero() || best.end.IsZero() {
		return o.end.IsZero() && !best.end.IsZero()
	}
	return o.day.After(best.day)
}
