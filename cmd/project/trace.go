package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// CameBack is the error of a store whose receipts are all there and in which records are due
// again that were erased: single tables of it were restored. It wraps apply.ErrRestored.
type CameBack struct {
	Store string
	// Datasets are those whose records came back, by name.
	Datasets []string
	traces   []db.Trace
}

// Error names the store and the datasets, and no record.
func (c *CameBack) Error() string {
	return fmt.Sprintf("store %s: records that were erased are there again in %s: restored from a backup", c.Store, strings.Join(c.Datasets, ", "))
}

// Is makes errors.Is find apply.ErrRestored.
func (c *CameBack) Is(target error) bool { return target == apply.ErrRestored }

// leaveTrace keeps in mind some of the records that a step took away, whatever of its set is
// there still.
func (p *Project) leaveTrace(ctx context.Context, digest string, s plan.Step, rep apply.StepReport, now time.Time) error {
	set, err := p.State.Set(ctx, digest, s.ID)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err == nil && (rep.Done+rep.Earlier < s.Due || rep.Shells > 0) {
		set, err = p.gone(ctx, s, set, now)
	}
	if err != nil || len(set) == 0 {
		return err
	}
	t := db.Trace{Plan: digest, Step: s.ID, Dataset: s.Dataset, Whole: s.WholeRow, At: now, Members: set}
	return p.State.SaveTrace(ctx, t, p.farthest(p.Today(now)).Start(p.Config.Zone))
}

// gone returns the members that a trace would keep without those that are in the table still:
// renewed, or held meanwhile. Of fields nobody can tell afterwards who emptied them, so of a
// step on fields that passed some records over nothing is kept.
func (p *Project) gone(ctx context.Context, s plan.Step, set db.Set, now time.Time) (db.Set, error) {
	driver, ok := p.stores[s.Store]
	if !ok || !s.WholeRow {
		return nil, nil
	}
	key, err := p.setKey(ctx, s, now)
	if err != nil {
		return nil, err
	}
	set = slices.Clone(set[:min(len(set), 4*db.TraceSize)])
	digester := ledger.NewDigester(key)
	q := store.Query{Table: s.Work.Table, Columns: s.Work.Table.Key, Where: store.True()}
	err = driver.Find(ctx, q, func(r store.Row) bool {
		if at, found := slices.BinarySearch(set, ledger.Short(digester.Digest(store.Key(r)))); found {
			set = slices.Delete(set, at, at+1)
		}
		return len(set) > 0
	})
	return set, err
}

// cameBack returns a *CameBack when records that are due were taken away before, in the store
// of that name or, where it is empty, in any. Every due record is compared, as reading their
// keys costs little beside finding them: where something was taken away before, little is due
// on an ordinary day.
func (p *Project) cameBack(ctx context.Context, pl plan.Plan, name string) error {
	var c CameBack
	for _, s := range pl.Pending() {
		if s.Store == vault.Store || s.Action == policy.AskAgain || name != "" && s.Store != name || c.Store != "" && s.Store != c.Store {
			continue
		}
		again, err := p.again(ctx, s)
		if err != nil {
			return err
		}
		if len(again) > 0 {
			c.Store, c.traces = s.Store, append(c.traces, again...)
			c.Datasets = append(c.Datasets, s.Dataset)
		}
	}
	if c.Store == "" {
		return nil
	}
	slices.Sort(c.Datasets)
	c.Datasets = slices.Compact(c.Datasets)
	return &c
}

// again returns the traces whose records the step would take away again.
func (p *Project) again(ctx context.Context, s plan.Step) ([]db.Trace, error) {
	traces, err := p.State.Traces(ctx, s.Dataset)
	if err != nil || len(traces) == 0 {
		return nil, err
	}
	due, err := p.members(ctx, s, time.Time{})
	return slices.DeleteFunc(traces, func(t db.Trace) bool { return !returned(t, s.ID, due) }), err
}

// returned says whether a trace is of records that came back. One whole row is enough: its key
// and its old dates are there again. A single field may have been filled again by the company's
// own people, so of fields of the same step half of the trace must be there, and three at least.
func returned(t db.Trace, step string, due db.Set) bool {
	hits := 0
	for _, m := range t.Members {
		if due.Has(m) {
			hits++
		}
	}
	if t.Whole {
		return hits > 0
	}
	return t.Step == step && hits >= 3 && 2*hits >= len(t.Members)
}

// forgive notes in the ledger that tables of a store were restored, where that is the error,
// and forgets what was to find that out: the replay leaves traces of its own. Another error is
// returned as it is.
func (p *Project) forgive(ctx context.Context, found error, now time.Time) error {
	var c *CameBack
	if !errors.As(found, &c) {
		return found
	}
	last, err := p.State.LastReceipt(ctx, c.Store)
	if err == nil {
		err = p.State.Rewind(ctx, c.Store, last, now)
	}
	for _, t := range c.traces {
		err = errors.Join(err, p.State.DropTrace(ctx, t))
	}
	return err
}
