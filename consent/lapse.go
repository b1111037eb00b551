package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Lapse says until when what is on file is proof of something. What a person refused has no
// term: it is kept, as keyed digests, for as long as one prospects.
type Lapse struct {
	// After is how long a proof is kept once it proves nothing that still holds.
	After policy.Period
	Today policy.Date
	Zone  *time.Location
}

// NewLapse reads the term from the law of a day: that of article R. 223-2, which is taken for
// every channel. It fails where the law is silent.
func NewLapse(v law.Values, zone *time.Location) (Lapse, error) {
	after, err := v.Period("phone.proof")
	return Lapse{after, v.Day, zone}, err
}

// Gone reports whether a record may go: a consent whose own period ended, a request, an
// appointment or an attempt, each as long ago as the term. A consent without a period stays,
// since nothing says that it ended; so does whatever a later answer would miss.
func (l Lapse) Gone(r Record) bool {
	day := policy.DateOf(r.At, l.Zone)
	switch r.Kind {
	case Given:
		if r.Until.IsZero() {
			return false
		}
		if r.Until.After(day) {
			day = r.Until
		}
	case Reached:
		if !slices.Contains([]Outcome{Answered, Unanswered, Bounced, Clicked, Opened}, r.Outcome) {
			return false
		}
	case Asked, AskedClosed, Agreed:
	default:
		return false
	}
	return l.past(day)
}

// GoneAnswer reports whether an answer given at an instant may go.
func (l Lapse) GoneAnswer(at time.Time) bool { return l.past(policy.DateOf(at, l.Zone)) }

func (l Lapse) past(day policy.Date) bool { return day.Add(l.After).Before(l.Today) }
