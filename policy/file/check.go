package file

import (
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// checkRule checks that the parts of one rule fit together. The presence of a key counts,
// not its value: a value that could not be read has its own problem.
func checkRule(n *Node, f Fields, r policy.Rule) {
	if !n.IsMapping() {
		return
	}
	has := func(key string) bool { return f[key] != nil }
	term := has("keep") || has("until") || has("while")
	switch {
	case !term && !has("by"):
		n.Error("no-term", "the rule does not say when it ends", "write keep and after, until, while, or by whom it is carried out")
	case has("keep") && has("until"):
		f["until"].KeyNode().Error("two-terms", "keep counts from an event and until ends with one; a rule has one of them", "write two rules, or a condition with while")
	}
	if has("keep") && !has("after") && !r.Keep.Operator {
		f["keep"].KeyNode().Error("no-event", "keep needs the event it counts from", "add after: and one of the declared events")
	}
	if has("after") && !has("keep") {
		f["after"].KeyNode().Error("after-without-keep", "after says from when, and nothing says how long", "add keep: 3 years")
	}
	needsEvent(f, "round", "a rounding moves an event, and the rule has none", has("after") || has("until"))
	needsEvent(f, "unknown", "the rule reads no event that could be missing", has("after") || has("until"))
	needsEvent(f, "archive", "the archive follows a term, and the rule has none", has("keep") || has("until"))
	checkArchive(f["archive"], r)
}

func needsEvent(f Fields, key, message string, ok bool) {
	if f[key] != nil && !ok {
		f[key].KeyNode().Error(key+"-without-term", message, "remove "+key+" or add keep and after")
	}
}

// checkArchive refuses an archive that would end before it begins: unless more is written,
// it counts from the same event as keep.
func checkArchive(n *Node, r policy.Rule) {
	switch {
	case n == nil:
	case r.Keep.AtLeast || r.Keep.Operator:
		n.Error("archive-without-term", "the archive begins when the term ends, and this term has no end", "give keep a figure without at least")
	case r.Keep.Set && !r.Archive.More && !longer(r.Archive.Period, r.Keep.Period):
		n.Error("archive-too-short", fmt.Sprintf("the archive counts from the same event as keep, so %s end before %s are over", r.Archive.Period, r.Keep.Period), fmt.Sprintf("write %s more to count from the end of the active phase", r.Archive.Period))
	}
}

// longer reports whether p ends after q, both counted from the same day. Months and days do
// not compare by themselves; the day taken is in a year without 29 February.
func longer(p, q policy.Period) bool {
	day := policy.Date{Year: 2025, Month: 1, Day: 1}
	return day.Add(p).After(day.Add(q))
}

// checkFloors compares the floors of a purpose with its ceilings, group by group. Between
// purposes a shorter ceiling is ordinary layering, the longest wins.
func checkFloors(p policy.Purpose, nodes []*Node) {
	for i, floor := range p.Rules {
		if !floor.Keep.AtLeast {
			continue
		}
		for j, r := range p.Rules {
			if contradict(p, floor, r) {
				nodes[j].Error("ceiling-below-floor", fmt.Sprintf("%s erases before the %s of %s are over", r.ID, floor.Keep.Period, floor.ID), "both claim the same data of the same people for one purpose; lengthen one or shorten the other")
			}
		}
		if !capped(p, floor) {
			nodes[i].Find("floor-without-ceiling", fmt.Sprintf("%s says how long data must be kept and nothing says when they go", floor.ID), "add a rule with keep and no at least for the same people and data")
		}
	}
}

// contradict reports whether ceiling r ends before the floor. Terms from different events do
// not compare, nor do rules whose conditions may exclude each other.
func contradict(p policy.Purpose, floor, r policy.Rule) bool {
	if !r.Keep.Set || r.Keep.AtLeast || r.Keep.Operator || r.By != "" || !overlap(p, floor, r) {
		return false
	}
	if !slices.Equal(r.After, floor.After) || r.Earliest != floor.Earliest || r.Round != floor.Round {
		return false
	}
	if r.When != "" && floor.When != "" && r.When != floor.When {
		return false
	}
	return slices.ContainsFunc(ends(r), func(end policy.Period) bool { return longer(floor.Keep.Period, end) })
}

// ends returns the periods after which the rule's last phase may end.
func ends(r policy.Rule) []policy.Period {
	all := []policy.Period{r.Keep.Period}
	if r.Keep.Read != "" {
		all = r.Keep.OneOf
	}
	if r.Archive == nil {
		return all
	}
	out := make([]policy.Period, len(all))
	for i, active := range all {
		out[i] = r.Archive.Period
		if r.Archive.More {
			out[i] = active.Plus(r.Archive.Period)
		}
	}
	return out
}

// capped reports whether every group the floor holds has another rule of the purpose that
// ends it some day.
func capped(p policy.Purpose, floor policy.Rule) bool {
	for _, who := range people(p, floor) {
		for _, what := range categories(p, floor) {
			if !slices.ContainsFunc(p.Rules, func(r policy.Rule) bool {
				return !r.Keep.AtLeast && r.By == "" && slices.Contains(people(p, r), who) && slices.Contains(categories(p, r), what)
			}) {
				return false
			}
		}
	}
	return true
}

func overlap(p policy.Purpose, a, b policy.Rule) bool {
	return slices.ContainsFunc(people(p, a), func(w policy.People) bool { return slices.Contains(people(p, b), w) }) &&
		slices.ContainsFunc(categories(p, a), func(c policy.Category) bool { return slices.Contains(categories(p, b), c) })
}

func people(p policy.Purpose, r policy.Rule) []policy.People {
	if len(r.For) > 0 {
		return r.For
	}
	return p.People
}

func categories(p policy.Purpose, r policy.Rule) []policy.Category {
	if len(r.Data) > 0 {
		return r.Data
	}
	return p.Data
}
