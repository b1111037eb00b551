package retention

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// question is one question of re-permission put about a record.
type question struct {
	sent     policy.Date
	answered policy.Date // zero while no answer came
	yes      bool
}

// ask interprets what became of the question once the term has ended; v holds the ended
// claim.
func (in Interpreter) ask(ds *register.BoundDataset, rule policy.Rule, r Record, v *Verdict) error {
	if ds.Asks == nil {
		v.State = AskDue
		return nil
	}
	qs, clear, err := in.questions(*ds.Asks, r)
	if err != nil {
		return err
	}
	// Moving the start to the day of the last yes comes first: where it still runs, a doubt
	// about another question changes nothing.
	v.renew(qs, rule.Keep.Period)
	switch {
	case !v.Until.Before(in.Today):
		v.State = Active
	case !clear:
		v.State = Unknown
	default:
		v.State = in.answer(sentAfter(qs, v.Until), rule.Ask.Window)
	}
	return nil
}

// renew moves the claim's start to the last yes, if that is later.
func (v *Verdict) renew(qs []question, keep policy.Period) {
	for _, q := range qs {
		if q.yes && q.answered.After(v.From) {
			v.From, v.Until = q.answered, q.answered.Add(keep)
		}
	}
}

// sentAfter returns the questions sent after the term's last day: only they count.
func sentAfter(qs []question, end policy.Date) []question {
	var out []question
	for _, q := range qs {
		if q.sent.After(end) {
			out = append(out, q)
		}
	}
	return out
}

// answer reads the questions that count: a no ends the claim, an open window waits, silence
// through the window is a no, and no question at all is one to put.
func (in Interpreter) answer(qs []question, window policy.Period) State {
	state := AskDue
	for _, q := range qs {
		switch {
		case q.yes: // it has moved the start already
		case !q.answered.IsZero():
			return Ended
		case !q.sent.Add(window).Before(in.Today):
			state = Waiting
		case state == AskDue:
			state = Ended
		}
	}
	return state
}

// questions reads the questions about a record; clear is false when one has a date that is
// none, or an answer nobody can read.
func (in Interpreter) questions(a register.BoundAsks, r Record) (qs []question, clear bool, err error) {
	clear = true
	for _, row := range joined(r.Related[a.Table.Name], a.On, r.Row) {
		sent, ok := usable(row[a.Sent.Name], a.Sent)
		q := question{sent: sent}
		clear = clear && ok
		if row[a.Answered.Name] != nil {
			day, dated := usable(row[a.Answered.Name], a.Answered)
			said, err := in.kleene(a.Yes, Record{Row: row, Related: r.Related})
			if err != nil {
				return nil, false, err
			}
			q.answered, q.yes = day, said == yes && dated
			clear = clear && dated && said != unsure
		}
		if ok || q.yes {
			qs = append(qs, q)
		}
	}
	return qs, clear, nil
}

// usable reads a day within the column's bounds.
func usable(v any, c store.Col) (policy.Date, bool) {
	d, ok := dayOf(v, c)
	return d, ok && !d.Before(c.Min) && d.Before(c.Max) && (c.Sentinel.IsZero() || d != c.Sentinel) && !(c.Zero && isZero(v))
}
