package consent

import (
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Agreement is one thing that a person agreed to and has not taken back: a purpose by a
// channel.
type Agreement struct {
	ID      string
	Purpose policy.PurposeID
	Channel Channel
	At      time.Time
	// Until is the last day agreed; zero when none was named.
	Until policy.Date
	// Notice is the digest of the words it was asked in.
	Notice string
}

// Agreed lists what the person agreed to and has not taken back, the latest consent to each
// purpose by each channel. It says what was agreed, not what may be done: see Decide.
func (f Facts) Agreed(day policy.Date) []Agreement {
	var out []Agreement
	at := map[Agreement]int{}
	for _, c := range f.Consents {
		for _, p := range c.Purposes {
			for _, ch := range c.Channels {
				a := Agreement{c.ID, p, ch, c.At, c.Until, c.Notice}
				if f.tookBack(a) || !c.Until.IsZero() && c.Until.Before(day) {
					continue
				}
				key := Agreement{Purpose: p, Channel: ch}
				if i, ok := at[key]; ok {
					out[i] = a
					continue
				}
				at[key] = len(out)
				out = append(out, a)
			}
		}
	}
	return out
}

// tookBack reports whether a withdrawal or an objection followed the agreement.
func (f Facts) tookBack(a Agreement) bool {
	q := Question{Channel: a.Channel, Purpose: Purpose{ID: a.Purpose}}
	for _, w := range f.Withdrawals {
		if w.refuses(q) && !w.At.Before(a.At) {
			return true
		}
	}
	for _, o := range f.Objections {
		if o.refuses(q) && o.Lifted.IsZero() {
			return true
		}
	}
	return false
}

// Objects reports whether the person objects to all prospecting.
func (f Facts) Objects() bool {
	for _, o := range f.Objections {
		if len(o.Channels) == 0 && len(o.Purposes) == 0 && o.Lifted.IsZero() {
			return true
		}
	}
	return false
}
