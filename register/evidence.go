package register

import (
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// evidence warns of events that are read off rows which go sooner than what they keep: once
// the calls are erased nobody knows that the person called, and the record falls due earlier
// than was promised.
func (b *binder) evidence(out Bound) {
	for _, d := range out.Datasets {
		for _, r := range rulesOf(d) {
			for _, e := range slices.Concat(r.After, some(r.Fallback)) {
				for _, src := range d.Events[e] {
					b.outlived(out, d, r, e, src)
				}
			}
		}
	}
}

// outlived says that the rows of a source are erased before the rule's term has run out.
func (b *binder) outlived(out Bound, d BoundDataset, r policy.Rule, e policy.Event, src BoundSource) {
	i := slices.IndexFunc(out.Datasets, func(o BoundDataset) bool { return o.Store == d.Store && o.Table.Name == src.Table.Name })
	if src.Own() || !r.Keep.Set || i < 0 {
		return
	}
	kept, known := longest(out.Datasets[i])
	if !known || days(kept) >= days(r.Keep.Period) {
		return
	}
	b.say(policy.Warning, at("datasets", d.Name, "events", string(e)), issue{"evidence-goes-first",
		fmt.Sprintf("rule %s keeps records of %s for %s after %s, which is read off %s, and those rows are erased after %s: what they tell is lost, and the records fall due too early",
			r.ID, d.Name, r.Keep.Period, e, out.Datasets[i].Name, kept),
		"keep the day of the last such row in a column of the record itself, and bind that"})
}

// rulesOf are the rules that hold something of a dataset, each once.
func rulesOf(d BoundDataset) []policy.Rule {
	var out []policy.Rule
	for _, g := range d.Groups {
		for _, c := range g.Claims {
			if !slices.ContainsFunc(out, func(r policy.Rule) bool { return r.ID == c.Rule.ID }) {
				out = append(out, c.Rule)
			}
		}
	}
	return out
}

// longest returns how long the rows of a dataset are there at most, where figures alone say so.
func longest(d BoundDataset) (policy.Period, bool) {
	var most policy.Period
	rules := rulesOf(d)
	for _, r := range rules {
		if !r.Keep.Set || r.Keep.AtLeast || r.Archive != nil || len(r.Until) > 0 {
			return most, false
		}
		if days(r.Keep.Period) > days(most) {
			most = r.Keep.Period
		}
	}
	return most, len(rules) > 0 && !d.KeepRows
}

// days is about how many days a period has: enough to tell a year from three.
func days(p policy.Period) int { return p.Months*30 + p.Days }
