package project

import (
	"context"
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// Verify looks at the stores afresh and says whether each promise is true. The stores that
// did not answer are listed, and the promises bound to them are undetermined.
func (p *Project) Verify(ctx context.Context, today policy.Date) (retention.Verification, error) {
	planner, err := p.Planner(ctx, today)
	if err != nil {
		return retention.Verification{}, err
	}
	v, err := planner.Verify(ctx)
	if err != nil {
		return v, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Unreachable)) {
		if !slices.Contains(v.Unreachable, name) {
			v.Unreachable = append(v.Unreachable, name)
		}
	}
	p.lost(&v)
	for _, t := range p.unboundTables() {
		v.Gaps = append(v.Gaps, retention.Gap{Kind: "table", Table: t})
	}
	return v, nil
}

// unboundTables lists the tables, as STORE.TABLE, that no dataset, link or list of ignored
// ones speaks of: nobody knows what is in them.
func (p *Project) unboundTables() []string {
	known := map[string]bool{}
	for _, d := range p.Register.Datasets {
		known[d.Store+"."+d.Table] = true
		for _, l := range d.Links {
			known[d.Store+"."+l.Table] = true
		}
	}
	var out []string
	for name, schema := range p.Schemas {
		for _, t := range schema.Tables {
			full := name + "." + t.Name
			if _, ignored := p.Register.Ignored[full]; !known[full] && !ignored {
				out = append(out, full)
			}
		}
	}
	slices.Sort(out)
	return out
}

// lost makes undetermined the promises of the datasets in stores that did not answer: what
// was seen of them elsewhere does not make them kept.
func (p *Project) lost(v *retention.Verification) {
	gone := map[policy.PurposeID]bool{}
	for _, d := range p.Register.Datasets {
		if p.Unreachable[d.Store] == nil {
			continue
		}
		for _, id := range d.Purposes {
			gone[id] = true
		}
	}
	for i := range v.Promises {
		pr := &v.Promises[i]
		if gone[pr.Purpose] && (pr.Verdict == retention.Kept || pr.Verdict == retention.Unbound) {
			pr.Verdict = retention.Undetermined
		}
	}
	v.Gaps = slices.DeleteFunc(v.Gaps, func(g retention.Gap) bool { return g.Kind == "unbound" && gone[policy.PurposeID(g.Purpose)] })
}
