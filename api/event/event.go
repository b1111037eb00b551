// Package event is for telling programs what happened: it reads events off the ledger, where
// every act is entered in the transaction that makes it, so that no event is ever forgotten, and
// so that none holds what the ledger does not: references, never a person.
package event

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// Type is what happened, in words with dots.
type Type string

// The types. A promise is told broken once, and kept again once nothing of it is overdue; a
// plan waits when a step of it needs an approval; a request is due soon a week before its target.
const (
	PromiseBroken    Type = "promise.broken"
	PromiseKept      Type = "promise.kept"
	PlanWaiting      Type = "plan.waiting"
	RunDone          Type = "run.done"
	RunFailed        Type = "run.failed"
	RequestOpened    Type = "request.opened"
	RequestDueSoon   Type = "request.due_soon"
	RequestOverdue   Type = "request.overdue"
	RequestAnswered  Type = "request.answered"
	RequestRefused   Type = "request.refused"
	ConsentGiven     Type = "consent.given"
	ConsentWithdrawn Type = "consent.withdrawn"
	ObjectionMade    Type = "objection.made"
	ObjectionLifted  Type = "objection.lifted"
	// Test is sent when somebody tries a hook; none subscribes to it.
	Test Type = "hook.test"
)

// Types returns the types that a hook may subscribe to.
func Types() []Type {
	return []Type{PromiseBroken, PromiseKept, PlanWaiting, RunDone, RunFailed, RequestOpened, RequestDueSoon, RequestOverdue,
		RequestAnswered, RequestRefused, ConsentGiven, ConsentWithdrawn, ObjectionMade, ObjectionLifted}
}

// Event is one thing that happened.
type Event struct {
	// ID is the same whenever the same thing is told again.
	ID   string
	Type Type
	At   time.Time
	Data Data
}

// Data is what an event says. Which members are there depends on the type; none tells who a
// person is.
type Data struct {
	// Entry is the number of the ledger's entry that proves it; nil of what the calendar alone
	// brings about.
	Entry *int64 `json:"entry,omitempty"`
	// Promise is the name of a rule, Overdue and Undetermined how many records are.
	Promise      string      `json:"promise,omitempty"`
	Overdue      int64       `json:"overdue,omitempty"`
	Undetermined int64       `json:"undetermined,omitempty"`
	AsOf         policy.Date `json:"as_of,omitzero"`
	// Plan is a plan's digest, Due and Held how many records it acts on and leaves.
	Plan string `json:"plan,omitempty"`
	Due  int64  `json:"due,omitempty"`
	Held int64  `json:"held,omitempty"`
	Run  string `json:"run,omitempty"`
	// Request is the name of a case, Right what is asked, Limit the last day to answer.
	Request string       `json:"request,omitempty"`
	Right   rights.Right `json:"right,omitempty"`
	Limit   policy.Date  `json:"limit,omitzero"`
	// Outcome is one word: how a run ended, or how a request was answered.
	Outcome string `json:"outcome,omitempty"`
	// Record is the name of a record of consent, Purposes and Channels what it is about; empty
	// means all.
	Record   string             `json:"record,omitempty"`
	Purposes []policy.PurposeID `json:"purposes,omitempty"`
	Channels []consent.Channel  `json:"channels,omitempty"`
}

// Reader reads the events off the entries of one ledger, in their order. It is used by one
// goroutine.
type Reader struct {
	// Source begins the names of the events, so that those of two companies differ.
	Source string
	// Broken are the promises that were last told broken; it follows the entries.
	Broken []string
	// Plan returns a kept plan, and Record what a record says; an error says that it is gone,
	// and the event is told with less, or of a plan not at all.
	Plan   func(digest string) (plan.Plan, error)
	Record func(id string) (consent.Scope, error)
}

