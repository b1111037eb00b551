package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Finish puts a computed plan in order: version, sorted steps and reasons, totals. A plan is
// shown, saved and digested only when finished.
func Finish(p Plan) Plan {
	p = p.normal()
	p.Version = Version
	Sort(p.Steps)
	p.Totals = Sum(p.Steps)
	return p
}

// Sort orders steps by store, dataset, then action, and the reasons in them by purpose and
// rule. Within a dataset, copies to the archive come first, so that nothing is erased before
// it was copied; the questions, which touch nothing, come last.
func Sort(steps []Step) {
	for i := range steps {
		slices.SortFunc(steps[i].Because, func(a, b Reason) int {
			return cmp.Or(cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Rule, b.Rule), a.Cutoff.Compare(b.Cutoff))
		})
	}
	slices.SortFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Store, b.Store), cmp.Compare(a.Dataset, b.Dataset),
			cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
}

func rank(s Step) int {
	switch {
	case s.Action == policy.ToArchive:
		return 0
	case s.Action == policy.AskAgain:
		return 4
	case s.WholeRow:
		return 3
	case s.Action == policy.Erase:
		return 2
	}
	return 1
}

// Sum returns the totals of the steps. A record that two steps concern counts twice: totals
// count acts.
func Sum(steps []Step) Totals {
	var t Totals
	for _, s := range steps {
		t.Due += s.Due
		t.Held += s.Held
		t.Undetermined += s.Undetermined
	}
	return t
}

// StepID returns the name of a step: dataset, action and groups joined with "/". Groups are
// joined with "+" in alphabetical order; a step on whole rows has none in its name.
func StepID(dataset string, a policy.Action, groups []policy.Category, wholeRow bool) string {
	if wholeRow {
		return dataset + "/" + string(a) + "/row"
	}
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = string(g)
	}
	slices.Sort(names)
	return dataset + "/" + string(a) + "/" + strings.Join(names, "+")
}

// Step returns the step with that name.
func (p Plan) Step(id string) (Step, bool) {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return p.Steps[i], true
}

// requested begins the occasion of a plan that carries out what a person asked.
const requested = "request "

// ForRequest returns the plan as one made for the case of that name; again says why it is
// made once more, such as the replay of a restored store, and is empty the first time.
func (p Plan) ForRequest(id, again string) Plan {
	p.Occasion = strings.TrimSpace(requested + id + " " + again)
	return p
}

// Request returns the name of the case that the plan was made for; empty for any other plan.
func (p Plan) Request() string {
	rest, ok := strings.CutPrefix(p.Occasion, requested)
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, " ")
	return id
}

// Pending returns the steps that have something due, in order.
func (p Plan) Pending() []Step {
	var due []Step
	for _, s := range p.Steps {
		if s.Due > 0 {
			due = append(due, s)
		}
	}
	return due
}

// Stores returns the names of the stores that pending steps act on, in order.
func (p Plan) Stores() []string {
	var names []string
	for _, s := range p.Pending() {
		names = append(names, s.Store)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Rules returns the rules that make the step's records due, without repeats, in order.
func (s Step) Rules() []policy.RuleID {
	var ids []policy.RuleID
	for _, r := range s.Because {
		ids = append(ids, r.Rule)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Percent returns how much of the dataset is due, in whole percent rounded up, so that more
// than a share is never shown as the share. Due records of an empty dataset are all of it.
func (s Step) Percent() int {
	switch {
	case s.Due <= 0:
		return 0
	case s.Due >= s.Rows:
		return 100
	}
	return int((float64(s.Due)*100 + float64(s.Rows) - 1) / float64(s.Rows))
}

// normal returns a plan with the same content whose lists are never nil, so that the same
// content has one form.
func (p Plan) normal() Plan {
	steps := make([]Step, len(p.Steps))
	for i, s := range p.Steps {
		s.Groups = append([]policy.Category{}, s.Groups...)
		s.Because = append([]Reason{}, s.Because...)
		steps[i] = s
	}
	p.Steps = steps
	return p
}
