package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// FactsOf gathers what the records of one person said at an instant; they come in the order
// in which they were entered. Records that end others (a lifted objection, a request dealt
// with) mark those. Days are read in the zone of the instant.
func FactsOf(records []Record, at time.Time) Facts {
	var f Facts
	for _, r := range records {
		// A refusal counts from its entry at the latest, whatever the clock of who sent it said.
		if r.refuses() && !r.Entered.IsZero() && r.At.After(r.Entered) {
			r.At = r.Entered
		}
		if !r.At.After(at) {
			f.add(r, policy.DateOf(r.At, at.Location()))
		}
	}
	return f
}

// add puts what one record says, which happened on a day.
func (f *Facts) add(r Record, day policy.Date) {
	switch r.Kind {
	case Given:
		f.Consents = append(f.Consents, Consent{r.ID, r.At, r.Scope, r.Goods, r.Partners, r.Until, r.Notice, r.Proof})
	case Ended:
		f.Withdrawals = append(f.Withdrawals, Withdrawal{r.ID, r.At, r.Scope, r.Spoken})
	case Opposition:
		f.Objections = append(f.Objections, Objection{ID: r.ID, At: r.At, Scope: r.Scope, Everything: r.Everything, Spoken: r.Spoken})
	case Reached:
		f.Contacts = append(f.Contacts, Contact{r.ID, r.At, r.Channel, first(r.Purposes), r.Outcome, r.Service})
		if r.Outcome == Opposed {
			f.Objections = append(f.Objections, Objection{ID: r.ID, At: r.At, Scope: Scope{Channels: calls(r.Channel)}, Spoken: r.Channel.phone()})
		}
	case Asked:
		f.Requests = append(f.Requests, Request{ID: r.ID, At: r.At, About: r.Goods, Proof: r.Proof})
	case Agreed:
		f.Slots = append(f.Slots, Slot{r.ID, r.At, r.Proof})
	case Signed:
		f.Contracts = append(f.Contracts, Contract{r.ID, r.From, r.Until, r.Goods})
	case PermissionAsked:
		f.Permissions = append(f.Permissions, Permission{ID: r.ID, At: r.At, Purpose: first(r.Purposes), Term: r.From, Last: r.Until, Notice: r.Notice})
	case Kept, LetGo:
		f.answered(r)
	case Bought:
		f.Sales = append(f.Sales, Sale{r.ID, day, r.Goods, truthOf(r.Told), truthOf(r.Free)})
	default:
		f.mark(r, day)
	}
}

// refuses reports whether the record is a no of the person.
func (r Record) refuses() bool {
	return r.Kind == Opposition || r.Kind == Ended || r.Kind == Reached && r.Outcome == Opposed
}

// stops reports whether the record can only keep a person from being reached, or takes such a
// record back.
func (r Record) stops() bool {
	return r.refuses() || r.Outcome == Refused || slices.Contains([]string{Lift, Died, Limited, LimitedEnd}, r.Kind)
}

// calls are the channels that a no to being called reaches: the telephone, and the channel by
// which it was said.
func calls(said Channel) []Channel {
	if said.phone() {
		return []Channel{Call, Automated}
	}
	return []Channel{Call, Automated, said}
}

// mark changes what is known otherwise than by a list.
func (f *Facts) mark(r Record, day policy.Date) {
	switch r.Kind {
	case Lift:
		for i := range f.Objections {
			if f.Objections[i].ID == r.Of {
				f.Objections[i].Lifted = r.At
			}
		}
	case AskedClosed:
		for i := range f.Requests {
			if f.Requests[i].ID == r.Of {
				f.Requests[i].Closed = r.At
			}
		}
	case Died:
		f.Deceased = true
	case Limited, LimitedEnd:
		f.Restricted = r.Kind == Limited
	case Quarantine, QuarantineEnd:
		f.Quarantined, f.Bought = r.Kind == Quarantine, true
	case Brought:
		f.Bought = true
	case Screened:
		f.Screened = day
	case Told:
		f.Informed = Yes
	case Lives:
		f.Place = r.Place
	case Is:
		f.Kind = r.Quality
	}
}

func first(p []policy.PurposeID) policy.PurposeID {
	if len(p) == 0 {
		return ""
	}
	return p[0]
}

func truthOf(b *bool) Truth {
	if b == nil {
		return Unknown
	}
	return Truly(*b)
}
