package rights

import (
	"context"
)

// Rectify notes that a field was corrected: Word names the dataset and the column, the digest
// commits to the value before and the one after.
func (d Desk) Rectify(ctx context.Context, id, field, digest string, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		step := d.step(s, Rectified, field, "")
		step.Digest = digest
		return c.act(step)
	})
}
