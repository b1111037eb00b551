package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Refused returns the instant at which a person's own word ended what a purpose rests on, by
// every channel that it uses; ok is false where it did not. A withdrawal ends what rests on
// consent alone (article 7(3) GDPR) until a later consent; an objection ends prospecting that
// rests on consent or on interest until it is lifted (article 21(3)). Whatever else rests on
// interest needs a balance that a human strikes (article 21(1)), and is never ended here.
//
// By lists the channels that the purpose uses; where none is known, a refusal that names
// channels ends the purpose only when it reaches all those that the person once agreed to.
func (f Facts) Refused(p Purpose, by []Channel) (since time.Time, ok bool) {
	if !endable(p) {
		return time.Time{}, false
	}
	if len(by) == 0 {
		by = f.agreedBy(p.ID)
	}
	if len(by) == 0 {
		by = Channels()
	}
	for _, c := range by {
		at := f.refusedAt(p, c)
		if at.IsZero() {
			return time.Time{}, false
		}
		if at.After(since) {
			since = at
		}
	}
	return since, true
}

// endable reports whether a person's word alone ends the purpose.
func endable(p Purpose) bool {
	return len(p.Basis) > 0 && !slices.ContainsFunc(p.Basis, func(b policy.Basis) bool {
		return b != policy.Consent && (b != policy.LegitimateInterest || p.Use != Prospecting)
	})
}

// agreedBy lists the channels by which the person ever agreed to a purpose.
func (f Facts) agreedBy(id policy.PurposeID) []Channel {
	var out []Channel
	for _, c := range f.Consents {
		if slices.Contains(c.Purposes, id) {
			out = append(out, c.Channels...)
		}
	}
	return out
}

// refusedAt returns when the person last refused a purpose by a channel; zero where they did
// not, or agreed again.
func (f Facts) refusedAt(p Purpose, c Channel) time.Time {
	q := Question{Purpose: p, Channel: c}
	var at time.Time
	for _, o := range f.Objections {
		if p.Use == Prospecting && o.Lifted.IsZero() && o.refuses(q) && o.At.After(at) {
			at = o.At
		}
	}
	for _, w := range f.Withdrawals {
		again := slices.ContainsFunc(f.Consents, func(x Consent) bool { return x.At.After(w.At) && x.specific() && x.covers(q) })
		if !p.rests(policy.LegitimateInterest) && !again && w.refuses(q) && w.At.After(at) {
			at = w.At
		}
	}
	return at
}
