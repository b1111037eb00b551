package plan

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
)

// Needs says why a step must be approved by name and count, one line each, in words for
// programs; a step that needs no approval has none:
//
//	share P      it touches P percent of its dataset, more than the share that goes unasked
//	first RULE   the rule never ran before
//	refused      people ended the claims themselves, before their terms
//
// A step that touches nothing, because nothing is due or because it only asks, needs none.
func Needs(s Step, share int, ran func(policy.RuleID) bool) []string {
	if s.Due == 0 || s.Action == policy.AskAgain {
		return nil
	}
	var why []string
	if len(s.Ended) > 0 {
		return []string{"refused"} // a term did not run out, so that no rule is seen to run
	}
	if s.Percent() > share {
		why = append(why, fmt.Sprintf("share %d", s.Percent()))
	}
	for _, r := range s.Rules() {
		if !ran(r) {
			why = append(why, fmt.Sprintf("first %s", r))
		}
	}
	return why
}
