package retention

import (
	"bytes"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// State is the state of a claim on one record.
type State string

// The states of a claim. The first three are those of DESIGN: keep and use; keep until the
// answer; keep apart. Ended and Settled no longer keep; Unknown cannot be told; Absent was
// never there.
const (
	Active   State = "active"
	Waiting  State = "waiting"
	AskDue   State = "asking"
	Archived State = "archived"
	Ended    State = "ended"
	Settled  State = "settled"
	Unknown  State = "undetermined"
	Absent   State = "absent"
)

// Record is one record as the interpreter reads it.
type Record struct {
	Row map[string]any
	// Related holds rows of the other tables, by table; rows that are not joined to the
	// record may be among them and are passed over.
	Related map[string][]map[string]any
}

func (r Record) of(table string) []map[string]any { return r.Related[table] }

// Interpreter defines the meaning of a policy: slow, obvious, one record at a time. SQL must
// agree with it.
type Interpreter struct {
	Bound *register.Bound
	Today policy.Date
	// Holds evaluates a condition's predicate on a row; the connector in memory has one.
	Holds Evaluator
	// Releases are the claims that requests of people have ended.
	Releases []Release
}

// Verdict is the state of one claim on one record, with its dates.
type Verdict struct {
	Claim register.Claim
	State State
	// From is the day of the event the claim counts from; zero when it has none yet.
	From policy.Date
	// Until is the last day the claim keeps the data, archived phase included; zero when it is
	// open or cannot be told.
	Until policy.Date
	// Moves is the last day of the active phase when there is an archived one; else zero.
	Moves policy.Date
}

// GroupVerdict is what becomes of one field group of one record.
type GroupVerdict struct {
	Group  register.BoundGroup
	Claims []Verdict
	State  GroupState
	// Until is the last day on which the group is kept; zero when open or untold.
	Until policy.Date
}

// GroupState is what must be done with a group.
type GroupState string

// The states of a group; holds are apart.
const (
	GroupKept         GroupState = "kept"
	GroupUndetermined GroupState = "undetermined"
	GroupAskDue       GroupState = "asking"
	GroupArchiveDue   GroupState = "archive_due"
	GroupDue          GroupState = "due"
	GroupQuestion     GroupState = "question"
	GroupUnjustified  GroupState = "unjustified"
	GroupEmpty        GroupState = "empty"
)

// Groups interprets every group of the record of the dataset.
func (in Interpreter) Groups(ds *register.BoundDataset, r Record) ([]GroupVerdict, error) {
	var out []GroupVerdict
	for _, g := range ds.Groups {
		v := GroupVerdict{Group: g}
		for _, cl := range g.Claims {
			c, err := in.Claim(ds, cl, r)
			if err != nil {
				return nil, err
			}
			v.Claims = append(v.Claims, c)
		}
		empty, err := in.Holds(nothing(g), r.Row, r.of)
		if err != nil {
			return nil, err
		}
		v.State, v.Until = joinClaims(v.Claims, empty)
		if x, ok := in.released(ds, r, nil); ok && (v.State == GroupQuestion || v.State == GroupUnjustified) {
			v.State, v.Until = GroupDue, x.Day
		}
		out = append(out, v)
	}
	return out, nil
}

// joinClaims is "longest wins".
func joinClaims(cs []Verdict, empty bool) (GroupState, policy.Date) {
	if empty {
		return GroupEmpty, policy.Date{}
	}
	any := func(states ...State) bool {
		return slices.ContainsFunc(cs, func(v Verdict) bool { return slices.Contains(states, v.State) })
	}
	switch {
	case any(Active, Waiting):
		return GroupKept, longest(cs)
	case any(Unknown):
		return GroupUndetermined, policy.Date{}
	case any(AskDue):
		return GroupAskDue, policy.Date{}
	case any(Archived):
		return GroupArchiveDue, longest(cs)
	case any(Ended):
		return GroupDue, longest(cs)
	case any(Settled):
		return GroupQuestion, policy.Date{}
	}
	return GroupUnjustified, policy.Date{}
}

// longest returns the latest end of the claims that are or were on the group, or zero when
// one of the living ones is open.
func longest(cs []Verdict) policy.Date {
	var end policy.Date
	for _, v := range cs {
		if v.State == Absent {
			continue
		}
		if v.Until.IsZero() && v.State != Ended && v.State != Settled {
			return policy.Date{}
		}
		end = later(end, v.Until)
	}
	return end
}

// Claim interprets one claim on the record.
func (in Interpreter) Claim(ds *register.BoundDataset, cl register.Claim, r Record) (Verdict, error) {
	on, err := in.kleene(applies(ds, cl), r)
	if err != nil {
		return Verdict{}, err
	}
	while, err := in.kleene(cl.While, r)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Claim: cl, State: Absent}
	if on == no {
		return v, nil
	}
	if err := in.bare(ds, cl, r, &v); err != nil {
		return Verdict{}, err
	}
	lives := slices.Contains([]State{Active, Waiting, AskDue, Archived}, v.State)
	switch {
	case while == no:
		v.State = Ended
	case lives && (while == unsure || on == unsure):
		v.State = Unknown
	}
	in.release(ds, cl, r, &v)
	return v, nil
}

