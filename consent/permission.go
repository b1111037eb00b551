package consent

import (
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Permission is the question whether data may stay for a purpose beyond their term, with what
// was answered. To open the message is no answer.
type Permission struct {
	ID      string
	At      time.Time
	Purpose policy.PurposeID
	// Term is the last day of the term that the question was put for: an answer says nothing of
	// another term. Last is the last day to answer.
	Term, Last policy.Date
	// Notice is the digest of the words it was put in.
	Notice string
	// Answered is when the first answer came, Yes what it was; zero while there is none.
	Answered time.Time
	Yes      bool
}

// answered enters the first answer to a question.
func (f *Facts) answered(r Record) {
	for i := range f.Permissions {
		if p := &f.Permissions[i]; p.ID == r.Of && p.Answered.IsZero() && !r.At.Before(p.At) {
			p.Answered, p.Yes = r.At, r.Kind == Kept
		}
	}
}

// Standing is how a term stands with the questions that were put for it.
type Standing string

// The standings. Running: it has not ended, be it that a yes started it again. ToAsk: nobody
// asked yet. Waiting: the days to answer run. Over: the answer was no, or none came.
const (
	Running Standing = "running"
	ToAsk   Standing = "to ask"
	Waiting Standing = "waiting"
	Over    Standing = "over"
)

// Permitted follows a purpose's term, whose last day the stores tell, through the questions
// put for it: a yes starts it again on its day, for as long as keep. It returns the last day
// of the term that counts today, and how that stands. Days are those of the zone.
func (f Facts) Permitted(id policy.PurposeID, end policy.Date, keep policy.Period, today policy.Date, zone *time.Location) (policy.Date, Standing) {
	for {
		p, asked := f.askedFor(id, end)
		switch {
		case asked && p.Yes:
			again := policy.DateOf(p.Answered, zone).Add(keep)
			if !again.After(end) {
				return end, Over // a term of no days cannot be started again
			}
			end = again
			continue
		case !end.Before(today):
			return end, Running
		case !asked:
			return end, ToAsk
		case !p.Answered.IsZero(), p.Last.Before(today):
			return end, Over
		}
		return end, Waiting
	}
}

// askedFor returns the last question that was put for a term of a purpose.
func (f Facts) askedFor(id policy.PurposeID, end policy.Date) (last Permission, ok bool) {
	for _, p := range f.Permissions {
		if p.Purpose == id && p.Term == end {
			last, ok = p, true
		}
	}
	return last, ok
}

// termOver reports whether the term of the purpose ended with a question to which nobody said yes
// until the instant, and the person did nothing since it was put. It is what the claim's state
// tells where the stores are not asked.
func (x *asked) termOver() bool {
	if _, running := x.contract(false); running || x.f.Claim != "" {
		return false
	}
	var last Permission
	for _, p := range x.f.Permissions {
		if p.Purpose == x.q.Purpose.ID && x.past(p.At) {
			last = p
		}
	}
	yes := last.Yes && x.past(last.Answered)
	return last.ID != "" && last.Term.Before(x.day) && !yes && !x.lastAct().After(policy.DateOf(last.At, x.zone))
}

// Open returns the questions that a person may still answer on a day, the latest for each
// purpose.
func (f Facts) Open(today policy.Date) []Permission {
	var out []Permission
	for i, p := range f.Permissions {
		later := false
		for _, o := range f.Permissions[i+1:] {
			later = later || o.Purpose == p.Purpose
		}
		if !later && p.Answered.IsZero() && !p.Last.Before(today) {
			out = append(out, p)
		}
	}
	return out
}
