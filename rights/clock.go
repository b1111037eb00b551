package rights

import (
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Clock counts the time that the law leaves for an answer. It is a value and may be shared.
type Clock struct {
	Pack     law.Pack
	Calendar law.Calendar
}

// Standing is how the clock of a case stands.
type Standing string

// The standings: running, a week or less to the target, past the legal limit, stopped
// because identity is awaited, and over because the person has an answer.
const (
	Running Standing = "running"
	Soon    Standing = "soon"
	Overdue Standing = "overdue"
	Stopped Standing = "stopped"
	Over    Standing = "over"
)

// Due is what the clock of a case says on a day. The pack is the law it rests on.
type Due struct {
	// Target is the last day by the calendar alone, Limit the last lawful one: Target, or the
	// next working day. Both count the extension once it was told.
	Target policy.Date `json:"target"`
	Limit  policy.Date `json:"limit"`
	// First is the limit without the extension: the last day to tell one.
	First policy.Date `json:"first"`
	// Longest is the limit that an extension gives or would give.
	Longest policy.Date `json:"longest"`
	// Suspended is how many days the clock has stood still.
	Suspended int      `json:"suspended,omitempty"`
	Standing  Standing `json:"standing"`
	// Left is how many days are left to the limit; negative when it has passed.
	Left int    `json:"left"`
	Law  string `json:"law"`
}

// near is how many days before the target a case is due soon.
const near = 7

// Of reads the clock of a case on a day.
func (k Clock) Of(c Case, today policy.Date) (Due, error) {
	stood := stood(c, today)
	a, err := k.Pack.On(c.Received).Answer(k.Calendar, c.Received, stood)
	if err != nil {
		return Due{}, err
	}
	now := a.First
	if c.Extended {
		now = a.Extended
	}
	d := Due{Target: now.Raw, Limit: now.Due, First: a.First.Due, Longest: a.Extended.Due,
		Suspended: stood, Left: days(today, now.Due), Law: k.Pack.Version}
	d.Standing = standing(c, d, today)
	return d, nil
}

func standing(c Case, d Due, today policy.Date) Standing {
	switch {
	case c.State.Decided():
		return Over
	case c.State == Identity:
		return Stopped
	case today.After(d.Limit):
		return Overdue
	case days(today, d.Target) <= near:
		return Soon
	}
	return Running
}

// stood counts the whole days on which the clock stood still.
func stood(c Case, today policy.Date) int {
	n := 0
	for _, s := range c.Stops {
		until := s.Until
		if until.IsZero() {
			until = today
		}
		n += max(0, days(s.From, until))
	}
	return n
}

// days counts the days from a to b.
func days(a, b policy.Date) int {
	return int(b.Start(time.UTC).Sub(a.Start(time.UTC)) / (24 * time.Hour))
}
