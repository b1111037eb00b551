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
	// Also are other identifiers that the person's own records bear: what was refused under
	// them is refused here, and nothing else that is on file under them counts.
	Also    []Identifier
	Context Context
	// Claim is what the stores say of the purpose's claim on the person's data; empty when
	// they were not asked.
	Claim Claim
	// Contracts and Sales are what the stores know of the person; nil when they were not asked.
	Contracts []Contract
	Sales     []Sale
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
	replies, errs, err := d.AskAll(ctx, []Inquiry{in})
	if err != nil {
		return Reply{}, err
	}
	return replies[0], errs[0]
}

// AskAll answers several questions with one look at the memory; the i-th error is that of
// the i-th question, an ErrInquiry. The last error is the memory's, and then nothing is
// answered.
func (d *Desk) AskAll(ctx context.Context, ins []Inquiry) ([]Reply, []error, error) {
	replies, errs := make([]Reply, len(ins)), make([]error, len(ins))
	refs, also := make([][]Ref, len(ins)), make([][]Ref, len(ins))
	var all []Ref
	for i, in := range ins {
		if replies[i].Question, errs[i] = d.question(in); errs[i] == nil {
			refs[i], also[i] = d.refs(in.Person), d.refs(in.Also)
			all = slices.Concat(all, refs[i], also[i])
		}
	}
	records, err := d.Keeper.RecordsOfEach(ctx, all)
	if err != nil {
		return nil, nil, err
	}
	for i, in := range ins {
		if errs[i] == nil {
			errs[i] = d.decide(&replies[i], in, heard(records, refs[i], also[i]))
			replies[i].Ref = refs[i][0]
		}
		if errs[i] != nil {
			errs[i] = ErrInquiry{errs[i]}
		}
	}
	return replies, errs, nil
}

// heard returns what is on file of a person: everything under the identifiers they are asked
// about by, and what stops a use under others that they have.
func heard(records map[Ref][]Record, own, others []Ref) []Record {
	mine := Together(records, own)
	if len(others) == 0 {
		return mine
	}
	return slices.DeleteFunc(Together(records, slices.Concat(own, others)), func(r Record) bool {
		return !r.stops() && !slices.ContainsFunc(mine, func(m Record) bool { return m.ID == r.ID })
	})
}

// decide answers a question about a person of whom these records are on file.
func (d *Desk) decide(r *Reply, in Inquiry, records []Record) error {
	f := FactsOf(records, r.Question.At)
	f.Claim, f.Contracts, f.Sales = in.Claim, append(f.Contracts, in.Contracts...), append(f.Sales, in.Sales...)
	if err := in.Context.apply(&r.Question, &f); err != nil {
		return err
	}
	r.Answer = d.Book.Decide(d.Settings.Choices, r.Question, f)
	return nil
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
