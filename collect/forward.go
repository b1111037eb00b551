package collect

import (
	"context"
	"errors"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// ErrSpent says that the page was sent before: what came with it is there already.
var ErrSpent = errors.New("this page was sent before")

// Receiver takes leads in.
type Receiver interface {
	// EnterLead keeps the lead, sealed, with the records that it proves, in one transaction with
	// their leaves of the ledger. page is the number of the page it was written on, which is
	// taken once: a second lead of it is ErrSpent and changes nothing. Numbers are forgotten
	// after spent.
	EnterLead(ctx context.Context, l Lead, records []consent.Draft, page string, spent time.Time) error
}

// Waiting is a lead that is to be forwarded, with how often that failed.
type Waiting struct {
	Lead
	Tries int
}

// Outbox keeps leads until they are forwarded, and never longer than their day.
type Outbox interface {
	// DueLeads returns leads of the form whose next try has come, oldest first.
	DueLeads(ctx context.Context, form FormID, now time.Time, limit int) ([]Waiting, error)
	// SettleLead drops a lead that was taken.
	SettleLead(ctx context.Context, id string) error
	// PostponeLead notes that a lead was not taken, and when to try again. why names no person.
	PostponeLead(ctx context.Context, id string, next time.Time, why string) error
}

// Sender hands a lead to whoever asked for it. It may be given the same lead twice, and hands
// it over once. Its errors name no person.
type Sender interface {
	Send(ctx context.Context, l Lead) error
}

// Forwarded counts what came of a round.
type Forwarded struct {
	Taken    int `json:"taken"`
	Deferred int `json:"deferred"`
}

// together is how many leads one look at the outbox takes.
const together = 50

// Send forwards what is due, form by form: a receiver that does not answer holds up its own
// form alone. The error is the outbox's.
func Send(ctx context.Context, o Outbox, to map[FormID]Sender, clock func() time.Time) (Forwarded, error) {
	var out Forwarded
	for id, s := range to {
		for {
			due, err := o.DueLeads(ctx, id, clock(), together)
			if err != nil || len(due) == 0 {
				if err != nil {
					return out, err
				}
				break
			}
			if err := sendEach(ctx, o, s, due, clock, &out); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func sendEach(ctx context.Context, o Outbox, s Sender, due []Waiting, clock func() time.Time, out *Forwarded) error {
	for _, w := range due {
		if err := ctx.Err(); err != nil {
			return err
		}
		failed := s.Send(ctx, w.Lead)
		if ctx.Err() != nil {
			return ctx.Err() // it will be sent again, and taken once
		}
		err := error(nil)
		if failed == nil {
			out.Taken++
			err = o.SettleLead(ctx, w.ID)
		} else {
			out.Deferred++
			err = o.PostponeLead(ctx, w.ID, clock().Add(pause(w.Tries)), failed.Error())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pause is how long to wait after so many failures: a minute, then twice as long each time, and
// six hours at most.
func pause(tries int) time.Duration {
	const longest = 6 * time.Hour
	if tries > 8 {
		return longest
	}
	return min(time.Minute<<tries, longest)
}

// LastDay is the last day on which a lead received at an instant is held.
func (f Form) LastDay(received time.Time, zone *time.Location) policy.Date {
	return policy.DateOf(received, zone).Add(f.Keep)
}
