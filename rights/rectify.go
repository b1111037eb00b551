package rights

import (
	"context"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// Corrected is a field that was corrected. It stays with the file, since a store that comes
// back from a backup has the old value again; it holds neither value.
type Corrected struct {
	RecordRef
	Column string      `json:"column"`
	Day    policy.Date `json:"day"`
	// Before and After are keyed digests of the values.
	Before string `json:"before"`
	After  string `json:"after"`
}

// Rectify notes that a field was corrected: the step names the dataset and the column, and its
// digest commits to the value before and the one after. A later correction of the same field
// takes the place of an earlier one.
func (d Desk) Rectify(ctx context.Context, id string, x Corrected, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		step := d.step(s, Rectified, x.Dataset+"."+x.Column, "")
		step.Digest = x.Before + ":" + x.After
		same := func(o Corrected) bool { return o.RecordRef == x.RecordRef && o.Column == x.Column }
		c.Corrections = append(slices.DeleteFunc(slices.Clone(c.Corrections), same), x)
		return c.act(step)
	})
}