// truth is the value of a condition.
type truth int

const (
	no truth = iota
	yes
	unsure
)

func (in Interpreter) kleene(c register.Condition, r Record) (truth, error) {
	t, err := in.Holds(c.True, r.Row, r.of)
	if err != nil || t {
		return yes, err
	}
	f, err := in.Holds(c.False, r.Row, r.of)
	if err != nil || f {
		return no, err
	}
	return unsure, nil
}

// bare interprets the term alone.
func (in Interpreter) bare(ds *register.BoundDataset, cl register.Claim, r Record, v *Verdict) error {
	rule := cl.Rule
	if rule.By != "" || rule.Paper || rule.Keep.Operator || !rule.Keep.Set && rule.Keep.Read == "" && len(rule.Until) == 0 {
		v.State = Active
		return nil
	}
	keep, known := rule.Keep.Period, true
	if rule.Keep.Read != "" {
		keep, known = in.readTerm(ds.Terms[rule.Keep.Read], rule.Keep.OneOf, r)
	}
	if !known {
		v.State = Unknown
		return nil
	}
	c := newCompiler(in.Bound, ds, in.Today)
	active, whole := c.term(rule, keep, false), c.term(rule, keep, true)
	o, err := in.occurred(ds, rule, r, active)
	if err != nil {
		return err
	}
	all, err := in.occurred(ds, rule, r, whole)
	if err != nil {
		return err
	}
	phases(rule, o, all, v)
	if v.State == Ended && rule.Then == policy.AskAgain {
		return in.ask(ds, rule, r, v)
	}
	return nil
}

// phases names the state from the outcomes of the active phase and of both.
func phases(rule policy.Rule, o, all outcome, v *Verdict) {
	v.From, v.Until = o.day, all.end
	if rule.Archive != nil {
		v.Moves = o.end
	}
	switch {
	case o.is == alive || o.is == never:
		v.State = Active
	case o.is == untold || all.is == untold || all.is == never:
		v.State = Unknown
	case all.is == alive:
		v.State = Archived
	case rule.Keep.AtLeast:
		v.State = Settled
	default:
		v.State = Ended
	}
}

// readTerm finds the record's own term among those the rule expects.
func (in Interpreter) readTerm(src register.BoundTerm, oneOf []policy.Period, r Record) (policy.Period, bool) {
	for _, row := range related(src.Table, src.On, r) {
		for _, p := range oneOf {
			if slices.Contains(spellings(src.Words, p), row[src.Column]) {
				return p, true
			}
		}
	}
	return policy.Period{}, false
}

// related returns the rows a source reads: the record's own, or those joined to it.
func related(t store.Table, on []store.Pair, r Record) []map[string]any {
	if t.Name == "" {
		return []map[string]any{r.Row}
	}
	return joined(r.Related[t.Name], on, r.Row)
}

func joined(rows []map[string]any, on []store.Pair, row map[string]any) []map[string]any {
	var out []map[string]any
	for _, x := range rows {
		same := true
		for _, p := range on {
			same = same && equal(x[p.Child], row[p.Parent])
		}
		if same {
			out = append(out, x)
		}
	}
	return out
}

// equal reports whether two values are the same and not NULL.
func equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return false
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	}
	return a == b
}
