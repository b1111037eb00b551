package consent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Desk is where the question is asked: it finds what is known of a person and decides. It
// may be used by several goroutines.
type Desk struct {
	Book     *Book
	Settings Settings
	Policy   policy.Policy
	Keeper   Keeper
	// Key is the key of persons, Zone the company's: days of records are read in it.
	Key  []byte
	Zone *time.Location
}

// Inquiry is a question as it is asked.
type Inquiry struct {
	Channel Channel
	Purpose policy.PurposeID
	Person  []Identifier
	Context Context
	// At is the instant of the use, Now that of the question.
	At, Now time.Time
}

// Reply is an answer with what is written down of it.
type Reply struct {
	Answer
	Question Question
	Ref      Ref
}

// ErrInquiry says that a question cannot be understood; what is wrong is in the error.
type ErrInquiry struct{ Err error }

// Error says what is wrong with the question, without the person's words.
func (e ErrInquiry) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e ErrInquiry) Unwrap() error { return e.Err }

// Ask answers one question. An ErrInquiry is the asker's mistake; any other error is no
// answer, and no answer is a no.
func (d *Desk) Ask(ctx context.Context, in Inquiry) (Reply, error) {
	q, err := d.question(in)
	if err != nil {
		return Reply{}, ErrInquiry{err}
	}
	refs := d.refs(in.Person)
	records, err := d.Keeper.RecordsOf(ctx, refs)
	if err != nil {
		return Reply{}, err
	}
	f := FactsOf(records, q.At)
	if err := in.Context.apply(&q, &f); err != nil {
		return Reply{}, ErrInquiry{err}
	}
	return Reply{d.Book.Decide(d.Settings.Choices, q, f), q, refs[0]}, nil
}

func (d *Desk) question(in Inquiry) (Question, error) {
	if !slices.Contains(Channels(), in.Channel) {
		return Question{}, fmt.Errorf("there is no such channel; there are %v", Channels())
	}
	if len(in.Person) == 0 {
		return Question{}, fmt.Errorf("the question names no person")
	}
	p, err := d.Settings.Purpose(d.Policy, in.Purpose)
	if err != nil {
		return Question{}, err
	}
	zone := d.Zone
	if zone == nil {
		zone = time.UTC
	}
	return Question{Channel: in.Channel, Purpose: p, At: in.At.In(zone)}, nil
}

func (d *Desk) refs(person []Identifier) []Ref {
	refs := make([]Ref, len(person))
	for i, p := range person {
		refs[i] = Refer(d.Key, p)
	}
	return refs
}

// Log returns what is written down of the answer; now is when it was given.
func (a Reply) Log(now time.Time) Logged { return Log(a.Question, a.Answer, a.Ref, now) }