// Read returns the events of the entry with that number; most have none.
func (r *Reader) Read(number int64, e ledger.Entry) []Event {
	switch e.Kind {
	case ledger.Check:
		return r.checked(number, e)
	case ledger.Planned:
		if p, err := r.Plan(e.Plan); err == nil && waits(p) {
			return r.one(number, e, PlanWaiting, Data{Plan: e.Plan, Due: e.Due, Held: e.Held, Undetermined: e.Undetermined, AsOf: e.AsOf})
		}
	case ledger.Run:
		return r.one(number, e, ended(e.Outcome), Data{Run: e.Ref, Plan: e.Plan, Outcome: e.Outcome})
	case ledger.Request:
		if t, ok := moves()[rights.Act(e.Outcome)]; ok {
			return r.one(number, e, t, Data{Request: e.Ref, Right: rights.Right(e.Action), Outcome: e.Outcome})
		}
	case ledger.Recorded:
		return r.recorded(number, e)
	}
	return nil
}

func (r *Reader) one(number int64, e ledger.Entry, t Type, d Data) []Event {
	d.Entry = &number
	return []Event{{ID: r.name(strconv.FormatInt(number, 10)), Type: t, At: e.At, Data: d}}
}

func (r *Reader) name(parts ...string) string {
	return strings.Join(append([]string{r.Source}, parts...), "-")
}

// checked tells of the promises that are otherwise than they were told.
func (r *Reader) checked(number int64, e ledger.Entry) []Event {
	var out []Event
	for _, v := range e.Verdicts {
		at := slices.Index(r.Broken, v.Promise)
		t := PromiseBroken
		switch {
		case at < 0 && v.Verdict == string(retention.Broken):
			r.Broken = append(r.Broken, v.Promise)
		case at >= 0 && v.Verdict == string(retention.Kept):
			t, r.Broken = PromiseKept, slices.Delete(slices.Clone(r.Broken), at, at+1)
		default:
			continue
		}
		d := Data{Entry: &number, Promise: v.Promise, Overdue: v.Overdue, Undetermined: v.Undetermined, AsOf: e.AsOf}
		out = append(out, Event{ID: r.name(strconv.FormatInt(number, 10), v.Promise), Type: t, At: e.At, Data: d})
	}
	return out
}

// waits reports whether a step of a plan needs an approval. What a person asked has a plan of
// its own, which whoever handles the case carries out.
func waits(p plan.Plan) bool {
	return p.Request() == "" && slices.ContainsFunc(p.Pending(), func(s plan.Step) bool { return len(s.Needs) > 0 })
}

func ended(outcome string) Type {
	if outcome == "done" {
		return RunDone
	}
	return RunFailed
}

func moves() map[rights.Act]Type {
	return map[rights.Act]Type{rights.Opened: RequestOpened, rights.Answer: RequestAnswered, rights.AnswerPartly: RequestAnswered, rights.Refuse: RequestRefused}
}

func (r *Reader) recorded(number int64, e ledger.Entry) []Event {
	kind := e.Ref[:max(0, strings.LastIndexByte(e.Ref, '-'))]
	t, ok := map[string]Type{consent.Given: ConsentGiven, consent.Ended: ConsentWithdrawn, consent.Opposition: ObjectionMade, consent.Lift: ObjectionLifted}[kind]
	if !ok {
		return nil
	}
	d := Data{Record: e.Ref}
	if scope, err := r.Record(e.Ref); err == nil {
		d.Purposes, d.Channels = scope.Purposes, scope.Channels
	}
	return r.one(number, e, t, d)
}

// Due returns what the calendar brings about for a case whose clock stands so: nothing, or that
// it is due soon or overdue. A limit that moved is told anew.
func (r *Reader) Due(c rights.Case, d rights.Due, now time.Time) []Event {
	t, ok := map[rights.Standing]Type{rights.Soon: RequestDueSoon, rights.Overdue: RequestOverdue}[d.Standing]
	if !ok {
		return nil
	}
	name := r.name(c.ID, strings.TrimPrefix(string(t), "request."), d.Limit.String())
	return []Event{{ID: name, Type: t, At: now, Data: Data{Request: c.ID, Right: c.Right, Limit: d.Limit}}}
}
