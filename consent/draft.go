package consent

import (
	"context"
	"fmt"
	"time"
)

// Draft is a record before it is entered, with whom it is about.
type Draft struct {
	Person []Identifier
	Record Record
}

// Entered is a record that is on file; Fresh when it was not before.
type Entered struct {
	Record
	Fresh bool
}

// Keeper keeps records, and never changes one. It is safe for concurrent use.
type Keeper interface {
	// EnterRecords enters the drafts in order, all or none, and returns them with their IDs. A
	// draft whose key was entered before is not entered again: the record that is there is
	// returned in its place, and is not fresh.
	EnterRecords(ctx context.Context, drafts []Draft) ([]Entered, error)
	// RecordsOf returns the records of a person known by any of the references, each once, in
	// the order in which they were entered.
	RecordsOf(ctx context.Context, refs []Ref) ([]Record, error)
	// RecordsOfEach returns the records found under each of the references, in the order in
	// which they were entered.
	RecordsOfEach(ctx context.Context, refs []Ref) (map[Ref][]Record, error)
	// LogAnswers writes answers down that were given, in order, all or none.
	LogAnswers(ctx context.Context, answers []Logged) error
}

// Seal makes of a draft the record with a number, the bytes that are kept, and the
// references under which its person is found.
func Seal(key []byte, d Draft, number int64) (r Record, body []byte, refs []Ref, err error) {
	r = d.Record
	r.ID = fmt.Sprintf("%s-%d", r.Kind, number)
	r.Subjects = nil
	recordKey := RecordKey(key, r.ID)
	for _, i := range d.Person {
		r.Subjects = append(r.Subjects, Commit(recordKey, i))
		refs = append(refs, Refer(key, i))
	}
	if err := r.Check(); err != nil {
		return r, nil, nil, err
	}
	if len(refs) == 0 {
		return r, nil, nil, fmt.Errorf("a record is about a person")
	}
	body, err = r.Body()
	return r, body, refs, err
}

// Logged is an answer as it is written down: who it was about is a keyed digest.
type Logged struct {
	At      time.Time `json:"at"`
	Asked   time.Time `json:"asked"`
	Person  string    `json:"person"`
	Channel Channel   `json:"channel"`
	Purpose string    `json:"purpose"`
	Allowed bool      `json:"allowed"`
	Rule    Rule      `json:"rule"`
	Law     string    `json:"law"`
	Proofs  []string  `json:"proofs,omitempty"`
	Choices []Point   `json:"choices,omitempty"`
}

// Log writes an answer in the form in which it is kept; now is when it was given.
func Log(q Question, a Answer, ref Ref, now time.Time) Logged {
	return Logged{At: now.UTC(), Asked: q.At.UTC(), Person: ref.Short(), Channel: q.Channel, Purpose: string(q.Purpose.ID),
		Allowed: a.Allowed, Rule: a.Rule, Law: a.Law, Proofs: a.Proofs, Choices: a.Choices}
}
