package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// objected looks for a no that the person did not lift. Said of prospecting, it leaves the
// messages about a contract or a request.
func (x *asked) objected() verdict {
	for _, o := range x.f.Objections {
		if x.opposes(o) {
			v := verdict{rule: Objected, proofs: ids(o.ID)}
			if o.Spoken && x.q.Channel.phone() {
				v.rule = ObjectedInCall
			}
			return x.spokenEntry(v)
		}
	}
	return verdict{}
}

// spokenEntry rests an objection said in a call on the general right where the law on calls
// was not there yet.
func (x *asked) spokenEntry(v verdict) verdict {
	if v.rule == ObjectedInCall && !x.law.values.Has("use.objection.call") {
		v.entry = "use.objection"
	}
	return v
}

func (x *asked) opposes(o Objection) bool {
	lifted := !o.Lifted.IsZero() && x.past(o.Lifted)
	p := x.q.Purpose
	reaches := !p.owed() && (o.Everything || !p.carriesOut() || slices.Contains(o.Purposes, p.ID))
	return x.past(o.At) && !lifted && reaches && o.refuses(x.q)
}

// past reports whether something had happened at the instant of the question.
func (x *asked) past(t time.Time) bool { return !t.After(x.q.At) }

// withdrawn looks for a withdrawal that no later consent follows, and for a refusal in a call
// where that counts as one.
func (x *asked) withdrawn() verdict {
	if x.q.Purpose.carriesOut() {
		return verdict{}
	}
	for _, w := range x.f.Withdrawals {
		if x.past(w.At) && w.refuses(x.q) && !x.consentedAfter(w.At) {
			if w.Spoken && x.law.values.Has("phone.withdrawal") {
				return verdict{rule: WithdrawnInCall, proofs: ids(w.ID)}
			}
			return verdict{rule: Withdrawn, proofs: ids(w.ID)}
		}
	}
	return x.refused()
}

func (x *asked) refused() verdict {
	for _, c := range x.f.Contacts {
		if c.Outcome == Refused && x.countsAsWithdrawal(c) && !x.consentedAfter(c.At) && x.chose(RefusalInCall) == "withdrawal" {
			return verdict{rule: RefusedInCall, proofs: ids(c.ID)}
		}
	}
	return verdict{}
}

// countsAsWithdrawal reports whether a refusal was said by phone, about this purpose, on a day
// on which the law let a withdrawal be spoken.
func (x *asked) countsAsWithdrawal(c Contact) bool {
	spoken := x.book.on(policy.DateOf(c.At, x.zone)).values.Has("phone.refusal")
	same := c.Purpose == "" || c.Purpose == x.q.Purpose.ID
	return x.past(c.At) && spoken && same && c.Channel.phone() && x.q.Channel.phone()
}

// consentedAfter reports whether the person agreed to this use again, later than the instant.
func (x *asked) consentedAfter(t time.Time) bool {
	return slices.ContainsFunc(x.f.Consents, func(c Consent) bool {
		return c.At.After(t) && x.past(c.At) && c.specific() && c.covers(x.q)
	})
}
