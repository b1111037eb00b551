package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Drift says what moved between the plan that was approved and the one computed again for
// the same day; nothing moved when it is empty. Less to do is no drift: records may be
// renewed or held meanwhile. What voids an approval, one line each, in words for programs:
//
//	as_of           the plans are of different days, so they cannot be compared
//	policy          the policy was edited
//	binding         the register was edited
//	schema          a bound table has other columns, keys or foreign keys
//	new STEP        a step that was not there
//	changed STEP    a step that does something else
//	grew STEP M N   a step that would touch N records instead of M
//	agreed STEP     people who had refused agreed again (only Garant's state tells)
func Drift(approved, now Plan) []string {
	var moved []string
	add := func(differs bool, format string, args ...any) {
		if differs {
			moved = append(moved, fmt.Sprintf(format, args...))
		}
	}
	add(approved.AsOf != now.AsOf, "as_of")
	add(approved.PolicyDigest != now.PolicyDigest, "policy")
	add(approved.BindingDigest != now.BindingDigest, "binding")
	add(approved.SchemaDigest != now.SchemaDigest, "schema")
	for _, s := range now.Pending() {
		was, ok := approved.Step(s.ID)
		add(!ok && len(s.Ended) == 0, "new %s", s.ID)
		add(ok && !sameAct(was, s), "changed %s", s.ID)
		if len(s.Ended) > 0 {
			continue // it names its records: who refuses meanwhile is in the next plan
		}
		add(ok && s.Due > was.Due, "grew %s %d %d", s.ID, was.Due, s.Due)
	}
	return moved
}

// sameAct reports whether two steps do the same to the rows they find. The predicate is not
// compared: it holds the holds, which may change, and all else in it follows from the digests.
func sameAct(a, b Step) bool {
	return bytes.Equal(act(a), act(b))
}

func act(s Step) []byte {
	b, err := json.Marshal([]any{s.Dataset, s.Store, s.Action, s.WholeRow, s.Work.Table, s.Work.Set, s.Work.Copy, s.Work.Children})
	if err != nil {
		panic(err) // a plan is made of plain values
	}
	return b
}
