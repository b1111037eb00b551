package project

import (
	"context"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

// KeyUse is what a key is for.
type KeyUse string

// The uses of keys (docs/adr/0005). Each of the first four is there once; sets and records are
// each store's own, those of records each year's.
const (
	// KeyOfLedger signs the ledger, KeyOfSeal seals plans and secrets in the state, KeyOfPeople
	// digests who refused, KeyOfLeads seals what forms took in.
	KeyOfLedger KeyUse = "ledger"
	KeyOfSeal   KeyUse = "seal"
	KeyOfPeople KeyUse = "people"
	KeyOfLeads  KeyUse = "leads"
	// KeyOfLinks signs links of requests or names messages, KeyOfSets digests the records that
	// were approved and what shows a restore.
	KeyOfLinks KeyUse = "links"
	KeyOfSets  KeyUse = "sets"
	// KeyOfRecords digests the records that were acted on in a store and a year.
	KeyOfRecords KeyUse = "records"
)

// KeyState says whether a key is needed.
type KeyState string

// The states of keys.
const (
	KeyNeeded KeyState = "needed"
	// KeyUnknown is needed by backups of which nobody said how long they are kept, or that cannot
	// be looked at.
	KeyUnknown KeyState = "unknown"
	// KeySpent is a key that no backup can need: it can be destroyed.
	KeySpent     KeyState = "spent"
	KeyDestroyed KeyState = "destroyed"
	// KeyLeft is a key the destruction of which was cut off.
	KeyLeft KeyState = "left"
)

// Key is a key of the installation and how long it is needed; the key itself is in its file alone.
type Key struct {
	For   KeyUse `json:"for"`
	Store string `json:"store,omitempty"`
	Year  int    `json:"year,omitempty"`
	// Since is when it was made, zero where that is not known.
	Since time.Time `json:"since,omitzero"`
	// Until is the last day on which a backup can need it; none where it is needed as long as
	// Garant is used, or where nobody said how long backups are kept.
	Until     policy.Date `json:"needed_until,omitzero"`
	State     KeyState    `json:"state"`
	Destroyed time.Time   `json:"destroyed,omitzero"`
}

// Keys lists the keys of the installation. The state must be open.
func (p *Project) Keys(ctx context.Context, now time.Time) ([]Key, error) {
	names, err := p.State.StandingKeys(ctx)
	if err != nil {
		return nil, err
	}
	begun, err := p.begun(ctx)
	if err != nil {
		return nil, err
	}
	changed, err := p.State.KeyChanged(ctx)
	if err != nil {
		return nil, err
	}
	var out []Key
	for _, name := range names {
		k := Key{For: KeyUse(name), State: KeyNeeded}
		if k.For == KeyOfLedger || k.For == KeyOfSeal {
			k.Since = begun
		}
		if k.For == KeyOfLedger && !changed.IsZero() {
			k.Since = changed
		}
		out = append(out, k)
	}
	years, err := p.State.DigestKeys(ctx)
	for _, y := range years {
		out = append(out, p.digestKey(y, p.Today(now)))
	}
	return out, err
}

// begun is when the first entry of the ledger was made; zero before.
func (p *Project) begun(ctx context.Context) (at time.Time, err error) {
	err = p.State.Ledger().Show(ctx, 0, 1, func(_ int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		at = e.At
		return err
	})
	return at, err
}

// digestKey says how long a key of digests is needed.
func (p *Project) digestKey(y db.KeyOfYear, today policy.Date) Key {
	k := Key{For: KeyOfRecords, Store: y.Store, Year: y.Year, Since: y.Made, State: KeyNeeded, Destroyed: y.Destroyed}
	if y.Year == setYear {
		if k.For = KeyOfSets; y.Store == ofRequests || y.Store == ofMessages {
			k.For = KeyOfLinks
		}
		return k
	}
	last := lastOf(y.Year)
	if c, ok := p.Config.Backups[y.Store]; ok {
		k.Until = last.Add(c.Kept)
	}
	reach, known := p.reach(y.Store, today)
	switch {
	case y.Left:
		k.State = KeyLeft
	case !y.Destroyed.IsZero():
		k.State = KeyDestroyed
	case !known:
		k.State = KeyUnknown
	case last.Before(reach):
		k.State = KeySpent
	}
	return k
}

// lastOf is the last day on which, in whatever zone, the year may have been running when a record
// was acted on: backups up to it may hold the record.
func lastOf(year int) policy.Date { return policy.Date{Year: year + 1, Month: time.January, Day: 1} }

// RotateLedgerKey gives the ledger a new key and returns the public one; see db.RotateLedgerKey. The
// state must not be open.
func (p *Project) RotateLedgerKey(ctx context.Context, now time.Time) (string, error) {
	return db.RotateLedgerKey(ctx, p.in(p.Config.State), now)
}

// SpentKeys lists the keys that no backup can need, and those the destruction of which was cut off.
func (p *Project) SpentKeys(ctx context.Context, now time.Time) ([]Key, error) {
	all, err := p.Keys(ctx, now)
	return slices.DeleteFunc(all, func(k Key) bool { return k.State != KeySpent && k.State != KeyLeft }), err
}

// DestroyKeys destroys the spent keys for good, each entered in the ledger first, and ends what was
// cut off before. It returns them as they were.
func (p *Project) DestroyKeys(ctx context.Context, now time.Time) ([]Key, error) {
	spent, err := p.SpentKeys(ctx, now)
	if err != nil {
		return nil, err
	}
	for i, k := range spent {
		if err := p.State.DestroyDigestKey(ctx, k.Store, k.Year, now); err != nil {
			return spent[:i], err
		}
	}
	return spent, nil
}
