package vault

import (
	"context"
	"database/sql"
	"slices"

	"github.com/garant-rgpd/garant/store"
)

// Release says which copies go before their end, because those they speak of asked and the law
// lets the claims on them end (article 17(1) GDPR).
type Release struct {
	Purge
	Dataset, Group string
	// Keys name the records; those without a settled copy of the group are passed over.
	Keys []store.Key
	// Plan and Step are those of the receipt: the digest of the plan that was approved, and its
	// step.
	Plan, Step string
}

// Release deletes those copies of the group that no hold stops, whatever their ends, and writes
// the receipt of that, all in one transaction. Where nothing went the receipt has no rows and
// is not written.
func (v *Vault) Release(ctx context.Context, r Release) (out store.Receipt, err error) {
	all, held, err := r.Held(r.Dataset)
	if err != nil || all {
		return out, err
	}
	w := purging{Vault: v, Purge: r.Purge, Count: Count{Dataset: r.Dataset, Group: r.Group}, plan: r.Plan, step: r.Step}
	asked, stopped := v.digestsOf(r.Dataset, r.Keys), v.digestsOf(r.Dataset, held)
	w.goes = func(n name) bool { return asked[n.digest] && !stopped[n.digest] }
	defer v.tidy(ctx)
	err = v.writeIf(ctx, "release copies in the archive", func(tx *sql.Tx) error {
		sheets, err := w.holding(ctx, tx, asked)
		if err != nil {
			return err
		}
		out, err = w.remove(ctx, tx, sheets)
		return err
	}, r.gate())
	if err != nil {
		return store.Receipt{}, err
	}
	return out, nil
}

// digestsOf returns those of the keys of a dataset.
func (v *Vault) digestsOf(dataset string, keys []store.Key) map[digest]bool {
	out, d := make(map[digest]bool, len(keys)), v.digester(dataset)
	for _, k := range keys {
		out[d.Digest(k)] = true
	}
	return out
}

// holding returns the sheets of the group that hold a copy of one of the records.
func (p *purging) holding(ctx context.Context, tx *sql.Tx, asked map[digest]bool) (out []sheet, err error) {
	for d := range asked {
		err := eachCopy(ctx, tx, p.Dataset, d, func(s sheet, _ int) {
			if s.group == p.Group && !slices.ContainsFunc(out, func(o sheet) bool { return o.id == s.id }) {
				out = append(out, s)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
